/** `warifu privacy notice`, `consent`, `restrict`, `restrictions` and `lift`: what people are told, what they agree to, and what they stop. */
import { Option, type Command } from "commander";
import { withoutByteOrderMark } from "../core/bytes.ts";
import { parseJsonBytes, type JsonObject } from "../core/json.ts";
import { formatSecond } from "../core/timestamp.ts";
import { EXIT } from "./exit-code.ts";
import { readNamedFile, writeNamedFile } from "./named-files.ts";
import { forOfficer, listed, officerClient, type OfficerOptions } from "./officer.ts";
import type { Act } from "./verb.ts";

const STATES = ["restricted", "objected", "provision-ceased"] as const;
const PRIVATE_FILE = 0o600;

/** Adds the verbs. */
export function defineRights(privacy: Command, act: Act): void {
  defineNotice(privacy, act);
  defineConsent(privacy, act);
  defineRestrict(privacy, act);
  defineRestrictions(privacy, act);
  defineRectify(privacy, act);
  defineLift(privacy, act);
}

function defineNotice(privacy: Command, act: Act): void {
  const notice = privacy
    .command("notice")
    .summary("put in force what people are told of the use of their data, or show it")
    .description("What people are told of the use of their data, in each language.");
  forOfficer(notice.command("add").argument("<file>", "the notice, a JSON file as in examples/privacy"))
    .summary("put a notice in force")
    .description("Puts a notice in force, in place of the one in its language. It is public for ever.")
    .action((file: string, options: OfficerOptions) =>
      act(options, async (output) => {
        const value = parseJsonBytes(withoutByteOrderMark(readNamedFile(file, "notice")), "the notice") as JsonObject;
        const entered = await officerClient(options).addNotice(value);
        output.document(entered);
        output.say(`in force: entered at leaf ${entered.leafIndex}`, { mark: "holds" });
        return EXIT.holds;
      }),
    );
  forOfficer(notice.command("show"))
    .summary("show the notice in force")
    .description("Shows the notice in force.")
    .option("--lang <language>", "such as es")
    .action((options: OfficerOptions & { readonly lang?: string }) =>
      act(options, async (output) => {
        const shown = await officerClient(options).notice(options.lang);
        output.document(shown);
        const { language, version, text, purposes } = shown.notice;
        output.say(`${language}, version ${version}, since ${formatSecond(shown.since)}`, { isBold: true });
        output.say(text);
        for (const { code, text: purpose, needsConsent } of purposes)
          output.say(`  ${code}: ${purpose}${needsConsent ? " (with consent)" : ""}`);
        return EXIT.holds;
      }),
    );
}

interface ConsentOptions extends OfficerOptions {
  readonly lang: string;
  readonly country?: string;
  readonly subject?: string;
}

function defineConsent(privacy: Command, act: Act): void {
  const consent = privacy
    .command("consent")
    .summary("note consent and its withdrawal, and get the receipt")
    .description("Notes consent and its withdrawal, in the same way, and gets the receipt.");
  for (const [verb, state] of [
    ["give", "given"],
    ["withdraw", "withdrawn"],
  ] as const)
    forOfficer(consent.command(verb).argument("<purpose>", "a code of the notice in force"))
      .summary(`note that consent was ${state}`)
      .description(`Notes that consent was ${state}.`)
      .requiredOption("--lang <language>", "language of the notice that was shown")
      .option("--country <country>", "country of the recipients, such as JP; the purpose as a whole without")
      .option("--subject <subject>", "whose it is; somebody new without")
      .action((purpose: string, options: ConsentOptions) =>
        act(options, async (output) => {
          const { lang: language, country, subject } = options;
          const noted = await officerClient(options).noteConsent({ state, purpose, language, country, subject });
          output.document(noted);
          output.say(`${noted.subject}: ${purpose} ${state}, entered at leaf ${noted.leafIndex}`, { mark: "holds" });
          output.hint(`the receipt: warifu privacy consent receipt ${noted.id} -o receipt.json`);
          return EXIT.holds;
        }),
      );
  forOfficer(consent.command("receipt").argument("<id>", "the event, as it was noted"))
    .summary("get the receipt of a consent")
    .description("Gets the receipt of a consent, in the shape of ISO/IEC TS 27560.")
    .requiredOption("-o, --output <file>", "the file to write")
    .action((id: string, options: OfficerOptions & { readonly output: string }) =>
      act(options, async (output) => {
        const receipt = await officerClient(options).receipt(id);
        writeNamedFile(options.output, `${JSON.stringify(receipt)}\n`, "receipt", PRIVATE_FILE);
        output.document({ file: options.output, receiptId: receipt["receiptId"] });
        output.say(`receipt in ${options.output}`, { mark: "holds" });
        return EXIT.holds;
      }),
    );
}

