/**
 * Copies a log's files to object storage, where clients of C2SP tlog-tiles read them without the service
 * (https://c2sp.org/tlog-tiles).
 *
 * Invariants: the checkpoint is replaced last, when all that it covers is there; one that the storage shows already is
 * followed by a continuation of that same log, never by a smaller one; and a file that lies there is never written over.
 */
import { equalBytes, utf8 } from "../core/bytes.ts";
import { openCheckpoint, type Checkpoint } from "../core/checkpoint.ts";
import { WarifuError } from "../core/errors.ts";
import type { LogKeys } from "../core/log-keys.ts";
import { tilePath, type TileName } from "../core/tile.ts";
import { BodyCopy, type CopiedBodies } from "./body-copy.ts";
import { CHECKPOINT_CACHE, CHECKPOINT_TYPE, IMMUTABLE_CACHE, TILE_TYPE } from "./headers.ts";
import { bundlesGained, filesGained } from "./log-layout.ts";
import type { NewObject, ObjectStore } from "./object-store.ts";
import { PartialFiles } from "./partial-files.ts";

/** Key of the newest checkpoint. */
export const CHECKPOINT_KEY = "checkpoint";

/** Of a bundle of 256 entries of the largest size there is, with their lengths. */
export const MAX_TILE_BYTES = 256 * (65_535 + 2);
/** Of a checkpoint with all its cosignatures. */
export const MAX_CHECKPOINT_BYTES = 65_536;
/** An object that is created twice, and replaced in a version that it never had, to see that both are refused. */
const PROBE_KEY = "created-once";
/** In the form of an entity tag. */
const NO_VERSION = `"${"0".repeat(32)}"`;
const FILES_AT_ONCE = 16;

/** The log to copy. */
export interface CopiedLog extends CopiedBodies {
  /** The signed note to show; `undefined` in an empty log. */
  checkpoint(): Promise<string | undefined>;
  /** Bytes of a tile or bundle that the shown checkpoint covers. */
  tile(name: TileName): Promise<Uint8Array | undefined>;
  /** Root of the tree when it had `size` entries, which is not more than it has. */
  rootAt(size: number): Promise<Uint8Array>;
  readonly publishedSize: number;
}

/** What is copied, and where to. */
export interface LogCopyParts {
  readonly log: CopiedLog;
  readonly logKey: LogKeys;
  readonly storage: ObjectStore;
  /** Whether bodies are copied too, see {@link BodyCopy}; otherwise only what is of hashes. */
  readonly hasBodies?: boolean;
  /** Called after some of the files, and after all. */
  readonly onProgress?: (done: number, treeSize: number) => void;
}

/** A checkpoint as the storage shows it. */
type Shown = Checkpoint & { readonly version: string };

/** Sizes: what is shown, from where bodies are missing, and what is to be shown. */
interface Gap {
  readonly before: number;
  /** `undefined`: none are wanted. */
  readonly bodiesFrom: number | undefined;
  readonly size: number;
}

/** Keeps a copy up to date. */
export class LogCopy {
  readonly #parts: LogCopyParts;
  readonly #bodies: BodyCopy;
  readonly #partials: PartialFiles;
  #isProven = false;
  // What the storage shows; `undefined`: to be read again.
  #shown: Shown | undefined;

  constructor(parts: LogCopyParts) {
    this.#parts = parts;
    this.#bodies = new BodyCopy({ ...parts, isWanted: parts.hasBodies ?? false });
    this.#partials = new PartialFiles(parts.storage);
  }

  /**
   * Brings the copy up to the checkpoint that the log shows. If it fails, the next call goes on where it ended.
   * @param signal ends it between two files: a first copy takes as long as there are files
   * @returns the size that the storage shows
   * @throws CONSISTENCY_MISMATCH what lies there is not a beginning of this log, or goes beyond it; CONFIG_INVALID the
   *   storage writes over objects; SERVICE_UNREACHABLE, STORE_FAILED, STORE_DAMAGED; STOPPED by the signal
   */
  async update(signal?: AbortSignal): Promise<number> {
    await this.#proveCreatedOnce();
    const { log, logKey } = this.#parts;
    const note = await log.checkpoint();
    const shown = (this.#shown ??= await this.#readShown());
    const before = shown?.treeSize ?? 0;
    // Whatever else holds this up, such as witnesses that are away: what is withheld is not to stay.
    await this.#bodies.takeOutWithheld();
    await this.#partials.removeFilled(before);
    const bodiesFrom = await this.#bodies.missingFrom(before);
    if (note === undefined || (note === shown?.note && (bodiesFrom ?? before) === before)) return before;
    const { checkpoint: next } = openCheckpoint(utf8(note), logKey);
    if (shown) await this.#assertContinues(shown, next);
    await this.#partials.expect(before, next.treeSize);
    await this.#copyFiles({ before, bodiesFrom, size: next.treeSize }, signal);
    await this.#bodies.complete();
    // What was withheld while it was being copied; later ones are found by the next round.
    await this.#bodies.takeOutWithheld();
    if (note !== shown?.note) await this.#show(next, shown);
    await this.#partials.removeFilled(next.treeSize);
    return next.treeSize;
  }

  /** A storage that ignores conditions would lose the one thing it is for, silently. */
  async #proveCreatedOnce(): Promise<void> {
    if (this.#isProven) return;
    const { storage } = this.#parts;
    const probe = { bytes: utf8("created once\n"), contentType: CHECKPOINT_TYPE, cacheControl: "no-store" };
    await storage.create(PROBE_KEY, probe);
    if (await storage.create(PROBE_KEY, probe)) throw this.#unfit("If-None-Match: *");
    // Some storages know that condition and not this one, and would let two writers show one checkpoint after the other.
    if (await storage.replace(PROBE_KEY, probe, NO_VERSION)) throw this.#unfit("If-Match");
    this.#isProven = true;
  }

  async #readShown(): Promise<Shown | undefined> {
    const { storage, logKey } = this.#parts;
    const found = await storage.read(CHECKPOINT_KEY, MAX_CHECKPOINT_BYTES);
    if (found === undefined) return undefined;
    try {
      return { ...openCheckpoint(found.bytes, logKey).checkpoint, version: found.version };
    } catch (cause) {
      throw this.#conflict("it shows a checkpoint that is not one of this log", cause);
    }
  }

