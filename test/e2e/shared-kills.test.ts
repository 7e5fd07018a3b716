/**
 * Whole services that share one log in PostgreSQL, killed at random, stopped for so long that another takes their place, and
 * ended, while clients submit to any of them, the chain is reorganised, and PostgreSQL itself crashes: one history, nothing that
 * was acknowledged is lost, no head is signed for which there is no log, no size is anchored twice, and the audit finds nothing.
 * `WARIFU_SHARED_KILLS` says how many kills (`npm run soak -- services`).
 */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { auditLedger } from "../../src/audit/audit-folder.ts";
import { parseConfig } from "../../src/config.ts";
import { toHex } from "../../src/core/bytes.ts";
import { parsePolicy } from "../../src/core/policy.ts";
import { readLedger } from "../../src/store/open.ts";
import { temporaryFolder } from "../support/ledger.ts";
import { schemaOf, thePostgres, type PostgresServer } from "../support/postgres.ts";
import { abandonAll, assertAcknowledged, submitUntilStopped, type Acknowledged } from "./support/killable-service.ts";
import {
  assertAnchoredOnce,
  makeBlocks,
  startReorganisedChain,
  untilFinal,
  type ReorganisedChain,
} from "./support/reorganised-chain.ts";
import {
  begin,
  endAll,
  liveAtRisk,
  servicesIn,
  shareKeys,
  type Fates,
  type ServiceAtRisk,
} from "./support/services-at-risk.ts";
import { signedIn } from "./support/signature-witness.ts";

const KILLS = Number(process.env["WARIFU_SHARED_KILLS"] ?? 0);
const SERVICES = Number(process.env["WARIFU_SHARED_SERVICES"] ?? 4);
/** When to end, however many kills there were by then. */
const SECONDS = Number(process.env["WARIFU_SHARED_SECONDS"] ?? 60 + KILLS * 20);
const CLIENTS = 4;
const ORIGIN = "shared-kills.test/ledger";
/** What holds the lease should not be busy with the chain alone. */
const SLOWER = { WARIFU_ANCHOR_SECONDS: "1", WARIFU_CHAIN_POLL_SECONDS: "0.4" };
const CRASH_EVERY_MS = 180_000;
const WORD_EVERY_MS = 60_000;

if (KILLS === 0)
  process.stdout.write("left out: services that share a log under SIGKILL, because WARIFU_SHARED_KILLS is not set\n");
