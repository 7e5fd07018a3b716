/**
 * Audits a whole log from outside, with nothing but a policy: the checkpoint's signature, every entry and tile
 * recomputed to its root, addenda against the entries that name them, beacons against each other and the chain, and the
 * contract's anchors against the root at their sizes. https://c2sp.org/tlog-tiles
 *
 * Invariant: an outcome of "holds" rests on hashes computed here from what the log serves, never on its word. Memory stays
 * bounded whatever the log's size.
 */
import { BeaconTrail } from "../core/beacon-trail.ts";
import { beaconOf } from "../core/beacon.ts";
import type { Body } from "../core/body.ts";
import { equalBytes, toHex } from "../core/bytes.ts";
import { openCheckpoint, type Checkpoint } from "../core/checkpoint.ts";
import { decodeEntry, type Entry } from "../core/entry.ts";
import { WarifuError } from "../core/errors.ts";
import { Frontier, leafHash, verifyConsistency, verifyInclusion } from "../core/merkle.ts";
import type { Policy } from "../core/policy.ts";
import { logIdOf, sourceIdOf } from "../core/record.ts";
import { TILE_HEIGHT, TILE_WIDTH, tilePath, tileWidth } from "../core/tile.ts";
import { AuditFindings, type AuditReport } from "./audit-findings.ts";
import { checkBodyOf } from "./check-body.ts";
import { compareBeacons, NewestBeacons } from "./compare-beacons.ts";
import type { KeptAcknowledgements } from "./kept-acknowledgements.ts";
import { httpLogReader, type LogReader } from "./log-reader.ts";
import { drawLeaves, type Sample } from "./sample.ts";
import { SeqRanges } from "./seq-ranges.ts";
import { TileTree } from "./tile-tree.ts";

/** A checkpoint that the contract recorded. */
export interface RecordedAnchor {
  readonly treeSize: number;
  /** 32 bytes. */
  readonly rootHash: Uint8Array;
}

/** The anchors of a contract as the auditor's nodes agree on them, without a gap. */
export interface ShownAnchors {
  readonly anchors: readonly RecordedAnchor[];
  /** Those that are not final yet by the auditor's rule: a reorg may still take them away. */
  readonly open?: readonly RecordedAnchor[] | undefined;
  /** Why further ones could not be compared, such as a node that lags behind. */
  readonly lacking?: string | undefined;
}

/**
 * The contract of the policy, as the nodes of the auditor's choice show it. What its methods throw tells of the nodes, and
 * leaves the audit undecided.
 */
export interface AnchorEventReader {
  /** Keccak-256 of the contract's code. */
  codeHash(): Promise<string>;
  anchorEvents(): Promise<ShownAnchors>;
  /** Hash of the canonical block at that height. Without it, beacons are not compared with the chain. */
  readonly blockHashAt?: ((number: number) => Promise<string | undefined>) | undefined;
}