interface RestrictOptions extends OfficerOptions {
  readonly state: (typeof STATES)[number];
  readonly basis: string;
  readonly purpose?: string[];
  readonly subject?: string;
  readonly request?: string;
}

function defineRestrict(privacy: Command, act: Act): void {
  forOfficer(privacy.command("restrict").argument("<id...>", "records"))
    .summary("restrict the use of records, or stop their provision to others")
    .description("Restricts the use of records, upholds an objection, or stops their provision to others.")
    .addOption(new Option("--state <state>", "what is stopped").choices(STATES).default("restricted"))
    .requiredOption("--basis <provision>", "the provision of law, such as gdpr-18")
    .option("--purpose <codes>", "only for these purposes, separated by commas (default: for all)", listed)
    .option("--subject <subject>", "whose records they are")
    .option("--request <id>", "the request that it answers")
    .action((records: string[], options: RestrictOptions) =>
      act(options, async (output) => {
        const { state, basis, purpose: purposes, subject, request } = options;
        const wanted = { state, basis, purposes, records, subject, request };
        const entered = await officerClient(options).restrict(wanted);
        output.document(entered);
        output.say(`${state}: entered at leaf ${entered.leafIndex}`, { mark: "holds" });
        if (entered.stillShownFor.length > 0)
          output.say(`  no effect on what is disclosed to these: ${entered.stillShownFor.join(", ")}`);
        output.hint(`what lifting it takes: warifu privacy restrictions ${records[0]}`);
        return EXIT.holds;
      }),
    );
}

/** The verb that lists what stands against the use of a record. */
function defineRestrictions(privacy: Command, act: Act): void {
  forOfficer(privacy.command("restrictions").argument("<id>", "a record"))
    .summary("list what stands against the use of a record")
    .description("Lists what stands against the use of a record, and what lifting it takes.")
    .action((id: string, options: OfficerOptions) =>
      act(options, async (output) => {
        const standing = await officerClient(options).restrictions(id);
        output.document(standing);
        for (const { at, state, purposes, basis, ...one } of standing.items) {
          const told = one.needs.length > 0 ? ` --told ${one.needs.join(",")}` : "";
          output.say(`${formatSecond(at)}  ${state} for ${purposes.join(", ")}  (${basis})`);
          output.say(`  to lift it: warifu privacy lift ${one.id} --basis ${basis}${told}`);
        }
        if (standing.items.length === 0) output.say("nothing stands against it");
        return EXIT.holds;
      }),
    );
}

/** The verb that says which record takes the place of a wrong one. */
function defineRectify(privacy: Command, act: Act): void {
  forOfficer(
    privacy.command("rectify").argument("<wrong>", "the record that is wrong").argument("<right>", "the new one"),
  )
    .summary("say which record takes the place of a wrong one")
    .description("Says which record takes the place of a wrong one, and who was shown or given the wrong one.")
    .requiredOption("--basis <provision>", "the provision of law, such as gdpr-16")
    .option("--request <id>", "the request that it answers")
    .action((wrong: string, right: string, options: OfficerOptions & { basis: string; request?: string }) =>
      act(options, async (output) => {
        const rectified = await officerClient(options).rectify(wrong, right, options.basis, options.request);
        output.document(rectified);
        output.say(`rectified: entered at leaf ${rectified.leafIndex}`, { mark: "holds" });
        for (const leaf of rectified.toTell) output.say(`  tell the recipient of leaf ${leaf}`);
        return EXIT.holds;
      }),
    );
}

interface LiftOptions extends OfficerOptions {
  readonly basis: string;
  readonly told?: string[];
  readonly request?: string;
}

/** The verb that ends a restriction. */
function defineLift(privacy: Command, act: Act): void {
  forOfficer(
    privacy
      .command("lift")
      .argument("<id>", "id of the restriction's event, which `restrictions` shows; not of a record"),
  )
    .summary("lift a restriction")
    .description("Lifts a restriction. In the EU the person is told before the use of restricted records goes on.")
    .requiredOption("--basis <provision>", "the provision of law, such as gdpr-18")
    .option("--told <codes>", "what the person was told before, as `restrictions` lists it", listed)
    .option("--request <id>", "the request that it answers")
    .action((id: string, options: LiftOptions) =>
      act(options, async (output) => {
        const { basis, told, request } = options;
        const entered = await officerClient(options).liftRestriction(id, { basis, told, request });
        output.document(entered);
        output.say(`lifted: entered at leaf ${entered.leafIndex}`, { mark: "holds" });
        return EXIT.holds;
      }),
    );
}
