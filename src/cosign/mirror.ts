/**
 * Brings one mirror up to a checkpoint: offers it, then uploads the entries that the mirror says it lacks, in bounded
 * requests (https://c2sp.org/tlog-mirror). An upload that was interrupted continues where the mirror says, whoever began it.
 *
 * Of what a mirror says, only its cosignature is trusted; anything else can cost no more than a bounded number of requests.
 */
import { openCheckpoint, type Checkpoint } from "../core/checkpoint.ts";
import { utf8 } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import type { LogKeys } from "../core/log-keys.ts";
import { subtreeRanges } from "../core/merkle.ts";
import { parseNote } from "../core/note.ts";
import { packageRanges, type EntryPackage, type PackageRange, type Upload } from "../core/tlog-mirror.ts";
import { acceptCosignature, type AskWitness } from "../core/tlog-witness.ts";
import { decodeEntryBundle, TILE_WIDTH, type TileName } from "../core/tile.ts";
import type { LogTree } from "../write/log-tree.ts";
import type { WitnessEndpoint } from "./cosign.ts";
import type { SendEntries } from "./mirror-client.ts";

/** How many times in a row a mirror may answer without making progress. */
const MAX_STANDSTILLS = 3;

/** The log that is mirrored. */
export interface MirroredLog {
  readonly key: LogKeys;
  readonly tree: Pick<LogTree, "consistencyProof" | "rangeHash" | "publishedSize">;
  /** Bytes of an entry bundle that the published log covers. */
  tile(name: TileName): Promise<Uint8Array | undefined>;
}

/** What pushing to a mirror uses. */
export interface MirrorParts {
  /** Its key is a cosignature key, its address the submission prefix. */
  readonly mirror: WitnessEndpoint;
  readonly log: MirroredLog;
  readonly offer: AskWitness;
  readonly send: SendEntries;
}

/** One mirror. */
export class Mirror {
  readonly #parts: MirrorParts;
  // What it said last. That may be outdated, in which case it says so.
  #pending = 0;
  #ticket: Uint8Array = new Uint8Array();
  // `undefined` at first: then it is asked, with an empty upload.
  #next: number | undefined;
  #mirrored = 0;

  constructor(parts: MirrorParts) {
    this.#parts = parts;
  }

  get name(): string {
    return this.#parts.mirror.key.name;
  }

  /** Size of the newest checkpoint for which it has signed that it has all entries. */
  get mirroredSize(): number {
    return this.#mirrored;
  }

  /**
   * Brings it up to a published checkpoint of the log, with the log's signature.
   * @throws CONSISTENCY_MISMATCH it has another history, or more than the log; QUORUM_MISSING it refuses, or was offered
   *   more already; SIGNATURE_MISMATCH, NOTE_INVALID it does not sign what it has; SERVICE_UNREACHABLE, TOO_LARGE,
   *   ENCODING_INVALID; STORE_DAMAGED
   * @param signal aborts it between two requests
   */
  async push(note: string, signal?: AbortSignal): Promise<void> {
    const { checkpoint } = openCheckpoint(utf8(note), this.#parts.log.key);
    if (checkpoint.treeSize <= this.#mirrored) return;
    await this.#offer(checkpoint);
    for (let standstills = 0; standstills < MAX_STANDSTILLS && signal?.aborted !== true;) {
      const before = this.#next ?? -1;
      if (await this.#upload(checkpoint)) return;
      standstills = (this.#next ?? -1) > before ? 0 : standstills + 1;
    }
    if (signal?.aborted !== true)
      throw new WarifuError("SERVICE_UNREACHABLE", "it comes no further with what it is sent");
  }

  /** Its pending checkpoint becomes this one. */
  async #offer(checkpoint: Checkpoint): Promise<void> {
    const { mirror, log, offer } = this.#parts;
    for (let tries = 0; tries < MAX_STANDSTILLS; tries++) {
      const proof = await log.tree.consistencyProof(this.#pending, checkpoint.treeSize);
      const answer = await offer(mirror.url, { oldSize: this.#pending, proof, checkpoint });
      if (answer.kind === "cosigned") this.#pending = checkpoint.treeSize;
      if (answer.kind === "cosigned") return;
      if (answer.kind === "refused") throw refused("the checkpoint", answer.status);
      this.#assertOurs(answer.treeSize);
      // A log that lost the checkpoint it showed last may show a smaller one for a while, which cannot be offered.
      if (answer.treeSize > checkpoint.treeSize) throw alreadyNewer(answer.treeSize, checkpoint.treeSize);
      this.#pending = answer.treeSize;
    }
    throw new WarifuError("SERVICE_UNREACHABLE", "its checkpoint changes faster than it can be offered a newer one");
  }

  /** Sends one request. @returns whether the mirror has everything now */
  async #upload(checkpoint: Checkpoint): Promise<boolean> {
    const { mirror, log, send } = this.#parts;
    const end = this.#next === undefined ? 0 : checkpoint.treeSize;
    const start = Math.min(this.#next ?? 0, end);
    const upload: Upload = { origin: log.key.name, start, end, ticket: this.#ticket };
    const packages: EntryPackage[] = [];
    for (const range of packageRanges(upload)) packages.push(await this.#packageOf(range, end));
    const answer = await send(mirror.url, upload, packages);
    if (answer.kind === "refused") throw refused("entries", answer.status);
    if (answer.kind === "mirrored") {
      this.#next = end;
      if (end === 0) return false;
      acceptCosignature(parseNote(utf8(checkpoint.note)).text, answer.lines, mirror.key);
      this.#mirrored = end;
      return true;
    }
    this.#assertOurs(Math.max(answer.treeSize, answer.nextEntry));
    this.#next = answer.nextEntry;
    this.#ticket = answer.ticket;
    return false;
  }

  async #packageOf({ entries, subtree }: PackageRange, treeSize: number): Promise<EntryPackage> {
    const { tree } = this.#parts.log;
    const proof: Uint8Array[] = [];
    for (const range of subtreeRanges(subtree, treeSize)) proof.push(await tree.rangeHash(range));
    const bundle = await this.#bundle(subtree.begin / TILE_WIDTH, subtree.end - subtree.begin);
    return { entries: bundle.slice(entries.begin - subtree.begin), proof };
  }

  async #bundle(index: number, width: number): Promise<Uint8Array[]> {
    const bytes = await this.#parts.log.tile({ level: "entries", index, width });
    if (!bytes) throw new WarifuError("STORE_DAMAGED", `the log does not have its own bundle ${index}`);
    return decodeEntryBundle(bytes, width);
  }

  /** @throws CONSISTENCY_MISMATCH when a mirror has more of this log than there is */
  #assertOurs(size: number): void {
    const ours = this.#parts.log.tree.publishedSize;
    if (size > ours)
      throw new WarifuError(
        "CONSISTENCY_MISMATCH",
        `it has a checkpoint of ${size} entries of this log, which has ${ours}`,
      );
  }
}

function alreadyNewer(theirs: number, shown: number): WarifuError {
  return new WarifuError(
    "QUORUM_MISSING",
    `it was offered ${theirs} entries already, and the log shows ${shown} at present: it is pushed to once the log shows more`,
  );
}

function refused(what: string, status: number): WarifuError {
  if (status === 422)
    return new WarifuError("CONSISTENCY_MISMATCH", `it finds ${what} inconsistent with what it has of this log`);
  const why = status === 404 ? ": it does not know this log, or there is no mirror at the address" : "";
  return new WarifuError("QUORUM_MISSING", `it refuses ${what} with ${status}${why}`);
}
