/**
 * The part of the audit that walks over the leaves: derives each from its stored entry, and from the leaves every tile
 * and every root that a checkpoint, an anchor or the chain speaks of. Where entry and tile of a leaf disagree, the tile
 * stands in for the leaf, so that one changed entry is one finding and not a wrong root everywhere after it.
 */
import { BeaconTrail } from "../core/beacon-trail.ts";
import { beaconOf } from "../core/beacon.ts";
import { openClaims, parseBody, type Body } from "../core/body.ts";
import { equalBytes, toHex } from "../core/bytes.ts";
import { assertBodyOf, encodeEntry } from "../core/entry.ts";
import { codeOf, messageOf, WarifuError } from "../core/errors.ts";
import { Frontier, HASH_BYTES, inclusionRanges, leafHash, verifyInclusion } from "../core/merkle.ts";
import { recordIdOf } from "../core/record-id.ts";
import { splitTile, TILE_HEIGHT, TILE_WIDTH } from "../core/tile.ts";
import type { StoredCheckpoint, StoredEntry } from "../store/ledger-store.ts";
import { NewestBeacons } from "../verify/compare-beacons.ts";
import { SeqRanges } from "../verify/seq-ranges.ts";
import { assertSignedHead } from "./claims.ts";
import type { StoreFindings } from "./folder-findings.ts";
import type { AuditParts } from "./audit-ledger.ts";
import { LogTree } from "../write/log-tree.ts";

const PAGE = 1_000;

/** Audits entries, tiles and checkpoints. */
export class LeafAudit {
  readonly #parts: AuditParts;
  readonly #findings: StoreFindings;
  readonly #frontier = new Frontier();
  // Hashes of the tile being filled, at each tile level.
  readonly #edge: Uint8Array[][] = [];
  // Roots at the sizes that somebody claims something about.
  readonly #roots = new Map<number, Uint8Array | undefined>();
  // Sizes of checkpoints that were found wrong in themselves: each is reported once.
  readonly #refutedCheckpoints = new Set<number>();
  readonly #seqs = new SeqRanges();
  readonly #names = new Map<string, string>();
  // Set while leaves are met in their order.
  #trail: BeaconTrail | undefined;
  // Set at the first fault after which derived roots say nothing any more.
  #treeIsBroken = false;

  /** The beacons that {@link LeafAudit.walk} came by. */
  readonly beacons = new NewestBeacons();

  constructor(parts: AuditParts, findings: StoreFindings) {
    this.#parts = parts;
    this.#findings = findings;
  }

  /** The root derived at a size that {@link LeafAudit.walk} was told of. */
  rootAt(treeSize: number): Uint8Array | undefined {
    return this.#roots.get(treeSize);
  }

