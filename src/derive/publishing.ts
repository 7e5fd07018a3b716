/**
 * Publishes pictures: of each that came with a record, as its profile has it, a copy that holds nothing but pixels, which is
 * entered as a derivation. Goes on alongside writing, one picture at a time.
 *
 * Invariant: what is to be published is noted in the vault with the record, so a crash loses none; and a picture whose
 * profile asks for hidden faces is not published before somebody has looked for them.
 */
import type { Derivation } from "../core/derivation-event.ts";
import type { Box } from "../core/picture.ts";
import { codeOf, messageOf, WarifuError } from "../core/errors.ts";
import type { EventRegister } from "../events/register.ts";
import type { PictureCopy } from "../pictures/picture-child.ts";
import type { PictureProcess } from "../pictures/picture-process.ts";
import type { PictureRule, Profiles } from "../profiles/profile.ts";
import type { LogStore } from "../store/log-store.ts";
import { enterDerivation } from "../write/enter-derivation.ts";
import type { StoredCheck, KeptPicture } from "../write/stored-check.ts";
import type { Writer } from "../write/writer.ts";

/** Name and version of what makes the copies. */
export const OWN_TOOL = { tool: "warifu-pictures", version: "1" } as const;

/** Why a picture is not published yet. */
export const UNPUBLISHED_REASONS = ["waiting", "sealed", "faces-not-hidden", "failed"] as const;
export type UnpublishedReason = (typeof UNPUBLISHED_REASONS)[number];

/** A picture of a record. */
export interface PicturePlace {
  /** Leaf index. */
  readonly record: number;
  readonly picture: number;
}

/** Makes the copy of a picture without the boxes, and without the faces that it finds. @throws FACES_NOT_HIDDEN */
export interface FaceHider {
  readonly tool: string;
  readonly version: string;
  hide(bytes: Uint8Array, boxes: readonly Box[]): Promise<PictureCopy>;
}

/** A copy that is published, and what was said of it. */
export interface PublishedCopy {
  /** Of the event that made it. */
  readonly leafIndex: number;
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** All that the service hid in it, and in those before it. */
  readonly boxes: readonly Box[];
  readonly derivation: Derivation;
}

export interface PublishingParts {
  readonly log: {
    readonly store: Pick<LogStore, "entries">;
    readonly check: StoredCheck;
    readonly events: Pick<EventRegister, "derivations">;
    readonly profiles: Profiles;
    readonly writer: Writer;
  };
  readonly process: Pick<PictureProcess, "copy">;
  /** Hides faces in pictures of which the profile asks for it; `undefined` while nothing is there that does. */
  readonly faceHider: () => FaceHider | undefined;
  readonly now: () => number;
  /** Told of a picture that could not be published, once for each reason. */
  readonly onFailure?: ((place: PicturePlace, reason: string) => void) | undefined;
}

/** Records looked up at a time. */
const PAGE = 64;
/** What failed is tried again after this long, then after twice as long, up to the longest. */
const FIRST_RETRY_MS = 60_000;
const LONGEST_RETRY_MS = 3_600_000;
/** How often to look for what nobody announced. */
const LOOK_EVERY_MS = 30_000;

interface Failure {
  readonly reason: UnpublishedReason;
  /** In words, for the operator. */
  readonly why: string;
  readonly times: number;
  readonly retryAt: number;
}

/** The publishing of one log's pictures. */
export class Publishing {
  readonly #parts: PublishingParts;
  readonly #failures = new Map<number, Failure>();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #isWanted = false;
  #couldHide = false;
  #isClosed = false;

  constructor(parts: PublishingParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#timer = setInterval(() => this.wake(), LOOK_EVERY_MS).unref();
    this.wake();
  }

