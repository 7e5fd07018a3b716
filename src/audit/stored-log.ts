/**
 * The log of a data folder, for the audit to read. A row that cannot be read is reported as damage in place of its entry,
 * and the rows around it are read all the same.
 */
import { openClaims, type Body } from "../core/body.ts";
import type { BundledBody } from "../core/body-bundle.ts";
import { equalBytes, toHex } from "../core/bytes.ts";
import type { Opening } from "../core/opening.ts";
import { derivedPictureIn, isDerivation, OUT_CLAIM } from "../core/derivation-event.ts";
import { encodeEntry } from "../core/entry.ts";
import { WarifuError } from "../core/errors.ts";
import { Frontier, HASH_BYTES, leafHash } from "../core/merkle.ts";
import type { Policy } from "../core/policy.ts";
import { picturesIn } from "../core/picture.ts";
import { isOriginal, receivedIn, type Received } from "../core/received.ts";
import { recordIdOf } from "../core/record-id.ts";
import { sha256 } from "../core/sha256.ts";
import { splitTile, TILE_WIDTH, type TileName } from "../core/tile.ts";
import type { LogStore, StoredCheckpoint, StoredEntry } from "../store/log-store.ts";
import type { Vault } from "../store/vault.ts";
import type { AuditFindings } from "../verify/audit-findings.ts";
import type { LeafReader, LogSource, PlainLeaves, SoundEntry } from "../verify/audited-log.ts";
import type { WalkedHead } from "../verify/log-walk.ts";
import { shownClaims } from "../verify/signing.ts";
import type { AuditThreads } from "./audit-threads.ts";
import { PersonRows } from "./person-rows.ts";
import { asDamage, faultOf } from "./signed-heads.ts";
import { WithheldBodies } from "./withheld-bodies.ts";

const PAGE = 1_000;

/** Where the log is read. */
export interface StoredLogParts {
  readonly store: LogStore;
  readonly policy: Pick<Policy, "log">;
  /** Without it, openings are not checked. */
  readonly vault?: Vault | undefined;
  /** Check plain entries ahead of the audit. */
  readonly threads?: Pick<AuditThreads, "take" | "headAbove"> | undefined;
}

/** An entry, or why it cannot be read. */
type Row = StoredEntry | WarifuError;

/** Reads entries, tiles and checkpoints of a store. */
export class StoredLog implements LeafReader {
  readonly keepsPartialTiles = false;
  readonly #parts: StoredLogParts;
  readonly #findings: AuditFindings;
  // The most recently read rows.
  #rows = new Map<number, Row>();
  // Names of the sources so far, by their ids in hexadecimal.
  readonly #sourceNames = new Map<string, string>();
  readonly #withheld: WithheldBodies;
  readonly #persons: PersonRows | undefined;
  // Sizes of the checkpoints that were found wrong: each is reported once.
  readonly #refuted = new Set<number>();

  constructor(parts: StoredLogParts, findings: AuditFindings) {
    this.#parts = parts;
    this.#findings = findings;
    this.#withheld = new WithheldBodies(parts.store);
    this.#persons = parts.vault && new PersonRows(parts.vault);
  }

