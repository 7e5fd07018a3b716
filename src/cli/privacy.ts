/**
 * `warifu privacy`: what an officer does for the people whom records are about. Values that identify somebody are read from
 * stdin or asked for, since other users of a machine see the arguments of its commands.
 */
import { text } from "node:stream/consumers";
import type { Command } from "commander";
import type { Client } from "../client/client.ts";
import { WarifuError } from "../core/errors.ts";
import type { PersonRecord } from "../read/persons.ts";
import { EXIT } from "./exit-code.ts";
import { readNamedFile } from "./named-files.ts";
import { forOfficer, officerClient, type OfficerOptions } from "./officer-options.ts";
import { defineBreach } from "./privacy-breach.ts";
import { defineDeidentify } from "./privacy-deidentify.ts";
import { defineDesk } from "./privacy-desk.ts";
import { defineRegister } from "./privacy-register.ts";
import { defineRights } from "./privacy-rights.ts";
import { defineTransfers } from "./privacy-transfer.ts";
import { answerTo, canAsk } from "./question.ts";
import { privacyTexts } from "./texts/privacy/en.ts";
import type { Act, DefineVerb } from "./verb.ts";

interface FindOptions extends OfficerOptions {
  readonly claim: string;
  readonly valueFrom?: string;
}

/** Records a page. */
const PAGE = 1_000;

export const definePrivacy: DefineVerb = (program, act) => {
  const privacy = program
    .command("privacy")
    .summary(privacyTexts().privacy.summary)
    .description(privacyTexts().privacy.description)
    .addHelpText("after", privacyTexts().privacy.after);
  defineFind(privacy, act);
  defineRights(privacy, act);
  defineDesk(privacy, act);
  defineBreach(privacy, act);
  defineTransfers(privacy, act);
  defineDeidentify(privacy, act);
  defineRetention(privacy, act);
  defineRegister(privacy, act);
};

function defineFind(privacy: Command, act: Act): void {
  const { find } = privacyTexts();
  forOfficer(privacy.command("find"))
    .summary(find.summary)
    .description(find.description)
    .requiredOption("--claim <name>", find.claim)
    .option("--value-from <file>", find.valueFrom)
    .action((options: FindOptions) =>
      act(options, async (output) => {
        const value = await valueOf(options);
        const { subjects, records } = await findAll(officerClient(options), { [options.claim]: value });
        output.document({ subjects, records });
        for (const { id, leafIndex, source, subjects } of records)
          output.say(find.record(id, leafIndex, source, subjects.join(" ")));
        output.hint(find.found(records.length, subjects.length));
        return EXIT.holds;
      }),
    );
}

function defineRetention(privacy: Command, act: Act): void {
  const { retention } = privacyTexts();
  forOfficer(privacy.command("retention"))
    .summary(retention.summary)
    .description(retention.description)
    .option("--dry-run", retention.dryRun)
    .action((options: OfficerOptions & { readonly dryRun?: boolean }) =>
      act(options, async (output) => {
        const dryRun = options.dryRun === true;
        const report = await officerClient(options).runRetention({ dryRun });
        output.document(report);
        for (const { type, retentionDays, records } of report.items)
          output.say(retention.records(type, retentionDays, records, dryRun));
        for (const { what, events } of report.statements) output.say(retention.events(what, events, dryRun));
        if (report.restricted > 0) output.say(retention.restricted(report.restricted));
        if (!report.complete) output.hint(retention.more);
        return EXIT.holds;
      }),
    );
}

async function findAll(client: Client, values: Readonly<Record<string, string>>) {
  const subjects = new Set<string>();
  const records: PersonRecord[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await client.findPerson(values, { limit: PAGE, cursor });
    for (const subject of page.subjects) subjects.add(subject);
    records.push(...page.items);
    cursor = page.nextCursor;
  }
  return { subjects: [...subjects], records };
}

/** @throws USAGE */
async function valueOf({ claim, valueFrom }: FindOptions): Promise<string> {
  const value = (await readValue(claim, valueFrom)).trim();
  if (value === "") throw new WarifuError("USAGE", "the value to look for is empty");
  return value;
}

async function readValue(claim: string, from: string | undefined): Promise<string> {
  if (from === "-") return text(process.stdin);
  if (from !== undefined) return Buffer.from(readNamedFile(from, "value")).toString("utf8");
  if (canAsk()) return answerTo(`${claim}: `);
  throw new WarifuError("USAGE", "nobody can be asked for the value here: give it with --value-from - on stdin");
}
