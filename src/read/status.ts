/**
 * The state of the service: log, chain, anchoring, witnesses, health.
 */
import type { AlarmFact } from "../alarms/alarm-fact.ts";
import type { AlarmCode, Alarms } from "../alarms/alarms.ts";
import type { Anchoring } from "../anchor/schedule.ts";
import type { Chain } from "../chain/chain.ts";
import { toHex } from "../core/bytes.ts";
import { formatVerifierKey, type VerifierKey } from "../core/note.ts";
import type { ConnectorState } from "../connectors/connector.ts";
import type { ErrorCode } from "../core/errors.ts";
import type { Cosigner } from "../cosign/cosign.ts";
import type { OpenLog } from "../write/open-log.ts";
import { publishedCheckpoint } from "../write/publish.ts";
import { timeOf, type Term } from "../write/term.ts";

/** The state of the service. */
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
  readonly connectors: readonly ConnectorView[];
  readonly health: Health;
  /** When the log takes records; absent if it has no term, and in answers of earlier versions. */
  readonly term?: TermView | undefined;
}

/** When a log takes records: times as text, `null` where it is open on that side. */
export interface TermView {
  readonly from: string | null;
  readonly until: string | null;
  /** Origin of the log that takes them afterwards. */
  readonly successor: string | null;
}

/** The state of anchoring. Amounts of wei are decimal text. */
export interface AnchoringView {
  readonly account: string;
  /** `null` before the first look, and for those who may not inspect the service. */
  readonly balanceWei: string | null;
  /** Spent on anchors within the last 24 hours; `null` for those who may not inspect the service. */
  readonly spentTodayWei: string | null;
  /** Height of the newest block; `null` before the first look. */
  readonly height: number | null;
  readonly finalizedHeight: number | null;
  /** When a block counts as final, in the words of the settings; absent in answers of earlier versions. */
  readonly finality: string;
  /** Anchors on their way to finality. Those overtaken by a larger final anchor no longer count. */
  readonly outstanding: number;
  readonly lastFinal: { readonly treeSize: number; readonly blockNumber: number | null; readonly at: string } | null;
  /** How long the oldest entry without a final anchor has waited; 0 when none is waiting. */
  readonly lagSeconds: number;
  readonly endpoints: readonly EndpointView[];
  readonly witnesses: readonly WitnessView[];
}

/** The state of a witness. */
export interface WitnessView {
  readonly name: string;
  /** Size of the tree that it cosigned last, as far as is known. */
  readonly lastSize: number | null;
  readonly lastSuccessAt: string | null;
  readonly lastError: string | null;
}

/** The state of a connector since the start of the service. */
export interface ConnectorView {
  readonly name: string;
  readonly type: string;
  readonly connected: boolean;
  /** Since when it has been connected, or disconnected. */
  readonly since: string;
  readonly lastMessageAt: string | null;
  /** Messages that arrived and are not settled yet. */
  readonly inHand: number;
  readonly records: { readonly new: number; readonly repeated: number; readonly refused: number };
  /** Refusals by their code. */
  readonly refusals: Readonly<Partial<Record<ErrorCode, number>>>;
  /** How many times published messages may have been lost for good. */
  readonly gaps: number;
  readonly lastError: string | null;
}

/** The state of an endpoint of the chain. */
export interface EndpointView {
  readonly name: string;
  readonly ok: boolean;
  readonly failures: number;
  readonly lastAnswerAt: string | null;
  readonly lastError: string | null;
}

/** Whether the service keeps its promises. If not `ok`, `reasons` say what is wrong or late. */
export interface Health {
  readonly ok: boolean;
  readonly reasons: readonly string[];
  /** Everything that is wrong at present, including what is not serious enough for red. */
  readonly alarms: readonly AlarmView[];
}

