/**
 * The running ledger as its edges see it: HTTP, command line and pages ask here and present what they get. Writing goes
 * through the pipeline, anchoring through its own rounds; reading comes straight from store and tree.
 */
import type { Anchoring, AnchoringStatus } from "./anchoring.ts";
import type { Chain } from "./chain/chain.ts";
import { parseBody } from "./core/body.ts";
import { toHex } from "./core/bytes.ts";
import { encodeEntry, type EntryKind } from "./core/entry.ts";
import { WarifuError } from "./core/errors.ts";
import type { JsonObject, JsonValue } from "./core/json.ts";
import { leafHash } from "./core/merkle.ts";
import { formatVerifierKey, type VerifierKey } from "./core/note.ts";
import { formatRecordId, parseRecordId } from "./core/record-id.ts";
import { encodeEntryBundle, TILE_WIDTH, type TileName } from "./core/tile.ts";
import type { Outcome, Pipeline } from "./pipeline.ts";
import { anchorStateOf, prove } from "./stages/prove.ts";
import type { AnchorState, LedgerStore, StoredAnchor, StoredCheckpoint, StoredEntry } from "./store/ledger-store.ts";

/** A record as the API shows it: nothing that is concealed. */
export interface RecordView {
  readonly id: string;
  readonly leafIndex: number;
  /** Hexadecimal. */
  readonly leafHash: string;
  readonly kind: EntryKind;
  readonly source: string;
  readonly seq: number;
  readonly state: AnchorState;
  /** Absent once the body is erased. */
  readonly vct?: string;
  /** POSIX seconds. */
  readonly receivedAt?: number;
  /** Public claims of a record, or the content of an event. */
  readonly claims?: JsonObject;
  /** Number of digests, decoys included: 0 when the profile conceals nothing. */
  readonly concealed?: number;
}

/** How the service stands. */
export interface LedgerStatus {
  readonly origin: string;
  readonly vkey: string;
  readonly chainId: number;
  readonly contract: string;
  readonly treeSize: number;
  readonly rootHash: string;
  readonly finalizedSize: number;
  /** Entries that no final anchor covers yet. */
  readonly pendingEntries: number;
  readonly queueLength: number;
  readonly lastChainAnswerAt: string | null;
  readonly health: Health;
}

/** Whether the service does what it promises. Red: something is wrong or late, and `reasons` say what. */
export interface Health {
  readonly ok: boolean;
  readonly reasons: readonly string[];
}

export interface LedgerParts {
  readonly pipeline: Pipeline;
  readonly anchoring: Anchoring;
  readonly chain: Chain;
  readonly key: VerifierKey;
  /** Health turns red when records wait longer than this for a final anchor. */
  readonly maxAnchorLagMs: number;
  readonly now: () => number;
}

/** Largest page of any list. */
export const MAX_PAGE = 1_000;

export class Ledger {
  readonly #parts: LedgerParts;
  readonly #store: LedgerStore;

  constructor(parts: LedgerParts) {
    this.#parts = parts;
    this.#store = parts.pipeline.store;
  }

  /** Origin of the log. */
  get origin(): string {
    return this.#store.origin;
  }

