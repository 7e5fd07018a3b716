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
import { counted, type Output } from "./output.ts";
import { watchStopSignals } from "./stop-signal.ts";
import { detailOf, lineOf, type CommonOptions, type DefineVerb } from "./verb.ts";

interface WitnessVerbOptions extends CommonOptions {
  readonly name?: string;
  readonly log?: readonly ListedLog[];
  readonly logs?: string;
  readonly data: string;
  readonly host: string;
  readonly port: number;
}

const EXAMPLES = `
The first start makes the key of the witness and an empty memory in its data folder; --name is needed then. What is
printed as vkey goes into the settings of the logs and into the policies of verifiers. Never put an older copy of the
folder back, never run two copies: a witness that forgets what it cosigned can be made to cosign another history. Ctrl-C
stops it.

A file of logs has the form of https://c2sp.org/tlog-list: the line logs/v0, then for each log "vkey …", "origin …" where
that is not the key's name, "qpd …" and "contact …".

Examples:
  warifu witness --name witness.example.org/w1 --log ledger.example.org/2026+1d21214d+AQ11…
  warifu witness --data /var/lib/witness --logs logs.txt --host 0.0.0.0 --port 8090`;

export const defineWitness: DefineVerb = (program, act) => {
  program
    .command("witness")
    .summary("cosign the checkpoints of logs")
    .description("Runs a witness: it cosigns checkpoints of any C2SP log that only ever grows, and refuses all others.")
    .option("--name <name>", "name of the witness, a URL without its scheme; needed at the first start", witnessName)
    .option("--log <vkey>", "verifier key of a log to witness; may be repeated", logKeys)
    .option("--logs <file>", "a file that lists logs to witness")
    .option("--data <folder>", "folder of the key and the memory", "data/witness")
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option("--port <n>", "port to listen on; 0 takes any that is free", portNumber, 8_090)
    .option("--json", "print one JSON document once the witness is ready, and nothing else")
    .addHelpText("after", EXAMPLES)
    .action((options: WitnessVerbOptions) => act(options, (output) => runWitness(options, output)));
};

async function runWitness(options: WitnessVerbOptions, output: Output): Promise<ExitCode> {
  const logs = logsOf(options, output);
  const stopping = watchStopSignals(() => output.say("stopping…"));
  try {
    // Loaded here, so that the other verbs do not have to load a server.
    const { startWitness } = await import("../witness/start.ts");
    const service = await startWitness({
      dataDir: resolve(options.data),
      name: options.name,
      logs,
      host: options.host,
      port: options.port,
      onConflict: ({ kind, origin }) => output.hint(SENTENCES[kind](origin)),
    });
    try {
      sayWhere(service, options, output);
      return await untilStopped(service, stopping.signal, output);
    } finally {
      await service.close();
      output.say("stopped");
    }
  } finally {
    stopping.release();
  }
}

const SENTENCES = {
  "split-view": (origin: string) =>
    `ALARM: the log ${origin} signed two different trees of one size; both checkpoints are kept as evidence`,
  unproven: (origin: string) =>
    `refused: a checkpoint that the log ${origin} signed was not proven to extend the last one; it is kept`,
} as const;

function logsOf({ log = [], logs }: WitnessVerbOptions, output: Output): ListedLog[] {
  const list = logs === undefined ? undefined : parseLogList(readNamedFile(logs, "list of logs"));
  const listed = list?.logs ?? [];
  for (const what of list?.passedOver ?? []) output.hint(`passed over in ${logs}: ${what}`);
  // The list must not add keys to a log that the operator has named.
  const others = listed.filter(({ origin }) => !log.some((named) => named.origin === origin));
  const all = [...groupLogs(log), ...others];
  if (all.length === 0) throw new WarifuError("USAGE", "there is no log to witness: name one with --log or --logs");
  return all;
}

function sayWhere({ url, name, vkey, witness }: WitnessService, { data }: WitnessVerbOptions, output: Output): void {
  const { origins } = witness;
  output.document({ url, name, vkey, logs: origins, dataDir: resolve(data) });
  output.say(`witness     ${name}`, { mark: "holds" });
  output.say(`address     ${url}`);
  output.say(`vkey        ${vkey}`);
  output.say(`data        ${resolve(data)}`);
  output.say(
    `witnessing  ${counted(origins.length, "log")}: ${origins.slice(0, 5).join(", ")}${origins[5] ? ", …" : ""}`,
  );
  output.say("Ctrl-C stops it.");
}

async function untilStopped(service: WitnessService, signal: AbortSignal, output: Output): Promise<ExitCode> {
  const told = signal.aborted ? Promise.resolve() : once(signal, "abort").then(() => undefined);
  const reason = await Promise.race([told, service.stopped]);
  if (!reason) return EXIT.holds;
  output.error(`the witness stopped by itself: ${lineOf(reason)}`, adviceOn("STORE_FAILED"), detailOf(reason));
  return EXIT.refuted;
}

function witnessName(text: string): string {
  // Anything that a key of a note can be called, but without a scheme: it is a name, not a location.
  if (!/^[!-*,-~]{1,255}$/.test(text) || text.includes("://"))
    throw new InvalidArgumentError("It is a URL without its scheme: printable ASCII, no space, no plus.");
  return text;
}

function logKeys(text: string, before: readonly ListedLog[] = []): ListedLog[] {
  try {
    return [...before, logOfKey(text)];
  } catch (error) {
    throw new InvalidArgumentError(`It is not one: ${messageOf(error)}.`);
  }
}

function portNumber(text: string): number {
  const value = /^[0-9]{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= 65_535)) throw new InvalidArgumentError("It is a port, a whole number from 0 to 65535.");
  return value;
}
