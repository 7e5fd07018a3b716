/** Posts and comments as readers are shown them: what published-posts.ts gives, with what is around it. */
import { createHmac } from "node:crypto";
import type { JsonObject, JsonValue } from "../core/json.ts";
import type { AuthorsModeration, ModerationReader } from "../read/moderation.ts";
import { anchorStateOf } from "../read/prove.ts";
import type { OpenLog } from "../write/open-log.ts";
import type { Authored, IndexedComment, IndexedPost } from "./indexed-records.ts";
import type { PostIndex } from "./post-index.ts";
import { RECEIVED_SOURCES, type Accounts, type AuthorView, type ReportStatus, type Viewer } from "./post-types.ts";
import type { PublishedPosts, ShownCopy } from "./published-posts.ts";

/** A step of what the city does about a post. */
export interface StatusView {
  readonly status: ReportStatus;
  readonly at: string;
  /** Id of the record. */
  readonly record: string;
  readonly text?: string;
}

/** A post as it is shown. */
export interface PostView {
  readonly id: string;
  readonly author: AuthorView;
  readonly mine?: true;
  readonly at: string;
  readonly category: string;
  readonly theme?: string;
  readonly area?: string;
  readonly text?: string;
  readonly language?: string;
  /** Languages that it has been translated into. */
  readonly translated?: readonly string[];
  readonly pictures: readonly ShownCopy[];
  readonly comments: number;
  readonly reactions: { readonly smile: number; readonly mine: boolean };
  readonly status?: ReportStatus;
  readonly statusHistory?: readonly StatusView[];
  readonly origin?: { readonly city: string };
  readonly followed?: true;
  /** Of one's own: its pictures wait to be published. */
  readonly pending?: true;
  readonly moderation?: AuthorsModeration;
  readonly state: "received" | "proven";
}

/** A comment as it is shown. */
export interface CommentView {
  readonly id: string;
  readonly author: AuthorView;
  readonly mine?: true;
  readonly at: string;
  readonly text: string;
  readonly language?: string;
  /** Languages that it has been translated into. */
  readonly translated?: readonly string[];
  readonly origin?: { readonly city: string };
}

export interface ViewParts {
  readonly log: Pick<OpenLog, "store" | "check" | "events">;
  readonly index: PostIndex;
  readonly published: PublishedPosts;
  readonly moderation: Pick<ModerationReader, "forAuthor">;
  readonly accounts: Accounts;
  /** Source of the city's own records. */
  readonly source: string;
  /** 32 bytes, the vault's own: makes tags of authors. */
  readonly tagKey: Uint8Array;
}

const TAG_DIGITS = 20;

/** Makes the views of one city. */
export class PostViews {
  readonly #parts: ViewParts;

  constructor(parts: ViewParts) {
    this.#parts = parts;
  }

  /** The stable code of an author, which leads to no account; that of the record where another city does not say who wrote it. */
  tagOf({ author, source, id }: Pick<Authored, "author" | "source" | "id">): string {
    const whose = author === "" ? id : author;
    const { tagKey } = this.#parts;
    return createHmac("sha256", tagKey).update(`${source}\n${whose}`).digest("hex").slice(0, TAG_DIGITS);
  }

  /** A post for a reader; `undefined` if it is not shown. @throws as {@link PublishedPosts.claimsFor} */
  async post(post: IndexedPost, viewer: Viewer, followed?: ReadonlySet<string>): Promise<PostView | undefined> {
    const claims = await this.#parts.published.claimsFor(post, viewer);
    return claims && this.#view(post, claims, viewer, followed);
  }

