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
import { forOfficer, officerClient, type OfficerOptions } from "./officer.ts";
import { counted } from "./output.ts";
import { defineBreach } from "./privacy-breach.ts";
import { defineDeidentify } from "./privacy-deidentify.ts";
import { defineDesk } from "./privacy-desk.ts";
import { defineRegister } from "./privacy-register.ts";
import { defineRights } from "./privacy-rights.ts";
import { defineTransfers } from "./privacy-transfer.ts";
import { answerTo, canAsk } from "./question.ts";
import type { Act, DefineVerb } from "./verb.ts";

interface FindOptions extends OfficerOptions {
  readonly claim: string;
  readonly valueFrom?: string;
}

const EXAMPLES = `
Examples:
  warifu privacy find --claim reporterEmail
  warifu privacy find --claim reporterEmail --value-from - < address.txt
  warifu privacy notice add notice-es.json
  warifu privacy consent give research --lang es --country JP
  warifu privacy request open access --subject sub_…
  warifu privacy requests --state soon
  warifu privacy breach note --facts-from facts.json
  warifu privacy retention --dry-run`;

/** Records a page. */
const PAGE = 1_000;

export const definePrivacy: DefineVerb = (program, act) => {
  const privacy = program
    .command("privacy")
    .summary("act for the people whom records are about")
    .description("What an officer does for the people whom records are about.")
    .addHelpText("after", EXAMPLES);
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
  forOfficer(privacy.command("find"))
    .summary("find all records of a person")
    .description("Finds all records of the person whom a value identifies, such as a mail address in any spelling.")
    .requiredOption("--claim <name>", "the claim that states the value, such as reporterEmail")
    .option("--value-from <file>", "a file that holds the value, - for stdin (default: it is asked for)")
    .action((options: FindOptions) =>
      act(options, async (output) => {
        const value = await valueOf(options);
        const { subjects, records } = await findAll(officerClient(options), { [options.claim]: value });
        output.document({ subjects, records });
        for (const { id, leafIndex, source, subjects } of records)
          output.say(`${id}  leaf ${leafIndex}  ${source}  ${subjects.join(" ")}`);
        output.hint(`${counted(records.length, "record")} of ${counted(subjects.length, "person", "people")}`);
        return EXIT.holds;
      }),
    );
}

function defineRetention(privacy: Command, act: Act): void {
  forOfficer(privacy.command("retention"))
    .summary("erase records whose time is over")
    .description(
      "Erases records about people that are older than their profile's retentionDays, as the service does every hour. Records " +
        "whose use is restricted are kept. What requests say of people, and to whom records were given, goes by the times of " +
        "the law.",
    )
    .option("--dry-run", "only count them")
    .action((options: OfficerOptions & { readonly dryRun?: boolean }) =>
      act(options, async (output) => {
        const dryRun = options.dryRun === true;
        const report = await officerClient(options).runRetention({ dryRun });
        output.document(report);
        const done = dryRun ? "would be erased" : "erased";
        for (const { type, retentionDays, records } of report.items)
          output.say(`${type}  kept for ${counted(retentionDays, "day")}: ${counted(records, "record")} ${done}`);
        for (const { what, events } of report.statements)
          output.say(`${what}  what ${counted(events, "event")} of the log conceal: ${done}`);
        if (report.restricted > 0)
          output.say(`${counted(report.restricted, "record")} kept, because their use is restricted`);
        if (!report.complete) output.hint("there is more: run it again, or leave it to the service");
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
