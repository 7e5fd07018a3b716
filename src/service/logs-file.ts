/**
 * The file of `WARIFU_LOGS`, which names the logs of one service: `{"format": "warifu-logs/1", "logs": [{"name": …,
 * "settings": {"WARIFU_ORIGIN": …}}]}`. Settings that a log leaves out are taken from the environment. The file is read
 * strictly, and two logs that share something that must belong to one log are refused before either is opened.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { parseConfig, type Config, type ParseOptions } from "../config.ts";
import { withoutByteOrderMark } from "../core/bytes.ts";
import { messageOf, WarifuError } from "../core/errors.ts";
import { parseJsonBytes } from "../core/json.ts";
import { join } from "node:path";

/** Format of the file. */
const LOGS_FORMAT = "warifu-logs/1";
const MOST_LOGS = 64;

/** A log of several, ready to be opened. */
export interface HostedSetUp {
  /** Its name in this service, such as `parks-2026`. */
  readonly name: string;
  /** Its path on the server, such as `/parks/2026`. */
  readonly path: string;
  /** Hosts at which it is the only log, at the root; its pages are served there. */
  readonly hosts: readonly string[];
  readonly config: Config;
}

/** Settings of the process or of the command line, which no single log may have. */
const OF_ALL: ReadonlySet<string> = new Set([
  ...["WARIFU_LOGS", "WARIFU_LOG", "WARIFU_HTTP_HOST", "WARIFU_HTTP_PORT", "WARIFU_RATE_PER_MINUTE"],
  ...["WARIFU_MAX_CONNECTIONS_PER_ADDRESS", "WARIFU_TRUSTED_PROXIES", "WARIFU_CHAIN_PORT", "WARIFU_FEED"],
  ...["WARIFU_URL", "WARIFU_API_KEY", "WARIFU_ADMIN_KEY"],
]);

/** Settings that whoever reads the file needs. */
const SECRET: ReadonlySet<string> = new Set(["WARIFU_ANCHOR_KEY", "WARIFU_VAULT_KEY", "WARIFU_DATABASE"]);

/** What must belong to one log: shared, it would mix two logs, or make them stop each other. */
const OWN: readonly (readonly [setting: string, of: (config: Config) => unknown])[] = [
  ["WARIFU_ORIGIN", ({ origin }) => origin],
  ["WARIFU_DATA_DIR", ({ dataDir }) => dataDir],
  ["WARIFU_DATABASE", ({ database }) => database],
  ["WARIFU_CONTRACT", ({ chain }) => chain.contract],
  ["the anchoring account (WARIFU_ANCHOR_…)", ({ chain }) => chain.signer],
  ["WARIFU_LOG_KEY_FILE", ({ files }) => files.logKey],
  ["WARIFU_VAULT_KEY_FILE", ({ files }) => files.vaultKey],
  ["the vault's key (WARIFU_VAULT_KEY or WARIFU_VAULT_KEY_COMMAND)", ({ vaultKey }) => vaultKey],
  ["WARIFU_ISSUER_KEY_FILE", ({ files }) => files.issuerKey],
  ["WARIFU_API_KEYS_FILE", ({ files }) => files.apiKeys],
  ["WARIFU_POLICY_FILE", ({ files }) => files.policy],
  ["WARIFU_HEAD_FILE", ({ files }) => files.head],
  ["WARIFU_CONNECTORS", ({ connectorsFile }) => connectorsFile],
  ["WARIFU_LOG_STORAGE", ({ logStorageFile }) => logStorageFile],
];

const entrySchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "is of small letters, digits and hyphens"),
  path: z
    .string()
    .regex(/^(\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+$/, "is a path such as /parks/2026, without a slash at its end")
    .optional(),
  settings: z.record(z.string(), z.string()),
});
const fileSchema = z.strictObject({
  format: z.literal(LOGS_FORMAT),
  logs: z.array(entrySchema).min(1).max(MOST_LOGS),
});
type LogEntry = z.infer<typeof entrySchema>;

/** At the root of the server, these paths belong to the service as a whole. */
const TAKEN = new Set(["v1", "healthz", "livez", "readyz", "metrics", "openapi.json", "logs.css"]);

/**
 * The logs that a file names, each with its configuration.
 * @param environment the settings that a log's own are laid over
 * @throws CONFIG_INVALID naming the log, and the member or setting that is wrong, never its value
 */
export function hostedSetUps(
  file: string,
  environment: NodeJS.ProcessEnv,
  options: ParseOptions = {},
): readonly HostedSetUp[] {
  const entries = readEntries(file);
  const setUps = entries.map((entry) => within(entry.name, () => setUpOf(entry, environment, options)));
  assertApart(setUps);
  return setUps;
}

/**
 * One of the logs, for commands that work on it without the service.
 * @throws CONFIG_INVALID as {@link hostedSetUps}, and when there is none with that name
 */
