/**
 * The environment, parsed once into a typed object. Every setting has its name, default and meaning in `.env.example`;
 * there are no default secrets: keys are files, created with fresh randomness at the first start.
 */
import { join, resolve } from "node:path";
import { z } from "zod";
import type { SignerOptions } from "./keys/account-keys.ts";
import { accountIn, WAYS_TO_NAME_ACCOUNT } from "./keys/account-settings.ts";
import { vaultKeyIn, type VaultKeySetting } from "./keys/vault-key.ts";
import { assertOrigin } from "./core/checkpoint.ts";
import { WarifuError, messageOf } from "./core/errors.ts";
import { PROGRAM_DIR } from "./files/program-dir.ts";
import { DEFAULT_MAX_SEQ_GAP } from "./write/admit.ts";
import { isServiceLink } from "./serve/service-links.ts";
import { deskSettingsIn, type DeskSettings } from "./sign-in/desk-settings.ts";
import { chainRulesIn, FINALITY, type ChainRules } from "./anchor/chain-settings.ts";
import { ether } from "./anchor/ether-setting.ts";
import { anchoringSettingsIn, type AnchoringSettings } from "./anchor/anchoring-settings.ts";

const seconds = (fallback: number) => z.coerce.number().positive().max(86_400).default(fallback);
const port = (fallback: number) => z.coerce.number().int().min(0).max(65_535).default(fallback);
const count = (fallback: number, most: number) => z.coerce.number().int().min(1).max(most).default(fallback);
const onOff = z.enum(["on", "off"]).default("on");
const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/, "must be an address: 0x and 40 hexadecimal digits");
const accounts = z
  .string()
  .transform((text) => text.split(",").map((item) => item.trim()))
  .pipe(z.array(address).min(1));
const privateKey = z.string().regex(/^0x[0-9a-fA-F]{64}$/, "must be a private key: 0x and 64 hexadecimal digits");

/** One or more, separated by commas. */
const addresses = z
  .string()
  .transform((text) => text.split(",").map((url) => url.trim()))
  .pipe(
    z
      .array(z.url({ protocol: /^https?$/ }))
      .min(1)
      .max(9),
  );
