/**
 * The life of a record as the public log tells it: where it came from, what was derived from it and decided about it, and
 * where it is anchored. It contains nothing concealed, and nothing that a stranger could not read in the log: which records
 * were corrected or restricted is concealed, because it would show that they are of one person.
 */
import { checkChainEvidence, type ChainEvidence } from "../core/chain-evidence.ts";
import { WarifuError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import { receivedIn } from "../core/received.ts";
import { formatRecordId, receivedAtOf } from "../core/record-id.ts";
import { isTimestamp } from "../core/timestamp.ts";
import type { AnchorJournal, StoredAnchor } from "../store/anchor-journal.ts";
import type { OpenLog } from "../write/open-log.ts";
import type { CheckedEntry, Records, RecordView } from "./records.ts";

/** What can happen to a record, in the usual order. Events of any other kind are `noted`. */
export const LINEAGE_STEPS = [
  ...["measured", "received", "logged", "derived", "translated", "disclosed", "accessed", "provided", "reception"],
  ...["withheld", "erased", "noted", "submitted", "anchored", "final"],
] as const;
export type LineageStepName = (typeof LINEAGE_STEPS)[number];

/** One thing that happened to a record. */
export interface LineageStep {
  readonly what: LineageStepName;
  /** POSIX seconds. */
  readonly at: number;
  /** Leaf index of the log's event that states it. */
  readonly event?: { readonly id: string; readonly leafIndex: number; readonly vct?: string };
  /** What is public about it. */
  readonly says: JsonObject;
}

/** The life of a record. */
export interface RecordLineage {
  readonly record: RecordView;
  readonly steps: readonly LineageStep[];
  /** Whether there are more events than {@link MOST_EVENTS}: the newest are shown. */
  readonly isCut: boolean;
}

export interface LineageParts {
  readonly log: Pick<OpenLog, "check" | "events">;
  readonly store: Pick<OpenLog["store"], "entries"> & Pick<AnchorJournal, "anchorAbove">;
  readonly records: Pick<Records, "entry" | "get">;
}

/** The most events about one record that are shown. */
export const MOST_EVENTS = 1_000;

/** Claims in which sources say when they measured something. */
const MEASURED_AT = ["observedAt", "measuredAt", "reportedAt"];

/** The step that an event states, by its `vct`. */
const STEP_OF_EVENT: ReadonlyMap<string, LineageStepName> = new Map([
  ["warifu:derivation:1", "derived"],
  ["warifu:translation:1", "translated"],
  ["warifu:disclosure:1", "disclosed"],
  ["warifu:access:1", "accessed"],
  ["warifu:provision:1", "provided"],
  ["warifu:reception:1", "reception"],
  ["warifu:withholding:1", "withheld"],
  ["warifu:erasure:1", "erased"],
]);

/** Tells the lives of records. */
export class Lineages {
  readonly #parts: LineageParts;

  constructor(parts: LineageParts) {
    this.#parts = parts;
  }

  /**
   * The life of one record.
   * @throws ENCODING_INVALID, NOT_FOUND, STORE_DAMAGED
   */
  async of(id: string): Promise<RecordLineage> {
    const { records, log, store } = this.#parts;
    const [record, checked] = [await records.get(id), await records.entry(id)];
    if (record.kind !== "record") throw new WarifuError("NOT_FOUND", "this is an event of the log, and no record");
    const about = log.events.aboutRecords.of(record.leafIndex);
    const events = await Promise.all(about.slice(-MOST_EVENTS).map((leafIndex) => this.#eventAt(leafIndex)));
    const anchor = await store.anchorAbove(record.leafIndex);
    const steps = [...beginningOf(record, checked), ...events.flatMap((step) => step ?? []), ...anchorStepsOf(anchor)];
    return { record, steps: inOrder(steps), isCut: about.length > MOST_EVENTS };
  }

  async #eventAt(at: number): Promise<LineageStep | undefined> {
    const { log, store } = this.#parts;
    const [entry] = await store.entries(at, at + 1);
    const body = entry && (await log.check.bodyOf(entry));
    if (!body) return undefined;
    const { vct, iat, content } = body;
    const event = { id: formatRecordId(entry.id), leafIndex: at, vct };
    return { what: STEP_OF_EVENT.get(vct) ?? "noted", at: iat, event, says: content };
  }
}

/** The steps before anything happens to the record in the log. */
function beginningOf(record: RecordView, { entry, body }: CheckedEntry): LineageStep[] {
  const { leafIndex, leafHash, source, seq, signed } = record;
  const claims = body?.content ?? {};
  const measuredAt = MEASURED_AT.map((name) => claims[name]).find(isMoment);
  const received = receivedIn(claims);
  // Steps that are known even if the record's body is withheld.
  const at = receivedAtOf(entry);
  const told = { ...(signed !== undefined && { signed }), ...(received && { from: { ...received } as JsonObject }) };
  const steps: LineageStep[] = [
    { what: "received", at, says: { source, ...told } },
    { what: "logged", at, says: { leafIndex, leafHash, seq } },
  ];
  if (measuredAt === undefined) return steps;
  return [{ what: "measured", at: Math.floor(Date.parse(measuredAt) / 1000), says: { by: source } }, ...steps];
}

function isMoment(value: unknown): value is string {
  return typeof value === "string" && isTimestamp(value);
}

/** The anchor that covers the record now, and its steps so far. */
function anchorStepsOf(anchor: StoredAnchor | undefined): LineageStep[] {
  if (!anchor || anchor.state === "orphaned") return [];
  const { treeSize, chainId, contract, transactionHash, createdAt, state } = anchor;
  const says = { treeSize, chainId, contract, transactionHash };
  const sent: LineageStep = { what: "submitted", at: Math.floor(createdAt / 1000), says };
  if (anchor.evidence === null || (state !== "included" && state !== "finalized")) return [sent];
  const { blockNumber, blockHash, blockTime } = checkChainEvidence(JSON.parse(anchor.evidence) as ChainEvidence);
  const inBlock = { at: blockTime, says: { ...says, blockNumber, blockHash } };
  return [
    sent,
    { what: "anchored", ...inBlock },
    ...(state === "finalized" ? [{ what: "final" as const, ...inBlock }] : []),
  ];
}

/**
 * Sorts steps by time. Steps within one second keep their order, and so do the steps of an anchor: block times come from the
 * chain, which may be a little behind our clock.
 */
function inOrder(steps: readonly LineageStep[]): LineageStep[] {
  const sentAt = steps.find(({ what }) => what === "submitted")?.at ?? 0;
  const placeOf = ({ what, at }: LineageStep): number =>
    what === "anchored" || what === "final" ? Math.max(at, sentAt) : at;
  return steps.toSorted((a, b) => placeOf(a) - placeOf(b));
}