  /** There is something new to publish. */
  wake(): void {
    if (this.#isWanted || this.#isClosed) return;
    this.#isWanted = true;
    this.#running = this.#running
      .then(() => {
        this.#isWanted = false;
        return this.#round();
      })
      // Of the vault itself: the writer meets it too, and stops.
      .catch(() => undefined);
  }

  /** Resolves when everything that was announced has been published or has failed. */
  settled(): Promise<void> {
    return this.#running;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  /** Why pictures of a record are not published. */
  reasonOf(record: number): UnpublishedReason {
    return this.#failures.get(record)?.reason ?? "waiting";
  }

  /**
   * Makes and enters the first copy of a picture.
   * @param manual boxes in addition to those that came with the record
   * @throws PICTURE_INVALID, BUSY; NOT_FOUND the record was erased; FACES_NOT_HIDDEN; STOPPED
   */
  async publishFirst(
    place: PicturePlace,
    picture: KeptPicture,
    rule: PictureRule,
    manual: readonly Box[],
  ): Promise<{ readonly leafIndex: number; readonly id: Uint8Array }> {
    const boxes = [...(picture.claim.hide ?? []), ...manual];
    const { tool, version, hide } = rule === "faces-hidden" ? this.#faceHider() : this.#plain;
    const { bytes, width, height, faces } = await hide(picture.bytes, boxes);
    const found = faces && { facesFound: faces.boxes.length, ...(faces.model !== undefined && { model: faces.model }) };
    const derivation = { by: "service", tool, version, ...place, manualBoxes: boxes.length, ...found } as const;
    const outcome = { bytes, type: "image/webp", width, height };
    const hidden = [...boxes, ...(faces?.boxes ?? [])];
    const of = picture.claim.sha256;
    return enterDerivation({ derivation, of, boxes: hidden, outcome, replaces: undefined }, this.#parts.log);
  }

  /**
   * Hides more of the copy that is published: made from that copy, so that nothing comes back that anybody hid in it.
   * @throws as {@link Publishing.publishFirst}
   */
  async hideMore(
    place: PicturePlace,
    picture: KeptPicture,
    copy: PublishedCopy,
    boxes: readonly Box[],
  ): Promise<{ readonly leafIndex: number; readonly id: Uint8Array }> {
    const { bytes, width, height } = await this.#parts.process.copy(copy.bytes, boxes);
    const { facesFound, model, manualBoxes } = copy.derivation;
    const faces = { ...(facesFound !== undefined && { facesFound }), ...(model !== undefined && { model }) };
    const hidden = { manualBoxes: manualBoxes + boxes.length, ...faces };
    const derivation = { by: "service", ...OWN_TOOL, ...place, ...hidden } as const;
    const outcome = { bytes, type: "image/webp", width, height };
    const all = [...copy.boxes, ...boxes];
    const [of, replaces] = [picture.claim.sha256, copy.leafIndex];
    return enterDerivation({ derivation, of, boxes: all, outcome, replaces }, this.#parts.log);
  }

  get #plain(): FaceHider {
    return { ...OWN_TOOL, hide: (bytes, boxes) => this.#parts.process.copy(bytes, boxes) };
  }

  #faceHider(): FaceHider {
    const hider = this.#parts.faceHider();
    if (hider) return hider;
    throw new WarifuError(
      "FACES_NOT_HIDDEN",
      "the profile asks for hidden faces, and nothing here finds any: see docs/operations.md, Pictures",
    );
  }

  async #round(): Promise<void> {
    const { writer } = this.#parts.log;
    this.#lookForHider();
    for (let after = -1; !this.#isClosed;) {
      const page = await writer.toPublish(after, PAGE);
      for (const record of page) if (!this.#isClosed && this.#isDue(record)) await this.#publishAll(record);
      if (page.length < PAGE) return;
      after = page.at(-1) as number;
    }
  }

  /** Once something is there that hides faces, what waited for it is due at once. */
  #lookForHider(): void {
    const canHide = this.#parts.faceHider() !== undefined;
    if (canHide && !this.#couldHide) this.#failures.clear();
    this.#couldHide = canHide;
  }

  #isDue(record: number): boolean {
    const { retryAt = 0 } = this.#failures.get(record) ?? {};
    return retryAt <= this.#parts.now();
  }

  /** All pictures of a record. What fails is tried again later; the others go on. */
  async #publishAll(record: number): Promise<void> {
    const { writer } = this.#parts.log;
    try {
      await this.#publishMissing(record);
      await writer.markPublished(record);
      this.#failures.delete(record);
    } catch (error) {
      if (codeOf(error) === "STOPPED" || writer.stopReason) return;
      this.#noteFailure(record, error);
    }
  }

  async #publishMissing(record: number): Promise<void> {
    const { store, check, events, profiles } = this.#parts.log;
    const [entry] = await store.entries(record, record + 1);
    const body = entry && (await check.bodyOf(entry));
    const rule = profiles.get(body?.vct.split(":")[1] ?? "")?.document.pictures ?? "sealed";
    if (rule === "sealed") return;
    // Before anything is decrypted, for there may be many.
    if (rule === "faces-hidden") this.#faceHider();
    const pictures = (await check.picturesOf(record, body)) ?? [];
    const failures: unknown[] = [];
    for (const [at, picture] of pictures.entries())
      if (!events.derivations.newestOf(record, at))
        await this.publishFirst({ record, picture: at }, picture, rule, []).catch((error: unknown) => {
          // Somebody else was first.
          if (!events.derivations.newestOf(record, at)) failures.push(error);
        });
    if (failures.length > 0) throw failures[0];
  }

  #noteFailure(record: number, error: unknown): void {
    const earlier = this.#failures.get(record);
    const times = (earlier?.times ?? 0) + 1;
    const pause = Math.min(FIRST_RETRY_MS * 2 ** (times - 1), LONGEST_RETRY_MS);
    const reason = codeOf(error) === "FACES_NOT_HIDDEN" ? "faces-not-hidden" : "failed";
    const why = messageOf(error);
    this.#failures.set(record, { reason, why, times, retryAt: this.#parts.now() + pause });
    if (earlier?.why !== why) this.#parts.onFailure?.({ record, picture: 0 }, why);
  }
}
