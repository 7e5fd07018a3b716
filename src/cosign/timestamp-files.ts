/**
 * Timestamps of anchored checkpoints, in a folder beside the ledger: a file for each tree size that was anchored, with the
 * checkpoint as it was stamped and the tokens of each authority. A file is whole or not there. One that is lost costs its
 * tokens and nothing else: what it was about is in the ledger.
 */
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf, WarifuError } from "../core/errors.ts";
import { parseJsonBytes } from "../core/json.ts";
import { ObjectReader } from "../core/shape.ts";
import { writeWholeFile } from "../files/whole-file.ts";

/** Name of the folder within the data folder. */
export const TIMESTAMPS_FOLDER = "timestamps";
const FORMAT = "warifu-timestamps/1";
const FILE = /^([1-9][0-9]{0,15})\.json$/;

/** Timestamps by one authority. */
export interface Stamp {
  /** What the settings call it. */
  readonly authority: string;
  /** The token and its renewals, base64. */
  readonly tokens: readonly string[];
  /** When the first certificate of the newest token ends, POSIX seconds. */
  readonly until: number;
}

/** What a file holds. */
export interface StampedCheckpoint {
  readonly treeSize: number;
  /** The checkpoint as the log alone signed it. */
  readonly checkpoint: string;
  readonly stamps: readonly Stamp[];
}

/** The files of one data folder. */
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

  /** @throws STORE_CORRUPT it is not such a file; STORE_FAILED */
  read(treeSize: number): StampedCheckpoint | undefined {
    const path = this.#path(treeSize);
    let bytes: Uint8Array;
    try {
      bytes = readFileSync(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw failed("read", error);
    }
    try {
      return stampedIn(bytes, treeSize);
    } catch (cause) {
      throw new WarifuError("STORE_CORRUPT", `${path} is not what was stored there: ${messageOf(cause)}`, { cause });
    }
  }

  /** Durable when it returns. @throws STORE_FAILED */
  write({ treeSize, checkpoint, stamps }: StampedCheckpoint): void {
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      writeWholeFile(this.#path(treeSize), `${JSON.stringify({ format: FORMAT, checkpoint, stamps }, null, 2)}\n`);
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
    const read = {
      authority: stamp.string("authority"),
      tokens: stamp.strings("tokens"),
      until: stamp.count("until"),
    };
    stamp.end();
    return read;
  });
  reader.end();
  return { treeSize, checkpoint, stamps };
}

function failed(what: string, cause: unknown): WarifuError {
  return new WarifuError("STORE_FAILED", `timestamps cannot be ${what}: ${messageOf(cause)}`, { cause });
}
