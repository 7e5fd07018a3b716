/**
 * `warifu key`: issues, lists and revokes API keys over HTTP with the key of an administrator, or in the data folder of a
 * stopped service; makes keys of accounts on the chain (key-account.ts), and replaces the vault's (key-vault.ts).
 */
import { InvalidArgumentError, Option, type Command } from "commander";
import { ROLES, type Role } from "../keys/api-keys.ts";
import { WarifuError } from "../core/errors.ts";
import { EXIT } from "./exit-code.ts";
import type { KeyView } from "../keys/key-view.ts";
import { keysOfFolder, keysOfService, type KeyAdmin } from "./key-admin.ts";
import { defineKeyAccount } from "./key-account.ts";
import { defineKeyVault } from "./key-vault.ts";
import { address, wholeNumber } from "./option-values.ts";
import { inSeconds, type Output } from "./output.ts";
import { apiKeyFor, givenKey, loadSettings } from "./settings.ts";
import type { CommonOptions, DefineVerb } from "./verb.ts";

interface KeyOptions extends CommonOptions {
  readonly url?: string;
  readonly key?: string;
  readonly keyFile?: string;
  readonly dataDir?: string;
}

interface AddOptions extends KeyOptions {
  readonly role: Role;
  readonly source?: readonly string[];
  readonly type?: readonly string[];
  readonly expires?: number;
  readonly rate?: number;
  readonly replaces?: string;
}

const EXAMPLES = `
API keys need the key of an administrator: --key-file, --key, WARIFU_API_KEY, or the first one of a service on this
machine. With --data-dir they are issued, listed and revoked in the data folder of a service that does not run.

Examples:
  warifu key add gateway-7 --role submitter --source 'santander/*' --type sensor-reading --expires 365d
  warifu key add gateway-7b --role submitter --replaces 4f0c9e2d1b3a5768
  warifu key list
  warifu key revoke 4f0c9e2d1b3a5768
  warifu key add rescue --role admin --data-dir data
  warifu key account new --keystore anchor.json --password-file anchor.password
  warifu key rotate-vault --data-dir data`;

const MAX_RATE = 1_000_000_000;

export const defineKey: DefineVerb = (program, act) => {
  const key = program
    .command("key")
    .summary("issue, list and revoke API keys; make keys of accounts; replace the vault's key")
    .description(
      "Issues, lists and revokes API keys, makes keys of accounts on the chain, and replaces the key of the vault.",
    )
    .addHelpText("after", EXAMPLES);
  withPlace(key.command("add").argument("<name>", "what the key is for; never a person's name"))
    .summary("issue a key")
    .description("Issues a key and prints it. It is shown this once.")
    .addOption(new Option("--role <role>", "what the key allows").choices(ROLES).makeOptionMandatory())
    .option(
      "--source <name>",
      "a source it is for, or a prefix such as 'santander/*', or '*' for all; repeatable",
      names,
    )
    .option("--type <type>", "a type of record that it may send; repeatable (default: all)", names)
    .option("--expires <when>", "until when it is valid: a day such as 2027-04-11, or 90d, 12h (default: always)", time)
    .option("--rate <n>", "records and other requests a minute (default: as many as anybody)", wholeNumber(MAX_RATE))
    .option(
      "--replaces <keyid>",
      "the key in whose place it comes: what that one sent can be sent again with it",
      keyId,
    )
    .action((name: string, options: AddOptions) => act(options, (output) => add(name, options, output)));
  withPlace(key.command("list"))
    .summary("list all keys ever issued")
    .description("Lists all keys ever issued, without their secrets.")
    .action((options: KeyOptions) =>
      act(options, async (output) => {
        const keys = await adminOf(options).list();
        output.document(keys);
        for (const one of keys) output.say(lineOfKey(one));
        return EXIT.holds;
      }),
    );
  withPlace(key.command("revoke").argument("<keyid>", "the key's id, the 16 digits after wk_", keyId))
    .summary("revoke a key")
    .description("Revokes a key; it is refused from that moment on.")
    .action((id: string, options: KeyOptions) =>
      act(options, async (output) => {
        await adminOf(options).revoke(id);
        output.document({ keyId: id, revoked: true });
        output.say(`key ${id} is revoked`, { mark: "holds" });
        return EXIT.holds;
      }),
    );
  for (const define of [defineKeyAccount, defineKeyVault]) define(key, act);
};