  /** The types of record that are accepted. */
  get types(): string[] {
    return [...this.#parts.pipeline.profiles.keys()];
  }

  /**
   * Submits records, see {@link Pipeline.submit}. A value that could not be parsed is passed in as its error and keeps its
   * place in the answer.
   * @throws BUSY
   */
  submit(values: readonly (JsonValue | WarifuError)[]): Promise<Outcome[]> {
    return this.#parts.pipeline.submit(values);
  }

  /**
   * One record (or event of the log) by its id.
   * @throws ENCODING_INVALID, NOT_FOUND
   */
  async record(id: string): Promise<RecordView> {
    return this.#view(await this.#entry(id));
  }

  /** Records by leaf index from `from` on. */
  async records(query: { from: number; limit: number; source?: string | undefined }): Promise<RecordView[]> {
    const entries = await this.#store.query({ ...query, kind: "record" });
    return Promise.all(entries.map((entry) => this.#view(entry)));
  }

  /**
   * The proof bundle of a record, as text.
   * @param withOpenings whether the asker is granted the concealed claims
   * @throws ENCODING_INVALID, NOT_FOUND, NOT_ANCHORED_YET
   */
  async bundle(id: string, withOpenings: boolean): Promise<string> {
    const { pipeline } = this.#parts;
    const entry = await this.#entry(id);
    const openings = withOpenings ? await pipeline.vault.open(entry.leafIndex) : undefined;
    return prove(entry, this.#store, pipeline.tree, openings);
  }

  /** Published checkpoints below a size, newest first. */
  checkpoints(belowSize: number, limit: number): Promise<StoredCheckpoint[]> {
    return this.#store.checkpoints(belowSize, limit);
  }

  /** Anchors below an id, newest first. */
  anchors(belowId: number, limit: number): Promise<StoredAnchor[]> {
    return this.#store.anchors(belowId, limit);
  }

  /** The newest checkpoint's signed note; `undefined` in an empty log. */
  async checkpointNote(): Promise<string | undefined> {
    return (await this.#store.newestCheckpoint())?.note;
  }

  /** Bytes of a tile or an entry bundle; `undefined` when the published log does not reach there. */
  async tile(name: TileName): Promise<Uint8Array | undefined> {
    const { tree } = this.#parts.pipeline;
    if (name.level !== "entries") return tree.tile(name.level, name.index, name.width);
    const begin = name.index * TILE_WIDTH;
    const end = begin + name.width;
    if (end > tree.publishedSize) return undefined;
    return encodeEntryBundle((await this.#store.entries(begin, end)).map(encodeEntry));
  }

  /** The body with that SHA-256; `undefined` when there is none, or it was erased. */
  async addendum(digest: Uint8Array): Promise<Uint8Array | undefined> {
    return (await this.#store.entryByBodyDigest(digest))?.body ?? undefined;
  }

  async status(): Promise<LedgerStatus> {
    const { pipeline, anchoring, chain, key } = this.#parts;
    const { finalizedSize, lastAnswerAt } = anchoring.status;
    const checkpoint = await this.#store.newestCheckpoint();
    const treeSize = pipeline.tree.publishedSize;
    return {
      origin: this.origin,
      vkey: formatVerifierKey(key),
      chainId: chain.chainId,
      contract: chain.contract,
      treeSize,
      rootHash: checkpoint ? toHex(checkpoint.rootHash) : "",
      finalizedSize,
      pendingEntries: treeSize - finalizedSize,
      queueLength: pipeline.queueLength,
      lastChainAnswerAt: lastAnswerAt === 0 ? null : new Date(lastAnswerAt).toISOString(),
      health: this.health(),
    };
  }

  /** Health by stated rules; see docs/operations.md. */
  health(): Health {
    const { pipeline, anchoring, maxAnchorLagMs, now } = this.#parts;
    const reasons: string[] = [];
    if (pipeline.stopReason) reasons.push(`writing has stopped: ${pipeline.stopReason.message}`);
    const { waitingSince, lastError } = anchoring.status satisfies AnchoringStatus;
    if (waitingSince !== undefined && now() - waitingSince > maxAnchorLagMs)
      reasons.push(`records wait for a final anchor since ${new Date(waitingSince).toISOString()}`);
    if (lastError !== undefined) reasons.push(`the chain: ${lastError}`);
    return { ok: reasons.length === 0, reasons };
  }

  async #entry(id: string): Promise<StoredEntry> {
    const entry = await this.#store.entryById(parseRecordId(id));
    if (!entry) throw new WarifuError("NOT_FOUND", "there is no record of that id");
    return entry;
  }

  async #view(entry: StoredEntry): Promise<RecordView> {
    const body = entry.body === null ? undefined : parseBody(entry.body);
    return {
      id: formatRecordId(entry.id),
      leafIndex: entry.leafIndex,
      leafHash: toHex(leafHash(encodeEntry(entry))),
      kind: entry.kind,
      source: entry.sourceName,
      seq: entry.seq,
      state: await anchorStateOf(entry.leafIndex, this.#store),
      ...(body && { vct: body.vct, receivedAt: body.iat, claims: body.content, concealed: body.digests.length }),
    };
  }
}
