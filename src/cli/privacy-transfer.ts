/**
 * `warifu privacy recipient`, `provide`, `receive` and `provisions`: the register of other controllers, and the records that
 * go to them and come from them.
 */
import { InvalidArgumentError, Option, type Command } from "commander";
import type { KeptRecipient, NewRecipient } from "../client/transfers.ts";
import { fromUtf8 } from "../core/bytes.ts";
import { formatProvision } from "../core/provision-file.ts";
import { RECIPIENT_KINDS, type PaperKind, type RecipientKind } from "../core/recipient.ts";
import { EXIT } from "./exit-code.ts";
import { language } from "./language.ts";
import { readNamedFile, writeNamedFile } from "./named-files.ts";
import { forOfficer, officerClient, type OfficerOptions } from "./officer-options.ts";
import { inSeconds } from "./output.ts";
import { onceAnchored } from "./prove.ts";
import { transferTexts } from "./texts/transfers/en.ts";
import type { Act } from "./verb.ts";

type Paper = NonNullable<NewRecipient["papers"]>[number];

interface RecipientOptions extends OfficerOptions {
  readonly country: string;
  readonly kind: RecipientKind;
  readonly jurisdiction: string;
  readonly log?: string;
  readonly contract: readonly Paper[];
  readonly information: readonly Paper[];
}

interface ProvideOptions extends OfficerOptions {
  readonly recipient: string;
  readonly claims: readonly string[];
  readonly purpose: string;
  readonly basis?: string;
  readonly output: string;
}

interface ReceiveOptions extends OfficerOptions {
  readonly policy: string;
  readonly from: string;
  readonly how: string;
}

/** Defines these verbs below `warifu privacy`. */
export function defineTransfers(privacy: Command, act: Act): void {
  defineRecipient(privacy, act);
  defineProvide(privacy, act);
  defineReceive(privacy, act);
  defineProvisions(privacy, act);
}

function defineRecipient(privacy: Command, act: Act): void {
  const words = transferTexts().recipient;
  const recipient = privacy.command("recipient").summary(words.summary).description(words.description);
  defineAdd(recipient, act);
  defineListAndRemove(recipient, act);
}

function defineAdd(recipient: Command, act: Act): void {
  const words = transferTexts().add;
  forOfficer(recipient.command("add"))
    .argument("<name>", words.name)
    .summary(words.summary)
    .description(words.description)
    .requiredOption("--country <code>", words.country)
    .addOption(new Option("--kind <kind>", words.kind).choices(RECIPIENT_KINDS).makeOptionMandatory())
    .requiredOption("--jurisdiction <name>", words.jurisdiction)
    .option("--log <key>", words.log)
    .option("--contract <basis=reference>", words.contract, paper("contract"), [])
    .option("--information <basis=reference>", words.information, paper("information"), [])
    .action((name: string, { country, kind, jurisdiction, log, contract, information, ...options }: RecipientOptions) =>
      act(options, async (output) => {
        const papers = [...contract, ...information];
        const wanted = { name, country, kind, jurisdiction, papers, ...(log !== undefined && { log }) };
        const kept = await officerClient(options).keepRecipient(wanted, language());
        output.document(kept);
        sayRecipient(kept, (text) => output.say(text));
        return EXIT.holds;
      }),
    );
}

function defineListAndRemove(recipient: Command, act: Act): void {
  const { list, remove } = transferTexts();
  forOfficer(recipient.command("list"))
    .summary(list.summary)
    .description(list.description)
    .action((options: OfficerOptions) =>
      act(options, async (output) => {
        const { items } = await officerClient(options).recipients(language());
        output.document({ items });
        for (const item of items) sayRecipient(item, (text) => output.say(text));
        if (items.length === 0) output.say(list.none);
        return EXIT.holds;
      }),
    );
  forOfficer(recipient.command("remove"))
    .argument("<number>", remove.number, wholeNumber)
    .summary(remove.summary)
    .description(remove.description)
    .action((number: number, options: OfficerOptions) =>
      act(options, async (output) => {
        await officerClient(options).removeRecipient(number);
        output.document({ number });
        output.say(remove.done(number), { mark: "holds" });
        return EXIT.holds;
      }),
    );
}