async function add(name: string, options: AddOptions, output: Output): Promise<typeof EXIT.holds> {
  const { role, source, type, expires, rate, replaces } = options;
  if (role === "submitter" && source === undefined && replaces === undefined)
    throw new WarifuError(
      "USAGE",
      "say which sources the key may send: --source NAME, --source 'PREFIX/*', or --source '*' for all",
    );
  const sources = source?.includes("*") ? null : source;
  const scope = { sources, types: type, expiresAt: expires, ratePerMinute: rate, replaces };
  const { keyId: id, key: text } = await adminOf(options).issue(name, role, scope);
  output.document({ keyId: id, name, role, key: text });
  output.say(text);
  output.hint(`key ${id} for ${name} (${role}): note it down, it is not shown again`);
  if (replaces !== undefined)
    output.hint(
      `key ${replaces} is still valid: revoke it when the new one is in place (warifu key revoke ${replaces})`,
    );
  return EXIT.holds;
}

function withPlace(command: Command): Command {
  return command
    .option("--url <url>", "the service (default: WARIFU_URL, else this machine's)", address)
    .option("--key <key>", "the administrator's API key; other users of the machine can see it: prefer --key-file")
    .option("--key-file <file>", "a file that holds the administrator's API key")
    .option("--data-dir <dir>", "instead of at a service: in the data folder of one that does not run")
    .option("--json", "print one JSON document");
}

function adminOf(options: KeyOptions): KeyAdmin {
  if (options.dataDir !== undefined) {
    const { issue, list, revoke } = keysOfFolder(options.dataDir);
    return {
      issue: (...args) => stopped(issue(...args)),
      list: () => stopped(list()),
      revoke: (id) => stopped(revoke(id)),
    };
  }
  const config = loadSettings();
  const url = options.url ?? config.client.url;
  return keysOfService({ url, apiKey: apiKeyFor(url, "admin", givenKey(options), config), attempts: 1 });
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

function lineOfKey(key: KeyView): string {
  const { keyId: id, role, name, createdAt, sources, types, ratePerMinute, expiresAt, lastUsedAt, revokedAt } = key;
  const notes = [
    sources && `sources ${sources.join(", ")}`,
    types && `types ${types.join(", ")}`,
    ratePerMinute !== null && `${ratePerMinute} a minute`,
    expiresAt !== null && `until ${inSeconds(expiresAt)}`,
    lastUsedAt === null ? "never used" : `last used ${inSeconds(lastUsedAt)}`,
    revokedAt !== null && `revoked ${inSeconds(revokedAt)}`,
  ].filter((note) => typeof note === "string");
  return `${id}  ${role.padEnd(9)}  ${inSeconds(createdAt)}  ${name}  (${notes.join("; ")})`;
}

function names(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}

function keyId(text: string): string {
  if (!/^[0-9a-f]{16}$/.test(text)) throw new InvalidArgumentError("A key's id has 16 hexadecimal digits.");
  return text;
}

const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000 };

/** A future time, as POSIX milliseconds. */
export function time(text: string): number {
  const [, number, unit] = /^([1-9][0-9]{0,4})([dh])$/.exec(text) ?? [];
  const isDate = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2}))?$/.test(text);
  const at =
    unit === undefined ? (isDate ? Date.parse(text) : Number.NaN) : Date.now() + Number(number) * (UNITS[unit] ?? 0);
  if (!(at > Date.now()))
    throw new InvalidArgumentError("It is a day or time to come, such as 2027-04-11, or 90d, 12h.");
  return at;
}
