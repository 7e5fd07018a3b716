/**
 * Takes what citizens say: posts with their pictures, comments, reactions, and withdrawals. Each becomes a record of the
 * city's source, which the service submits itself; whose it is, is concealed in it.
 *
 * Invariant: each arrives once. An account's key stands for one record, so the same one sent again is answered as it was.
 */
import { createHash } from "node:crypto";
import { WarifuError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import type { Box } from "../core/picture.ts";
import type { Submitter } from "../core/submitter.ts";
import { formatSecond } from "../core/timestamp.ts";
import { formatRecordId } from "../core/record-id.ts";
import { assertMaySpeak, type Speaking } from "../moderation/new-accounts.ts";
import type { Ledger } from "../read/ledger.ts";
import type { OpenLog } from "../write/open-log.ts";
import type { Acknowledgement } from "../write/outcome.ts";
import { PicturedValue } from "../write/pictured-value.ts";
import type { IndexedPost } from "./indexed-records.ts";
import type { PostIndex } from "./post-index.ts";
import {
  REACTION,
  TYPES,
  type Accounts,
  type Member,
  type PostsCity,
  type ReportStatus,
  type Viewer,
} from "./post-types.ts";
import type { PublishedPosts, Written } from "./published-posts.ts";
import { Turns } from "./turns.ts";
import type { Uploads } from "./uploads.ts";

export interface PostingParts {
  readonly ledger: Pick<Ledger, "submit" | "pictures" | "records" | "erasing">;
  readonly log: Pick<OpenLog, "store">;
  readonly index: PostIndex;
  readonly published: PublishedPosts;
  readonly uploads: Uploads;
  readonly accounts: Accounts;
  readonly city: PostsCity;
  /** Provision on which people erase what they sent. */
  readonly erasureBasis: string;
  /** POSIX milliseconds. */
  readonly now: () => number;
}

/** A picture of a new post. */
export interface NewPicture {
  /** Of what was uploaded, hexadecimal. */
  readonly sha256: string;
  /** Parts to be made unrecognisable. */
  readonly hide?: readonly Box[] | undefined;
}

/** A new post. */
export interface NewPost {
  /** The phone's own: the same for the same post. */
  readonly key: string;
  readonly category: string;
  readonly theme?: string | undefined;
  readonly text?: string | undefined;
  readonly language?: string | undefined;
  readonly area?: string | undefined;
  readonly latitude?: number | undefined;
  readonly longitude?: number | undefined;
  /** RFC 3339. */
  readonly reportedAt: string;
  readonly pictures: readonly NewPicture[];
}

/** A new comment. */
export interface NewComment {
  readonly key: string;
  readonly text: string;
  readonly language?: string | undefined;
}

/** A new step of what the city does. */
export interface NewStatus {
  readonly status: ReportStatus;
  readonly text?: string | undefined;
  readonly language?: string | undefined;
}

/** What was taken, and whether it is new. */
export interface Taken extends Acknowledgement {
  readonly isNew: boolean;
}

/** Whom the pipeline takes for the sender of all records of the app. */
export const SENDER = "citizens";
const SUBMITTER: Submitter = { sender: SENDER, assertMaySend: () => undefined };
const DAY_SECONDS = 86_400;
/** What was written before a theme ended may have been on a phone without a network. */
const LATE_DAYS = 7;

/** Takes what citizens of one city say. */
export class Posting {
  readonly #parts: PostingParts;
  readonly #turns = new Turns();

  constructor(parts: PostingParts) {
    this.#parts = parts;
  }

  /**
   * Takes a post.
   * @throws REQUEST_INVALID it is empty, of a category or area that the city has not, too late for its theme, or a picture was
   *   not uploaded; NOT_FOUND alike for a theme that is not there and one that its author does not belong to; RATE_LIMITED a
   *   new account has said enough; IDEMPOTENCY_CONFLICT; PICTURE_INVALID, PICTURE_UNSUPPORTED; as submitting
   */
  post(said: NewPost, member: Member, viewer: Viewer): Promise<Taken> {
    return this.#inTurn(member, async () => {
      const key = keyOf(member, "post", said.key);
      const known = await this.#known(key);
      const hashes = said.pictures.map(({ sha256 }) => sha256);
      const { uploads, ledger } = this.#parts;
      if (!known) await this.#assertMayPost(said, member, viewer);
      else if (hashes.length > 0) {
        // They may have been sent again, since the phone never had an answer.
        await uploads.discard(member.citizenId, hashes);
        return known;
      }
      const value = this.#valueOf(TYPES.post, key, wordsOf(said, member));
      const taken = await uploads.using(member.citizenId, hashes, async (originals) => {
        const pictures = await ledger.pictures.receive(originals);
        return this.#submit(pictures.length === 0 ? value : new PicturedValue(value, pictures));
      });
      await uploads.discard(member.citizenId, hashes);
      return taken;
    });
  }

  /**
   * Takes a comment on a post.
   * @throws NOT_FOUND its author is shown no such post; RATE_LIMITED; IDEMPOTENCY_CONFLICT; as submitting
   */
  comment(about: string, said: NewComment, member: Member, viewer: Viewer): Promise<Taken> {
    return this.#inTurn(member, async () => {
      await this.shown(about, viewer);
      const key = keyOf(member, `comment ${about}`, said.key);
      if (!(await this.#known(key))) this.#assertMaySpeak("comment", member);
      const { text, language } = said;
      const claims = { about, text, ...(language !== undefined && { language }), reporterId: member.citizenId };
      return this.#submit(this.#valueOf(TYPES.comment, key, claims));
    });
  }

  /** Notes that somebody likes a post, once. @throws NOT_FOUND; as submitting */
  react(about: string, member: Member, viewer: Viewer): Promise<void> {
    return this.#inTurn(member, async () => {
      await this.shown(about, viewer);
      if (this.#reactionsOf(about, member).length > 0) return;
      const claims = { about, reaction: REACTION, reporterId: member.citizenId };
      await this.#submit(this.#valueOf(TYPES.reaction, keyOf(member, "reaction", about), claims));
    });
  }

  /** Takes a reaction back: its record is erased. @throws as {@link Posting.withdraw} */
  unreact(about: string, member: Member): Promise<void> {
    return this.#inTurn(member, async () => {
      await this.#parts.index.now();
      for (const { id } of this.#reactionsOf(about, member)) await this.#erase(id);
    });
  }

  /**
   * Erases a post or a comment for its author.
   * @returns the id of the log's event that says so
   * @throws NOT_FOUND there is none of theirs; STOPPED, STORE_FAILED, VAULT_FAILED
   */
  withdraw(id: string, member: Member): Promise<string> {
    return this.#inTurn(member, async () => this.#erase((await this.own(id, member)).id));
  }

  /**
   * What the city does about a post, or any other report, as an officer says it.
   * @throws NOT_FOUND there is no such report; as submitting
   */
  async status(about: string, { status, text, language }: NewStatus): Promise<Taken> {
    const { kind, vct } = await this.#parts.ledger.records.get(about);
    if (kind !== "record" || vct?.split(":")[1] !== TYPES.post) throw noPost();
    const said = { ...(text !== undefined && { text }), ...(language !== undefined && { language }) };
    const at = formatSecond(Math.floor(this.#parts.now() / 1_000));
    return this.#submit(this.#valueOf(TYPES.status, undefined, { about, status, at, ...said }));
  }

  /** Submits a theme. @throws as submitting */
  theme(claims: JsonObject): Promise<Taken> {
    return this.#submit(this.#valueOf(TYPES.theme, undefined, claims));
  }

  /** The post or comment of an id that a reader is shown. @throws NOT_FOUND */
  async shownOrComment(id: string, viewer: Viewer): Promise<Written> {
    await this.#parts.index.now();
    const one = this.#parts.index.written(id);
    if (one && (await this.#parts.published.isShown(one, viewer))) return one;
    throw noPost();
  }

  /** The post of an id that a reader is shown. @throws NOT_FOUND */
  async shown(id: string, viewer: Viewer): Promise<IndexedPost> {
    await this.#parts.index.now();
    const post = this.#parts.index.post(id);
    if (post && (await this.#parts.published.isShown(post, viewer))) return post;
    throw noPost();
  }

  /** The post or comment of an id that somebody wrote. @throws NOT_FOUND */
  async own(id: string, { citizenId }: Member): Promise<Written> {
    const { index, city } = this.#parts;
    await index.now();
    const one = index.written(id);
    if (one && one.author === citizenId && one.source === city.source) return one;
    throw noPost();
  }

  /** One thing after another for each account, and nothing once it is being removed. */
  #inTurn<T>({ citizenId }: Member, act: () => Promise<T>): Promise<T> {
    return this.#parts.accounts.acting(citizenId, () => this.#turns.take(citizenId, act));
  }

  async #assertMayPost(said: NewPost, member: Member, viewer: Viewer): Promise<void> {
    await this.#parts.index.now();
    const { categories, areas } = this.#parts.city;
    if (!said.text?.trim() && said.pictures.length === 0) throw invalid("a post has a text, a picture, or both");
    assertOneOf(said.category, categories, "category");
    if (said.area !== undefined) assertOneOf(said.area, areas, "area");
    if ((said.latitude === undefined) !== (said.longitude === undefined))
      throw invalid("latitude and longitude come together");
    if (said.theme !== undefined) this.#assertTheme(said.theme, said.reportedAt, viewer);
    this.#assertMaySpeak("post", member);
  }

  #assertTheme(code: string, reportedAt: string, viewer: Viewer): void {
    const theme = this.#parts.index.theme(code);
    if (!theme || !this.#parts.published.isThemeShown(theme, viewer)) throw noTheme();
    const until = theme.until === undefined ? Infinity : Date.parse(theme.until);
    const isLate = this.#parts.now() > until + LATE_DAYS * DAY_SECONDS * 1_000;
    if (isLate || Date.parse(reportedAt) > until || Date.parse(reportedAt) < Date.parse(theme.from ?? "1990-01-01"))
      throw invalid("theme: it takes no posts at present");
  }

  #assertMaySpeak(what: Speaking["what"], { citizenId, since }: Member): void {
    const { index, city, now } = this.#parts;
    const yesterday = now() / 1_000 - DAY_SECONDS;
    const said = what === "post" ? index.newest({ author: citizenId }) : index.commentsBy(citizenId).toReversed();
    let recent = 0;
    for (const { at } of said) {
      if (at < yesterday) break;
      recent++;
    }
    assertMaySpeak({ what, since, now: now(), recent }, city.moderation);
  }

  #reactionsOf(about: string, { citizenId }: Member) {
    const { index, published } = this.#parts;
    return index
      .reactionsTo(about)
      .filter(({ author, leafIndex }) => author === citizenId && !published.isGone(leafIndex));
  }

  #valueOf(type: string, key: string | undefined, claims: JsonObject): JsonObject {
    return { ...(key !== undefined && { key }), type, source: this.#parts.city.source, claims };
  }

  /** What an account's key stands for already. */
  async #known(key: string): Promise<Taken | undefined> {
    const { ledger, log, city } = this.#parts;
    const [view] = (await ledger.records.byKey({ source: city.source, key, sender: SENDER })).items;
    if (!view || "error" in view) return undefined;
    const checkpoint = await log.store.checkpointAbove(view.leafIndex);
    const { id, leafIndex, leafHash } = view;
    return { id, leafIndex, leafHash, checkpoint: checkpoint?.note ?? "", isNew: false };
  }

  async #submit(value: JsonObject | PicturedValue): Promise<Taken> {
    const [outcome] = await this.#parts.ledger.submit([value], SUBMITTER);
    if (!outcome) throw new WarifuError("STOPPED", "the service had to stop: send it again with the same key");
    if (!outcome.ok) throw outcome.error;
    await this.#parts.index.now();
    return { ...outcome.acknowledgement, isNew: outcome.isNew };
  }

  async #erase(id: string): Promise<string> {
    const { ledger, log } = this.#parts;
    const [item] = (await ledger.erasing.erase([id], { basis: this.#parts.erasureBasis }, () => true)).items;
    if (!item || "error" in item) throw item?.error ?? noPost();
    const [entry] = await log.store.entries(item.event, item.event + 1);
    return entry ? formatRecordId(entry.id) : "";
  }
}

/** The answer alike where there is no such post and where the caller is not shown it. */
function noPost(): WarifuError {
  return new WarifuError("NOT_FOUND", "there is no post of that id");
}

/** The answer alike where there is no such theme and where the caller does not belong to it. */
export function noTheme(): WarifuError {
  return new WarifuError("NOT_FOUND", "there is no theme of that code");
}

function invalid(message: string): WarifuError {
  return new WarifuError("REQUEST_INVALID", message);
}

function assertOneOf(code: string, known: readonly { readonly code: string }[], name: string): void {
  if (known.some((one) => one.code === code)) return;
  throw invalid(`${name}: the city has ${known.map((one) => one.code).join(", ")}`);
}

/** An account's own key, such that nobody else's is the same, and it says nothing. */
function keyOf({ citizenId }: Member, what: string, key: string): string {
  return `c-${createHash("sha256").update(`${citizenId}\n${what}\n${key}`).digest("hex")}`;
}

function wordsOf(said: NewPost, { citizenId }: Member): JsonObject {
  const { key: _, pictures, ...words } = said;
  const hidden = pictures.map(({ hide = [] }) => (hide.length === 0 ? {} : { hide: hide.map((box) => [...box]) }));
  const given = Object.entries(words).filter(([, value]) => value !== undefined);
  return {
    ...(Object.fromEntries(given) as JsonObject),
    reporterId: citizenId,
    ...(hidden.length > 0 && { pictures: hidden }),
  };
}
