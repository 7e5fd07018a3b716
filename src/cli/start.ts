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
import type { Output } from "./output.ts";
import { loadSettings, ownApiKey } from "./settings.ts";
import { shellWord } from "./shell-word.ts";
import { watchStopSignals } from "./stop-signal.ts";
import { detailOf, lineOf, type CommonOptions, type DefineVerb } from "./verb.ts";

interface StartOptions extends CommonOptions {
  readonly feed: boolean;
}

const EXAMPLES = `
In a checkout, without settings, it starts a local Hardhat chain in memory, deploys the contract there, and keeps its data
in the folder data/. With WARIFU_RPC_URL and an anchoring account (WARIFU_ANCHOR_KEY, for one) it anchors on that chain
instead, and nothing is fed; an installed package has no local chain and needs both. Ctrl-C stops it; the next start goes
on with the data. The port is the setting WARIFU_HTTP_PORT.

Examples:
  warifu start
  warifu start --no-feed
  WARIFU_DATA_DIR=/var/lib/warifu WARIFU_HTTP_PORT=9000 warifu start`;

export const defineStart: DefineVerb = (program, act) => {
  program
    .command("start")
    .summary("run the service")
    .description("Runs the service, in a checkout with a local chain of its own unless another is set.")
    .option("--no-feed", "do not submit the records of the example city feed")
    .option("--json", "print one JSON document once the service is ready, and nothing else")
    .addHelpText("after", EXAMPLES)
    .action((options: StartOptions) => act(options, (output) => start(options, output)));
};

async function start(options: StartOptions, output: Output): Promise<ExitCode> {
  keepInspectorShut();
  const config = loadSettings();
  let opened: Service | undefined;
  const stopping = watchStopSignals(
    () => output.say("stopping…"),
    () => opened?.reopenLog(),
  );
  try {
    const service = await openService(config, output);
    opened = service;
    try {
      return await serve(service, config, options, output, stopping.signal);
    } finally {
      await service.close();
      output.say("stopped");
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
  output.say(`starting, data in ${config.dataDir}`);
  // Loaded here, so that the other verbs do not have to load a server and a chain's client.
  const { startService } = await import("../main.ts");
  const service = await startService(config, { tell: (line) => output.say(`  ${line}`) });
  output.say(`ready in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`, { mark: "holds" });
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
      `the service stopped by itself: ${lineOf(reason)}`,
      adviceOn(reason.code) ?? SEE_LOG(config),
      detailOf(reason),
    );
    return EXIT_CODES[reason.code];
  }
  await feed;
  return EXIT.holds;
}

const SEE_LOG = ({ dataDir }: Config): string =>
  `nothing that was acknowledged is lost; see service.log in ${dataDir}, fix the cause and start again`;

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
  output.say(`service     ${url}`);
  output.say(`status      ${url}/v1/status`);
  output.say(`API         ${url}/openapi.json`);
  output.say(`log         ${url}/log/checkpoint   (${origin})`);
  output.say(`chain       ${chainUrl}   (chain ${chainId})`);
  output.say(`contract    ${contract}`);
  output.say(`data        ${config.dataDir}`);
  output.say(`policy      ${policyFile}`);
  output.say(`API keys    ${apiKeysFile}`);
  output.say();
  const [prefix, place] = commandParts(service, config);
  // On a chain that is not this service's own, the policy requires asking a node.
  const rpc = config.chain.rpcUrls === undefined ? "" : " --rpc URL";
  output.say("try, in another terminal:");
  output.say(`  ${prefix}npx warifu submit ${shellWord(exampleFile())}${place}`);
  output.say(`  ${prefix}npx warifu prove ID -o bundle.json${place}`);
  output.say(`  ${prefix}npx warifu verify bundle.json --policy ${shellWord(policyFile)}${rpc}`);
  output.say(`  ${prefix}npx warifu status${place}`);
  output.say("Ctrl-C stops it.");
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
    const id = await runFeed({ url, apiKey, policyFile, chainUrl, output, signal });
    if (id === undefined) return;
    const [prefix, place] = commandParts(service, config);
    output.say();
    output.say("check it yourself:");
    output.say(`  ${prefix}npx warifu prove ${id} -o bundle.json${place}`);
    output.say(`  ${prefix}npx warifu verify bundle.json --policy ${shellWord(policyFile)} --rpc ${chainUrl}`);
    output.say();
  } catch (error) {
    if (signal.aborted) return;
    output.hint(`the city feed ended: ${messageOf(error)}`);
  }
}
