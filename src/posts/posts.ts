/**
 * The citizens' part as its edges see it: timeline, posts, comments, themes, and each citizen's own lists. What is shown comes
 * from published-posts.ts; what is said goes through posting.ts.
 */
import { WarifuError } from "../core/errors.ts";
import type { Ledger } from "../read/ledger.ts";
import type { CityStore } from "../store/city-store.ts";
import type { OpenLog } from "../write/open-log.ts";
import type { IndexedStatus } from "./indexed-records.ts";
import { PostIndex, type PostQuery } from "./post-index.ts";
import { PostModeration } from "./post-moderation.ts";
import { ANYBODY, type Accounts, type Member, type PostsCity, type Viewer } from "./post-types.ts";
import { Posting, SENDER } from "./posting.ts";
import { PostViews, type CommentView, type PostView } from "./post-views.ts";
import { PublishedPosts, type ShownTranslation } from "./published-posts.ts";
import { ThemeResults } from "./theme-results.ts";
import { Themes } from "./themes.ts";
import { Uploads, type Piece, type UploadPlace } from "./uploads.ts";

export interface PostsParts {
  readonly log: Pick<OpenLog, "store" | "check" | "events" | "reserveSource">;
  readonly ledger: Ledger;
  readonly store: CityStore;
  readonly accounts: Accounts;
  readonly city: PostsCity;
  /** Provision on which people erase what they sent. */
  readonly erasureBasis: string;
  /** Secrets of the vault's own, 32 bytes each. */
  readonly keys: { readonly tags: Uint8Array; readonly uploads: Uint8Array };
  /** Folder of what is being uploaded. */
  readonly uploadFolder: string;
  /** POSIX milliseconds. */
  readonly now: () => number;
  readonly mostPosts?: number | undefined;
}

/** A part of the timeline. */
export interface TimelinePage {
  readonly posts: readonly PostView[];
  /** Where the next part begins; absent at the end. */
  readonly next?: string;
}

/** A part of the comments on a post. */
export interface CommentPage {
  readonly comments: readonly CommentView[];
  readonly next?: string;
}

/** Which part of the timeline is wanted. */
export interface TimelineQuery extends Pick<PostQuery, "theme" | "category" | "before"> {
  readonly limit: number;
}

/** Posts looked at for one page: whoever sees none of many goes on from there. */
const MOST_LOOKED_AT = 2_000;
/** Own lists have an end. */
const MOST_LISTED = 1_000;
const MOST_OWN = 500;
/** Who asks for the translation of a post, as the log's event about the opening says it. */
const READERS = "readers";

/** The citizens' part of one city. */
export class Posts {
  readonly index: PostIndex;
  readonly published: PublishedPosts;
  readonly posting: Posting;
  readonly uploads: Uploads;
  readonly themes: Themes;
  readonly results: ThemeResults;
  readonly moderation: PostModeration;
  readonly city: PostsCity;
  readonly #parts: PostsParts;
  readonly #views: PostViews;

