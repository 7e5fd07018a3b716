/**
 * Stage audit: the whole-system oracle. Derives every leaf, tile, checkpoint and body digest anew from the stored
 * entries, opens every opening against its body, compares with every anchor, and says what is wrong and where. It
 * believes nothing that it can compute, and it never stops at the first fault.
 */
import type { AnchorEvent } from "../chain/chain.ts";
import { openClaims, parseBody, type Body } from "../core/body.ts";
import { equalBytes, toHex, utf8 } from "../core/bytes.ts";
import { checkChainEvidence, type ChainEvidence } from "../core/chain-evidence.ts";
import { openCheckpoint, type Checkpoint } from "../core/checkpoint.ts";
import { assertBodyOf, encodeEntry } from "../core/entry.ts";
import { codeOf, messageOf, WarifuError, type ErrorCode } from "../core/errors.ts";
import { Frontier, inclusionRanges, leafHash, verifyInclusion } from "../core/merkle.ts";
import type { VerifierKey } from "../core/note.ts";
import { recordIdOf } from "../core/record-id.ts";
import { splitTile, TILE_HEIGHT, TILE_WIDTH } from "../core/tile.ts";
import type { LedgerStore, StoredAnchor, StoredCheckpoint, StoredEntry } from "../store/ledger-store.ts";
import type { Vault } from "../store/vault.ts";
import { LogTree } from "./log-tree.ts";

/** One thing that is wrong. */
export interface Finding {
  readonly code: ErrorCode;
  /** The record, tile, checkpoint, anchor or table, such as "leaf 17" or "tile 0/2". */
  readonly where: string;
  readonly message: string;
}

/** What an audit found. */
export interface AuditReport {
  readonly outcome: "holds" | "refuted" | "undecided";
  readonly checked: {
    readonly entries: number;
    readonly tiles: number;
    readonly checkpoints: number;
    readonly bodies: number;
    readonly openings: number;
    readonly anchors: number;
  };
  readonly findings: readonly Finding[];
  /** What was not checked, and why. */
  readonly notes: readonly string[];
}

/** What the chain says, where it could be asked. */
export interface ChainTestimony {
  readonly chainId: number;
  readonly contract: string;
  readonly events: readonly AnchorEvent[];
}

export interface AuditParts {
  readonly store: LedgerStore;
  /** The log's key, from the auditor's policy. */
  readonly logKey: VerifierKey;
  /** Without it, openings are not checked. */
  readonly vault?: Vault | undefined;
  /** Without it, anchors are checked against their stored evidence only. */
  readonly chain?: ChainTestimony | undefined;
  /** The newest checkpoint that was handed out, as kept beside the database. */
  readonly guard?: Checkpoint | undefined;
  /** What the storage engine found about itself: seals, indexes, pages. */
  readonly storageFindings: Iterable<Finding>;
  /** Check so many random leaves by inclusion proof instead of everything. */
  readonly sample?: number | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** More findings than this are counted, not listed. */
const MAX_FINDINGS = 1_000;

/** Audits a ledger. Never throws for what it finds, only when it cannot read. */
export async function audit(parts: AuditParts): Promise<AuditReport> {
  const run = new AuditRun(parts);
  if (parts.sample === undefined) await run.everything();
  else await run.someLeaves(parts.sample);
  return run.report();
}

class AuditRun {
  readonly #parts: AuditParts;
  readonly #store: LedgerStore;
  readonly #findings: Finding[] = [];
  readonly #notes: string[] = [];
  readonly #checked = { entries: 0, tiles: 0, checkpoints: 0, bodies: 0, openings: 0, anchors: 0 };
  readonly #frontier = new Frontier();
  // Hashes of the tile being filled, at each tile level.
  readonly #edge: Uint8Array[][] = [];
  // Computed roots at the sizes that somebody claims something about.
  readonly #roots = new Map<number, Uint8Array | undefined>();
  // Set at the first fault after which computed roots say nothing any more.
  #treeIsBroken = false;
  #unlisted = 0;

