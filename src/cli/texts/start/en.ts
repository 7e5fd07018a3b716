/** What `warifu start` and its city feed say, in English. The type of the other languages. */
import { inEachLanguage } from "../../language.ts";
import { counted } from "../../output.ts";

export type StartTexts = typeof EN;

const EN = {
  start: {
    summary: "run the service",
    description: "Runs the service, in a checkout with a local chain of its own unless another is set.",
    noFeed: "do not submit the records of the example city feed",
    json: "print one JSON document once the service is ready, and nothing else",
    after: `
In a checkout, without settings, it starts a local Hardhat chain in memory, deploys the contract there, and keeps its data
in the folder data/. With WARIFU_RPC_URL and an anchoring account (WARIFU_ANCHOR_KEY, for one) it anchors on that chain
instead, and nothing is fed; an installed package has no local chain and needs both. Ctrl-C stops it; the next start goes
on with the data. The port is the setting WARIFU_HTTP_PORT. With WARIFU_LOGS, a file, it runs several logs in one process.

Examples:
  warifu start
  warifu start --no-feed
  WARIFU_DATA_DIR=/var/lib/warifu WARIFU_HTTP_PORT=9000 warifu start
  WARIFU_LOGS=logs.json warifu start`,
  },
  stopping: "stopping…",
  stopped: "stopped",
  starting: (folder: string) => `starting, data in ${folder}`,
  /** What the service tells of its start, in English. */
  told: (line: string) => line,
  ready: (seconds: string) => `ready in ${seconds} s`,
  stoppedByItself: (why: string) => `the service stopped by itself: ${why}`,
  seeLog: (folder: string) =>
    `nothing that was acknowledged is lost; see service.log in ${folder}, fix the cause and start again`,
  startingLogs: (logs: number) => `starting ${counted(logs, "log")}`,
  noneRuns: (why: string) => `no log of this service runs any more: ${why}`,
  allLogs: (url: string) => `all of them: ${url}/   health: ${url}/healthz`,
  oneLog: (name: string) =>
    `for a command on one of them, set WARIFU_LOG, such as: WARIFU_LOG=${name} npx warifu status`,
  labels: {
    service: "service",
    status: "status",
    api: "API",
    log: "log",
    chain: "chain",
    contract: "contract",
    data: "data",
    policy: "policy",
    apiKeys: "API keys",
  },
  chainOf: (url: string, id: number) => `${url}   (chain ${id})`,
  tryIt: "try, in another terminal:",
  howToStop: "Ctrl-C stops it.",
  checkIt: "check it yourself:",
  feedEnded: (why: string) => `the city feed ended: ${why}`,

  feed: (records: number, file: string) => `city feed: ${records} records from ${file}`,
  waiting: "waiting for the first one to be anchored …",
  refused: (position: number, why: string) => `record ${position} of the feed was refused: ${why}`,
  acknowledged: (leaf: number, type: string, source: string, isNew: boolean) =>
    `acknowledged leaf ${leaf}  ${type} from ${source}${isNew ? "" : ", there already"}`,
  acknowledgedAll: (records: number, added: number) =>
    `${counted(records, "record")} acknowledged, ${added} of them new`,
  verified: (id: string, policyFile: string) => `the proof of record ${id}, verified under ${policyFile}`,
};

export const startTexts = inEachLanguage(EN, {
  es: async () => (await import("./es.ts")).ES,
  ja: async () => (await import("./ja.ts")).JA,
});