function sayRecipient({ number, name, country, kind, ways }: KeptRecipient, say: (text: string) => void): void {
  const words = transferTexts();
  say(words.line(number, name, kind, country));
  for (const { id, title, lacks, limit } of ways) {
    say(words.way(id, title, lacks));
    if (limit !== undefined) say(`      ${limit}`);
  }
}

function defineProvide(privacy: Command, act: Act): void {
  const words = transferTexts().provide;
  forOfficer(privacy.command("provide"))
    .argument("<id...>", words.ids)
    .summary(words.summary)
    .description(words.description)
    .requiredOption("--recipient <name>", words.recipient)
    .option("--claims <names>", words.claims, names, [])
    .requiredOption("--purpose <code>", words.purpose)
    .option("--basis <id>", words.basis)
    .requiredOption("-o, --output <file>", words.output)
    .action((records: string[], { recipient, claims, purpose, basis, output: path, ...options }: ProvideOptions) =>
      act(options, async (output) => {
        const wanted = { records, recipient, claims, purpose, basis };
        const file = await onceAnchored(() => officerClient(options).provide(wanted), {});
        writeNamedFile(path, formatProvision(file), "records", 0o600);
        output.document({ file: path, records: file.records.map(({ label }) => label) });
        const bases = [...new Set(file.records.map(({ label }) => label.basis))];
        output.say(words.written(path, file.records.length, bases.join(", ")), { mark: "holds" });
        return EXIT.holds;
      }),
    );
}

function defineReceive(privacy: Command, act: Act): void {
  const words = transferTexts().receive;
  forOfficer(privacy.command("receive"))
    .argument("<file>", words.file)
    .summary(words.summary)
    .description(words.description)
    .requiredOption("--policy <file>", words.policy)
    .requiredOption("--from <name>", words.from)
    .option("--how <text>", words.how, words.asFile)
    .action((path: string, { policy, from, how, ...options }: ReceiveOptions) =>
      act(options, async (output) => {
        const texts = { file: textIn(path, "file"), policy: textIn(policy, "policy") };
        const { items } = await officerClient(options).receive({ ...texts, from, how });
        output.document({ items });
        for (const item of items)
          if ("error" in item) output.say(words.refused(item.error.detail ?? item.error.title), { mark: "refuted" });
          else output.say(words.taken(item.id, item.leafIndex, item.origin), { mark: "holds" });
        return items.some((item) => "error" in item) ? EXIT.refuted : EXIT.holds;
      }),
    );
}

function defineProvisions(privacy: Command, act: Act): void {
  const words = transferTexts().provisions;
  forOfficer(privacy.command("provisions"))
    .argument("<id>", words.id)
    .summary(words.summary)
    .description(words.description)
    .action((id: string, options: OfficerOptions) =>
      act(options, async (output) => {
        const { items } = await officerClient(options).provisions(id);
        output.document({ items });
        for (const { at, to, country, claims, purpose, basis } of items)
          output.say(words.one(inSeconds(at * 1_000), to, country, `${claims.join(", ")}  ${purpose}  ${basis}`));
        if (items.length === 0) output.say(words.none);
        return EXIT.holds;
      }),
    );
}

function textIn(path: string, what: string): string {
  return fromUtf8(readNamedFile(path, what), what);
}

/** `basis=reference`, then `@` and the last day that it counts, if there is one. */
function paper(kind: PaperKind) {
  return (text: string, before: readonly Paper[]): readonly Paper[] => {
    const [, basis, reference, until] = /^([a-z0-9-]+)=(.+?)(?:@(\d{4}-\d{2}-\d{2}))?$/.exec(text) ?? [];
    if (basis === undefined || reference === undefined) throw new InvalidArgumentError(transferTexts().values.paper);
    return [...before, { basis, kind, reference, ...(until !== undefined && { until }) }];
  };
}

function names(text: string): string[] {
  return text.split(",").map((name) => name.trim());
}

function wholeNumber(text: string): number {
  if (!/^(?:0|[1-9][0-9]{0,14})$/.test(text)) throw new InvalidArgumentError(transferTexts().values.recipient);
  return Number(text);
}
