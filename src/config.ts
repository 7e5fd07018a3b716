/**
 * The environment, parsed once into a typed object. Every setting has its name, default and meaning in `.env.example`;
 * there are no default secrets: keys are files, made with fresh randomness at the first start.
 */
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { assertOrigin } from "./core/checkpoint.ts";
import { WarifuError, messageOf } from "./core/errors.ts";

const seconds = (fallback: number) => z.coerce.number().positive().max(86_400).default(fallback);
const port = (fallback: number) => z.coerce.number().int().min(0).max(65_535).default(fallback);
const count = (fallback: number, most: number) => z.coerce.number().int().min(1).max(most).default(fallback);
const onOff = z.enum(["on", "off"]).default("on");

const SETTINGS = z.object({
  WARIFU_DATA_DIR: z.string().default("data"),
  WARIFU_ORIGIN: z.string().default("warifu.localhost/ledger"),
  WARIFU_HTTP_HOST: z.string().default("127.0.0.1"),
  WARIFU_HTTP_PORT: port(8080),
  WARIFU_RPC_URL: z.url({ protocol: /^https?$/ }).optional(),
  WARIFU_CHAIN_ID: z.coerce.number().int().min(1).optional(),
  WARIFU_CHAIN_PORT: port(8545),
  WARIFU_CONTRACT: z
    .string()
    .regex(/^0x[0-9a-fA-F]{40}$/, "is an address: 0x and 40 hexadecimal digits")
    .optional(),
  WARIFU_ANCHOR_KEY: z
    .string()
    .regex(/^0x[0-9a-fA-F]{64}$/, "is a private key: 0x and 64 hexadecimal digits")
    .optional(),
  WARIFU_ANCHOR_RECORDS: count(4_096, 2 ** 26),
  WARIFU_ANCHOR_SECONDS: seconds(5),
  WARIFU_CHAIN_POLL_SECONDS: seconds(1),
  WARIFU_MAX_ANCHOR_LAG_SECONDS: seconds(600),
  WARIFU_LOG_KEY_FILE: z.string().optional(),
  WARIFU_VAULT_KEY_FILE: z.string().optional(),
  WARIFU_API_KEYS_FILE: z.string().optional(),
  WARIFU_POLICY_FILE: z.string().optional(),
  WARIFU_PROFILES_DIR: z.string().optional(),
  WARIFU_MAX_BATCH: count(4_096, 65_536),
  WARIFU_MAX_QUEUE: count(65_536, 1_048_576),
  WARIFU_RATE_PER_MINUTE: count(600_000, 1_000_000_000),
  WARIFU_LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
  WARIFU_FEED: onOff,
  // Read by the command line, named here so that a typing error elsewhere is noticed.
  WARIFU_URL: z.url({ protocol: /^https?$/ }).optional(),
  WARIFU_API_KEY: z.string().optional(),
});

/** All settings. Paths are absolute. */
export interface Config {
  readonly dataDir: string;
  readonly origin: string;
  readonly http: { readonly host: string; readonly port: number; readonly ratePerMinute: number };
  readonly chain: {
    /** `undefined`: a local Hardhat chain is started on `port`. */
    readonly rpcUrl: string | undefined;
    readonly port: number;
    readonly chainId: number | undefined;
    readonly contract: string | undefined;
    readonly anchorKey: string | undefined;
  };
  readonly anchoring: {
    readonly everyRecords: number;
    readonly everyMs: number;
    readonly pollMs: number;
    readonly maxLagMs: number;
  };
  readonly files: {
    readonly logKey: string;
    readonly vaultKey: string;
    readonly apiKeys: string;
    readonly policy: string;
  };
  /** Folders with profiles: those that come with the program, then the city's own. */
  readonly profileDirs: readonly string[];
  readonly maxBatch: number;
  readonly maxQueue: number;
  readonly logLevel: string;
  readonly feed: boolean;
  /** For the command line: where the service listens, and the key to use there. */
  readonly client: { readonly url: string; readonly apiKey: string | undefined };
}