const SETTINGS = z.object({
  WARIFU_DATA_DIR: z.string().default("data"),
  WARIFU_DATABASE: z.url({ protocol: /^postgres(ql)?$/, error: "must be a postgres:// address" }).optional(),
  WARIFU_FRONT_END: z.enum(["on", "off"]).default("off"),
  WARIFU_ORIGIN: z.string().default("warifu.localhost/ledger"),
  WARIFU_HTTP_HOST: z.string().default("127.0.0.1"),
  WARIFU_HTTP_PORT: port(8080),
  WARIFU_PUBLIC_URL: addresses.optional(),
  WARIFU_DESK_URL: z.url({ protocol: /^https?$/ }).optional(),
  WARIFU_SESSION_SECONDS: seconds(43_200),
  WARIFU_SESSION_IDLE_SECONDS: seconds(1_800),
  WARIFU_OIDC: z.string().optional(),
  WARIFU_RPC_URL: addresses.optional(),
  WARIFU_CHAIN_ID: z.coerce.number().int().min(1).optional(),
  WARIFU_CHAIN_PORT: port(8545),
  WARIFU_CONTRACT: address.optional(),
  WARIFU_ANCHOR_KEY: privateKey.optional(),
  WARIFU_ANCHOR_KEYSTORE: z.string().optional(),
  WARIFU_ANCHOR_PASSWORD_FILE: z.string().optional(),
  WARIFU_ANCHOR_SIGNER_URL: z.url({ protocol: /^https?$/ }).optional(),
  WARIFU_ANCHOR_ADDRESS: address.optional(),
  WARIFU_ANCHOR_RECORDS: count(4_096, 2 ** 26),
  WARIFU_ANCHOR_SECONDS: seconds(5),
  WARIFU_ANCHOR_JITTER: z.coerce.number().min(0).max(1).default(0.25),
  WARIFU_ANCHOR_BUMP_SECONDS: seconds(48),
  WARIFU_MAX_ANCHOR_COST: ether("0.01"),
  WARIFU_MAX_DAILY_COST: ether("0.1"),
  WARIFU_MIN_BALANCE: ether("0.05"),
  WARIFU_CHAIN_POLL_SECONDS: seconds(1),
  WARIFU_FINALITY: z.string().regex(FINALITY, "must be tag, depth: and 1 to 100000, or bft").optional(),
  WARIFU_VALIDATORS: accounts.optional(),
  WARIFU_TRANSACTION_TYPE: z.enum(["0", "1", "2"]).optional(),
  WARIFU_CONFIRMATIONS: z.coerce.number().int().min(1).max(100_000).optional(),
  WARIFU_MAX_HEAD_AGE_SECONDS: seconds(180),
  WARIFU_MAX_FINALITY_AGE_SECONDS: seconds(3_600),
  WARIFU_MAX_ANCHOR_LAG_SECONDS: seconds(600),
  WARIFU_WITNESSES: z.string().optional(),
  WARIFU_WITNESS_QUORUM: z.coerce.number().int().min(0).max(15).default(0),
  WARIFU_WITNESS_SECONDS: seconds(60),
  WARIFU_WITNESS_TIMEOUT_SECONDS: seconds(5),
  WARIFU_TSA: z.string().optional(),
  WARIFU_TSA_SECONDS: seconds(60),
  WARIFU_LOG_KEY_FILE: z.string().optional(),
  WARIFU_VAULT_KEY_FILE: z.string().optional(),
  WARIFU_VAULT_KEY: z.string().optional(),
  WARIFU_VAULT_KEY_COMMAND: z.string().optional(),
  WARIFU_ISSUER_KEY_FILE: z.string().optional(),
  WARIFU_API_KEYS_FILE: z.string().optional(),
  WARIFU_POLICY_FILE: z.string().optional(),
  WARIFU_HEAD_FILE: z.string().optional(),
  WARIFU_PROFILES_DIR: z.string().optional(),
  WARIFU_JURISDICTION: z.string().default("eu"),
  WARIFU_LAWS: z.string().optional(),
  WARIFU_CITY: z.string().optional(),
  WARIFU_CONNECTORS: z.string().optional(),
  WARIFU_OPEN311: z.string().optional(),
  WARIFU_MODERATION_RULES: z.string().optional(),
  WARIFU_PROCESSING_DIR: z.string().optional(),
  WARIFU_REDACTOR_URL: z.url({ protocol: /^https?$/ }).optional(),
  WARIFU_REDACTOR_LOGIN_FILE: z.string().optional(),
  WARIFU_TRANSLATION: z.string().optional(),
  WARIFU_LOG_STORAGE: z.string().optional(),
  WARIFU_MAX_BATCH: count(4_096, 65_536),
  WARIFU_MAX_QUEUE: count(65_536, 1_048_576),
  WARIFU_RATE_PER_MINUTE: count(600_000, 1_000_000_000),
  WARIFU_MAX_CONNECTIONS_PER_ADDRESS: count(256, 1_000_000),
  WARIFU_TRUSTED_PROXIES: z.coerce.number().int().min(0).max(16).default(0),
  WARIFU_OPENINGS_PER_MINUTE: count(600, 1_000_000_000),
  WARIFU_MAX_SEQ_GAP: count(DEFAULT_MAX_SEQ_GAP, 2 ** 52),
  WARIFU_SOURCE_RECORDS_PER_SECOND: z.coerce.number().positive().max(1_000_000).optional(),
  WARIFU_LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
  WARIFU_FEED: onOff,
  // Read by the command line; listed here so that a typing error elsewhere is noticed.
  WARIFU_URL: z.url({ protocol: /^https?$/ }).optional(),
  WARIFU_API_KEY: z.string().optional(),
  WARIFU_ADMIN_KEY: privateKey.optional(),
});

