/**
 * Exports a log to a folder of plain files that any server of files can serve for ever: checkpoint, tiles, entry bundles and
 * bodies as C2SP tlog-tiles and tlog-addenda lay them out (https://c2sp.org/tlog-tiles), the policy, the anchors with their
 * timestamps, and the proof of each record. It needs no vault and no key: nothing that is concealed is in it.
 *
 * Invariants: what is written was found to be what the log signed for; the checkpoint comes last; and a body that is withheld by
 * now is in no file of the folder afterwards, even if an earlier export had it.
 */
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Config } from "../config.ts";
import { encodeBodyBundle, type BundledBody } from "../core/body-bundle.ts";
import { parseBody } from "../core/body.ts";
import { equalBytes, fromUtf8, utf8 } from "../core/bytes.ts";
import { countCosigned, openCheckpoint, type Checkpoint } from "../core/checkpoint.ts";
import { encodeEntry, entryLeafHash } from "../core/entry.ts";
import { isWithholding } from "../core/erasure-event.ts";
import { codeOf, WarifuError } from "../core/errors.ts";
import { keysOfLog } from "../core/log-keys.ts";
import { formatPolicy, type Policy } from "../core/policy.ts";
import { formatRecordId } from "../core/record-id.ts";
import { sha256 } from "../core/sha256.ts";
import { stampedBytes } from "../core/stamped-checkpoint.ts";
import { encodeEntryBundle, TILE_WIDTH, tileWidth, type TileName } from "../core/tile.ts";
import {
  formatStamped,
  timestampOf,
  TimestampFiles,
  TIMESTAMPS_FOLDER,
  type Stamp,
} from "../cosign/timestamp-files.ts";
import { FolderStore } from "../object-storage/folder-store.ts";
import { CHECKPOINT_KEY, LogCopy, MAX_CHECKPOINT_BYTES, type CopiedLog } from "../object-storage/log-copy.ts";
import { KeptParts } from "../read/kept-parts.ts";
import { anchorFor, prove } from "../read/prove.ts";
import type { StoredAnchor } from "../store/anchor-journal.ts";
import type { LedgerReader } from "../store/ledger-store.ts";
import type { StoredEntry } from "../store/log-store.ts";
import { readLedger } from "../store/open.ts";
import { LogTree } from "../write/log-tree.ts";
import { publishedCheckpoint } from "../write/publish.ts";

/** Where from, and where to. */
export interface ExportOptions {
  readonly config: Config;
  /** Whose log it is. */
  readonly policy: Policy;
  /** Absolute; it is created. One with an earlier export of the same log is brought up to date. */
  readonly folder: string;
  /** Whether the proof of each record is written as well. */
  readonly hasBundles: boolean;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** What was exported. */
export interface ExportedLog {
  readonly folder: string;
  readonly treeSize: number;
  /** How far the entries are under a final anchor. */
  readonly finalizedSize: number;
  readonly bundles: number;
  /** Final anchors with timestamps of authorities or calendars. */
  readonly stamped: number;
  /** Bodies that are withheld, and so in no file. */
  readonly withheld: number;
}

/** Names of the files beside those of tlog-tiles. */
const EXPORT_FILES = { policy: "policy.json", anchors: "anchors.ndjson", bundles: "bundles" } as const;

/** This many anchors, or events, are read at a time. */
const PAGE = 1_000;
/** How often an export that was overtaken by a withholding is brought up to date at once. */
const MOST_ROUNDS = 5;

/**
 * Exports the log of a data folder, in use or not. If bodies are withheld meanwhile, it goes on to the events that say so: to
 * whoever has the files alone, they would be missing.
 * @throws NOT_FOUND there is no ledger; STORE_CORRUPT, STORE_DAMAGED it is not what was signed; ORIGIN_MISMATCH the policy is of
 *   another log; CONFIG_INVALID the folder holds other files; CONSISTENCY_MISMATCH it holds another log; BUSY bodies are
 *   withheld all the time; STORE_FAILED
 */
export async function exportLog(options: ExportOptions): Promise<ExportedLog> {
  const store = await readLedger(options.config);
  try {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      // Before the tree, which then goes at least as far.
      const newest = await store.newestFinalAnchor();
      const exporting = new Exporting(store, await LogTree.load(store), newest, options);
      const exported = await exporting.run();
      if (!(await exporting.isOvertaken())) return exported;
    }
    throw new WarifuError("BUSY", "bodies are withheld while the log is exported: export it again");
  } finally {
    await store.close();
  }
}

/** One export. */
class Exporting {
  readonly #store: LedgerReader;
  readonly #tree: LogTree;
  readonly #size: number;
  readonly #newestFinal: StoredAnchor | undefined;
  readonly #options: ExportOptions;
  readonly #kept = new KeptParts();
  readonly #timestamps: TimestampFiles;
  /** Of the anchor that the last record rests on. */
  #newest: { readonly note: string; readonly stamps: readonly Stamp[] } | undefined;
  #bundles = 0;
  #stamped = 0;
  // Leaf indexes.
  readonly #withheld = new Set<number>();