/** Folder of the program itself: the checkout, or the installed package. */
export const PROGRAM_DIR = programDir();

/**
 * The configuration in an environment.
 * @throws CONFIG_INVALID naming each setting that is wrong, never its value
 */
export function parseConfig(environment: NodeJS.ProcessEnv): Config {
  const given = Object.entries(environment).filter(([name, value]) => name.startsWith("WARIFU_") && value !== "");
  const unknown = given.map(([name]) => name).filter((name) => !Object.hasOwn(SETTINGS.shape, name));
  const result = SETTINGS.safeParse(Object.fromEntries(given));
  const faults = result.success ? [] : result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  faults.push(...unknown.map((name) => `${name}: there is no such setting, see .env.example`));
  if (!result.success || faults.length > 0)
    throw new WarifuError("CONFIG_INVALID", `the configuration is not usable: ${faults.join("; ")}`);
  return toConfig(result.data);
}

function toConfig(s: z.infer<typeof SETTINGS>): Config {
  const dataDir = resolve(s.WARIFU_DATA_DIR);
  const inData = (path: string | undefined, fallback: string): string =>
    path ? resolve(path) : join(dataDir, fallback);
  if (s.WARIFU_RPC_URL !== undefined && s.WARIFU_ANCHOR_KEY === undefined)
    throw new WarifuError(
      "CONFIG_INVALID",
      "with WARIFU_RPC_URL, WARIFU_ANCHOR_KEY must hold the anchoring account's key",
    );
  const host = s.WARIFU_HTTP_HOST;
  const reachable = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return {
    dataDir,
    origin: originOf(s.WARIFU_ORIGIN),
    http: { host, port: s.WARIFU_HTTP_PORT, ratePerMinute: s.WARIFU_RATE_PER_MINUTE },
    chain: {
      rpcUrl: s.WARIFU_RPC_URL,
      port: s.WARIFU_CHAIN_PORT,
      chainId: s.WARIFU_CHAIN_ID,
      contract: s.WARIFU_CONTRACT?.toLowerCase(),
      anchorKey: s.WARIFU_ANCHOR_KEY,
    },
    anchoring: {
      everyRecords: s.WARIFU_ANCHOR_RECORDS,
      everyMs: s.WARIFU_ANCHOR_SECONDS * 1000,
      pollMs: s.WARIFU_CHAIN_POLL_SECONDS * 1000,
      maxLagMs: s.WARIFU_MAX_ANCHOR_LAG_SECONDS * 1000,
    },
    files: {
      logKey: inData(s.WARIFU_LOG_KEY_FILE, "log.key"),
      vaultKey: inData(s.WARIFU_VAULT_KEY_FILE, "vault.key"),
      apiKeys: inData(s.WARIFU_API_KEYS_FILE, "api-keys.json"),
      policy: inData(s.WARIFU_POLICY_FILE, "policy.json"),
    },
    profileDirs: [join(PROGRAM_DIR, "profiles"), ...(s.WARIFU_PROFILES_DIR ? [resolve(s.WARIFU_PROFILES_DIR)] : [])],
    maxBatch: s.WARIFU_MAX_BATCH,
    maxQueue: s.WARIFU_MAX_QUEUE,
    logLevel: s.WARIFU_LOG_LEVEL,
    feed: s.WARIFU_FEED === "on",
    client: { url: s.WARIFU_URL ?? `http://${reachable}:${s.WARIFU_HTTP_PORT}`, apiKey: s.WARIFU_API_KEY },
  };
}

function originOf(text: string): string {
  try {
    return assertOrigin(text);
  } catch (cause) {
    throw new WarifuError("CONFIG_INVALID", `WARIFU_ORIGIN: ${messageOf(cause)}`, { cause });
  }
}

/** The sources lie in `src/`, the built program in `dist/src/`; the folder wanted is the one above either. */
function programDir(): string {
  const here = fileURLToPath(new URL(".", import.meta.url));
  return resolve(here, import.meta.url.endsWith(".ts") ? ".." : "../..");
}
