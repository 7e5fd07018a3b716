/**
 * What `warifu key` and `warifu officer` have in common: both administer who may do what, over HTTP with the key of an
 * administrator, or in the data folder of a stopped service.
 */
import { InvalidArgumentError, type Command } from "commander";
import { WarifuError } from "../core/errors.ts";
import { address } from "./option-values.ts";
import { accessTexts } from "./texts/access/en.ts";
import { frame } from "./texts/frame/en.ts";
import type { CommonOptions } from "./verb.ts";

/** Where it is done. */
export interface AccessOptions extends CommonOptions {
  readonly url?: string;
  readonly key?: string;
  readonly keyFile?: string;
  readonly dataDir?: string;
}

/** Most requests a minute that a key or an account can be given. */
export const MAX_RATE = 1_000_000_000;

const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000 };

/** Adds the options that say where. */
export function withPlace(command: Command): Command {
  return command
    .option("--url <url>", frame().url, address)
    .option("--key <key>", accessTexts().adminKey)
    .option("--key-file <file>", accessTexts().adminKeyFile)
    .option("--data-dir <folder>", accessTexts().dataDir)
    .option("--json", frame().json);
}

/** A held lock means that a service is running there, which must then be asked itself. */
export async function stopped<T>(action: Promise<T>): Promise<T> {
  return action.catch((cause: unknown) => {
    if (!(cause instanceof WarifuError) || cause.code !== "STORE_LOCKED") throw cause;
    throw new WarifuError(
      "STORE_LOCKED",
      "a service runs on this data folder: leave --data-dir out to ask it, or stop it first",
      { cause },
    );
  });
}

/** A future time, as POSIX milliseconds. */
export function time(text: string): number {
  const [, number, unit] = /^([1-9][0-9]{0,4})([dh])$/.exec(text) ?? [];
  const isDate = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2}))?$/.test(text);
  const at =
    unit === undefined ? (isDate ? Date.parse(text) : Number.NaN) : Date.now() + Number(number) * (UNITS[unit] ?? 0);
  if (!(at > Date.now())) throw new InvalidArgumentError(accessTexts().values.timeToCome);
  return at;
}
