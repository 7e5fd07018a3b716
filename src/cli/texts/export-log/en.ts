/** What `warifu export-log` says, in English. The type of the other languages. */
import { inEachLanguage } from "../../language.ts";
import { counted } from "../../output.ts";

export type ExportLogTexts = typeof EN;

const EN = {
  verb: {
    summary: "export a log as files that can be served for ever",
    description:
      "Writes the log of a data folder as plain files: checkpoint, tiles, entries, bodies, policy, anchors with their timestamps, and the proof of each record. It needs no key, and nothing that is concealed is in them.",
    folder: "where to; an earlier export of the same log is brought up to date",
    dataDir: "the data folder (default: WARIFU_DATA_DIR)",
    policy: "the log's policy (default: policy.json in the data folder)",
    noBundles: "leave out the proofs of the records, which take most of the room",
    json: "print one JSON document, and nothing else",
    after: `
A log that takes no more records and whose contract is closed stays as these files, whether or not there is still a service.
Export again after a body was withheld: it is then in no file any more.

Examples:
  warifu export-log /srv/parks-2026 --data-dir data/parks-2026
  warifu serve-log /srv/parks-2026
  warifu audit --from /srv/parks-2026 --policy policy.json --rpc URL`,
  },
  exported: (entries: number, folder: string) => `${counted(entries, "entry", "entries")} exported to ${folder}`,
  proofs: (bundles: number, withheld: number) =>
    `${counted(bundles, "proof")} of records; ${counted(withheld, "body is", "bodies are")} withheld and in no file`,
  stamped: (anchors: number) => `${counted(anchors, "anchor")} with timestamps of authorities or calendars`,
  notFinal: (entries: number) =>
    `not yet under a final anchor: ${counted(entries, "entry", "entries")} at the end; export again once that has changed`,
  next: (folder: string) => `serve them with any server of files, or: npx warifu serve-log ${folder}`,
};

export const exportLogTexts = inEachLanguage(EN, {
  es: async () => (await import("./es.ts")).ES,
  ja: async () => (await import("./ja.ts")).JA,
});
