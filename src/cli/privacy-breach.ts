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
import type { BreachView } from "../privacy/breach-view.ts";
import { REQUEST_FILTERS, type RequestFilter } from "../privacy/requests.ts";
import { EXIT } from "./exit-code.ts";
import { writeNamedFile } from "./named-files.ts";
import { forOfficer, officerClient, readWords, type OfficerOptions } from "./officer-options.ts";
import { repeated, wholeNumber } from "./option-values.ts";
import { inSeconds, type Output } from "./output.ts";
import { breachTexts } from "./texts/breach/en.ts";
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
    .summary(breachTexts().breach.summary)
    .description(breachTexts().breach.description);
  defineNote(breach, act);
  defineList(breach, act);
  defineTell(breach, act);
  defineNotNeeded(breach, act);
  defineFiles(breach, act);
}

/** Options about what became known. */
function withFindings(command: Command): Command {
  const words = breachTexts();
  return forOfficer(command)
    .option("--record <id>", words.record, repeated)
    .option("--happened <time>", words.happened)
    .option("--on-purpose", words.onPurpose);
}

function defineNote(breach: Command, act: Act): void {
  const words = breachTexts();
  withFindings(breach.command("note"))
    .summary(words.note.summary)
    .description(words.note.description)
    .requiredOption("--facts-from <file>", words.note.factsFrom)
    .option("--known <time>", words.note.known)
    .action((options: FindingOptions & { readonly factsFrom: string; readonly known?: string }) =>
      act(options, async (output) => {
        const { record: records, known: knownAt, happened: happenedAt, onPurpose } = options;
        const facts = await readFacts(options.factsFrom);
        const noted = await officerClient(options).noteBreach({ facts, records, knownAt, happenedAt, onPurpose });
        sayBreach(noted, output);
        return EXIT.holds;
      }),
    );
  withFindings(breach.command("amend").argument("<id>", words.id))
    .summary(words.amend.summary)
    .description(words.amend.description)
    .option("--facts-from <file>", words.knownNow)
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
  const words = breachTexts();
  forOfficer(breach.command("list"))
    .summary(words.list.summary)
    .description(words.list.description)
    .addOption(new Option("--state <state>", words.list.state).choices(REQUEST_FILTERS).default("open"))
    .action((options: OfficerOptions & { readonly state: RequestFilter }) =>
      act(options, async (output) => {
        const { items } = await officerClient(options).breaches(options.state);
        output.document(items);
        for (const one of items) output.say(lineOf(one), { mark: markOf(one) });
        output.hint(words.list.found(items.length));
        return EXIT.holds;
      }),
    );
  const plain = (
    name: string,
    { summary, description }: { readonly summary: string; readonly description: string },
    ask: (client: Client, id: string) => Promise<BreachView>,
  ) =>
    forOfficer(breach.command(name).argument("<id>", words.id))
      .summary(summary)
      .description(description)
      .action((id: string, options: OfficerOptions) =>
        act(options, async (output) => {
          sayBreach(await ask(officerClient(options), id), output);
          return EXIT.holds;
        }),
      );
  plain("show", words.show, (client, id) => client.breach(id));
  plain("close", words.close, (client, id) => client.closeBreach(id));
}

function defineTell(breach: Command, act: Act): void {
  const { tell: words, id: breachId, knownNow } = breachTexts();
  const tell = breach.command("tell").summary(words.summary).description(words.description);
  const telling = (command: Command): Command =>
    forOfficer(command.argument("<id>", breachId))
      .option("--at <time>", words.at)
      .option("--late-reason-from <file>", words.lateReasonFrom);
  telling(tell.command("authority"))
    .summary(words.authority.summary)
    .description(words.authority.description)
    .addOption(new Option("--report <report>", words.authority.report).choices(BREACH_REPORTS).makeOptionMandatory())
    .option("--facts-from <file>", knownNow)
    .action((id: string, options: TellingOptions & { readonly report: BreachReport; readonly factsFrom?: string }) =>
      act(options, async (output) => {
        const facts = options.factsFrom === undefined ? undefined : await readFacts(options.factsFrom);
        const told = { report: options.report, facts, ...(await toldIn(options)) };
        sayBreach(await officerClient(options).tellAuthority(id, told), output);
        return EXIT.holds;
      }),
    );
  telling(tell.command("people"))
    .summary(words.people.summary)
    .description(words.people.description)
    .option("--subject <subject>", words.people.subject, repeated)
    .option("--all", words.people.all)
    .option("--others <number>", words.people.others, wholeNumber(MOST_OTHERS))
    .option("--complete", words.people.complete)
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
  const { notNeeded: words, id: breachId } = breachTexts();
  forOfficer(breach.command("not-needed").argument("<id>", breachId))
    .summary(words.summary)
    .description(words.description)
    .addOption(new Option("--whom <whom>", words.whom).choices(BREACH_TOLD).makeOptionMandatory())
    .addOption(new Option("--reason <code>", words.reason).choices(BREACH_REASONS).makeOptionMandatory())
    .requiredOption("--words-from <file>", words.wordsFrom)
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
  const { report: reporting, people, id: breachId } = breachTexts();
  forOfficer(breach.command("report").argument("<id>", breachId))
    .summary(reporting.summary)
    .description(reporting.description)
    .requiredOption("-o, --output <file>", reporting.output)
    .action((id: string, options: OfficerOptions & { readonly output: string }) =>
      act(options, async (output) => {
        const report = await officerClient(options).breachReport(id);
        writeNamedFile(options.output, `${JSON.stringify(report, null, 2)}\n`, "report", PRIVATE_FILE);
        const lacks = (report["lacks"] ?? []) as readonly string[];
        output.document({ file: options.output, lacks });
        output.say(reporting.written(options.output), { mark: "holds" });
        if (lacks.length > 0) output.hint(reporting.lacks(lacks.join(", ")));
        return EXIT.holds;
      }),
    );
  forOfficer(breach.command("people").argument("<id>", breachId))
    .summary(people.summary)
    .description(people.description)
    .action((id: string, options: OfficerOptions) =>
      act(options, async (output) => {
        const listed = await officerClient(options).breachPeople(id);
        output.document(listed);
        for (const { subject, told, records } of listed.people)
          output.say(`${subject}  ${records.map((one) => one.id).join(" ")}`, { mark: told ? "holds" : "undecided" });
        output.hint(people.found(listed.people.length, listed.recordsOfNobody));
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
  const words = breachTexts();
  for (const { clock, due, ...end } of view.clocks) output.say(words.clock(clock, inSeconds(due * 1_000), end));
  for (const { state, leafIndex, at } of view.steps) output.say(words.step(inSeconds(at * 1_000), state, leafIndex));
  for (const whom of BREACH_TOLD)
    if (view.reasons !== undefined) output.say(words.needNot(whom, view.reasons[whom].join(", ")));
}

function lineOf({ knownAt, ...view }: BreachView): string {
  return breachTexts().line({ ...view, since: inSeconds(knownAt * 1_000) });
}

function markOf({ overdue, state }: BreachView): "refuted" | "undecided" | "holds" {
  if (overdue) return "refuted";
  return state === "closed" ? "holds" : "undecided";
}
