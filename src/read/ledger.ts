/**
 * The running ledger as its edges see it: HTTP, command line and pages ask here and present what they get. Writing goes
 * through the pipeline, anchoring through its own rounds; reading comes straight from store and tree.
 */
import type { AlarmCode, Alarms } from "../alarms/alarms.ts";
import type { Anchoring } from "../anchor/rounds.ts";
import type { AnchoredHead, Chain } from "../chain/chain.ts";
import { isSigned, type Body } from "../core/body.ts";
import { toHex } from "../core/bytes.ts";
import { encodeEntry, type EntryKind } from "../core/entry.ts";
import { codeOf, WarifuError } from "../core/errors.ts";
import type { JsonObject, JsonValue } from "../core/json.ts";
import { leafHash } from "../core/merkle.ts";
import { formatVerifierKey, type VerifierKey } from "../core/note.ts";
import type { ProfileDocument } from "../profiles/profile.ts";
import { formatRecordId, parseRecordId, RECORD_ID_BYTES } from "../core/record-id.ts";
import type { SeqRepair } from "../core/source-event.ts";
import { encodeEntryBundle, TILE_WIDTH, type TileName } from "../core/tile.ts";
import type { OpenLog } from "../write/open-log.ts";
import type { Outcome } from "../write/pipeline.ts";
import type { AppendedEntry } from "../write/append.ts";
import { proveToContract, type ContractProof } from "./contract-proof.ts";
import type { Cosigner } from "../cosign/cosign.ts";
import { anchorFor, anchorStateOf, prove, type Fit } from "./prove.ts";
import type {
  AnchorState,
  LedgerStore,
  SourceNumbers,
  SourceQuery,
  StoredAnchor,
  StoredCheckpoint,
  StoredEntry,
} from "../store/ledger-store.ts";
import type { Witnessing } from "../cosign/rounds.ts";
import { comparedHead } from "../watch/compare-head.ts";
import type { Submitter } from "../core/submitter.ts";

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
  /** Whether the source signed a record; absent where its body does not say. */
  readonly signed?: boolean;
}

/** A record of a list whose stored form is damaged: where it stands, and no more. */
export interface DamagedRecord {
  /** Absent where it is lost too. */
  readonly id?: string;
  readonly leafIndex: number;
  readonly source: string;
  readonly error: WarifuError;
}

/** What a bundle is to hold. */
export interface BundleOptions {
  /** Whether the asker is granted the concealed claims. */
  readonly withOpenings?: boolean;
  /** Against the anchor of exactly this tree size. */
  readonly size?: number | undefined;
}

/** A proof bundle, and what a verifier may miss in it. */
export interface ProvedRecord {
  readonly text: string;
  /** How many cosignatures its checkpoint lacks of those that the service asks for; 0 where it asks for none. */
  readonly missingCosignatures: number;
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
  readonly anchoring: AnchoringView;
  readonly health: Health;
}

/** How the anchoring side stands. Amounts of wei are decimal text. */
export interface AnchoringView {
  readonly account: string;
  /** `null` before the first look, and for whoever may not inspect the service. */
  readonly balanceWei: string | null;
  /** Spent on anchors within the last 24 hours; `null` for whoever may not inspect the service. */
  readonly spentTodayWei: string | null;
  /** Height of the newest block; `null` before the first look. */
  readonly height: number | null;
  readonly finalizedHeight: number | null;
  /** Anchors on their way to finality. Those that a larger final one has overtaken count for nothing any more. */
  readonly outstanding: number;
  readonly lastFinal: { readonly treeSize: number; readonly blockNumber: number | null; readonly at: string } | null;
  /** For how long the oldest entry without a final anchor has waited; 0 when none waits. */
  readonly lagSeconds: number;
  readonly endpoints: readonly EndpointView[];
  readonly witnesses: readonly WitnessView[];
}

/** How a witness stands. */
export interface WitnessView {
  readonly name: string;
  /** Size of the tree that it cosigned last, as far as it has said. */
  readonly lastSize: number | null;
  readonly lastSuccessAt: string | null;
  readonly lastError: string | null;
}

/** How an endpoint of the chain answers. */
export interface EndpointView {
  readonly name: string;
  readonly ok: boolean;
  readonly failures: number;
  readonly lastAnswerAt: string | null;
  readonly lastError: string | null;
}

/** Whether the service does what it promises. Red: something is wrong or late, and `reasons` say what. */
export interface Health {
  readonly ok: boolean;
  readonly reasons: readonly string[];
  /** Everything that is wrong at present, also what is not bad enough for red. */
  readonly alarms: readonly AlarmView[];
}

/** An alarm; docs/alarms.md has a section for each code. */
export interface AlarmView {
  readonly code: AlarmCode;
  readonly severity: "red" | "warning";
  readonly message: string;
  readonly since: string;
}

