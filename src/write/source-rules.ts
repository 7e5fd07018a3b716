/**
 * Whether the log's events allow a new record of a source. They do not while the source is suspended. Once it has had a
 * signing key, only records signed by a key that counts are allowed. For a source whose records the service itself sends,
 * nobody else may send any.
 *
 * Asked while nobody else writes, so that a revocation applies to every record after its own entry and to none before.
 */
import { KEY_CLAIM } from "../core/source-event.ts";
import { openClaims } from "../core/body.ts";
import { codeOf, WarifuError } from "../core/errors.ts";
import { isSameKey, parseSourceKey, type SourceKey } from "../core/source-key.ts";
import { keyOfSignature } from "../core/source-signature.ts";
import type { RegisteredKey } from "../core/source-state.ts";
import type { Erasures } from "../events/erasure.ts";
import type { Sources } from "../events/source.ts";
import type { LogStore } from "../store/log-store.ts";
import type { ConcealedRecord } from "./conceal.ts";
import type { StoredCheck } from "./stored-check.ts";

/** How many keys from the vault are remembered; beyond that, all are read again. */
const MOST_REMEMBERED = 10_000;

/** What the rules look at. */
export type RuledRecord = Pick<ConcealedRecord, "source" | "sender" | "evidence" | "profile">;

export interface SourceRulesParts {
  readonly store: Pick<LogStore, "entries">;
  readonly check: Pick<StoredCheck, "bodyOf" | "openingsOf">;
  readonly sources: Pick<Sources, "of">;
  readonly erasures: Pick<Erasures, "count" | "erasedBy">;
}

/** The rules of one log. */
export class SourceRules {
  readonly #parts: SourceRulesParts;
  // Concealed keys by the leaf index of their event.
  readonly #concealed = new Map<number, SourceKey | undefined>();
  // The number of erasures in the log when these were last checked against it.
  #erasures = 0;
  /** Reserved sources, each with the one sender it is reserved for. */
  readonly #reserved = new Map<string, string>();

  constructor(parts: SourceRulesParts) {
    this.#parts = parts;
  }

  /** Reserves a source for one sender: what others said of people in its name would be taken for that sender's word. */
  reserve(source: string, sender: string): void {
    this.#reserved.set(source, sender);
  }

  /** Whether anybody may send anything for a source: it is not reserved, not suspended, and has never had a key. */
  isOpen(source: string): boolean {
    if (this.#reserved.has(source)) return false;
    const { keys, isSuspended } = this.#parts.sources.of(source);
    return keys.length === 0 && !isSuspended;
  }

  /**
   * Why a new record is refused, if it is. One reason is that the key it should be signed with is lost.
   * @throws STORE_FAILED, VAULT_FAILED
   */
  async refusalOf(record: RuledRecord): Promise<WarifuError | undefined> {
    this.#forgetErased();
    const { source, sender } = record;
    const reservedFor = this.#reserved.get(source) ?? sender;
    if (sender !== undefined && sender !== reservedFor)
      return new WarifuError(
        "FORBIDDEN",
        "this source is the app's own: what citizens say comes through the app alone",
      );
    const { keys, isSuspended } = this.#parts.sources.of(source);
    if (isSuspended)
      return new WarifuError("SOURCE_SUSPENDED", "the source is suspended: an officer must resume it first");
    if (keys.length === 0) return undefined;
    try {
      return await this.#refusalByKey(record, keys);
    } catch (error) {
      if (codeOf(error) === "STORE_DAMAGED") return error as WarifuError;
      throw error;
    }
  }

  async #refusalByKey(
    { evidence, profile }: RuledRecord,
    keys: readonly RegisteredKey[],
  ): Promise<WarifuError | undefined> {
    if (evidence === undefined)
      return new WarifuError(
        "SIGNATURE_REQUIRED",
        "the source has a signing key: what it sends must be signed with it",
      );
    const used = await this.#find(keyOfSignature(evidence), keys);
    if (used === undefined)
      return new WarifuError("SOURCE_KEY_REFUSED", "signed with a key that was never registered for this source");
    if (used.ended !== undefined)
      return new WarifuError("SOURCE_KEY_REFUSED", `signed with a key that does not count any more: ${used.ended.why}`);
    if (used.key === "concealed" && profile.isPublic("evidence"))
      return new WarifuError(
        "CLAIMS_INVALID",
        "the source's key is a person's own, and records of this type would make it public: use a type that conceals",
      );
    return undefined;
  }

  /** Whether a key counted for a source at a leaf. @throws STORE_DAMAGED, STORE_FAILED, VAULT_FAILED */
  async countedAt(source: string, key: SourceKey, leafIndex: number): Promise<boolean> {
    const { keys } = this.#parts.sources.of(source);
    const counting = keys.filter(({ from, ended }) => from < leafIndex && (ended?.at ?? Infinity) > leafIndex);
    return (await this.#find(key, counting)) !== undefined;
  }

  /** All keys that were ever registered for a source. @throws STORE_DAMAGED, STORE_FAILED, VAULT_FAILED */
  async keysOf(source: string): Promise<SourceKey[]> {
    const keys = await Promise.all(this.#parts.sources.of(source).keys.map((one) => this.#keyOf(one)));
    return keys.filter((key) => key !== undefined);
  }

  /** Newest first: for a key that was registered by two events, the later one counts. */
  async #find(wanted: SourceKey, keys: readonly RegisteredKey[]): Promise<RegisteredKey | undefined> {
    for (const one of keys.toReversed()) {
      const key = await this.#keyOf(one);
      if (key && isSameKey(key, wanted)) return one;
    }
    return undefined;
  }

  /** `undefined` once a concealed key is erased. */
  async #keyOf({ key, from }: RegisteredKey): Promise<SourceKey | undefined> {
    if (key !== "concealed") return key;
    this.#forgetErased();
    if (this.#parts.erasures.erasedBy(from) !== undefined) return undefined;
    if (this.#concealed.has(from)) return this.#concealed.get(from);
    const found = await this.#read(from);
    if (this.#concealed.size >= MOST_REMEMBERED) this.#concealed.clear();
    this.#concealed.set(from, found);
    return found;
  }

  /** Forgets the keys that were erased since the last look. */
  #forgetErased(): void {
    const { erasures } = this.#parts;
    if (erasures.count === this.#erasures) return;
    this.#erasures = erasures.count;
    for (const leafIndex of this.#concealed.keys())
      if (erasures.erasedBy(leafIndex) !== undefined) this.#concealed.delete(leafIndex);
  }

  async #read(leafIndex: number): Promise<SourceKey | undefined> {
    const { store, check } = this.#parts;
    const [entry] = await store.entries(leafIndex, leafIndex + 1);
    const body = entry && (await check.bodyOf(entry));
    const openings = await check.openingsOf(leafIndex, body);
    if (!body || openings === undefined) return undefined;
    const opened = openClaims(body, openings).find(({ name }) => name === KEY_CLAIM);
    return opened && parseSourceKey(opened.value);
  }
}
