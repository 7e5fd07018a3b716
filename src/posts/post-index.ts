/**
 * Where posts, and what belongs to them, stand in the log: read from the records once at the start, and again as records
 * enter. It holds places, codes and accounts in memory, and not a word that anybody wrote.
 *
 * Invariant: bounded. Of more posts than it has room for it holds the newest; the others are still in the log.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Body } from "../core/body.ts";
import { codeOf } from "../core/errors.ts";
import type { JsonObject, JsonValue } from "../core/json.ts";
import { picturesIn } from "../core/picture.ts";
import { formatRecordId } from "../core/record-id.ts";
import type { LogStore, StoredEntry } from "../store/log-store.ts";
import type { StoredCheck } from "../write/stored-check.ts";
import { RECEIVED_SOURCES, TYPES, type ReportStatus, type ThemeVisibility } from "./post-types.ts";

/** A record of the citizens' part. */
export interface IndexedRecord {
  readonly leafIndex: number;
  readonly id: string;
  readonly source: string;
  /** When it came in, POSIX seconds. */
  readonly at: number;
}

/** A record that somebody wrote. */
export interface Authored extends IndexedRecord {
  /** Account; of another city where the record is from there, and empty where that does not say it. */
  readonly author: string;
}

/** A post. */
export interface IndexedPost extends Authored {
  readonly category: string;
  readonly theme: string | undefined;
  readonly area: string | undefined;
  readonly pictures: number;
}

/** A comment, or a reaction. */
export interface IndexedComment extends Authored {
  /** Id of the post. */
  readonly about: string;
}

/** What the city does about a post. */
export interface IndexedStatus extends IndexedRecord {
  readonly about: string;
  readonly status: ReportStatus;
  /** RFC 3339. */
  readonly statedAt: string;
}

/** The form of a theme that is in force. */
export interface IndexedTheme extends IndexedRecord {
  readonly theme: string;
  readonly visibility: ThemeVisibility;
  readonly scope: "local" | "shared";
  /** RFC 3339. */
  readonly from: string | undefined;
  readonly until: string | undefined;
  /** Account or name of whoever owns it. */
  readonly owner: string | undefined;
}

export interface IndexParts {
  readonly store: Pick<LogStore, "findRecords" | "treeSize">;
  readonly check: Pick<StoredCheck, "bodyOf" | "claimsOf">;
  /** Source of the city's own records. */
  readonly source: string;
  /** Most posts that are held. */
  readonly mostPosts?: number | undefined;
}

/** Which posts are wanted. */
export interface PostQuery {
  readonly theme?: string | undefined;
  readonly category?: string | undefined;
  readonly author?: string | undefined;
  /** Only those at lower leaf indexes. */
  readonly before?: number | undefined;
}

const MOST_POSTS = 250_000;
const PAGE = 1_000;
const AT_A_STRETCH = 64;

type Found = { readonly entry: StoredEntry; readonly body: Body; readonly claims: JsonObject };

/** The index of one log. */
export class PostIndex {
  readonly #parts: IndexParts;
  readonly #posts: IndexedPost[] = [];
  readonly #lists = new Map<string, IndexedPost[]>();
  readonly #byId = new Map<string, IndexedPost | IndexedComment>();
  readonly #comments = new Map<string, IndexedComment[]>();
  readonly #commentsBy = new Map<string, IndexedComment[]>();
  readonly #reactions = new Map<string, IndexedComment[]>();
  readonly #statuses = new Map<string, IndexedStatus[]>();
  readonly #themes = new Map<string, IndexedTheme>();
  /** Each code and account once: every record comes with strings of its own. */
  readonly #strings = new Map<string, string>();
  #known = 0;
  #reading: Promise<void> = Promise.resolve();

  constructor(parts: IndexParts) {
    this.#parts = parts;
  }

