/**
 * What readers are shown of posts, comments and themes. Their texts and pictures are in the vault, and leave it for readers
 * here and nowhere else.
 *
 * Invariant: nothing is shown of what is erased or withheld, held or hidden, restricted, without its author's consent to be
 * published, in a theme that the reader does not belong to, or whose pictures are not all published yet. Of a theme that is not
 * known nothing is shown either: nobody knows who may see it.
 */
import type { Body } from "../core/body.ts";
import { parseOpening } from "../core/opening.ts";
import { OUT_CLAIM } from "../core/derivation-event.ts";
import type { JsonObject } from "../core/json.ts";
import { textsIn, translationOf } from "../core/translation-event.ts";
import type { Restrictions } from "../privacy/restrictions.ts";
import type { OpenLog } from "../write/open-log.ts";
import type { KeptDerived } from "../write/stored-check.ts";
import {
  isPost,
  type IndexedComment,
  type IndexedPost,
  type IndexedRecord,
  type IndexedStatus,
  type IndexedTheme,
} from "./indexed-records.ts";
import type { PostIndex } from "./post-index.ts";
import { ANYBODY, PUBLISH_PURPOSE, RECEIVED_SOURCES, type Accounts, type Viewer } from "./post-types.ts";

export interface PublishedParts {
  readonly log: Pick<OpenLog, "store" | "check" | "events">;
  readonly index: PostIndex;
  readonly restrictions: Pick<Restrictions, "isRestricted">;
  readonly accounts: Accounts;
  /** Source of the city's own records. */
  readonly source: string;
}

/** A post or a comment. */
export type Written = IndexedPost | IndexedComment;

/** A copy that is shown. */
export interface ShownCopy {
  readonly n: number;
  readonly width: number;
  readonly height: number;
}

/** What somebody's text says in another language. */
export interface ShownTranslation {
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly by: "machine" | "person";
  /** What translated it, of a machine's. */
  readonly tool: string | undefined;
}

/** What is shown of the posts of one log. */
export class PublishedPosts {
  readonly #parts: PublishedParts;

  constructor(parts: PublishedParts) {
    this.#parts = parts;
  }

  /** Whether a reader is shown it. @throws STORE_DAMAGED, VAULT_FAILED it cannot be known */
  async isShown(one: Written, viewer: Viewer): Promise<boolean> {
    if (isPost(one)) return this.#isInView(one, viewer) && this.#isPublished(one);
    const post = this.#parts.index.post(one.about);
    return (
      post !== undefined && this.#mayComment(one, post) && (await this.isShown(post, viewer)) && this.#isPublished(one)
    );
  }