  /** The log in the form that an audit needs. Unlike a log over HTTP, a store holds all there is. */
  source(): LogSource {
    const sourceName = (sourceId: string): string | undefined => this.#sourceNames.get(sourceId);
    const alsoCheck: LogSource["alsoCheck"] = (entry) => this.#checkRow(entry);
    const withheldAbove: LogSource["withheldAbove"] = (size) => this.#withheld.above(size);
    return { reader: this, origin: this.#parts.store.origin, mayGrow: false, withheldAbove, sourceName, alsoCheck };
  }

  nameOf({ level, index }: TileName): string {
    return level === "entries" ? `entry bundle ${index}` : `tile ${level}/${index}`;
  }

  async entries(index: number, width: number): Promise<(Uint8Array | WarifuError)[]> {
    const begin = index * TILE_WIDTH;
    this.#rows = await this.#read(begin, begin + width);
    return Array.from({ length: width }, (_, at) => encoded(this.#rows.get(begin + at)));
  }

  async plain(index: number): Promise<PlainLeaves | undefined> {
    const plain = await this.#parts.threads?.take(index);
    if (!plain || plain.vcts.some((vct) => this.#persons?.concerns(vct))) return undefined;
    for (const [at, id] of plain.sourceIds.entries()) this.#sourceNames.set(id, plain.sourceNames[at] as string);
    return plain;
  }

  async entry(leafIndex: number): Promise<Uint8Array | WarifuError> {
    this.#rows = await this.#read(leafIndex, leafIndex + 1);
    return encoded(this.#rows.get(leafIndex));
  }

  async bodies(index: number, width: number): Promise<BundledBody[]> {
    return Array.from({ length: width }, (_, at) => bodyIn(this.#rows.get(index * TILE_WIDTH + at)));
  }

  async hasAddenda(): Promise<boolean> {
    return true;
  }

  async addendum(_digest: Uint8Array, leafIndex: number): Promise<Uint8Array | undefined> {
    const { body } = this.#rows.get(leafIndex) as StoredEntry;
    if (body) return body;
    // Looked up here, since a sample does not read the log's events.
    if (!(await this.#withheld.has(leafIndex)))
      throw new WarifuError("NOT_FOUND", "the body is missing, and no event of the log withholds it");
    return undefined;
  }

  /** A full tile as it is stored; a partial one as derived from the tiles below, or from the entries. */
  async tile(level: number, index: number, width: number): Promise<Uint8Array[]> {
    if (width < TILE_WIDTH) {
      const hashes: Uint8Array[] = [];
      for (let at = 0; at < width; at++) hashes.push(await this.#derivedHash(level, index * TILE_WIDTH + at));
      return hashes;
    }
    const bytes = await this.#parts.store.tile(level, index);
    if (!bytes) throw new WarifuError("TILE_INVALID", "the tile is missing");
    return splitTile(bytes, width);
  }

  /** Checks what the log does not hold: the record's id, which follows from its leaf, and its openings. */
  #checkRow({ leafIndex, leafHash: leaf, body }: SoundEntry): Promise<readonly Opening[] | undefined> | undefined {
    const where = `leaf ${leafIndex}`;
    const { id, sourceName } = this.#rows.get(leafIndex) as StoredEntry;
    this.#sourceNames.set(body.src, sourceName);
    if (!equalBytes(id, recordIdOf(leaf, body.iat)))
      this.#findings.refute("ENTRY_INVALID", where, { id: "record-id-wrong" });
    if (!this.#parts.vault) return undefined;
    return this.#findings.attempt(where, () => this.#unlessErased(leafIndex, () => this.#checkKept(leafIndex, body)));
  }

  /** Runs a check, whose error does not count if the record is erased by then: a running service may erase it meanwhile. */
  async #unlessErased<T>(leafIndex: number, check: () => Promise<T>): Promise<T | undefined> {
    try {
      return await check();
    } catch (error) {
      if (await this.#parts.vault?.isErased(leafIndex)) return undefined;
      throw error;
    }
  }

  /** Checks what the vault keeps of a record: its openings, and the bytes that it was made from. */
  async #checkKept(leafIndex: number, body: Body): Promise<readonly Opening[] | undefined> {
    const opened = body.digests.length === 0 ? [] : await this.#openings(leafIndex, body);
    if (!opened) return undefined;
    const claims = shownClaims(body, opened);
    await this.#persons?.check(leafIndex, body, claims);
    const received = receivedIn(claims);
    if (received) await this.#checkOriginal(leafIndex, received);
    const hashes = picturesIn(claims).map(({ sha256: hash }) => hash);
    const derived = isDerivation(body) ? derivedPictureIn(claims[OUT_CLAIM]) : undefined;
    if (derived) hashes.push(derived.sha256);
    if (hashes.length > 0) await this.#checkPictures(leafIndex, hashes, received ? 1 : 0);
    return opened;
  }

  /** Checks the pictures among the attachments, from the one numbered `first` on. */
  async #checkPictures(leafIndex: number, hashes: readonly string[], first: number): Promise<void> {
    const { vault } = this.#parts;
    const kept = (await vault?.attachments(leafIndex)) ?? [];
    for (const [at, hash] of hashes.entries()) {
      const picture = kept[first + at];
      if (!picture) throw new WarifuError("NOT_FOUND", "a picture of it is not in the vault");
      if (toHex(sha256(picture.bytes)) !== hash)
        throw new WarifuError("VAULT_DAMAGED", "a picture in the vault is not the one that it commits to");
    }
  }

  /** The openings of a body; `undefined` once they are erased. */
  async #openings(leafIndex: number, body: Body): Promise<readonly Opening[] | undefined> {
    const { vault } = this.#parts;
    const kept = await vault?.open(leafIndex);
    if (!kept && (await vault?.isErased(leafIndex))) return undefined;
    if (!kept)
      throw new WarifuError("NOT_FOUND", "its openings are not in the vault, and no erasure of them is on record");
    const opened = openClaims(body, kept);
    this.#findings.checked.openings += opened.length;
    return opened;
  }

  async #checkOriginal(leafIndex: number, received: Received): Promise<void> {
    const { vault } = this.#parts;
    const [original] = (await vault?.attachments(leafIndex)) ?? [];
    if (!original && (await vault?.isErased(leafIndex))) return;
    if (!original)
      throw new WarifuError(
        "NOT_FOUND",
        "the bytes that it was made of are not in the vault, and no erasure of them is on record",
      );
    if (!isOriginal(original.bytes, received))
      throw new WarifuError("VAULT_DAMAGED", "the bytes in the vault are not those that it was made of");
  }

  /** The newest checkpoint with a valid signature. */
  async newestHead(): Promise<StoredCheckpoint | undefined> {
    for (let below = Number.MAX_SAFE_INTEGER; ;) {
      const page = await this.#findings.attempt("checkpoints", () => this.#parts.store.checkpoints(below, PAGE));
      const signed = page?.find((checkpoint) => this.#isSigned(checkpoint));
      if (signed || page === undefined || page.length < PAGE) return signed;
      below = page.at(-1)?.treeSize ?? 0;
    }
  }

  /** The lowest checkpoint above a size; without its root if its signature is not valid. */
  async headAbove(size: number): Promise<WalkedHead | undefined> {
    const sound = await this.#parts.threads?.headAbove(size);
    if (sound) {
      this.#findings.checked.checkpoints++;
      return sound;
    }
    const where = `checkpoint above ${size}`;
    const checkpoint = await this.#findings.attempt(where, () => this.#parts.store.checkpointAbove(size));
    if (!checkpoint) return undefined;
    this.#findings.checked.checkpoints++;
    return this.#isSigned(checkpoint) ? checkpoint : { treeSize: checkpoint.treeSize };
  }

  #isSigned(checkpoint: StoredCheckpoint): boolean {
    const { treeSize } = checkpoint;
    const fault = this.#refuted.has(treeSize) ? undefined : faultOf(checkpoint, this.#parts.policy.log);
    if (fault) {
      this.#refuted.add(treeSize);
      this.#findings.refuteBy(`checkpoint ${treeSize}`, fault);
    }
    return !this.#refuted.has(treeSize);
  }

  /** How many of the leaves that the log's key signed for are in the store; the missing ones are reported. */
  async present(size: number): Promise<number> {
    const { store } = this.#parts;
    // Reading a checkpoint brings the size up to date if the log is in use.
    if (store.treeSize() < size) await this.#findings.attempt("checkpoint", () => store.newestCheckpoint());
    const present = Math.min(size, store.treeSize());
    if (present < size)
      this.#findings.refute("STORE_BEHIND", `leaves ${present} to ${size - 1}`, { id: "entries-missing" });
    return present;
  }

  /** Reports entries that no checkpoint covers. Entries are read first, since a running service commits both together. */
  async checkCoverage(covered: number): Promise<void> {
    const { store } = this.#parts;
    const beyond = await this.#findings.attempt("entries", () => store.query({ from: covered, limit: PAGE }));
    const [first, last] = [beyond?.at(0), beyond?.at(-1)];
    if (!first || !last) return;
    const newest = await this.#findings.attempt("checkpoint", () => store.newestCheckpoint());
    if (newest && newest.treeSize > last.leafIndex && this.#isSigned(newest)) return;
    const where = `leaves ${first.leafIndex} to ${last.leafIndex}`;
    this.#findings.refute("CHECKPOINT_INVALID", where, { id: "entries-uncovered" });
  }

  /** Rows by their leaf indexes; one that cannot be read is found by halving the range. */
  async #read(begin: number, end: number): Promise<Map<number, Row>> {
    try {
      return new Map((await this.#parts.store.entries(begin, end)).map((row) => [row.leafIndex, row]));
    } catch (error) {
      if (end - begin <= 1) return new Map([[begin, asDamage(error)]]);
      const middle = begin + Math.floor((end - begin) / 2);
      return new Map([...(await this.#read(begin, middle)), ...(await this.#read(middle, end))]);
    }
  }

  /** A hash in a tile that is not stored: the hash of an entry's leaf, or the root of a full tile. */
  async #derivedHash(level: number, index: number): Promise<Uint8Array> {
    if (level === 0) {
      const entry = encoded((await this.#read(index, index + 1)).get(index));
      if (entry instanceof WarifuError) {
        const details = { ...entry.details, leafIndex: index };
        throw new WarifuError(entry.code, `leaf ${index}: ${entry.message}`, { cause: entry, details });
      }
      return leafHash(entry);
    }
    const below = new Frontier();
    for (const hash of await this.tile(level - 1, index, TILE_WIDTH)) below.append(hash);
    return below.rootHash();
  }
}

/** The entry in a row, or why there is none. */
function encoded(row: Row | undefined): Uint8Array | WarifuError {
  if (!row) return new WarifuError("NOT_FOUND", "the entry is missing");
  if (row instanceof WarifuError) return row;
  if (row.unreadable !== undefined) return new WarifuError("STORE_CORRUPT", row.unreadable);
  if (row.sourceId.length !== HASH_BYTES || row.bodyDigest.length !== HASH_BYTES)
    return new WarifuError("STORE_CORRUPT", "its source id or body digest is not of 32 bytes");
  return encodeEntry(row);
}

/** The body in a row; `apart` if it is not there, so that the audit asks why. */
function bodyIn(row: Row | undefined): BundledBody {
  return row === undefined || row instanceof WarifuError ? "apart" : (row.body ?? "apart");
}
