/**
 * `warifu audit`: goes through a whole ledger and names what is wrong and where: the data folder of a service, or any log
 * over HTTP.
 */
import { existsSync } from "node:fs";
import { WarifuError } from "../core/errors.ts";
import type { Policy } from "../core/policy.ts";
import { pagedRandomBytes } from "../random.ts";
import type { AuditReport } from "../verify/audit-findings.ts";
import { auditLogOverHttp, type AnchorEventReader } from "../verify/audit-log.ts";
import { exitCodeOf, type ExitCode } from "./exit-code.ts";
import { writeNamedFile } from "./named-files.ts";
import { address, wholeNumber } from "./option-values.ts";
import { counted, type Output } from "./output.ts";
import { dataFolder, loadPolicy, loadSettings } from "./settings.ts";
import type { CommonOptions, DefineVerb } from "./verb.ts";

interface AuditOptions extends CommonOptions {
  readonly from?: string;
  readonly sample?: number;
  readonly report?: string;
  readonly policy?: string;
  readonly rpc?: string;
}

type OnProgress = (done: number, total: number) => void;

const MAX_SHOWN = 50;

const EXAMPLES = `
A data folder is read as it lies there, beside a running service or after it has stopped. A log is read over HTTP, as
anybody can, with nothing but your policy.

Exit code 0: all of it holds, 1: something is wrong (each fault is named), 3: not all could be read.

Examples:
  warifu audit
  warifu audit --from /backup/warifu-data --policy policy.json --report audit.json
  warifu audit --from https://ledger.example.org/log --policy policy.json --rpc https://rpc.example.org
  warifu audit --from https://ledger.example.org/log --policy policy.json --sample 1000`;

export const defineAudit: DefineVerb = (program, act) => {
  program
    .command("audit")
    .summary("check a whole ledger or log")
    .description("Recomputes a ledger from its entries up to its anchors, and names what is wrong and where.")
    .option("--from <folder|url>", "a data folder, or the address of a log (default: this machine's data folder)")
    .option("--sample <n>", "check so many random leaves only, each by inclusion proof", wholeNumber(100_000_000))
    .option("--report <file>", "write the report there, as JSON")
    .option("--policy <file>", "your policy (default: the one in the data folder)")
    .option(
      "--rpc <url>",
      "a node of the chain to compare with (default: those of the policy, which must all agree)",
      address,
    )
    .option("--json", "print the report as one JSON document")
    .addHelpText("after", EXAMPLES)
    .action((options: AuditOptions) =>
      act(options, async (output) => {
        const progress = output.progress("leaves");
        const report = await runAudit(options, (done, total) => progress.update(done, total)).finally(() =>
          progress.end(),
        );
        if (options.report !== undefined)
          writeNamedFile(options.report, `${JSON.stringify(report, null, 2)}\n`, "report");
        output.document(report);
        return sayReport(report, options.report, output);
      }),
    );
};

async function runAudit(options: AuditOptions, onProgress: OnProgress): Promise<AuditReport> {
  const { from, policy, sample, rpc: rpcUrl } = options;
  if (from !== undefined && /^https?:\/\//.test(from)) return auditUrl(from, options, onProgress);
  const config = loadSettings(from === undefined ? {} : dataFolder(from));
  if (!existsSync(config.dataDir)) throw new WarifuError("USAGE", `there is no folder ${config.dataDir}`);
  const { auditLedger } = await import("../audit.ts");
  return auditLedger({ config, policy: loadPolicy(policy, () => config.files.policy), rpcUrl, sample, onProgress });
}

async function auditUrl(url: string, options: AuditOptions, onProgress: OnProgress): Promise<AuditReport> {
  const policy = loadPolicy(options.policy, () => loadSettings().files.policy);
  const sample = options.sample === undefined ? undefined : { leaves: options.sample, randomBytes: pagedRandomBytes() };
  const anchors = await anchorsOf(policy, options.rpc === undefined ? policy.rpc : [options.rpc]);
  return auditLogOverHttp({ url, policy, anchors, sample, onProgress });
}

async function anchorsOf(policy: Policy, rpcUrls: readonly string[]): Promise<AnchorEventReader | undefined> {
  if (rpcUrls.length === 0) return undefined;
  const { id: chainId, contract } = policy.chain;
  // Loaded when it is needed, as a chain's client takes long to load.
  const { agreedAnchors } = await import("../chain/agreed-anchors.ts");
  return agreedAnchors(rpcUrls, { chainId, contract });
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
  output.say(sentenceOf(report), { mark: outcome, isBold: true });
  if (file !== undefined) output.say(`report written to ${file}`);
  return exitCodeOf(outcome);
}

function sentenceOf({ outcome, findings }: AuditReport): string {
  if (outcome === "refuted") return `refuted: ${counted(findings.length, "thing is", "things are")} wrong`;
  if (outcome === "undecided") return "cannot be decided yet: what was read holds, but not all could be read";
  return "holds: everything that was checked fits together";
}
