/**
 * `warifu audit`: goes through a whole ledger, the data folder of a service or any log over HTTP, and reports what is wrong
 * and where.
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Config } from "../config.ts";
import { WarifuError } from "../core/errors.ts";
import type { Policy } from "../core/policy.ts";
import { pagedRandomBytes } from "../core/random.ts";
import type { AuditReport } from "../verify/audit-findings.ts";
import { auditLogOverHttp } from "../verify/audit-log.ts";
import { CompletenessAudit, type NumberRange } from "../verify/completeness.ts";
import { KeptAcknowledgements } from "../verify/kept-acknowledgements.ts";
import { readAcknowledgements } from "./acknowledgements.ts";
import { exitCodeOf, type ExitCode } from "./exit-code.ts";
import { writeNamedFile } from "./named-files.ts";
import { loadPolicy, type NamedPolicy } from "./named-policy.ts";
import { address, sourceName, treeSize, wholeNumber } from "./option-values.ts";
import { counted, type Output } from "./output.ts";
import { dataFolder, loadSettings } from "./settings.ts";
import type { CommonOptions, DefineVerb } from "./verb.ts";

interface AuditOptions extends CommonOptions {
  readonly dataDir?: string;
  readonly acks?: string;
  /** Where the log is, and with `source` the first number. */
  readonly from?: readonly string[];
  readonly source?: string;
  /** The last number. */
  readonly to?: number;
  readonly sample?: number;
  readonly report?: string;
  readonly policy?: string;
  readonly rpc?: string;
}

type OnProgress = (done: number, total: number) => void;

const MAX_SHOWN = 50;

const EXAMPLES = `
A data folder is read in place, whether its service is running or has stopped. A log is read over HTTP, as anybody can,
with nothing but your policy.

Exit code 0: all of it holds, 1: something is wrong (each fault is named), 3: not everything could be read, or numbers of
--source are not in the log.

Only nodes that were named are asked: in the policy's rpc, in --rpc, or in WARIFU_RPC_URL. Without one, a policy that
requires trusted blocks leaves the audit undecided.

Examples:
  warifu audit --data-dir data --rpc http://127.0.0.1:8545
  warifu audit --from /backup/warifu-data --policy policy.json --report audit.json
  warifu audit --from https://ledger.example.org/log --policy policy.json --rpc https://rpc.example.org
  warifu audit --from https://ledger.example.org/log --policy policy.json --sample 1000
  warifu audit --from https://ledger.example.org/log --policy policy.json --acks acknowledged.ndjson
  warifu audit --from https://ledger.example.org/log --policy policy.json --source santander/env-419 --from 1 --to 1440`;

export const defineAudit: DefineVerb = (program, act) => {
  program
    .command("audit")
    .summary("check a whole ledger or log")
    .description("Recomputes a ledger from its entries up to its anchors, and names what is wrong and where.")
    .option(
      "--from <folder|url>",
      "a data folder, or the address of a log (default: this machine's data folder); with --source also the first number",
      collected,
    )
    .option("--source <name>", "does the log have all numbers of this source, --from SEQ --to SEQ?", sourceName)
    .option("--to <seq>", "the last number of that range", treeSize)
    .option("--data-dir <folder>", "the data folder of your own service, with its policy (or WARIFU_DATA_DIR)")
    .option("--acks <file>", "acknowledgements that you kept, NDJSON or a JSON list: does the log stand by them?")
    .option("--sample <n>", "check only this many random leaves, each by inclusion proof", wholeNumber(100_000_000))
    .option("--report <file>", "write the report there, as JSON")
    .option("--policy <file>", "your policy (or WARIFU_POLICY_FILE in the environment)")
    .option(
      "--rpc <url>",
      "a node of the chain to compare with (default: those of the policy, which must all agree)",
      address,
    )
    .option("--json", "print the report as one JSON document")
    .addHelpText("after", EXAMPLES)
    .action((given: AuditOptions) =>
      act(given, async (output) => {
        const options = placedIn(given);
        const progress = await output.progress("leaves");
        assertFolder(options.from ?? options.dataDir);
        const named = policyOf(options, output);
        const report = await runAudit(options, named.policy, (done, total) => progress.update(done, total)).finally(
          () => progress.end(),
        );
        const document = { ...report, policy: { path: named.path, sha256: named.sha256 } };
        if (options.report !== undefined)
          writeNamedFile(options.report, `${JSON.stringify(document, null, 2)}\n`, "report");
        output.document(document);
        output.say(`under the policy ${named.path}, SHA-256 ${named.sha256}`);
        return sayReport(report, options.report, output);
      }),
    );
};