  constructor(parts: AuditParts) {
    this.#parts = parts;
    this.#store = parts.store;
  }

  report(): AuditReport {
    if (this.#unlisted > 0) this.#notes.push(`${this.#unlisted} further findings are not listed`);
    const outcome = this.#findings.length > 0 ? "refuted" : "holds";
    return { outcome, checked: this.#checked, findings: this.#findings, notes: this.#notes };
  }

  async everything(): Promise<void> {
    const anchors = await this.#allAnchors();
    for (const { treeSize } of [...anchors, ...(this.#parts.chain?.events ?? [])]) this.#roots.set(treeSize, undefined);
    if (this.#parts.guard) this.#roots.set(this.#parts.guard.treeSize, undefined);
    const size = await this.#expectedSize();
    await this.#walkLeaves(size);
    await this.#checkVaultRows(size);
    this.#checkGuard(size);
    for (const anchor of anchors) await this.#checkAnchor(anchor, size);
    this.#checkChain(anchors, size);
    for (const finding of this.#parts.storageFindings) this.#add(finding);
  }

  async someLeaves(count: number): Promise<void> {
    const checkpoint = await this.#store.newestCheckpoint();
    if (!checkpoint) return;
    this.#notes.push(`a sample of ${count} leaves; tiles, anchors and openings were not all checked`);
    const tree = await LogTree.load(this.#store).catch((error: unknown) => {
      this.#refute("STORE_CORRUPT", "log", messageOf(error));
      return undefined;
    });
    if (!tree) return;
    this.#checkCheckpointNote(checkpoint);
    for (let i = 0; i < count; i++) {
      const leafIndex = Math.floor(Math.random() * checkpoint.treeSize);
      const [entry] = await this.#readEntries(leafIndex, leafIndex + 1);
      if (!entry) this.#refute("NOT_FOUND", `leaf ${leafIndex}`, "the entry is missing");
      else await this.#checkSampled(entry, checkpoint, tree);
      this.#parts.onProgress?.(i + 1, count);
    }
  }

  async #checkSampled(entry: StoredEntry, { treeSize, rootHash }: StoredCheckpoint, tree: LogTree): Promise<void> {
    const leaf = await this.#checkEntry(entry);
    await this.#attempt(`leaf ${entry.leafIndex}`, async () => {
      const proof: Uint8Array[] = [];
      for (const range of inclusionRanges(entry.leafIndex, treeSize)) proof.push(await tree.rangeHash(range));
      verifyInclusion({ leafHash: leaf, leafIndex: entry.leafIndex, treeSize, rootHash, proof });
    });
  }

  /** The size that entries, checkpoints and guard together promise: what is missing below it was removed. */
  async #expectedSize(): Promise<number> {
    const newest = await this.#store.newestCheckpoint();
    return Math.max(this.#store.treeSize(), newest?.treeSize ?? 0);
  }

  async #walkLeaves(size: number): Promise<void> {
    let checkpoint = await this.#store.checkpointAbove(0);
    let previousSize = 0;
    this.#noteRoot();
    for (let begin = 0; begin < size; begin += TILE_WIDTH) {
      const end = Math.min(begin + TILE_WIDTH, size);
      const entries = new Map((await this.#readEntries(begin, end)).map((entry) => [entry.leafIndex, entry]));
      const tile = await this.#store.tile(0, begin / TILE_WIDTH);
      for (let leafIndex = begin; leafIndex < end; leafIndex++) {
        const hash = await this.#leafAt(leafIndex, entries.get(leafIndex), tile);
        if (hash) this.#frontier.append(hash, (level, node) => this.#collect(level, node));
        await this.#checkFullTiles();
        this.#noteRoot();
        if (checkpoint?.treeSize !== leafIndex + 1) continue;
        this.#checkCheckpoint(checkpoint, previousSize);
        previousSize = checkpoint.treeSize;
        checkpoint = await this.#store.checkpointAbove(leafIndex + 1);
      }
      this.#parts.onProgress?.(end, size);
    }
    if (previousSize < size)
      this.#refute("CHECKPOINT_INVALID", `leaves ${previousSize} to ${size - 1}`, "no checkpoint covers these entries");
  }

  /** The leaf's hash: from its entry, or, where that is missing or contradicts its tile, from the tile. */
  async #leafAt(
    leafIndex: number,
    entry: StoredEntry | undefined,
    tile: Uint8Array | undefined,
  ): Promise<Uint8Array | undefined> {
    const at = leafIndex % TILE_WIDTH;
    const stored = tile?.length === TILE_WIDTH * 32 ? tile.subarray(at * 32, (at + 1) * 32) : undefined;
    if (!entry) {
      this.#refute("NOT_FOUND", `leaf ${leafIndex}`, "the entry is missing");
      if (!stored) this.#treeIsBroken = true;
      return stored;
    }
    this.#checked.entries++;
    const computed = await this.#checkEntry(entry);
    if (!stored || equalBytes(stored, computed)) return computed;
    const tileName = `tile 0/${Math.floor(leafIndex / TILE_WIDTH)}`;
    this.#refute("TILE_INVALID", `leaf ${leafIndex}`, `the entry and ${tileName} disagree: one of them was changed`);
    return stored;
  }

  /** Everything that can be said of one entry alone. @returns the hash of its leaf */
  async #checkEntry(entry: StoredEntry): Promise<Uint8Array> {
    const where = `leaf ${entry.leafIndex}`;
    const leaf = leafHash(encodeEntry(entry));
    if (entry.body === null) {
      this.#refute("NOT_FOUND", where, "the body is missing, and no erasure of it is on record");
      return leaf;
    }
    const bytes = entry.body;
    await this.#attempt(where, () => assertBodyOf(entry, bytes));
    const body = await this.#attempt(where, () => parseBody(bytes));
    this.#checked.bodies++;
    if (!body) return leaf;
    if (body.iss !== this.#store.origin || body.src !== toHex(entry.sourceId) || body.seq !== entry.seq)
      this.#refute("BODY_MISMATCH", where, "the body names another log, source or seq than the entry");
    if (body.contentName !== entry.kind)
      this.#refute("BODY_MISMATCH", where, `the entry is of kind ${entry.kind}, its body holds a ${body.contentName}`);
    if (!equalBytes(entry.id, recordIdOf(leaf, body.iat)))
      this.#refute(
        "ENTRY_INVALID",
        where,
        "the record's id does not belong to its leaf: the id or the entry was changed",
      );
    await this.#checkOpenings(entry, body);
    return leaf;
  }

  async #checkOpenings({ leafIndex }: StoredEntry, body: Body): Promise<void> {
    const { vault } = this.#parts;
    if (!vault || body.digests.length === 0) return;
    const where = `leaf ${leafIndex}`;
    const openings = await this.#attempt(where, async () => {
      const kept = await vault.open(leafIndex);
      if (!kept)
        throw new WarifuError("NOT_FOUND", "its openings are not in the vault, and no erasure of them is on record");
      return openClaims(body, kept);
    });
    this.#checked.openings += openings?.length ?? 0;
  }

