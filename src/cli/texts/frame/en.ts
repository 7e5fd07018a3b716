/** What frames every verb, in English: help, progress, refusals of arguments. The type of the other languages. */
import { inEachLanguage } from "../../language.ts";

export type FrameTexts = typeof EN;

const EN = {
  program: "A tamper-evident ledger for city data: submit records, prove them, verify the proofs.",
  version: "print the version",
  help: "print this help",
  helpVerb: "print the help of a verb",
  lang: "the language: en, es or ja (default: as LC_ALL, LC_MESSAGES or LANG say)",
  after: `
Exit codes:
  0  it holds, it is done
  1  it is refuted, and the step and the record are named
  2  wrong use: an option, a file or a setting
  3  it cannot be decided yet: somebody cannot be reached, or no final anchor is there yet
 70  a defect of the program, please report it

Settings are environment variables, also from a file .env in this folder: see .env.example.
In a checkout, or in a folder where the package is installed, warifu is called as npx warifu.

Examples:
  warifu start                                        a service and a local chain of its own
  warifu submit readings.csv --type sensor-reading    a record for each row
  warifu prove ID -o bundle.json                      the proof of one record
  warifu verify bundle.json --policy policy.json      checked without asking the service`,
  tellsMore: "(--help tells more)",

  /** Headings of a help text, by the words of the library that lays it out. */
  headings: {
    "Usage:": "Usage:",
    "Arguments:": "Arguments:",
    "Options:": "Options:",
    "Commands:": "Commands:",
    "Global Options:": "Global Options:",
  },
  options: "[options]",
  command: "[command]",
  choices: (all: string) => `choices: ${all}`,
  byDefault: (value: string) => `default: ${value}`,

  /** What is wrong with the arguments. `named` is what is in quotes, in its order. */
  wrong: {
    unknownOption: ([option]: readonly string[]) => `unknown option '${option}'`,
    unknownCommand: ([command]: readonly string[]) => `unknown command '${command}'`,
    missingArgument: ([argument]: readonly string[]) => `missing required argument '${argument}'`,
    optionMissingArgument: ([option]: readonly string[]) => `option '${option}' argument missing`,
    missingMandatoryOptionValue: ([option]: readonly string[]) => `required option '${option}' not specified`,
    conflictingOption: (named: readonly string[]) => `'${named[0]}' cannot be used with '${named[1]}'`,
    excessArguments: (_: readonly string[]) => "too many arguments",
    invalidArgument: (named: readonly string[]) => `option '${named[0]}' argument '${named[1]}' is invalid.`,
  },
  didYouMean: (names: string) => `(Did you mean ${names}?)`,
  allowed: (names: string) => `Allowed choices are ${names}.`,

  error: "error:",
  hint: "hint:",
  /** Before an English message that explains a translated one. */
  detail: "detail:",
  systemRefused: (message: string) => `the system refused: ${message}`,
  defect: (message: string) => `this is a defect of the program, please report it: ${message}`,

  left: (seconds: string) => `${seconds} s left`,
  doneOf: (done: string, total: string) => `${done} of ${total}`,
  records: "records",
  bundles: "bundles",
  leaves: "leaves",

  yesOrNo: "[y/N]",
  yes: /^y(es)?$/i,

  /** Options that many verbs have. */
  url: "the service (default: WARIFU_URL, else this machine's)",
  json: "print one JSON document",
  key: "the API key (default: WARIFU_API_KEY, else this machine's)",
  auditorKey: "an auditor's API key (default: WARIFU_API_KEY, else this machine's)",
  officerKey: "an officer's API key; other users of the machine can see it: prefer --key-file",
  keyFile: "a file that holds the API key",
  keyFileUnseen: "a file that holds the API key; unlike --key, nobody else on the machine sees it",
  officerKeyFile: "a file that holds an officer's API key",
  policy: "your policy (or WARIFU_POLICY_FILE in the environment)",

  /** What a value of an option is. */
  values: {
    wholeNumber: (most: number) => `It is a whole number from 1 to ${most}.`,
    seconds: "It is a number of seconds up to 86400.",
    blockHash: "It is 0x and 64 hexadecimal digits.",
    bitcoinHeader:
      "It is the height of a Bitcoin block, a colon, and its header: 160 hexadecimal digits, with the work that they name.",
    sourceName: "It is a name of 1 to 128 of the characters A-Z a-z 0-9 . _ : / @ -, the first a letter or digit.",
    time: "It is a time such as 2026-11-01, 2026-11-01T10:00Z or 90m, 12h, 2d ago.",
    endTime: "It is 30d, 12h from now on, a day such as 2027-01-31, or 2027-01-31T10:00Z.",
    address: "It is an http or https address.",
    account: "It is 0x and 40 hexadecimal digits.",
    checksum: "Its checksum is wrong: was a digit changed?",
    rootHash: "It has 64 hexadecimal digits.",
    encoding: "It is the name of an encoding, such as shift_jis, euc-jp, iso-8859-1, windows-1252 or utf-16le.",
    delimiter: 'It is one character, such as ";", or tab.',
  },
};

export const frame = inEachLanguage(EN, {
  es: async () => (await import("./es.ts")).ES,
  ja: async () => (await import("./ja.ts")).JA,
});
