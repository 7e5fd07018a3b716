/**
 * `warifu officer`: invites people to the desk, lists and removes their accounts, over HTTP with the key of an administrator,
 * or in the data folder of a stopped service.
 */
import { InvalidArgumentError, Option } from "commander";
import type { OfficerListing } from "../sign-in/officer-view.ts";
import { OFFICER_ROLES, type OfficerRole } from "../sign-in/officers.ts";
import { WarifuError } from "../core/errors.ts";
import { MAX_RATE, stopped, time, withPlace, type AccessOptions } from "./access-options.ts";
import { EXIT } from "./exit-code.ts";
import { officersOfFolder, officersOfService, type OfficerAdmin } from "./officer-admin.ts";
import { repeated, wholeNumber } from "./option-values.ts";
import { inSeconds, type Output } from "./output.ts";
import { apiKeyFor, dataFolder, givenKey, loadSettings } from "./settings.ts";
import { accessTexts } from "./texts/access/en.ts";
import type { DefineVerb } from "./verb.ts";

interface InviteOptions extends AccessOptions {
  readonly name?: string;
  readonly role?: OfficerRole;
  readonly source?: readonly string[];
  readonly expires?: number;
  readonly rate?: number;
  readonly again?: string;
  readonly hours?: number;
}

const LONGEST_HOURS = 336;

export const defineOfficer: DefineVerb = (program, act) => {
  const officer = program
    .command("officer")
    .summary(accessTexts().officer.summary)
    .description(accessTexts().officer.description)
    .addHelpText("after", accessTexts().officer.after);
  withPlace(officer.command("invite"))
    .summary(accessTexts().invite.summary)
    .description(accessTexts().invite.description)
    .option("--name <name>", accessTexts().invite.name)
    .addOption(new Option("--role <role>", accessTexts().invite.role).choices(OFFICER_ROLES))
    .option("--source <name>", accessTexts().invite.source, repeated)
    .option("--expires <when>", accessTexts().invite.expires, time)
    .option("--rate <n>", accessTexts().invite.rate, wholeNumber(MAX_RATE))
    .option("--again <id>", accessTexts().invite.again, officerId)
    .option("--hours <n>", accessTexts().invite.hours, wholeNumber(LONGEST_HOURS))
    .action((options: InviteOptions) => act(options, (output) => invite(options, output)));
  withPlace(officer.command("list"))
    .summary(accessTexts().listOfficers.summary)
    .description(accessTexts().listOfficers.description)
    .action((options: AccessOptions) =>
      act(options, async (output) => {
        const officers = await adminOf(options).list();
        output.document(officers);
        for (const one of officers) output.say(lineOf(one));
        return EXIT.holds;
      }),
    );
  withPlace(officer.command("remove").argument("<id>", accessTexts().remove.id, officerId))
    .summary(accessTexts().remove.summary)
    .description(accessTexts().remove.description)
    .action((id: string, options: AccessOptions) =>
      act(options, async (output) => {
        await adminOf(options).remove(id);
        output.document({ id, removed: true });
        output.say(accessTexts().removed(id), { mark: "holds" });
        return EXIT.holds;
      }),
    );
};

async function invite(options: InviteOptions, output: Output): Promise<typeof EXIT.holds> {
  const { id, link, expiresAt } = await invitation(options);
  output.document({ id, link, expiresAt });
  output.say(link);
  output.hint(accessTexts().invited(id, inSeconds(expiresAt)));
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

function adminOf(options: AccessOptions): OfficerAdmin {
  const config = loadSettings({}, { needsSigner: false });
  if (options.dataDir !== undefined) {
    const origin = config.desk.url ?? `http://localhost:${config.http.port}`;
    const { invite, inviteAgain, list, remove } = officersOfFolder(
      loadSettings(dataFolder(options.dataDir), { needsSigner: false }),
      origin,
    );
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
  const { notes: words, andThen } = accessTexts();
  const notes = [
    officer.signsInBy === "oidc" ? words.byProvider : words.passkeys(passkeys),
    sources && words.sources(sources.join(", ")),
    ratePerMinute !== null && words.rate(ratePerMinute),
    expiresAt !== null && words.until(inSeconds(expiresAt)),
    invitedUntil !== null && words.invited(inSeconds(invitedUntil)),
    removedAt !== null && words.removed(inSeconds(removedAt)),
  ].filter((note) => typeof note === "string");
  return `${id}  ${role.padEnd(7)}  ${inSeconds(createdAt)}  ${name}  (${notes.join(andThen)})`;
}

function officerId(text: string): string {
  if (!/^of_[0-9a-f]{16}$/.test(text)) throw new InvalidArgumentError(accessTexts().values.officerId);
  return text;
}
