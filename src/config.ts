/**
 * The environment, parsed once into a typed object. Every setting has its name, default and meaning in `.env.example`;
 * there are no default secrets: keys are files, created with fresh randomness at the first start.
 */
import { join, resolve } from "node:path";
import type { SignerOptions } from "./keys/account-keys.ts";
import { accountIn, WAYS_TO_NAME_ACCOUNT } from "./keys/account-settings.ts";
import { vaultKeyIn, type VaultKeySetting } from "./keys/vault-key.ts";
import { assertOrigin } from "./core/checkpoint.ts";
import { WarifuError, messageOf } from "./core/errors.ts";
import { PROGRAM_DIR } from "./files/program-dir.ts";
import { isServiceLink } from "./serve/service-links.ts";
import { deskSettingsIn, type DeskSettings } from "./sign-in/desk-settings.ts";
import { chainRulesIn, type ChainRules } from "./anchor/chain-settings.ts";
import type { Term } from "./write/term.ts";
import { inWords, isSetting, SETTINGS, type Settings } from "./settings.ts";
import { anchoringSettingsIn, type AnchoringSettings } from "./anchor/anchoring-settings.ts";

/** All settings. Paths are absolute. */
export interface Config {
  readonly dataDir: string;
  /** JSON file that names several logs for one service; `undefined`: there is one, with these settings. */
  readonly logsFile: string | undefined;
  /** PostgreSQL database of ledger and vault, perhaps with a password; `undefined`: SQLite in the data folder. */
  readonly database: string | undefined;
  /** Whether another service anchors this log and does what else only one may do. */
  readonly isFrontEnd: boolean;
  readonly origin: string;
  /** When records are taken. */
  readonly term: Term;
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
  /** JSON file that names the mirrors that the log is pushed to; `undefined`: to none. */
  readonly mirrorsFile: string | undefined;
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
  // Of several logs, each names its own.
  const isOne = config.logsFile === undefined;
  if (needsSigner && isOne && config.chain.rpcUrls !== undefined && config.chain.signer === undefined)
    throw new WarifuError(
      "CONFIG_INVALID",
      `with WARIFU_RPC_URL, the anchoring account must be named: ${WAYS_TO_NAME_ACCOUNT}` +
        (config.isFrontEnd ? ", or WARIFU_ANCHOR_ADDRESS alone, since a front end anchors nothing" : ""),
    );
  return config;
}

const fileAt = (path?: string): string | undefined => (path === undefined ? undefined : resolve(path));

function toConfig(s: Settings): Config {
  const [dataDir, hidesFaces] = [resolve(s.WARIFU_DATA_DIR), s.WARIFU_REDACTOR_URL];
  const host = s.WARIFU_HTTP_HOST.replace(/^\[(.*)\]$/, "$1");
  const named = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  const reachable = named.includes(":") ? `[${named}]` : named;
  return {
    ...{ dataDir, logsFile: fileAt(s.WARIFU_LOGS) },
    ...{ database: s.WARIFU_DATABASE, isFrontEnd: s.WARIFU_FRONT_END === "on" },
    origin: originOf("WARIFU_ORIGIN", s.WARIFU_ORIGIN),
    term: termOf(s),
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
    mirrorsFile: fileAt(s.WARIFU_MIRRORS),
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

function originOf(setting: string, text: string): string {
  try {
    return assertOrigin(text);
  } catch (cause) {
    throw new WarifuError("CONFIG_INVALID", `${setting}: ${messageOf(cause)}`, { cause });
  }
}

function termOf({ WARIFU_TAKES_FROM: from, WARIFU_TAKES_UNTIL: until, WARIFU_SUCCESSOR: successor }: Settings): Term {
  if (from !== undefined && until !== undefined && from >= until)
    throw new WarifuError("CONFIG_INVALID", "WARIFU_TAKES_UNTIL: must be after WARIFU_TAKES_FROM");
  return { from, until, successor: successor === undefined ? undefined : originOf("WARIFU_SUCCESSOR", successor) };
}