/** An alarm; docs/alarms.md has a section for each code. */
export interface AlarmView {
  readonly code: AlarmCode;
  readonly severity: "red" | "warning";
  /** The reasons for the alarm as data, which the message states. */
  readonly facts: readonly AlarmFact[];
  readonly message: string;
  readonly since: string;
}

/** The parts that the status is read from. */
export interface StatusParts {
  readonly log: Pick<OpenLog, "store" | "tree" | "pipeline">;
  readonly anchoring: Anchoring;
  readonly chain: Chain;
  readonly key: VerifierKey;
  readonly alarms: Alarms;
  readonly cosigner?: Cosigner | undefined;
  readonly connectors?: { states(): readonly ConnectorState[] } | undefined;
  readonly term?: Term | undefined;
}

const DAY_MS = 86_400_000;

/** The state of everything now. */
export async function readStatus(parts: StatusParts): Promise<LedgerStatus> {
  const { log, anchoring, chain, key } = parts;
  const { finalizedSize, lastAnswerAt } = anchoring.status;
  const checkpoint = await publishedCheckpoint(log.store, log.tree);
  const treeSize = checkpoint?.treeSize ?? 0;
  return {
    origin: log.store.origin,
    vkey: formatVerifierKey(key),
    chainId: chain.chainId,
    contract: chain.contract,
    treeSize,
    rootHash: checkpoint ? toHex(checkpoint.rootHash) : "",
    finalizedSize,
    pendingEntries: treeSize - finalizedSize,
    queueLength: log.pipeline.queueLength,
    lastChainAnswerAt: lastAnswerAt === 0 ? null : new Date(lastAnswerAt).toISOString(),
    anchoring: await readAnchoring(parts),
    connectors: (parts.connectors?.states() ?? []).map(connectorView),
    health: readHealth(parts.alarms),
    ...termView(parts.term),
  };
}

/** Nothing for a log without a term. */
export function termView({ from, until, successor }: Term = {}): { readonly term?: TermView } {
  if (from === undefined && until === undefined && successor === undefined) return {};
  const shown = (at: number | undefined): string | null => (at === undefined ? null : timeOf(at));
  return { term: { from: shown(from), until: shown(until), successor: successor ?? null } };
}

function connectorView({
  isConnected,
  since,
  lastMessageAt,
  counts,
  lastError,
  ...rest
}: ConnectorState): ConnectorView {
  return {
    ...rest,
    connected: isConnected,
    since: new Date(since).toISOString(),
    lastMessageAt: lastMessageAt === undefined ? null : new Date(lastMessageAt).toISOString(),
    records: counts,
    lastError: lastError ?? null,
  };
}

async function readAnchoring({ log, anchoring, chain, cosigner }: StatusParts): Promise<AnchoringView> {
  const { vitals, status } = anchoring;
  const final = await log.store.newestFinalAnchor();
  const open = await log.store.anchorsIn(["pending", "submitted", "included"]);
  return {
    account: chain.account,
    balanceWei: vitals ? String(vitals.balance) : null,
    spentTodayWei: String(await log.store.spentSince(anchoring.now() - DAY_MS)),
    height: vitals?.height ?? null,
    finalizedHeight: vitals?.finalizedHeight ?? null,
    finality: chain.finality,
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
    witnesses: (cosigner?.status() ?? []).map(({ name, lastSize, lastSuccessAt, lastError }) => ({
      name,
      lastSize: lastSize ?? null,
      lastSuccessAt: lastSuccessAt === undefined ? null : new Date(lastSuccessAt).toISOString(),
      lastError: lastError?.message ?? null,
    })),
  };
}

/** Health by stated rules: red while a red alarm is on; see docs/alarms.md. */
export function readHealth(alarms: Alarms): Health {
  const active = alarms.active();
  const red = active.filter(({ severity }) => severity === "red");
  return {
    ok: red.length === 0,
    reasons: red.map(({ code, message }) => `${code}: ${message}`),
    alarms: active.map((alarm) => ({ ...alarm, since: new Date(alarm.since).toISOString() })),
  };
}
