/**
 * `warifu audit`: goes through a whole ledger, the data folder of a service or any log over HTTP, and reports what is wrong
 * and where.
 */
import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Config } from "../config.ts";
import { toHex } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import type { Policy } from "../core/policy.ts";
import { auditDocument, type ReportDocument } from "../report/document.ts";
import { pagedRandomBytes } from "../core/random.ts";
import { seededSample, type Sample } from "../verify/sample.ts";
import type { AuditReport } from "../verify/audit-findings.ts";
import { auditLog, type LogAuditOptions } from "../verify/audit-log.ts";
import { CompletenessAudit, type NumberRange } from "../verify/completeness.ts";
import { KeptAcknowledgements } from "../verify/kept-acknowledgements.ts";
import type { LogReader } from "../verify/log-reader.ts";
import { isExportedLog } from "../audit/exported-log.ts";
import type { ServedLog, ServedLogOptions } from "../audit/served-log.ts";
import { readAcknowledgements } from "./acknowledgements.ts";
import { auditStateFile } from "./audit-state.ts";
import { sayReport, writeFork } from "./audit-words.ts";
import type { ExitCode } from "./exit-code.ts";
import { loadPolicy, policyDocument, policyLine, type NamedPolicy } from "./named-policy.ts";
import { address, repeated, sourceName, treeSize, wholeNumber } from "./option-values.ts";
import type { Output } from "./output.ts";
import { dataFolder, loadSettings } from "./settings.ts";
import {
  assertReportOptions,
  commandOf,
  identitiesOf,
  withReport,
  writeReport,
  type ReportOptions,
} from "./report-file.ts";
import type { CommonOptions, DefineVerb } from "./verb.ts";
import { frame } from "./texts/frame/en.ts";
import { auditTexts } from "./texts/audit/en.ts";

interface AuditOptions extends CommonOptions, ReportOptions {
  readonly dataDir?: string;
  readonly acks?: string;
  /** Where the log is, and with `source` the first number. */
  readonly from?: readonly string[];
  readonly source?: string;
  /** The last number. */
  readonly to?: number;
  readonly sample?: number;
  readonly seed?: string;
  readonly state?: string;
  readonly policy?: string;
  readonly rpc?: string;
}

type OnProgress = (done: number, total: number) => void;

export const defineAudit: DefineVerb = (program, act) => {
  withReport(program.command("audit"))
    .summary(auditTexts().audit.summary)
    .description(auditTexts().audit.description)
    .argument("[folder|url]", auditTexts().audit.from)
    .option("--from <folder|url>", auditTexts().audit.from, repeated)
    .option("--source <name>", auditTexts().audit.source, sourceName)
    .option("--to <seq>", auditTexts().audit.to, treeSize)
    .option("--data-dir <folder>", auditTexts().audit.dataDir)
    .option("--acks <file>", auditTexts().audit.acks)
    .option("--sample <n>", auditTexts().audit.sample, wholeNumber(100_000_000))
    .option("--seed <text>", auditTexts().audit.seed)
    .option("--state <file>", auditTexts().audit.state)
    .option("--policy <file>", frame().policy)
    .option("--rpc <url>", auditTexts().audit.rpc, address)
    .option("--json", auditTexts().audit.json)
    .addHelpText("after", auditTexts().audit.after)
    .action((place: string | undefined, given: AuditOptions) =>
      act(given, (output) => audit(placedIn(place === undefined ? given : alsoFrom(place, given)), output)),
    );
};

async function audit(options: PlacedOptions, output: Output): Promise<ExitCode> {
  const progress = await output.progress(frame().leaves);
  assertFolder(options.from ?? options.dataDir);
  assertReportOptions(options, [options.policy, options.acks, options.state]);
  const named = policyOf(options, output);
  const onProgress: OnProgress = (done, total) => progress.update(done, total);
  const report = await runAudit(options, named.policy, onProgress).finally(() => progress.end());
  const document = { ...report, policy: policyDocument(named) };
  output.document(document);
  output.say(policyLine(named));
  for (const fork of report.forks ?? []) writeFork(fork, options.report ?? options.state, output);
  const code = sayReport(report, output);
  await writeReport(options, { document: reportOf(report, options, named), more: document }, output);
  return code;
}

function reportOf(report: AuditReport, options: PlacedOptions, named: NamedPolicy): ReportDocument {
  const { from, dataDir, question, seed, state, rpc } = options;
  const isRemote = from !== undefined && isAddress(from);
  const place = from ?? resolve(dataDir ?? ".");
  const drawn = report.noteFacts.find((fact) => fact.id === "sampled");
  const sampled = drawn ? ["--sample", drawn.leaves, "--seed", drawn.seed ?? seed] : [];
  return auditDocument(report, {
    ...(question !== undefined && { question }),
    method: drawn ? "sample" : !isRemote ? "folder" : state === undefined ? "whole" : "continued",
    place,
    identities: identitiesOf(named.policy, named, rpc === undefined ? named.policy.rpc : [rpc]),
    at: new Date().toISOString(),
    repeat: commandOf([
      ...["audit", "--from", place, "--policy", options.policy ?? named.path],
      ...(rpc === undefined ? [] : ["--rpc", rpc]),
      ...sampled,
      ...["--report", options.report],
    ]),
  });
}

