/**
 * `warifu status`: the state of the service, in words for people.
 */
import type { AnchoringView, LedgerStatus } from "../read/status.ts";
import { WarifuError } from "../core/errors.ts";
import { createClient } from "../client/client.ts";
import { sentencesOf } from "../texts/alarm-facts/forms.ts";
import { EXIT } from "./exit-code.ts";
import { address } from "./option-values.ts";
import { inSeconds, type Output } from "./output.ts";
import { apiKeyFor, givenKey, loadSettings } from "./settings.ts";
import type { CommonOptions, DefineVerb } from "./verb.ts";
import { frame } from "./texts/frame/en.ts";
import { recordsTexts, type RecordsTexts } from "./texts/records/en.ts";
import { padded, widest } from "./width.ts";

interface StatusOptions extends CommonOptions {
  readonly url?: string;
  readonly key?: string;
  readonly keyFile?: string;
}

export const defineStatus: DefineVerb = (program, act) => {
  program
    .command("status")
    .summary(recordsTexts().status.summary)
    .description(recordsTexts().status.description)
    .option("--url <url>", frame().url, address)
    .option("--key <key>", recordsTexts().status.key)
    .option("--key-file <file>", frame().keyFile)
    .option("--json", frame().json)
    .addHelpText("after", recordsTexts().status.after)
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

/** A label and what is said, in columns. */
function sayLabelled(label: keyof RecordsTexts["statusLabels"], what: string, output: Output): void {
  const { statusLabels } = recordsTexts();
  const width = Math.max(11, widest(Object.values(statusLabels)) + 2);
  output.say(`${padded(statusLabels[label], width)}${what}`);
}

function sayStatus(status: LedgerStatus, url: string, output: Output): void {
  const { treeSize, finalizedSize, pendingEntries, health, lastChainAnswerAt } = status;
  const texts = recordsTexts();
  sayLabelled("log", texts.logAt(status.origin, url), output);
  sayLabelled("key", status.vkey, output);
  sayLabelled("entries", texts.entriesOf(treeSize, finalizedSize), output);
  sayLabelled("waiting", texts.waitingOf(pendingEntries, status.queueLength), output);
  const last = lastChainAnswerAt === null ? undefined : inSeconds(lastChainAnswerAt);
  sayLabelled("chain", texts.chainOf(status.chainId, last), output);
  sayLabelled("contract", status.contract, output);
  sayAnchoring(status.anchoring, output);
  output.say(health.ok ? texts.healthy : texts.notHealthy, { mark: health.ok ? "holds" : "refuted" });
  for (const { code, severity, message, facts, since } of health.alarms) {
    output.say(`  ${texts.alarm(severity === "red", code, inSeconds(since), texts.alarmNames?.[code] ?? message)}`);
    if (texts.alarmSentences === undefined) continue;
    for (const sentence of sentencesOf(texts.alarmSentences, facts, (time) => inSeconds(time * 1_000)))
      output.say(`    ${sentence}`);
  }
  if (health.alarms.length > 0) output.hint(texts.alarmHelp);
}

function sayAnchoring(anchoring: AnchoringView, output: Output): void {
  const { account, balanceWei, spentTodayWei, height, finalizedHeight, finality, lastFinal, outstanding } = anchoring;
  const { lagSeconds } = anchoring;
  const texts = recordsTexts();
  const funds = balanceWei === null ? texts.noFunds : `${ether(balanceWei)} ETH`;
  const spent = spentTodayWei === null ? "" : texts.spent(ether(spentTodayWei));
  const heights = height === null ? texts.noBlock : texts.heightsOf(height, finalizedHeight ?? 0, finality);
  sayLabelled("heights", heights, output);
  sayLabelled("account", `${account}, ${funds}${spent}`, output);
  const newest = lastFinal ? texts.newest(lastFinal.treeSize, inSeconds(lastFinal.at)) : texts.noneFinal;
  const lag = lagSeconds > 0 ? Math.round(lagSeconds) : undefined;
  sayLabelled("anchors", texts.anchorsOf(newest, outstanding, lag), output);
  for (const { name, ok, lastError } of anchoring.endpoints)
    sayLabelled(
      "endpoint",
      ok ? texts.answers(name) : texts.silent(name, lastError === null ? "" : `: ${lastError}`),
      output,
    );
  for (const { name, lastSize, lastError } of anchoring.witnesses) {
    const last = lastSize === null ? texts.cosignedNothing : texts.lastCosigned(lastSize);
    sayLabelled("witness", `${name}, ${last}${lastError ? `; ${lastError}` : ""}`, output);
  }
}

/** For people: six decimals. */
function ether(wei: string): string {
  return (Number(BigInt(wei) / 1_000_000_000_000n) / 1e6).toString();
}