export interface LogAuditOptions {
  readonly log: LogReader;
  readonly policy: Policy;
  /** Without it, nothing is compared with the chain. */
  readonly anchors?: AnchorEventReader | undefined;
  /** Check so many random leaves by inclusion proof instead of everything. */
  readonly sample?: Sample | undefined;
  /** Acknowledgements to hold against the log; only of use where every leaf is read. */
  readonly acknowledgements?: KeptAcknowledgements | undefined;
  /** Told of leaves done. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

const ADDENDA_AT_ONCE = 16;

/**
 * Audits the log below an address, such as `http://127.0.0.1:8080/log`.
 * @throws USAGE when that is no http or https address
 */
export async function auditLogOverHttp(
  options: Omit<LogAuditOptions, "log"> & { readonly url: string },
): Promise<AuditReport> {
  return auditLog({ ...options, log: httpLogReader(options.url) });
}

/** Audits a log. Never throws for what it finds, nor when log or chain cannot be reached. */
export async function auditLog(options: LogAuditOptions): Promise<AuditReport> {
  const { log, policy, anchors: reader, sample } = options;
  const findings = new AuditFindings();
  // Before the checkpoint: an anchor that is read later may be of a size that the checkpoint does not have yet.
  const anchors = (await findings.ask(() => readAnchors(reader, policy, findings))) ?? [];
  const head = await findings.stage("checkpoint", () => readCheckpoint(log, policy, findings));
  if (head)
    await findings.stage("log", async () => {
      const audit = new LogAudit(options, head, anchors, findings);
      const leaves = sample && drawLeaves(sample, head.treeSize);
      await (leaves ? audit.someLeaves(leaves) : audit.everyLeaf());
    });
  if (head && findings.isChainCompared && anchors.length === 0 && head.treeSize > 0)
    findings.leaveUnanchored(policy.chain.accept === "evidence");
  // A log may show a checkpoint that is older than its newest acknowledgement, until witnesses have cosigned that.
  options.acknowledgements?.report({ size: head?.treeSize ?? 0, mayGrow: true }, findings);
  return findings.report();
}

/** Without the chain's word, a history that was written anew under the log's key looks like any other. */
function noteNoChain({ chain }: Policy, findings: AuditFindings): void {
  const said = "no chain was asked: the log was not compared with its anchors";
  if (chain.accept === "evidence") findings.note(said);
  else findings.leaveOpen(said);
}

async function readAnchors(
  anchors: AnchorEventReader | undefined,
  policy: Policy,
  findings: AuditFindings,
): Promise<readonly RecordedAnchor[]> {
  if (!anchors) {
    noteNoChain(policy, findings);
    return [];
  }
  const { codeHash, contract } = policy.chain;
  if (codeHash !== undefined && (await anchors.codeHash()) !== codeHash) findings.refuteCode(contract);
  const { anchors: shown, open = [], lacking } = await anchors.anchorEvents();
  findings.noteOpen(open);
  if (lacking !== undefined) findings.leaveOpen(`not all could be read: ${lacking}`);
  findings.isChainCompared = true;
  return shown;
}

async function readCheckpoint(log: LogReader, policy: Policy, findings: AuditFindings): Promise<Checkpoint> {
  const { keys, quorum } = policy.witnesses;
  const { checkpoint, signatures } = openCheckpoint(await log.checkpoint(), policy.log, keys);
  findings.checked.checkpoints++;
  const cosigned = signatures.length - 1;
  if (cosigned < quorum)
    findings.refute("QUORUM_MISSING", "checkpoint", `${cosigned} witnesses cosigned, the policy asks for ${quorum}`);
  return checkpoint;
}

/** The walk through the leaves under one checkpoint. */
class LogAudit {
  readonly #log: LogReader;
  readonly #head: Checkpoint;
  readonly #findings: AuditFindings;
  readonly #onProgress: (done: number, total: number) => void;
  // Roots that the contract recorded, by size.
  readonly #anchoredRoots: Map<number, Uint8Array>;
  readonly #frontier = new Frontier();
  // Hashes of the tile being filled, at each tile level.
  readonly #edge: Uint8Array[][] = [];
  readonly #seqs = new SeqRanges();
  readonly #policy: Policy;
  readonly #trail: BeaconTrail;
  readonly #beacons = new NewestBeacons();
  readonly #blockHashAt: AnchorEventReader["blockHashAt"];
  readonly #acknowledgements: KeptAcknowledgements | undefined;
  #withheld = 0;

  constructor(
    { log, policy, onProgress, anchors: reader, acknowledgements }: LogAuditOptions,
    head: Checkpoint,
    anchors: readonly RecordedAnchor[],
    findings: AuditFindings,
  ) {
    this.#log = log;
    this.#policy = policy;
    const { id: chainId, accept } = policy.chain;
    this.#trail = new BeaconTrail({ chainId, mayBeginAnew: accept === "evidence" });
    this.#blockHashAt = reader?.blockHashAt;
    this.#acknowledgements = acknowledgements;
    this.#head = head;
    this.#findings = findings;
    this.#onProgress = onProgress ?? (() => undefined);
    const { treeSize } = head;
    const isAbove = (anchor: RecordedAnchor): boolean => anchor.treeSize > treeSize;
    // The log has taken something back, or shows it to others only.
    for (const anchor of anchors.filter(isAbove))
      findings.refute("ANCHOR_MISMATCH", anchorName(anchor.treeSize), `the log shows ${treeSize} entries only`);
    const within = anchors.filter((anchor) => !isAbove(anchor));
    this.#anchoredRoots = new Map(within.map((anchor) => [anchor.treeSize, anchor.rootHash]));
  }

