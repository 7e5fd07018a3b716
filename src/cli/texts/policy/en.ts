/** What `warifu policy` says, in English. The type of the other languages. */
import { inEachLanguage } from "../../language.ts";
import { counted } from "../../output.ts";

export type PolicyTexts = typeof EN;

const EN = {
  policy: {
    summary: "take a policy's log and witnesses to other programs and back",
    description: "Writes and reads the log, the witnesses and the quorum of a policy as a C2SP tlog-policy.",
    after: `
Programs for transparency logs that know nothing of this one take a tlog-policy (https://c2sp.org/tlog-policy). It has
neither chain nor sources, so what is read goes into a policy of yours that has them.

Exit code 0: it is written, 2: the file is none, its quorum is no number of witnesses, or it is for other logs.

Examples:
  warifu policy export --policy policy.json -o ledger.policy
  warifu policy import witnesses.policy --policy policy.json -o stricter.json
  warifu policy add-tsa tsa-root.pem --required --policy policy.json -o dated.json
  warifu policy add-bitcoin 925000:0020… --policy policy.json -o dated.json`,
  },
  export: {
    summary: "write a policy's log, witnesses and quorum as a C2SP tlog-policy",
    description: "Writes the log, the witnesses and the quorum of a policy as a C2SP tlog-policy.",
  },
  import: {
    summary: "take the witnesses and the quorum of a C2SP tlog-policy into a policy",
    description:
      "Takes the witnesses and the quorum of a C2SP tlog-policy into a policy of yours; all else stays as it is there.",
    file: "the tlog-policy",
    policy: "the policy that gets them; it is not changed itself",
  },
  addTsa: {
    certificates: "certificates of time-stamping authorities, or of who issues theirs; PEM",
    summary: "have timestamps checked under these certificates",
    description:
      "Adds certificates of time-stamping authorities to a policy: timestamps of checkpoints are checked under them.",
    required: "a bundle without a timestamp by one of them is not decided",
  },
  addBitcoin: {
    blocks: "each the height of a Bitcoin block, a colon and its header in hexadecimal",
    summary: "have OpenTimestamps proofs checked against these Bitcoin blocks",
    description:
      "Adds Bitcoin blocks that you trust to a policy: OpenTimestamps proofs are checked against their headers.",
    required: "a bundle without a timestamp that the policy can check is not decided",
  },
  added: (name: string, until: string) => `${name}, valid until ${until}`,
  addedBlock: (height: number, time: string) => `Bitcoin block ${counted(height)}, ${time}`,
  dataDir: "a service's own data folder, with its policy",
  output: "write there (default: stdout)",
  written: (path: string, log: string, quorum: number, witnesses: number) =>
    `${path}: ${log}, ${counted(quorum)} of ${counted(witnesses, "witness", "witnesses")}`,
  leftOut: (count: number) =>
    `${counted(count, "witness was", "witnesses were")} left out: the quorum does not name them, so they do not count`,
};

export const policyTexts = inEachLanguage(EN, {
  es: async () => (await import("./es.ts")).ES,
  ja: async () => (await import("./ja.ts")).JA,
});