export interface LedgerParts {
  readonly log: Pick<OpenLog, "store" | "tree" | "check" | "profiles" | "writer" | "pipeline" | "repairSource">;
  readonly anchoring: Anchoring;
  readonly chain: Chain;
  readonly key: VerifierKey;
  readonly alarms: Alarms;
  /** Without one, checkpoints carry the log's signature alone. */
  readonly cosigner?: Cosigner | undefined;
  readonly witnessing?: Witnessing | undefined;
}

const DAY_MS = 86_400_000;
const MAX_FITTING = 1_000;
const MAX_SHORTFALLS = 1_000;
const HEAD_KEPT_MS = 2_000;

/** Largest page of any list. */
export const MAX_PAGE = 1_000;

/** An entry that passed its check; without a body once that is erased. */
interface ReadEntry {
  readonly entry: StoredEntry;
  readonly body: Body | undefined;
}

export class Ledger {
  readonly #parts: LedgerParts;
  readonly #store: LedgerStore;
  readonly #fitting = new Map<string, Fit>();
  // By note: one that was cosigned afterwards is another note.
  readonly #shortfalls = new Map<string, number>();
  #headSeen: { readonly at: number; readonly head: Promise<AnchoredHead> } | undefined;

  constructor(parts: LedgerParts) {
    this.#parts = parts;
    this.#store = parts.log.store;
  }

  /** Origin of the log. */
  get origin(): string {
    return this.#store.origin;
  }

  /** Why no record is taken any more, if so. */
  get stopReason(): WarifuError | undefined {
    return this.#parts.log.writer.stopReason;
  }

