/** What `warifu submit` says, in English. The type of the other languages. */
import { inEachLanguage } from "../../language.ts";
import { counted } from "../../output.ts";

export type SubmitTexts = typeof EN;

const EN = {
  submit: {
    format: "what the file holds (default: by its name or content)",
    summary: "submit records from a file or stdin",
    description:
      "Submits the records of a JSON, NDJSON or CSV file, or of a document of the field (GeoJSON, SenML, SensorThings, NGSI, Open311), and waits until each is durable in the log. gzip is unpacked.",
    file: "the file, or - for stdin",
    source: (usual: string) => `with --type, who sends the records (default: ${usual})`,
    type: "the items are claims of records of this type",
    items: "where in the JSON the array of items is, as a JSON pointer such as /resources",
    encoding: "what the text is in, such as shift_jis or iso-8859-1 (default: UTF-8)",
    delimiter: 'between the cells of CSV, such as ";" or tab (default: by its rows)',
    map: "how the columns of CSV become records: claims, key, source, times (docs/sources.md)",
    batch: "how many records go in one request",
    acks: "write the acknowledgements there, one JSON object a line",
    refused: "write the refused items there, to be corrected and submitted again",
    dryRun: "send nothing; say which claims would be public for ever, which concealed, and what is refused",
    yes: "send without asking; so it is wherever nobody sits at the terminal",
    json: "print the summary as one JSON document",
    after: `
With --type, each item holds the claims of one record; without it, each is a whole record:
  {"type": "sensor-reading", "source": "gateway-7", "claims": {"temperature": 16.4}}

Rows of CSV are claims too: text, unless the profile of the type says that a column is a number or can be left empty.
What can be sent, and how it is read, is in docs/sources.md.

An item without a key gets one that depends on the bytes of the file, on how it is read (--items, --format, --type,
--source) and on its place there: the same file submitted again, or after it broke off, adds nothing. A file that was
changed is another file: submit refused items in a file of their own, which --refused writes. Items from stdin are new
each time.

Exit code 0: all are acknowledged, 1: some were refused, 2: wrong use or no item, 3: the service does not answer.

Examples:
  warifu submit records.ndjson
  warifu submit readings.csv --type sensor-reading --source gateway-7
  warifu submit reports.csv --type citizen-report --dry-run
  warifu submit export.csv --map export-map.json
  warifu submit stations.csv --type sensor-reading --encoding shift_jis --delimiter ";"
  warifu submit requests.xml --source city/open311
  warifu submit environment.json --type sensor-reading --items /resources
  curl -s https://city.example.org/environment.json | warifu submit - --type sensor-reading --items /resources
  warifu submit readings.csv --type sensor-reading --refused refused.csv
  warifu submit big.ndjson --batch 5000 --acks acknowledged.ndjson`,
  },
  nothingSent: "nothing was sent",
  note: (note: string) => `note: ${note}`,
  dryRunOver: "nothing was sent: this was a dry run",
  /** For an input that only at its end turned out to have no item. */
  noItem: "nothing was recorded: there is no item in it",
  listsAt: (pointers: readonly string[], first: string) =>
    `if its items are at ${pointers.join(" or ")}, give --items ${first}`,
  publicOfFirst: (type: string, source: string, claims: string) =>
    `public of the first ${type}: source ${source}, ${claims}`,
  sendIt: "This cannot be taken back. Send it?",
  ofType: (records: number, type: string) => `${counted(records, "record")} of the type ${type}`,
  publicForEver: (names: string) => `public for ever: ${names}`,
  sourceNames: (count: number) => `source (${counted(count, "name")})`,
  concealed: (names: string) => `concealed:       ${names}`,
  nothing: "nothing",
  acknowledged: ({ all, added, repeated, places: [first, last] }: Acknowledged) =>
    `${counted(all, "record")} acknowledged (${counted(added)} new, ${counted(repeated)} there already), ` +
    (first === last ? `leaf ${first}` : `leaves ${first} to ${last}`),
  recordedBefore: (added: number, repeated: number) => {
    const from = "recorded before, from an identical file or under the same keys";
    return added > 0
      ? `${added} new: ${repeated} of ${counted(added + repeated, "record")} had been ${from}`
      : `0 new: all ${counted(repeated, "record")} had been ${from}`;
  },
  receipt: (address: string, records: number) =>
    records === 1 ? `its receipt: ${address}` : `each has a receipt; that of the first: ${address}`,
  acksWritten: (path: string) => `acknowledgements written to ${path}`,
  refusedOnly: (count: number) => {
    const what = count === 1 ? "it" : "them";
    return `${counted(count, "item")} refused: correct ${what} and submit ${what} in a separate file; --refused FILE writes one`;
  },
  refused: (count: number) => `${counted(count, "item")} refused`,
  unwritten: (count: number, path: string, file: string) =>
    `${counted(count, "refused item")} could not be written to ${path}, too long, not UTF-8, or nothing without the rest ` +
    `of the document: see ${file}`,
  asInDocument: (count: number) =>
    `${counted(count, "of them", "of them")} as in the document, without what it says of all its parts`,
  refusedWritten: (count: number, path: string) =>
    `${counted(count, "refused item")} written to ${path}: correct that file and submit it:`,
  refusedItem: (item: number, why: string) => `item ${item}: ${why}`,
  moreRefused: (count: number) => `… and ${counted(count, "more refused item")}: --json lists all`,
  respelled: (count: number) =>
    `${counted(count, "number")} written another way, with the same value, such as 1.10 as 1.1: docs/formats.md, section 1, item 6`,
  brokenOff: (count: number, isFile: boolean) =>
    `${counted(count, "record")} acknowledged before it broke off${isFile ? "; submit the same file again to go on" : ""}`,
};

/** What was acknowledged: how many, and from which leaf to which. */
interface Acknowledged {
  readonly all: number;
  readonly added: number;
  readonly repeated: number;
  readonly places: readonly [first: number, last: number];
}

/** For the document that programs read, whatever the language. */
export const SUBMIT_ENGLISH = EN;

export const submitTexts = inEachLanguage(EN, {
  es: async () => (await import("./es.ts")).ES,
  ja: async () => (await import("./ja.ts")).JA,
});
