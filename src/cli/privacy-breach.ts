/**
 * `warifu privacy breach …`: a breach of personal data is noted, told to the authority and the people, filed and closed. What
 * happened is read from files or stdin, since other users of a machine see the arguments of its commands.
 */
import { Option, type Command } from "commander";
import type { Client } from "../client/client.ts";
import { BREACH_REASONS, BREACH_REPORTS, BREACH_TOLD } from "../core/breach-event.ts";
import type { BreachFacts, BreachReason, BreachReport, BreachTold } from "../core/breach-event.ts";
import { WarifuError } from "../core/errors.ts";
import { isJsonObject, parseJson } from "../core/json.ts";
import { formatSecond } from "../core/timestamp.ts";
import type { BreachView } from "../privacy/breach-view.ts";
import { REQUEST_FILTERS, type RequestFilter } from "../privacy/requests.ts";
import { EXIT } from "./exit-code.ts";
import { writeNamedFile } from "./named-files.ts";
import { forOfficer, officerClient, readWords, type OfficerOptions } from "./officer.ts";
import { wholeNumber } from "./option-values.ts";
import { counted, type Output } from "./output.ts";
import type { Act } from "./verb.ts";

/** Others on the machine read it otherwise. */
const PRIVATE_FILE = 0o600;
const MOST_OTHERS = 1_000_000_000;

interface FindingOptions extends OfficerOptions {
  readonly factsFrom?: string;
  readonly record?: readonly string[];
  readonly happened?: string;
  readonly onPurpose?: true;
}

interface TellingOptions extends OfficerOptions {
  readonly at?: string;
  readonly lateReasonFrom?: string;
}

/** Adds the verbs. */
export function defineBreach(privacy: Command, act: Act): void {
  const breach = privacy
    .command("breach")
    .summary("note a breach of personal data, and follow it by the clocks of the law")
    .description("Notes a breach of personal data, and follows it to its end by the clocks of the law.");
  defineNote(breach, act);
  defineList(breach, act);
  defineTell(breach, act);
  defineNotNeeded(breach, act);
  defineFiles(breach, act);
}

const repeated = (one: string, before: readonly string[] = []): string[] => [...before, one];

/** Options about what became known. */
function withFindings(command: Command): Command {
  return forOfficer(command)
    .option("--record <id>", "a record that it concerns; may be repeated", repeated)
    .option("--happened <time>", "when it happened, RFC 3339 in UTC")
    .option("--on-purpose", "somebody did it on purpose");
}

function defineNote(breach: Command, act: Act): void {
  withFindings(breach.command("note"))
    .summary("note a breach")
    .description("Notes a breach. Its clocks run from when it became known.")
    .requiredOption("--facts-from <file>", "what is known, a JSON file as in examples/privacy, - for stdin")
    .option("--known <time>", "when it became known, RFC 3339 in UTC (default: now)")
    .action((options: FindingOptions & { readonly factsFrom: string; readonly known?: string }) =>
      act(options, async (output) => {
        const { record: records, known: knownAt, happened: happenedAt, onPurpose } = options;
        const facts = await readFacts(options.factsFrom);
        const noted = await officerClient(options).noteBreach({ facts, records, knownAt, happenedAt, onPurpose });
        sayBreach(noted, output);
        return EXIT.holds;
      }),
    );
  withFindings(breach.command("amend").argument("<id>", "the breach"))
    .summary("add what became known since")
    .description("Adds what became known since. With more records, the people are to be told again.")
    .option("--facts-from <file>", "what is known now, a JSON file, - for stdin")
    .action((id: string, options: FindingOptions) =>
      act(options, async (output) => {
        const { record: records, happened: happenedAt, onPurpose, factsFrom } = options;
        const facts = factsFrom === undefined ? undefined : await readFacts(factsFrom);
        sayBreach(await officerClient(options).amendBreach(id, { facts, records, happenedAt, onPurpose }), output);
        return EXIT.holds;
      }),
    );
}