  /**
   * Walks over every leaf that the log must have: as many as its key signed for, wherever that stands.
   * @returns how many that are
   */
  async walk(heads: readonly { treeSize: number; isSigned: boolean }[]): Promise<number> {
    for (const { treeSize } of heads) this.#roots.set(treeSize, undefined);
    const claimed = heads.filter(({ isSigned }) => isSigned).map(({ treeSize }) => treeSize);
    const size = Math.max(await this.#newestSignedSize(), ...claimed);
    const present = Math.min(size, this.#parts.store.treeSize());
    if (present < size)
      this.#findings.refute(
        "STORE_BEHIND",
        `leaves ${present} to ${size - 1}`,
        "the log's key signed for these entries, the store does not have them: they were deleted, or an older copy was put back",
      );
    const { chain, isOwnChain: mayBeginAnew = false } = this.#parts;
    this.#trail = new BeaconTrail({ chainId: chain?.chainId, mayBeginAnew });
    this.#noteRoot();
    let checkpoint = await this.#nextCheckpoint(0);
    let covered = 0;
    for (let begin = 0; begin < present; begin += TILE_WIDTH) {
      const end = Math.min(begin + TILE_WIDTH, present);
      const entries = new Map((await this.#readEntries(begin, end)).map((entry) => [entry.leafIndex, entry]));
      const tile = await this.#findings.attempt(`tile 0/${begin / TILE_WIDTH}`, () =>
        this.#parts.store.tile(0, begin / TILE_WIDTH),
      );
      for (let leafIndex = begin; leafIndex < end; leafIndex++) {
        const entry = entries.get(leafIndex);
        if (entry) this.#noteSeq(entry);
        await this.#append(await this.#leafAt(leafIndex, entry, tile));
        if (checkpoint === undefined || checkpoint.treeSize > leafIndex + 1) continue;
        this.#checkCheckpoint(checkpoint, covered);
        covered = leafIndex + 1;
        checkpoint = await this.#nextCheckpoint(covered);
      }
      this.#parts.onProgress?.(end, present);
    }
    for (const note of this.#trail.notes()) this.#findings.note(note);
    this.#findings.addGaps(this.#seqs, (sourceId) => this.#names.get(sourceId));
    await this.#checkCoverage(covered);
    return size;
  }

  /** Checks some leaves by inclusion proofs against the newest checkpoint, and that it goes on from every anchor. */
  async sample(leaves: readonly number[]): Promise<void> {
    const { store, onProgress } = this.#parts;
    const checkpoint = await this.#findings.attempt("checkpoint", () => store.newestCheckpoint());
    if (!checkpoint) return;
    this.#findings.note(`a sample of ${leaves.length} leaves out of ${checkpoint.treeSize}`);
    this.#findings.checked.checkpoints++;
    this.#assertCheckpoint(checkpoint);
    const tree = await this.#findings.attempt("log", () => LogTree.loadAt(store, checkpoint));
    if (!tree) return;
    for (const [done, leafIndex] of leaves.entries()) {
      const [entry] = await this.#readEntries(leafIndex, leafIndex + 1);
      if (entry) await this.#checkInclusion(entry, checkpoint, tree);
      else this.#findings.refute("NOT_FOUND", `leaf ${leafIndex}`, "the entry is missing");
      onProgress?.(done + 1, leaves.length);
    }
    await this.#checkAnchoredRoots(tree);
  }

  /** The roots that the chain recorded, against those that the tiles lead to. */
  async #checkAnchoredRoots(tree: LogTree): Promise<void> {
    const { chain, whyNoChain = "no chain was asked" } = this.#parts;
    if (!chain) return this.#findings.note(`${whyNoChain}: the log was not compared with its anchors`);
    for (const { treeSize, rootHash } of chain.events) {
      const where = `anchor of size ${treeSize} on chain ${chain.chainId}`;
      this.#findings.checked.anchors++;
      await this.#findings.attempt(where, async () => {
        if (treeSize > tree.size)
          throw new WarifuError("STORE_BEHIND", `the contract has ${treeSize} entries, the store ${tree.size}`);
        if (!equalBytes(await tree.rootAt(treeSize), rootHash))
          throw new WarifuError("ANCHOR_MISMATCH", "its root is not the one this log has at that size");
      });
    }
  }

