/**
 * `warifu start`: runs the service until it is told to stop, says what it does and where to look, and shows a small city
 * feed from submission to a verified proof.
 */
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import type { Config } from "../config.ts";
import { PROGRAM_DIR } from "../files/program-dir.ts";
import { messageOf } from "../core/errors.ts";
import type { Service } from "../main.ts";
import { adviceOn, EXIT, EXIT_CODES, type ExitCode } from "./exit-code.ts";
import { speak } from "./language.ts";
import type { Output } from "./output.ts";
import { loadLogs, loadSettings, ownApiKey } from "./settings.ts";
import { shellWord } from "./shell-word.ts";
import { watchStopSignals } from "./stop-signal.ts";
import { startTexts } from "./texts/start/en.ts";
import { detailOf, lineOf, type CommonOptions, type DefineVerb } from "./verb.ts";
import { padded, widest } from "./width.ts";

interface StartOptions extends CommonOptions {
  readonly feed: boolean;
}

/** Columns of a label, as scripts know them. */
const NARROWEST = 12;

export const defineStart: DefineVerb = (program, act) => {
  program
    .command("start")
    .summary(startTexts().start.summary)
    .description(startTexts().start.description)
    .option("--no-feed", startTexts().start.noFeed)
    .option("--json", startTexts().start.json)
    .addHelpText("after", startTexts().start.after)
    .action((options: StartOptions) => act(options, (output) => start(options, output)));
};

async function start(options: StartOptions, output: Output): Promise<ExitCode> {
  keepInspectorShut();
  const config = loadSettings();
  const setUps = loadLogs(config);
  // Loaded here, so that a service of one log does not load it.
  if (setUps) return (await import("./start-logs.ts")).startSeveral(config, setUps, output);
  let opened: Service | undefined;
  const stopping = watchStopSignals(
    () => output.say(startTexts().stopping),
    () => opened?.reopenLog(),
  );
  try {
    const service = await openService(config, output);
    opened = service;
    try {
      return await serve(service, config, options, output, stopping.signal);
    } finally {
      await service.close();
      output.say(startTexts().stopped);
    }
  } finally {
    stopping.release();
  }
}

/** Node opens its inspector on this signal, and anybody who can reach it can run code in a process that holds every key. */
function keepInspectorShut(): void {
  if (process.platform !== "win32") process.on("SIGUSR1", () => undefined);
}

async function openService(config: Config, output: Output): Promise<Service> {
  const startedAt = performance.now();
  output.say(startTexts().starting(config.dataDir));
  // Loaded here, so that the other verbs do not have to load a server and a chain's client.
  const { startService } = await import("../main.ts");
  const service = await startService(config, { tell: (line) => output.say(`  ${startTexts().told(line)}`) });
  output.say(startTexts().ready(((performance.now() - startedAt) / 1_000).toFixed(1)), { mark: "holds" });
  return service;
}

/** Runs until a signal comes or the service stops by itself. */
async function serve(
  service: Service,
  config: Config,
  options: StartOptions,
  output: Output,
  signal: AbortSignal,
): Promise<ExitCode> {
  await sayWhere(service, config, output);
  const feed = startFeed(service, config, options, output, signal);
  const told = signal.aborted ? Promise.resolve() : once(signal, "abort").then(() => undefined);
  const reason = await Promise.race([told, service.stopped]);
  if (reason) {
    output.error(
      startTexts().stoppedByItself(lineOf(reason)),
      adviceOn(reason.code) ?? startTexts().seeLog(config.dataDir),
      detailOf(reason),
    );
    return EXIT_CODES[reason.code];
  }
  await feed;
  return EXIT.holds;
}

async function sayWhere(service: Service, config: Config, output: Output): Promise<void> {
  const { url, policyFile, apiKeysFile } = service;
  const chainUrl = withoutSecrets(service.chainUrl);
  const { origin, chainId, contract, treeSize } = await service.ledger.status();
  output.document({
    url,
    origin,
    chainUrl,
    chainId,
    contract,
    treeSize,
    dataDir: config.dataDir,
    policyFile,
    apiKeysFile,
  });
  output.say();
  const words = startTexts();
  const width = Math.max(NARROWEST, widest(Object.values(words.labels)) + 2);
  const line = (label: keyof typeof words.labels, value: string): void =>
    output.say(`${padded(words.labels[label], width)}${value}`);
  line("service", url);
  line("status", `${url}/v1/status`);
  line("api", `${url}/openapi.json`);
  line("log", `${url}/log/checkpoint   (${origin})`);
  line("chain", words.chainOf(chainUrl, chainId));
  line("contract", contract);
  line("data", config.dataDir);
  line("policy", policyFile);
  line("apiKeys", apiKeysFile);
  output.say();
  const [prefix, place] = commandParts(service, config);
  // On a chain that is not this service's own, the policy requires asking a node.
  const rpc = config.chain.rpcUrls === undefined ? "" : " --rpc URL";
  output.say(startTexts().tryIt);
  output.say(`  ${prefix}npx warifu submit ${shellWord(exampleFile())}${place}`);
  output.say(`  ${prefix}npx warifu prove ID -o bundle.json${place}`);
  output.say(`  ${prefix}npx warifu verify bundle.json --policy ${shellWord(policyFile)}${rpc}`);
  output.say(`  ${prefix}npx warifu status${place}`);
  output.say(startTexts().howToStop);
  output.say();
}

/** Only scheme and host: the user name, path and query of an endpoint may contain a key. */
function withoutSecrets(url: string): string {
  return new URL(url).origin;
}

/** The feed's file, as a path relative to the current folder if it is inside that; an installed package has none. */
function exampleFile(): string {
  const path = join(PROGRAM_DIR, "examples", "feed.ndjson");
  const fromHere = relative("", path);
  if (!existsSync(path)) return "records.ndjson";
  return fromHere.startsWith("..") ? path : fromHere;
}

/** What commands in another terminal need in addition if the settings are not the defaults. */
function commandParts({ url }: Service, { dataDir }: Config): [prefix: string, place: string] {
  const prefix = dataDir === resolve("data") ? "" : `WARIFU_DATA_DIR=${shellWord(dataDir)} `;
  return [prefix, url === "http://127.0.0.1:8080" ? "" : ` --url ${url}`];
}

/** Runs the feed, if wanted; a failure is reported but does not stop the service. */
async function startFeed(
  service: Service,
  config: Config,
  options: StartOptions,
  output: Output,
  signal: AbortSignal,
): Promise<void> {
  // Examples have no place in a log that others rely on.
  const isOwnChain = config.chain.rpcUrls === undefined;
  if (!options.feed || !config.feed || !isOwnChain || signal.aborted) return;
  const { url, policyFile, chainUrl } = service;
  try {
    const apiKey = config.client.apiKey ?? ownApiKey("submitter", config);
    const { runFeed } = await import("./feed.ts");
    // What came with it has texts too.
    await speak();
    const id = await runFeed({ url, apiKey, policyFile, chainUrl, output, signal });
    if (id === undefined) return;
    const [prefix, place] = commandParts(service, config);
    output.say();
    output.say(startTexts().checkIt);
    output.say(`  ${prefix}npx warifu prove ${id} -o bundle.json${place}`);
    output.say(`  ${prefix}npx warifu verify bundle.json --policy ${shellWord(policyFile)} --rpc ${chainUrl}`);
    output.say();
  } catch (error) {
    if (signal.aborted) return;
    output.hint(startTexts().feedEnded(messageOf(error)));
  }
}
