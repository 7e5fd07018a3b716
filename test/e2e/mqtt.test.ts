/**
 * Messages of devices over a broker that is stopped and started, to a service that is killed: every message that the broker
 * acknowledged is recorded, and recorded once. `WARIFU_MQTT_MESSAGES` says how many (`npm run soak -- mqtt` sends 100,000).
 */
import { once } from "node:events";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import type { ChildProcess } from "node:child_process";

import { expect } from "chai";
import { connectAsync, type MqttClient } from "mqtt";

import { freePort } from "../../scripts/free-port.ts";
import { LOCAL_DEV_KEY } from "../../src/chain/signers/development-keys.ts";
import { LEDGER_FILES } from "../../src/store/sqlite/ledger.ts";
import { startHardhat, type TestChain } from "../support/chains.ts";
import { temporaryFolder } from "../support/ledger.ts";
import { HOW_TO_HAVE_MOSQUITTO, MOSQUITTO, startMosquitto, type Mosquitto } from "../support/mosquitto.ts";
import { abandonAll, startService } from "./support/killable-service.ts";

const MESSAGES = Number(process.env["WARIFU_MQTT_MESSAGES"] ?? 2_000);
const RESTARTS = Number(process.env["WARIFU_MQTT_RESTARTS"] ?? 2);
const KILLS = Number(process.env["WARIFU_MQTT_KILLS"] ?? 1);
const CONNECTIONS = 16;
const DEVICES = 8;
/** Messages that are on their way to the broker at a time. */
const AT_A_TIME = 100;
/** Without one more record for this long, the rest is lost. */
const PATIENCE_MS = 30_000;

if (MOSQUITTO === undefined)
  process.stdout.write(`left out: MQTT under restarts and kills, ${HOW_TO_HAVE_MOSQUITTO}\n`);
else eachOnceOver(MOSQUITTO);

function eachOnceOver(program: string): void {
  describe("a service that takes messages from Mosquitto", function () {
    this.timeout(300_000 + MESSAGES * 20);
    let chain: TestChain;
    let broker: Mosquitto;
    let sender: MqttClient;
    let dataDir: string;
    let environment: NodeJS.ProcessEnv;
    let service: ChildProcess;

    before(async () => {
      [chain, broker, dataDir] = [await startHardhat(), await startMosquitto(program), temporaryFolder()];
      const connectors = join(broker.folder, "connectors.json");
      writeFileSync(connectors, JSON.stringify({ format: "warifu-connectors/1", connectors: [settingsFor(broker)] }));
      environment = {
        WARIFU_ORIGIN: "mqtt.test/ledger",
        WARIFU_DATA_DIR: dataDir,
        WARIFU_HTTP_PORT: String(await freePort()),
        WARIFU_RPC_URL: chain.rpcUrl,
        WARIFU_ANCHOR_KEY: LOCAL_DEV_KEY,
        WARIFU_CONNECTORS: connectors,
        WARIFU_LOG_LEVEL: "warn",
      };
      service = await startService(environment);
      sender = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, { protocolVersion: 5, reconnectPeriod: 100 });
    });
    after(async () => {
      await sender?.endAsync(true);
      abandonAll();
      await broker?.remove();
      await chain?.stop();
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 20 });
    });

    it(`records each of ${MESSAGES} messages once, in ${RESTARTS} stops of the broker and ${KILLS} kills`, async () => {
      await untilConnected(environment);
      const begun = performance.now();
      const events = eventsAt(MESSAGES);
      for (let first = 0; first < MESSAGES; first += AT_A_TIME) {
        const event = events.get(first);
        const sent = publishAll(sender, first, Math.min(first + AT_A_TIME, MESSAGES));
        if (event === "kill") service = await killAndStart(service, environment);
        await sent;
        // A stop comes when the broker has acknowledged all and delivered some; and nothing is sent before the service is
        // back, since this broker forgets shared subscriptions when it ends.
        if (event !== "restart") continue;
        const stopped = Date.now();
        await broker.stop();
        await broker.start();
        await untilConnected(environment, stopped);
      }
      await untilRecorded(dataDir, MESSAGES);
      const seconds = (performance.now() - begun) / 1_000;
      process.stdout.write(`      ${MESSAGES} messages in ${Math.round(seconds)} s\n`);
      service.kill("SIGTERM");
      await once(service, "exit");
      const names = recordedNames(dataDir);
      expect(new Set(names).size, "different messages").to.equal(MESSAGES);
      expect(names, "records").to.have.length(MESSAGES);
      expect(readFileSync(join(dataDir, "service.log"), "utf8")).not.to.contain("refused for ever");
    });
  });
}

