/** What all pages share, in English. This catalogue is the type of the others. */
export const EN = {
  skipToContent: "Skip to the content",
  language: "Language",
  outcome: { holds: "Holds", refuted: "Refuted", undecided: "Undecided", unchecked: "Not checked" },
  close: "Close",
  copy: "Copy",
  copied: "Copied",
  notBefore: "Not before",
  notAfter: "Not after",
  time: "Time",
  value: "Value",
  figures: "The figures as a table",
  inUtc: (time: string) => `${time} (UTC)`,
  about: "Warifu, a tamper-evident ledger for city data",
};