function defineList(breach: Command, act: Act): void {
  forOfficer(breach.command("list"))
    .summary("list breaches, by their clocks")
    .description("Lists breaches, the one whose clock ends first at the head.")
    .addOption(new Option("--state <state>", "which of them").choices(REQUEST_FILTERS).default("open"))
    .action((options: OfficerOptions & { readonly state: RequestFilter }) =>
      act(options, async (output) => {
        const { items } = await officerClient(options).breaches(options.state);
        output.document(items);
        for (const one of items) output.say(lineOf(one), { mark: markOf(one) });
        output.hint(counted(items.length, "breach", "breaches"));
        return EXIT.holds;
      }),
    );
  const plain = (
    name: string,
    [summary, description]: readonly [string, string],
    ask: (client: Client, id: string) => Promise<BreachView>,
  ) =>
    forOfficer(breach.command(name).argument("<id>", "the breach"))
      .summary(summary)
      .description(description)
      .action((id: string, options: OfficerOptions) =>
        act(options, async (output) => {
          sayBreach(await ask(officerClient(options), id), output);
          return EXIT.holds;
        }),
      );
  plain("show", ["show a breach", "Shows a breach, its clocks and its steps."], (client, id) => client.breach(id));
  plain("close", ["close a breach", "Closes a breach, once none of its clocks runs."], (client, id) =>
    client.closeBreach(id),
  );
}

function defineTell(breach: Command, act: Act): void {
  const tell = breach
    .command("tell")
    .summary("note that the authority or people were told")
    .description("Notes that the authority or people were told.");
  const telling = (command: Command): Command =>
    forOfficer(command.argument("<id>", "the breach"))
      .option("--at <time>", "when, RFC 3339 in UTC (default: now)")
      .option("--late-reason-from <file>", "a file that says why it is late, - for stdin");
  telling(tell.command("authority"))
    .summary("note that the authority was told")
    .description("Notes that the authority was told: at first with what is known, then in full.")
    .addOption(new Option("--report <report>", "which").choices(BREACH_REPORTS).makeOptionMandatory())
    .option("--facts-from <file>", "what is known now, a JSON file, - for stdin")
    .action((id: string, options: TellingOptions & { readonly report: BreachReport; readonly factsFrom?: string }) =>
      act(options, async (output) => {
        const facts = options.factsFrom === undefined ? undefined : await readFacts(options.factsFrom);
        const told = { report: options.report, facts, ...(await toldIn(options)) };
        sayBreach(await officerClient(options).tellAuthority(id, told), output);
        return EXIT.holds;
      }),
    );
  telling(tell.command("people"))
    .summary("note that people were told")
    .description("Notes that people were told. The log says how many, in a band, and not who.")
    .option("--subject <subject>", "one of them, as `breach people` lists them; may be repeated", repeated)
    .option("--all", "all whom `breach people` lists")
    .option("--others <number>", "how many more, of whom the vault does not know", wholeNumber(MOST_OTHERS))
    .option("--complete", "with these, all are told who have to be")
    .action((id: string, options: TellingOptions & PeopleOptions) =>
      act(options, async (output) => {
        const { subject, all, others, complete = false } = options;
        const subjects = all ? ("all" as const) : subject;
        const told = { subjects, others, complete, ...(await toldIn(options)) };
        sayBreach(await officerClient(options).tellPeople(id, told), output);
        return EXIT.holds;
      }),
    );
}

interface PeopleOptions {
  readonly subject?: readonly string[];
  readonly all?: true;
  readonly others?: number;
  readonly complete?: true;
}

function defineNotNeeded(breach: Command, act: Act): void {
  forOfficer(breach.command("not-needed").argument("<id>", "the breach"))
    .summary("note why the authority or people need not be told")
    .description("Notes why the authority or people need not be told, for a reason that the law knows.")
    .addOption(new Option("--whom <whom>", "who").choices(BREACH_TOLD).makeOptionMandatory())
    .addOption(new Option("--reason <code>", "why").choices(BREACH_REASONS).makeOptionMandatory())
    .requiredOption("--words-from <file>", "a file that says why in words, - for stdin; only the vault keeps it")
    .action((id: string, options: OfficerOptions & NotNeededOptions) =>
      act(options, async (output) => {
        const { whom, reason } = options;
        const words = await readWords(options.wordsFrom, "reason");
        sayBreach(await officerClient(options).findNotNeeded(id, { whom, reason, words }), output);
        return EXIT.holds;
      }),
    );
}

