/**
 * `warifu serve-log`: serves a log's files from object storage until it is told to stop. It uses the command line and the
 * file that names the storage, and nothing of the service.
 */
import { once } from "node:events";
import { resolve } from "node:path";
import { InvalidArgumentError } from "commander";
import { EXIT, type ExitCode } from "./exit-code.ts";
import type { Output } from "./output.ts";
import { watchStopSignals } from "./stop-signal.ts";
import { serveLogTexts } from "./texts/serve-log/en.ts";
import type { CommonOptions, DefineVerb } from "./verb.ts";
import { padded, widest } from "./width.ts";

interface ServeLogOptions extends CommonOptions {
  readonly host: string;
  readonly port: number;
  readonly rate: number;
  readonly trustedProxies: number;
}

export const defineServeLog: DefineVerb = (program, act) => {
  const words = serveLogTexts();
  program
    .command("serve-log")
    .summary(words.verb.summary)
    .description(words.verb.description)
    .argument("<file>", words.verb.settings)
    .option("--host <address>", words.verb.host, "127.0.0.1")
    .option("--port <n>", words.verb.port, wholeNumber(0, 65_535, words.port), 8_085)
    .option("--rate <n>", words.verb.rate, wholeNumber(1, 1_000_000_000, words.rate), 60_000)
    .option("--trusted-proxies <n>", words.verb.proxies, wholeNumber(0, 16, words.proxies), 0)
    .option("--json", words.verb.json)
    .addHelpText("after", words.verb.after)
    .action((file: string, options: ServeLogOptions) =>
      act(options, (output) => serve(resolve(file), options, output)),
    );
};

async function serve(
  file: string,
  { host, port, rate, trustedProxies }: ServeLogOptions,
  output: Output,
): Promise<ExitCode> {
  const words = serveLogTexts();
  const stopping = watchStopSignals(() => output.say(words.stopping));
  try {
    // Loaded here, so that the other verbs do not have to load a server.
    const [{ storageAt }, { startLogFront }] = await Promise.all([
      import("../object-storage/settings.ts"),
      import("../object-storage/front.ts"),
    ]);
    const storage = storageAt(file);
    const front = await startLogFront({ storage, host, port, ratePerMinute: rate, trustedProxies });
    const width = widest(Object.values(words.labels)) + 2;
    output.document({ url: front.url, storage: storage.name });
    output.say(`${padded(words.labels.log, width)}${front.url}`, { mark: "holds" });
    output.say(`${padded(words.labels.storage, width)}${storage.name}`);
    output.say(words.howToStop);
    if (!stopping.signal.aborted) await once(stopping.signal, "abort");
    await front.close();
    output.say(words.stopped);
    return EXIT.holds;
  } finally {
    stopping.release();
  }
}

function wholeNumber(least: number, most: number, otherwise: string): (text: string) => number {
  return (text) => {
    const value = /^[0-9]{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most)) throw new InvalidArgumentError(otherwise);
    return value;
  };
}
