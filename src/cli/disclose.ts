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
import { address } from "./option-values.ts";
import { counted, inSeconds, type Output } from "./output.ts";
import { endTime } from "./point-in-time.ts";
import { onceAnchored } from "./prove.ts";
import { apiKeyFor, givenKey, loadSettings } from "./settings.ts";
import type { Act, CommonOptions, DefineVerb } from "./verb.ts";

interface ServiceOptions extends CommonOptions {
  readonly url?: string;
  readonly key?: string;
  readonly keyFile?: string;
}

interface FetchOptions extends ServiceOptions {
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

const EXAMPLES = `
The log says that claims of a record were granted, how many, until when and the code of the purpose, and each time that
something was handed out. To whom, which claims and the words of the purpose are in the vault alone. The token is shown
once: give it to the recipient.

Examples:
  warifu disclose 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --claims text,pictures --to "Road works" \\
    --purpose "fill the hole" --purpose-code repair --until 30d
  warifu disclose 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --claims text --to "Auditor" --purpose "file 4711" \\
    --until 2027-01-31 --sd-jwt -o report.sd-jwt
  warifu disclose fetch --token-file token -o report.json
  warifu disclose list
  warifu disclose withdraw 7`;

export const defineDisclose: DefineVerb = (program, act) => {
  const disclose = program
    .command("disclose")
    .summary("grant somebody claims that records conceal")
    .description("Grants somebody named claims of records, for a purpose and a time.")
    .argument("[ids...]", "ids of records")
    .option("--claims <names>", "concealed claims, with commas; originals: the bytes of pictures too", names)
    .option("--to <name>", "to whom")
    .option("--purpose <text>", "what for, in words")
    .addOption(
      new Option("--purpose-code <code>", "what for, as everybody may see")
        .choices(DISCLOSURE_PURPOSES)
        .default("other"),
    )
    .option(
      "--until <time>",
      "when it ends, at a full hour: 12h, 30d, 8w from now on, or with a day such as 2027-01-31",
      endTime,
    )
    .addHelpText("after", EXAMPLES)
    .action((ids: string[], options: GrantOptions) => act(options, (output) => grant(ids, options, output)));
  withFetch(withService(disclose, "an officer's"));
  defineFetch(disclose, act);
  defineList(disclose, act);
  defineWithdraw(disclose, act);
};

function defineFetch(disclose: Command, act: Act): void {
  withFetch(disclose.command("fetch"))
    .summary("fetch what was disclosed to you")
    .description("Fetches what a disclosure holds, with its token.")
    .requiredOption("--token-file <file>", "a file that holds the token")
    .option("--url <url>", "the service (default: WARIFU_URL, else this machine's)", address)
    .option("--json", "print one JSON document")
    .action((_options: object, command: Command) => {
      const options = command.optsWithGlobals<FetchOptions & { readonly tokenFile: string }>();
      return act(options, (output) => {
        const token = new TextDecoder().decode(readNamedFile(options.tokenFile, "token")).trim();
        return fetchDisclosed(numberOf(token), token, options, output);
      });
    });
}

function defineList(disclose: Command, act: Act): void {
  withService(disclose.command("list"), "an officer's")
    .summary("list what is granted")
    .description("Lists grants, one for each record, with what was handed out.")
    .action((_options: object, command: Command) => {
      const options = command.optsWithGlobals<ServiceOptions>();
      return act(options, async (output) => {
        const client = officerOf(options);
        const all: GrantView[] = [];
        for (let cursor: string | undefined, isLast = false; !isLast;) {
          const { items, nextCursor } = await client.grants({ cursor });
          all.push(...items);
          for (const item of items)
            output.say(lineOf(item), { mark: item.state === "in-force" ? "holds" : "unchecked" });
          [cursor, isLast] = [nextCursor ?? undefined, nextCursor === null];
        }
        output.document({ items: all });
        if (all.length === 0) output.say("nothing was ever granted");
        return EXIT.holds;
      });
    });
}

function defineWithdraw(disclose: Command, act: Act): void {
  withService(disclose.command("withdraw"), "an officer's")
    .argument("<number>", "number of the disclosure", disclosureNumber)
    .summary("withdraw a disclosure")
    .description("Withdraws a disclosure: its token is refused from then on.")
    .action((number: number, _options: object, command: Command) => {
      const options = command.optsWithGlobals<ServiceOptions>();
      return act(options, async (output) => {
        const { withdrawn } = await officerOf(options).withdrawDisclosure(number);
        output.document({ disclosure: number, withdrawn });
        const said = withdrawn === 0 ? "was over already" : `is withdrawn: ${counted(withdrawn, "record")}`;
        output.say(`disclosure ${number} ${said}`, { mark: "holds" });
        return EXIT.holds;
      });
    });
}

function withService(command: Command, whose: string): Command {
  return command
    .option("--url <url>", "the service (default: WARIFU_URL, else this machine's)", address)
    .option("--key <key>", `${whose} API key; other users of the machine can see it: prefer --key-file`)
    .option("--key-file <file>", `a file that holds ${whose} API key`)
    .option("--json", "print one JSON document");
}

function withFetch(command: Command): Command {
  return command
    .option("-o, --output <file>", "write the bundles with the granted openings there; of several records, one a line")
    .option("--sd-jwt", "write SD-JWTs (RFC 9901) instead of bundles");
}

async function grant(ids: readonly string[], options: GrantOptions, output: Output): Promise<ExitCode> {
  const { claims, to: recipient, purpose: purposeText, purposeCode: purpose, until } = options;
  if (ids.length === 0 || !claims || recipient === undefined || purposeText === undefined || until === undefined)
    throw new WarifuError("USAGE", "name records by their ids, and give --claims, --to, --purpose and --until");
  const wanted = { records: ids, claims, recipient, purpose, purposeText, until };
  const { disclosure, token, until: rounded } = await officerOf(options).grantDisclosure(wanted);
  const end = inSeconds(rounded * 1_000);
  output.say(`disclosure ${disclosure}: ${claims.join(", ")} of ${counted(ids.length, "record")}, until ${end}`, {
    mark: "holds",
  });
  output.say(`token      ${token}`);
  output.hint("the token is shown only now: give it to the recipient, and to nobody else");
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
    output.say(`${options.output}: ${counted(texts.length, options.sdJwt ? "SD-JWT" : "proof bundle")}`, {
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
  return `${id}  leaf ${leafIndex}  ${erased ? "erased meanwhile: nothing of it can be opened" : named}`;
}

function lineOf({ disclosure, record, claims, recipient, purposeText, until, state, accesses }: GrantView): string {
  const end = state === "in-force" ? `until ${inSeconds(until * 1_000)}` : state;
  return `${disclosure}  ${record}  ${claims.join(", ")}  to ${recipient} (${purposeText})  ${end}, seen ${counted(accesses, "time")}`;
}

function officerOf(options: ServiceOptions): Client {
  const url = urlOf(options);
  return createClient({ url, apiKey: apiKeyFor(url, "officer", givenKey(options), loadSettings()), attempts: 1 });
}

function urlOf({ url }: ServiceOptions): string {
  return url ?? loadSettings().client.url;
}

/** @throws USAGE */
function numberOf(token: string): number {
  const number = /^wd_(0|[1-9][0-9]{0,14})_/.exec(token)?.[1];
  if (number === undefined) throw new WarifuError("USAGE", "the file holds no token of a disclosure: wd_ and so on");
  return Number(number);
}

function disclosureNumber(text: string): number {
  if (!/^(?:0|[1-9][0-9]{0,14})$/.test(text)) throw new InvalidArgumentError("It is the number of a disclosure.");
  return Number(text);
}

function names(text: string): string[] {
  const found = text.split(",").map((name) => name.trim());
  if (found.includes("")) throw new InvalidArgumentError("They are names with commas between them.");
  return found;
}
