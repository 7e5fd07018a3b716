/** What `warifu migrate` says, in English. The type of the other languages. */
import { inEachLanguage } from "../../language.ts";

export type MigrateTexts = typeof EN;

const EN = {
  verb: {
    summary: "move a log from a data folder into a PostgreSQL database",
    description:
      "Moves ledger and vault from the SQLite files of a data folder into the database that WARIFU_DATABASE names, while no service runs there, and audits both.",
    dataDir: "the data folder (default: WARIFU_DATA_DIR)",
    policy: "the policy to audit under (default: policy.json in the data folder)",
    json: "print one JSON document, and nothing else",
    after: `
The files stay, as ledger.sqlite.migrated and vault.sqlite.migrated: no service starts on them. If it is cut off, start it
again: it goes on where it ended.

Example:
  WARIFU_DATABASE=postgres://warifu@db.example/warifu warifu migrate`,
  },
  copying: "rows copied",
  moved: (entries: number) => `${entries} entries are in the database, and its audit finds no fault`,
  next: "Start the service with WARIFU_DATABASE set. Keep the .migrated files until a backup of the database is made.",
};

export const migrateTexts = inEachLanguage(EN, {
  es: async () => (await import("./es.ts")).ES,
  ja: async () => (await import("./ja.ts")).JA,
});