  /** The types of record that are accepted. */
  get types(): string[] {
    return [...this.#parts.log.profiles.keys()];
  }

  /** The profiles in force, as their files say them. The log holds the same documents. */
  get profiles(): ProfileDocument[] {
    return [...this.#parts.log.profiles.values()].map(({ document }) => document);
  }

  /**
   * Submits records, see {@link OpenLog.pipeline}. A value that could not be parsed is passed in as its error and keeps its
   * place in the answer.
   * @throws BUSY
   */
  submit(values: readonly (JsonValue | WarifuError)[], submitter?: Submitter): Promise<Outcome[]> {
    return this.#parts.log.pipeline.submit(values, submitter);
  }

  /** Sources from a place on, in the order in which they first sent. */
  sources(from: number, limit: number): Promise<readonly { readonly place: number; readonly name: string }[]> {
    return this.#store.sources(from, limit);
  }

  /**
   * What numbers a source has used, and which are missing.
   * @throws NOT_FOUND
   */
  async source(name: string, query: SourceQuery): Promise<SourceNumbers> {
    const numbers = await this.#store.sourceNumbers(name, query);
    if (!numbers) throw new WarifuError("NOT_FOUND", "no record of a source of that name is in the log");
    return numbers;
  }

  /** Enters the repair of a source's numbers, see {@link OpenLog.repairSource}. */
  repairSource(repair: SeqRepair): Promise<AppendedEntry> {
    return this.#parts.log.repairSource(repair);
  }

  /**
   * Where a record stands, and whose it is.
   * @throws ENCODING_INVALID, NOT_FOUND, STORE_DAMAGED
   */
  async placeOf(id: string): Promise<{ readonly leafIndex: number; readonly source: string }> {
    const { leafIndex, sourceName } = (await this.#read(id)).entry;
    return { leafIndex, source: sourceName };
  }

  /**
   * One record (or event of the log) by its id.
   * @throws ENCODING_INVALID, NOT_FOUND, STORE_DAMAGED
   */
  async record(id: string): Promise<RecordView> {
    return this.#view(await this.#read(id));
  }

  /** Records by leaf index from `from` on. One that is damaged is named in its place, the others are shown. */
  async records(query: {
    from: number;
    limit: number;
    source?: string | undefined;
  }): Promise<(RecordView | DamagedRecord)[]> {
    const entries = await this.#store.query({ ...query, kind: "record" });
    const views = await Promise.all(entries.map((entry) => this.#viewOrDamage(entry)));
    const lost = query.source === undefined ? await this.#lostAmong(query, views) : [];
    return [...views, ...lost].sort((a, b) => a.leafIndex - b.leafIndex).slice(0, query.limit);
  }

  /** What is not in the store any more, of the part of the log that a page is over. */
  async #lostAmong(
    { from, limit }: { from: number; limit: number },
    page: readonly { readonly leafIndex: number }[],
  ): Promise<DamagedRecord[]> {
    const { check, tree } = this.#parts.log;
    const last = page.length === limit ? page.at(-1) : undefined;
    const missing = await this.#store.missing(from, last ? last.leafIndex : tree.publishedSize, limit);
    return missing.map((leafIndex) => ({ leafIndex, source: "", error: check.missing(leafIndex) }));
  }

  /**
   * The proof bundle of a record.
   * @throws ENCODING_INVALID, NOT_FOUND, NOT_ANCHORED_YET, REQUEST_INVALID; STORE_DAMAGED also when openings are asked for
   *   that the vault has lost
   */
  async bundle(id: string, { withOpenings = false, size }: BundleOptions = {}): Promise<ProvedRecord> {
    const { log, chain } = this.#parts;
    const { entry, body } = await this.#read(id);
    const anchor = await anchorFor(entry, this.#store, { size, hasQuorum: (one) => this.#shortfallOf(one) === 0 });
    const { check, tree } = log;
    const openings = withOpenings ? await check.openingsOf(entry.leafIndex, body) : undefined;
    if (this.#fitting.size >= MAX_FITTING) this.#fitting.clear();
    const options = { openings, chain, fitting: this.#fitting, check };
    const text = await asStored(() => prove(entry, anchor, this.#store, tree, options), entry.leafIndex);
    return { text, missingCosignatures: this.#shortfallOf(anchor) };
  }

  /**
   * The proof of a record for the contract's own `verifyInclusion`, against its present head.
   * @throws ENCODING_INVALID, NOT_FOUND, NOT_ANCHORED_YET, CHAIN_UNREACHABLE, STORE_DAMAGED
   */
  async contractProof(id: string): Promise<ContractProof & { readonly chainId: number; readonly contract: string }> {
    const { log, chain } = this.#parts;
    const { entry } = await this.#read(id);
    const proof = await proveToContract(entry, await this.#contractHead(), log.tree);
    return { chainId: chain.chainId, contract: chain.contract, ...proof };
  }

  /** Kept for a moment: everybody may ask, and each look costs the node a request. */
  #contractHead(): Promise<AnchoredHead> {
    const { anchoring, chain, log } = this.#parts;
    const age = anchoring.now() - (this.#headSeen?.at ?? -Infinity);
    if (this.#headSeen && age >= 0 && age < HEAD_KEPT_MS) return this.#headSeen.head;
    const head = comparedHead({ chain, tree: log.tree });
    this.#headSeen = { at: anchoring.now(), head };
    return head;
  }

  /** How many cosignatures an anchor's note lacks; looked at once, since that costs a verification for each witness. */
  #shortfallOf({ note }: StoredAnchor): number {
    const { cosigner } = this.#parts;
    const quorum = cosigner?.policy.quorum ?? 0;
    if (cosigner === undefined || quorum === 0) return 0;
    const known = this.#shortfalls.get(note);
    if (known !== undefined) return known;
    if (this.#shortfalls.size >= MAX_SHORTFALLS) this.#shortfalls.clear();
    const shortfall = Math.max(0, quorum - cosigner.cosignaturesOn({ note }));
    this.#shortfalls.set(note, shortfall);
    return shortfall;
  }

  /** Published checkpoints below a size, newest first. */
  checkpoints(belowSize: number, limit: number): Promise<StoredCheckpoint[]> {
    return this.#store.checkpoints(belowSize, limit);
  }

  /** Anchors below an id, newest first. */
  anchors(belowId: number, limit: number): Promise<StoredAnchor[]> {
    return this.#store.anchors(belowId, limit);
  }

  /** The signed note of the checkpoint to hand out, see {@link Witnessing.note}; `undefined` in an empty log. */
  async checkpointNote(): Promise<string | undefined> {
    const { witnessing } = this.#parts;
    return witnessing ? witnessing.note() : (await this.#store.newestCheckpoint())?.note;
  }

  /**
   * Bytes of a tile or an entry bundle; `undefined` when the published log does not reach there.
   * @throws STORE_DAMAGED
   */
  async tile(name: TileName): Promise<Uint8Array | undefined> {
    const { tree } = this.#parts.log;
    if (name.level !== "entries") return tree.tile(name.level, name.index, name.width);
    const begin = name.index * TILE_WIDTH;
    const end = begin + name.width;
    if (end > tree.publishedSize) return undefined;
    const entries = await this.#store.entries(begin, end);
    await this.#parts.log.check.assertEntries(entries, begin, end);
    return encodeEntryBundle(entries.map(encodeEntry));
  }

  /**
   * The body with that SHA-256; `undefined` when there is none, or it was erased.
   * @throws STORE_DAMAGED
   */
  async addendum(digest: Uint8Array): Promise<Uint8Array | undefined> {
    const entry = await this.#store.entryByBodyDigest(digest);
    if (!entry) return undefined;
    await this.#parts.log.check.bodyOf(entry);
    return entry.body ?? undefined;
  }

  async status(): Promise<LedgerStatus> {
    const { log, anchoring, chain, key } = this.#parts;
    const { finalizedSize, lastAnswerAt } = anchoring.status;
    const checkpoint = await this.#store.newestCheckpoint();
    const treeSize = log.tree.publishedSize;
    return {
      origin: this.origin,
      vkey: formatVerifierKey(key),
      chainId: chain.chainId,
      contract: chain.contract,
      treeSize,
      rootHash: checkpoint ? toHex(checkpoint.rootHash) : "",
      finalizedSize,
      pendingEntries: treeSize - finalizedSize,
      queueLength: log.pipeline.queueLength,
      lastChainAnswerAt: lastAnswerAt === 0 ? null : new Date(lastAnswerAt).toISOString(),
      anchoring: await this.#anchoringView(),
      health: this.health(),
    };
  }

  async #anchoringView(): Promise<AnchoringView> {
    const { anchoring, chain } = this.#parts;
    const { vitals, status } = anchoring;
    const final = await this.#store.newestFinalAnchor();
    const open = await this.#store.anchorsIn(["pending", "submitted", "included"]);
    return {
      account: chain.account,
      balanceWei: vitals ? String(vitals.balance) : null,
      spentTodayWei: String(await this.#store.spentSince(anchoring.now() - DAY_MS)),
      height: vitals?.height ?? null,
      finalizedHeight: vitals?.finalizedHeight ?? null,
      outstanding: open.filter(({ treeSize }) => treeSize > (final?.treeSize ?? 0)).length,
      lastFinal: final
        ? { treeSize: final.treeSize, blockNumber: final.blockNumber, at: new Date(final.createdAt).toISOString() }
        : null,
      lagSeconds: status.waitingSince === undefined ? 0 : Math.max(0, (anchoring.now() - status.waitingSince) / 1000),
      endpoints: chain.health().endpoints.map(({ name, failures, lastAnswerAt, lastError }) => ({
        name,
        ok: failures === 0,
        failures,
        lastAnswerAt: lastAnswerAt === null ? null : new Date(lastAnswerAt).toISOString(),
        lastError,
      })),
      witnesses: (this.#parts.cosigner?.status() ?? []).map(({ name, lastSize, lastSuccessAt, lastError }) => ({
        name,
        lastSize: lastSize ?? null,
        lastSuccessAt: lastSuccessAt === undefined ? null : new Date(lastSuccessAt).toISOString(),
        lastError: lastError?.message ?? null,
      })),
    };
  }

  /** Health by stated rules: red while a red alarm is on; see docs/alarms.md. */
  health(): Health {
    const active = this.#parts.alarms.active();
    const red = active.filter(({ severity }) => severity === "red");
    return {
      ok: red.length === 0,
      reasons: red.map(({ code, message }) => `${code}: ${message}`),
      alarms: active.map((alarm) => ({ ...alarm, since: new Date(alarm.since).toISOString() })),
    };
  }

  async #read(id: string): Promise<ReadEntry> {
    const entry = await this.#store.entryById(parseRecordId(id));
    if (!entry) throw new WarifuError("NOT_FOUND", "there is no record of that id");
    return { entry, body: await this.#parts.log.check.bodyOf(entry) };
  }

  async #viewOrDamage(entry: StoredEntry): Promise<RecordView | DamagedRecord> {
    try {
      return await this.#view({ entry, body: await this.#parts.log.check.bodyOf(entry) });
    } catch (error) {
      if (codeOf(error) !== "STORE_DAMAGED") throw error;
      const { id, leafIndex, sourceName: source } = entry;
      const text = id.length === RECORD_ID_BYTES ? formatRecordId(id) : undefined;
      return { ...(text !== undefined && { id: text }), leafIndex, source, error: error as WarifuError };
    }
  }

  async #view({ entry, body }: ReadEntry): Promise<RecordView> {
    const signed = body?.contentName === "record" ? isSigned(body) : undefined;
    return {
      id: formatRecordId(entry.id),
      leafIndex: entry.leafIndex,
      leafHash: toHex(leafHash(encodeEntry(entry))),
      kind: entry.kind,
      source: entry.sourceName,
      seq: entry.seq,
      state: await anchorStateOf(entry.leafIndex, this.#store),
      ...(body && { vct: body.vct, receivedAt: body.iat, claims: body.content, concealed: body.digests.length }),
      ...(signed !== undefined && { signed }),
    };
  }
}

/** What does not parse here was read from the store: that is never the fault of whoever asked. */
async function asStored<T>(read: () => Promise<T>, leafIndex: number): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    const isFormat = cause instanceof SyntaxError || /_(INVALID|MISMATCH)$/.test(codeOf(cause) ?? "");
    if (!isFormat) throw cause;
    throw new WarifuError("STORE_DAMAGED", `what is stored for the proof of leaf ${leafIndex} does not fit together`, {
      cause,
      details: { leafIndex },
    });
  }
}