  /** The comments on a post that a reader is shown, in the order of the log. @throws as {@link PublishedPosts.isShown} */
  async commentsFor(post: IndexedPost, viewer: Viewer): Promise<IndexedComment[]> {
    const comments = this.#parts.index.commentsOn(post.id);
    if (comments.length === 0 || !(await this.isShown(post, viewer))) return [];
    const shown: IndexedComment[] = [];
    for (const comment of comments)
      if (this.#mayComment(comment, post) && (await this.#isPublished(comment))) shown.push(comment);
    return shown;
  }

  /**
   * What it says; `undefined` if the reader is not shown it.
   * @throws STORE_DAMAGED, STORE_FAILED, VAULT_FAILED
   */
  async claimsFor(one: Written, viewer: Viewer): Promise<JsonObject | undefined> {
    return (await this.isShown(one, viewer)) ? this.#claimsAt(one.leafIndex) : undefined;
  }

  /** What it says, for whoever wrote it; `undefined` once it is erased. @throws as {@link PublishedPosts.claimsFor} */
  async claimsForAuthor(one: Written, viewer: Viewer): Promise<JsonObject | undefined> {
    return this.#isOwn(one, viewer) ? this.#claimsAt(one.leafIndex) : undefined;
  }

  /** What a theme says; `undefined` if the reader does not belong to it. @throws as {@link PublishedPosts.claimsFor} */
  async claimsOfTheme(theme: IndexedTheme, viewer: Viewer): Promise<JsonObject | undefined> {
    return this.isThemeShown(theme, viewer) ? this.#claimsAt(theme.leafIndex) : undefined;
  }

  /**
   * What the city says with a status; `undefined` if it is about a post that the reader is not shown and did not write, or
   * another city says it of a post that is not its own.
   * @throws as {@link PublishedPosts.claimsFor}
   */
  async claimsOfStatus(status: IndexedStatus, viewer: Viewer): Promise<JsonObject | undefined> {
    const post = this.#parts.index.post(status.about);
    if (!post || this.isGone(status.leafIndex) || this.#isHeldByOrigin(status)) return undefined;
    if (status.source !== this.#parts.source && status.source !== post.source) return undefined;
    const mayRead = this.#isOwn(post, viewer) || (await this.isShown(post, viewer));
    return mayRead ? this.#claimsAt(status.leafIndex) : undefined;
  }

  /** Whether a reader is shown a theme. */
  isThemeShown(one: IndexedTheme, { citizenId, themes }: Viewer): boolean {
    const { leafIndex, theme, visibility, owner } = one;
    if (this.isGone(leafIndex) || this.#isHeldByOrigin(one)) return false;
    return visibility === "open" || themes.has(theme) || (citizenId !== undefined && owner === citizenId);
  }

  /** Whether a record is erased or withheld. */
  isGone(leafIndex: number): boolean {
    return this.#parts.log.events.erasures.erasedBy(leafIndex) !== undefined;
  }

  /** Whether all pictures of a post have copies that may be seen. */
  hasCopies({ leafIndex, pictures }: IndexedPost): boolean {
    const { derivations } = this.#parts.log.events;
    for (let n = 0; n < pictures; n++) if (!derivations.newestOf(leafIndex, n)) return false;
    return true;
  }

  /** The copies of a post that a reader, or its author, is shown. @throws as {@link PublishedPosts.claimsFor} */
  async copiesOf(post: IndexedPost): Promise<ShownCopy[]> {
    const copies: ShownCopy[] = [];
    for (let n = 0; n < post.pictures; n++) {
      const at = await this.#derivedAt(post, n);
      const derived = at && (await this.#parts.log.check.derivedClaimOf(at.leafIndex, at.body));
      if (derived) copies.push({ n, width: derived.claim.width, height: derived.claim.height });
    }
    return copies;
  }

  /**
   * The copy of a picture; `undefined` where there is none for this reader.
   * @throws as {@link PublishedPosts.claimsFor}
   */
  async picture(post: IndexedPost, n: number, viewer: Viewer): Promise<KeptDerived | undefined> {
    if (!this.#isOwn(post, viewer) && !(await this.isShown(post, viewer))) return undefined;
    const at = await this.#derivedAt(post, n);
    return at && this.#parts.log.check.derivedOf(at.leafIndex, at.body);
  }

  /**
   * What it says in another language, if somebody has translated it; `undefined` if not, or the reader is not shown it.
   * @throws as {@link PublishedPosts.claimsFor}
   */
  async translationFor(one: Written, to: string, viewer: Viewer): Promise<ShownTranslation | undefined> {
    const { check, events } = this.#parts.log;
    const entered = events.translations.newestOf(one.leafIndex, { to, of: "concealed" });
    if (!entered || !(await this.isShown(one, viewer))) return undefined;
    const body = await this.#bodyAt(entered.leafIndex);
    const opening = (await check.openingsOf(entered.leafIndex, body))?.find(
      (text) => parseOpening(text).name === OUT_CLAIM,
    );
    const text = opening === undefined ? undefined : textsIn(parseOpening(opening).value)?.["text"];
    if (!body || text === undefined) return undefined;
    const { from, by, tool } = translationOf(body);
    return { from, to, text, by, tool };
  }

  /** Whether everybody is shown the record of that id, as far as the citizens' part has a say in it. */
  async isPublic(id: string, source: string): Promise<boolean> {
    if (!this.#isOfCitizens(source)) return true;
    await this.#parts.index.now();
    const one = this.#parts.index.written(id);
    return one !== undefined && this.isShown(one, ANYBODY);
  }

  #isOfCitizens(source: string): boolean {
    return source === this.#parts.source || source.startsWith(RECEIVED_SOURCES);
  }

  /** Whoever reads it; the cheap conditions come first. */
  async #isPublished(one: Written): Promise<boolean> {
    if (this.isGone(one.leafIndex) || this.#isHeldByOrigin(one)) return false;
    if (this.#parts.log.events.moderations.visibilityOf(one.leafIndex) !== "shown") return false;
    if (isPost(one) && !this.hasCopies(one)) return false;
    if (await this.#parts.restrictions.isRestricted(one.leafIndex, PUBLISH_PURPOSE)) return false;
    return this.#hasConsent(one);
  }

  /** Of another city's: it is restricted or hidden there, or the log does not say that it was verified when it came. */
  #isHeldByOrigin({ leafIndex, source }: IndexedRecord): boolean {
    if (!source.startsWith(RECEIVED_SOURCES)) return false;
    const { exchanges, provisions } = this.#parts.log.events;
    return provisions.receptionOf(leafIndex) === undefined || exchanges.heldByOrigin(leafIndex).size > 0;
  }

  #isInView({ theme: code, source }: IndexedPost, viewer: Viewer): boolean {
    if (code === undefined) return true;
    const theme = this.#parts.index.theme(code);
    if (!theme || !this.isThemeShown(theme, viewer)) return false;
    // Another city posts under its own themes, and under those that are shared with it.
    return theme.source === source || (theme.scope === "shared" && theme.visibility === "open");
  }

  /** Another city comments on its own posts, and on those that it was given. */
  #mayComment({ source }: IndexedComment, post: IndexedPost): boolean {
    if (source === this.#parts.source || source === post.source) return true;
    return this.#parts.log.events.provisions.of(post.leafIndex).length > 0;
  }

  #isOwn({ author, leafIndex, source }: Written, { citizenId }: Viewer): boolean {
    const isTheirs = citizenId !== undefined && author === citizenId && source === this.#parts.source;
    return isTheirs && !this.isGone(leafIndex);
  }

  /** Of what another city sent, that city knows: it has erased here what is withdrawn there. */
  async #hasConsent({ author, source }: Written): Promise<boolean> {
    if (source !== this.#parts.source) return true;
    return this.#parts.accounts.hasConsent(author, PUBLISH_PURPOSE);
  }

  async #claimsAt(leafIndex: number): Promise<JsonObject | undefined> {
    return this.#parts.log.check.claimsOf(leafIndex, await this.#bodyAt(leafIndex));
  }

  async #bodyAt(leafIndex: number): Promise<Body | undefined> {
    const { store, check } = this.#parts.log;
    const [entry] = await store.entries(leafIndex, leafIndex + 1);
    if (!entry) throw check.missing(leafIndex);
    return check.bodyOf(entry);
  }

  async #derivedAt({ leafIndex }: IndexedPost, n: number) {
    const newest = this.#parts.log.events.derivations.newestOf(leafIndex, n);
    return newest && { leafIndex: newest.leafIndex, body: await this.#bodyAt(newest.leafIndex) };
  }
}
