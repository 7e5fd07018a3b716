/**
 * `npm run soak`: the tests that take too long for every change. Each part prints its own result; the exit code is 1 when
 * any failed.
 *
 *     npm run soak              all parts, about two hours
 *     npm run soak -- kills     the whole service killed 1,000 times under load, with reorgs under it (about an hour)
 *     npm run soak -- faults    the pipeline killed 500 times
 *     npm run soak -- postgres [count]   four services on one PostgreSQL, killed in that many rounds, 1,000 by default
 *     npm run soak -- services [kills] [services]   so many whole services on one PostgreSQL, four by default, killed that often,
 *                                    1,000 times by default, in rounds of 125, with reorgs, pauses and crashes of PostgreSQL
 *     npm run soak -- attacks   tiny chunks, false openings, idle connections, unread answers, while others are served
 *     npm run soak -- fuzz      a million fuzz runs of the contract
 *     npm run soak -- mqtt [count]   that many messages, 100,000 by default, through Mosquitto stopped ten times, to a service
 *                                    killed five times; TEST_MOSQUITTO names the program
 *     npm run soak -- simulation [count] [first]   that many seeds of the simulation, 10,000 by default
 *     npm run soak -- sharing [count] [first]   that many seeds of it with two to four services on one PostgreSQL, 1,000 by default
 *     npm run soak -- exchange [count] [first] [percent]   that many seeds of two cities that exchange records, 200 by default,
 *                                                  with a picture in so many of 100 posts, 40 by default
 *     npm run soak -- timeline [count] [percent]   a timeline of that many posts of 10,000 citizens, 100,000 by default, with a
 *                                                  picture in so many of 100, 5 by default, held to its times and its memory
 *     npm run soak -- growth [records]   one log filled through the real service with that many records, a million by default:
 *                                        what a record, a start, a bundle, pages, the disk and an audit cost at each size
 *     npm run soak -- scale [seed]       a hundred cities: real logs side by side, and the simulation behind docs/scale.md
 */
import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";

const MOCHA = fileURLToPath(new URL("../node_modules/mocha/bin/mocha.js", import.meta.url));
const HARDHAT = fileURLToPath(new URL("../node_modules/hardhat/dist/src/cli.js", import.meta.url));

interface Part {
  readonly title: string;
  readonly command: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
}

/** Rounds of kills on PostgreSQL. */
const ROUNDS = process.argv.slice(2).find((word) => /^\d+$/.test(word)) ?? "1000";

const isNumber = (word: string): boolean => /^\d+$/.test(word);
const wanted = process.argv.slice(2).filter((word) => !isNumber(word));
const numbers = process.argv.slice(2).filter(isNumber);
const [count = "10000", firstSeed = "1"] = numbers;
const [shared = "1000"] = numbers;
const [messages = "100000"] = numbers;
const [sharedKills = "1000", sharing = "4"] = numbers;
const [exchanges = "200", , pictured = "40"] = numbers;
const [posts = "100000", withPicture = "5"] = numbers;
const [grown = "1000000"] = numbers;
const [scaleSeed = "1"] = numbers;

