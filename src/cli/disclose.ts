/**
 * `warifu disclose`: an officer grants somebody claims that records conceal, lists what is granted, and withdraws it; with
 * the token, the recipient fetches it.
 */
import { InvalidArgumentError, Option, type Command } from "commander";
import { createClient, type Client } from "../client/client.ts";
import { DISCLOSURE_PURPOSES, type DisclosurePurpose } from "../core/disclosure-event.ts";
import { WarifuError } from "../core/errors.ts";
import type { DisclosedRecord, GrantView } from "../read/disclosures.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { readNamedFile, writeNamedFile } from "./named-files.ts";
import { forOfficer, officerClient, type OfficerOptions } from "./officer-options.ts";
import { address } from "./option-values.ts";
import { inSeconds, type Output } from "./output.ts";
import { endTime } from "./point-in-time.ts";
import { onceAnchored } from "./prove.ts";
import { loadSettings } from "./settings.ts";
import { discloseTexts } from "./texts/disclose/en.ts";
import { frame } from "./texts/frame/en.ts";
import type { Act, DefineVerb } from "./verb.ts";

interface FetchOptions extends OfficerOptions {
  readonly output?: string;
  readonly sdJwt?: true;
}

interface GrantOptions extends FetchOptions {
  readonly claims?: readonly string[];
  readonly to?: string;
  readonly purpose?: string;
  readonly purposeCode: DisclosurePurpose;
  readonly until?: number;
}

export const defineDisclose: DefineVerb = (program, act) => {
  const disclose = program
    .command("disclose")
    .summary(discloseTexts().disclose.summary)
    .description(discloseTexts().disclose.description)
    .argument("[ids...]", discloseTexts().disclose.ids)
    .option("--claims <names>", discloseTexts().disclose.claims, names)
    .option("--to <name>", discloseTexts().disclose.to)
    .option("--purpose <text>", discloseTexts().disclose.purpose)
    .addOption(
      new Option("--purpose-code <code>", discloseTexts().disclose.purposeCode)
        .choices(DISCLOSURE_PURPOSES)
        .default("other"),
    )
    .option("--until <time>", discloseTexts().disclose.until, endTime)
    .addHelpText("after", discloseTexts().disclose.after)
    .action((ids: string[], options: GrantOptions) => act(options, (output) => grant(ids, options, output)));
  withFetch(forOfficer(disclose));
  defineFetch(disclose, act);
  defineList(disclose, act);
  defineWithdraw(disclose, act);
};

function defineFetch(disclose: Command, act: Act): void {
  withFetch(disclose.command("fetch"))
    .summary(discloseTexts().fetch.summary)
    .description(discloseTexts().fetch.description)
    .requiredOption("--token-file <file>", discloseTexts().fetch.tokenFile)
    .option("--url <url>", frame().url, address)
    .option("--json", frame().json)
    .action((_options: object, command: Command) => {
      const options = command.optsWithGlobals<FetchOptions & { readonly tokenFile: string }>();
      return act(options, (output) => {
        const token = new TextDecoder().decode(readNamedFile(options.tokenFile, "token")).trim();
        return fetchDisclosed(numberOf(token), token, options, output);
      });
    });
}

function defineList(disclose: Command, act: Act): void {
  forOfficer(disclose.command("list"))
    .summary(discloseTexts().list.summary)
    .description(discloseTexts().list.description)
    .action((_options: object, command: Command) => {
      const options = command.optsWithGlobals<OfficerOptions>();
      return act(options, async (output) => {
        const client = officerClient(options);
        const all: GrantView[] = [];
        for (let cursor: string | undefined, isLast = false; !isLast;) {
          const { items, nextCursor } = await client.grants({ cursor });
          all.push(...items);
          for (const item of items)
            output.say(lineOf(item), { mark: item.state === "in-force" ? "holds" : "unchecked" });
          [cursor, isLast] = [nextCursor ?? undefined, nextCursor === null];
        }
        output.document({ items: all });
        if (all.length === 0) output.say(discloseTexts().none);
        return EXIT.holds;
      });
    });
}

function defineWithdraw(disclose: Command, act: Act): void {
  forOfficer(disclose.command("withdraw"))
    .argument("<number>", discloseTexts().withdraw.number, disclosureNumber)
    .summary(discloseTexts().withdraw.summary)
    .description(discloseTexts().withdraw.description)
    .action((number: number, _options: object, command: Command) => {
      const options = command.optsWithGlobals<OfficerOptions>();
      return act(options, async (output) => {
        const { withdrawn } = await officerClient(options).withdrawDisclosure(number);
        output.document({ disclosure: number, withdrawn });
        const { wasOver, withdrawn: said } = discloseTexts();
        output.say(withdrawn === 0 ? wasOver(number) : said(number, withdrawn), { mark: "holds" });
        return EXIT.holds;
      });
    });
}