export function hostedSetUp(
  file: string,
  name: string,
  environment: NodeJS.ProcessEnv,
  options: ParseOptions = {},
): HostedSetUp {
  const entries = readEntries(file);
  const entry = entries.find((one) => one.name === name);
  if (!entry)
    throw invalid(`WARIFU_LOG: ${file} has no log ${name}; it has ${entries.map((one) => one.name).join(", ")}`);
  return within(name, () => setUpOf(entry, environment, options));
}

function readEntries(file: string): readonly LogEntry[] {
  if (!existsSync(file)) throw invalid(`WARIFU_LOGS: there is no file ${file}`);
  const { logs } = parsed(file);
  const hasSecret = logs.some(({ settings }) => Object.keys(settings).some((name) => SECRET.has(name)));
  if (hasSecret && process.platform !== "win32" && (statSync(file).mode & 0o007) !== 0)
    throw invalid(`WARIFU_LOGS: ${file} holds secrets, and everybody may read it: chmod 640 ${file}`);
  return logs;
}

function parsed(file: string): z.infer<typeof fileSchema> {
  try {
    return fileSchema.parse(parseJsonBytes(withoutByteOrderMark(readFileSync(file)), "the logs"));
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? inWords(cause) : messageOf(cause);
    throw new WarifuError("CONFIG_INVALID", `WARIFU_LOGS: ${file} cannot be used: ${reason}`, { cause });
  }
}

function inWords({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => `${path.map(String).join(".") || "it"}: ${message}`).join("; ");
}

function setUpOf({ name, path: given, settings }: LogEntry, environment: NodeJS.ProcessEnv, options: ParseOptions) {
  const misplaced = Object.keys(settings).filter((one) => OF_ALL.has(one));
  if (misplaced.length > 0) throw invalid(`${misplaced.join(", ")}: this is for all logs, set it in the environment`);
  const dataDir = join(environment["WARIFU_DATA_DIR"] || "data", name);
  const ofAll = { WARIFU_LOGS: "", WARIFU_LOG: "", WARIFU_FEED: "off" };
  const config = parseConfig({ ...environment, WARIFU_DATA_DIR: dataDir, ...settings, ...ofAll }, options);
  const path = given ?? pathOf(config.origin);
  if (TAKEN.has(path.split("/")[1] as string)) throw invalid(`path: ${path} is the service's own, choose another one`);
  const ownUrls = settings["WARIFU_PUBLIC_URL"] === undefined ? [] : config.http.publicUrls;
  const hosts = ownUrls.map((url) => new URL(url)).flatMap((url) => (url.pathname === "/" ? [url.hostname] : []));
  return { name, path, hosts, config: placedAt(path, config, ownUrls) };
}

/** By C2SP tlog-tiles, a log's origin is the address of its files without the scheme. */
function pathOf(origin: string): string {
  const at = origin.indexOf("/");
  const path = at < 0 ? "" : origin.slice(at);
  const { success, data } = entrySchema.shape.path.safeParse(path);
  if (!success || data === undefined)
    throw invalid(
      `path: the origin ${origin} does not end in one that could be an address: say which, such as "/parks"`,
    );
  return data;
}

/** The addresses in the environment are those of the server; the log is below them. */
function placedAt(path: string, config: Config, ownUrls: readonly string[]): Config {
  const below = (url: string): string => url.replace(/\/+$/, "") + path;
  const publicUrls = ownUrls.length > 0 ? ownUrls : config.http.publicUrls.map(below);
  const { client, http } = config;
  return { ...config, http: { ...http, publicUrls }, client: { ...client, url: below(client.url) } };
}

/** @throws CONFIG_INVALID */
function assertApart(setUps: readonly HostedSetUp[]): void {
  for (const [at, one] of setUps.entries())
    for (const other of setUps.slice(0, at)) {
      if (one.name === other.name) throw invalid(`WARIFU_LOGS: two logs are called ${one.name}`);
      assertTwoApart(other, one);
    }
}

function assertTwoApart(one: HostedSetUp, other: HostedSetUp): void {
  const names = `${one.name} and ${other.name}`;
  for (const [setting, of] of OWN)
    if (of(one.config) !== undefined && isDeepStrictEqual(of(one.config), of(other.config)))
      throw invalid(`WARIFU_LOGS: ${names} have the same ${setting}: each needs its own`);
  if (`${one.path}/`.startsWith(`${other.path}/`) || `${other.path}/`.startsWith(`${one.path}/`))
    throw invalid(`WARIFU_LOGS: ${names} are at ${one.path} and ${other.path}: neither may be below the other`);
  if (one.hosts.some((host) => other.hosts.includes(host)))
    throw invalid(`WARIFU_LOGS: ${names} have the same host in WARIFU_PUBLIC_URL: each needs its own, or none`);
}

function within<T>(name: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    throw new WarifuError("CONFIG_INVALID", `WARIFU_LOGS: ${name}: ${messageOf(cause)}`, { cause });
  }
}

function invalid(message: string): WarifuError {
  return new WarifuError("CONFIG_INVALID", message);
}