function settingsFor({ port }: Mosquitto) {
  const topics = [{ filter: "city/+/air", format: "senml", type: "sensor-reading", source: "city/{2}" }];
  return { type: "mqtt", name: "broker", url: `mqtt://127.0.0.1:${port}`, connections: CONNECTIONS, topics };
}

/** What happens behind which message: both kinds spread evenly, and never both at once. */
function eventsAt(messages: number): ReadonlyMap<number, "kill" | "restart"> {
  const windows = Math.ceil(messages / AT_A_TIME);
  const spread = (count: number, shift: number) =>
    Array.from({ length: count }, (_, at) => AT_A_TIME * Math.floor(((at + shift) * windows) / count));
  const kills = spread(KILLS, 0.35).map((at) => [at, "kill"] as const);
  const restarts = spread(RESTARTS, 0.55).map((at) => [at, "restart"] as const);
  return new Map<number, "kill" | "restart">([...kills, ...restarts]);
}

async function publishAll(sender: MqttClient, from: number, to: number): Promise<void> {
  const one = (n: number) => {
    const pack = [{ n: `urn:dev:${n}`, t: 1_795_334_400 + n, v: n }];
    return sender.publishAsync(`city/${n % DEVICES}/air`, JSON.stringify(pack), { qos: 1 });
  };
  await Promise.all(Array.from({ length: to - from }, (_, at) => one(from + at)));
}

async function killAndStart(service: ChildProcess, environment: NodeJS.ProcessEnv): Promise<ChildProcess> {
  const ended = once(service, "exit");
  service.kill("SIGKILL");
  await ended;
  const next = await startService(environment);
  await untilConnected(environment);
  return next;
}

/** @param since not the connection from before that time, of which the service may not know yet that it has ended */
async function untilConnected({ WARIFU_HTTP_PORT }: NodeJS.ProcessEnv, since = 0): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const answer = await fetch(`http://127.0.0.1:${WARIFU_HTTP_PORT}/v1/status`);
    const { connectors } = (await answer.json()) as { connectors: { connected: boolean; since: string }[] };
    if (connectors[0]?.connected && Date.parse(connectors[0].since) >= since) return;
    await sleep(50);
  }
  expect.fail("the service did not connect to the broker");
}

async function untilRecorded(dataDir: string, wanted: number): Promise<void> {
  const database = new DatabaseSync(join(dataDir, LEDGER_FILES.database), { readOnly: true, timeout: 60_000 });
  try {
    const count = database.prepare("SELECT count(*) AS records FROM entry WHERE kind = 1");
    let [records, since] = [-1, performance.now()];
    while (records < wanted && performance.now() - since < PATIENCE_MS) {
      await sleep(100);
      const { records: now } = count.get() as { records: number };
      if (now !== records) [records, since] = [now, performance.now()];
    }
  } finally {
    database.close();
  }
}

function recordedNames(dataDir: string): string[] {
  const database = new DatabaseSync(join(dataDir, LEDGER_FILES.database), { readOnly: true, timeout: 60_000 });
  try {
    const rows = database.prepare("SELECT body FROM entry WHERE kind = 1").all() as { body: string | Uint8Array }[];
    return rows.map(({ body }) => {
      const text = typeof body === "string" ? body : Buffer.from(body).toString();
      return (JSON.parse(text) as { record: { n: string } }).record.n;
    });
  } finally {
    database.close();
  }
}