function withFetch(command: Command): Command {
  return command.option("-o, --output <file>", discloseTexts().output).option("--sd-jwt", discloseTexts().sdJwt);
}

async function grant(ids: readonly string[], options: GrantOptions, output: Output): Promise<ExitCode> {
  const { claims, to: recipient, purpose: purposeText, purposeCode: purpose, until } = options;
  if (ids.length === 0 || !claims || recipient === undefined || purposeText === undefined || until === undefined)
    throw new WarifuError("USAGE", "name records by their ids, and give --claims, --to, --purpose and --until");
  const wanted = { records: ids, claims, recipient, purpose, purposeText, until };
  const { disclosure, token, until: rounded } = await officerClient(options).grantDisclosure(wanted);
  const end = inSeconds(rounded * 1_000);
  output.say(discloseTexts().granted(disclosure, claims.join(", "), ids.length, end), {
    mark: "holds",
  });
  output.say(discloseTexts().token(token));
  output.hint(discloseTexts().keepToken);
  if (options.output === undefined) {
    output.document({ disclosure, token, until: rounded });
    return EXIT.holds;
  }
  return fetchDisclosed(disclosure, token, options, output);
}

/** Writes what a token gives. */
async function fetchDisclosed(
  disclosure: number,
  token: string,
  options: FetchOptions,
  output: Output,
): Promise<ExitCode> {
  const client = createClient({ url: urlOf(options), apiKey: token, attempts: 1 });
  const shown = await client.disclosed(disclosure);
  const texts: string[] = [];
  if (options.output !== undefined) {
    for (const { id } of shown.records) texts.push(await textOf(client, disclosure, id, options));
    const [first = ""] = texts;
    const text = texts.length === 1 ? first : texts.map((one) => `${oneLine(one, options)}\n`).join("");
    writeNamedFile(options.output, text, "disclosure", 0o600);
  }
  output.document({ ...shown, token, ...(options.output !== undefined && { file: options.output }) });
  for (const record of shown.records) output.say(recordLine(record), { mark: record.erased ? "undecided" : "holds" });
  if (options.output !== undefined)
    output.say(discloseTexts().written(options.output, texts.length, options.sdJwt === true), {
      mark: "holds",
    });
  return EXIT.holds;
}

function textOf(client: Client, disclosure: number, id: string, { sdJwt }: FetchOptions): Promise<string> {
  if (sdJwt) return client.sdJwt(disclosure, id);
  return onceAnchored(() => client.disclosedBundle(disclosure, id), {});
}

function oneLine(text: string, { sdJwt }: FetchOptions): string {
  return sdJwt ? text : JSON.stringify(JSON.parse(text));
}

function recordLine({ id, leafIndex, claims, labels, erased }: DisclosedRecord): string {
  const named = claims.map((name) => (labels[name] === name ? name : `${labels[name]} (${name})`)).join(", ");
  const { recordLine: line, erased: gone } = discloseTexts();
  return line(id, leafIndex, erased ? gone : named);
}

function lineOf({ disclosure, record, claims, recipient, purposeText, until, state, accesses }: GrantView): string {
  const words = discloseTexts();
  const end = state === "in-force" ? words.until(inSeconds(until * 1_000)) : words.states[state];
  return words.grantLine({
    ...{ disclosure, record, claims: claims.join(", "), recipient, purpose: purposeText },
    ...{ end, accesses },
  });
}

function urlOf({ url }: OfficerOptions): string {
  return url ?? loadSettings().client.url;
}

/** @throws USAGE */
function numberOf(token: string): number {
  const number = /^wd_(0|[1-9][0-9]{0,14})_/.exec(token)?.[1];
  if (number === undefined) throw new WarifuError("USAGE", "the file holds no token of a disclosure: wd_ and so on");
  return Number(number);
}

function disclosureNumber(text: string): number {
  if (!/^(?:0|[1-9][0-9]{0,14})$/.test(text)) throw new InvalidArgumentError(discloseTexts().values.disclosure);
  return Number(text);
}

function names(text: string): string[] {
  const found = text.split(",").map((name) => name.trim());
  if (found.includes("")) throw new InvalidArgumentError(discloseTexts().values.names);
  return found;
}
