/**
 * Audits a whole log from outside, with nothing but a policy: the checkpoint's signature, every entry and tile
 * recomputed to its root, addenda against the entries that name them, and the contract's anchors against the root at
 * their sizes. https://c2sp.org/tlog-tiles
 *
 * Invariant: an outcome of "holds" rests on hashes computed here from what the log serves, never on its word. Memory stays
 * bounded whatever the log's size.
 */
import { equalBytes, toHex } from "../core/bytes.ts";
import { openCheckpoint, type Checkpoint } from "../core/checkpoint.ts";
import { assertBodyOf, decodeEntry } from "../core/entry.ts";
import { WarifuError, type ErrorCode } from "../core/errors.ts";
import { Frontier, leafHash, verifyConsistency, verifyInclusion } from "../core/merkle.ts";
import type { Policy } from "../core/policy.ts";
import type { RandomBytes } from "../core/random.ts";
import { TILE_HEIGHT, TILE_WIDTH, tilePath, tileWidth } from "../core/tile.ts";
import type { LogReader } from "./log-reader.ts";
import { SeqRanges } from "./seq-ranges.ts";
import { TileTree } from "./tile-tree.ts";

/** One thing that is wrong. */
export interface LogFinding {
  readonly code: ErrorCode;
  /** The leaf, tile, checkpoint or anchor, such as "leaf 17" or "tile/0/002". */
  readonly where: string;
  readonly message: string;
}

/** What the audit found. */
export interface LogAuditReport {
  /** `undecided`: nothing is wrong in what was read, but not all of it could be read. */
  readonly outcome: "holds" | "refuted" | "undecided";
  readonly checked: {
    readonly entries: number;
    readonly tiles: number;
    readonly checkpoints: number;
    readonly bodies: number;
    /** Always 0: a log holds no openings. */
    readonly openings: number;
    readonly anchors: number;
  };
  readonly findings: readonly LogFinding[];
  /** What was not checked, and why. */
  readonly notes: readonly string[];
}

/** A checkpoint that the contract recorded. */
export interface RecordedAnchor {
  readonly treeSize: number;
  /** 32 bytes. */
  readonly rootHash: Uint8Array;
}

/** The contract of the policy, as a node of the auditor's choice shows it. Methods throw CHAIN_UNREACHABLE. */
export interface AnchorEventReader {
  /** Keccak-256 of the contract's code. */
  codeHash(): Promise<string>;
  /** All its anchors, without a gap. */
  anchorEvents(): Promise<readonly RecordedAnchor[]>;
}

export interface LogAuditOptions {
  readonly log: LogReader;
  readonly policy: Policy;
  /** Without it, nothing is compared with the chain. */
  readonly anchors?: AnchorEventReader | undefined;
  /** Check so many random leaves by inclusion proof instead of everything. */
  readonly sample?: { readonly leaves: number; readonly randomBytes: RandomBytes } | undefined;
  /** Told of leaves done. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

// More findings than this are counted, not listed.
const MAX_FINDINGS = 1_000;
const ADDENDA_AT_ONCE = 16;
// Their cause is that somebody cannot be reached, which is no fault of the log's content.
const UNREACHABLE: ReadonlySet<ErrorCode> = new Set(["SERVICE_UNREACHABLE", "CHAIN_UNREACHABLE"]);

/** Audits a log. Never throws for what it finds. */
export async function auditLog(options: LogAuditOptions): Promise<LogAuditReport> {
  const run = new LogAudit(options);
  await run.everything();
  return run.report();
}

class LogAudit {
  readonly #options: LogAuditOptions;
  readonly #log: LogReader;
  readonly #checked = { entries: 0, tiles: 0, checkpoints: 0, bodies: 0, openings: 0, anchors: 0 };
  readonly #findings: LogFinding[] = [];
  readonly #notes: string[] = [];
  readonly #frontier = new Frontier();
  // Hashes of the tile being filled, at each tile level.
  readonly #edge: Uint8Array[][] = [];
  readonly #seqs = new SeqRanges();
  #unlisted = 0;
  #withheld = 0;
  #isUndecided = false;

