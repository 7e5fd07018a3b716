/** What `warifu verify` says, in English. The type of the other languages. */
import { inEachLanguage } from "../../language.ts";
import { counted } from "../../output.ts";

export type VerifyTexts = typeof EN;

const EN = {
  verify: {
    summary: "check proof bundles, without asking the service",
    description: "Checks proof bundles against a policy of your own.",
    bundles: "files with a proof bundle, folders of them, files .ndjson with one a line, or - for stdin",
    dataDir: "take the policy of the service whose data folder that is (or WARIFU_DATA_DIR)",
    rpc: "a node of the chain to ask; with several, all must agree",
    blockHash: "a block that you trust; may be given several times",
    bitcoinHeader: "a Bitcoin block that you trust, to check OpenTimestamps proofs against; may be given several times",
    original: "bytes that the record is said to be made of: checks that it commits to them",
    json: "print one JSON document: the verdict, or a list of them for several bundles",
    after: `
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
  warifu verify bundle.json --policy policy.json --original notification.json`,
  },
  reportOptions: {
    report: "write a report there: .json, .html or .pdf, as its name ends",
    question: "what the report answers, in your words",
    sign: "sign the report with this private key, a JWK of your own (`warifu source keygen`)",
  },
  sum: ({ all, holds, refuted, undecided, wrong }: Sum) =>
    `${counted(all, "bundle")}: ${counted(holds)} ${holds === 1 ? "holds" : "hold"}, ${counted(refuted)} refuted, ` +
    `${counted(undecided)} undecided${wrong === 0 ? "" : `, ${counted(wrong)} not a bundle`}`,
  firstRefuted: (name: string) => `the first refuted one: ${name}`,
  underPolicy: (path: string, sha256: string, fingerprint: string) =>
    `under the policy ${path}, SHA-256 ${sha256}, fingerprint ${fingerprint}`,
  reportWritten: (path: string) => `report written to ${path}`,
  signedIn: (path: string, thumbprint: string) => `signed in ${path} by the key ${thumbprint}`,
};

/** How many bundles ended how; `wrong` ones are none. */
interface Sum {
  readonly all: number;
  readonly holds: number;
  readonly refuted: number;
  readonly undecided: number;
  readonly wrong: number;
}

export const verifyTexts = inEachLanguage(EN, {
  es: async () => (await import("./es.ts")).ES,
  ja: async () => (await import("./ja.ts")).JA,
});
