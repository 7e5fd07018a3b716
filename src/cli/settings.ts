/**
 * The settings as the command line uses them: the environment, with the `.env` file of the current folder behind it, and
 * the files that a service on this machine has written.
 */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse as parseEnvFile } from "dotenv";
import type { Role } from "../keys/api-keys.ts";
import { parseConfig, type Config, type ParseOptions } from "../config.ts";
import { toHex, withoutByteOrderMark } from "../core/bytes.ts";
import { WarifuError, messageOf } from "../core/errors.ts";
import { isJsonObject, parseJsonBytes } from "../core/json.ts";
import { parsePolicy, type Policy } from "../core/policy.ts";
import { sha256 } from "../core/sha256.ts";
import { readSharedSecret } from "../keys/key-files.ts";
import { readNamedFile } from "./named-files.ts";
import { assertOwnFile } from "./own-file.ts";

/** Where settings come from, and for whom they are. */
export interface SettingsOptions extends ParseOptions {
  /** Whether the `.env` file of the current folder counts; true unless told otherwise. */
  readonly envFile?: boolean;
}

/**
 * The configuration; `overrides` stand above the environment.
 * @throws CONFIG_INVALID
 */
export function loadSettings(
  overrides: NodeJS.ProcessEnv = {},
  { envFile = true, ...options }: SettingsOptions = {},
): Config {
  // Read by the launcher (scripts/launch/node.mjs), before this program runs.
  const { WARIFU_TOOLCHAIN_DIR: _, ...environment } = { ...(envFile && readEnvironmentFile()), ...process.env };
  try {
    return parseConfig({ ...environment, ...overrides }, options);
  } catch (cause) {
    if (cause instanceof WarifuError && cause.code !== "CONFIG_INVALID")
      throw new WarifuError("CONFIG_INVALID", cause.message, { cause });
    throw cause;
  }
}

/** What `.env` says, if there is one. */
function readEnvironmentFile(): NodeJS.ProcessEnv {
  try {
    return parseEnvFile(Buffer.from(withoutByteOrderMark(readFileSync(".env"))));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw new WarifuError("CONFIG_INVALID", `.env cannot be read: ${messageOf(cause)}`, { cause });
  }
}

/** Options that name a policy, or a data folder with one. */
interface PolicyOptions {
  readonly policy?: string | undefined;
  readonly dataDir?: string | undefined;
}

/** A policy, and which one it is. */
export interface NamedPolicy {
  readonly policy: Policy;
  /** Absolute. */
  readonly path: string;
  /** SHA-256 of the file, hexadecimal. */
  readonly sha256: string;
}

/**
 * The policy that somebody named: by an option, or by a variable of the real environment. None is taken from the current
 * folder, nor by what a `.env` there says: whoever hands over a bundle could hand over those too.
 * @throws USAGE when none is named, or the file is none; POLICY_INVALID
 */
export function loadPolicy(options: PolicyOptions): NamedPolicy {
  const path = namedPolicyFile(options);
  if (path === undefined)
    throw new WarifuError(
      "USAGE",
      "there is no policy to verify by: name one with --policy FILE, or a service's own data folder with --data-dir FOLDER " +
        "(or WARIFU_POLICY_FILE, WARIFU_DATA_DIR in the environment)",
    );
  const bytes = readNamedFile(path, "policy");
  const policy = parsePolicy(assertOwnFile(bytes, "policy", path));
  return { policy, path: resolve(path), sha256: toHex(sha256(bytes)) };
}

/** In the order in which they count: the policy itself before a folder that holds one. */
function namedPolicyFile({ policy, dataDir }: PolicyOptions): string | undefined {
  const { WARIFU_POLICY_FILE: file, WARIFU_DATA_DIR: ownFolder } = process.env;
  const folder = dataDir ?? ownFolder;
  return policy ?? (file || (folder ? join(folder, "policy.json") : undefined));
}

/**
 * The API key to use at `url`: the given one, WARIFU_API_KEY, or the first one of that role, which a service on this
 * machine has written. That last one is sent to no other machine, whatever the settings call this one.
 */
export function apiKeyFor(url: string, role: Role, given: string | undefined, config: Config): string | undefined {
  const named = given ?? config.client.apiKey;
  if (named !== undefined || !isThisMachine(url)) return named;
  return ownApiKey(role, config);
}

/** The first key of that role, as the service that these settings are of has written it. */
export function ownApiKey(role: Role, config: Config): string | undefined {
  try {
    const keys = parseJsonBytes(withoutByteOrderMark(readFileSync(config.files.apiKeys)), "API keys");
    const key = isJsonObject(keys) ? keys[role] : undefined;
    return typeof key === "string" ? key : undefined;
  } catch {
    // Not there, or somebody else's: the service then asks for a key.
    return undefined;
  }
}

/**
 * The key that an option gives: as it stands there, or in a file.
 * @throws USAGE both are given; CONFIG_INVALID the file is not there, or open to all
 */
export function givenKey(options: { readonly key?: string; readonly keyFile?: string }): string | undefined {
  const { key, keyFile } = options;
  if (keyFile === undefined) return key;
  if (key !== undefined) throw new WarifuError("USAGE", "give the key with --key or with --key-file, not both");
  return readSharedSecret(keyFile).trim();
}

function isThisMachine(url: string): boolean {
  const host = URL.parse(url)?.hostname;
  return host === "127.0.0.1" || host === "localhost" || host === "[::1]";
}

/** The data folder of a path that somebody named, as an override. */
export function dataFolder(path: string): NodeJS.ProcessEnv {
  return { WARIFU_DATA_DIR: resolve(path) };
}