const PARTS: Readonly<Record<string, Part>> = {
  kills: {
    title: "the whole service, 1,000 kills with 4 clients and reorgs",
    command: [MOCHA, "test/e2e/kills.test.ts"],
    environment: { WARIFU_KILLS: process.env["WARIFU_KILLS"] ?? "1000" },
  },
  faults: {
    title: "the pipeline, 500 kills",
    command: [MOCHA, "test/faults/**/*.test.ts"],
    environment: { WARIFU_KILLS: "500" },
  },
  postgres: {
    title: `four services on one PostgreSQL, ${ROUNDS} rounds of kills`,
    command: [MOCHA, "test/store/postgres/several-services.test.ts"],
    environment: { WARIFU_POSTGRES_KILLS: ROUNDS, WARIFU_POSTGRES_SERVICES: "4" },
  },
  services: {
    title: `${sharing} whole services on one PostgreSQL, ${sharedKills} kills with reorgs and crashes`,
    command: [MOCHA, "test/e2e/shared-kills.test.ts"],
    environment: { WARIFU_SHARED_KILLS: sharedKills, WARIFU_SHARED_SERVICES: sharing },
  },
  mqtt: {
    title: `${messages} messages over MQTT, ten stops of the broker, five kills of the service`,
    command: [MOCHA, "test/e2e/mqtt.test.ts"],
    environment: { WARIFU_MQTT_MESSAGES: messages, WARIFU_MQTT_RESTARTS: "10", WARIFU_MQTT_KILLS: "5" },
  },
  simulation: {
    title: `the simulated chain, ${count} seeds from ${firstSeed} on`,
    command: [MOCHA, "test/simulation/simulation.test.ts"],
    environment: seedsFrom(count),
  },
  sharing: {
    title: `several services on the simulated chain, ${shared} seeds from ${firstSeed} on`,
    command: [MOCHA, "test/simulation/several-services.test.ts"],
    environment: seedsFrom(shared),
  },
  exchange: {
    title: `two cities that exchange records, ${exchanges} seeds from ${firstSeed} on`,
    command: [MOCHA, "test/exchange/simulation.test.ts"],
    environment: {
      ...{ WARIFU_EXCHANGE_SEEDS: exchanges, WARIFU_FIRST_SEED: firstSeed },
      WARIFU_EXCHANGE_PICTURES: String(Number(pictured) / 100),
    },
  },
  timeline: {
    title: `a timeline of ${posts} posts, ${withPicture} of 100 with a picture`,
    command: ["--expose-gc", MOCHA, "test/posts/timeline.test.ts"],
    environment: { WARIFU_TIMELINE_POSTS: posts, WARIFU_TIMELINE_PICTURED: withPicture },
  },
  growth: { title: `a log of ${grown} records, measured as it grows`, command: ["scripts/soak/growth.ts", grown] },
  scale: { title: `a hundred cities, seed ${scaleSeed}`, command: ["scripts/soak/scale.ts", scaleSeed] },
  attacks: {
    title: "one stranger's machine against everybody else, a minute each",
    command: [MOCHA, "test/e2e/attacks.test.ts"],
    environment: { WARIFU_ATTACK_SECONDS: "60" },
  },
  fuzz: { title: "the contract, deep fuzzing", command: [HARDHAT, "test", "solidity", "--test-profile", "deep"] },
};

/** So many seeds of the simulation; a single one with its trace. */
function seedsFrom(wantedSeeds: string): NodeJS.ProcessEnv {
  const which =
    wantedSeeds === "1" ? { WARIFU_SEED: firstSeed } : { WARIFU_SEEDS: wantedSeeds, WARIFU_FIRST_SEED: firstSeed };
  return { ...which, WARIFU_SIMULATION_THREADS: String(availableParallelism()) };
}

if (wanted.includes("--help") || wanted.includes("-h")) {
  console.log(`usage: npm run soak -- [part…] [count] [first seed]; the parts are ${Object.keys(PARTS).join(", ")}`);
  process.exit(0);
}
const unknown = wanted.filter((name) => !Object.hasOwn(PARTS, name));
if (unknown.length > 0) {
  console.error(`there is no part "${unknown[0]}": the parts are ${Object.keys(PARTS).join(", ")}`);
  process.exit(2);
}

let failed = 0;
for (const [name, { title, command, environment }] of Object.entries(PARTS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.error(`\n== ${name}: ${title}`);
  const started = Date.now();
  const { status } = spawnSync(process.execPath, command, {
    stdio: "inherit",
    env: { ...process.env, ...environment },
  });
  if (status !== 0) failed++;
  console.error(`== ${name}: ${status === 0 ? "passed" : "FAILED"} in ${Math.round((Date.now() - started) / 1000)} s`);
}
process.exitCode = failed > 0 ? 1 : 0;
