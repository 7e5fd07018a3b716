/**
 * `warifu verify`: checks proof bundles under a policy that the verifier holds. Asks nobody, unless the verifier names
 * nodes of the chain.
 */
import { createReadStream, readFileSync } from "node:fs";
import { MAX_BUNDLE_BYTES } from "../core/bundle.ts";
import { WarifuError } from "../core/errors.ts";
import { confirmationsOf, type Policy } from "../core/policy.ts";
import type { ChainView } from "../verify/verdict.ts";
import { verifyBundle } from "../verify/verify-bundle.ts";
import { EXIT, exitCodeOf, type ExitCode } from "./exit-code.ts";
import { unusable } from "./named-files.ts";
import { addresses, blockHashes } from "./option-values.ts";
import type { Output } from "./output.ts";
import { sayVerdict, verdictDocument, verdictLine } from "./print-verdict.ts";
import { assertOwnFile } from "./own-file.ts";
import { loadPolicy } from "./settings.ts";
import type { CommonOptions, DefineVerb } from "./verb.ts";

interface VerifyOptions extends CommonOptions {
  readonly dataDir?: string;
  readonly policy?: string;
  readonly original?: string;
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
  warifu verify proofs/*.json --policy policy.json --json
  warifu verify bundle.json --policy policy.json --original notification.json`;

export const defineVerify: DefineVerb = (program, act) => {
  program
    .command("verify")
    .summary("check proof bundles, without asking the service")
    .description("Checks proof bundles against a policy of your own.")
    .argument("<bundles...>", "files with proof bundles, or - for stdin")
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
  const named = loadPolicy(options);
  const policy = withTrustedBlocks(named.policy, options);
  const view = await viewOf(options, policy);
  const original = readOriginal(paths, options);
  const verdicts: Verified[] = [];
  for (const path of paths) {
    const bytes = await readBundle(path).catch((error: unknown) => error);
    if (!(bytes instanceof Uint8Array)) {
      verdicts.push(noBundle(path, bytes, paths.length === 1, output));
      continue;
    }
    const verdict = await verifyBundle(bytes, policy, view, original);
    verdicts.push({ code: exitCodeOf(verdict.outcome), document: { bundle: path, ...verdictDocument(verdict) } });
    if (paths.length === 1) sayVerdict(bytes, verdict, policy, output);
    else output.say(`${path}: ${verdictLine(bytes, verdict)}`, { mark: verdict.outcome });
  }
  const used = { policy: { path: named.path, sha256: named.sha256 } };
  const documents = verdicts.map(({ document }) => ({ ...document, ...used }));
  output.document(documents.length === 1 ? documents[0] : documents);
  output.say(`under the policy ${named.path}, SHA-256 ${named.sha256}`);
  return worstOf(verdicts);
}

/** What became of a file, and what is said of it. */
interface Verified {
  readonly code: ExitCode;
  readonly document: object;
}

/** A file that is no bundle says nothing of any record; the others are verified all the same. */
function noBundle(path: string, error: unknown, isOnly: boolean, output: Output): Verified {
  if (!(error instanceof WarifuError) || isOnly) throw error;
  output.error(error.message);
  const { code, message } = error;
  return { code: EXIT.wrongUse, document: { bundle: path, error: { code, message } } };
}

function withTrustedBlocks(policy: Policy, { blockHash = [] }: VerifyOptions): Policy {
  return { ...policy, trustedBlocks: [...policy.trustedBlocks, ...blockHash] };
}

/** @throws USAGE when it cannot be read, or would be held against several records */
function readOriginal(paths: readonly string[], { original }: VerifyOptions): Uint8Array | undefined {
  if (original === undefined) return undefined;
  if (paths.length > 1)
    throw new WarifuError("USAGE", "--original is what one record was made of: verify one bundle at a time with it");
  try {
    // Byte for byte: what a text file may begin with belongs to what was received.
    return readFileSync(original);
  } catch (error) {
    throw unusable(`the original ${original} cannot be read`, error);
  }
}

/** The policy's own nodes are not asked when somebody named the blocks to trust. */
async function viewOf({ rpc, blockHash }: VerifyOptions, policy: Policy): Promise<ChainView | undefined> {
  const urls = rpc ?? (blockHash === undefined ? policy.rpc : []);
  if (urls.length === 0) return undefined;
  // Loaded when it is needed: a chain's client takes longer to load than a bundle to verify.
  const { rpcChainView } = await import("../chain/nodes/chain-view.ts");
  return rpcChainView(urls, { confirmations: confirmationsOf(policy) });
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
  return assertOwnFile(Buffer.concat(pieces), "proof bundle", path === "-" ? "stdin" : path);
}

/** One refuted bundle outweighs everything, then a file that is none, then one that cannot be decided. */
function worstOf(verdicts: readonly Verified[]): ExitCode {
  const order = [EXIT.refuted, EXIT.wrongUse, EXIT.undecided];
  return order.find((code) => verdicts.some((one) => one.code === code)) ?? EXIT.holds;
}
