/**
 * Whole services that share one log in PostgreSQL, killed at random, stopped for so long that another takes their place, robbed of
 * their lease, and ended, while clients submit to any of them, the chain is reorganised, and PostgreSQL itself crashes: one history,
 * nothing that was acknowledged is lost, no head is signed for which there is no log, no size is anchored twice, and the audit finds
 * nothing.
 *
 * `WARIFU_SHARED_KILLS` says how many kills (`npm run soak -- services`), in rounds with a log and a chain of their own each. A round that fails keeps its folder, with what the services said and signed and the
 * database's tables, and says where it is.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { auditLedger } from "../../src/audit/audit-folder.ts";
import { parseConfig, type Config } from "../../src/config.ts";
import { toHex } from "../../src/core/bytes.ts";
import { parsePolicy } from "../../src/core/policy.ts";
import { readLedger } from "../../src/store/open.ts";
import { LogTree } from "../../src/write/log-tree.ts";
import { keepTables, schemaOf, thePostgres, type PostgresServer } from "../support/postgres.ts";
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
  keepAlive,
  liveAtRisk,
  Run,
  servicesIn,
  shareKeys,
  type Fates,
  type ServiceAtRisk,
} from "./support/services-at-risk.ts";
import { signedIn } from "./support/signature-witness.ts";

const KILLS = Number(process.env["WARIFU_SHARED_KILLS"] ?? 0);
const SERVICES = Number(process.env["WARIFU_SHARED_SERVICES"] ?? 4);
const KILLS_A_ROUND = 125;
const ROUNDS = Math.ceil(KILLS / KILLS_A_ROUND);
/** Where rounds have their folders: a run of the tests removes its folder for temporary files, whatever became of it. */
const FOLDER = process.env["WARIFU_SHARED_FOLDER"] ?? tmpdir();
const CLIENTS = 4;
const CLIENT_PAUSE_MS = 50;
const ORIGIN = "shared-kills.test/ledger";
/** What holds the lease should not be busy with the chain alone. */
const SLOWER = { WARIFU_ANCHOR_SECONDS: "1", WARIFU_CHAIN_POLL_SECONDS: "0.4" };
const KILLS_A_CRASH = 25;
/** A round that is slower ends with the kills that it has, and fails for it. */
const MOST_A_KILL_MS = 20_000;
const AROUND_A_ROUND_MS = 240_000;

/** One round: a log, a chain, and what happened to its services. */
interface Round {
  readonly kills: number;
  readonly folder: string;
  readonly world: ReorganisedChain;
  readonly services: readonly ServiceAtRisk[];
  readonly config: Config;
  readonly run: Run;
  readonly fates: Fates;
  readonly acknowledged: Map<string, Acknowledged>;
}

if (KILLS === 0)
  process.stdout.write("left out: services that share a log under SIGKILL, because WARIFU_SHARED_KILLS is not set\n");
else
  describe(`${SERVICES} services on one PostgreSQL under SIGKILL`, function () {
    this.timeout(AROUND_A_ROUND_MS + KILLS_A_ROUND * MOST_A_KILL_MS);
    let server: PostgresServer;
    const passed = { rounds: 0, kills: 0, earlyKills: 0, acknowledged: 0 };
    before(async () => {
      server = await thePostgres();
    });
    after(() => say({ services: SERVICES, passed, of: { rounds: ROUNDS, kills: KILLS } }));

    for (let at = 1; at <= ROUNDS; at++) {
      const kills = Math.round((at * KILLS) / ROUNDS) - Math.round(((at - 1) * KILLS) / ROUNDS);
      it(`lose nothing and double nothing in ${kills} kills, round ${at} of ${ROUNDS}`, async () => {
        const round = await beginRound(server, kills);
        try {
          await killAndRecover(server, round);
          await assertNothingLost(server, round);
          expect(killsOf(round), "kills in the time that a round has").to.be.at.least(kills);
        } catch (error) {
          await keepTables(server, round.folder);
          process.stdout.write(`      round ${at} FAILED; what is left of it is in ${round.folder}\n`);
          throw error;
        } finally {
          await round.world.chain.stop();
        }
        rmSync(round.folder, { recursive: true, force: true, maxRetries: 20 });
        passed.rounds++;
        for (const count of ["kills", "earlyKills"] as const) passed[count] += round.fates[count];
        passed.acknowledged += round.acknowledged.size;
      });
    }
  });