  async #checkInclusion(entry: StoredEntry, { treeSize, rootHash }: StoredCheckpoint, tree: LogTree): Promise<void> {
    const { leafIndex } = entry;
    this.#findings.checked.entries++;
    const leaf = await this.#checkEntry(entry);
    await this.#findings.attempt(`leaf ${leafIndex}`, async () => {
      const proof: Uint8Array[] = [];
      for (const range of inclusionRanges(leafIndex, treeSize)) proof.push(await tree.rangeHash(range));
      if (leaf) verifyInclusion({ leafHash: leaf, leafIndex, treeSize, rootHash, proof });
    });
  }

  /** Size of the newest stored checkpoint that is signed; those above it that are not are reported. */
  async #newestSignedSize(): Promise<number> {
    for (let below = Number.MAX_SAFE_INTEGER; ;) {
      const page = await this.#findings.attempt("checkpoints", () => this.#parts.store.checkpoints(below, PAGE));
      const signed = page?.find((checkpoint) => this.#assertCheckpoint(checkpoint));
      if (signed) return signed.treeSize;
      if (page === undefined || page.length < PAGE) return 0;
      below = page.at(-1)?.treeSize ?? 0;
    }
  }

  async #nextCheckpoint(leafIndex: number): Promise<StoredCheckpoint | undefined> {
    return this.#findings.attempt(`checkpoint above ${leafIndex}`, () => this.#parts.store.checkpointAbove(leafIndex));
  }

  /** Entries that no checkpoint covers. Asked in this order, since a running service commits both together. */
  async #checkCoverage(covered: number): Promise<void> {
    const { store } = this.#parts;
    const beyond = await this.#findings.attempt("entries", () => store.query({ from: covered, limit: PAGE }));
    const last = beyond?.at(-1)?.leafIndex;
    if (beyond?.[0] === undefined || last === undefined) return;
    const newest = await this.#findings.attempt("checkpoint", () => store.newestCheckpoint());
    if (newest && newest.treeSize > last && this.#assertCheckpoint(newest)) return;
    const where = `leaves ${beyond[0].leafIndex} to ${last}`;
    this.#findings.refute("CHECKPOINT_INVALID", where, "no checkpoint covers these entries");
  }

  async #append(hash: Uint8Array | undefined): Promise<void> {
    if (hash === undefined) this.#treeIsBroken = true;
    if (this.#treeIsBroken || hash === undefined) return;
    this.#frontier.append(hash, (level, node) => {
      if (level % TILE_HEIGHT === 0) (this.#edge[level / TILE_HEIGHT] ??= []).push(node);
    });
    await this.#checkFullTiles();
    this.#parts.acknowledgements?.sawLeaf(this.#frontier.size - 1, hash);
    this.#noteRoot();
  }

  #noteSeq({ sourceId, seq, sourceName }: StoredEntry): void {
    const id = toHex(sourceId);
    this.#seqs.add(id, seq);
    this.#names.set(id, sourceName);
  }

  /** The leaf's hash: from its entry, or, where that is missing or contradicts its tile, from the tile. */
  async #leafAt(
    leafIndex: number,
    entry: StoredEntry | undefined,
    tile: Uint8Array | undefined,
  ): Promise<Uint8Array | undefined> {
    const at = (leafIndex % TILE_WIDTH) * HASH_BYTES;
    const stored = tile?.length === TILE_WIDTH * HASH_BYTES ? tile.subarray(at, at + HASH_BYTES) : undefined;
    if (!entry) {
      this.#findings.refute("NOT_FOUND", `leaf ${leafIndex}`, "the entry is missing");
      return stored;
    }
    this.#findings.checked.entries++;
    const derived = await this.#checkEntry(entry);
    if (!stored || (derived && equalBytes(stored, derived))) return derived;
    const tileName = `tile 0/${Math.floor(leafIndex / TILE_WIDTH)}`;
    this.#findings.refute("TILE_INVALID", `leaf ${leafIndex}`, `entry and ${tileName} disagree: one was changed`);
    return stored;
  }

  /** Everything that can be said of one entry alone. @returns the hash of its leaf */
  async #checkEntry(entry: StoredEntry): Promise<Uint8Array | undefined> {
    const where = `leaf ${entry.leafIndex}`;
    if (entry.unreadable !== undefined) this.#findings.refute("STORE_CORRUPT", where, entry.unreadable);
    const leaf = await this.#findings.attempt(where, () => leafHash(encodeEntry(entry)));
    const bytes = entry.body;
    if (leaf === undefined) return undefined;
    if (bytes === null) {
      this.#findings.refute("NOT_FOUND", where, "the body is missing, and no erasure of it is on record");
      return leaf;
    }
    this.#findings.checked.bodies++;
    await this.#findings.attempt(where, () => assertBodyOf(entry, bytes));
    const body = await this.#findings.attempt(where, () => parseBody(bytes));
    if (!body) return leaf;
    await this.#findings.attempt(where, () => this.#assertBodyFits(entry, body, leaf));
    await this.#findings.attempt(where, () => this.#checkOpenings(entry, body));
    if (entry.kind === "beacon") await this.#findings.attempt(where, () => this.#followBeacon(entry, body));
    this.#trail?.pass(body.iat);
    return leaf;
  }

  #followBeacon({ leafIndex }: StoredEntry, body: Body): void {
    const beacon = beaconOf(body);
    this.beacons.add(leafIndex, beacon);
    this.#trail?.follow(leafIndex, beacon);
  }

  #assertBodyFits(entry: StoredEntry, body: Body, leaf: Uint8Array): void {
    if (body.iss !== this.#parts.store.origin || body.src !== toHex(entry.sourceId) || body.seq !== entry.seq)
      throw new WarifuError("BODY_MISMATCH", "the body names another log, source or seq than the entry");
    if (body.contentName !== entry.kind)
      throw new WarifuError(
        "BODY_MISMATCH",
        `the entry is of kind ${entry.kind}, its body holds a ${body.contentName}`,
      );
    if (!equalBytes(entry.id, recordIdOf(leaf, body.iat)))
      throw new WarifuError("ENTRY_INVALID", "the record's id does not belong to its leaf: id or entry was changed");
  }

  async #checkOpenings({ leafIndex }: StoredEntry, body: Body): Promise<void> {
    const { vault } = this.#parts;
    if (!vault || body.digests.length === 0) return;
    const kept = await vault.open(leafIndex);
    if (!kept)
      throw new WarifuError("NOT_FOUND", "its openings are not in the vault, and no erasure of them is on record");
    this.#findings.checked.openings += openClaims(body, kept).length;
  }

  async #checkFullTiles(): Promise<void> {
    for (const [level, hashes] of this.#edge.entries()) {
      if (hashes?.length !== TILE_WIDTH) continue;
      this.#edge[level] = [];
      const index = Math.floor(this.#frontier.size / TILE_WIDTH ** (level + 1)) - 1;
      this.#findings.checked.tiles++;
      await this.#findings.attempt(`tile ${level}/${index}`, () => this.#compareTile(level, index, hashes));
    }
  }

  async #compareTile(level: number, index: number, derived: readonly Uint8Array[]): Promise<void> {
    const bytes = await this.#parts.store.tile(level, index);
    if (!bytes) throw new WarifuError("TILE_INVALID", "the tile is missing");
    const stored = splitTile(bytes, TILE_WIDTH);
    const at = stored.findIndex((hash, i) => !equalBytes(hash, derived[i] as Uint8Array));
    // At level 0 a difference was reported with its leaf.
    if (at >= 0 && level > 0)
      throw new WarifuError("TILE_INVALID", `hash ${at} is not the one that the tiles below lead to`);
  }

  #checkCheckpoint(checkpoint: StoredCheckpoint, covered: number): void {
    const { treeSize, rootHash } = checkpoint;
    this.#findings.checked.checkpoints++;
    if (!this.#assertCheckpoint(checkpoint) || this.#treeIsBroken) return;
    if (equalBytes(rootHash, this.#frontier.rootHash())) return;
    // Later roots depend on the same leaves, and would all be reported.
    this.#treeIsBroken = true;
    this.#findings.refute(
      "CONSISTENCY_MISMATCH",
      `checkpoint ${treeSize}`,
      `the entries do not lead to its root: one of the leaves ${covered} to ${treeSize - 1} was changed`,
    );
  }

  #assertCheckpoint(checkpoint: StoredCheckpoint): boolean {
    if (this.#refutedCheckpoints.has(checkpoint.treeSize)) return false;
    try {
      assertSignedHead(checkpoint, this.#parts.logKey);
      return true;
    } catch (error) {
      this.#refutedCheckpoints.add(checkpoint.treeSize);
      const code = codeOf(error) ?? "CHECKPOINT_INVALID";
      this.#findings.refute(code, `checkpoint ${checkpoint.treeSize}`, messageOf(error));
      return false;
    }
  }

  #noteRoot(): void {
    const { size } = this.#frontier;
    this.#parts.acknowledgements?.sawRoot(size, () => this.#frontier.rootHash());
    if (this.#roots.has(size)) this.#roots.set(size, this.#frontier.rootHash());
  }

  /** Entries of a range; when one cannot be read, it is named and the others are read all the same. */
  async #readEntries(begin: number, end: number): Promise<StoredEntry[]> {
    try {
      return await this.#parts.store.entries(begin, end);
    } catch (error) {
      if (end - begin <= 1) {
        this.#findings.refute(codeOf(error) ?? "STORE_CORRUPT", `leaf ${begin}`, messageOf(error));
        return [];
      }
      const middle = begin + Math.floor((end - begin) / 2);
      return [...(await this.#readEntries(begin, middle)), ...(await this.#readEntries(middle, end))];
    }
  }
}
