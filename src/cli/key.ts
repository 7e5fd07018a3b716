/**
 * `warifu key`: issues, lists and revokes API keys over HTTP with the key of an administrator, or in the data folder of a
 * stopped service; makes keys of accounts on the chain (key-account.ts), replaces the vault's (key-vault.ts) and the
 * log's (key-log.ts).
 */
import { InvalidArgumentError, Option } from "commander";
import { ROLES, type Role } from "../keys/api-keys.ts";
import { WarifuError } from "../core/errors.ts";
import { MAX_RATE, stopped, time, withPlace, type AccessOptions } from "./access-options.ts";
import { EXIT } from "./exit-code.ts";
import type { KeyView } from "../keys/key-view.ts";
import { keysOfFolder, keysOfService, type KeyAdmin } from "./key-admin.ts";
import { defineKeyAccount } from "./key-account.ts";
import { defineKeyLog } from "./key-log.ts";
import { defineKeyVault } from "./key-vault.ts";
import { repeated, wholeNumber } from "./option-values.ts";
import { inSeconds, type Output } from "./output.ts";
import { apiKeyFor, dataFolder, givenKey, loadSettings } from "./settings.ts";
import { accessTexts } from "./texts/access/en.ts";
import type { DefineVerb } from "./verb.ts";

interface AddOptions extends AccessOptions {
  readonly role: Role;
  readonly source?: readonly string[];
  readonly type?: readonly string[];
  readonly expires?: number;
  readonly rate?: number;
  readonly replaces?: string;
}

export const defineKey: DefineVerb = (program, act) => {
  const key = program
    .command("key")
    .summary(accessTexts().key.summary)
    .description(accessTexts().key.description)
    .addHelpText("after", accessTexts().key.after);
  withPlace(key.command("add").argument("<name>", accessTexts().add.name))
    .summary(accessTexts().add.summary)
    .description(accessTexts().add.description)
    .addOption(new Option("--role <role>", accessTexts().add.role).choices(ROLES).makeOptionMandatory())
    .option("--source <name>", accessTexts().add.source, repeated)
    .option("--type <type>", accessTexts().add.type, repeated)
    .option("--expires <when>", accessTexts().add.expires, time)
    .option("--rate <n>", accessTexts().add.rate, wholeNumber(MAX_RATE))
    .option("--replaces <keyid>", accessTexts().add.replaces, keyId)
    .action((name: string, options: AddOptions) => act(options, (output) => add(name, options, output)));
  withPlace(key.command("list"))
    .summary(accessTexts().list.summary)
    .description(accessTexts().list.description)
    .action((options: AccessOptions) =>
      act(options, async (output) => {
        const keys = await adminOf(options).list();
        output.document(keys);
        for (const one of keys) output.say(lineOfKey(one));
        return EXIT.holds;
      }),
    );
  withPlace(key.command("revoke").argument("<keyid>", accessTexts().revoke.id, keyId))
    .summary(accessTexts().revoke.summary)
    .description(accessTexts().revoke.description)
    .action((id: string, options: AccessOptions) =>
      act(options, async (output) => {
        await adminOf(options).revoke(id);
        output.document({ keyId: id, revoked: true });
        output.say(accessTexts().revoked(id), { mark: "holds" });
        return EXIT.holds;
      }),
    );
  for (const define of [defineKeyAccount, defineKeyVault, defineKeyLog]) define(key, act);
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
  output.hint(accessTexts().noteDown(id, name, role));
  if (replaces !== undefined) output.hint(accessTexts().replaced(replaces));
  return EXIT.holds;
}

function adminOf(options: AccessOptions): KeyAdmin {
  if (options.dataDir !== undefined) {
    const { issue, list, revoke } = keysOfFolder(loadSettings(dataFolder(options.dataDir), { needsSigner: false }));
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

function lineOfKey(key: KeyView): string {
  const { keyId: id, role, name, createdAt, sources, types, ratePerMinute, expiresAt, lastUsedAt, revokedAt } = key;
  const { notes: words, andThen } = accessTexts();
  const notes = [
    sources && words.sources(sources.join(", ")),
    types && words.types(types.join(", ")),
    ratePerMinute !== null && words.rate(ratePerMinute),
    expiresAt !== null && words.until(inSeconds(expiresAt)),
    lastUsedAt === null ? words.neverUsed : words.lastUsed(inSeconds(lastUsedAt)),
    revokedAt !== null && words.revoked(inSeconds(revokedAt)),
  ].filter((note) => typeof note === "string");
  return `${id}  ${role.padEnd(9)}  ${inSeconds(createdAt)}  ${name}  (${notes.join(andThen)})`;
}

function keyId(text: string): string {
  if (!/^[0-9a-f]{16}$/.test(text)) throw new InvalidArgumentError(accessTexts().values.keyId);
  return text;
}
