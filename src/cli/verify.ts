/**
 * `warifu verify`: checks proof bundles under the verifier's own policy. Contacts nobody, unless the verifier names nodes of
 * the chain.
 */
import { readFileSync } from "node:fs";
import { WarifuError } from "../core/errors.ts";
import { confirmationsOf, type Policy } from "../core/policy.ts";
import { REPORT_FORMAT, type Exception, type ReportDocument } from "../report/document.ts";
import type { ChainView, Verdict } from "../verify/verdict.ts";
import type { BitcoinBlock } from "../core/bitcoin-header.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { givenBundles, isOneBundle } from "./given-bundles.ts";
import type { JudgedBundle } from "./judge-bundle.ts";
import { judgedBundles } from "./judged-bundles.ts";
import { unusable } from "./named-files.ts";
import { loadPolicy, policyDocument, policyLine, withBitcoin, type NamedPolicy } from "./named-policy.ts";
import { addresses, bitcoinBlocks, blockHashes } from "./option-values.ts";
import { type Mark, type Output } from "./output.ts";
import {
  assertReportOptions,
  commandOf,
  identitiesOf,
  withReport,
  writeReport,
  type ReportOptions,
} from "./report-file.ts";
import type { CommonOptions, DefineVerb } from "./verb.ts";
import { frame } from "./texts/frame/en.ts";
import { verifyTexts } from "./texts/verify/en.ts";

interface VerifyOptions extends CommonOptions, ReportOptions {
  readonly dataDir?: string;
  readonly policy?: string;
  readonly original?: string;
  readonly rpc?: readonly string[];
  readonly blockHash?: readonly string[];
  readonly bitcoinHeader?: readonly BitcoinBlock[];
}

export const defineVerify: DefineVerb = (program, act) => {
  withReport(program.command("verify"))
    .summary(verifyTexts().verify.summary)
    .description(verifyTexts().verify.description)
    .argument("<bundles...>", verifyTexts().verify.bundles)
    .option("--policy <file>", frame().policy)
    .option("--data-dir <folder>", verifyTexts().verify.dataDir)
    .option("--rpc <url>", verifyTexts().verify.rpc, addresses)
    .option("--block-hash <hash>", verifyTexts().verify.blockHash, blockHashes)
    .option("--bitcoin-header <height:header>", verifyTexts().verify.bitcoinHeader, bitcoinBlocks)
    .option("--original <file>", verifyTexts().verify.original)
    .option("--json", verifyTexts().verify.json)
    .addHelpText("after", verifyTexts().verify.after)
    .action((paths: string[], options: VerifyOptions) => act(options, (output) => verifyAll(paths, options, output)));
};

async function verifyAll(paths: readonly string[], options: VerifyOptions, output: Output): Promise<ExitCode> {
  assertReportOptions(options, [...paths, options.policy, options.original]);
  const named = loadPolicy(options);
  const policy = withTrusted(named.policy, options);
  const view = await viewOf(options, policy);
  const isOne = isOneBundle(paths);
  const original = readOriginal(isOne, options);
  const hasDocuments = output.isJson || options.report !== undefined;
  const used = { policy: policyDocument(named) };
  const tally = new Tally(output);
  const documents: object[] = [];
  const progress = await output.progress(frame().bundles);
  try {
    for await (const { given, judged } of judgedBundles(givenBundles(paths), {
      policy,
      view,
      original,
      hasDocuments,
    })) {
      const { name, isNamed } = given;
      if (judged.refusal && isOne) throw judged.refusal;
      if (hasDocuments) documents.push({ bundle: name, ...judged.document, ...used });
      if (isOne && judged.sayAlone) judged.sayAlone(output);
      else tally.say(name, judged, isNamed);
      tally.add(name, judged);
      progress.update(tally.count);
    }
  } finally {
    progress.end();
  }
  output.document(isOne ? documents[0] : documents);
  if (!isOne) tally.sum();
  output.say(policyLine(named));
  const document = reportOf(tally, { paths, options, named, isChainAsked: view !== undefined });
  await writeReport(options, { document, more: { bundles: documents } }, output);
  return tally.worst;
}

interface AboutReport {
  readonly paths: readonly string[];
  readonly options: VerifyOptions;
  readonly named: NamedPolicy;
  readonly isChainAsked: boolean;
}

function reportOf(tally: Tally, { paths, options, named, isChainAsked }: AboutReport): ReportDocument {
  const { question, rpc, blockHash = [], bitcoinHeader = [], report } = options;
  return {
    format: REPORT_FORMAT,
    outcome: tally.outcome,
    ...(question !== undefined && { question }),
    method: "bundles",
    place: paths.join(", "),
    isChainCompared: isChainAsked || blockHash.length > 0,
    exceptions: tally.exceptions,
    figures: tally.figures(),
    notes: [],
    identities: identitiesOf(named.policy, named, rpc ?? named.policy.rpc),
    at: new Date().toISOString(),
    repeat: commandOf([
      ...["verify", ...paths, "--policy", options.policy ?? named.path],
      ...(rpc ?? []).flatMap((url) => ["--rpc", url]),
      ...blockHash.flatMap((hash) => ["--block-hash", hash]),
      ...bitcoinHeader.flatMap(({ height, header }) => ["--bitcoin-header", `${height}:${header}`]),
      ...["--report", report],
    ]),
  };
}

