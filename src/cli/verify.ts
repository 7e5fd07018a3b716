/**
 * `warifu verify`: checks proof bundles under a policy that the verifier holds. Asks nobody, unless the verifier names
 * nodes of the chain.
 */
import { createReadStream } from "node:fs";
import { MAX_BUNDLE_BYTES } from "../core/bundle.ts";
import type { Policy } from "../core/policy.ts";
import { verifyBundle, type ChainView, type Verdict } from "../verify/verify-bundle.ts";
import { EXIT, exitCodeOf, type ExitCode } from "./exit-code.ts";
import { unusable } from "./named-files.ts";
import { addresses, blockHashes } from "./option-values.ts";
import type { Output } from "./output.ts";
import { sayVerdict, verdictDocument, verdictLine } from "./print-verdict.ts";
import { loadPolicy, loadSettings } from "./settings.ts";
import type { CommonOptions, DefineVerb } from "./verb.ts";

interface VerifyOptions extends CommonOptions {
  readonly policy?: string;
  readonly rpc?: readonly string[];
  readonly blockHash?: readonly string[];
}

const EXAMPLES = `
Exit code 0: holds, 1: refuted (the step and the record are named), 2: wrong use, 3: cannot be decided yet.

Without --rpc and --block-hash the policy decides what it takes for the chain to be believed. The policy is the
verifier's own: take it from the operator once, over a way you trust, never along with the bundle.

Examples:
  warifu verify bundle.json --policy policy.json
  warifu verify bundle.json --policy policy.json --rpc https://rpc.example.org
  warifu verify bundle.json --policy policy.json --block-hash 0x5c1f…
  warifu verify proofs/*.json --json`;

export const defineVerify: DefineVerb = (program, act) => {
  program
    .command("verify")
    .summary("check proof bundles, without asking the service")
    .description("Checks proof bundles against a policy of your own.")
    .argument("<bundles...>", "files with proof bundles, or - for stdin")
    .option("--policy <file>", "your policy (default: the one that a service on this machine wrote)")
    .option("--rpc <url>", "a node of the chain to ask; with several, all must agree", addresses)
    .option("--block-hash <hash>", "a block that you trust; may be given several times", blockHashes)
    .option("--json", "print one JSON document: the verdict, or a list of them for several bundles")
    .addHelpText("after", EXAMPLES)
    .action((paths: string[], options: VerifyOptions) => act(options, (output) => verifyAll(paths, options, output)));
};

async function verifyAll(paths: readonly string[], options: VerifyOptions, output: Output): Promise<ExitCode> {
  const policy = policyOf(options);
  const view = await viewOf(options, policy);
  const context = { policy, isChainAsked: view !== undefined || policy.trustedBlocks.length > 0 };
  const verdicts: { bundle: string; verdict: Verdict }[] = [];
  for (const path of paths) {
    const bytes = await readBundle(path);
    const verdict = await verifyBundle(bytes, policy, view);
    verdicts.push({ bundle: path, verdict });
    if (paths.length === 1) sayVerdict(bytes, verdict, context, output);
    else output.say(`${path}: ${verdictLine(bytes, verdict)}`, { mark: verdict.outcome });
  }
  const [only] = verdicts;
  if (verdicts.length === 1 && only) output.document(verdictDocument(only.verdict));
  else output.document(verdicts.map(({ bundle, verdict }) => ({ bundle, ...verdictDocument(verdict) })));
  // One that nobody named depends on the current folder.
  if (options.policy === undefined)
    output.hint(`under the policy ${loadSettings().files.policy}: --policy names yours`);
  return worstOf(verdicts.map(({ verdict }) => verdict));
}

function policyOf({ policy: path, blockHash = [] }: VerifyOptions): Policy {
  const policy = loadPolicy(path, () => loadSettings().files.policy);
  return { ...policy, trustedBlocks: [...policy.trustedBlocks, ...blockHash] };
}

/** The policy's own nodes are not asked when somebody named the blocks to trust. */
async function viewOf({ rpc, blockHash }: VerifyOptions, policy: Policy): Promise<ChainView | undefined> {
  const urls = rpc ?? (blockHash === undefined ? policy.rpc : []);
  if (urls.length === 0) return undefined;
  // Loaded when it is needed: a chain's client takes longer to load than a bundle to verify.
  const { rpcChainView } = await import("../chain/chain-view.ts");
  return rpcChainView(urls);
}

/** At most one byte more than a bundle may have: enough to be refused, however long the file is. */
async function readBundle(path: string): Promise<Uint8Array> {
  const source = path === "-" ? process.stdin : createReadStream(path, { end: MAX_BUNDLE_BYTES });
  const pieces: Buffer[] = [];
  let length = 0;
  try {
    for await (const piece of source as AsyncIterable<Buffer>) {
      pieces.push(piece);
      length += piece.length;
      if (length > MAX_BUNDLE_BYTES) break;
    }
  } catch (error) {
    throw unusable(`the bundle ${path} cannot be read`, error);
  }
  return Buffer.concat(pieces);
}

/** One refuted bundle outweighs everything, one undecided everything that holds. */
function worstOf(verdicts: readonly Verdict[]): ExitCode {
  const codes = verdicts.map(({ outcome }) => exitCodeOf(outcome));
  return [EXIT.refuted, EXIT.undecided].find((code) => codes.includes(code)) ?? EXIT.holds;
}
