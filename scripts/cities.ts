/**
 * `npm run cities`: Santander and Fujisawa on one local chain, each with its own service, log, contract and law, with sample
 * themes, posts and sensor feeds, exchanging what the law lets them. Prints where to look, and how the exchange comes along.
 * For trying out: the accounts of its chain are known to everybody.
 *
 *     npm run cities                        services on 8081 and 8082, the chain on 8546, data in data/cities
 *     npm run cities -- --santander 9001 --fujisawa 9002 --chain 9545 --data DIR
 *     npm run cities -- --no-pictures       samples without pictures: what finds faces (90 MB) is not installed then
 *     npm run cities -- --once              ends once the sample posts are in both cities: exit code 0 if all of it went well
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { createClient, type Client } from "../src/client/client.ts";
import { parseConfig } from "../src/config.ts";
import { formatVerifierKey } from "../src/core/note.ts";
import { parsePolicy } from "../src/core/policy.ts";
import { startService, type Service } from "../src/main.ts";
import { DEFAULT_SHARES, type Partner } from "../src/exchange/partners.ts";
import { installFacePackages } from "./cities/face-packages.ts";
import { SampleCitizen } from "./cities/sample-citizen.ts";
import { samplePicture, type SampleScene } from "./cities/sample-pictures.ts";

const ROOT = join(import.meta.dirname, "..");
/** Second and third development account: known to everybody, worth nothing anywhere else. */
const ACCOUNTS = [
  "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d",
  "0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a",
] as const;
const FEED_EVERY_MS = 5_000;
const LOOK_EVERY_MS = 2_000;
const MOST_TRIES = 30;
const CHAIN_LOOK_MS = 100;
/** With `--once`: by then everything has gone across, many times over. */
const PATIENCE_MS = 180_000;
/** Characters of a reason why something is kept back. */
const MOST_SAID = 90;

/** What a city begins with; see examples/cities. */
interface Samples {
  readonly notices: readonly object[];
  readonly themes: readonly { readonly theme: string; readonly scope: string }[];
  readonly posts: readonly SamplePost[];
  readonly readings: readonly { readonly source: string; readonly claims: object }[];
}

interface ShownPost {
  readonly id: string;
  readonly origin?: object;
  readonly pictures: readonly { readonly n: number }[];
}

interface SamplePost {
  readonly pseudonym: string;
  readonly language: string;
  readonly post: { readonly theme?: string };
  readonly picture?: SampleScene;
}

/** A city, and what the other one has it as. */
interface CityName {
  readonly code: string;
  readonly jurisdiction: string;
  readonly asRecipient: Parameters<Client["keepRecipient"]>[0];
}

const CITIES: readonly [CityName, CityName] = [
  {
    ...{ code: "santander", jurisdiction: "eu" },
    asRecipient: { name: "Ayuntamiento de Santander", country: "ES", kind: "public-body", jurisdiction: "eu" },
  },
  {
    ...{ code: "fujisawa", jurisdiction: "jp-operator" },
    asRecipient: { name: "Example K.K.", country: "JP", kind: "business-operator", jurisdiction: "jp-operator" },
  },
];
/** No basis of law covers it: what people say and is shared with it stays, and the state of the exchange says why. */
const REFUSED = { name: "Fujisawa City", country: "JP", kind: "public-body", jurisdiction: "jp-public-body" } as const;
const OF_PEOPLE = DEFAULT_SHARES.filter(({ type }) => type.startsWith("citizen-"));

interface RunningCity {
  readonly city: CityName;
  readonly service: Service;
  readonly url: string;
  readonly samples: Samples;
  readonly isNew: boolean;
  readonly officer: Client;
  readonly admin: Client;
  readonly submitter: Client;
}

const options = readOptions();
const closing = new AsyncDisposableStack();
const stopped = Promise.withResolvers<number>();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stopped.resolve(0));

try {
  const hasPictures = options.wantsPictures && (await installFacePackages(ROOT));
  const rpcUrl = await startChain();
  const [santander, fujisawa] = [await start(CITIES[0], 0, rpcUrl), await start(CITIES[1], 1, rpcUrl)];
  for (const city of [santander, fujisawa]) await arrange(city);
  await befriend(santander, fujisawa);
  await befriend(fujisawa, santander);
  await santander.officer.keepRecipient(REFUSED);
  const refused = { recipient: REFUSED.name, city: "fujisawa-city", shares: [...OF_PEOPLE] };
  await santander.officer.keepPartner({ ...partner(fujisawa), ...refused });
  for (const city of [santander, fujisawa]) await sayWhere(city);
  console.log("\ncitizens join and post");
  for (const city of [santander, fujisawa]) await populate(city, hasPictures);
  const feeding = feed([santander, fujisawa]);
  const looking = look([santander, fujisawa], hasPictures);
  process.exitCode = await Promise.race([stopped.promise, ...(options.isOnce ? [looking] : [])]);
  stopped.resolve(0);
  await Promise.all([feeding, looking]);
} finally {
  stopped.resolve(0);
  await closing.disposeAsync();
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      santander: { type: "string", default: "8081" },
      fujisawa: { type: "string", default: "8082" },
      chain: { type: "string", default: "8546" },
      data: { type: "string", default: "data/cities" },
      once: { type: "boolean", default: false },
      "no-pictures": { type: "boolean", default: false },
    },
  });
  const { santander, fujisawa, chain, data, once: isOnce, "no-pictures": isWithout } = values;
  const ports = [Number(santander), Number(fujisawa)] as const;
  return { ports, chainPort: Number(chain), data: resolve(data), isOnce, wantsPictures: !isWithout };
}