const MAX_EXCEPTIONS = 1_000;

/** One refuted bundle outweighs everything, then a file that is not a bundle, then one that cannot be decided. */
const WORST_FIRST = [EXIT.refuted, EXIT.wrongUse, EXIT.undecided] as const;

/** The results of many bundles. */
class Tally {
  readonly #output: Output;
  readonly #counts = new Map<ExitCode, number>();
  readonly #first = new Map<ExitCode, string>();
  /** Those that do not hold, as far as they are listed. */
  readonly exceptions: Exception[] = [];
  count = 0;

  constructor(output: Output) {
    this.#output = output;
  }

  /** Of many bundles in a folder or file, those that hold are not listed one by one. */
  say(name: string, { outcome, line, detail }: JudgedBundle, isNamed: boolean): void {
    if (outcome === undefined) this.#output.error(line, undefined, detail);
    else if (isNamed || outcome !== "holds") this.#output.say(`${name}: ${line}`, { mark: outcome });
  }

  add(name: string, { code, line, english }: JudgedBundle): void {
    this.count++;
    if (code !== EXIT.holds && this.exceptions.length < MAX_EXCEPTIONS)
      this.exceptions.push({ where: name, code: null, message: english, said: line });
    this.#counts.set(code, (this.#counts.get(code) ?? 0) + 1);
    if (!this.#first.has(code)) this.#first.set(code, name);
  }

  /** A file that is no bundle decides nothing. */
  get outcome(): Verdict["outcome"] {
    if (this.worst === EXIT.holds) return "holds";
    return this.worst === EXIT.refuted ? "refuted" : "undecided";
  }

  figures(): ReportDocument["figures"] {
    const of = (code: ExitCode): number => this.#counts.get(code) ?? 0;
    return [
      ["bundles", this.count],
      ["holding", of(EXIT.holds)],
      ["refuted", of(EXIT.refuted)],
      ["undecided", of(EXIT.undecided) + of(EXIT.wrongUse)],
    ];
  }

  get worst(): ExitCode {
    return WORST_FIRST.find((code) => this.#counts.has(code)) ?? EXIT.holds;
  }

  sum(): void {
    const { sum, firstRefuted } = verifyTexts();
    const of = (code: ExitCode): number => this.#counts.get(code) ?? 0;
    const counts = { all: this.count, holds: of(EXIT.holds), refuted: of(EXIT.refuted), undecided: of(EXIT.undecided) };
    this.#output.say(sum({ ...counts, wrong: of(EXIT.wrongUse) }), { mark: MARKS[this.worst], isBold: true });
    const refuted = this.#first.get(EXIT.refuted);
    if (refuted !== undefined) this.#output.say(firstRefuted(refuted));
  }
}

const MARKS: Readonly<Record<ExitCode, Mark>> = {
  [EXIT.holds]: "holds",
  [EXIT.refuted]: "refuted",
  [EXIT.wrongUse]: "undecided",
  [EXIT.undecided]: "undecided",
  [EXIT.defect]: "undecided",
};

function withTrusted(policy: Policy, { blockHash = [], bitcoinHeader = [] }: VerifyOptions): Policy {
  const trusting = { ...policy, trustedBlocks: [...policy.trustedBlocks, ...blockHash] };
  return bitcoinHeader.length === 0 ? trusting : withBitcoin(trusting, bitcoinHeader);
}

/** @throws USAGE when it cannot be read, or would be compared with several records */
function readOriginal(isOne: boolean, { original }: VerifyOptions): Uint8Array | undefined {
  if (original === undefined) return undefined;
  if (!isOne)
    throw new WarifuError("USAGE", "--original is what one record was made of: verify one bundle at a time with it");
  try {
    // Byte for byte: even a byte order mark is part of what was received.
    return readFileSync(original);
  } catch (error) {
    throw unusable(`the original ${original} cannot be read`, error);
  }
}

/** The policy's own nodes are not asked when the blocks to trust are named. */
async function viewOf({ rpc, blockHash }: VerifyOptions, policy: Policy): Promise<ChainView | undefined> {
  const urls = rpc ?? (blockHash === undefined ? policy.rpc : []);
  if (urls.length === 0) return undefined;
  // Loaded on demand: a chain's client takes longer to load than a bundle takes to verify.
  const { rpcChainView } = await import("../chain/nodes/chain-view.ts");
  return rpcChainView(urls, { confirmations: confirmationsOf(policy) });
}
