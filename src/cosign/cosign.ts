/**
 * Stage cosign: sends a published checkpoint to the witnesses and collects their cosignatures, each verified under the
 * key configured for that witness. Nothing else that a witness says is trusted: its answers can cost a limited amount
 * of time and a cosignature, but never the log.
 *
 * Witnesses only go forward, so checkpoints must be sent to them in order of increasing size.
 */
import type { FactOf } from "../alarms/alarm-fact.ts";
import { utf8 } from "../core/bytes.ts";
import { openCheckpoint, type Checkpoint } from "../core/checkpoint.ts";
import { codeOf, messageOf } from "../core/errors.ts";
import type { LogKeys } from "../core/log-keys.ts";
import { parseNote, type SignatureLine, type SignedNote, type VerifierKey } from "../core/note.ts";
import {
  acceptCosignature,
  cosignatureOn,
  withCosignatures,
  type AskWitness,
  type WitnessAnswer,
} from "../core/tlog-witness.ts";
import type { LogTree } from "../write/log-tree.ts";

/** A witness as the log knows it. */
export interface WitnessEndpoint {
  /** Of type `cosignature`. */
  readonly key: VerifierKey;
  /** Submission prefix, http or https. */
  readonly url: string;
}

/** What the stage works with. */
export interface CosignerOptions {
  readonly witnesses: readonly WitnessEndpoint[];
  /** How many cosignatures make a checkpoint count; 0 <= quorum <= number of witnesses. */
  readonly quorum: number;
  readonly ask: AskWitness;
  readonly logKey: LogKeys;
  readonly tree: Pick<LogTree, "consistencyProof" | "publishedSize">;
  /** POSIX milliseconds. */
  readonly now: () => number;
}

/**
 * Why a witness did not cosign.
 * - `unreachable`: no whole answer in time.
 * - `unknown-log`, `bad-signature`: it does not know this log, or knows it under another key.
 * - `inconsistent`: it has cosigned a head that this tree does not extend, or claims so. Somebody shows two histories.
 * - `ahead`: it has cosigned a larger tree than the one asked for.
 * - `went-back`: it has forgotten what it cosigned before; its word is no longer worth anything.
 * - `malformed`: its answer does not follow the protocol, or holds no valid cosignature under its key.
 * - `declined`: another status; it is out of order, or asks to be tried later.
 */
export type WitnessFailureKind =
  "unreachable" | "unknown-log" | "bad-signature" | "inconsistent" | "ahead" | "went-back" | "malformed" | "declined";

/** A witness that did not cosign, and why. */
export interface WitnessFailure {
  /** Name of the witness. */
  readonly witness: string;
  readonly kind: WitnessFailureKind;
  readonly message: string;
}

/** A checkpoint after all witnesses were asked. */
export interface Cosigned {
  readonly treeSize: number;
  /** The checkpoint with all its cosignatures, earlier ones and new ones. */
  readonly note: string;
  /** Names of the witnesses whose cosignatures it carries, in the order of the configuration. */
  readonly cosignedBy: readonly string[];
  readonly failures: readonly WitnessFailure[];
  readonly hasQuorum: boolean;
  /** If the quorum is missing: how many cosigned, and what each of the others did instead. */
  readonly shortfall: FactOf<"witness-quorum"> | undefined;
}

/** How a witness stands. */
export interface WitnessStatus {
  readonly name: string;
  readonly url: string;
  /** Size of the tree that it cosigned last, as far as is known; `undefined` before its first answer. */
  readonly lastSize: number | undefined;
  /** POSIX milliseconds. */
  readonly lastSuccessAt: number | undefined;
  /** Since the last success. */
  readonly lastError: WitnessFailure | undefined;
}

type Mutable<T> = { -readonly [name in keyof T]: T[name] };
type Standing = Mutable<Pick<WitnessStatus, "lastSize" | "lastSuccessAt" | "lastError">>;
interface KnownWitness extends WitnessEndpoint, Standing {}
interface OpenedNote {
  readonly checkpoint: Checkpoint;
  readonly parsed: SignedNote;
  readonly known: readonly { readonly witness: KnownWitness; readonly line: SignatureLine | undefined }[];
}

