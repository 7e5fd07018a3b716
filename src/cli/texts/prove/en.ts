/** What `warifu prove` says, in English. The type of the other languages. */
import { inEachLanguage } from "../../language.ts";
import { counted } from "../../output.ts";

export type ProveTexts = typeof EN;

const EN = {
  prove: {
    summary: "fetch the proof bundles of records",
    description:
      "Writes the proof bundle of a record to a file or to stdout, or those of many records to a folder or file.",
    ids: "ids of records, as their acknowledgements gave them",
    output: "write there: a file, for many a folder or a file .ndjson (default: stdout)",
    openings: "with the openings of its concealed claims; needs the key of an officer",
    original:
      "write there what the record was made of, as it was received; needs the key of an auditor, or of an officer",
    size: "against the final anchor of exactly this tree size (default: the smallest that serves)",
    forContract: "instead of a bundle: the proof that the contract's verifyInclusion takes, against its present head",
    format:
      "tlog-proof: instead of a bundle, the bare proof that the record's entry is in the log, as programs for any C2SP log read it",
    entry: "write there the 79 bytes that a tlog-proof is of",
    timestamps:
      "write there the timestamps of the checkpoint, and what each is about, as openssl ts -verify and ots take them",
    wait: "wait so long for the record to be anchored",
    json: "print one JSON document: the bundle itself, or with --output where it is",
    after: `
Of several records, -o names a folder, which gets a file ID.json for each, or a file that ends in .ndjson, which gets a
bundle on each line. What is there already is not fetched again.

Exit code 2: wrong use, no such record, or none that fits, 3: no final anchor covers a record yet (see --wait), or the service does not answer.

Examples:
  warifu prove 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f -o bundle.json
  warifu prove 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --wait 60 | warifu verify - --policy policy.json
  warifu prove --source santander/env-419 --since 2d -o proofs
  warifu prove --type citizen-report --since 2026-11-01 --until 2026-12-01 --wait 60 -o november.ndjson
  warifu prove 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --openings -o for-the-citizen.json
  warifu prove 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f -o bundle.json --original notification.json
  warifu prove 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --for-contract -o condition.json
  warifu prove 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --format tlog-proof -o record.tlog-proof --entry record.entry`,
  },
  timestampsSaved: (folder: string, timestamps: number) => `${folder}: ${counted(timestamps, "timestamp")}`,
  bundle: "proof bundle",
  entry: "entry",
  contractProof: "proof for the contract",
  saved: ({ path, what, id, bytes, openings }: Saved) =>
    `${path}: ${what} of ${id}, ${counted(bytes)} bytes${openings === undefined ? "" : `, ${counted(openings, "opening")}`}`,
  nothingToOpen: "there is nothing to open: the record conceals nothing, or was erased",
  allOpened: "these are all claims that the record conceals, as the service says; the other digests are decoys",
  verifyIt: (command: string) => `verify it: ${command}`,
  verifyThem: (command: string) => `verify them: ${command}`,
  lacksCosignatures: (count: number) =>
    `the checkpoint lacks ${counted(count, "cosignature")} of those that the service asks for: a policy with its quorum will refuse this bundle; try again after the next anchor`,
  original: (path: string, id: string, bytes: number) => `${path}: what ${id} was made of, ${counted(bytes, "byte")}`,
  written: (path: string, written: number, kept: number) =>
    `${path}: ${counted(written, "bundle")} written${kept === 0 ? "" : `, ${counted(kept)} there already`}`,
  moreFailures: (count: number) => `… and ${counted(count)} more: --json names all`,
  notAnchored: (count: number, ids: string, isMore: boolean) =>
    `${counted(count, "record is", "records are")} not anchored yet: ${ids}${isMore ? ", …: --json names all" : ""}`,
  later: "the same command later, or with --wait SECONDS, fetches those and nothing twice",
  lackCosignatures: (count: number) =>
    `${counted(count, "bundle lacks", "bundles lack")} cosignatures that the service asks for: a policy with its quorum will refuse them`,
};

interface Saved {
  readonly path: string;
  readonly what: string;
  readonly id: string;
  readonly bytes: number;
  /** Absent where none were asked for. */
  readonly openings: number | undefined;
}

export const proveTexts = inEachLanguage(EN, {
  es: async () => (await import("./es.ts")).ES,
  ja: async () => (await import("./ja.ts")).JA,
});
