/** What the verbs that an officer uses share: the options that name service and key, and texts that other users must not see. */
import { text } from "node:stream/consumers";
import type { Command } from "commander";
import { createClient, type Client } from "../client/client.ts";
import { WarifuError } from "../core/errors.ts";
import { readNamedFile } from "./named-files.ts";
import { address } from "./option-values.ts";
import { apiKeyFor, givenKey, loadSettings } from "./settings.ts";
import { frame } from "./texts/frame/en.ts";
import type { CommonOptions } from "./verb.ts";

/** Options of each of these verbs. */
export interface OfficerOptions extends CommonOptions {
  readonly url?: string;
  readonly key?: string;
  readonly keyFile?: string;
}

/** Adds the options. */
export function forOfficer(command: Command): Command {
  return command
    .option("--url <url>", frame().url, address)
    .option("--key <key>", frame().officerKey)
    .option("--key-file <file>", frame().officerKeyFile)
    .option("--json", frame().json);
}

/** A client with the officer's key. */
export function officerClient(options: OfficerOptions): Client {
  const config = loadSettings();
  const url = options.url ?? config.client.url;
  return createClient({ url, apiKey: apiKeyFor(url, "officer", givenKey(options), config), attempts: 1 });
}

/** Text from a file, or from stdin for `-`: arguments of commands are seen by other users. @throws USAGE */
export async function readWords(from: string, what: string): Promise<string> {
  const words = from === "-" ? await text(process.stdin) : Buffer.from(readNamedFile(from, what)).toString("utf8");
  if (words.trim() === "") throw new WarifuError("USAGE", `the ${what} is empty`);
  return words.trim();
}

/** Values that one option takes, separated by commas. */
export function listed(value: string): string[] {
  return value.split(",").map((one) => one.trim());
}
