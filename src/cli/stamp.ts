/**
 * `warifu stamp`: has the checkpoint of a bundle stamped by a time-stamping authority, or entered into a calendar of
 * OpenTimestamps, and what it gave put into the bundle; or renews or completes what is in it. It needs no settings of a
 * service: whoever holds a bundle may choose whom to ask.
 */
import { formatBundle, parseBundle, type ProofBundle, type Timestamp } from "../core/bundle.ts";
import { toBase64 } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import { completedBy, enterInto, isInBlock, type Calendar } from "../cosign/calendar.ts";
import { stampBy, type TimeAuthority } from "../cosign/time-authority.ts";
import { certificatesInPem } from "../keys/pem-certificates.ts";
import type { StampedTime } from "../verify/verdict.ts";
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
  readonly tsa?: string;
  readonly certificate?: readonly string[];
  readonly calendar?: string;
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
    .option("--tsa <url>", stampTexts().tsa, address)
    .option("--certificate <file>", stampTexts().certificate, (file: string, before: string[] = []) => [
      ...before,
      file,
    ])
    .option("--calendar <url>", stampTexts().calendar, address)
    .option("--renew", stampTexts().renew)
    .option("-o, --output <file>", stampTexts().output)
    .option("--json", frame().json)
    .addHelpText("after", stampTexts().after)
    .action((bundle: string, options: StampOptions) => act(options, (output) => stamp(bundle, options, output)));
};

/** What is in the bundle afterwards, and what is said of it. */
interface Stamping {
  readonly timestamps: readonly Timestamp[];
  readonly made: readonly object[];
  readonly lines: (file: string) => readonly string[];
}

async function stamp(path: string, options: StampOptions, output: Output): Promise<ExitCode> {
  const bundle = parseBundle(assertOwnFile(readNamedFile(path, "proof bundle"), "proof bundle", path));
  const asked = askedIn(options);
  const { timestamps, made, lines } = await ("certificates" in asked
    ? byAuthority(asked, bundle, options)
    : byCalendar(asked, bundle, options));
  if (made.length === 0) throw new WarifuError("USAGE", `${path} has no timestamp that could be renewed`);
  const file = options.output ?? path;
  writeNamedFile(file, formatBundle({ ...bundle, timestamps }), "proof bundle");
  output.document({ file, timestamps: made });
  for (const line of lines(file)) output.say(line, { mark: "holds" });
  return EXIT.holds;
}

async function byAuthority(authority: TimeAuthority, bundle: ProofBundle, { renew }: StampOptions): Promise<Stamping> {
  const stamped = bytesOfLog(bundle);
  const timestamps: Timestamp[] = [...(bundle.timestamps ?? []), ...(renew ? [] : [{ tokens: [] }])];
  const made: StampedTime[] = [];
  for (const [at, series] of timestamps.entries()) {
    if (!("tokens" in series) || (!renew && series.tokens.length > 0)) continue;
    const stampedNow = await stampBy(authority, stamped, series);
    timestamps[at] = stampedNow.series;
    made.push(stampedNow.time);
  }
  const lines = (file: string): string[] =>
    made.map(({ tsa, time, until }) =>
      stampTexts().stamped(file, tsa, inSeconds(time * 1_000), inSeconds(until * 1_000)),
    );
  return { timestamps, made, lines };
}

/** Nobody waits hours for a block: a second call, with `--renew`, completes what the first one began. */
async function byCalendar(calendar: Calendar, bundle: ProofBundle, { renew }: StampOptions): Promise<Stamping> {
  const stamped = bytesOfLog(bundle);
  const timestamps = [...(bundle.timestamps ?? [])];
  const made: boolean[] = [];
  if (!renew) {
    const proof = await enterInto(calendar, stamped);
    timestamps.push(proof);
    made.push(isInBlock(proof, stamped));
  } else
    for (const [at, proof] of timestamps.entries()) {
      if (!("opentimestamps" in proof)) continue;
      const completed = await completedBy(calendar, proof, stamped);
      timestamps[at] = completed;
      made.push(isInBlock(completed, stamped));
    }
  const { inBlock, entered } = stampTexts();
  const lines = (file: string): string[] => made.map((isDone) => (isDone ? inBlock(file) : entered(file)));
  return { timestamps, made: made.map((isDone) => ({ isInBlock: isDone })), lines };
}

/** The user named the address on purpose, so it may be in a private network. @throws USAGE */
function askedIn({ tsa, certificate = [], calendar }: StampOptions): TimeAuthority | Calendar {
  const bounds = { timeoutMs: TIMEOUT_MS, allowPrivate: true };
  if (calendar !== undefined && tsa === undefined && certificate.length === 0) return { url: calendar, ...bounds };
  if (calendar !== undefined || tsa === undefined || certificate.length === 0)
    throw new WarifuError("USAGE", "name either --tsa with --certificate, or --calendar");
  const certificates = certificate.flatMap((file) =>
    certificatesInPem(readNamedFile(file, "certificate"), file).map(({ bytes }) => toBase64(bytes)),
  );
  return { url: tsa, certificates, ...bounds };
}
