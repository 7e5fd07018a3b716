/** What `warifu serve-log` says, in English. The type of the other languages. */
import { inEachLanguage } from "../../language.ts";

export type ServeLogTexts = typeof EN;

const EN = {
  verb: {
    summary: "serve a log's files from object storage",
    description:
      "Serves the copy of a log on object storage or in a folder, read-only: it needs no service, no database and no key.",
    settings: "the folder of an exported log, or the file that says where a copy is, as WARIFU_LOG_STORAGE names it",
    host: "address to listen on",
    port: "port to listen on; 0 takes any that is free",
    rate: "requests that one client address may make a minute",
    proxies: "proxies in front of it whose X-Forwarded-For it believes",
    json: "print one JSON document once it listens, and nothing else",
    after: `
The addresses are those of https://c2sp.org/tlog-tiles below /log/. Nothing of it has to be trusted: clients check what
they read against the signed checkpoint, and the checkpoint against the anchors. Several may run beside each other, and a
cache in front may keep tiles for ever. For a bucket that everybody may read, leave credentialsFile out. Ctrl-C stops it.

Examples:
  warifu serve-log /srv/parks-2026
  warifu serve-log log-storage.json
  warifu serve-log log-storage.json --host 0.0.0.0 --port 8085`,
  },
  labels: { log: "log", storage: "storage" },
  howToStop: "Ctrl-C stops it.",
  stopping: "stopping…",
  stopped: "stopped",
  port: "It is a port, a whole number from 0 to 65535.",
  rate: "It is a whole number from 1 to 1000000000.",
  proxies: "It is a whole number from 0 to 16.",
};

export const serveLogTexts = inEachLanguage(EN, {
  es: async () => (await import("./es.ts")).ES,
  ja: async () => (await import("./ja.ts")).JA,
});
