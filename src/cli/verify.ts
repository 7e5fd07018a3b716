/**
 * `warifu verify`: checks proof bundles under the verifier's own policy. Contacts nobody, unless the verifier names nodes of
 * the chain.
 */
import { readFileSync } from "node:fs";
import { WarifuError } from "../core/errors.ts";
import { confirmationsOf, type Policy } from "../core/policy.ts";
import { REPORT_FORMAT, type Exception, type ReportDocument } from "../report/document.ts";
import type { ChainView, Verdict } from "../verify/verdict.ts";
import { verifyBundle } from "../verify/verify-bundle.ts";
import { verifyForkEvidence } from "../verify/verify-fork.ts";
import { EXIT, exitCodeOf, type ExitCode } from "./exit-code.ts";
import { forkLine, isForkEvidence, sayForkVerdict } from "./fork-words.ts";
import { givenBundles, isOneBundle } from "./given-bundles.ts";
import { unusable } from "./named-files.ts";
import { loadPolicy, policyDocument, policyLine, type NamedPolicy } from "./named-policy.ts";
import { addresses, blockHashes } from "./option-values.ts";
import { counted, type Mark, type Output } from "./output.ts";
import { sayVerdict, verdictDocument, verdictLine } from "./print-verdict.ts";
import {
  assertReportOptions,
  commandOf,
  identitiesOf,
  withReport,
  writeReport,
  type ReportOptions,
} from "./report-file.ts";
import type { CommonOptions, DefineVerb } from "./verb.ts";

interface VerifyOptions extends CommonOptions, ReportOptions {
  readonly dataDir?: string;
  readonly policy?: string;
  readonly original?: string;
  readonly rpc?: readonly string[];
  readonly blockHash?: readonly string[];
}

const EXAMPLES = `
Exit code 0: holds, 1: refuted (the step and the record are named), 2: wrong use, 3: cannot be decided yet.

A file of fork evidence, as \`warifu audit\` and the service write it when a log shows two histories, is checked like a
bundle: it holds if it proves that the log's key signed both.

In a folder or .ndjson file, bundles that hold are only counted; all others are also named.

Without --rpc and --block-hash, the policy decides how the chain is trusted. The policy is the verifier's own: get it
from the operator once, in a way that you trust, never together with the bundle.

Examples:
  warifu verify bundle.json --policy policy.json
  warifu verify bundle.json --policy policy.json --rpc https://rpc.example.org
  warifu verify bundle.json --policy policy.json --block-hash 0x5c1f…
  warifu verify fork-300-600.json --policy policy.json
  warifu verify proofs --policy policy.json
  warifu verify november.ndjson --policy policy.json --json
  warifu verify bundle.json --policy policy.json --original notification.json`;

export const defineVerify: DefineVerb = (program, act) => {
  withReport(program.command("verify"))
    .summary("check proof bundles, without asking the service")
    .description("Checks proof bundles against a policy of your own.")
    .argument(
      "<bundles...>",
      "files with a proof bundle, folders of them, files .ndjson with one a line, or - for stdin",
    )
    .option("--policy <file>", "your policy (or WARIFU_POLICY_FILE in the environment)")
    .option("--data-dir <folder>", "take the policy of the service whose data folder that is (or WARIFU_DATA_DIR)")
    .option("--rpc <url>", "a node of the chain to ask; with several, all must agree", addresses)
    .option("--block-hash <hash>", "a block that you trust; may be given several times", blockHashes)
    .option("--original <file>", "bytes that the record is said to be made of: checks that it commits to them")
    .option("--json", "print one JSON document: the verdict, or a list of them for several bundles")
    .addHelpText("after", EXAMPLES)
    .action((paths: string[], options: VerifyOptions) => act(options, (output) => verifyAll(paths, options, output)));
};