/** All settings. Paths are absolute. */
export interface Config {
  readonly dataDir: string;
  /** PostgreSQL database of ledger and vault, perhaps with a password; `undefined`: SQLite in the data folder. */
  readonly database: string | undefined;
  /** Whether another service anchors this log and does what else only one may do. */
  readonly isFrontEnd: boolean;
  readonly origin: string;
  readonly http: {
    /** An IPv6 address without brackets. */
    readonly host: string;
    readonly port: number;
    /** Addresses at which clients reach the service; if there are none, those it listens on. */
    readonly publicUrls: readonly string[];
    readonly ratePerMinute: number;
    readonly openingsPerMinute: number;
    readonly maxConnectionsPerAddress: number;
    /** Proxies in front whose X-Forwarded-For is trusted. */
    readonly trustedProxies: number;
  };
  readonly desk: DeskSettings;
  readonly chain: ChainRules & {
    /** Nodes of the chain; `undefined`: a local Hardhat chain is started on `port`. */
    readonly rpcUrls: readonly string[] | undefined;
    readonly port: number;
    readonly chainId: number | undefined;
    readonly contract: string | undefined;
    /** Who signs anchors; `undefined`: the development key, on a local chain. */
    readonly signer: SignerOptions | undefined;
  };
  readonly anchoring: AnchoringSettings;
  /** The file that names time-stamping authorities, and the time between rounds of asking them. */
  readonly timeAuthorities: { readonly file: string | undefined; readonly everyMs: number };
  /** Who is asked to cosign, and how many should have; the times between rounds besides anchors, and for one request. */
  readonly witnesses: {
    readonly file: string | undefined;
    readonly quorum: number;
    readonly everyMs: number;
    readonly timeoutMs: number;
  };
  readonly files: {
    readonly logKey: string;
    readonly vaultKey: string;
    /** Of the key that signs SD-JWTs. */
    readonly issuerKey: string;
    readonly apiKeys: string;
    readonly policy: string;
    /** The head guard. */
    readonly head: string;
  };
  /** Where the vault's key is, if not in its file. */
  readonly vaultKey: VaultKeySetting | undefined;
  /** Folders with profiles: those that come with the program, then the city's own. */
  readonly profileDirs: readonly string[];
  /** Whose law holds, and the folders with laws: those that come with the program, then the city's own. */
  readonly law: { readonly jurisdiction: string; readonly dirs: readonly string[] };
  /** JSON file that names the city whose citizens use the app; `undefined`: no app. */
  readonly cityFile: string | undefined;
  /** JSON file that names the systems to take messages from; `undefined`: none. */
  readonly connectorsFile: string | undefined;
  /** JSON file that says what the city offers over Open311. */
  readonly open311File: string;
  readonly moderationFile: string;
  /** Folder with the register of processing; `undefined`: the service shows none. */
  readonly processingDir: string | undefined;
  /** A service that hides faces in pictures, and the file with user and password for it; `undefined`: none. */
  readonly redactor: { readonly url: string; readonly loginFile: string | undefined } | undefined;
  /** JSON file that says what translates; `undefined`: nothing does. */
  readonly translationFile: string | undefined;
  /** JSON file that says where the log's files are copied to; `undefined`: nowhere. */
  readonly logStorageFile: string | undefined;
  readonly maxBatch: number;
  readonly maxQueue: number;
  /** How far a seq may run ahead of its source's numbers so far. */
  readonly maxSeqGap: number;
  /** Quota of each source; `undefined`: none. */
  readonly recordsPerSecond: number | undefined;
  readonly logLevel: string;
  readonly feed: boolean;
  /** For the command line: where the service listens, and the key to use there. */
  readonly client: { readonly url: string; readonly apiKey: string | undefined };
  /** For the command line: private key of an account that administers the contract. */
  readonly adminKey: string | undefined;
}

/** What the settings are needed for. */
export interface ParseOptions {
  /** Whether a configured chain must come with an account to anchor with; true by default. */
  readonly needsSigner?: boolean;
}

/**
 * The configuration in an environment.
 * @throws CONFIG_INVALID naming each setting that is wrong, never its value
 */
