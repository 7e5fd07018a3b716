/** What `warifu audit` says, in English. The type of the other languages. */
import type { FindingTexts, PlaceWords } from "../../../texts/findings/forms.ts";
import type { AuditReport } from "../../../verify/audit-findings.ts";
import { inEachLanguage } from "../../language.ts";
import { counted } from "../../output.ts";

export type AuditTexts = typeof EN;

const EN = {
  audit: {
    summary: "check a whole ledger or log",
    description: "Recomputes a ledger from its entries up to its anchors, and names what is wrong and where.",
    from: "a data folder, or the address of a log (default: this machine's data folder); with --source also the first number",
    source: "does the log have all numbers of this source, --from SEQ --to SEQ?",
    to: "the last number of that range",
    dataDir: "the data folder of your own service, with its policy (or WARIFU_DATA_DIR)",
    acks: "acknowledgements that you kept, NDJSON or a JSON list: does the log stand by them?",
    sample: "check only this many random leaves, each by inclusion proof",
    seed: "draw the leaves of --sample from this text, so that anybody can repeat it (default: a random one)",
    state:
      "remember there what was seen of a log over HTTP: the next audit reads what is new, one that was cut off goes on",
    rpc: "a node of the chain to compare with (default: those of the policy, which must all agree)",
    json: "print the report as one JSON document",
    after: `
A data folder is read in place, whether its service is running or has stopped. A log is read over HTTP, as anybody can,
with nothing but your policy.

Exit code 0: all of it holds, 1: something is wrong (each fault is named), 3: not everything could be read, or numbers of
--source are not in the log.

With --state, an audit that was cut off goes on where it was, and a later one reads only what is new. It refuses a log
that shows fewer entries than before or another history, and writes evidence of two histories to fork-SIZE-SIZE.json.
A sample that holds bounds the share of altered leaves with 95 % confidence; its seed is in the report.

Only nodes that were named are asked: in the policy's rpc, in --rpc, or in WARIFU_RPC_URL. Without one, a policy that
requires trusted blocks leaves the audit undecided.

Examples:
  warifu audit --data-dir data --rpc http://127.0.0.1:8545
  warifu audit --from /backup/warifu-data --policy policy.json --report audit.json
  warifu audit --from https://ledger.example.org/log --policy policy.json --rpc https://rpc.example.org
  warifu audit --from https://ledger.example.org/log --policy policy.json --sample 1000 --seed "lottery of 24 December"
  warifu audit --from https://ledger.example.org/log --policy policy.json --state ledger.audit
  warifu audit --from https://ledger.example.org/log --policy policy.json --acks acknowledged.ndjson
  warifu audit --from https://ledger.example.org/log --policy policy.json --source santander/env-419 --from 1 --to 1440`,
  },
  /** The sentences of findings. In English each finding brings its own (`message`), which scripts read too. */
  findings: undefined as FindingTexts | undefined,
  places: undefined as PlaceWords | undefined,
  moreFindings: (count: number) => `… and ${counted(count, "more finding")}: --report FILE or --json gives all`,
  checked: ({ entries, bodies, openings, tiles, checkpoints, anchors }: AuditReport["checked"]) =>
    `checked ${counted(entries, "entry", "entries")}, ${counted(bodies, "body", "bodies")}, ${counted(openings, "opening")}, ` +
    `${counted(tiles, "tile")}, ${counted(checkpoints, "checkpoint")}, ${counted(anchors, "anchor")}`,
  note: (note: string) => `note: ${note}`,
  acknowledgement: (item: number, what: string) => `acknowledgement ${item}: ${what}`,
  standsBy: (standing: number, all: number) =>
    `the log stands by ${counted(standing)} of ${counted(all, "acknowledgement")}`,
  completeness: ({ source, from, to, there, all, checkedSize, anchoredSize }: Completeness) =>
    `source ${source}, ${from} to ${to}: ${counted(there)} of ${counted(all)} are in the log, each once ` +
    `(${counted(checkedSize, "entry", "entries")}, ` +
    `${anchoredSize === null ? "not compared with an anchor" : `${counted(anchoredSize)} of them anchored`})`,
  range: (first: number, last: number, leaf: number) => `${first} to ${last} from leaf ${leaf} on`,
  moreRanges: (count: number) => `… and ${counted(count)} more: --json gives all`,
  missing: "the missing ones, see the notes, were left out by the source or never taken: ask it, or give --acks",
  refuted: (count: number) => `refuted: ${counted(count, "thing is", "things are")} wrong`,
  undecided: "cannot be decided yet: what was read holds, but not all could be read or compared; see the notes",
  holdsWithoutChain: "holds: what was checked fits together; nothing was compared with the chain",
  holds: "holds: everything that was checked fits together",
  twoHistories: (smaller: number, larger: number, path: string) =>
    `two histories of ${smaller} and ${larger} entries: \`warifu verify ${path}\` proves it to anybody`,
  foldersPolicy: "the policy is the one in the folder that is audited: --policy names yours",
};

/** How much of a range of numbers is in the log. */
interface Completeness {
  readonly source: string;
  readonly from: number;
  readonly to: number;
  readonly there: number;
  readonly all: number;
  readonly checkedSize: number;
  readonly anchoredSize: number | null;
}

export const auditTexts = inEachLanguage(EN, {
  es: async () => (await import("./es.ts")).ES,
  ja: async () => (await import("./ja.ts")).JA,
});