  async everyLeaf(): Promise<void> {
    const { treeSize, rootHash } = this.#head;
    const hasAddenda = await this.#hasAddenda();
    for (let begin = 0; begin < treeSize; begin += TILE_WIDTH) {
      const width = Math.min(TILE_WIDTH, treeSize - begin);
      for (const leaf of await this.#leaves(begin, width, hasAddenda)) this.#append(leaf);
      await this.#checkTiles();
      this.#onProgress(begin + width, treeSize);
    }
    this.#noteWithheld();
    for (const note of this.#trail.notes()) this.#findings.note(note);
    this.#findings.addGaps(this.#seqs, nameFrom(this.#policy));
    await this.#compareBeacons();
    if (!equalBytes(this.#frontier.rootHash(), rootHash))
      this.#findings.refute(
        "CONSISTENCY_MISMATCH",
        `checkpoint ${treeSize}`,
        "the entries do not lead to the root that was signed",
      );
  }

  async someLeaves(leaves: readonly number[]): Promise<void> {
    const { treeSize, rootHash } = this.#head;
    this.#findings.note(`a sample of ${leaves.length} leaves out of ${treeSize}`);
    const tree = new TileTree(this.#log, treeSize);
    const hasAddenda = await this.#hasAddenda();
    for (const [done, leafIndex] of leaves.entries()) {
      await this.#findings.attempt(`leaf ${leafIndex}`, () => this.#checkSampled(leafIndex, tree, hasAddenda));
      this.#onProgress(done + 1, leaves.length);
    }
    for (const [oldSize, oldRoot] of this.#anchoredRoots)
      await this.#findings.attempt(anchorName(oldSize), async () => {
        const proof = await tree.consistencyProof(oldSize);
        verifyConsistency({ oldSize, oldRoot, newSize: treeSize, newRoot: rootHash, proof });
        this.#findings.checked.anchors++;
      });
    this.#noteWithheld();
    await this.#compareBeacons();
    this.#findings.checked.tiles = tree.tilesRead;
  }

  async #checkSampled(leafIndex: number, tree: TileTree, hasAddenda: boolean): Promise<void> {
    const { treeSize, rootHash } = this.#head;
    const index = Math.floor(leafIndex / TILE_WIDTH);
    const entries = await this.#entries(index, tileWidth(0, index, treeSize));
    const entry = entries?.[leafIndex % TILE_WIDTH];
    if (!entry) return;
    const beacon = await this.#checkEntry(leafIndex, entry, hasAddenda);
    if (beacon) this.#beacons.add(leafIndex, beaconOf(beacon));
    const proof = await tree.inclusionProof(leafIndex);
    verifyInclusion({ leafHash: leafHash(entry), leafIndex, treeSize, rootHash, proof });
  }

  /** Hashes of a bundle's leaves. Where an entry contradicts its tile the tile's hash is taken: the root then decides. */
  async #leaves(begin: number, width: number, hasAddenda: boolean): Promise<Uint8Array[]> {
    const entries = await this.#entries(begin / TILE_WIDTH, width);
    const tile = await this.#tile(0, begin / TILE_WIDTH, width);
    if (entries) await this.#checkEntries(begin, entries, hasAddenda);
    const computed = entries?.map(leafHash);
    const leaves = tile ?? computed;
    if (!leaves)
      throw new WarifuError("NOT_FOUND", `neither entries nor hashes are to be had of leaf ${begin} and what follows`);
    for (const [at, hash] of (computed ?? leaves).entries())
      if (!equalBytes(hash, leaves[at] as Uint8Array))
        this.#findings.refute(
          "TILE_INVALID",
          `leaf ${begin + at}`,
          `the entry and tile 0/${begin / TILE_WIDTH} disagree: one of them was changed`,
        );
    return leaves;
  }

  #append(leaf: Uint8Array): void {
    this.#frontier.append(leaf, (level, hash) => {
      if (level > 0 && level % TILE_HEIGHT === 0) (this.#edge[level / TILE_HEIGHT] ??= []).push(hash);
    });
    const { size } = this.#frontier;
    this.#acknowledgements?.sawLeaf(size - 1, leaf);
    this.#acknowledgements?.sawRoot(size, () => this.#frontier.rootHash());
    const anchoredRoot = this.#anchoredRoots.get(size);
    if (!anchoredRoot) return;
    this.#findings.checked.anchors++;
    if (equalBytes(anchoredRoot, this.#frontier.rootHash())) return;
    // Every later root depends on the same leaves, and would be reported too.
    this.#anchoredRoots.clear();
    this.#findings.refute(
      "ANCHOR_MISMATCH",
      anchorName(size),
      "the contract recorded another root than the one this log has at that size",
    );
  }