  constructor(options: LogAuditOptions) {
    this.#options = options;
    this.#log = options.log;
  }

  report(): LogAuditReport {
    const notes = [...this.#notes];
    if (this.#withheld > 0) notes.push(`${this.#withheld} bodies are withheld or erased: their entries were checked`);
    if (this.#unlisted > 0) notes.push(`${this.#unlisted} further findings are not listed`);
    const outcome = this.#findings.length > 0 ? "refuted" : this.#isUndecided ? "undecided" : "holds";
    return { outcome, checked: this.#checked, findings: this.#findings, notes };
  }

  async everything(): Promise<void> {
    // Before the checkpoint: an anchor that is read later may be of a size that the checkpoint does not have yet.
    const anchors = await this.#attempt("chain", () => this.#readAnchors());
    const head = await this.#attempt("checkpoint", () => this.#readCheckpoint());
    if (!head) return;
    const { sample } = this.#options;
    // An answer that fails half-way ends the walk; what was found until then stands.
    await this.#attempt("log", () =>
      sample && sample.leaves < head.treeSize
        ? this.#sampleLeaves(head, anchors ?? [], sample)
        : this.#walkLeaves(head, anchors ?? []),
    );
  }

  async #readAnchors(): Promise<readonly RecordedAnchor[]> {
    const { anchors, policy } = this.#options;
    if (!anchors) {
      this.#notes.push("no chain was asked: the log was not compared with its anchors");
      return [];
    }
    const { codeHash, contract } = policy.chain;
    if (codeHash !== undefined && (await anchors.codeHash()) !== codeHash)
      this.#refute("CHAIN_MISMATCH", `contract ${contract}`, "its code is not the one that the policy names");
    return anchors.anchorEvents();
  }

  async #readCheckpoint(): Promise<Checkpoint> {
    const { log, witnesses } = this.#options.policy;
    const { checkpoint, signatures } = openCheckpoint(await this.#log.checkpoint(), log, witnesses.keys);
    this.#checked.checkpoints++;
    const cosigned = signatures.length - 1;
    if (cosigned < witnesses.quorum)
      this.#refute("QUORUM_MISSING", "checkpoint", `${cosigned} witnesses cosigned, the policy asks for ${witnesses.quorum}`);
    return checkpoint;
  }

  async #walkLeaves(head: Checkpoint, anchors: readonly RecordedAnchor[]): Promise<void> {
    const { treeSize, rootHash } = head;
    const hasAddenda = await this.#hasAddenda();
    const anchoredRoots = this.#rootsToMeet(anchors, treeSize);
    for (let begin = 0; begin < treeSize; begin += TILE_WIDTH) {
      const width = Math.min(TILE_WIDTH, treeSize - begin);
      for (const leaf of await this.#leaves(begin, width, hasAddenda)) {
        this.#frontier.append(leaf, (level, node) => this.#collect(level, node));
        this.#meet(anchoredRoots.get(this.#frontier.size));
        if (this.#frontier.size % TILE_WIDTH === 0) await this.#checkFullTiles();
      }
      this.#options.onProgress?.(begin + width, treeSize);
    }
    await this.#checkPartialTiles(treeSize);
    if (!equalBytes(this.#frontier.rootHash(), rootHash))
      this.#refute("CONSISTENCY_MISMATCH", `checkpoint ${treeSize}`, "the entries do not lead to the root that was signed");
  }

  /** Hashes of a bundle's leaves. Where an entry contradicts its tile the tile's hash is taken: the root then decides. */
  async #leaves(begin: number, width: number, hasAddenda: boolean): Promise<Uint8Array[]> {
    const index = begin / TILE_WIDTH;
    const entries = await this.#fetch(tilePath({ level: "entries", index, width }), () => this.#log.entries(index, width));
    const name = tilePath({ level: 0, index, width });
    const tile = await this.#fetch(name, () => this.#log.tile(0, index, width));
    if (tile) this.#checked.tiles++;
    if (!entries && !tile)
      throw new WarifuError("NOT_FOUND", `neither entries nor hashes are to be had of leaf ${begin} and what follows`);
    const leaves = entries?.map(leafHash) ?? (tile as Uint8Array[]);
    for (const [at, leaf] of leaves.entries())
      if (tile && !equalBytes(leaf, tile[at] as Uint8Array))
        this.#refute("TILE_INVALID", `leaf ${begin + at}`, `the entry and ${name} disagree: one of them was changed`);
    if (entries) await this.#checkEntries(begin, entries, hasAddenda);
    return tile ?? leaves;
  }

  async #checkEntries(begin: number, entries: readonly Uint8Array[], hasAddenda: boolean): Promise<void> {
    for (let at = 0; at < entries.length; at += ADDENDA_AT_ONCE) {
      const group = entries.slice(at, at + ADDENDA_AT_ONCE);
      await Promise.all(group.map((entry, i) => this.#checkEntry(begin + at + i, entry, hasAddenda)));
    }
  }

  async #checkEntry(leafIndex: number, bytes: Uint8Array, hasAddenda: boolean): Promise<void> {
    this.#checked.entries++;
    await this.#attempt(`leaf ${leafIndex}`, async () => {
      const entry = decodeEntry(bytes);
      if (!this.#seqs.add(toHex(entry.sourceId), entry.seq))
        this.#refute("SEQUENCE_CONFLICT", `leaf ${leafIndex}`, `its source has used seq ${entry.seq} before`);
      if (!hasAddenda) return;
      const body = await this.#log.addendum(entry.bodyDigest);
      if (!body) return void this.#withheld++;
      assertBodyOf(entry, body);
      this.#checked.bodies++;
    });
  }

  async #hasAddenda(): Promise<boolean> {
    const hasAddenda = await this.#log.hasAddenda();
    if (!hasAddenda) this.#notes.push("the log serves no addenda: bodies were not checked");
    return hasAddenda;
  }

  #collect(level: number, hash: Uint8Array): void {
    if (level % TILE_HEIGHT === 0) (this.#edge[level / TILE_HEIGHT] ??= []).push(hash);
  }

  async #checkFullTiles(): Promise<void> {
    for (const [level, hashes] of this.#edge.entries()) {
      if (hashes.length < TILE_WIDTH) continue;
      this.#edge[level] = [];
      await this.#compareTile(level, this.#frontier.size / TILE_WIDTH ** (level + 1) - 1, hashes);
    }
  }