  /** A post for its author, however it stands; `undefined` once it is erased. @throws as {@link PostViews.post} */
  async ownPost(post: IndexedPost, viewer: Viewer, followed?: ReadonlySet<string>): Promise<PostView | undefined> {
    const claims = await this.#parts.published.claimsForAuthor(post, viewer);
    if (!claims) return undefined;
    const moderation = await this.#parts.moderation.forAuthor(post.leafIndex);
    return {
      ...(await this.#view(post, claims, viewer, followed)),
      ...(!this.#parts.published.hasCopies(post) && { pending: true }),
      ...(moderation && { moderation }),
    };
  }

  /** A comment for a reader; `undefined` if it is not shown. @throws as {@link PostViews.post} */
  async comment(comment: IndexedComment, viewer: Viewer): Promise<CommentView | undefined> {
    const claims = await this.#parts.published.claimsFor(comment, viewer);
    if (!claims) return undefined;
    const language = textIn(claims["language"]);
    return {
      ...{ id: comment.id, author: this.#authorOf(comment, claims), ...this.#mine(comment, viewer) },
      ...{ at: timeOf(comment.at), text: textIn(claims["text"]) ?? "" },
      ...(language !== undefined && { language }),
      ...this.#translated(comment),
      ...this.#originOf(comment),
    };
  }

  async #view(
    post: IndexedPost,
    claims: JsonObject,
    viewer: Viewer,
    followed?: ReadonlySet<string>,
  ): Promise<PostView> {
    const { published, log } = this.#parts;
    const isProven = (await anchorStateOf(post.leafIndex, log.store)) === "finalized";
    const given = { theme: post.theme, area: post.area, ...wordsIn(claims) };
    return {
      ...{ id: post.id, author: this.#authorOf(post, claims), ...this.#mine(post, viewer) },
      ...{ at: timeOf(post.at), category: post.category, ...defined(given), ...this.#translated(post) },
      pictures: await published.copiesOf(post),
      comments: (await published.commentsFor(post, viewer)).length,
      reactions: this.#reactionsTo(post, viewer),
      ...(await this.#statusOf(post, viewer)),
      ...this.#originOf(post),
      ...(followed?.has(post.id) && { followed: true }),
      state: isProven ? "proven" : "received",
    };
  }

  #authorOf(one: Authored, claims: JsonObject): AuthorView {
    const isOwn = one.source === this.#parts.source;
    const account = isOwn ? this.#parts.accounts.accountOf(one.author) : undefined;
    const pseudonym = isOwn ? account?.pseudonym : textIn(claims["reporterName"]);
    return { pseudonym: pseudonym ?? "", tag: this.tagOf(one) };
  }

  /** The city that sent it, if it is not this one's. */
  #originOf({ source }: Authored): { readonly origin?: { readonly city: string } } {
    return source === this.#parts.source ? {} : { origin: { city: source.slice(RECEIVED_SOURCES.length) } };
  }

  #translated({ leafIndex }: Authored): { readonly translated?: readonly string[] } {
    const entered = this.#parts.log.events.translations.of(leafIndex);
    const translated = new Set(entered.filter((one) => one.of === "concealed").map(({ to }) => to));
    return translated.size === 0 ? {} : { translated: [...translated] };
  }

  #mine({ author, source }: Authored, { citizenId }: Viewer): { readonly mine?: true } {
    return citizenId !== undefined && author === citizenId && source === this.#parts.source ? { mine: true } : {};
  }

  #reactionsTo(post: IndexedPost, { citizenId }: Viewer): PostView["reactions"] {
    const { index, published } = this.#parts;
    const standing = index.reactionsTo(post.id).filter(({ leafIndex }) => !published.isGone(leafIndex));
    const authors = new Set(standing.map(({ author }) => author));
    return { smile: authors.size, mine: citizenId !== undefined && authors.has(citizenId) };
  }

  async #statusOf(post: IndexedPost, viewer: Viewer): Promise<Pick<PostView, "status" | "statusHistory">> {
    const statusHistory: StatusView[] = [];
    for (const one of this.#parts.index.statusesOf(post.id)) {
      const claims = await this.#parts.published.claimsOfStatus(one, viewer);
      const text = claims && textIn(claims["text"]);
      if (claims)
        statusHistory.push({
          status: one.status,
          at: one.statedAt,
          record: one.id,
          ...(text !== undefined && { text }),
        });
    }
    const newest = statusHistory.at(-1);
    return newest ? { status: newest.status, statusHistory } : {};
  }
}

/** Of POSIX seconds. */
function timeOf(seconds: number): string {
  return new Date(seconds * 1_000).toISOString();
}

function wordsIn({ text, language }: JsonObject) {
  return { text: textIn(text), language: textIn(language) };
}

function textIn(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

type Defined<T> = { readonly [name in keyof T]?: Exclude<T[name], undefined> };

function defined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
}
