/**
 * `warifu privacy notice`, `consent`, `restrict`, `restrictions` and `lift`: what people are told, what they agree to, and
 * what they stop.
 */
import { Option, type Command } from "commander";
import { withoutByteOrderMark } from "../core/bytes.ts";
import { parseJsonBytes, type JsonObject } from "../core/json.ts";
import { EXIT } from "./exit-code.ts";
import { readNamedFile, writeNamedFile } from "./named-files.ts";
import { forOfficer, listed, officerClient, type OfficerOptions } from "./officer-options.ts";
import { inSeconds } from "./output.ts";
import { rightsTexts } from "./texts/rights/en.ts";
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
  const words = rightsTexts().notice;
  const notice = privacy.command("notice").summary(words.summary).description(words.description);
  forOfficer(notice.command("add").argument("<file>", words.add.file))
    .summary(words.add.summary)
    .description(words.add.description)
    .action((file: string, options: OfficerOptions) =>
      act(options, async (output) => {
        const value = parseJsonBytes(withoutByteOrderMark(readNamedFile(file, "notice")), "the notice") as JsonObject;
        const entered = await officerClient(options).addNotice(value);
        output.document(entered);
        output.say(words.added(entered.leafIndex), { mark: "holds" });
        return EXIT.holds;
      }),
    );
  forOfficer(notice.command("show"))
    .summary(words.show.summary)
    .description(words.show.description)
    .option("--lang <language>", words.lang)
    .action((options: OfficerOptions & { readonly lang?: string }) =>
      act(options, async (output) => {
        const shown = await officerClient(options).notice(options.lang);
        output.document(shown);
        const { language, version, text, purposes } = shown.notice;
        output.say(words.shown(language, version, inSeconds(shown.since * 1_000)), { isBold: true });
        output.say(text);
        for (const { code, text: purpose, needsConsent } of purposes)
          output.say(`  ${words.purpose(code, purpose, needsConsent === true)}`);
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
  const words = rightsTexts().consent;
  const consent = privacy.command("consent").summary(words.summary).description(words.description);
  for (const [verb, state] of [
    ["give", "given"],
    ["withdraw", "withdrawn"],
  ] as const)
    forOfficer(consent.command(verb).argument("<purpose>", words.purpose))
      .summary(words[state].summary)
      .description(words[state].description)
      .requiredOption("--lang <language>", words.lang)
      .option("--country <code>", words.country)
      .option("--subject <subject>", words.subject)
      .action((purpose: string, options: ConsentOptions) =>
        act(options, async (output) => {
          const { lang: language, country, subject } = options;
          const noted = await officerClient(options).noteConsent({ state, purpose, language, country, subject });
          output.document(noted);
          output.say(words.noted(noted.subject, purpose, state, noted.leafIndex), { mark: "holds" });
          output.hint(words.getReceipt(noted.id));
          return EXIT.holds;
        }),
      );
  forOfficer(consent.command("receipt").argument("<id>", words.receipt.id))
    .summary(words.receipt.summary)
    .description(words.receipt.description)
    .requiredOption("-o, --output <file>", words.receipt.output)
    .action((id: string, options: OfficerOptions & { readonly output: string }) =>
      act(options, async (output) => {
        const receipt = await officerClient(options).receipt(id);
        writeNamedFile(options.output, `${JSON.stringify(receipt)}\n`, "receipt", PRIVATE_FILE);
        output.document({ file: options.output, receiptId: receipt["receiptId"] });
        output.say(words.receiptIn(options.output), { mark: "holds" });
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
  const words = rightsTexts().restrict;
  forOfficer(privacy.command("restrict").argument("<id...>", words.ids))
    .summary(words.summary)
    .description(words.description)
    .addOption(new Option("--state <state>", words.state).choices(STATES).default("restricted"))
    .requiredOption("--basis <provision>", words.basis)
    .option("--purpose <codes>", words.purpose, listed)
    .option("--subject <subject>", words.subject)
    .option("--request <id>", rightsTexts().request)
    .action((records: string[], options: RestrictOptions) =>
      act(options, async (output) => {
        const { state, basis, purpose: purposes, subject, request } = options;
        const wanted = { state, basis, purposes, records, subject, request };
        const entered = await officerClient(options).restrict(wanted);
        output.document(entered);
        output.say(words.done(state, entered.leafIndex), { mark: "holds" });
        if (entered.stillShownFor.length > 0) output.say(words.stillShown(entered.stillShownFor.join(", ")));
        output.hint(words.lifting(records[0] as string));
        return EXIT.holds;
      }),
    );
}

/** The verb that lists what stands against the use of a record. */
function defineRestrictions(privacy: Command, act: Act): void {
  const words = rightsTexts().restrictions;
  forOfficer(privacy.command("restrictions").argument("<id>", words.id))
    .summary(words.summary)
    .description(words.description)
    .action((id: string, options: OfficerOptions) =>
      act(options, async (output) => {
        const standing = await officerClient(options).restrictions(id);
        output.document(standing);
        for (const { at, state, purposes, basis, ...one } of standing.items) {
          const told = one.needs.length > 0 ? ` --told ${one.needs.join(",")}` : "";
          output.say(words.one(inSeconds(at * 1_000), state, purposes.join(", "), basis));
          output.say(words.lift(one.id, `--basis ${basis}${told}`));
        }
        if (standing.items.length === 0) output.say(words.none);
        return EXIT.holds;
      }),
    );
}

/** The verb that says which record takes the place of a wrong one. */
function defineRectify(privacy: Command, act: Act): void {
  const words = rightsTexts().rectify;
  forOfficer(privacy.command("rectify").argument("<wrong>", words.wrong).argument("<right>", words.right))
    .summary(words.summary)
    .description(words.description)
    .requiredOption("--basis <provision>", words.basis)
    .option("--request <id>", rightsTexts().request)
    .action((wrong: string, right: string, options: OfficerOptions & { basis: string; request?: string }) =>
      act(options, async (output) => {
        const rectified = await officerClient(options).rectify(wrong, right, options.basis, options.request);
        output.document(rectified);
        output.say(words.done(rectified.leafIndex), { mark: "holds" });
        for (const leaf of rectified.toTell) output.say(words.tell(leaf));
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
  const words = rightsTexts().lift;
  forOfficer(privacy.command("lift").argument("<id>", words.id))
    .summary(words.summary)
    .description(words.description)
    .requiredOption("--basis <provision>", rightsTexts().restrict.basis)
    .option("--told <codes>", words.told, listed)
    .option("--request <id>", rightsTexts().request)
    .action((id: string, options: LiftOptions) =>
      act(options, async (output) => {
        const { basis, told, request } = options;
        const entered = await officerClient(options).liftRestriction(id, { basis, told, request });
        output.document(entered);
        output.say(words.done(entered.leafIndex), { mark: "holds" });
        return EXIT.holds;
      }),
    );
}