interface NotNeededOptions {
  readonly whom: BreachTold;
  readonly reason: BreachReason;
  readonly wordsFrom: string;
}

/** The verbs that show what the vault has of a breach. */
function defineFiles(breach: Command, act: Act): void {
  forOfficer(breach.command("report").argument("<id>", "the breach"))
    .summary("get a breach as it is filed")
    .description("Gets all that is known of a breach, when who was told, and what a final report still lacks.")
    .requiredOption("-o, --output <file>", "the file to write; other users of the machine cannot read it")
    .action((id: string, options: OfficerOptions & { readonly output: string }) =>
      act(options, async (output) => {
        const report = await officerClient(options).breachReport(id);
        writeNamedFile(options.output, `${JSON.stringify(report, null, 2)}\n`, "report", PRIVATE_FILE);
        const lacks = (report["lacks"] ?? []) as readonly string[];
        output.document({ file: options.output, lacks });
        output.say(`report in ${options.output}`, { mark: "holds" });
        if (lacks.length > 0) output.hint(`a final report also says: ${lacks.join(", ")}`);
        return EXIT.holds;
      }),
    );
  forOfficer(breach.command("people").argument("<id>", "the breach"))
    .summary("list the people whose records it names")
    .description("Lists the people whose records a breach names, by the vault's pseudonyms, and who of them was told.")
    .action((id: string, options: OfficerOptions) =>
      act(options, async (output) => {
        const listed = await officerClient(options).breachPeople(id);
        output.document(listed);
        for (const { subject, told, records } of listed.people)
          output.say(`${subject}  ${records.map((one) => one.id).join(" ")}`, { mark: told ? "holds" : "undecided" });
        output.hint(
          `${counted(listed.people.length, "person", "people")}, ${listed.recordsOfNobody} of the records of nobody`,
        );
        return EXIT.holds;
      }),
    );
}

async function toldIn({ at: toldAt, lateReasonFrom }: TellingOptions) {
  const lateReason = lateReasonFrom === undefined ? undefined : await readWords(lateReasonFrom, "reason");
  return { toldAt, lateReason };
}

/** @throws USAGE; JSON_INVALID and its kind */
async function readFacts(from: string): Promise<BreachFacts> {
  const facts = parseJson(await readWords(from, "facts"), "the facts");
  if (!isJsonObject(facts)) throw new WarifuError("USAGE", "the facts are a JSON object, as in examples/privacy");
  return facts as BreachFacts;
}

function sayBreach(view: BreachView, output: Output): void {
  output.document(view);
  output.say(lineOf(view), { mark: markOf(view) });
  for (const { clock, due, overdue, stopped } of view.clocks) {
    const end = stopped ? `${stopped.state}${stopped.late ? ", late" : ""}` : overdue ? "over" : "runs";
    output.say(`  ${clock} until ${formatSecond(due)}: ${end}`);
  }
  for (const { state, leafIndex, at } of view.steps) output.say(`  ${formatSecond(at)}  ${state}, leaf ${leafIndex}`);
  for (const [whom, reasons] of Object.entries(view.reasons ?? {}))
    output.say(`  ${whom} need not be told for --reason ${reasons.join(", ")}`);
}

function lineOf({ id, state, records, jurisdiction, knownAt }: BreachView): string {
  return `${id}  ${state}, known since ${formatSecond(knownAt)}, records ${records}  (${jurisdiction})`;
}

function markOf({ overdue, state }: BreachView): "refuted" | "undecided" | "holds" {
  if (overdue) return "refuted";
  return state === "closed" ? "holds" : "undecided";
}