  async #checkPartialTiles(treeSize: number): Promise<void> {
    for (const [level, hashes] of this.#edge.entries())
      if (hashes.length > 0)
        await this.#compareTile(level, Math.floor(treeSize / TILE_WIDTH ** (level + 1)), hashes);
  }

  /** Tiles of level 0 were compared leaf by leaf. */
  async #compareTile(level: number, index: number, computed: readonly Uint8Array[]): Promise<void> {
    if (level === 0) return;
    const width = computed.length;
    const name = tilePath({ level, index, width });
    const served = await this.#fetch(name, () => this.#log.tile(level, index, width));
    if (!served) return;
    this.#checked.tiles++;
    const at = served.findIndex((hash, i) => !equalBytes(hash, computed[i] as Uint8Array));
    if (at >= 0) this.#refute("TILE_INVALID", name, `hash ${at} is not the one its tiles below lead to`);
  }

  async #sampleLeaves(
    head: Checkpoint,
    anchors: readonly RecordedAnchor[],
    { leaves, randomBytes }: { leaves: number; randomBytes: RandomBytes },
  ): Promise<void> {
    const { treeSize } = head;
    this.#notes.push(`a sample of ${leaves} leaves out of ${treeSize}`);
    const tree = new TileTree(this.#log, treeSize);
    const hasAddenda = await this.#hasAddenda();
    const picked = pick(leaves, treeSize, randomBytes);
    for (const [done, leafIndex] of picked.entries()) {
      await this.#attempt(`leaf ${leafIndex}`, () => this.#checkSampled(leafIndex, head, tree, hasAddenda));
      this.#options.onProgress?.(done + 1, leaves);
    }
    for (const [oldSize, oldRoot] of this.#rootsToMeet(anchors, treeSize))
      await this.#attempt(anchorName(oldSize), async () => {
        const proof = await tree.consistencyProof(oldSize);
        verifyConsistency({ oldSize, oldRoot, newSize: treeSize, newRoot: head.rootHash, proof });
        this.#checked.anchors++;
      });
    this.#checked.tiles = tree.tilesRead;
  }

  async #checkSampled(leafIndex: number, head: Checkpoint, tree: TileTree, hasAddenda: boolean): Promise<void> {
    const { treeSize, rootHash } = head;
    const index = Math.floor(leafIndex / TILE_WIDTH);
    const width = tileWidth(0, index, treeSize);
    const name = tilePath({ level: "entries", index, width });
    const entries = await this.#fetch(name, () => this.#log.entries(index, width));
    const entry = entries?.[leafIndex % TILE_WIDTH];
    if (!entry) return;
    await this.#checkEntry(leafIndex, entry, hasAddenda);
    const proof = await tree.inclusionProof(leafIndex);
    verifyInclusion({ leafHash: leafHash(entry), leafIndex, treeSize, rootHash, proof });
  }

  /** Anchored roots by size; an anchor above the signed tree shows that the log has taken something back. */
  #rootsToMeet(anchors: readonly RecordedAnchor[], treeSize: number): Map<number, Uint8Array> {
    for (const anchor of anchors)
      if (anchor.treeSize > treeSize)
        this.#refute("ANCHOR_MISMATCH", anchorName(anchor.treeSize), `the log shows ${treeSize} entries only`);
    return new Map(
      anchors.filter((anchor) => anchor.treeSize <= treeSize).map((anchor) => [anchor.treeSize, anchor.rootHash]),
    );
  }

  #meet(anchoredRoot: Uint8Array | undefined): void {
    if (!anchoredRoot) return;
    this.#checked.anchors++;
    if (!equalBytes(anchoredRoot, this.#frontier.rootHash()))
      this.#refute(
        "ANCHOR_MISMATCH",
        anchorName(this.#frontier.size),
        "the contract recorded another root than the one this log has at that size",
      );
  }

  /** What a part of the log holds; a part that is absent or malformed is a finding under its name. */
  async #fetch<T>(name: string, get: () => Promise<T | undefined>): Promise<T | undefined> {
    return this.#attempt(name, async () => {
      const value = await get();
      if (value === undefined) throw new WarifuError("NOT_FOUND", "the log does not serve it");
      return value;
    });
  }

  /**
   * Runs a check; its refusal is a finding at `where`. That the log or the chain cannot be reached decides nothing.
   * @throws SERVICE_UNREACHABLE within a walk, which it ends
   */
  async #attempt<T>(where: string, check: () => Promise<T>): Promise<T | undefined> {
    try {
      return await check();
    } catch (error) {
      if (!(error instanceof WarifuError)) throw error;
      if (!UNREACHABLE.has(error.code)) this.#refute(error.code, where, error.message);
      else if (WALKS.has(where)) this.#leaveUndecided(error);
      else throw error;
      return undefined;
    }
  }

  #leaveUndecided({ message }: WarifuError): void {
    this.#isUndecided = true;
    this.#notes.push(`not all could be read: ${message}`);
  }

  #refute(code: ErrorCode, where: string, message: string): void {
    if (this.#findings.length < MAX_FINDINGS) this.#findings.push({ code, where, message });
    else this.#unlisted++;
  }
}

/** The outermost parts of an audit: an unreachable server ends one of them, not only the tile that was asked for. */
const WALKS: ReadonlySet<string> = new Set(["chain", "checkpoint", "log"]);

function anchorName(treeSize: number): string {
  return `anchor of size ${treeSize}`;
}

/** `count` different indexes below `size`, at random. Precondition: count < size <= 2^48. */
function pick(count: number, size: number, randomBytes: RandomBytes): number[] {
  const picked = new Set<number>();
  while (picked.size < count) picked.add(randomBytes(6).reduce((value, byte) => value * 256 + byte, 0) % size);
  return [...picked];
}