  #collect(level: number, hash: Uint8Array): void {
    if (level % TILE_HEIGHT === 0) (this.#edge[level / TILE_HEIGHT] ??= []).push(hash);
  }

  async #checkFullTiles(): Promise<void> {
    for (const [level, hashes] of this.#edge.entries()) {
      if (hashes?.length !== TILE_WIDTH) continue;
      this.#edge[level] = [];
      const index = Math.floor(this.#frontier.size / TILE_WIDTH ** (level + 1)) - 1;
      this.#checked.tiles++;
      await this.#compareTile(level, index, hashes);
    }
  }

  async #compareTile(level: number, index: number, computed: readonly Uint8Array[]): Promise<void> {
    const where = `tile ${level}/${index}`;
    const bytes = await this.#store.tile(level, index);
    if (!bytes) return this.#refute("TILE_INVALID", where, "the tile is missing");
    const stored = await this.#attempt(where, () => splitTile(bytes, TILE_WIDTH));
    const at = stored?.findIndex((hash, i) => !equalBytes(hash, computed[i] as Uint8Array)) ?? -1;
    // At level 0 a difference was reported with its leaf.
    if (at >= 0 && level > 0) this.#refute("TILE_INVALID", where, `hash ${at} is not the one its tiles below lead to`);
  }

  #checkCheckpoint(checkpoint: StoredCheckpoint, previousSize: number): void {
    this.#checked.checkpoints++;
    this.#checkCheckpointNote(checkpoint);
    if (this.#treeIsBroken || equalBytes(checkpoint.rootHash, this.#frontier.rootHash())) return;
    // Later roots depend on the same leaves, and would all be reported.
    this.#treeIsBroken = true;
    this.#refute(
      "CONSISTENCY_MISMATCH",
      `checkpoint ${checkpoint.treeSize}`,
      `the entries do not lead to its root: a leaf below ${checkpoint.treeSize} was changed` +
        (this.#findings.length === 0 ? `, one from ${previousSize} on` : ""),
    );
  }

  #checkCheckpointNote({ treeSize, rootHash, note }: StoredCheckpoint, where = `checkpoint ${treeSize}`): void {
    try {
      const { checkpoint } = openCheckpoint(utf8(note), this.#parts.logKey);
      if (checkpoint.treeSize !== treeSize || !equalBytes(checkpoint.rootHash, rootHash))
        this.#refute("CHECKPOINT_INVALID", where, "its size or root differ from those in its signed note");
    } catch (error) {
      this.#refute(codeOf(error) ?? "CHECKPOINT_INVALID", where, messageOf(error));
    }
  }

  #noteRoot(): void {
    const { size } = this.#frontier;
    if (this.#roots.has(size) && !this.#treeIsBroken) this.#roots.set(size, this.#frontier.rootHash());
  }

  /** Rows of the vault that belong to nothing. */
  async #checkVaultRows(size: number): Promise<void> {
    const { vault } = this.#parts;
    if (!vault) return void this.#notes.push("the vault was not opened: openings were not checked");
    for await (const leafIndex of vault.leafIndexes()) {
      const [entry] = leafIndex < size ? await this.#readEntries(leafIndex, leafIndex + 1) : [];
      const conceals = entry?.body
        ? await this.#attempt("", () => parseBody(entry.body as Uint8Array).digests.length > 0)
        : true;
      if (!entry) this.#refute("VAULT_FAILED", `vault row ${leafIndex}`, "there is no entry of that leaf index");
      else if (conceals === false)
        this.#refute("VAULT_FAILED", `vault row ${leafIndex}`, "its record conceals nothing");
    }
  }

  #checkGuard(size: number): void {
    const { guard } = this.#parts;
    if (!guard) return;
    if (guard.treeSize > size)
      this.#refute(
        "STORE_BEHIND",
        "log",
        `a checkpoint of ${guard.treeSize} entries was handed out, the store has ${size}: an older copy was put back`,
      );
    this.#checkCheckpointNote(guard, "head guard");
    this.#compareRoot("head guard", guard.treeSize, guard.rootHash);
  }

  async #checkAnchor(anchor: StoredAnchor, size: number): Promise<void> {
    const where = `anchor ${anchor.anchorId}`;
    this.#checked.anchors++;
    this.#checkCheckpointNote(anchor, where);
    if (anchor.treeSize > size)
      this.#refute("STORE_BEHIND", where, `it covers ${anchor.treeSize} entries, the store has ${size}`);
    this.#compareRoot(where, anchor.treeSize, anchor.rootHash);
    if (anchor.state !== "included" && anchor.state !== "finalized") return;
    await this.#attempt(where, () => {
      const fact = checkChainEvidence(JSON.parse(anchor.evidence ?? "null") as ChainEvidence);
      const fits =
        fact.treeSize === anchor.treeSize &&
        equalBytes(fact.rootHash, anchor.rootHash) &&
        fact.transactionHash === anchor.transactionHash &&
        fact.blockHash === anchor.blockHash &&
        fact.contract === anchor.contract &&
        fact.chainId === anchor.chainId;
      if (!fits) throw new WarifuError("ANCHOR_MISMATCH", "its evidence is of another anchor");
    });
  }

  /** Every event of the contract is a head of this log, and every final anchor is among the events. */
  #checkChain(anchors: readonly StoredAnchor[], size: number): void {
    const { chain } = this.#parts;
    if (!chain)
      return void this.#notes.push("no chain was asked: anchors were checked against their stored evidence only");
    const known = new Set(anchors.map(({ transactionHash }) => transactionHash));
    for (const { treeSize, rootHash, transactionHash } of chain.events) {
      const where = `anchor of size ${treeSize} on chain ${chain.chainId}`;
      if (treeSize > size)
        this.#refute("STORE_BEHIND", where, `the contract has ${treeSize} entries, the store ${size}`);
      else this.#compareRoot(where, treeSize, rootHash);
      if (!known.has(transactionHash)) this.#notes.push(`${where} was not made by this service (${transactionHash})`);
    }
    const onChain = new Set(chain.events.map(({ transactionHash }) => transactionHash));
    for (const { anchorId, state, transactionHash, chainId, contract } of anchors)
      if (
        state === "finalized" &&
        chainId === chain.chainId &&
        contract === chain.contract &&
        !onChain.has(transactionHash)
      )
        this.#refute("ANCHOR_MISMATCH", `anchor ${anchorId}`, "it is called final, but the chain does not have it");
  }

  #compareRoot(where: string, treeSize: number, rootHash: Uint8Array): void {
    const computed = this.#roots.get(treeSize);
    if (computed && !equalBytes(computed, rootHash))
      this.#refute("ANCHOR_MISMATCH", where, `its root is not the one this log has at size ${treeSize}`);
  }

  async #allAnchors(): Promise<StoredAnchor[]> {
    const anchors: StoredAnchor[] = [];
    for (let below = Number.MAX_SAFE_INTEGER; ;) {
      const page = await this.#store.anchors(below, 1_000);
      anchors.push(...page);
      if (page.length < 1_000) return anchors;
      below = page.at(-1)?.anchorId ?? 0;
    }
  }

  /** Entries of a range; when one cannot be read, it is named and the others are read all the same. */
  async #readEntries(begin: number, end: number): Promise<StoredEntry[]> {
    try {
      return await this.#store.entries(begin, end);
    } catch (error) {
      if (end - begin <= 1) {
        this.#refute(codeOf(error) ?? "STORE_CORRUPT", `leaf ${begin}`, messageOf(error));
        return [];
      }
      const middle = begin + Math.floor((end - begin) / 2);
      return [...(await this.#readEntries(begin, middle)), ...(await this.#readEntries(middle, end))];
    }
  }

  async #attempt<T>(where: string, check: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await check();
    } catch (error) {
      this.#refute(codeOf(error) ?? "STORE_CORRUPT", where, messageOf(error));
      return undefined;
    }
  }

  #refute(code: ErrorCode, where: string, message: string): void {
    this.#add({ code, where, message });
  }

  #add(finding: Finding): void {
    if (this.#findings.length < MAX_FINDINGS) this.#findings.push(finding);
    else this.#unlisted++;
  }
}
