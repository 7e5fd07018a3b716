/** What `warifu list`, `warifu show` and `warifu status` say, in English. The type of the other languages. */
import type { LineageStepName } from "../../../read/lineage.ts";
import type { AlarmSentences } from "../../../texts/alarm-facts/forms.ts";
import { inEachLanguage } from "../../language.ts";
import { counted } from "../../output.ts";

export type RecordsTexts = typeof EN;

const EN = {
  list: {
    summary: "list records, or anchors with what they took",
    description: "Lists records by source, type and time of reception, in the log's order; or anchors.",
    anchors: "anchors, the newest first, with gas, cost and latency",
    csv: "of anchors: a table (CSV, RFC 4180)",
    limit: "so many at most",
    json: "print one JSON document: a list of records, each as the API gives it",
    after: `
Each line: when it was taken in, leaf, type, source, seq, state of its anchor. Times without a zone are UTC.

With --anchors, the newest first: when it was signed, number, the size it anchors, state, records it covers, block, gas,
gas a record, what it cost, and the time from the signed head to finality. --csv has a column for each time and step.

Exit code 3: a record is damaged in the store; the others are listed.

Examples:
  warifu list --since 2d
  warifu list --source santander/env-419 --since 2026-11-01 --until 2026-11-02T10:00Z
  warifu list --type citizen-report --limit 100000 --json
  warifu list --anchors
  warifu list --anchors --csv --limit 100000 > anchors.csv`,
  },
  recordOptions: {
    source: "records of this source",
    type: "records of this type",
    since: "taken in at this time or later: 2026-11-01, 2026-11-01T10:00Z, or 90m, 12h, 2d ago",
    until: "taken in before this time",
  },
  show: {
    summary: "show a record, its state and its anchor",
    description: "Shows a record: its public claims, how many are concealed, its state, anchor, and its source's keys.",
    record: "its id, its leaf index, or the hash of its leaf or body",
    lineage: "show what happened to it too, as the public log tells it",
    prov: "print that alone, as PROV-JSON of the W3C",
    after: `
By its id a record can be shown without a key; a leaf or a hash, and the keys of its source, need an auditor's.

Examples:
  warifu show 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f
  warifu show 1234 --lineage
  warifu show 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 --json`,
  },
  status: {
    summary: "say how the service stands",
    description: "Says how many entries the log has, how many are anchored, and whether the service is healthy.",
    key: "an auditor's API key, for what is not public (default: WARIFU_API_KEY, else this machine's)",
    after: `
Exit code 0: healthy, 1: not healthy, 3: the service does not answer.

Examples:
  warifu status
  warifu status --url https://ledger.example.org --json`,
  },
  first: (count: number) => `these are the first ${counted(count)}: --limit N lists more`,
  none: "no record fits",
  newestAnchors: (count: number) => `these are the newest ${counted(count)}: --limit N lists more`,
  noAnchor: "there is no anchor yet",
  anchorParts: {
    anchor: (id: number) => `anchor ${id}`,
    size: (treeSize: number) => `size ${counted(treeSize)}`,
    records: (count: number) => counted(count, "record"),
    block: (number: number) => `block ${number}`,
    gasARecord: (gas: number) => `${counted(gas)} a record`,
    finalAfter: (seconds: string) => `final after ${seconds} s`,
  },
  damaged: (leaf: number, why: string) => `leaf ${leaf}: ${why}`,
  line: ({ time, leaf, type, source, seq, state }: Line) =>
    `${time}  leaf ${leaf}  ${type}  ${source}  seq ${seq}  ${state}`,
  /** What each state is called in a list. */
  stateNames: {
    pending: "pending",
    submitted: "submitted",
    included: "included",
    finalized: "finalized",
    orphaned: "orphaned",
  },
  /** What each state means for somebody who is waiting. */
  states: {
    pending: "in the log, and waits for the next anchor",
    submitted: "its anchor was sent to the chain, and is in no block yet",
    included: "its anchor is in a block that is not final yet",
    finalized: "anchored, in a final block",
    orphaned: "its anchor was given up; the next one will hold it",
  },
  typeWithheld: "withheld",
  kinds: (kind: string) => kind,

  labels: {
    leaf: "leaf",
    source: "source",
    received: "received",
    signed: "signed",
    state: "state",
    anchor: "anchor",
    key: "key",
    erased: "erased",
    withheld: "withheld",
  },
  leafOf: (leaf: number, hash: string) => `${leaf}, hash ${hash}`,
  sourceOf: (source: string, seq: number) => `${source}, seq ${seq}`,
  isSigned: "says that its source signed: `warifu verify` checks that",
  isUnsigned: "no: on the word of its API key",
  eventAt: (time: string, leaf: number) => `${time}, leaf ${leaf}`,
  erasedOn: (when: string, basis: string) => `${when}: on ${basis}; what it concealed is gone`,
  withheldOn: (when: string, reason: string, basis: string | undefined) =>
    `${when}: ${reason}${basis === undefined ? "" : `, on ${basis}`}; what it said is gone, its leaf stays`,
  stateOf: (state: string, meaning: string) => `${state}: ${meaning}`,
  anchorOf: ({ treeSize, block, chain, time, contract }: AnchorWords) =>
    `${counted(treeSize, "entry", "entries")}, block ${block} of chain ${chain}, ${time}, contract ${contract}`,
  noKey: "its source has no signing key",
  keyOf: (leaf: number, key: string, until: string) => `of leaf ${leaf}: ${key}, ${until}`,
  personsKey: "a person's own",
  counts: "counts",
  endedAt: (leaf: number, why: string | null) => `to leaf ${leaf} (${why})`,
  suspended: "its source is suspended",
  contradicted: (times: number) => `its source contradicted itself ${counted(times, "time")}`,

  /** What happened to a record, by the names that the API gives. */
  lineage: {
    measured: "measured, as its source says",
    received: "received",
    logged: "entered the log",
    derived: "a copy of a picture was published",
    translated: "its text was translated",
    disclosed: "claims were granted to somebody",
    accessed: "granted claims were handed out",
    provided: "handed to another controller",
    reception: "received from another controller",
    withheld: "its public body was withheld",
    erased: "its concealed values were erased",
    noted: "an event of the log is about it",
    submitted: "its anchor was sent to the chain",
    anchored: "anchored in a block",
    final: "that block is final",
  } satisfies Readonly<Record<LineageStepName, string>>,
  /** What is told of a step, by the name of the member. */
  told: (name: string, value: string) => `${name} ${value}`,
  leaf: (leaf: number) => `leaf ${leaf}`,
  lineageCut: "there are more events about it than are shown; the log has them all",

  statusLabels: {
    log: "log",
    key: "key",
    entries: "entries",
    waiting: "waiting",
    chain: "chain",
    contract: "contract",
    heights: "heights",
    account: "account",
    anchors: "anchors",
    endpoint: "endpoint",
    witness: "witness",
  },
  logAt: (origin: string, url: string) => `${origin} at ${url}`,
  entriesOf: (all: number, final: number) => `${counted(all)}, ${counted(final)} of them anchored and final`,
  waitingOf: (anchor: number, batch: number) =>
    `${counted(anchor)} for a final anchor, ${counted(batch)} for the next batch`,
  chainOf: (id: number, last: string | undefined) => `${id}, last answer ${last ?? "never"}`,
  healthy: "healthy",
  notHealthy: "not healthy",
  alarm: (isRed: boolean, code: string, since: string, message: string) =>
    `${isRed ? "red alarm" : "warning"} ${code}, since ${since}: ${message}`,
  /** In English an alarm brings its message; elsewhere it has a name, and sentences about its facts. */
  alarmNames: undefined as Readonly<Record<string, string>> | undefined,
  alarmSentences: undefined as AlarmSentences | undefined,
  alarmHelp: "what each alarm means, and what to do: docs/alarms.md",
  noBlock: "no block seen yet",
  heightsOf: (height: number, final: number, finality?: string) =>
    `block ${height}, final up to ${final}${finality === undefined ? "" : ` (${finalBy(finality)})`}`,
  noFunds: "funds not shown",
  spent: (ether: string) => `, ${ether} ETH spent within 24 hours`,
  newest: (treeSize: number, time: string) => `${counted(treeSize, "entry", "entries")}, made ${time}`,
  noneFinal: "none is final yet",
  anchorsOf: (newest: string, outstanding: number, lag: number | undefined) =>
    `newest final: ${newest}; ${counted(outstanding)} on the way` +
    (lag === undefined ? "" : `, the oldest entry has waited for ${lag} s`),
  answers: (name: string) => `${name} answers`,
  silent: (name: string, why: string) => `${name} does not answer${why}`,
  cosignedNothing: "has cosigned nothing yet",
  lastCosigned: (treeSize: number) => `last cosigned ${counted(treeSize, "entry", "entries")}`,
};

/** A record in a list. */
interface Line {
  readonly time: string;
  readonly leaf: number;
  readonly type: string;
  readonly source: string;
  readonly seq: number;
  readonly state: string;
}

interface AnchorWords {
  readonly treeSize: number;
  readonly block: number;
  readonly chain: number;
  readonly time: string;
  readonly contract: string;
}

export const recordsTexts = inEachLanguage(EN, {
  es: async () => (await import("./es.ts")).ES,
  ja: async () => (await import("./ja.ts")).JA,
});

/** When a block is final, in words. */
function finalBy(finality: string): string {
  if (finality === "bft") return "sealed by the chain's validators";
  const depth = /^depth:(\d+)$/.exec(finality)?.[1];
  return depth === undefined ? "as the chain says" : `with ${counted(Number(depth), "block", "blocks")} on top`;
}
