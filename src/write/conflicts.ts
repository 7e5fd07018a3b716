/**
 * A source signed two different records under one number. The first is in the log, the second is refused; the log keeps the
 * second as an event, its content concealed, so that neither the source nor the service can deny it later.
 *
 * Invariant: it is kept only if both are signed by keys that count: nobody without such a key can flag a source, or fill the
 * log with events. What is sent again is not kept again, and the number of events per source and day is bounded.
 */
import { openClaims } from "../core/body.ts";
import { codeOf } from "../core/errors.ts";
import type { JsonValue } from "../core/json.ts";
import { CONFLICT_CLAIM } from "../core/source-event.ts";
import { keyOfSignature, sourceSignatureIn, type SignedRecord } from "../core/source-signature.ts";
import type { LogEvent } from "../events/event.ts";
import { conflictEvent, type Sources } from "../events/source.ts";
import type { LogStore } from "../store/log-store.ts";
import { submittedRecordOf, type ConcealedRecord } from "./conceal.ts";
import { contentText } from "./record-content.ts";
import type { SourceRules } from "./source-rules.ts";
import type { StoredCheck } from "./stored-check.ts";

/** How many conflicts of one source are kept within a day; further ones are counted, as long as this process runs. */
export const MOST_A_DAY = 16;
const DAY_SECONDS = 86_400;
/** The most sources for which omitted conflicts are counted. */
const MOST_COUNTED = 10_000;

export interface ConflictParts {
  readonly store: Pick<LogStore, "entries">;
  readonly check: Pick<StoredCheck, "bodyOf" | "openingsOf">;
  readonly sources: Pick<Sources, "of">;
  readonly rules: Pick<SourceRules, "refusalOf" | "countedAt">;
}

/** The conflicts of one log. */
export class Conflicts {
  readonly #parts: ConflictParts;
  // By source, since its last event.
  readonly #omitted = new Map<string, number>();

  constructor(parts: ConflictParts) {
    this.#parts = parts;
  }

  /** How many conflicts of a source have been refused and not kept since its last event, or since the start. */
  omittedOf(source: string): number {
    return this.#omitted.get(source) ?? 0;
  }

  /**
   * The event that keeps a refused record as evidence; `undefined` if it is not to be kept. Call it while nobody else
   * writes.
   * @param first leaf index of the record that has the number
   * @param now POSIX seconds
   * @throws STORE_FAILED, VAULT_FAILED
   */
  async eventOf(refused: ConcealedRecord, first: number, now: number): Promise<LogEvent | undefined> {
    const second = submittedRecordOf(refused) as SignedRecord;
    const { source: name, seq } = second;
    try {
      if (!(await this.#isBySource(refused, first)) || (await this.#isKept(second))) return undefined;
    } catch (error) {
      // A damaged record proves nothing, and was reported.
      if (codeOf(error) === "STORE_DAMAGED") return undefined;
      throw error;
    }
    const { conflicts } = this.#parts.sources.of(name);
    const omitted = this.omittedOf(name);
    if (conflicts.filter(({ at }) => at > now - DAY_SECONDS).length >= MOST_A_DAY) {
      if (this.#omitted.size >= MOST_COUNTED) this.#omitted.clear();
      this.#omitted.set(name, omitted + 1);
      return undefined;
    }
    this.#omitted.delete(name);
    return conflictEvent({ name, seq, first, omitted }, second);
  }

  /** Whether both are signed by keys of the source: the second by one that counts now, the first by one that did then. */
  async #isBySource(refused: ConcealedRecord, first: number): Promise<boolean> {
    const { sources, rules } = this.#parts;
    const { source } = refused;
    if (sources.of(source).keys.length === 0 || (await rules.refusalOf(refused)) !== undefined) return false;
    const evidence = await this.#claimAt(first, "evidence");
    if (evidence === undefined) return false;
    return rules.countedAt(source, keyOfSignature(sourceSignatureIn(evidence)), first);
  }

  async #isKept(second: SignedRecord): Promise<boolean> {
    const text = contentText(second, second.seq);
    for (const { leafIndex, seq } of this.#parts.sources.of(second.source).conflicts) {
      const kept = seq === second.seq ? await this.#claimAt(leafIndex, CONFLICT_CLAIM) : undefined;
      if (kept !== undefined && contentText(kept as SignedRecord, seq) === text) return true;
    }
    return false;
  }

  /** A claim of an entry, public or concealed; `undefined` when there is none, or it is erased. @throws STORE_DAMAGED */
  async #claimAt(leafIndex: number, name: string): Promise<JsonValue | undefined> {
    const { store, check } = this.#parts;
    const [entry] = await store.entries(leafIndex, leafIndex + 1);
    const body = entry && (await check.bodyOf(entry));
    if (!body) return undefined;
    if (Object.hasOwn(body.content, name)) return body.content[name];
    const openings = await check.openingsOf(leafIndex, body);
    return openClaims(body, openings ?? []).find((one) => one.name === name)?.value;
  }
}