function say(counts: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`      ${JSON.stringify(counts)}\n`);
}

async function beginRound(server: PostgresServer, kills: number): Promise<Round> {
  const folder = mkdtempSync(join(FOLDER, "warifu-shared-kills-"));
  const world = await startReorganisedChain(ORIGIN);
  const database = { WARIFU_DATABASE: server.addressFor(folder) };
  const services = await servicesIn(folder, SERVICES, { ...world.environment, ...SLOWER, ...database });
  const config = parseConfig((services[0] as ServiceAtRisk).environment);
  const fates: Fates = { kills: 0, earlyKills: 0, pauses: 0, zombies: 0, robbed: 0, stops: 0, ended: 0 };
  return { kills, folder, world, services, config, run: new Run(), fates, acknowledged: new Map() };
}

/** All SIGKILLs, also of those that were still starting. */
const killsOf = ({ fates }: Round): number => fates.kills + fates.earlyKills;

/**
 * Until there were enough kills; then two services are left alone, but for a lease that ends once more, and everything must come
 * to rest.
 */
async function killAndRecover(server: PostgresServer, round: Round): Promise<void> {
  const { folder, world, services, run, fates, acknowledged } = round;
  const left = [services[0], services.at(-1)] as [ServiceAtRisk, ServiceAtRisk];
  const begun = performance.now();
  const apiKey = await startOnce(round);
  const [sending, rest] = [new Run(), new Run()];
  const endLease = async (): Promise<void> => {
    // While the database crashes, the lease stays as it is.
    await server.query(`UPDATE ${schemaOf(folder)}.lease SET until = clock_timestamp()`).catch(() => undefined);
  };
  const clients = submitAnywhere(round, apiKey, sending);
  const [reorgs, crashes] = [makeBlocks(world.chain, run), crashAgainAndAgain(server, round)];
  const risks = { run, fates, endLease, acknowledged: () => acknowledged.size };
  const lives = Promise.all(services.map((service) => liveAtRisk(service, risks)));
  const all: Promise<unknown>[] = [clients, reorgs, crashes, lives];
  try {
    await unlessOneFails(untilDone(round), all);
    run.stop();
    await unlessOneFails(lives, all);
    await endLease();
    all.push(...left.map((service) => keepAlive(service, rest.whenStopping)));
    await unlessOneFails(answering(left), all);
    const fence = await fenceOf(server, folder);
    await endLease();
    await unlessOneFails(untilHeldAfter(fence, server, folder), all);
    sending.stop();
    await unlessOneFails(clients, all);
    await unlessOneFails(untilFinal(left[0].url), all);
    run.ended = true;
    rest.stop();
    await Promise.all(all);
    const seconds = Math.round((performance.now() - begun) / 1_000);
    say({ ...fates, reorgs: await reorgs, crashes: await crashes, seconds });
  } finally {
    for (const one of [run, sending, rest]) one.stop();
    run.ended = true;
    abandonAll();
    endAll();
    await Promise.allSettled(all);
  }
}

/** The goal, unless one of what goes on meanwhile fails first. */
function unlessOneFails<T>(goal: Promise<T>, others: readonly Promise<unknown>[]): Promise<T> {
  return Promise.race([goal, ...others.map((one) => one.then(() => goal))]);
}

/** The first service makes keys, which the others get. @returns the key that clients use */
async function startOnce({ services, config }: Round): Promise<string> {
  const { child, ready, end } = begin(services[0] as ServiceAtRisk);
  if ((await ready) === "ended") expect.fail(await end);
  shareKeys(services);
  const { submitter } = JSON.parse(readFileSync(config.files.apiKeys, "utf8")) as { submitter: string };
  child.kill("SIGTERM");
  await end;
  return submitter;
}

async function submitAnywhere({ services, acknowledged }: Round, apiKey: string, run: Run): Promise<void> {
  const anywhere = (): string => (services[Math.floor(Math.random() * services.length)] as ServiceAtRisk).url;
  const clients = Array.from({ length: CLIENTS }, (_, at) =>
    submitUntilStopped(anywhere, apiKey, at, acknowledged, run, CLIENT_PAUSE_MS),
  );
  await Promise.all(clients);
}