  async #assertContinues(shown: Shown, { treeSize }: Checkpoint): Promise<void> {
    const { log } = this.#parts;
    // Whatever is found, the next round looks at what lies there then: somebody may have put it right.
    this.#shown = undefined;
    if (shown.treeSize > log.publishedSize)
      throw this.#conflict(`it shows ${shown.treeSize} entries, and this log has ${log.publishedSize}: it lost some`);
    if (!equalBytes(shown.rootHash, await log.rootAt(shown.treeSize)))
      throw this.#conflict(`it shows another tree of ${shown.treeSize} entries, signed with the key of this log`);
    if (shown.treeSize > treeSize)
      throw this.#conflict(`it shows ${shown.treeSize} entries, more than this log shows so far (${treeSize})`);
  }

  async #copyFiles({ before, bodiesFrom, size }: Gap, signal: AbortSignal | undefined): Promise<void> {
    const steps = this.#stepsFor({ before, bodiesFrom, size });
    let done = 0;
    const work = async (): Promise<void> => {
      // All workers take from the one generator.
      for (const step of steps) {
        if (signal?.aborted) throw new WarifuError("STOPPED", "the copy was ended before all files were there");
        await step();
        done++;
        if (done % 1_000 === 0) this.#parts.onProgress?.(done, size);
      }
    };
    const outcomes = await Promise.allSettled(Array.from({ length: FILES_AT_ONCE }, work));
    // All have ended before the next round may begin.
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
    this.#parts.onProgress?.(done, size);
  }

  *#stepsFor({ before, bodiesFrom, size }: Gap): Generator<() => Promise<void>> {
    for (const name of filesGained(before, size)) yield () => this.#copyFile(name);
    if (bodiesFrom === undefined) return;
    for (const { index, width } of bundlesGained(bodiesFrom, size)) yield () => this.#bodies.copy(index, width);
  }

  async #copyFile(name: TileName): Promise<void> {
    const { log, storage } = this.#parts;
    const bytes = await log.tile(name);
    const key = tilePath(name);
    if (bytes === undefined) throw new WarifuError("STORE_DAMAGED", `the log does not have its own ${key}`);
    if (await storage.create(key, immutable(bytes))) return;
    // An earlier round came this far, and ended before its checkpoint; or it is another log's.
    const found = await storage.read(key, MAX_TILE_BYTES);
    if (found === undefined || !equalBytes(found.bytes, bytes))
      throw this.#conflict(`its ${key} has other bytes than that of this log`);
  }

  async #show(next: Checkpoint, before: Shown | undefined): Promise<void> {
    const { storage } = this.#parts;
    const object = { bytes: utf8(next.note), contentType: CHECKPOINT_TYPE, cacheControl: CHECKPOINT_CACHE };
    // Until it is read again: what lies there now is not known if this fails.
    this.#shown = undefined;
    const isShown = before
      ? await storage.replace(CHECKPOINT_KEY, object, before.version)
      : await storage.create(CHECKPOINT_KEY, object);
    if (!isShown)
      throw new WarifuError(
        "SERVICE_UNREACHABLE",
        `the storage at ${storage.name}: somebody else replaced the checkpoint`,
      );
  }

  #unfit(condition: string): WarifuError {
    return new WarifuError(
      "CONFIG_INVALID",
      `the storage at ${this.#parts.storage.name} writes over what it holds although it was told not to (${condition}): ` +
        "a log's files are not safe there, use a storage with conditional writes",
    );
  }

  #conflict(what: string, cause?: unknown): WarifuError {
    return new WarifuError("CONSISTENCY_MISMATCH", `the storage at ${this.#parts.storage.name}: ${what}`, { cause });
  }
}

function immutable(bytes: Uint8Array): NewObject {
  return { bytes, contentType: TILE_TYPE, cacheControl: IMMUTABLE_CACHE };
}