/** The chain of `npm run chain`, which lasts. @returns its address */
async function startChain(): Promise<string> {
  mkdirSync(options.data, { recursive: true, mode: 0o700 });
  const words = ["--port", String(options.chainPort), "--state", join(options.data, "chain.json")];
  const child = spawn(process.execPath, [join(ROOT, "scripts/chain.ts"), ...words], { stdio: "ignore" });
  const ended = once(child, "exit");
  closing.defer(async () => {
    child.kill("SIGINT");
    await ended;
  });
  const rpcUrl = `http://127.0.0.1:${options.chainPort}`;
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] });
  const asked = { method: "POST", headers: { "content-type": "application/json" }, body };
  while (
    !(await fetch(rpcUrl, asked).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null) throw new TypeError(`the chain did not start: is port ${options.chainPort} free?`);
    await sleep(CHAIN_LOOK_MS);
  }
  return rpcUrl;
}

async function start(city: CityName, at: 0 | 1, rpcUrl: string): Promise<RunningCity> {
  const dataDir = join(options.data, city.code);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const port = options.ports[at];
  const config = parseConfig({
    ...{ WARIFU_DATA_DIR: dataDir, WARIFU_HTTP_PORT: String(port), WARIFU_ORIGIN: `${city.code}.localhost/ledger` },
    ...{ WARIFU_RPC_URL: rpcUrl, WARIFU_ANCHOR_KEY: ACCOUNTS[at], WARIFU_ANCHOR_SECONDS: "2" },
    ...{ WARIFU_CITY: cityFile(city), WARIFU_JURISDICTION: city.jurisdiction },
    WARIFU_LOG_LEVEL: "warn",
  });
  const service = await startService(config);
  closing.defer(() => service.close());
  const url = `http://localhost:${port}`;
  const keys = JSON.parse(readFileSync(service.apiKeysFile, "utf8")) as Record<
    "officer" | "admin" | "submitter",
    string
  >;
  const as = (role: keyof typeof keys): Client => createClient({ url, apiKey: keys[role] });
  const samples = JSON.parse(readFileSync(join(ROOT, "examples/cities", `${city.code}.json`), "utf8")) as Samples;
  const isNew = (await service.ledger.transfers.recipients.list()).length === 0;
  const clients = { officer: as("officer"), admin: as("admin"), submitter: as("submitter") };
  return { city, service, url, samples, isNew, ...clients };
}

/** Notices and themes, in a city that has none. */
async function arrange({ isNew, samples, url, officer, service }: RunningCity): Promise<void> {
  if (!isNew) return;
  for (const notice of samples.notices) await officer.addNotice(notice as never);
  const { officer: key } = JSON.parse(readFileSync(service.apiKeysFile, "utf8")) as { officer: string };
  for (const theme of samples.themes) await post(`${url}/v1/themes`, theme, { authorization: `Bearer ${key}` });
}

/** Citizens and their posts. A theme that the other city set down may still be on its way. */
async function populate({ isNew, samples, url }: RunningCity, hasPictures: boolean): Promise<void> {
  if (!isNew) return;
  for (const { pseudonym, language, post: said, picture } of samples.posts) {
    const citizen = new SampleCitizen(url);
    await citizen.join({ pseudonym, language, purposes: ["publish", "exchange"] });
    const pictures = picture && hasPictures ? [await citizen.upload(await samplePicture(picture))] : [];
    const whole = { language, key: crypto.randomUUID(), reportedAt: new Date().toISOString(), pictures, ...said };
    for (let tries = MOST_TRIES; ; tries--)
      try {
        await citizen.post("/v1/posts", whole);
        break;
      } catch (error) {
        if (tries === 0 || (await isStopped(LOOK_EVERY_MS))) throw error;
      }
  }
}

async function post(url: string, value: object, headers: Record<string, string>): Promise<void> {
  const body = JSON.stringify(value);
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
  if (!answer.ok) throw new TypeError(`${url} answers ${answer.status}: ${await answer.text()}`);
}

function cityFile({ code }: CityName): string {
  return join(ROOT, "cities", `${code}.json`);
}

/** How a city is reached, and by which policy it is judged. */
function partner({ url, service, city }: RunningCity) {
  const { names } = JSON.parse(readFileSync(cityFile(city), "utf8")) as { names: NonNullable<Partner["names"]> };
  return { endpoint: url, policy: readFileSync(service.policyFile, "utf8"), city: city.code, names };
}