async function untilDone(round: Round): Promise<void> {
  const deadline = performance.now() + AROUND_A_ROUND_MS / 2 + round.kills * MOST_A_KILL_MS;
  while (!round.run.stopping && killsOf(round) < round.kills && performance.now() < deadline) await sleep(100);
}

/** Waits until each serves. */
async function answering(services: readonly ServiceAtRisk[]): Promise<void> {
  for (const { url } of services)
    while (
      !(await fetch(`${url}/v1/status`).then(
        (response) => response.ok,
        () => false,
      ))
    )
      await sleep(100);
}

/** It rises with each holder of the lease. */
async function fenceOf(server: PostgresServer, folder: string): Promise<number> {
  const [lease] = await server.query(`SELECT fence FROM ${schemaOf(folder)}.lease`);
  return Number(lease?.["fence"]);
}

/** Waits for the next holder: whoever lost the lease has ended, and was started again. */
async function untilHeldAfter(fence: number, server: PostgresServer, folder: string): Promise<void> {
  const deadline = performance.now() + AROUND_A_ROUND_MS / 2;
  while ((await fenceOf(server, folder)) === fence) {
    if (performance.now() > deadline) expect.fail("nobody took the lease again");
    await sleep(100);
  }
}

/** After so many kills, not after a time, in which on a slow machine nothing would have started. @returns how often */
async function crashAgainAndAgain(server: PostgresServer, round: Round): Promise<number> {
  for (let [count, next] = [0, 10]; ; await Promise.race([sleep(100), round.run.whenStopping])) {
    if (round.run.stopping) return count;
    if (killsOf(round) < next) continue;
    await server.crash();
    count++;
    next = killsOf(round) + 10 + Math.random() * 2 * KILLS_A_CRASH;
  }
}

async function assertNothingLost(server: PostgresServer, round: Round): Promise<void> {
  const { folder, world, services, config, acknowledged } = round;
  expect(acknowledged.size).to.be.greaterThan(round.kills / 2);
  const store = await readLedger(config);
  await assertAcknowledged(store, acknowledged);
  const anchors = await assertAnchoredOnce(store, world);
  const signed = await assertNoLostHead(services, await LogTree.load(store));
  await store.close();
  await assertNoneTwice(server, schemaOf(folder));
  const leases = await fenceOf(server, folder);
  const policy = parsePolicy(readFileSync(config.files.policy));
  const report = await auditLedger({ config, policy, rpcUrl: world.chain.rpcUrl });
  const { entries } = report.checked;
  say({ acknowledged: acknowledged.size, entries, anchors, signed, leases });
  say({ audit: report.outcome, findings: report.findings.length });
  // Some reorgs took away what the chain had called final, also blocks that beacons name: the audit must say so, and no
  // more than that.
  const others = report.findings.filter(({ fact }) => fact.id !== "beacon-block-differs");
  expect(others, JSON.stringify(others.slice(0, 3))).to.deep.equal([]);
  expect(report.outcome).to.equal(report.findings.length === 0 ? "holds" : "refuted");
  expect(report.checked.anchors).to.be.greaterThan(0);
}

/** Every leaf of a record has a key of its own. */
async function assertNoneTwice(server: PostgresServer, schema: string): Promise<void> {
  const [counts] = await server.query(
    `SELECT (SELECT count(*) FROM ${schema}.entry WHERE kind = 1) AS records,
      (SELECT count(DISTINCT leaf_index) FROM ${schema}.submission WHERE key LIKE 'client-%') AS leaves`,
  );
  expect(counts?.["records"]).to.equal(counts?.["leaves"]);
}

/**
 * Of the heads that a process signed, all are of this log but perhaps the one that it ended with: its largest, and not always its
 * last one, since an anchoring that was under way may still sign a smaller head, of what was published before.
 * @returns how many were signed
 */
async function assertNoLostHead(services: readonly ServiceAtRisk[], tree: LogTree): Promise<number> {
  const lives = services.flatMap(({ signatures }) => signedIn(signatures));
  for (const life of lives)
    for (const { treeSize, rootHash } of life.toSorted((a, b) => a.treeSize - b.treeSize).slice(0, -1))
      expect(toHex(await tree.rootAt(treeSize)), `the head of ${treeSize} entries`).to.equal(rootHash);
  return lives.flat().length;
}
