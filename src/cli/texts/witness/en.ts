/** What `warifu witness` says, in English. The type of the other languages. */
import { inEachLanguage } from "../../language.ts";
import { counted } from "../../output.ts";

export type WitnessTexts = typeof EN;

const EN = {
  witness: {
    summary: "cosign the checkpoints of logs",
    description: "Runs a witness: it cosigns checkpoints of any C2SP log that only ever grows, and refuses all others.",
    name: "name of the witness, a URL without its scheme; needed at the first start",
    log: "verifier key of a log to witness; may be repeated",
    logs: "a file that lists logs to witness",
    mlDsa: "sign with ML-DSA-44 as well; the first time, this makes the key",
    data: "folder of the key and the memory",
    host: "address to listen on",
    port: "port to listen on; 0 takes any that is free",
    json: "print one JSON document once the witness is ready, and nothing else",
    after: `
The first start makes the key of the witness and an empty memory in its data folder; --name is needed then. What is
printed as vkey goes into the settings of the logs and into the policies of verifiers. Never put an older copy of the
folder back, never run two copies: a witness that forgets what it cosigned can be made to cosign another history. Ctrl-C
stops it.

A file of logs has the form of https://c2sp.org/tlog-list: the line logs/v0, then for each log "vkey …", "origin …" where
that is not the key's name, "qpd …" and "contact …".

Examples:
  warifu witness --name witness.example.org/w1 --log ledger.example.org/2026+1d21214d+AQ11…
  warifu witness --data /var/lib/witness --logs logs.txt --host 0.0.0.0 --port 8090`,
  },
  stopping: "stopping…",
  stopped: "stopped",
  conflicts: {
    "split-view": (origin: string) =>
      `ALARM: the log ${origin} signed two different trees of one size; both checkpoints are kept as evidence`,
    unproven: (origin: string) =>
      `refused: a checkpoint that the log ${origin} signed was not proven to extend the last one; it is kept`,
  },
  passedOver: (file: string, what: string) => `passed over in ${file}: ${what}`,
  labels: {
    witness: "witness",
    address: "address",
    vkey: "vkey",
    mlDsaVkey: "ML-DSA-44",
    data: "data",
    witnessing: "witnessing",
  },
  logs: (count: number, names: string) => `${counted(count, "log")}: ${names}`,
  howToStop: "Ctrl-C stops it.",
  stoppedByItself: (why: string) => `the witness stopped by itself: ${why}`,
  values: {
    name: "It is a URL without its scheme: printable ASCII, no space, no plus.",
    logKey: (why: string) => `It is not one: ${why}.`,
    port: "It is a port, a whole number from 0 to 65535.",
  },
};

export const witnessTexts = inEachLanguage(EN, {
  es: async () => (await import("./es.ts")).ES,
  ja: async () => (await import("./ja.ts")).JA,
});