  /** Compares the tiles above level 0 that are full, and at the end of the log those that will not be. */
  async #checkTiles(): Promise<void> {
    const { size } = this.#frontier;
    for (let level = 1; level < this.#edge.length; level++) {
      const hashes = this.#edge[level] as Uint8Array[];
      if (hashes.length === 0 || (hashes.length < TILE_WIDTH && size < this.#head.treeSize)) continue;
      this.#edge[level] = [];
      const index = Math.floor((size / TILE_WIDTH ** level - 1) / TILE_WIDTH);
      await this.#compareTile(level, index, hashes);
    }
  }

  async #compareTile(level: number, index: number, computed: readonly Uint8Array[]): Promise<void> {
    const served = await this.#tile(level, index, computed.length);
    const at = served?.findIndex((hash, i) => !equalBytes(hash, computed[i] as Uint8Array)) ?? -1;
    if (at >= 0)
      this.#findings.refute(
        "TILE_INVALID",
        tilePath({ level, index, width: computed.length }),
        `hash ${at} is not the one that the tiles below lead to`,
      );
  }

  async #checkEntries(begin: number, entries: readonly Uint8Array[], hasAddenda: boolean): Promise<void> {
    for (let at = 0; at < entries.length; at += ADDENDA_AT_ONCE) {
      const group = entries.slice(at, at + ADDENDA_AT_ONCE);
      const found = await Promise.all(group.map((entry, i) => this.#checkEntry(begin + at + i, entry, hasAddenda)));
      for (const [i, beacon] of found.entries()) if (beacon) await this.#followBeacon(begin + at + i, beacon);
    }
  }

  /** @returns the body of a beacon */
  async #checkEntry(leafIndex: number, leaf: Uint8Array, hasAddenda: boolean): Promise<Body | undefined> {
    const where = `leaf ${leafIndex}`;
    this.#findings.checked.entries++;
    return this.#findings.attempt(where, async () => {
      const entry = decodeEntry(leaf);
      if (!this.#seqs.add(toHex(entry.sourceId), entry.seq))
        this.#findings.refute("SEQUENCE_CONFLICT", where, `its source has used seq ${entry.seq} before`);
      if (!hasAddenda) return undefined;
      const bytes = await this.#log.addendum(entry.bodyDigest);
      if (!bytes) return void this.#withheld++;
      const { name } = this.#policy.log;
      const body = checkBodyOf(entry, bytes, name);
      if (entry.kind === "beacon") assertBeacon(entry, body, name);
      this.#findings.checked.bodies++;
      return entry.kind === "beacon" ? body : undefined;
    });
  }

  /** In the order of the leaves, which that of the answers need not be. */
  async #followBeacon(leafIndex: number, body: Body): Promise<void> {
    const beacon = beaconOf(body);
    this.#beacons.add(leafIndex, beacon);
    await this.#findings.attempt(`leaf ${leafIndex}`, () => this.#trail.follow(leafIndex, beacon));
    this.#trail.pass(body.iat);
  }

  #compareBeacons(): Promise<void> {
    const isOwnChain = this.#policy.chain.accept === "evidence";
    return compareBeacons(this.#beacons, { blockHashAt: this.#blockHashAt, isOwnChain }, this.#findings);
  }

  async #hasAddenda(): Promise<boolean> {
    const hasAddenda = await this.#log.hasAddenda();
    if (!hasAddenda) this.#findings.note("the log serves no addenda: bodies were not checked");
    return hasAddenda;
  }

  #noteWithheld(): void {
    if (this.#withheld > 0)
      this.#findings.note(`${this.#withheld} bodies are withheld or erased: their entries were checked`);
  }

  #entries(index: number, width: number): Promise<Uint8Array[] | undefined> {
    return this.#read(tilePath({ level: "entries", index, width }), () => this.#log.entries(index, width));
  }

  async #tile(level: number, index: number, width: number): Promise<Uint8Array[] | undefined> {
    const tile = await this.#read(tilePath({ level, index, width }), () => this.#log.tile(level, index, width));
    if (tile) this.#findings.checked.tiles++;
    return tile;
  }

  /** A part of the log; one that is absent or malformed is a finding under its name. */
  #read<T>(name: string, get: () => Promise<T | undefined>): Promise<T | undefined> {
    return this.#findings.attempt(name, async () => {
      const value = await get();
      if (value === undefined) throw new WarifuError("NOT_FOUND", "the log does not serve it");
      return value;
    });
  }
}

function assertBeacon(entry: Entry, body: Body, origin: string): void {
  if (!equalBytes(entry.sourceId, logIdOf(origin)))
    throw new WarifuError("BODY_MISMATCH", "the beacon was not entered by the log itself");
  beaconOf(body);
}

function anchorName(treeSize: number): string {
  return `anchor of size ${treeSize}`;
}

/** Names of sources as far as the policy knows them: the log has their ids alone. */
function nameFrom({ sources, log }: Policy): (sourceId: string) => string | undefined {
  const known = [...sources.map(({ name }) => name), log.name];
  const names = new Map(known.map((name) => [toHex(sourceIdOf(log.name, name)), name]));
  return (sourceId) => names.get(sourceId);
}