/** Options whose `from` is only a place, with the range of numbers, if any, apart. */
type PlacedOptions = Omit<AuditOptions, "from"> & { readonly from?: string | undefined; readonly range?: NumberRange };

function collected(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}

/** A number given with --from is the first of a range; a folder with such a name is written `./17`. @throws USAGE */
function placedIn({ from = [], source, to, ...rest }: AuditOptions): PlacedOptions {
  const isNumber = (text: string): boolean => source !== undefined && /^(?:0|[1-9][0-9]{0,15})$/.test(text);
  const [places, numbers] = [from.filter((text) => !isNumber(text)), from.filter(isNumber)];
  const [place] = places;
  if (places.length > 1) throw new WarifuError("USAGE", "--from names one folder or address");
  const placed = { ...rest, ...(place !== undefined && { from: place }) };
  if (source === undefined && to === undefined) return placed;
  const [first] = numbers;
  if (source === undefined || first === undefined || to === undefined || numbers.length > 1)
    throw new WarifuError("USAGE", "a range of numbers has a source and two ends: --source NAME --from SEQ --to SEQ");
  if (rest.sample !== undefined)
    throw new WarifuError("USAGE", "every entry must be read to miss none: give --source without --sample");
  return { ...placed, range: { source, from: Number(first), to } };
}

async function runAudit(options: PlacedOptions, policy: Policy, onProgress: OnProgress): Promise<AuditReport> {
  const { from, sample, rpc: rpcUrl } = options;
  const acknowledgements = await keptAcknowledgements(options, policy);
  const completeness = options.range && new CompletenessAudit(options.range, policy.log.name);
  if (from !== undefined && isAddress(from)) {
    const drawn = sample === undefined ? undefined : { leaves: sample, randomBytes: pagedRandomBytes() };
    // Loaded on demand, as a chain's client takes long to load.
    const { anchorsUnder } = await import("../chain/nodes/unanimous-anchors.ts");
    const anchors = anchorsUnder(policy, rpcUrl === undefined ? policy.rpc : [rpcUrl]);
    return auditLogOverHttp({ url: from, policy, anchors, sample: drawn, acknowledgements, completeness, onProgress });
  }
  const config = auditedFolder(options);
  const { auditLedger } = await import("../audit/audit-folder.ts");
  return auditLedger({ config, policy, rpcUrl, sample, acknowledgements, completeness, onProgress });
}

/** A named folder comes with its operator's own policy: enough to find damage, but not to catch a dishonest operator. */
function policyOf(options: PlacedOptions, output: Output): NamedPolicy {
  const { policy, dataDir, from } = options;
  const isBrought = policy === undefined && dataDir === undefined && from !== undefined && !isAddress(from);
  const named = loadPolicy({ policy, dataDir: isBrought ? from : dataDir });
  if (isBrought && named.path === join(resolve(from), "policy.json"))
    output.hint("the policy is the one in the folder that is audited: --policy names yours");
  return named;
}

function assertFolder(from: string | undefined): void {
  if (from === undefined || isAddress(from) || existsSync(from)) return;
  throw new WarifuError("USAGE", `there is no folder ${from}`);
}

function isAddress(from: string): boolean {
  return /^https?:\/\//.test(from);
}

/** A folder that was handed over is audited by the auditor's settings, not by a `.env` file that may lie next to it. */
function auditedFolder({ from, dataDir }: PlacedOptions): Config {
  const folder = from ?? dataDir;
  const config = loadSettings(folder === undefined ? {} : dataFolder(folder), {
    needsSigner: false,
    envFile: from === undefined,
  });
  if (!existsSync(config.dataDir)) throw new WarifuError("USAGE", `there is no folder ${config.dataDir}`);
  return config;
}