  /** Until all that is in the log now is read. @throws STORE_FAILED, VAULT_FAILED; then it goes on there the next time */
  now(): Promise<void> {
    if (this.#known >= this.#parts.store.treeSize()) return this.#reading;
    const done = this.#reading.then(() => this.#read());
    this.#reading = done.catch(() => undefined);
    return done;
  }

  /** How many posts are held. */
  get size(): number {
    return this.#posts.length;
  }

  post(id: string): IndexedPost | undefined {
    const found = this.#byId.get(id);
    return found && isPost(found) ? found : undefined;
  }

  /** A post or a comment. */
  written(id: string): IndexedPost | IndexedComment | undefined {
    return this.#byId.get(id);
  }

  /** Posts, the newest first. */
  *newest({ theme, category, author, before = Infinity }: PostQuery): Iterable<IndexedPost> {
    const lists = [
      ...(author === undefined ? [] : [this.#listOf("author", author)]),
      ...(theme === undefined ? [] : [this.#listOf("theme", theme)]),
      ...(category === undefined ? [] : [this.#listOf("category", category)]),
    ];
    // The others are conditions on the shortest.
    const list = lists.sort((a, b) => a.length - b.length)[0] ?? this.#posts;
    for (let at = placeBefore(list, before); at >= 0; at--) {
      const post = list[at] as IndexedPost;
      if (theme !== undefined && post.theme !== theme) continue;
      if (category !== undefined && post.category !== category) continue;
      if (author === undefined || post.author === author) yield post;
    }
  }

  /** In the order of the log. */
  commentsOn(id: string): readonly IndexedComment[] {
    return this.#comments.get(id) ?? [];
  }

  commentsBy(author: string): readonly IndexedComment[] {
    return this.#commentsBy.get(author) ?? [];
  }

  /** In the order of the log: also those that were taken back. */
  reactionsTo(id: string): readonly IndexedComment[] {
    return this.#reactions.get(id) ?? [];
  }

  /** In the order of the log. */
  statusesOf(id: string): readonly IndexedStatus[] {
    return this.#statuses.get(id) ?? [];
  }

  theme(code: string): IndexedTheme | undefined {
    return this.#themes.get(code);
  }

  themes(): readonly IndexedTheme[] {
    return [...this.#themes.values()];
  }

  #listOf(name: string, value: string): IndexedPost[] {
    return this.#lists.get(`${name} ${value}`) ?? [];
  }

  async #read(): Promise<void> {
    const { store } = this.#parts;
    const size = store.treeSize();
    let looked = 0;
    for (let next: number | undefined = this.#known; next !== undefined && next < size;) {
      const found = await store.findRecords({ from: next, before: size, limit: PAGE });
      for (const entry of found.entries) {
        if (++looked % AT_A_STRETCH === 0) await nextTurn();
        if (this.#isOurs(entry.sourceName)) await this.#take(entry);
        this.#known = entry.leafIndex + 1;
      }
      next = found.next;
    }
    this.#known = size;
    this.#forgetOldest();
  }

  #isOurs(source: string): boolean {
    return source === this.#parts.source || source.startsWith(RECEIVED_SOURCES);
  }

  /** What is damaged has an alarm of its own, and is not shown; what is erased has no author any more. */
  async #take(entry: StoredEntry): Promise<void> {
    const { check } = this.#parts;
    try {
      const body = await check.bodyOf(entry);
      const claims = body?.contentName === "record" ? await check.claimsOf(entry.leafIndex, body) : undefined;
      if (body && claims) this.#place({ entry, body, claims });
    } catch (error) {
      if (codeOf(error) !== "STORE_DAMAGED") throw error;
    }
  }

  #place(found: Found): void {
    const type = found.body.vct.split(":")[1] ?? "";
    if (type === TYPES.post) this.#addPost(postOf(found));
    else if (type === TYPES.comment) this.#addComment(commentOf(found));
    else if (type === TYPES.reaction) push(this.#reactions, commentOf(found).about, commentOf(found));
    else if (type === TYPES.status) push(this.#statuses, statusOf(found).about, statusOf(found));
    else if (type === TYPES.theme) this.#addTheme(themeOf(found));
  }

  #addPost(read: IndexedPost): void {
    const [source, author, category] = [this.#once(read.source), this.#once(read.author), this.#once(read.category)];
    const post = { ...read, source, author, category, theme: this.#once(read.theme), area: this.#once(read.area) };
    this.#posts.push(post);
    this.#byId.set(post.id, post);
    for (const key of keysOf(post)) push(this.#lists, key, post);
  }

  #once<T extends string | undefined>(value: T): T {
    if (value === undefined) return value;
    const known = this.#strings.get(value);
    if (known === undefined) this.#strings.set(value, value);
    return (known ?? value) as T;
  }

  #addComment(comment: IndexedComment): void {
    this.#byId.set(comment.id, comment);
    push(this.#comments, comment.about, comment);
    push(this.#commentsBy, comment.author, comment);
  }

  /** Another city does not replace what this one says of a theme. */
  #addTheme(theme: IndexedTheme): void {
    const known = this.#themes.get(theme.theme);
    if (known?.source === this.#parts.source && theme.source !== this.#parts.source) return;
    this.#themes.set(theme.theme, theme);
  }

  /** A tenth at a time, since the lists are read anew for it. */
  #forgetOldest(): void {
    const { mostPosts = MOST_POSTS } = this.#parts;
    if (this.#posts.length <= mostPosts) return;
    this.#strings.clear();
    const gone = new Set(this.#posts.splice(0, this.#posts.length - Math.floor(mostPosts * 0.9)));
    for (const { id } of gone) {
      for (const comment of this.commentsOn(id)) this.#byId.delete(comment.id);
      for (const map of [this.#byId, this.#comments, this.#reactions, this.#statuses]) map.delete(id);
    }
    for (const [key, list] of this.#lists) this.#keep(this.#lists, key, list, (post) => !gone.has(post));
    for (const [key, list] of this.#commentsBy) this.#keep(this.#commentsBy, key, list, ({ id }) => this.#byId.has(id));
  }

  #keep<T>(lists: Map<string, T[]>, key: string, list: readonly T[], isKept: (one: T) => boolean): void {
    const rest = list.filter(isKept);
    if (rest.length === 0) lists.delete(key);
    else lists.set(key, rest);
  }
}

/** Whether it is a post, and not a comment. */
export function isPost(one: IndexedPost | IndexedComment): one is IndexedPost {
  return "category" in one;
}

function keysOf({ author, theme, category }: IndexedPost): string[] {
  return [`author ${author}`, `category ${category}`, ...(theme === undefined ? [] : [`theme ${theme}`])];
}

function push<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

/** The last place whose leaf index is below one. */
function placeBefore(list: readonly IndexedPost[], leafIndex: number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle] as IndexedPost).leafIndex < leafIndex) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function recordOf({ entry, body }: Found): IndexedRecord {
  return { leafIndex: entry.leafIndex, id: formatRecordId(entry.id), source: entry.sourceName, at: body.iat };
}

function postOf(found: Found): IndexedPost {
  const { claims } = found;
  return {
    ...recordOf(found),
    author: textIn(claims["reporterId"]) ?? "",
    category: textIn(claims["category"]) ?? "",
    theme: textIn(claims["theme"]),
    area: textIn(claims["area"]),
    pictures: picturesIn(claims).length,
  };
}

function commentOf(found: Found): IndexedComment {
  const { claims } = found;
  return { ...recordOf(found), author: textIn(claims["reporterId"]) ?? "", about: textIn(claims["about"]) ?? "" };
}

function statusOf(found: Found): IndexedStatus {
  const { claims } = found;
  const status = textIn(claims["status"]) as ReportStatus;
  return { ...recordOf(found), about: textIn(claims["about"]) ?? "", status, statedAt: textIn(claims["at"]) ?? "" };
}

function themeOf(found: Found): IndexedTheme {
  const { claims } = found;
  return {
    ...recordOf(found),
    theme: textIn(claims["theme"]) ?? "",
    visibility: claims["visibility"] === "open" ? "open" : "members",
    scope: claims["scope"] === "shared" ? "shared" : "local",
    from: textIn(claims["from"]),
    until: textIn(claims["until"]),
    owner: textIn(claims["owner"]),
  };
}

function textIn(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
