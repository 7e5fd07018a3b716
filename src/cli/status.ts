/**
 * `warifu status`: the state of the service, in words for people.
 */
import type { AnchoringView, LedgerStatus } from "../read/status.ts";
import { WarifuError } from "../core/errors.ts";
import { createClient } from "../client/client.ts";
import { sentencesOf } from "../texts/alarm-facts/forms.ts";
import { EXIT } from "./exit-code.ts";
import { address } from "./option-values.ts";
import { inSeconds, type Mark } from "./output.ts";
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
        const lines = readable(() => [...linesOf(status, url)], url);
        output.document(status);
        for (const { text, mark } of lines) output.say(text, mark && { mark });
        if (status.health.alarms.length > 0) output.hint(recordsTexts().alarmHelp);
        return status.health.ok ? EXIT.holds : EXIT.refuted;
      }),
    );
};

/** A line, and how it is marked. */
interface Line {
  readonly text: string;
  readonly mark?: Mark;
}

/** A server may answer anything; an answer that is not a status is its fault, not this program's, and nothing of it is said. */
function readable(lines: () => Line[], url: string): Line[] {
  try {
    return lines();
  } catch (cause) {
    throw new WarifuError("SERVICE_UNREACHABLE", `${url} answered with what is no status of this service`, { cause });
  }
}

/** A label and what is said, in columns. */
function labelled(label: keyof RecordsTexts["statusLabels"], what: string): Line {
  const { statusLabels } = recordsTexts();
  const width = Math.max(11, widest(Object.values(statusLabels)) + 2);
  return { text: `${padded(statusLabels[label], width)}${what}` };
}

function* linesOf(status: LedgerStatus, url: string): Generator<Line> {
  const { treeSize, finalizedSize, pendingEntries, health, lastChainAnswerAt } = status;
  const texts = recordsTexts();
  yield labelled("log", texts.logAt(status.origin, url));
  yield labelled("key", status.vkey);
  yield labelled("entries", texts.entriesOf(treeSize, finalizedSize));
  yield labelled("waiting", texts.waitingOf(pendingEntries, status.queueLength));
  const last = lastChainAnswerAt === null ? undefined : inSeconds(lastChainAnswerAt);
  yield labelled("chain", texts.chainOf(status.chainId, last));
  yield labelled("contract", status.contract);
  yield* linesOfAnchoring(status.anchoring);
  yield { text: health.ok ? texts.healthy : texts.notHealthy, mark: health.ok ? "holds" : "refuted" };
  for (const { code, severity, message, facts, since } of health.alarms) {
    const told = texts.alarm(severity === "red", code, inSeconds(since), texts.alarmNames?.[code] ?? message);
    yield { text: `  ${told}` };
    if (texts.alarmSentences === undefined) continue;
    for (const sentence of sentencesOf(texts.alarmSentences, facts, (time) => inSeconds(time * 1_000)))
      yield { text: `    ${sentence}` };
  }
}

function* linesOfAnchoring(anchoring: AnchoringView): Generator<Line> {
  const { account, balanceWei, spentTodayWei, height, finalizedHeight, finality, lastFinal, outstanding } = anchoring;
  const { lagSeconds } = anchoring;
  const texts = recordsTexts();
  const funds = balanceWei === null ? texts.noFunds : `${ether(balanceWei)} ETH`;
  const spent = spentTodayWei === null ? "" : texts.spent(ether(spentTodayWei));
  const heights = height === null ? texts.noBlock : texts.heightsOf(height, finalizedHeight ?? 0, finality);
  yield labelled("heights", heights);
  yield labelled("account", `${account}, ${funds}${spent}`);
  const newest = lastFinal ? texts.newest(lastFinal.treeSize, inSeconds(lastFinal.at)) : texts.noneFinal;
  const lag = lagSeconds > 0 ? Math.round(lagSeconds) : undefined;
  yield labelled("anchors", texts.anchorsOf(newest, outstanding, lag));
  for (const { name, ok, lastError } of anchoring.endpoints) {
    const silent = texts.silent(name, lastError === null ? "" : `: ${lastError}`);
    yield labelled("endpoint", ok ? texts.answers(name) : silent);
  }
  for (const { name, lastSize, lastError } of anchoring.witnesses) {
    const last = lastSize === null ? texts.cosignedNothing : texts.lastCosigned(lastSize);
    yield labelled("witness", `${name}, ${last}${lastError ? `; ${lastError}` : ""}`);
  }
}

/** For people: six decimals. */
function ether(wei: string): string {
  return (Number(BigInt(wei) / 1_000_000_000_000n) / 1e6).toString();
}