  constructor(parts: PostsParts) {
    const { log, ledger, store, accounts, city, now, keys } = parts;
    const { source } = city;
    this.#parts = parts;
    this.city = city;
    this.index = new PostIndex({ ...log, source, mostPosts: parts.mostPosts });
    const { index } = this;
    const { restrictions } = ledger.rights;
    this.published = new PublishedPosts({ log, index, restrictions, accounts, source });
    const { published } = this;
    this.uploads = new Uploads({ folder: parts.uploadFolder, key: keys.uploads, now });
    const { erasureBasis } = parts;
    this.posting = new Posting({
      ...{ ledger, log, index, published, uploads: this.uploads, accounts, city, erasureBasis, now },
    });
    const desk = ledger.moderating;
    const { moderation } = ledger;
    this.#views = new PostViews({ log, index, published, moderation, accounts, source, tagKey: keys.tags });
    this.themes = new Themes({ index, published, posting: this.posting, store, accounts, source, now });
    this.results = new ThemeResults({
      ...{ index, published, city, tagOf: (one) => this.#views.tagOf(one) },
      version: () => [index.size, ...log.events.tally.all.map(({ count }) => count)].join(" "),
    });
    this.moderation = new PostModeration({ posting: this.posting, desk, store, accounts, now });
    log.reserveSource(source, SENDER);
    ledger.pictures.showOnly((id, of) => published.isPublic(id, of));
  }

  /** Reads what is in the log, and looks after uploads. Requests that come before it is read wait. */
  start(onFailure: (error: unknown) => void): void {
    this.uploads.start();
    this.index.now().catch(onFailure);
  }

  async close(): Promise<void> {
    this.uploads.close();
    await this.index.now().catch(() => undefined);
  }

  /** What somebody sees. */
  async viewerFor(member: Member | undefined): Promise<Viewer> {
    if (!member) return ANYBODY;
    const { citizenId } = member;
    const { store } = this.#parts;
    const [themes, blocked] = [await store.list("theme", citizenId), await store.list("blocked", citizenId)];
    return { citizenId, themes: new Set(themes), blocked: new Set(blocked) };
  }

  /** The newest posts. @throws NOT_FOUND the reader is shown no such theme; STORE_DAMAGED, STORE_FAILED, VAULT_FAILED */
  async timeline({ limit, ...query }: TimelineQuery, viewer: Viewer): Promise<TimelinePage> {
    await this.index.now();
    if (query.theme !== undefined) await this.themes.shown(query.theme, viewer);
    const followed = await this.#followedBy(viewer);
    const posts: PostView[] = [];
    let looked = 0;
    for (const post of this.index.newest(query)) {
      if (posts.length === limit || looked === MOST_LOOKED_AT) return { posts, next: String(post.leafIndex + 1) };
      looked++;
      if (viewer.blocked.size > 0 && viewer.blocked.has(this.#views.tagOf(post))) continue;
      const view = await this.#views.post(post, viewer, followed);
      if (view) posts.push(view);
    }
    return { posts };
  }

  /** One post; its author sees it however it stands. @throws NOT_FOUND; as {@link Posts.timeline} */
  async post(id: string, viewer: Viewer): Promise<PostView> {
    await this.index.now();
    const post = this.index.post(id);
    const followed = await this.#followedBy(viewer);
    const own = post && (await this.#views.ownPost(post, viewer, followed));
    if (own) return own;
    const view = await this.#views.post(await this.posting.shown(id, viewer), viewer, followed);
    if (!view) throw noSuch();
    return view;
  }

  /** Comments on a post, the oldest first. @throws as {@link Posts.post} */
  async comments(
    id: string,
    { after = -1, limit }: { readonly after?: number | undefined; readonly limit: number },
    viewer: Viewer,
  ): Promise<CommentPage> {
    const post = await this.posting.shown(id, viewer);
    const shown = (await this.published.commentsFor(post, viewer)).filter(
      (one) => one.leafIndex > after && !viewer.blocked.has(this.#views.tagOf(one)),
    );
    const comments: CommentView[] = [];
    for (const one of shown.slice(0, limit)) {
      const view = await this.#views.comment(one, viewer);
      if (view) comments.push(view);
    }
    return { comments, ...(shown.length > limit && { next: String(shown[limit - 1]?.leafIndex) }) };
  }

  /** The published copy of a picture. @throws NOT_FOUND; as {@link Posts.timeline} */
  async picture(id: string, n: number, viewer: Viewer): Promise<{ readonly bytes: Uint8Array; readonly type: string }> {
    await this.index.now();
    const post = this.index.post(id);
    const derived = post && (await this.published.picture(post, n, viewer));
    if (!derived) throw new WarifuError("NOT_FOUND", "there is no such picture of a post");
    return { bytes: derived.bytes, type: derived.claim.type };
  }

  /**
   * A post or a comment in another language: what is there, or what is made now.
   * @throws NOT_FOUND; REQUEST_INVALID the city does not speak it, or it is written in it; NOT_TRANSLATED,
   *   TRANSFER_REFUSED, BUSY, STOPPED; as {@link Posts.timeline}
   */
  async translation(id: string, to: string, viewer: Viewer): Promise<ShownTranslation> {
    const { languages } = this.city;
    if (!languages.includes(to)) throw new WarifuError("REQUEST_INVALID", `to: there are ${languages.join(", ")}`);
    const one = await this.posting.shownOrComment(id, viewer);
    const known = await this.published.translationFor(one, to, viewer);
    if (known) return known;
    await this.#parts.ledger.translations.translate(id, { to, by: READERS });
    const made = await this.published.translationFor(one, to, viewer);
    if (!made) throw noSuch();
    return made;
  }

  /** All that somebody posted, the newest first, however it stands. @throws as {@link Posts.timeline} */
  async ownPosts(viewer: Viewer): Promise<PostView[]> {
    await this.index.now();
    const posts: PostView[] = [];
    const followed = await this.#followedBy(viewer);
    for (const post of this.index.newest({ author: viewer.citizenId ?? "" })) {
      if (posts.length === MOST_OWN) break;
      const view = await this.#views.ownPost(post, viewer, followed);
      if (view) posts.push(view);
    }
    return posts;
  }

  /** What somebody follows, as far as it is shown, followed last first. @throws as {@link Posts.timeline} */
  async followed(viewer: Viewer): Promise<PostView[]> {
    await this.index.now();
    const followed = await this.#followedBy(viewer);
    const views: PostView[] = [];
    for (const id of [...followed].reverse()) {
      const post = this.index.post(id);
      const view = post && (await this.#views.post(post, viewer, followed));
      if (view) views.push(view);
    }
    return views;
  }

  /** Follows a post, or does not any more. @throws NOT_FOUND; REQUEST_INVALID the list is full */
  async follow(id: string, doesFollow: boolean, member: Member, viewer: Viewer): Promise<void> {
    if (doesFollow) await this.posting.shown(id, viewer);
    await this.#list("followed", id, doesFollow, member);
  }

  /** Takes the next piece of a picture. @throws UNAUTHENTICATED they are being removed; as {@link Uploads.append} */
  upload(sha256: string, piece: Piece, { citizenId }: Member): Promise<UploadPlace> {
    return this.#parts.accounts.acting(citizenId, () => this.uploads.append(citizenId, sha256, piece));
  }

  /** Hides an author from somebody, or shows them again. @throws REQUEST_INVALID the list is full */
  block(tag: string, isBlocked: boolean, member: Member): Promise<void> {
    return this.#list("blocked", tag, isBlocked, member);
  }

  /** Removes what is stored of an account beside its records. @throws STORE_FAILED */
  async forget(citizenId: string): Promise<void> {
    await this.#parts.store.forget(citizenId);
    await this.uploads.forget(citizenId);
  }

  /** What this city, and no other, last said that it does about a record; `undefined` if it said nothing. */
  async statusOf(id: string) {
    await this.index.now();
    const isSaid = ({ source, leafIndex }: IndexedStatus) =>
      source === this.city.source && !this.published.isGone(leafIndex);
    return this.index.statusesOf(id).findLast(isSaid);
  }

  async #list(list: "followed" | "blocked", item: string, isIn: boolean, { citizenId }: Member): Promise<void> {
    const { store, accounts } = this.#parts;
    await accounts.acting(citizenId, async () => {
      if (!isIn) return store.remove(list, citizenId, item);
      if ((await store.count(list, citizenId)) >= MOST_LISTED)
        throw new WarifuError("REQUEST_INVALID", `the list has ${MOST_LISTED} already: take some off it`);
      return store.add(list, citizenId, item);
    });
  }

  async #followedBy({ citizenId }: Viewer): Promise<ReadonlySet<string>> {
    return new Set(citizenId === undefined ? [] : await this.#parts.store.list("followed", citizenId));
  }
}

function noSuch(): WarifuError {
  return new WarifuError("NOT_FOUND", "there is no post of that id");
}
