/**
 * `warifu witness`: runs a witness of transparency logs until it is told to stop. It needs no service and no settings: it
 * uses only the command line and its data folder.
 */
import { once } from "node:events";
import { resolve } from "node:path";
import { InvalidArgumentError } from "commander";
import { messageOf, WarifuError } from "../core/errors.ts";
import { groupLogs, logOfKey, parseLogList, type ListedLog } from "../core/tlog-list.ts";
import type { WitnessService } from "../witness/start.ts";
import { adviceOn, EXIT, type ExitCode } from "./exit-code.ts";
import { readNamedFile } from "./named-files.ts";
import type { Output } from "./output.ts";
import { watchStopSignals } from "./stop-signal.ts";
import { witnessTexts } from "./texts/witness/en.ts";
import { detailOf, lineOf, type CommonOptions, type DefineVerb } from "./verb.ts";
import { padded, widest } from "./width.ts";

interface WitnessVerbOptions extends CommonOptions {
  readonly name?: string;
  readonly log?: readonly ListedLog[];
  readonly logs?: string;
  readonly mlDsa?: boolean;
  readonly data: string;
  readonly host: string;
  readonly port: number;
}

export const defineWitness: DefineVerb = (program, act) => {
  program
    .command("witness")
    .summary(witnessTexts().witness.summary)
    .description(witnessTexts().witness.description)
    .option("--name <name>", witnessTexts().witness.name, witnessName)
    .option("--log <vkey>", witnessTexts().witness.log, logKeys)
    .option("--logs <file>", witnessTexts().witness.logs)
    .option("--ml-dsa", witnessTexts().witness.mlDsa)
    .option("--data <folder>", witnessTexts().witness.data, "data/witness")
    .option("--host <address>", witnessTexts().witness.host, "127.0.0.1")
    .option("--port <n>", witnessTexts().witness.port, portNumber, 8_090)
    .option("--json", witnessTexts().witness.json)
    .addHelpText("after", witnessTexts().witness.after)
    .action((options: WitnessVerbOptions) => act(options, (output) => runWitness(options, output)));
};

async function runWitness(options: WitnessVerbOptions, output: Output): Promise<ExitCode> {
  const logs = logsOf(options, output);
  const stopping = watchStopSignals(() => output.say(witnessTexts().stopping));
  try {
    // Loaded here, so that the other verbs do not have to load a server.
    const { startWitness } = await import("../witness/start.ts");
    const service = await startWitness({
      dataDir: resolve(options.data),
      name: options.name,
      signsMlDsa: options.mlDsa,
      logs,
      host: options.host,
      port: options.port,
      onConflict: ({ kind, origin }) => output.hint(witnessTexts().conflicts[kind](origin)),
    });
    try {
      sayWhere(service, options, output);
      return await untilStopped(service, stopping.signal, output);
    } finally {
      await service.close();
      output.say(witnessTexts().stopped);
    }
  } finally {
    stopping.release();
  }
}

function logsOf({ log = [], logs }: WitnessVerbOptions, output: Output): ListedLog[] {
  const list = logs === undefined ? undefined : parseLogList(readNamedFile(logs, "list of logs"));
  const listed = list?.logs ?? [];
  for (const what of list?.passedOver ?? []) output.hint(witnessTexts().passedOver(String(logs), what));
  // The list must not add keys to a log that the operator has named.
  const others = listed.filter(({ origin }) => !log.some((named) => named.origin === origin));
  const all = [...groupLogs(log), ...others];
  if (all.length === 0) throw new WarifuError("USAGE", "there is no log to witness: name one with --log or --logs");
  return all;
}

function sayWhere(
  { url, name, vkey, mlDsaVkey, witness }: WitnessService,
  { data }: WitnessVerbOptions,
  output: Output,
): void {
  const { origins } = witness;
  output.document({
    url,
    name,
    vkey,
    ...(mlDsaVkey !== undefined && { mlDsaVkey }),
    logs: origins,
    dataDir: resolve(data),
  });
  const words = witnessTexts();
  const width = widest(Object.values(words.labels)) + 2;
  const line = (label: keyof typeof words.labels, value: string): string =>
    `${padded(words.labels[label], width)}${value}`;
  output.say(line("witness", name), { mark: "holds" });
  output.say(line("address", url));
  output.say(line("vkey", vkey));
  if (mlDsaVkey !== undefined) output.say(line("mlDsaVkey", mlDsaVkey));
  output.say(line("data", resolve(data)));
  const shown = `${origins.slice(0, 5).join(", ")}${origins[5] ? ", …" : ""}`;
  output.say(line("witnessing", words.logs(origins.length, shown)));
  output.say(words.howToStop);
}

async function untilStopped(service: WitnessService, signal: AbortSignal, output: Output): Promise<ExitCode> {
  const told = signal.aborted ? Promise.resolve() : once(signal, "abort").then(() => undefined);
  const reason = await Promise.race([told, service.stopped]);
  if (!reason) return EXIT.holds;
  output.error(witnessTexts().stoppedByItself(lineOf(reason)), adviceOn("STORE_FAILED"), detailOf(reason));
  return EXIT.refuted;
}

function witnessName(text: string): string {
  // Anything that a key of a note can be called, but without a scheme: it is a name, not a location.
  if (!/^[!-*,-~]{1,255}$/.test(text) || text.includes("://"))
    throw new InvalidArgumentError(witnessTexts().values.name);
  return text;
}

function logKeys(text: string, before: readonly ListedLog[] = []): ListedLog[] {
  try {
    return [...before, logOfKey(text)];
  } catch (error) {
    throw new InvalidArgumentError(witnessTexts().values.logKey(messageOf(error)));
  }
}

function portNumber(text: string): number {
  const value = /^[0-9]{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= 65_535)) throw new InvalidArgumentError(witnessTexts().values.port);
  return value;
}
