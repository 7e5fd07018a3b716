/**
 * The settings as the command line uses them: the environment, then the `.env` file in the current folder, and the files
 * that a service on this machine has written.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse as parseEnvFile } from "dotenv";
import type { Role } from "../keys/api-keys.ts";
import { parseConfig, type Config, type ParseOptions } from "../config.ts";
import { withoutByteOrderMark } from "../core/bytes.ts";
import { WarifuError, messageOf } from "../core/errors.ts";
import { isJsonObject, parseJsonBytes } from "../core/json.ts";
import { readSharedSecret } from "../keys/key-files.ts";
import { hostedSetUp, hostedSetUps, type HostedSetUp } from "../service/logs-file.ts";

/** Where settings come from, and who they are for. */
export interface SettingsOptions extends ParseOptions {
  /** Whether the `.env` file in the current folder counts; true by default. */
  readonly envFile?: boolean;
}

/**
 * The configuration; `overrides` take precedence over the environment.
 * @throws CONFIG_INVALID
 */
export function loadSettings(
  overrides: NodeJS.ProcessEnv = {},
  { envFile = true, ...options }: SettingsOptions = {},
): Config {
  const settings = { ...environmentOf(envFile), ...overrides };
  const { WARIFU_LOGS: file = "", WARIFU_LOG: name = "" } = settings;
  // A folder that was named is read as it is, whichever log it is of.
  const isOneOfSeveral = name !== "" && overrides["WARIFU_DATA_DIR"] === undefined;
  return asSettings(() => {
    if (!isOneOfSeveral) return parseConfig(settings, options);
    if (file === "") throw new WarifuError("CONFIG_INVALID", "WARIFU_LOG names a log of WARIFU_LOGS, which is not set");
    return hostedSetUp(resolve(file), name, settings, options).config;
  });
}

/**
 * The logs of `WARIFU_LOGS`; `undefined` when the settings are those of one log.
 * @throws CONFIG_INVALID
 */
export function loadLogs(config: Config): readonly HostedSetUp[] | undefined {
  const settings = environmentOf(true);
  const { logsFile } = config;
  if (logsFile === undefined || (settings["WARIFU_LOG"] ?? "") !== "") return undefined;
  return asSettings(() => hostedSetUps(logsFile, settings));
}

function environmentOf(envFile: boolean): NodeJS.ProcessEnv {
  // Read by the launcher (scripts/launch/node.mjs), before this program runs.
  const { WARIFU_TOOLCHAIN_DIR: _, ...environment } = { ...(envFile && readEnvironmentFile()), ...ownEnvironment() };
  return environment;
}

/** Whatever is wrong with settings is a wrong setting. */
function asSettings<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof WarifuError && cause.code !== "CONFIG_INVALID")
      throw new WarifuError("CONFIG_INVALID", cause.message, { cause });
    throw cause;
  }
}

let vaultKey: string | undefined;

/** The environment of this process, without the vault's key from then on: programs that it starts would inherit it. */
function ownEnvironment(): NodeJS.ProcessEnv {
  vaultKey = process.env["WARIFU_VAULT_KEY"] ?? vaultKey;
  delete process.env["WARIFU_VAULT_KEY"];
  return vaultKey === undefined ? process.env : { ...process.env, WARIFU_VAULT_KEY: vaultKey };
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

/**
 * The API key to use at `url`: the given one, WARIFU_API_KEY, or the first one of that role that a service on this machine
 * has written. The last is never sent to another machine, whatever address the settings have for this one.
 */
export function apiKeyFor(url: string, role: Role, given: string | undefined, config: Config): string | undefined {
  const named = given ?? config.client.apiKey;
  if (named !== undefined || !isThisMachine(url)) return named;
  return ownApiKey(role, config);
}

/** The first key of that role, as written by the service with these settings. */
export function ownApiKey(role: Role, config: Config): string | undefined {
  try {
    const keys = parseJsonBytes(withoutByteOrderMark(readFileSync(config.files.apiKeys)), "API keys");
    const key = isJsonObject(keys) ? keys[role] : undefined;
    return typeof key === "string" ? key : undefined;
  } catch {
    // Missing, or another user's file: the service will then ask for a key.
    return undefined;
  }
}

/**
 * The key given by an option, either directly or in a file.
 * @throws USAGE when both are given; CONFIG_INVALID when the file is missing, or readable by everybody
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
