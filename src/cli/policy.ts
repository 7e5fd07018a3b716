/**
 * `warifu policy`: takes the log, the witnesses and the quorum of a policy to other programs and back, in C2SP's text form,
 * and adds certificates of time-stamping authorities and Bitcoin blocks. It needs no settings of a service, and asks nobody.
 */
import { readBitcoinHeader, type BitcoinBlock } from "../core/bitcoin-header.ts";
import { formatPolicy, parsePolicy, type Policy } from "../core/policy.ts";
import { toBase64, utf8 } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import { keysOfLog } from "../core/log-keys.ts";
import { formatVerifierKey } from "../core/note.ts";
import { formatTlogPolicy, parseTlogPolicy, witnessesOf, type TlogPolicy } from "../core/tlog-policy.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { readNamedFile, writeNamedFile } from "./named-files.ts";
import { loadPolicy, withBitcoin } from "./named-policy.ts";
import { bitcoinBlocks } from "./option-values.ts";
import { inSeconds, type Output } from "./output.ts";
import { frame } from "./texts/frame/en.ts";
import { policyTexts } from "./texts/policy/en.ts";
import type { CommonOptions, DefineVerb } from "./verb.ts";

interface PolicyOptions extends CommonOptions {
  readonly policy?: string;
  readonly dataDir?: string;
  readonly output?: string;
  readonly required?: boolean;
}

export const definePolicy: DefineVerb = (program, act) => {
  const policy = program
    .command("policy")
    .summary(policyTexts().policy.summary)
    .description(policyTexts().policy.description)
    .addHelpText("after", policyTexts().policy.after);
  policy
    .command("export")
    .summary(policyTexts().export.summary)
    .description(policyTexts().export.description)
    .option("--policy <file>", frame().policy)
    .option("--data-dir <folder>", policyTexts().dataDir)
    .option("-o, --output <file>", policyTexts().output)
    .option("--json", frame().json)
    .action((options: PolicyOptions) => act(options, (output) => exportPolicy(options, output)));
  policy
    .command("import")
    .argument("<file>", policyTexts().import.file)
    .summary(policyTexts().import.summary)
    .description(policyTexts().import.description)
    .option("--policy <file>", policyTexts().import.policy)
    .option("--data-dir <folder>", policyTexts().dataDir)
    .option("-o, --output <file>", policyTexts().output)
    .option("--json", frame().json)
    .action((file: string, options: PolicyOptions) => act(options, (output) => importPolicy(file, options, output)));
  policy
    .command("add-tsa")
    .argument("<certificates...>", policyTexts().addTsa.certificates)
    .summary(policyTexts().addTsa.summary)
    .description(policyTexts().addTsa.description)
    .option("--required", policyTexts().addTsa.required)
    .option("--policy <file>", policyTexts().import.policy)
    .option("--data-dir <folder>", policyTexts().dataDir)
    .option("-o, --output <file>", policyTexts().output)
    .option("--json", frame().json)
    .action((files: string[], options: PolicyOptions) => act(options, (output) => addTsa(files, options, output)));
  policy
    .command("add-bitcoin")
    .argument("<blocks...>", policyTexts().addBitcoin.blocks, bitcoinBlocks)
    .summary(policyTexts().addBitcoin.summary)
    .description(policyTexts().addBitcoin.description)
    .option("--required", policyTexts().addBitcoin.required)
    .option("--policy <file>", policyTexts().import.policy)
    .option("--data-dir <folder>", policyTexts().dataDir)
    .option("-o, --output <file>", policyTexts().output)
    .option("--json", frame().json)
    .action((blocks: BitcoinBlock[], options: PolicyOptions) =>
      act(options, (output) => addBitcoin(blocks, options, output)),
    );
};

async function exportPolicy(options: PolicyOptions, output: Output): Promise<ExitCode> {
  const { policy } = loadPolicy(options);
  give(formatTlogPolicy(policy), policy, options, output);
  return EXIT.holds;
}

async function importPolicy(file: string, options: PolicyOptions, output: Output): Promise<ExitCode> {
  const { policy: own } = loadPolicy(options);
  const given = parseTlogPolicy(readNamedFile(file, "tlog-policy"));
  assertNamesLog(given, own);
  // Read again as a file is: what is written must be a policy.
  const policy = parsePolicy(utf8(formatPolicy({ ...own, witnesses: witnessesOf(given) })));
  give(formatPolicy(policy), policy, options, output);
  const leftOut = given.witnesses.length - policy.witnesses.keys.length;
  if (leftOut > 0) output.hint(policyTexts().leftOut(leftOut));
  return EXIT.holds;
}

/** Certificates that tokens are checked under, in PEM; they join those that the policy has. */
async function addTsa(files: readonly string[], options: PolicyOptions, output: Output): Promise<ExitCode> {
  const { policy: own } = loadPolicy(options);
  const { certificatesInPem } = await import("../keys/pem-certificates.ts");
  const added = files.flatMap((file) => certificatesInPem(readNamedFile(file, "certificate"), file));
  const before = own.timestamps?.certificates ?? [];
  const certificates = [...new Set([...before, ...added.map(({ bytes }) => toBase64(bytes))])];
  const required = options.required ?? own.timestamps?.required ?? false;
  const policy = { ...own, timestamps: { ...own.timestamps, certificates, required } };
  give(formatPolicy(policy), policy, options, output);
  for (const { name, validUntil } of added) output.hint(policyTexts().added(name, inSeconds(validUntil * 1_000)));
  return EXIT.holds;
}

/** Bitcoin blocks that proofs of OpenTimestamps are held against; they join those that the policy has. */
async function addBitcoin(blocks: readonly BitcoinBlock[], options: PolicyOptions, output: Output): Promise<ExitCode> {
  const policy = withBitcoin(loadPolicy(options).policy, blocks, options.required);
  give(formatPolicy(policy), policy, options, output);
  for (const { height, header } of blocks)
    output.hint(policyTexts().addedBlock(height, inSeconds(readBitcoinHeader(header).time * 1_000)));
  return EXIT.holds;
}

/** A policy for other logs was not meant for this one; one that names none leaves that to its reader. */
function assertNamesLog({ logs }: TlogPolicy, { log }: Policy): void {
  const isNamed = logs.some(({ key }) =>
    keysOfLog(log).some((own) => formatVerifierKey(own) === formatVerifierKey(key)),
  );
  if (logs.length > 0 && !isNamed)
    throw new WarifuError("ORIGIN_MISMATCH", "the tlog-policy is for other logs than the one that your policy names", {
      details: { expected: log.name },
    });
}

function give(text: string, { log, witnesses }: Policy, { output: path }: PolicyOptions, output: Output): void {
  const summary = { log: log.name, witnesses: witnesses.keys.length, quorum: witnesses.quorum };
  if (path === undefined) {
    process.stdout.write(output.isJson ? `${JSON.stringify({ ...summary, text }, null, 2)}\n` : text);
    return;
  }
  writeNamedFile(path, text, "policy");
  output.document({ ...summary, file: path });
  output.say(policyTexts().written(path, summary.log, summary.quorum, summary.witnesses), { mark: "holds" });
}