/** Options whose `from` is only a place, with the range of numbers, if any, apart. */
type PlacedOptions = Omit<AuditOptions, "from"> & { readonly from?: string | undefined; readonly range?: NumberRange };

/** A place that is named without --from. */
function alsoFrom(place: string, { from = [], ...rest }: AuditOptions): AuditOptions {
  return { ...rest, from: [...from, place] };
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
  if (rest.sample !== undefined || rest.state !== undefined)
    throw new WarifuError("USAGE", "every entry must be read to miss none: give --source without --sample and --state");
  return { ...placed, range: { source, from: Number(first), to } };
}

async function runAudit(options: PlacedOptions, policy: Policy, onProgress: OnProgress): Promise<AuditReport> {
  const { from, state, rpc: rpcUrl } = options;
  assertTogether(options);
  const drawn = sampleOf(options);
  const acknowledgements = await keptAcknowledgements(options, policy);
  const completeness = options.range && new CompletenessAudit(options.range, policy.log.name);
  const served = from === undefined ? undefined : await shownLog(from, policy, threadsFor(options));
  if (served) {
    const { reader: log } = served;
    const memory = state === undefined ? undefined : auditStateFile(state, policy);
    // Loaded on demand, as a chain's client takes long to load.
    const { anchorsUnder } = await import("../chain/nodes/unanimous-anchors.ts");
    const anchors = anchorsUnder(policy, rpcUrl === undefined ? policy.rpc : [rpcUrl]);
    const parts = { policy, anchors, sample: drawn, acknowledgements, completeness, memory, onProgress };
    try {
      const report = await auditLog({ log, also: await exportedTimestamps(from, log, policy), ...parts });
      memory?.assertKept();
      return report;
    } finally {
      await served.close();
    }
  }
  if (state !== undefined)
    throw new WarifuError("USAGE", "--state remembers a log over HTTP; a data folder is read as a whole each time");
  const config = auditedFolder(options);
  const { auditLedger } = await import("../audit/audit-folder.ts");
  return auditLedger({ config, policy, rpcUrl, sample: drawn, acknowledgements, completeness, onProgress });
}

/** What checks the timestamps beside a log in a folder. Over HTTP nobody can list them; bundles carry theirs. */
async function exportedTimestamps(
  from: string | undefined,
  log: LogReader,
  policy: Policy,
): Promise<LogAuditOptions["also"]> {
  if (from === undefined || isAddress(from)) return undefined;
  const { checkExportedTimestamps } = await import("../audit/exported-timestamps.ts");
  return (head, findings) => checkExportedTimestamps({ folder: from, log, policy }, head, findings);
}

/** The log at an address, or as files in a folder; `undefined` for a data folder. @throws USAGE */
async function shownLog(from: string, { log }: Policy, options: ServedLogOptions): Promise<ServedLog | undefined> {
  if (!isAddress(from) && !isExportedLog(from)) return undefined;
  const { openServedLog } = await import("../audit/served-log.ts");
  return openServedLog(isAddress(from) ? { url: from } : { folder: from }, log.name, options);
}

/** Threads save no work where single leaves are drawn, or each entry is looked at. */
function threadsFor({ sample, range }: PlacedOptions): ServedLogOptions {
  return sample === undefined && range === undefined ? {} : { threads: 0 };
}

/** @throws USAGE */
function assertTogether({ sample, seed, state, acks }: PlacedOptions): void {
  if (seed !== undefined && sample === undefined)
    throw new WarifuError("USAGE", "--seed is what the leaves of --sample are drawn from: give both");
  if (state !== undefined && (sample !== undefined || acks !== undefined))
    throw new WarifuError(
      "USAGE",
      "--state remembers how far a whole audit has got: give it without --sample and --acks",
    );
}

/** The seed is always one that is said, so that others can draw the same leaves. */
function sampleOf({ sample, seed }: PlacedOptions): Sample | undefined {
  return sample === undefined ? undefined : seededSample(sample, seed ?? toHex(pagedRandomBytes()(16)));
}

/** A named folder comes with its operator's own policy: enough to find damage, but not to catch a dishonest operator. */
function policyOf(options: PlacedOptions, output: Output): NamedPolicy {
  const { policy, dataDir, from } = options;
  const isBrought = policy === undefined && dataDir === undefined && from !== undefined && !isAddress(from);
  const named = loadPolicy({ policy, dataDir: isBrought ? from : dataDir });
  if (isBrought && named.path === join(resolve(from), "policy.json")) output.hint(auditTexts().foldersPolicy);
  return named;
}

function assertFolder(from: string | undefined): void {
  if (from === undefined || isAddress(from)) return;
  if (!existsSync(from)) throw new WarifuError("USAGE", `there is no folder ${from}`);
  if (!statSync(from).isDirectory())
    throw new WarifuError(
      "USAGE",
      `${from} is a file: name a folder or the log's address; \`warifu verify\` checks a bundle`,
    );
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
  return from === undefined ? config : { ...config, database: undefined };
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