async function verifyAll(paths: readonly string[], options: VerifyOptions, output: Output): Promise<ExitCode> {
  assertReportOptions(options);
  const named = loadPolicy(options);
  const policy = withTrustedBlocks(named.policy, options);
  const view = await viewOf(options, policy);
  const isOne = isOneBundle(paths);
  const original = readOriginal(isOne, options);
  const used = { policy: policyDocument(named) };
  const tally = new Tally(output);
  const documents: object[] = [];
  const progress = await output.progress("bundles");
  try {
    for await (const { name, bytes, isNamed } of givenBundles(paths)) {
      if (bytes instanceof WarifuError && isOne) throw bytes;
      const verified =
        bytes instanceof WarifuError ? noBundle(bytes) : await verifyOne(bytes, policy, { view, original });
      if (output.isJson || options.report !== undefined)
        documents.push({ bundle: name, ...verified.document, ...used });
      if (isOne && verified.sayAlone) verified.sayAlone(output);
      else tally.say(name, verified, isNamed);
      tally.add(name, verified);
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
  const { question, rpc, blockHash = [], report } = options;
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
      ...["--report", report],
    ]),
  };
}

/** The result for a bundle, and what is printed about it. */
interface Verified {
  readonly code: ExitCode;
  readonly line: string;
  readonly document: object;
  /** Absent if it is not a bundle. */
  readonly outcome?: Verdict["outcome"];
  /** Prints every step; absent likewise. */
  readonly sayAlone?: (output: Output) => void;
}

async function verifyOne(
  bytes: Uint8Array,
  policy: Policy,
  { view, original }: { readonly view: ChainView | undefined; readonly original: Uint8Array | undefined },
): Promise<Verified> {
  if (isForkEvidence(bytes)) return verifyFork(bytes, policy, view);
  const verdict = await verifyBundle(bytes, policy, view, original);
  const { outcome } = verdict;
  return {
    code: exitCodeOf(outcome),
    line: verdictLine(bytes, verdict),
    document: verdictDocument(verdict),
    outcome,
    sayAlone: (output) => sayVerdict(bytes, verdict, policy, output),
  };
}

async function verifyFork(bytes: Uint8Array, policy: Policy, view: ChainView | undefined): Promise<Verified> {
  const verdict = await verifyForkEvidence(bytes, policy, view);
  const { outcome } = verdict;
  const sayAlone = (output: Output): void => sayForkVerdict(verdict, output);
  return { code: exitCodeOf(outcome), line: forkLine(verdict), document: verdict, outcome, sayAlone };
}

function noBundle({ code, message }: WarifuError): Verified {
  return { code: EXIT.wrongUse, line: message, document: { error: { code, message } } };
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
  say(name: string, { outcome, line }: Verified, isNamed: boolean): void {
    if (outcome === undefined) this.#output.error(line);
    else if (isNamed || outcome !== "holds") this.#output.say(`${name}: ${line}`, { mark: outcome });
  }

  add(name: string, { code, line }: Verified): void {
    this.count++;
    if (code !== EXIT.holds && this.exceptions.length < MAX_EXCEPTIONS)
      this.exceptions.push({ where: name, code: null, message: line });
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
    const of = (code: ExitCode): string => counted(this.#counts.get(code) ?? 0);
    const wrong = this.#counts.get(EXIT.wrongUse);
    this.#output.say(
      `${counted(this.count, "bundle")}: ${of(EXIT.holds)} ${this.#counts.get(EXIT.holds) === 1 ? "holds" : "hold"}, ${of(EXIT.refuted)} refuted, ${of(EXIT.undecided)} undecided` +
        `${wrong === undefined ? "" : `, ${counted(wrong)} not a bundle`}`,
      { mark: MARKS[this.worst], isBold: true },
    );
    const refuted = this.#first.get(EXIT.refuted);
    if (refuted !== undefined) this.#output.say(`the first refuted one: ${refuted}`);
  }
}

const MARKS: Readonly<Record<ExitCode, Mark>> = {
  [EXIT.holds]: "holds",
  [EXIT.refuted]: "refuted",
  [EXIT.wrongUse]: "undecided",
  [EXIT.undecided]: "undecided",
  [EXIT.defect]: "undecided",
};

function withTrustedBlocks(policy: Policy, { blockHash = [] }: VerifyOptions): Policy {
  return { ...policy, trustedBlocks: [...policy.trustedBlocks, ...blockHash] };
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