/** Has checkpoints cosigned. Without configured witnesses it returns them unchanged. */
export class Cosigner {
  readonly #options: CosignerOptions;
  readonly #witnesses: readonly KnownWitness[];
  #running: Promise<unknown> = Promise.resolve();
  #newest: Cosigned | undefined;

  constructor(options: CosignerOptions) {
    this.#options = options;
    const standing: Standing = { lastSize: undefined, lastSuccessAt: undefined, lastError: undefined };
    this.#witnesses = options.witnesses.map(({ key, url }) => ({ key, url, ...standing }));
  }

  /** What a policy says about these witnesses. */
  get policy(): { readonly keys: readonly VerifierKey[]; readonly quorum: number } {
    return { keys: this.#witnesses.map(({ key }) => key), quorum: this.#options.quorum };
  }

  /** The largest checkpoint known to have reached the quorum, cosigned or recalled since the start. */
  get newest(): Cosigned | undefined {
    return this.#newest;
  }

  /** As far as the witnesses have said, no tree smaller than this can reach all of them any more. */
  get smallestSize(): number {
    return Math.max(0, ...this.#witnesses.map(({ lastSize }) => lastSize ?? 0));
  }

  /** How many of the witnesses have cosigned this checkpoint. Unlike {@link recall}, it changes nothing. */
  cosignaturesOn({ note }: Pick<Checkpoint, "note">): number {
    const parsed = parseNote(utf8(note));
    return this.#witnesses.filter(({ key }) => cosignatureOn(parsed, key) !== undefined).length;
  }

  /** Each witness, in the order of the configuration. */
  status(): WitnessStatus[] {
    return this.#witnesses.map(({ key, url, lastSize, lastSuccessAt, lastError }) => ({
      name: key.name,
      url,
      lastSize,
      lastSuccessAt,
      lastError,
    }));
  }

  /**
   * Asks every witness that has not cosigned this checkpoint yet, all at the same time, each at most twice. Calls do
   * not overlap: a call made while another runs waits for it. A witness's misbehaviour is a failure in the result and
   * is not thrown.
   * @throws SIGNATURE_MISMATCH, ORIGIN_MISMATCH, CHECKPOINT_INVALID, NOTE_INVALID when the note is no checkpoint of this
   *   log; STORE_CORRUPT, STORE_FAILED when the tree cannot be read
   */
  cosign(checkpoint: Pick<Checkpoint, "note">): Promise<Cosigned> {
    const round = this.#running.then(() => this.#cosignNow(checkpoint.note));
    this.#running = round.catch(() => undefined);
    return round;
  }

  /**
   * Takes in a checkpoint that was cosigned before, such as the newest in the store after a restart: its cosignatures
   * show what the witnesses have seen. Nobody is asked.
   * @throws as {@link Cosigner.cosign}, but for the tree
   */
  recall({ note }: Pick<Checkpoint, "note">): Cosigned {
    const opened = this.#open(note);
    return this.#conclude(
      opened,
      opened.known.flatMap(({ line }) => line ?? []),
    );
  }

  async #cosignNow(note: string): Promise<Cosigned> {
    const opened = this.#open(note);
    const rounds = opened.known.map(
      async ({ witness, line }) => line ?? this.#obtain(witness, opened.checkpoint, opened.parsed.text),
    );
    const results = await settled(rounds);
    const lines = results.flatMap((result) => ("kind" in result ? [] : result));
    return this.#conclude(
      opened,
      lines,
      results.flatMap((result) => ("kind" in result ? result : [])),
    );
  }

  /** The note, parsed, with the cosignatures that it already has. */
  #open(note: string): OpenedNote {
    const { checkpoint } = openCheckpoint(utf8(note), this.#options.logKey);
    const parsed = parseNote(utf8(note));
    const known = this.#witnesses.map((witness) => {
      const line = cosignatureOn(parsed, witness.key);
      if (line) witness.lastSize = Math.max(witness.lastSize ?? 0, checkpoint.treeSize);
      return { witness, line };
    });
    return { checkpoint, parsed, known };
  }

  #conclude(
    { checkpoint: { treeSize }, parsed }: OpenedNote,
    lines: readonly SignatureLine[],
    failures: readonly WitnessFailure[] = [],
  ): Cosigned {
    const { quorum } = this.#options;
    const hasQuorum = lines.length >= quorum;
    const cosigned: Cosigned = {
      treeSize,
      note: withCosignatures(parsed, lines),
      cosignedBy: lines.map(({ name }) => name),
      failures,
      hasQuorum,
      shortfall: hasQuorum
        ? undefined
        : { id: "cosignatures-missing", treeSize, given: lines.length, quorum, failures },
    };
    if (hasQuorum && treeSize >= (this.#newest?.treeSize ?? 0)) this.#newest = cosigned;
    return cosigned;
  }

  /** A cosignature, or why there is none; a failure is also kept as the witness's last error. */
  async #obtain(witness: KnownWitness, checkpoint: Checkpoint, text: string): Promise<SignatureLine | WitnessFailure> {
    const fail = (kind: WitnessFailureKind, message: string): WitnessFailure => {
      witness.lastError = { witness: witness.key.name, kind, message };
      return witness.lastError;
    };
    let answer = await this.#askOnce(witness, checkpoint, fail);
    if (answer.kind === "size") {
      const { lastSize } = witness;
      const { treeSize } = answer;
      if (treeSize < (lastSize ?? 0))
        return fail("went-back", `it says that it cosigned ${treeSize} entries last, and has cosigned ${lastSize}`);
      // A size that this log has never had says nothing about the witness, and must not keep smaller trees from it.
      if (treeSize <= this.#options.tree.publishedSize) witness.lastSize = treeSize;
      if (treeSize > checkpoint.treeSize) return fail("ahead", this.#aheadOf(checkpoint, treeSize));
      answer = await this.#askOnce(witness, checkpoint, fail);
      if (answer.kind === "size") return fail("malformed", "it refuses the size that it named itself");
    }
    if (answer.kind !== "cosigned") return answer.kind === "refused" ? fail(...refusalOf(answer.status)) : answer;
    try {
      const line = acceptCosignature(text, answer.lines, witness.key);
      Object.assign(witness, {
        lastSize: checkpoint.treeSize,
        lastSuccessAt: this.#options.now(),
        lastError: undefined,
      });
      return line;
    } catch (error) {
      return fail("malformed", `its answer holds no valid cosignature of its key: ${messageOf(error)}`);
    }
  }

  async #askOnce(
    { url, lastSize = 0 }: KnownWitness,
    checkpoint: Checkpoint,
    fail: (kind: WitnessFailureKind, message: string) => WitnessFailure,
  ): Promise<WitnessAnswer | WitnessFailure> {
    if (lastSize > checkpoint.treeSize) return fail("ahead", this.#aheadOf(checkpoint, lastSize));
    const { ask, tree } = this.#options;
    const proof = await tree.consistencyProof(lastSize, checkpoint.treeSize);
    try {
      return await ask(url, { oldSize: lastSize, proof, checkpoint });
    } catch (error) {
      return fail(codeOf(error) === "SERVICE_UNREACHABLE" ? "unreachable" : "malformed", messageOf(error));
    }
  }

  #aheadOf({ treeSize }: Checkpoint, told: number): string {
    const { publishedSize } = this.#options.tree;
    if (told <= publishedSize) return `it has cosigned ${told} entries already, and cannot go back to ${treeSize}`;
    return `it says that it has cosigned ${told} entries; this log has ${publishedSize}: an older copy of the store was put back, or the witness is wrong`;
  }
}

/** The results of all; the first error is thrown once all have ended. */
async function settled<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

function refusalOf(status: number): [kind: WitnessFailureKind, message: string] {
  if (status === 404)
    return ["unknown-log", "it does not know a log of this origin, or has no witness at this address"];
  if (status === 403) return ["bad-signature", "it knows this log by another key"];
  if (status === 409 || status === 422)
    return ["inconsistent", "it holds a head of this log that the published tree does not extend"];
  return ["declined", `it answered ${status}`];
}