else
  describe(`${SERVICES} services on one PostgreSQL under SIGKILL`, function () {
    this.timeout(300_000 + SECONDS * 1_000);
    let world: ReorganisedChain;
    let server: PostgresServer;
    const folder = temporaryFolder();

    before(async () => {
      server = await thePostgres();
      world = await startReorganisedChain(ORIGIN);
    });
    after(async () => {
      abandonAll();
      endAll();
      await world?.chain.stop();
    });

    it(`lose nothing and double nothing in ${KILLS} kills with ${CLIENTS} clients, reorgs and crashes of the database`, async () => {
      const database = server.addressFor(folder);
      const services = await servicesIn(folder, SERVICES, {
        ...world.environment,
        ...SLOWER,
        WARIFU_DATABASE: database,
      });
      const [first] = services as [ServiceAtRisk];
      const config = parseConfig(first.environment);
      const acknowledged = new Map<string, Acknowledged>();
      const fates: Fates = { kills: 0, earlyKills: 0, pauses: 0, zombies: 0, stops: 0, ended: 0 };
      const run = { stopping: false, ended: false };

      const initial = begin(first);
      expect(await initial.ready).to.equal("ready");
      shareKeys(services);
      const { submitter } = JSON.parse(readFileSync(config.files.apiKeys, "utf8")) as { submitter: string };
      initial.child.kill("SIGTERM");
      await initial.end;

      const anywhere = (): string => (services[Math.floor(Math.random() * SERVICES)] as ServiceAtRisk).url;
      const clientsRun = { stopping: false };
      const clients = Array.from({ length: CLIENTS }, (_, at) =>
        submitUntilStopped(anywhere, submitter, at, acknowledged, clientsRun),
      );
      const reorgs = makeBlocks(world.chain, run);
      const lives = services.map((service) => liveAtRisk(service, run, fates));
      const crashes = crashAgainAndAgain(server, run);
      await Promise.race([untilDone(run, fates, acknowledged), ...lives, ...clients]);
      run.stopping = true;
      await Promise.all(lives);

      // From here on they are left alone, and everything must come to rest.
      const last = [begin(first), begin(services.at(-1) as ServiceAtRisk)];
      for (const { ready, end } of last) if ((await ready) === "ended") expect.fail(await end);
      clientsRun.stopping = true;
      await Promise.all(clients);
      await untilFinal(first.url);
      run.ended = true;
      const [reorgCount, crashCount] = [await reorgs, await crashes];
      for (const { child } of last) child.kill("SIGTERM");
      for (const { end } of last) expect((await end).slice(0, 2)).to.equal("0 ");

      expect(acknowledged.size).to.be.greaterThan(KILLS);
      const store = await readLedger(config);
      await assertAcknowledged(store, acknowledged);
      const anchors = await assertAnchoredOnce(store, world);
      const heads = await store.checkpoints(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
      await store.close();
      await assertNoneTwice(server, schemaOf(folder));
      const signed = assertNoLostHead(services, new Map(heads.map((one) => [one.treeSize, toHex(one.rootHash)])));
      const [lease] = await server.query(`SELECT fence FROM ${schemaOf(folder)}.lease`);
      const policy = parsePolicy(readFileSync(config.files.policy));
      const report = await auditLedger({ config, policy, rpcUrl: world.chain.rpcUrl });
      say({ ...fates, reorgs: reorgCount, crashes: crashCount, leases: Number(lease?.["fence"]) });
      say({ acknowledged: acknowledged.size, anchors, signed, entries: report.checked.entries, audit: report.outcome });
      // Some reorgs took away what the chain had called final, also blocks that beacons name: the audit must say so, and no
      // more than that.
      const others = report.findings.filter(({ fact }) => fact.id !== "beacon-block-differs");
      expect(others, JSON.stringify(others.slice(0, 3))).to.deep.equal([]);
      expect(report.outcome).to.equal(report.findings.length === 0 ? "holds" : "refuted");
      expect(report.checked.anchors).to.be.greaterThan(0);
    });
  });

function say(counts: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`      ${JSON.stringify(counts)}\n`);
}

async function untilDone(
  run: { readonly stopping: boolean },
  fates: Fates,
  acknowledged: ReadonlyMap<string, unknown>,
): Promise<void> {
  const begun = performance.now();
  let nextWord = begun + WORD_EVERY_MS;
  while (!run.stopping && fates.kills < KILLS && performance.now() < begun + SECONDS * 1_000) {
    await sleep(100);
    if (performance.now() < nextWord) continue;
    nextWord += WORD_EVERY_MS;
    say({ ...fates, acknowledged: acknowledged.size });
  }
}

/** @returns how often */
async function crashAgainAndAgain(server: PostgresServer, run: { readonly stopping: boolean }): Promise<number> {
  let count = 0;
  for (let next = performance.now() + CRASH_EVERY_MS; !run.stopping; await sleep(100)) {
    if (performance.now() < next) continue;
    await server.crash();
    count++;
    next = performance.now() + (0.5 + Math.random()) * CRASH_EVERY_MS;
  }
  return count;
}

/** Every leaf of a record has a key of its own. */
async function assertNoneTwice(server: PostgresServer, schema: string): Promise<void> {
  const [counts] = await server.query(
    `SELECT (SELECT count(*) FROM ${schema}.entry WHERE kind = 1) AS records,
      (SELECT count(DISTINCT leaf_index) FROM ${schema}.submission WHERE key LIKE 'client-%') AS leaves`,
  );
  expect(counts?.["records"]).to.equal(counts?.["leaves"]);
}

/** Of the heads that a process signed, all are in the log but perhaps the one that it ended with. @returns how many it signed */
function assertNoLostHead(services: readonly ServiceAtRisk[], heads: ReadonlyMap<number, string>): number {
  const lives = services.flatMap(({ signatures }) => signedIn(signatures));
  for (const life of lives)
    for (const { treeSize, rootHash } of life.slice(0, -1))
      expect(heads.get(treeSize), `the head of ${treeSize} entries`).to.equal(rootHash);
  return lives.flat().length;
}
