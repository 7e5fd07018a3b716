/**
 * Timestamps of anchored checkpoints, in a folder beside the ledger: a file for each tree size that was anchored, with the
 * checkpoint as it was stamped, the tokens of each authority and the proof of each calendar. A file is either whole or not
 * there. Losing one loses its timestamps and nothing else: the checkpoint is in the ledger.
 */
import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Timestamp } from "../core/bundle.ts";
import { messageOf, WarifuError } from "../core/errors.ts";
import { parseJsonBytes } from "../core/json.ts";
import { ObjectReader } from "../core/object-reader.ts";
import { writeWholeFile } from "../files/whole-file.ts";

/** Name of the folder within the data folder. */
export const TIMESTAMPS_FOLDER = "timestamps";
const FORMAT = "warifu-timestamps/1";
const FILE = /^([1-9][0-9]{0,15})\.json$/;

/** Timestamps by one authority, or by one calendar. */
export type Stamp = Timestamp & {
  /** The name of the authority or calendar in the settings. */
  readonly authority: string;
  /**
   * POSIX seconds. Of tokens, when the first certificate of the newest one ends; of a proof, {@link NO_BLOCK_YET} or
   * the last second of time, as blocks do not expire.
   */
  readonly until: number;
  /** When the calendar promised a block, while there is none, POSIX seconds; absent in proofs of earlier versions. */
  readonly since?: number;
};

/** While a calendar has only promised a block: the proof does not count by itself yet. */
export const NO_BLOCK_YET = 0;

/** The timestamp as a bundle has it. */
export function timestampOf(stamp: Stamp): Timestamp {
  return "tokens" in stamp ? { tokens: stamp.tokens } : { opentimestamps: stamp.opentimestamps };
}

/** The contents of a file. */
export interface StampedCheckpoint {
  readonly treeSize: number;
  /** The checkpoint as the log alone signed it. */
  readonly checkpoint: string;
  readonly stamps: readonly Stamp[];
}

/** The text of a file. */
export function formatStamped({ checkpoint, stamps }: Omit<StampedCheckpoint, "treeSize">): string {
  return `${JSON.stringify({ format: FORMAT, checkpoint, stamps }, null, 2)}\n`;
}

/** The files of one data folder, or of an exported log. */
export class TimestampFiles {
  readonly #folder: string;

  constructor(dataDir: string) {
    this.#folder = join(dataDir, TIMESTAMPS_FOLDER);
  }

  /** Which tree sizes have a file, ascending. @throws STORE_FAILED */
  sizes(): number[] {
    try {
      const names = readdirSync(this.#folder).flatMap((name) => FILE.exec(name)?.[1] ?? []);
      return names.map(Number).sort((a, b) => a - b);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw failed("listed", error);
    }
  }

  /**
   * The timestamps of a tree size; `undefined` if there is no file.
   * @throws STORE_CORRUPT it is not such a file; STORE_FAILED
   */
  read(treeSize: number): StampedCheckpoint | undefined {
    const path = this.#path(treeSize);
    let bytes: Uint8Array;
    try {
      // Checked first: most logs have no files and each bundle asks, so an error would cost as much as the rest of the
      // bundle.
      if (statSync(path, { throwIfNoEntry: false }) === undefined) return undefined;
      bytes = readFileSync(path);
    } catch (error) {
      throw failed("read", error);
    }
    try {
      return stampedIn(bytes, treeSize);
    } catch (cause) {
      throw new WarifuError("STORE_CORRUPT", `${path} is not what was stored there: ${messageOf(cause)}`, { cause });
    }
  }

  /** Writes the file of a tree size; durable when it returns. @throws STORE_FAILED */
  write({ treeSize, checkpoint, stamps }: StampedCheckpoint): void {
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      writeWholeFile(this.#path(treeSize), formatStamped({ checkpoint, stamps }));
    } catch (error) {
      throw failed("written", error);
    }
  }

  #path(treeSize: number): string {
    return join(this.#folder, `${treeSize}.json`);
  }
}

function stampedIn(bytes: Uint8Array, treeSize: number): StampedCheckpoint {
  const reader = new ObjectReader(parseJsonBytes(bytes, "timestamps"), "timestamps", "STORE_CORRUPT");
  if (reader.string("format") !== FORMAT) reader.fail("format", `must be "${FORMAT}"`);
  const checkpoint = reader.string("checkpoint");
  const stamps = reader.objects("stamps").map((stamp) => {
    const authority = stamp.string("authority");
    const timestamp = stamp.has("opentimestamps")
      ? { opentimestamps: stamp.string("opentimestamps") }
      : { tokens: stamp.strings("tokens") };
    const since = stamp.has("since") ? { since: stamp.count("since") } : {};
    const read = { authority, ...timestamp, until: stamp.count("until"), ...since };
    stamp.end();
    return read;
  });
  reader.end();
  return { treeSize, checkpoint, stamps };
}

function failed(what: string, cause: unknown): WarifuError {
  return new WarifuError("STORE_FAILED", `timestamps cannot be ${what}: ${messageOf(cause)}`, { cause });
}
