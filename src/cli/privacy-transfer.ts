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
import { readNamedFile, writeNamedFile } from "./named-files.ts";
import { forOfficer, officerClient, type OfficerOptions } from "./officer.ts";
import { counted, inSeconds } from "./output.ts";
import { onceAnchored } from "./prove.ts";
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
  const recipient = privacy
    .command("recipient")
    .summary("keep the register of other controllers")
    .description(
      "Keeps the register of the controllers that records go to and come from. The log says nothing of them.",
    );
  defineAdd(recipient, act);
  defineListAndRemove(recipient, act);
}

function defineAdd(recipient: Command, act: Act): void {
  forOfficer(recipient.command("add"))
    .argument("<name>", "its name; what is known of one of that name is replaced")
    .summary("add a recipient, or replace what is known of it")
    .description("Adds a recipient, and says on which bases of law it may be given records.")
    .requiredOption("--country <code>", "where it is: two letters of ISO 3166-1")
    .addOption(new Option("--kind <kind>", "what it is").choices(RECIPIENT_KINDS).makeOptionMandatory())
    .requiredOption("--jurisdiction <name>", "whose law it is under, such as jp-public-body")
    .option("--log <key>", "the verifier key of its log, if it runs one")
    .option("--contract <basis=reference>", "a contract or arrangement, and where it is filed", paper("contract"), [])
    .option("--information <basis=reference>", "what people were told about its country", paper("information"), [])
    .action((name: string, { country, kind, jurisdiction, log, contract, information, ...options }: RecipientOptions) =>
      act(options, async (output) => {
        const papers = [...contract, ...information];
        const wanted = { name, country, kind, jurisdiction, papers, ...(log !== undefined && { log }) };
        const kept = await officerClient(options).keepRecipient(wanted);
        output.document(kept);
        sayRecipient(kept, (text) => output.say(text));
        return EXIT.holds;
      }),
    );
}

function defineListAndRemove(recipient: Command, act: Act): void {
  forOfficer(recipient.command("list"))
    .summary("list the recipients")
    .description("Lists the recipients, and on which bases of law each may be given records.")
    .action((options: OfficerOptions) =>
      act(options, async (output) => {
        const { items } = await officerClient(options).recipients();
        output.document({ items });
        for (const item of items) sayRecipient(item, (text) => output.say(text));
        if (items.length === 0) output.say("there is no recipient");
        return EXIT.holds;
      }),
    );
  forOfficer(recipient.command("remove"))
    .argument("<number>", "its number", wholeNumber)
    .summary("take a recipient out")
    .description("Takes a recipient out of the register. Nothing more goes to it.")
    .action((number: number, options: OfficerOptions) =>
      act(options, async (output) => {
        await officerClient(options).removeRecipient(number);
        output.document({ number });
        output.say(`recipient ${number} is not in the register any longer`, { mark: "holds" });
        return EXIT.holds;
      }),
    );
}

function sayRecipient({ number, name, country, kind, ways }: KeptRecipient, say: (text: string) => void): void {
  say(`${number}  ${name}  ${kind}  ${country}`);
  for (const { id, title, lacks, limit } of ways) {
    say(`   ${id}  ${title}: ${lacks.length === 0 ? "holds" : `lacks ${lacks.join(", ")}`}`);
    if (limit !== undefined) say(`      ${limit}`);
  }
}

function defineProvide(privacy: Command, act: Act): void {
  forOfficer(privacy.command("provide"))
    .argument("<id...>", "ids of records")
    .summary("give records to another controller")
    .description("Writes a file with records for another controller, if a basis of law holds for it.")
    .requiredOption("--recipient <name>", "its name in the register")
    .option("--claims <names>", "concealed claims to be opened, with commas", names, [])
    .requiredOption("--purpose <code>", "what for, as notices have it")
    .option("--basis <id>", "the basis (default: the first that holds)")
    .requiredOption("-o, --output <file>", "the file to write")
    .action((records: string[], { recipient, claims, purpose, basis, output: path, ...options }: ProvideOptions) =>
      act(options, async (output) => {
        const wanted = { records, recipient, claims, purpose, basis };
        const file = await onceAnchored(() => officerClient(options).provide(wanted), {});
        writeNamedFile(path, formatProvision(file), "records", 0o600);
        output.document({ file: path, records: file.records.map(({ label }) => label) });
        const bases = [...new Set(file.records.map(({ label }) => label.basis))];
        output.say(`${path}: ${counted(file.records.length, "record")} on ${bases.join(", ")}`, { mark: "holds" });
        return EXIT.holds;
      }),
    );
}

function defineReceive(privacy: Command, act: Act): void {
  forOfficer(privacy.command("receive"))
    .argument("<file>", "the file of the sender")
    .summary("take records of another controller")
    .description("Takes the records of a file whose bundles hold under a policy. They keep whose law came with them.")
    .requiredOption("--policy <file>", "the policy for the sender's log")
    .requiredOption("--from <name>", "the sender's name in the register")
    .option("--how <text>", "how it came", "as a file")
    .action((path: string, { policy, from, how, ...options }: ReceiveOptions) =>
      act(options, async (output) => {
        const texts = { file: textIn(path, "file"), policy: textIn(policy, "policy") };
        const { items } = await officerClient(options).receive({ ...texts, from, how });
        output.document({ items });
        for (const item of items)
          if ("error" in item) output.say(item.error.detail ?? item.error.title, { mark: "refuted" });
          else output.say(`${item.id}  leaf ${item.leafIndex}  under the law of ${item.origin}`, { mark: "holds" });
        return items.some((item) => "error" in item) ? EXIT.refuted : EXIT.holds;
      }),
    );
}

function defineProvisions(privacy: Command, act: Act): void {
  forOfficer(privacy.command("provisions"))
    .argument("<id>", "id of a record")
    .summary("list to whom a record was given")
    .description(
      "Lists to whom a record was given: who is told when it is corrected, erased, or not provided any longer.",
    )
    .action((id: string, options: OfficerOptions) =>
      act(options, async (output) => {
        const { items } = await officerClient(options).provisions(id);
        output.document({ items });
        for (const { at, to, country, claims, purpose, basis } of items)
          output.say(`${inSeconds(at * 1_000)}  to ${to} (${country})  ${claims.join(", ")}  ${purpose}  ${basis}`);
        if (items.length === 0) output.say("it was given to nobody");
        return EXIT.holds;
      }),
    );
}

function textIn(path: string, what: string): string {
  return fromUtf8(readNamedFile(path, what), what);
}

/** `basis=reference`, with the last day that it counts behind an `@` if there is one. */
function paper(kind: PaperKind) {
  return (text: string, before: readonly Paper[]): readonly Paper[] => {
    const [, basis, reference, until] = /^([a-z0-9-]+)=(.+?)(?:@(\d{4}-\d{2}-\d{2}))?$/.exec(text) ?? [];
    if (basis === undefined || reference === undefined)
      throw new InvalidArgumentError("It is basis=reference, or basis=reference@2027-03-31 with its last day.");
    return [...before, { basis, kind, reference, ...(until !== undefined && { until }) }];
  };
}

function names(text: string): string[] {
  return text.split(",").map((name) => name.trim());
}

function wholeNumber(text: string): number {
  if (!/^(?:0|[1-9][0-9]{0,14})$/.test(text)) throw new InvalidArgumentError("It is the number of a recipient.");
  return Number(text);
}
