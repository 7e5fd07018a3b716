/**
 * `warifu officer`: invites people to the desk, lists and removes their accounts, over HTTP with the key of an administrator,
 * or in the data folder of a stopped service.
 */
import { InvalidArgumentError, Option, type Command } from "commander";
import type { OfficerListing } from "../sign-in/officer-view.ts";
import { OFFICER_ROLES, type OfficerRole } from "../sign-in/officers.ts";
import { WarifuError } from "../core/errors.ts";
import { EXIT } from "./exit-code.ts";
import { stopped, time } from "./key.ts";
import { officersOfFolder, officersOfService, type OfficerAdmin } from "./officer-admin.ts";
import { address, wholeNumber } from "./option-values.ts";
import { inSeconds, type Output } from "./output.ts";
import { apiKeyFor, givenKey, loadSettings } from "./settings.ts";
import type { CommonOptions, DefineVerb } from "./verb.ts";

interface AccountOptions extends CommonOptions {
  readonly url?: string;
  readonly key?: string;
  readonly keyFile?: string;
  readonly dataDir?: string;
}

interface InviteOptions extends AccountOptions {
  readonly name?: string;
  readonly role?: OfficerRole;
  readonly source?: readonly string[];
  readonly expires?: number;
  readonly rate?: number;
  readonly again?: string;
  readonly hours?: number;
}

const EXAMPLES = `
An account is for a person, who signs in to the desk with a passkey; API keys are for programs. The link is valid once: hand
it over in person, or by a way that nobody else reads.

Examples:
  warifu officer invite --name 'M. Ruiz' --role officer --source 'reports/*'
  warifu officer invite --again of_4f0c9e2d1b3a5768
  warifu officer list
  warifu officer remove of_4f0c9e2d1b3a5768`;

const LONGEST_HOURS = 336;
const MAX_RATE = 1_000_000_000;

export const defineOfficer: DefineVerb = (program, act) => {
  const officer = program
    .command("officer")
    .summary("invite people to the desk; list and remove their accounts")
    .description("Accounts of people who sign in to the desk.")
    .addHelpText("after", EXAMPLES);
  withPlace(officer.command("invite"))
    .summary("make an account and a link with which its passkey is registered")
    .description("Makes an account, and prints a link with which a passkey is registered for it, once.")
    .option("--name <name>", "who it is, for colleagues")
    .addOption(new Option("--role <role>", "what the account allows").choices(OFFICER_ROLES))
    .option("--source <name>", "a source it is for, or a prefix such as 'reports/*'; repeatable (default: all)", names)
    .option("--expires <when>", "until when the account is valid: a day, or 90d, 12h (default: always)", time)
    .option("--rate <n>", "requests a minute (default: as many as anybody)", wholeNumber(MAX_RATE))
    .option("--again <id>", "instead: another link for an account, for a further or a lost device", officerId)
    .option("--hours <n>", "how long the link is valid (default: 24)", wholeNumber(LONGEST_HOURS))
    .action((options: InviteOptions) => act(options, (output) => invite(options, output)));
  withPlace(officer.command("list"))
    .summary("list all accounts ever made")
    .description("Lists all accounts ever made.")
    .action((options: AccountOptions) =>
      act(options, async (output) => {
        const officers = await adminOf(options).list();
        output.document(officers);
        for (const one of officers) output.say(lineOf(one));
        return EXIT.holds;
      }),
    );
  withPlace(officer.command("remove").argument("<id>", "the account's id", officerId))
    .summary("remove an account")
    .description("Removes an account: whoever is signed in with it is so no more. What it did stays on record.")
    .action((id: string, options: AccountOptions) =>
      act(options, async (output) => {
        await adminOf(options).remove(id);
        output.document({ id, removed: true });
        output.say(`account ${id} is removed`, { mark: "holds" });
        return EXIT.holds;
      }),
    );
};

async function invite(options: InviteOptions, output: Output): Promise<typeof EXIT.holds> {
  const { id, link, expiresAt } = await invitation(options);
  output.document({ id, link, expiresAt });
  output.say(link);
  output.hint(`for account ${id}, valid once, until ${inSeconds(expiresAt)}; it is not shown again`);
  return EXIT.holds;
}

async function invitation({ again, hours, ...options }: InviteOptions) {
  const { name, role, source, expires, rate } = options;
  if (again !== undefined) return adminOf(options).inviteAgain(again, hours);
  if (name === undefined || role === undefined)
    throw new WarifuError("USAGE", "say who it is with --name and --role, or name an account with --again");
  return adminOf(options).invite({
    ...{ name, role, sources: source, ratePerMinute: rate, validHours: hours },
    expiresAt: expires === undefined ? undefined : new Date(expires).toISOString(),
  });
}

function withPlace(command: Command): Command {
  return command
    .option("--url <url>", "the service (default: WARIFU_URL, else this machine's)", address)
    .option("--key <key>", "the administrator's API key; other users of the machine can see it: prefer --key-file")
    .option("--key-file <file>", "a file that holds the administrator's API key")
    .option("--data-dir <dir>", "instead of at a service: in the data folder of one that does not run")
    .option("--json", "print one JSON document");
}

function adminOf(options: AccountOptions): OfficerAdmin {
  const config = loadSettings({}, { needsSigner: false });
  if (options.dataDir !== undefined) {
    const origin = config.desk.url ?? `http://localhost:${config.http.port}`;
    const { invite, inviteAgain, list, remove } = officersOfFolder(options.dataDir, origin);
    return {
      invite: (officer) => stopped(invite(officer)),
      inviteAgain: (id, hours) => stopped(inviteAgain(id, hours)),
      list: () => stopped(list()),
      remove: (id) => stopped(remove(id)),
    };
  }
  const url = options.url ?? config.client.url;
  return officersOfService({ url, apiKey: apiKeyFor(url, "admin", givenKey(options), config), attempts: 1 });
}

function lineOf(officer: OfficerListing): string {
  const { id, role, name, createdAt, sources, ratePerMinute, expiresAt, removedAt, passkeys, invitedUntil } = officer;
  const notes = [
    officer.signsInBy === "oidc" ? "by the identity provider" : `${passkeys} passkey${passkeys === 1 ? "" : "s"}`,
    sources && `sources ${sources.join(", ")}`,
    ratePerMinute !== null && `${ratePerMinute} a minute`,
    expiresAt !== null && `until ${inSeconds(expiresAt)}`,
    invitedUntil !== null && `invited until ${inSeconds(invitedUntil)}`,
    removedAt !== null && `removed ${inSeconds(removedAt)}`,
  ].filter((note) => typeof note === "string");
  return `${id}  ${role.padEnd(7)}  ${inSeconds(createdAt)}  ${name}  (${notes.join("; ")})`;
}

function names(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}

function officerId(text: string): string {
  if (!/^of_[0-9a-f]{16}$/.test(text))
    throw new InvalidArgumentError("An account's id is of_ and 16 hexadecimal digits.");
  return text;
}
