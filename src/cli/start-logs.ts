/**
 * `warifu start` of a service with several logs: says how each of them fares and where it is, until it is told to stop or none
 * is left that runs.
 */
import { once } from "node:events";
import type { Config } from "../config.ts";
import type { HostedSetUp } from "../service/logs-file.ts";
import { EXIT, EXIT_CODES, type ExitCode } from "./exit-code.ts";
import type { Output } from "./output.ts";
import { watchStopSignals } from "./stop-signal.ts";
import { startTexts } from "./texts/start/en.ts";
import { detailOf, lineOf } from "./verb.ts";
import { padded, widest } from "./width.ts";

/** Runs them. @throws as the start of several logs, before any of them is started */
export async function startSeveral(config: Config, setUps: readonly HostedSetUp[], output: Output): Promise<ExitCode> {
  const words = startTexts();
  let reopen = (): void => undefined;
  const stopping = watchStopSignals(
    () => output.say(words.stopping),
    () => reopen(),
  );
  try {
    output.say(words.startingLogs(setUps.length));
    const { startLogs } = await import("../main.ts");
    const service = await startLogs(config, setUps, { tell: (line) => output.say(`  ${words.told(line)}`) });
    reopen = () => service.reopenLog();
    try {
      sayWhere(service, output);
      const told = stopping.signal.aborted ? Promise.resolve() : once(stopping.signal, "abort").then(() => undefined);
      const reason = await Promise.race([told, service.stopped]);
      if (!reason) return EXIT.holds;
      output.error(words.noneRuns(lineOf(reason)), words.seeLog(config.dataDir), detailOf(reason));
      return EXIT_CODES[reason.code];
    } finally {
      await service.close();
      output.say(words.stopped);
    }
  } finally {
    stopping.release();
  }
}

type Logs = Awaited<ReturnType<typeof import("../main.ts").startLogs>>;

function sayWhere({ url, logs }: Logs, output: Output): void {
  const words = startTexts();
  const rows = logs.map(({ setUp: { name, path, config }, state: { isRunning, failure } }) => ({
    ...{ name, origin: config.origin, url: url + path, state: isRunning ? "running" : "stopped" },
    ...{ code: failure?.code ?? null, dataDir: config.dataDir },
  }));
  output.document({ url, logs: rows });
  const width = widest(rows.map(({ name }) => name)) + 2;
  output.say();
  for (const { name, url: at, origin, code } of rows)
    output.say(`${padded(name, width)}${at}   (${origin})${code === null ? "" : `   ${code}`}`, {
      mark: code === null ? "holds" : "refuted",
    });
  output.say();
  output.say(words.allLogs(url));
  output.say(words.oneLog(rows[0]?.name ?? ""));
  output.say(words.howToStop);
}