export function parseConfig(environment: NodeJS.ProcessEnv, { needsSigner = true }: ParseOptions = {}): Config {
  const given = Object.entries(environment).filter(
    ([name, value]) => name.startsWith("WARIFU_") && value !== "" && !isServiceLink(name, environment, isSetting),
  );
  const unknown = given.map(([name]) => name).filter((name) => !isSetting(name));
  const result = SETTINGS.safeParse(Object.fromEntries(given), { error: inWords });
  const issues = result.success ? [] : result.error.issues;
  const faults = [...new Set(issues.map(({ path, message }) => `${String(path[0])}: ${message}`))];
  faults.push(...unknown.map((name) => `${name}: there is no such setting, see .env.example`));
  if (!result.success || faults.length > 0)
    throw new WarifuError("CONFIG_INVALID", `the configuration is not usable: ${faults.join("; ")}`);
  const config = toConfig(result.data);
  if (needsSigner && config.chain.rpcUrls !== undefined && config.chain.signer === undefined)
    throw new WarifuError(
      "CONFIG_INVALID",
      `with WARIFU_RPC_URL, the anchoring account must be named: ${WAYS_TO_NAME_ACCOUNT}`,
    );
  return config;
}

/** What is wrong with a setting, for the checks above that do not say it themselves. */
function inWords(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === "invalid_type") return issue.expected === "int" ? "must be a whole number" : "must be a number";
  if (issue.code === "too_small") return `must be ${issue.inclusive ? "at least" : "more than"} ${issue.minimum}`;
  if (issue.code === "too_big")
    return issue.origin === "array" ? `names more than ${issue.maximum}` : `must be at most ${issue.maximum}`;
  if (issue.code === "invalid_value") return `must be ${issue.values.map(String).join(" or ")}`;
  if (issue.code === "invalid_format" && issue.format === "url") return "must be an http or https address";
  return undefined;
}

type Settings = z.infer<typeof SETTINGS>;

const fileAt = (path?: string): string | undefined => (path === undefined ? undefined : resolve(path));
const isSetting = (name: string): boolean => Object.hasOwn(SETTINGS.shape, name);

function toConfig(s: Settings): Config {
  const [dataDir, hidesFaces] = [resolve(s.WARIFU_DATA_DIR), s.WARIFU_REDACTOR_URL];
  const host = s.WARIFU_HTTP_HOST.replace(/^\[(.*)\]$/, "$1");
  const named = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  const reachable = named.includes(":") ? `[${named}]` : named;
  return {
    dataDir,
    ...{ database: s.WARIFU_DATABASE, isFrontEnd: s.WARIFU_FRONT_END === "on" },
    origin: originOf(s.WARIFU_ORIGIN),
    http: { host, ...httpOf(s) },
    desk: deskSettingsIn(s),
    chain: {
      rpcUrls: s.WARIFU_RPC_URL,
      ...chainRulesIn(s),
      port: s.WARIFU_CHAIN_PORT,
      chainId: s.WARIFU_CHAIN_ID,
      contract: s.WARIFU_CONTRACT?.toLowerCase(),
      signer: accountIn(s),
    },
    anchoring: anchoringSettingsIn(s),
    witnesses: {
      ...{ file: fileAt(s.WARIFU_WITNESSES), quorum: s.WARIFU_WITNESS_QUORUM },
      ...{ everyMs: s.WARIFU_WITNESS_SECONDS * 1000, timeoutMs: s.WARIFU_WITNESS_TIMEOUT_SECONDS * 1000 },
    },
    timeAuthorities: { file: fileAt(s.WARIFU_TSA), everyMs: s.WARIFU_TSA_SECONDS * 1000 },
    files: filesOf(s, dataDir),
    vaultKey: vaultKeyIn(s),
    ...rulesOf(s),
    redactor: hidesFaces ? { url: hidesFaces, loginFile: fileAt(s.WARIFU_REDACTOR_LOGIN_FILE) } : undefined,
    translationFile: fileAt(s.WARIFU_TRANSLATION),
    logStorageFile: fileAt(s.WARIFU_LOG_STORAGE),
    maxBatch: s.WARIFU_MAX_BATCH,
    maxQueue: s.WARIFU_MAX_QUEUE,
    maxSeqGap: s.WARIFU_MAX_SEQ_GAP,
    recordsPerSecond: s.WARIFU_SOURCE_RECORDS_PER_SECOND,
    logLevel: s.WARIFU_LOG_LEVEL,
    feed: s.WARIFU_FEED === "on",
    client: { url: s.WARIFU_URL ?? `http://${reachable}:${s.WARIFU_HTTP_PORT}`, apiKey: s.WARIFU_API_KEY },
    adminKey: s.WARIFU_ADMIN_KEY,
  };
}

