/** What the researcher's page says, in English. This catalogue is the type of the others. */
export const EN = {
  title: "For researchers",
  lead:
    "What the anchors of this service took: gas, cost, and the time of each step. To be downloaded, cited, and measured " +
    "again on a machine of your own.",
  nav: { overview: "Overview", anchors: "Anchors", verify: "Verify" },
  loading: "Loading…",
  unreachable: "The service did not answer. Load the page again to try once more.",

  figures: "Figures",
  figuresOf: (count: string) => `Of the newest final anchors, ${count} of them`,
  none: "No anchor is final yet.",
  spread:
    "Half of the values lie between the quartiles. Times are by the clock of this service, which looks at the chain at " +
    "intervals; everything else is on the chain, where anybody can check it.",
  figure: "Figure",
  median: "Median",
  lower: "Lower quartile",
  upper: "Upper quartile",
  least: "Least",
  most: "Most",
  rows: {
    records: "Records covered",
    gas: "Gas of an anchor",
    gasPerRecord: "Gas a record",
    cost: "Cost of an anchor, ETH",
    sign: "From the signed head to the signed transaction, s",
    include: "From sent to seen in a block, s",
    finalize: "From there to seen to be final, s",
    total: "From the signed head to final, s",
  },

  data: "Data",
  dataLead:
    "Every anchor, also those that the chain dropped, the newest first. Both files hold the same; an empty cell or null is " +
    "something that is not known, and not zero.",
  csv: "Download as CSV",
  json: "Download as JSON",
  gathering: "Gathering the anchors…",
  saved: (count: string, file: string) => `${file}: ${count} anchors.`,
  api: "The same from a program, a thousand at a time:",

  cite: "To cite",
  citeLead:
    "A checkpoint fixes every record up to its size: whoever has it can tell whether the log was changed since. Keep the " +
    "policy, and the bundles of the records that a finding rests on. They verify without this service.",
  text: "In words",
  bibtex: "As BibTeX",
  citation: (origin: string, entries: string, day: string) =>
    `Warifu log “${origin}”, checkpoint of ${entries} entries, retrieved on ${day}.`,
  rootHash: "Root hash",
  contract: "Contract",
  onChain: (chain: string) => `chain ${chain}`,
  key: "Key of the log",

  repeat: "To repeat",
  repeatLead:
    "Everything runs on one machine, on a chain of its own, from the sources of this program. docs/research has four " +
    "experiments: question, method, command, result, and what may differ elsewhere. Three of them repeat to the digit.",
  repeatList: "What can be measured:",
  repeatExact: "An experiment that gives the same digits everywhere:",
  repeatTimed: "One that gives times, with their spread:",
};