  constructor(store: LedgerReader, tree: LogTree, newestFinal: StoredAnchor | undefined, options: ExportOptions) {
    this.#store = store;
    this.#tree = tree;
    this.#size = tree.publishedSize;
    this.#newestFinal = newestFinal;
    this.#options = options;
    this.#timestamps = new TimestampFiles(options.config.dataDir);
  }

  async run(): Promise<ExportedLog> {
    const { folder, policy } = this.#options;
    const storage = new FolderStore(folder);
    await assertSameLog(storage, policy, this.#store, this.#tree);
    // First: the folder is known by them if the export is cut off.
    await this.#writeAnchors();
    for (let index = 0; index * TILE_WIDTH < this.#size; index++) await this.#exportProofs(index);
    await this.#write(EXPORT_FILES.policy, formatPolicy(policy));
    await new LogCopy({ log: this.#copied(), logKey: policy.log, storage, hasBodies: true }).update();
    return {
      ...{ folder, treeSize: this.#size, finalizedSize: this.#newestFinal?.treeSize ?? 0 },
      ...{ bundles: this.#bundles, stamped: this.#stamped, withheld: this.#withheld.size },
    };
  }

  /** Whether an event above what was exported withholds a body: it may be missing among the files. */
  async isOvertaken(): Promise<boolean> {
    for (let from = this.#size, isLast = false; !isLast;) {
      const page = await this.#store.events(["erasure"], from, PAGE);
      if (page.some(({ body }) => body !== null && isWithholding(parseBody(body)))) return true;
      isLast = page.length < PAGE;
      from = (page.at(-1)?.leafIndex ?? from) + 1;
    }
    return false;
  }

  /** What is copied as it would be to any storage, once all of it was looked at. */
  #copied(): CopiedLog {
    const withheld = this.#withheld;
    return {
      checkpoint: () => this.#note(),
      tile: (name) => this.#tile(name),
      bodies: async (index, width) => encodeBodyBundle((await this.#entries(index, width)).map(bodyOf)),
      addendum: async (digest) => (await this.#store.entryByBodyDigest(digest))?.body ?? undefined,
      bodyDigest: async (leafIndex) => {
        const [entry] = await this.#store.entries(leafIndex, leafIndex + 1);
        if (!entry) throw damaged(`the entry of leaf ${leafIndex} is missing`);
        return entry.bodyDigest;
      },
      isWithheld: (leafIndex) => withheld.has(leafIndex),
      withheld: () => withheld,
      withheldCount: withheld.size,
      rootAt: (size) => this.#tree.rootAt(size),
      publishedSize: this.#size,
    };
  }

  /** With the cosignatures that were collected for the newest anchor, if that covers everything. */
  async #note(): Promise<string | undefined> {
    if (this.#newestFinal?.treeSize === this.#size) return this.#newestFinal.note;
    return (await publishedCheckpoint(this.#store, this.#tree))?.note;
  }

  async #tile({ level, index, width }: TileName): Promise<Uint8Array | undefined> {
    if (level !== "entries") return this.#tree.tile(level, index, width);
    return encodeEntryBundle((await this.#entries(index, width)).map(encodeEntry));
  }

  /** The entries of a bundle, once they are known to be those of the tree. */
  async #entries(index: number, width: number): Promise<StoredEntry[]> {
    const begin = index * TILE_WIDTH;
    const entries = await this.#store.entries(begin, begin + width);
    const isWhole = entries.length === width;
    if (
      !isWhole ||
      !(await this.#tree.hasLeaves(
        begin,
        entries.map((entry) => entryLeafHash(entry)),
      ))
    )
      throw damaged(`entries ${begin} to ${begin + width - 1} are not those that the log signed for`);
    return entries;
  }

  /** The proofs of the records in an entry bundle, whose bodies are looked at on the way. */
  async #exportProofs(index: number): Promise<void> {
    const width = tileWidth(0, index, this.#size);
    for (const entry of await this.#entries(index, width)) {
      if (bodyOf(entry) === "withheld") this.#withheld.add(entry.leafIndex);
      await this.#exportProof(entry);
    }
    this.#options.onProgress?.(index * TILE_WIDTH + width, this.#size);
  }

  async #exportProof(entry: StoredEntry): Promise<void> {
    if (!this.#options.hasBundles || entry.kind !== "record") return;
    const anchor = await this.#anchorOf(entry);
    if (!anchor) return;
    const timestamps = this.#stampsOf(anchor).map(timestampOf);
    const text = await prove(entry, anchor, this.#store, this.#tree, { kept: this.#kept, timestamps });
    await this.#write(bundlePath(formatRecordId(entry.id)), text);
    this.#bundles++;
  }

  /** The timestamps of an anchor's checkpoint; those of another checkpoint are not the ones that it got. */
  #stampsOf({ treeSize, note }: StoredAnchor): readonly Stamp[] {
    if (this.#newest?.note === note) return this.#newest.stamps;
    const kept = this.#timestamps.read(treeSize);
    const stamps = kept?.checkpoint === this.#stampedText(note) ? kept.stamps : [];
    this.#newest = { note, stamps };
    return stamps;
  }

  #stampedText(note: string): string {
    return fromUtf8(stampedBytes(note, keysOfLog(this.#options.policy.log)), "note");
  }

  async #anchorOf(entry: StoredEntry): Promise<StoredAnchor | undefined> {
    try {
      const anchor = await anchorFor(entry, this.#store, { hasQuorum: (one) => this.#hasQuorum(one) });
      // One that became final meanwhile may be of more entries than are exported.
      return anchor.treeSize <= this.#size ? anchor : undefined;
    } catch (error) {
      if (codeOf(error) !== "NOT_ANCHORED_YET") throw error;
      return undefined;
    }
  }

  #hasQuorum({ note }: StoredAnchor): boolean {
    const { log, witnesses } = this.#options.policy;
    const { signatures } = openCheckpoint(utf8(note), log, witnesses.keys);
    return countCosigned(signatures, witnesses.keys) >= witnesses.quorum;
  }

  /** A line for each final anchor: where the chain has it, and the checkpoint that it is of; a file for its timestamps. */
  async #writeAnchors(): Promise<void> {
    const lines: string[] = [];
    for (let size = 0, isLast = false; !isLast;) {
      const page = await this.#store.finalAnchorsAbove(size, PAGE);
      for (const anchor of page) {
        const { treeSize, transactionHash, blockNumber, blockHash, note } = anchor;
        if (treeSize > this.#size) continue;
        lines.push(`${JSON.stringify({ treeSize, transactionHash, blockNumber, blockHash, checkpoint: note })}\n`);
        const stamps = this.#stampsOf(anchor);
        if (stamps.length === 0) continue;
        const stamped = formatStamped({ checkpoint: this.#stampedText(note), stamps });
        await this.#write(`${TIMESTAMPS_FOLDER}/${treeSize}.json`, stamped);
        this.#stamped++;
      }
      isLast = page.length < PAGE;
      size = page.at(-1)?.treeSize ?? size;
    }
    await this.#write(EXPORT_FILES.anchors, lines.join(""));
  }

  async #write(path: string, content: string | Uint8Array): Promise<void> {
    const file = join(this.#options.folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

/** Where the proof of a record lies in the folder: no folder has more than a few thousand of a million. */
function bundlePath(id: string): string {
  return `${EXPORT_FILES.bundles}/${id.slice(-2)}/${id}.json`;
}

/**
 * Before anything is written: a folder that shows something else than a beginning of this log is left as it is.
 * @throws ORIGIN_MISMATCH, CONFIG_INVALID, CONSISTENCY_MISMATCH
 */
async function assertSameLog(storage: FolderStore, { log }: Policy, store: LedgerReader, tree: LogTree): Promise<void> {
  if (log.name !== store.origin)
    throw new WarifuError("ORIGIN_MISMATCH", `the policy is of the log ${log.name}, and this is ${store.origin}`);
  const found = await storage.read(CHECKPOINT_KEY, MAX_CHECKPOINT_BYTES);
  if (!found) return assertFree(storage.name);
  const shown = checkpointIn(found.bytes, log);
  const isBeginning = shown && shown.treeSize <= tree.publishedSize;
  if (!isBeginning || !equalBytes(shown.rootHash, await tree.rootAt(shown.treeSize)))
    throw new WarifuError("CONSISTENCY_MISMATCH", `the folder ${storage.name} holds another log, or more of this one`);
}

/**
 * Whatever lies in the folder will be served to everybody, and could be written over: so it is nothing, or the beginning of an
 * export.
 * @throws CONFIG_INVALID
 */
async function assertFree(folder: string): Promise<void> {
  const names = (await namesIn(folder)).filter((name) => !name.startsWith("."));
  const [other] = names;
  if (other === undefined || names.includes(EXPORT_FILES.anchors)) return;
  throw new WarifuError(
    "CONFIG_INVALID",
    `the folder ${folder} has other files in it, such as ${other}: name an empty one, or one with an earlier export of this log`,
  );
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

function checkpointIn(bytes: Uint8Array, log: Policy["log"]): Checkpoint | undefined {
  try {
    return openCheckpoint(bytes, log).checkpoint;
  } catch {
    return undefined;
  }
}

/** @throws STORE_DAMAGED */
function bodyOf({ body, bodyDigest, leafIndex }: StoredEntry): BundledBody {
  if (body === null) return "withheld";
  if (!equalBytes(sha256(body), bodyDigest)) throw damaged(`the body of leaf ${leafIndex} is not the one in its entry`);
  return body;
}

function damaged(what: string): WarifuError {
  return new WarifuError("STORE_DAMAGED", `${what}: audit the data folder, and restore what is damaged`);
}