/** Where keys and what is written for others are. */
function filesOf(s: Settings, dataDir: string): Config["files"] {
  const inData = (path: string | undefined, fallback: string): string =>
    path ? resolve(path) : join(dataDir, fallback);
  return {
    logKey: inData(s.WARIFU_LOG_KEY_FILE, "log.key"),
    vaultKey: inData(s.WARIFU_VAULT_KEY_FILE, "vault.key"),
    issuerKey: inData(s.WARIFU_ISSUER_KEY_FILE, "issuer.key"),
    apiKeys: inData(s.WARIFU_API_KEYS_FILE, "api-keys.json"),
    policy: inData(s.WARIFU_POLICY_FILE, "policy.json"),
    head: inData(s.WARIFU_HEAD_FILE, "head"),
  };
}

/** What a city sets down in files of its own. */
type CityFiles = Pick<
  Config,
  "profileDirs" | "law" | "cityFile" | "connectorsFile" | "open311File" | "moderationFile" | "processingDir"
>;
function rulesOf(s: Settings): CityFiles {
  const shipped = (file: string): string => join(PROGRAM_DIR, "profiles", file);
  return {
    profileDirs: profileFoldersOf(s),
    law: { jurisdiction: s.WARIFU_JURISDICTION, dirs: foldersOf("laws", s.WARIFU_LAWS) },
    cityFile: fileAt(s.WARIFU_CITY),
    connectorsFile: fileAt(s.WARIFU_CONNECTORS),
    open311File: resolve(s.WARIFU_OPEN311 || shipped("open311/services.json")),
    moderationFile: resolve(s.WARIFU_MODERATION_RULES || shipped("moderation/rules.json")),
    processingDir: fileAt(s.WARIFU_PROCESSING_DIR),
  };
}

/** With a city, what its citizens send is in force too. */
function profileFoldersOf(s: Settings): readonly string[] {
  const [shipped, ...own] = foldersOf("profiles", s.WARIFU_PROFILES_DIR) as [string, ...string[]];
  return [shipped, ...(s.WARIFU_CITY === undefined ? [] : [join(shipped, "citizens")]), ...own];
}

/** The program's own folder of that name, then the city's. */
function foldersOf(name: string, own: string | undefined): readonly string[] {
  return [join(PROGRAM_DIR, name), ...(own === undefined ? [] : [resolve(own)])];
}

function httpOf(s: Settings): Omit<Config["http"], "host"> {
  return {
    ...{ port: s.WARIFU_HTTP_PORT, publicUrls: s.WARIFU_PUBLIC_URL ?? [] },
    ...{ ratePerMinute: s.WARIFU_RATE_PER_MINUTE, openingsPerMinute: s.WARIFU_OPENINGS_PER_MINUTE },
    ...{ maxConnectionsPerAddress: s.WARIFU_MAX_CONNECTIONS_PER_ADDRESS, trustedProxies: s.WARIFU_TRUSTED_PROXIES },
  };
}

function originOf(text: string): string {
  try {
    return assertOrigin(text);
  } catch (cause) {
    throw new WarifuError("CONFIG_INVALID", `WARIFU_ORIGIN: ${messageOf(cause)}`, { cause });
  }
}
