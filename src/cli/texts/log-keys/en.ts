/** What `warifu key` says of the log's own keys, in English. The type of the other languages. */
import { inEachLanguage } from "../../language.ts";

export type LogKeysTexts = typeof EN;

const EN = {
  rotate: {
    summary: "replace the log's key: makes the next one, and both sign from then on",
    description:
      "Makes the log's next key, in the data folder of a stopped service. From then on both keys sign each checkpoint, so " +
      "that verifiers can take the new policy in their own time. `warifu key retire-log` ends that. If it is cut off, start " +
      "it again.",
  },
  retire: {
    summary: "end the replacing of the log's key: the former key signs no more and is destroyed",
    description:
      "Ends the time in which both keys of the log sign, in the data folder of a stopped service. The private part of the " +
      "former key is destroyed; its public part stays, for what it signed. Verifiers who still have the old policy refuse " +
      "what is signed from then on. If it is cut off, start it again.",
  },
  addMlDsa: {
    summary: "have the log sign with ML-DSA-44 as well",
    description:
      "Makes an ML-DSA-44 key with which the log signs each checkpoint beside its Ed25519 key, in the data folder of a " +
      "stopped service. Policies that the service writes ask for both signatures from the next entry on; older policies go " +
      "on as they were. Each checkpoint becomes 3.3 KB larger, and a bundle has it up to twice.",
  },
  dataDir: "the data folder (default: WARIFU_DATA_DIR, else data)",
  rotated: "both keys of the log sign from the next start on",
  retired: (entries: number) => `the former key signs no more; it counts on checkpoints of up to ${entries} entries`,
  added: "the log signs with ML-DSA-44 as well from the next start on",
  nothingToDo: "nothing was left to do",
  copyAndPublish: (file: string) =>
    `copy ${file} to where its backup is, start the service, and publish its new policy.json`,
  destroyCopies: "destroy every copy of the former key file: whoever has one can sign as the log did up to then",
};

export const logKeysTexts = inEachLanguage(EN, {
  es: async () => (await import("./es.ts")).ES,
  ja: async () => (await import("./ja.ts")).JA,
});