/** One city becomes the partner of another, which issues it a key. */
async function befriend(one: RunningCity, other: RunningCity): Promise<void> {
  const { log } = parsePolicy(readFileSync(other.service.policyFile));
  const { name } = other.city.asRecipient;
  await one.officer.keepRecipient({ ...other.city.asRecipient, log: formatVerifierKey(log) });
  const { key } = await other.admin.issueKey(`partner ${one.city.code}`, "submitter", {
    sources: [`received/${one.city.code}`],
  });
  await one.officer.keepPartner({ ...partner(other), recipient: name, key });
}

async function sayWhere({ city, url, admin, service, isNew }: RunningCity): Promise<void> {
  const { origin } = await service.ledger.status();
  const link = isNew
    ? (await admin.inviteOfficer({ name: "Officer", role: "officer" })).link
    : `${url}/desk  (to let somebody in: warifu officer invite --name NAME --role officer --url ${url})`;
  console.log(`
${city.code}  ${origin}
  app        ${url}/app
  explorer   ${url}/
  desk       ${link}
  catalogue  ${url}/v1/catalogue
  exchange   warifu exchange status --url ${url} --key KEY
  keys       ${service.apiKeysFile}  (for the exchange, that of the officer)`);
}

/** Sensors say something now and then. */
async function feed(cities: readonly RunningCity[]): Promise<void> {
  for (let round = 0; !(await isStopped(round === 0 ? 0 : FEED_EVERY_MS)); round++)
    for (const { samples, submitter } of cities) {
      const { source, claims } = samples.readings[round % samples.readings.length] as Samples["readings"][number];
      const record = { type: "sensor-reading", source, claims: { ...claims, observedAt: new Date().toISOString() } };
      await submitter.submit([record as never]).catch(() => undefined);
    }
}

/** Says how the exchange comes along, whenever that changes. @returns exit code: 0 once everything is where it belongs */
async function look(cities: readonly RunningCity[], hasPictures: boolean): Promise<number> {
  const said = new Map<string, string>();
  const until = Date.now() + PATIENCE_MS;
  console.log("\nexchange");
  while (!(await isStopped(LOOK_EVERY_MS))) {
    let isDone = true;
    for (const { city, url, officer, samples } of cities) {
      const { posts: shown, pictures } = await shownFromElsewhere(url);
      const shared = sharedPosts(cities, city);
      isDone &&= shown === shared.length;
      isDone &&= pictures === (hasPictures ? shared.filter(({ picture }) => picture).length : 0);
      for (const one of (await officer.partners()).items) {
        const { recipient, state, given, confirmed, taken, keptBack, reason } = one;
        const kept = keptBack.map(({ message, count }) => `; ${count} kept back: ${shortened(message)}`).join("");
        const line = `  ${city.code} → ${recipient}: ${state}, given ${given}, proved ${confirmed}, taken ${taken}, posts shown ${shown}, pictures ${pictures}${kept}${reason}`;
        if (said.get(city.code + recipient) !== line) console.log(line);
        said.set(city.code + recipient, line);
        const isRefused = recipient === REFUSED.name;
        isDone &&= isRefused ? given === 0 : confirmed >= samples.posts.length && confirmed === given;
      }
    }
    if (options.isOnce && isDone) return 0;
    if (options.isOnce && Date.now() > until) return 1;
  }
  return 0;
}

/** The beginning of a reason: `warifu exchange status` says all of it. */
function shortened(reason: string): string {
  return reason.length > MOST_SAID ? `${reason.slice(0, MOST_SAID).replace(/\s+\S*$/, "")} …` : reason;
}

/** Posts of the other city in the timeline that everybody sees, and pictures of these that come when they are asked for. */
async function shownFromElsewhere(url: string): Promise<{ readonly posts: number; readonly pictures: number }> {
  const { posts } = (await (await fetch(`${url}/v1/timeline`)).json()) as { posts: readonly ShownPost[] };
  const received = posts.filter(({ origin }) => origin !== undefined);
  const addresses = received.flatMap(({ id, pictures }) =>
    pictures.map(({ n }) => `${url}/v1/posts/${id}/pictures/${n}`),
  );
  const sizes = await Promise.all(
    addresses.map(async (address) => {
      const answer = await fetch(address);
      const { byteLength } = await answer.arrayBuffer();
      return answer.ok ? byteLength : 0;
    }),
  );
  return { posts: received.length, pictures: sizes.filter((size) => size > 0).length };
}

/** What another city than this one shares with it. */
function sharedPosts(cities: readonly RunningCity[], to: CityName): readonly SamplePost[] {
  const themes = cities.flatMap(({ samples }) => samples.themes).filter(({ scope }) => scope === "shared");
  const others = cities.filter(({ city }) => city !== to).flatMap(({ samples }) => samples.posts);
  return others.filter(({ post: said }) => themes.some(({ theme }) => theme === said.theme));
}

async function isStopped(withinMs: number): Promise<boolean> {
  return Promise.race([stopped.promise.then(() => true), sleep(withinMs).then(() => false)]);
}
