/**
 * A witness for any C2SP log (https://c2sp.org/tlog-witness): it cosigns a checkpoint when the log's key signed it and
 * its tree is proven to extend the last one that it cosigned.
 *
 * Invariants: what is cosigned is durable before the cosignature leaves; for one log, it never cosigns two heads that
 * do not belong to one tree, nor a smaller one after a larger one. When its memory fails, it stops signing.
 */
import { equalBytes, utf8 } from "../core/bytes.ts";
import { parseCheckpoint, type Checkpoint } from "../core/checkpoint.ts";
import { WarifuError, messageOf } from "../core/errors.ts";
import { signatureLine, type NoteSigner } from "../core/note-signer.ts";
import { parseTreeHead } from "../core/tree-head.ts";
import { EMPTY_ROOT, verifyConsistency } from "../core/merkle.ts";
import { formatNote, parseNote, verifyNote, type SignatureLine, type VerifierKey } from "../core/note.ts";
import type { ListedLog } from "../core/tlog-list.ts";
import {
  cosignatureOn,
  originHash,
  parseAddCheckpoint,
  withCosignatures,
  type AddCheckpoint,
} from "../core/tlog-witness.ts";
import type { Conflict, ConflictKind, WitnessedHead, WitnessStore } from "./witness-store.ts";

/** The witness's key, of type `cosignature`, and how to sign with it. It signs under one witness name only. */
export interface WitnessSigner extends NoteSigner {
  /** An ML-DSA-44 key of the same name, where the witness signs with one as well. */
  readonly mlDsa?: NoteSigner;
}

/** What a witness works with. */
export interface WitnessOptions {
  readonly store: WitnessStore;
  readonly signer: WitnessSigner;
  /** The logs that it knows, one per origin. */
  readonly logs: readonly ListedLog[];
  /** POSIX milliseconds. */
  readonly now: () => number;
  /** Called with a checkpoint that a log signed but that contradicts the cosigned one, or was not shown to extend it. */
  readonly onConflict: (conflict: Conflict) => void;
  /** Called once when the memory fails: from then on nothing is cosigned. */
  readonly onStop: (reason: WarifuError) => void;
}

/** A request that was not refused. */
export type Verdict =
  | { readonly cosignatures: readonly [SignatureLine, ...SignatureLine[]] }
  /** The request did not start from the latest cosigned tree, which has this size. */
  | { readonly latestSize: number };

/** Cosigns for a set of logs. */
export class Witness {
  readonly #options: WitnessOptions;
  readonly #logs: ReadonlyMap<string, ListedLog>;
  readonly #originOf: ReadonlyMap<string, string>;
  #failure: WarifuError | undefined;

  private constructor(options: WitnessOptions) {
    this.#options = options;
    this.#logs = new Map(options.logs.map((log) => [log.origin, log]));
    this.#originOf = new Map(options.logs.map(({ origin }) => [originHash(origin), origin]));
  }

  /**
   * A witness with its memory, which is checked first.
   * @throws CONFIG_INVALID when a log's key is the witness's own; STORE_CORRUPT when a remembered head does not carry
   *   the witness's own cosignature
   */
  static async open(options: WitnessOptions): Promise<Witness> {
    const { store, signer, logs } = options;
    const own = [signer, ...(signer.mlDsa ? [signer.mlDsa] : [])].map(({ key }) => key.publicKey);
    if (logs.some(({ keys }) => keys.some((key) => own.some((mine) => equalBytes(key.publicKey, mine)))))
      throw new WarifuError("CONFIG_INVALID", "a log that is witnessed has the witness's own key");
    for (const head of await store.heads()) assertOwn(head, signer.key);
    return new Witness(options);
  }

  get key(): VerifierKey {
    return this.#options.signer.key;
  }

