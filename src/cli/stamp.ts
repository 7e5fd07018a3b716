/**
 * `warifu stamp`: has the checkpoint of a bundle stamped by a time-stamping authority, and the token put into the bundle; or
 * renews what is in it. It needs no settings of a service: whoever holds a bundle may choose whom to ask.
 */
import { formatBundle, parseBundle } from "../core/bundle.ts";
import { toBase64 } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import { stampBy, type TimeAuthority } from "../cosign/time-authority.ts";
import { certificatesInPem } from "../keys/pem-certificates.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { readNamedFile, writeNamedFile } from "./named-files.ts";
import { address } from "./option-values.ts";
import { assertOwnFile } from "./own-file.ts";
import { inSeconds, type Output } from "./output.ts";
import { bytesOfLog } from "./prove-timestamps.ts";
import { frame } from "./texts/frame/en.ts";
import { stampTexts } from "./texts/stamp/en.ts";
import type { CommonOptions, DefineVerb } from "./verb.ts";

interface StampOptions extends CommonOptions {
  readonly tsa: string;
  readonly certificate: readonly string[];
  readonly renew?: boolean;
  readonly output?: string;
}

const TIMEOUT_MS = 30_000;

export const defineStamp: DefineVerb = (program, act) => {
  program
    .command("stamp")
    .argument("<file>", stampTexts().bundle)
    .summary(stampTexts().summary)
    .description(stampTexts().description)
    .requiredOption("--tsa <url>", stampTexts().tsa, address)
    .requiredOption("--certificate <file>", stampTexts().certificate, (file: string, before: string[] = []) => [
      ...before,
      file,
    ])
    .option("--renew", stampTexts().renew)
    .option("-o, --output <file>", stampTexts().output)
    .option("--json", frame().json)
    .addHelpText("after", stampTexts().after)
    .action((bundle: string, options: StampOptions) => act(options, (output) => stamp(bundle, options, output)));
};

async function stamp(path: string, options: StampOptions, output: Output): Promise<ExitCode> {
  const bundle = parseBundle(assertOwnFile(readNamedFile(path, "proof bundle"), "proof bundle", path));
  const stamped = bytesOfLog(bundle);
  const authority = authorityOf(options);
  const { timestamps = [] } = bundle;
  const before = options.renew ? timestamps : [{ tokens: [] }];
  if (before.length === 0) throw new WarifuError("USAGE", `${path} has no timestamp that could be renewed`);
  const made = [];
  for (const series of before) made.push(await stampBy(authority, stamped, series));
  const all = [...(options.renew ? [] : timestamps), ...made.map(({ series }) => series)];
  const file = options.output ?? path;
  writeNamedFile(file, formatBundle({ ...bundle, timestamps: all }), "proof bundle");
  output.document({ file, timestamps: made.map(({ time }) => time) });
  for (const { time } of made) {
    const [when, until] = [time.time, time.until].map((seconds) => inSeconds(seconds * 1_000)) as [string, string];
    output.say(stampTexts().stamped(file, time.tsa, when, until), { mark: "holds" });
  }
  return EXIT.holds;
}

/** The user named the address on purpose, so it may be in a private network. */
function authorityOf({ tsa: url, certificate }: StampOptions): TimeAuthority {
  const certificates = certificate.flatMap((file) =>
    certificatesInPem(readNamedFile(file, "certificate"), file).map(({ bytes }) => toBase64(bytes)),
  );
  return { url, certificates, timeoutMs: TIMEOUT_MS, allowPrivate: true };
}
