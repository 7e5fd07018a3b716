/**
 * What came of a theme, city by city: how many posts, of which categories, with which words. A theme that cities share shows
 * them side by side.
 *
 * Invariant: no category and no word is shown that fewer than {@link FEWEST} people chose, so nobody is found by it. Of another
 * city's posts nobody here may know who wrote them: then posts are counted in the place of people, and that is said.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { JsonObject } from "../core/json.ts";
import { tableOf, type Row } from "../privacy/small-cells.ts";
import type { Authored, IndexedPost, IndexedTheme } from "./indexed-records.ts";
import type { PostIndex } from "./post-index.ts";
import { RECEIVED_SOURCES, type PostsCity, type Viewer } from "./post-types.ts";
import type { PublishedPosts } from "./published-posts.ts";
import { wordsOf } from "./words.ts";

/** Fewer people than this are not shown. */
const FEWEST = 5;

/** Something, and how often. */
export interface WordCount {
  readonly word: string;
  readonly count: number;
}
export interface CategoryCount {
  readonly category: string;
  readonly count: number;
}

/** What came from one city. */
export interface CityResults {
  readonly city: string;
  readonly posts: number;
  /** How many people chose each word, the most frequent first. */
  readonly words: readonly WordCount[];
  readonly categories: readonly CategoryCount[];
  /** Posts whose texts are not in the language, and which nobody has translated into it. */
  readonly untranslated: number;
  /** Whether something is left out because few people chose it. */
  readonly suppressed: boolean;
  /** What words are counted by: posts where it is not known who wrote them. */
  readonly by: "people" | "posts";
}

/** What came of a theme. */
export interface ResultsOfTheme {
  readonly theme: string;
  readonly cities: readonly CityResults[];
  /** Words of more than one city. */
  readonly shared: readonly string[];
  /** Whether there were more posts than were counted. */
  readonly partial: boolean;
}

export interface ResultParts {
  readonly index: PostIndex;
  readonly published: PublishedPosts;
  readonly city: PostsCity;
  readonly tagOf: (one: Authored) => string;
  /** Changes with all that could change what is shown. */
  readonly version: () => string;
  readonly mostPosts?: number | undefined;
}

/** What was counted last for a theme and a language. */
interface Counted {
  readonly version: string;
  readonly results: Promise<ResultsOfTheme>;
}

interface Gathered {
  by: CityResults["by"];
  posts: number;
  untranslated: number;
  readonly rows: Row[];
  readonly words: Map<string, Set<string>>;
}

const MOST_POSTS = 5_000;
const MOST_WORDS = 40;
const MOST_KEPT = 200;
const AT_A_STRETCH = 32;
const LIMITS = { k: FEWEST, l: 1 } as const;

/** The results of themes. */
export class ThemeResults {
  readonly #parts: ResultParts;
  readonly #counted = new Map<string, Counted>();

  constructor(parts: ResultParts) {
    this.#parts = parts;
  }

  /**
   * What came of a theme that a reader is shown: the same for all whom it is shown, so it is counted once until something
   * changes.
   * @param language in which words are counted; without one, each in that of its post
   * @throws STORE_DAMAGED, STORE_FAILED, VAULT_FAILED
   */
  of(theme: IndexedTheme, viewer: Viewer, language?: string): Promise<ResultsOfTheme> {
    const [key, version] = [`${theme.theme} ${language ?? ""}`, this.#parts.version()];
    const known = this.#counted.get(key);
    if (known?.version === version) return known.results;
    if (this.#counted.size >= MOST_KEPT) this.#counted.clear();
    const results = this.#count(theme, viewer, language);
    this.#counted.set(key, { version, results });
    results.catch(() => this.#counted.delete(key));
    return results;
  }

  async #count({ theme }: IndexedTheme, viewer: Viewer, language?: string): Promise<ResultsOfTheme> {
    const { mostPosts = MOST_POSTS, index, published } = this.#parts;
    const byCity = new Map<string, Gathered>();
    let looked = 0;
    for (const post of index.newest({ theme })) {
      if (looked === mostPosts) break;
      if (++looked % AT_A_STRETCH === 0) await nextTurn();
      const claims = await published.claimsFor(post, viewer);
      if (claims) await this.#gather(post, claims, { byCity, viewer, language });
    }
    const cities = [...byCity].map(([city, gathered]) => resultsOf(city, gathered));
    const shared = sharedBy(cities);
    return { theme, cities: cities.sort((a, b) => (a.city < b.city ? -1 : 1)), shared, partial: looked === mostPosts };
  }

  async #gather(
    post: IndexedPost,
    claims: JsonObject,
    of: { readonly byCity: Map<string, Gathered>; readonly viewer: Viewer; readonly language: string | undefined },
  ): Promise<void> {
    const city = this.#cityOf(post);
    const gathered: Gathered = of.byCity.get(city) ?? {
      by: "people",
      posts: 0,
      untranslated: 0,
      rows: [],
      words: new Map(),
    };
    of.byCity.set(city, gathered);
    const person = this.#parts.tagOf(post);
    gathered.posts++;
    if (post.author === "") gathered.by = "posts";
    gathered.rows.push({ person, values: [post.category], isLeftOut: false });
    const { text, language: written } = claims;
    if (typeof text !== "string") return;
    const from = typeof written === "string" ? (written.split("-")[0] ?? "") : "en";
    const to = of.language ?? from;
    const said = from === to ? text : (await this.#parts.published.translationFor(post, to, of.viewer))?.text;
    if (said === undefined) gathered.untranslated++;
    else for (const word of wordsOf(said, to)) note(gathered.words, word, person);
  }

  #cityOf({ source }: IndexedPost): string {
    const { city } = this.#parts;
    return source === city.source ? city.city : source.slice(RECEIVED_SOURCES.length);
  }
}

function note(words: Map<string, Set<string>>, word: string, person: string): void {
  const people = words.get(word);
  if (people) people.add(person);
  else words.set(word, new Set([person]));
}

function resultsOf(city: string, { by, posts, rows, words: said, untranslated }: Gathered): CityResults {
  const table = tableOf(rows, [{ name: "category", isPublic: false }], LIMITS);
  const frequent = [...said].filter(([, people]) => people.size >= FEWEST);
  const words = frequent
    .map(([word, people]) => ({ word, count: people.size }))
    .sort((a, b) => b.count - a.count || (a.word < b.word ? -1 : 1));
  const categories = table.cells.map(({ values: [category], rows: count }) => ({ category: category ?? "", count }));
  return {
    ...{ city, posts, untranslated, by },
    words: words.slice(0, MOST_WORDS),
    categories: categories.sort((a, b) => b.count - a.count),
    suppressed: table.leftOut > 0 || frequent.length < said.size,
  };
}

function sharedBy(cities: readonly CityResults[]): string[] {
  const counts = new Map<string, number>();
  for (const { words } of cities) for (const { word } of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].filter(([, count]) => count > 1).map(([word]) => word);
}