async function keptAcknowledgements(
  { acks, sample }: PlacedOptions,
  policy: Policy,
): Promise<KeptAcknowledgements | undefined> {
  if (acks === undefined) return undefined;
  if (sample !== undefined)
    throw new WarifuError("USAGE", "acknowledgements are held against the whole log: give --acks without --sample");
  return new KeptAcknowledgements(await readAcknowledgements(acks), policy.log);
}

function sayReport(report: AuditReport, file: string | undefined, output: Output): ExitCode {
  const { outcome, checked, findings, notes } = report;
  for (const { where, message, code } of findings.slice(0, MAX_SHOWN))
    output.say(`${where}: ${message} [${code}]`, { mark: "refuted" });
  if (findings.length > MAX_SHOWN)
    output.say(`… and ${counted(findings.length - MAX_SHOWN, "more finding")}: --report FILE or --json gives all`);
  const { entries, tiles, checkpoints, bodies, openings, anchors } = checked;
  output.say(
    `checked ${counted(entries, "entry", "entries")}, ${counted(bodies, "body", "bodies")}, ${counted(openings, "opening")}, ` +
      `${counted(tiles, "tile")}, ${counted(checkpoints, "checkpoint")}, ${counted(anchors, "anchor")}`,
  );
  for (const note of notes) output.say(`note: ${note}`);
  sayAcknowledgements(report, output);
  sayCompleteness(report, output);
  output.say(sentenceOf(report), { mark: outcome, isBold: true });
  if (file !== undefined) output.say(`report written to ${file}`);
  return exitCodeOf(outcome);
}

function sayAcknowledgements({ acknowledgements }: AuditReport, output: Output): void {
  if (acknowledgements === undefined) return;
  for (const { item, outcome, detail } of acknowledgements.slice(0, MAX_SHOWN))
    output.say(`acknowledgement ${item}: ${detail}`, { mark: MARK_OF[outcome] });
  const standing = acknowledgements.filter(({ outcome }) => outcome === "holds").length;
  output.say(`the log stands by ${counted(standing)} of ${counted(acknowledgements.length, "acknowledgement")}`);
}

function sayCompleteness({ completeness }: AuditReport, output: Output): void {
  if (completeness === undefined) return;
  const { source, from, to, state, checkedSize, anchoredSize, present, missing } = completeness;
  const there = present.reduce((sum, range) => sum + range.to - range.from + 1, 0);
  const anchored = anchoredSize === null ? "not compared with an anchor" : `${counted(anchoredSize)} of them anchored`;
  output.say(
    `source ${source}, ${from} to ${to}: ${counted(there)} of ${counted(to - from + 1)} are in the log, each once ` +
      `(${counted(checkedSize, "entry", "entries")}, ${anchored})`,
    { mark: state === "complete" ? "holds" : "undecided" },
  );
  for (const { from: first, to: last, leafIndex } of present.slice(0, MAX_SHOWN_RANGES))
    output.say(`  ${first} to ${last} from leaf ${leafIndex} on`);
  if (present.length > MAX_SHOWN_RANGES)
    output.say(`  … and ${counted(present.length - MAX_SHOWN_RANGES)} more: --json gives all`);
  if (missing.length > 0)
    output.say("  the missing ones, see the notes, were left out by the source or never taken: ask it, or give --acks");
}

const MAX_SHOWN_RANGES = 5;

const MARK_OF = { holds: "holds", refuted: "refuted", unusable: "undecided", unchecked: "undecided" } as const;

function sentenceOf({ outcome, findings, isChainCompared }: AuditReport): string {
  if (outcome === "refuted") return `refuted: ${counted(findings.length, "thing is", "things are")} wrong`;
  if (outcome === "undecided")
    return "cannot be decided yet: what was read holds, but not all could be read or compared; see the notes";
  if (!isChainCompared) return "holds: what was checked fits together; nothing was compared with the chain";
  return "holds: everything that was checked fits together";
}
