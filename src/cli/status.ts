/**
 * `warifu status`: the state of the service, in words for people.
 */
import type { AnchoringView, LedgerStatus } from "../read/status.ts";
import { WarifuError } from "../core/errors.ts";
import { createClient } from "../client/client.ts";
import { EXIT } from "./exit-code.ts";
import { address } from "./option-values.ts";
import { counted, inSeconds, type Output } from "./output.ts";
import { apiKeyFor, givenKey, loadSettings } from "./settings.ts";
import type { CommonOptions, DefineVerb } from "./verb.ts";

interface StatusOptions extends CommonOptions {
  readonly url?: string;
  readonly key?: string;
  readonly keyFile?: string;
}

const EXAMPLES = `
Exit code 0: healthy, 1: not healthy, 3: the service does not answer.

Examples:
  warifu status
  warifu status --url https://ledger.example.org --json`;

export const defineStatus: DefineVerb = (program, act) => {
  program
    .command("status")
    .summary("say how the service stands")
    .description("Says how many entries the log has, how many are anchored, and whether the service is healthy.")
    .option("--url <url>", "the service (default: WARIFU_URL, else this machine's)", address)
    .option(
      "--key <key>",
      "an auditor's API key, for what is not public (default: WARIFU_API_KEY, else this machine's)",
    )
    .option("--key-file <file>", "a file that holds the API key")
    .option("--json", "print one JSON document")
    .addHelpText("after", EXAMPLES)
    .action((options: StatusOptions) =>
      act(options, async (output) => {
        const config = loadSettings();
        const url = options.url ?? config.client.url;
        const apiKey = apiKeyFor(url, "auditor", givenKey(options), config);
        const status = await createClient({ url, apiKey, attempts: 1 }).status();
        output.document(status);
        said(() => sayStatus(status, url, output), url);
        return status.health.ok ? EXIT.holds : EXIT.refuted;
      }),
    );
};

/** A server may answer anything; an answer that is not a status is its fault, not this program's. */
function said(present: () => void, url: string): void {
  try {
    present();
  } catch (cause) {
    throw new WarifuError("SERVICE_UNREACHABLE", `${url} answered with what is no status of this service`, { cause });
  }
}

function sayStatus(status: LedgerStatus, url: string, output: Output): void {
  const { treeSize, finalizedSize, pendingEntries, health, lastChainAnswerAt } = status;
  output.say(`log        ${status.origin} at ${url}`);
  output.say(`key        ${status.vkey}`);
  output.say(`entries    ${counted(treeSize)}, ${counted(finalizedSize)} of them anchored and final`);
  output.say(
    `waiting    ${counted(pendingEntries)} for a final anchor, ${counted(status.queueLength)} for the next batch`,
  );
  output.say(
    `chain      ${status.chainId}, last answer ${lastChainAnswerAt === null ? "never" : inSeconds(lastChainAnswerAt)}`,
  );
  output.say(`contract   ${status.contract}`);
  sayAnchoring(status.anchoring, output);
  output.say(health.ok ? "healthy" : "not healthy", { mark: health.ok ? "holds" : "refuted" });
  for (const { code, severity, message, since } of health.alarms)
    output.say(`  ${severity === "red" ? "red alarm" : "warning"} ${code}, since ${inSeconds(since)}: ${message}`);
  if (health.alarms.length > 0) output.hint("what each alarm means, and what to do: docs/alarms.md");
}

function sayAnchoring(anchoring: AnchoringView, output: Output): void {
  const { account, balanceWei, spentTodayWei, height, finalizedHeight, lastFinal, outstanding, lagSeconds } = anchoring;
  const heights = height === null ? "no block seen yet" : `block ${height}, final up to ${finalizedHeight ?? 0}`;
  const funds = balanceWei === null ? "funds not shown" : `${ether(balanceWei)} ETH`;
  const spent = spentTodayWei === null ? "" : `, ${ether(spentTodayWei)} ETH spent within 24 hours`;
  output.say(`heights    ${heights}`);
  output.say(`account    ${account}, ${funds}${spent}`);
  const newest = lastFinal
    ? `${counted(lastFinal.treeSize, "entry", "entries")}, made ${inSeconds(lastFinal.at)}`
    : "none is final yet";
  const waiting = lagSeconds > 0 ? `, the oldest entry has waited for ${Math.round(lagSeconds)} s` : "";
  output.say(`anchors    newest final: ${newest}; ${counted(outstanding)} on the way${waiting}`);
  for (const { name, ok, lastError } of anchoring.endpoints)
    output.say(`endpoint   ${name} ${ok ? "answers" : `does not answer${lastError === null ? "" : `: ${lastError}`}`}`);
  for (const { name, lastSize, lastError } of anchoring.witnesses)
    output.say(
      `witness    ${name}, ${lastSize === null ? "has cosigned nothing yet" : `last cosigned ${counted(lastSize, "entry", "entries")}`}${lastError ? `; ${lastError}` : ""}`,
    );
}

/** For people: six decimals. */
function ether(wei: string): string {
  return (Number(BigInt(wei) / 1_000_000_000_000n) / 1e6).toString();
}
