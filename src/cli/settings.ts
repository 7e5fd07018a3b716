/**
 * The settings as the command line uses them: the environment, with the `.env` file of the current folder behind it, and
 * the files that a service on this machine has written.
 */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { config as loadEnvFile } from "dotenv";
import type { Role } from "../access.ts";
import { parseConfig, type Config, type ParseOptions } from "../config.ts";
import { WarifuError } from "../core/errors.ts";
import { isJsonObject, parseJsonBytes } from "../core/json.ts";
import { parsePolicy, type Policy } from "../core/policy.ts";
import { readNamedFile } from "./named-files.ts";

/**
 * The configuration; `overrides` stand above the environment, `options` say for whom it is.
 * @throws CONFIG_INVALID
 */
export function loadSettings(overrides: NodeJS.ProcessEnv = {}, options: ParseOptions = {}): Config {
  loadEnvironmentFile();
  // Read by the launcher (scripts/launch/node.mjs), before this program runs.
  const { WARIFU_TOOLCHAIN_DIR: _, ...environment } = process.env;
  try {
    return parseConfig({ ...environment, ...overrides }, options);
  } catch (cause) {
    if (cause instanceof WarifuError && cause.code !== "CONFIG_INVALID")
      throw new WarifuError("CONFIG_INVALID", cause.message, { cause });
    throw cause;
  }
}

let isLoaded = false;

/** Reads `.env` once; what the environment says already stays. */
function loadEnvironmentFile(): void {
  if (isLoaded) return;
  isLoaded = true;
  const { error } = loadEnvFile({ quiet: true });
  if (error !== undefined && (error as NodeJS.ErrnoException).code !== "ENOENT")
    throw new WarifuError("CONFIG_INVALID", `.env cannot be read: ${error.message}`, { cause: error });
}

/**
 * The verifier's policy: the named file, or the one that a service on this machine wrote.
 * @throws USAGE when there is none; POLICY_INVALID
 */
export function loadPolicy(path: string | undefined, written: () => string): Policy {
  if (path !== undefined) return parsePolicy(readNamedFile(path, "policy"));
  const own = written();
  if (existsSync(own)) return parsePolicy(readNamedFile(own, "policy"));
  throw new WarifuError(
    "USAGE",
    `there is no policy to verify by: name one with --policy FILE (no service on this machine has written ${own})`,
  );
}

/**
 * The API key to use at `url`: the given one, WARIFU_API_KEY, or the first one of that role, which a service on this
 * machine has written. That last one is sent to no other machine.
 */
export function apiKeyFor(url: string, role: Role, given: string | undefined, config: Config): string | undefined {
  const named = given ?? config.client.apiKey;
  if (named !== undefined || !isThisMachine(url, config)) return named;
  try {
    const keys = parseJsonBytes(readFileSync(config.files.apiKeys), "API keys");
    const key = isJsonObject(keys) ? keys[role] : undefined;
    return typeof key === "string" ? key : undefined;
  } catch {
    // Not there, or somebody else's: the service then asks for a key.
    return undefined;
  }
}

function isThisMachine(url: string, { http }: Config): boolean {
  const host = URL.parse(url)?.hostname;
  return host === "127.0.0.1" || host === "localhost" || host === "[::1]" || host === http.host;
}

/** The data folder of a path that somebody named, as an override. */
export function dataFolder(path: string): NodeJS.ProcessEnv {
  return { WARIFU_DATA_DIR: resolve(path) };
}