  /** The logs that it knows, in the order in which they were given. */
  get origins(): readonly string[] {
    return [...this.#logs.keys()];
  }

  /**
   * Judges a request and cosigns. The steps and their order follow the specification.
   * @throws REQUEST_INVALID (400); SIGNATURE_MISMATCH (403); NOT_FOUND (404); CONSISTENCY_MISMATCH, PROOF_INVALID (422);
   *   CLOCK_BACKWARDS, STOPPED, STORE_FAILED (503)
   */
  async addCheckpoint(body: Uint8Array): Promise<Verdict> {
    const { oldSize, proof, checkpoint: given } = parseAddCheckpoint(body);
    const checkpoint = this.#signedPart(given);
    if (oldSize > checkpoint.treeSize)
      throw new WarifuError("REQUEST_INVALID", `the old size ${oldSize} is above the new one ${checkpoint.treeSize}`);
    const held = await this.head(checkpoint.origin);
    if (held && isSplitFrom(checkpoint, held)) await this.#keep("split-view", checkpoint, held);
    if (oldSize !== (held?.treeSize ?? 0)) return { latestSize: held?.treeSize ?? 0 };
    await this.#assertConsistent({ oldSize, proof, checkpoint }, held);
    const { cosignatures, head } = this.#cosign(checkpoint, held);
    // Nothing has left before this returns: a crash before it forgets a signature that nobody saw; a crash after it
    // leaves a head that the log learns of with its next request.
    if (await this.#guarded(() => this.#options.store.advance(held, head))) return { cosignatures };
    // Another request was faster; this one was checked against a head that is no longer the latest.
    return { latestSize: (await this.head(checkpoint.origin))?.treeSize ?? 0 };
  }

  /** The latest cosigned checkpoint of the log with that {@link originHash}; `undefined` when there is none. */
  async latest(hash: string): Promise<string | undefined> {
    const origin = this.#originOf.get(hash);
    return origin === undefined ? undefined : (await this.head(origin))?.note;
  }

  /** The latest cosigned head of a log. */
  head(origin: string): Promise<WitnessedHead | undefined> {
    return this.#guarded(() => this.#options.store.head(origin));
  }

  /**
   * The checkpoint with only the signatures of the log's keys. Its origin is an unverified claim until they are
   * checked. Signature lines of others were not checked: they are not ours to pass on, and adding some does not make it
   * a different checkpoint.
   */
  #signedPart(checkpoint: Checkpoint): Checkpoint {
    const log = this.#logs.get(checkpoint.origin);
    if (!log) throw new WarifuError("NOT_FOUND", "this witness does not know the log of that origin");
    const note = parseNote(utf8(checkpoint.note));
    const signers = verifyNote(note, log.keys).map(({ key }) => key);
    const signatures = note.signatures.filter((line) => signers.some((key) => isLineOf(line, key)));
    return { ...checkpoint, note: formatNote({ ...note, signatures }) };
  }

  async #assertConsistent({ oldSize, proof, checkpoint }: AddCheckpoint, held?: WitnessedHead): Promise<void> {
    const oldRoot = held?.rootHash ?? EMPTY_ROOT;
    const { treeSize: newSize, rootHash: newRoot } = checkpoint;
    try {
      verifyConsistency({ oldSize, oldRoot, newSize, newRoot, proof });
    } catch (error) {
      if (held && !isSplitFrom(checkpoint, held)) await this.#keep("unproven", checkpoint, held);
      throw error;
    }
  }

  async #keep(kind: ConflictKind, { origin, note }: Checkpoint, { note: heldNote }: WitnessedHead): Promise<void> {
    const { store, now, onConflict } = this.#options;
    const conflict = { origin, kind, note, heldNote, seenAt: secondsOf(now()) };
    if (await this.#guarded(() => store.keepConflict(conflict))) onConflict(conflict);
  }

  /** In memory only. */
  #cosign({ origin, treeSize, rootHash, note }: Checkpoint, held?: WitnessedHead): Cosigning {
    const { signer, now } = this.#options;
    const cosignedAt = secondsOf(now());
    if (cosignedAt < Math.max(held?.cosignedAt ?? 0, 1))
      throw new WarifuError("CLOCK_BACKWARDS", "the witness's clock is behind its last cosignature of this log");
    const signed = parseNote(utf8(note));
    const line = signatureLine(signed.text, signer, cosignedAt);
    const cosignatures: Cosigning["cosignatures"] = [line, ...mlDsaLines(signed.text, signer.mlDsa, cosignedAt)];
    const cosigned = withCosignatures(signed, cosignatures);
    return { cosignatures, head: { origin, treeSize, rootHash, note: cosigned, cosignedAt } };
  }

  /** Fail stop: after an error of the memory, the state on disk is unknown. */
  async #guarded<T>(act: () => Promise<T>): Promise<T> {
    if (this.#failure) throw this.#failure;
    try {
      return await act();
    } catch (cause) {
      const reason = new WarifuError("STOPPED", `the witness has stopped: ${messageOf(cause)}`, { cause });
      if (!this.#failure) this.#options.onStop(reason);
      this.#failure ??= reason;
      throw this.#failure;
    }
  }
}

interface Cosigning {
  readonly cosignatures: readonly [SignatureLine, ...SignatureLine[]];
  readonly head: WitnessedHead;
}

/** One size, two roots, both signed by the log. */
function isSplitFrom({ treeSize, rootHash }: Checkpoint, held: WitnessedHead): boolean {
  return treeSize === held.treeSize && !equalBytes(rootHash, held.rootHash);
}

function isLineOf(line: SignatureLine, { name, keyId }: VerifierKey): boolean {
  return line.name === name && equalBytes(line.keyId, keyId);
}

/** A checkpoint with extension lines has none: such a signature would not cover them. */
function mlDsaLines(text: string, signer: NoteSigner | undefined, time: number): SignatureLine[] {
  return signer && parseTreeHead(text).extensions.length === 0 ? [signatureLine(text, signer, time)] : [];
}

function secondsOf(milliseconds: number): number {
  return Math.floor(milliseconds / 1_000);
}

/** A head that somebody changed does not match the cosignature that was given over it. */
function assertOwn({ origin, treeSize, rootHash, note }: WitnessedHead, key: VerifierKey): void {
  const checkpoint = parseCheckpoint(utf8(note));
  const isAsSigned =
    checkpoint.origin === origin && checkpoint.treeSize === treeSize && equalBytes(checkpoint.rootHash, rootHash);
  if (!isAsSigned || cosignatureOn(parseNote(utf8(note)), key) === undefined)
    throw new WarifuError("STORE_CORRUPT", `the remembered head of ${origin} is not one that this witness cosigned`, {
      details: { origin, treeSize },
    });
}
