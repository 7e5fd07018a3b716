/**
 * What auditors say about sources: records of the type `source-review`, from sources under `auditors/` that an officer has
 * registered with a key, so that each review is signed. All of it is in the public log.
 */
import { codeOf } from "../core/errors.ts";
import { REPUTATION_WINDOW } from "../core/reputation.ts";
import type { EventRegister } from "../events/register.ts";
import type { LogStore } from "../store/log-store.ts";
import type { StoredCheck } from "../write/stored-check.ts";

const REVIEWERS = "auditors/";
const REVIEW = "source-review";
/** The most auditors that count: those who were registered first. */
const MOST_REVIEWERS = 64;

export interface ReviewParts {
  readonly store: Pick<LogStore, "numbering" | "findSubmitted">;
  readonly check: Pick<StoredCheck, "bodyOf">;
  readonly events: Pick<EventRegister, "sources">;
}

/** The newest reviews of one auditor, by the name of the source. */
interface Reviews {
  /** The auditor's sequence number up to which they were read. */
  readonly last: number;
  readonly isSound: ReadonlyMap<string, boolean>;
}

/** Reads the reviews of one log. An auditor's reviews are read again only when there are new ones. */
export class SourceReviews {
  readonly #parts: ReviewParts;
  readonly #read = new Map<string, Reviews>();

  constructor(parts: ReviewParts) {
    this.#parts = parts;
  }

  /** For each auditor who reviewed the source, whether the newest review finds it sound. @throws STORE_FAILED */
  async of(source: string): Promise<readonly boolean[]> {
    const { sources } = this.#parts.events;
    const auditors = sources
      .registered()
      .filter((name) => name.startsWith(REVIEWERS) && name !== source && sources.of(name).keys.length > 0);
    const found: boolean[] = [];
    for (const auditor of auditors.slice(0, MOST_REVIEWERS)) {
      const isSound = (await this.#reviewsBy(auditor)).get(source);
      if (isSound !== undefined) found.push(isSound);
    }
    return found;
  }

  async #reviewsBy(auditor: string): Promise<Reviews["isSound"]> {
    const { store, events } = this.#parts;
    const { last = -1 } = (await store.numbering(auditor, events.sources.of(auditor).repair)) ?? {};
    const known = this.#read.get(auditor);
    if (known?.last === last) return known.isSound;
    const isSound = await this.#readReviews(auditor, last);
    this.#read.set(auditor, { last, isSound });
    return isSound;
  }

  async #readReviews(auditor: string, last: number): Promise<Reviews["isSound"]> {
    const { store, check } = this.#parts;
    const first = Math.max(0, last - REPUTATION_WINDOW + 1);
    const seqs = Array.from({ length: last - first + 1 }, (_, at) => ({ source: auditor, seq: first + at }));
    const isSound = new Map<string, boolean>();
    for (const found of await store.findSubmitted(seqs)) {
      const body = found && (await check.bodyOf(found.entry).catch(orNone));
      const { about, verdict } = body?.vct.split(":")[1] === REVIEW ? body.content : {};
      if (typeof about === "string") isSound.set(about, verdict === "sound");
    }
    return isSound;
  }
}

/** Damage was already reported when it was found. */
function orNone(error: unknown): undefined {
  if (codeOf(error) !== "STORE_DAMAGED") throw error;
}
