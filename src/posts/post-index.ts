/**
 * Where posts, and what belongs to them, stand in the log: read from the records once at the start, and again as records
 * enter. It holds places, codes and accounts in memory, and not a word that anybody wrote.
 *
 * Invariant: bounded. Of more posts than it has room for it holds the newest; the others are still in the log.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Body } from "../core/body.ts";
import { codeOf } from "../core/errors.ts";
import { ownClaims } from "../core/own-claims.ts";
import type { LogStore, StoredEntry } from "../store/log-store.ts";
import type { StoredCheck } from "../write/stored-check.ts";
import {
  commentOf,
  isPost,
  postOf,
  statusOf,
  themeOf,
  type IndexedComment,
  type IndexedPost,
  type IndexedStatus,
  type IndexedTheme,
  type ReadRecord,
} from "./indexed-records.ts";
import { RECEIVED_SOURCES, TYPES } from "./post-types.ts";

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
      if (body?.contentName !== "record") return;
      const claims = await check.claimsOf(entry.leafIndex, body);
      if (claims) this.#place({ entry, body, claims });
      else if (typeOf(body) === TYPES.theme) this.#addTheme(themeOf({ entry, body, claims: ownClaims(body.content) }));
    } catch (error) {
      if (codeOf(error) !== "STORE_DAMAGED") throw error;
    }
  }

  #place(found: ReadRecord): void {
    const type = typeOf(found.body);
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

  /**
   * A code stays with the city that used it first, unless that is not this one. A theme that was erased keeps its place, or its
   * code would be free for another city's, and older forms of it in force again.
   */
  #addTheme(theme: IndexedTheme): void {
    const { source } = this.#parts;
    const known = this.#themes.get(theme.theme);
    if (known && known.source !== theme.source && theme.source !== source) return;
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

function typeOf({ vct }: Body): string {
  return vct.split(":")[1] ?? "";
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
