/** `warifu exchange`: an officer says which cities records are exchanged with, and sees how that stands. */
import { InvalidArgumentError, type Command } from "commander";
import { z } from "zod";
import { fromUtf8 } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import { parseJson } from "../core/json.ts";
import type { PartnerStatus } from "../exchange/partner-status.ts";
import { partnerShape } from "../exchange/partners.ts";
import { EXIT } from "./exit-code.ts";
import { readNamedFile } from "./named-files.ts";
import { forOfficer, officerClient, readWords, type OfficerOptions } from "./officer-options.ts";
import { address } from "./option-values.ts";
import { inSeconds, type Output } from "./output.ts";
import type { Act, DefineVerb } from "./verb.ts";

interface PartnerOptions extends OfficerOptions {
  readonly endpoint: string;
  readonly policy: string;
  readonly partnerKeyFile?: string;
  readonly purpose?: string;
  readonly city?: string;
  readonly names?: string;
  readonly send: boolean;
  readonly take: boolean;
  readonly shares?: string;
}

const EXAMPLES = `
A partner is a recipient of the register (warifu privacy recipient add). The law decides what goes to it, record by record.

Examples:
  warifu exchange partner add "Example K.K." --city fujisawa --endpoint https://fujisawa.example \\
    --policy fujisawa-policy.json --partner-key-file fujisawa.key
  warifu exchange status`;

export const defineExchange: DefineVerb = (program, act) => {
  const exchange = program
    .command("exchange")
    .summary("exchange records with other cities")
    .description("Says which cities records are exchanged with, and shows how that stands.")
    .addHelpText("after", EXAMPLES);
  definePartner(exchange, act);
  forOfficer(exchange.command("status"))
    .summary("show how the exchange stands")
    .description("Shows of each partner what went, what its log proves, and what does not go and why.")
    .action((options: OfficerOptions) =>
      act(options, async (output) => {
        const { items } = await officerClient(options).partners();
        output.document({ items });
        for (const item of items) sayStatus(item, output);
        if (items.length === 0) output.say("there is no partner");
        return items.every(({ state }) => state === "well" || state === "new") ? EXIT.holds : EXIT.undecided;
      }),
    );
};

function definePartner(exchange: Command, act: Act): void {
  const partner = exchange
    .command("partner")
    .summary("keep the list of partner cities")
    .description("Keeps the list of the cities that records are exchanged with.");
  forOfficer(partner.command("add"))
    .argument("<name>", "its name in the register of recipients")
    .summary("add a partner, or replace what is said of it")
    .description("Adds a partner. From then on what is shared goes to it, as far as the law lets it.")
    .requiredOption("--endpoint <url>", "base address of its service", address)
    .requiredOption("--policy <file>", "the policy for its log")
    .option("--partner-key-file <file>", "a file with the key that the partner issued for its endpoint; - is stdin")
    .option("--city <code>", "code of the city: its records are of the source received/ and that (default: its number)")
    .option("--names <names>", "what the app calls it, such as en=Seville,es=Sevilla,ja=セビリア (default: its name)")
    .option("--purpose <code>", "what for, as notices have it (default: exchange)")
    .option("--shares <file>", "JSON list of what goes (default: shared themes, posts, comments and states)")
    .option("--no-send", "send nothing to it")
    .option("--no-take", "take nothing from it")
    .action((recipient: string, options: PartnerOptions) =>
      act(options, async (output) => {
        const kept = await officerClient(options).keepPartner(await partnerIn(recipient, options));
        output.document({ ...kept });
        sayPartner(kept, output);
        return EXIT.holds;
      }),
    );
  forOfficer(partner.command("list"))
    .summary("list the partners")
    .description("Lists the cities that records are exchanged with.")
    .action((options: OfficerOptions) =>
      act(options, async (output) => {
        const { items } = await officerClient(options).partners();
        output.document({ items });
        for (const item of items) sayPartner(item, output);
        if (items.length === 0) output.say("there is no partner");
        return EXIT.holds;
      }),
    );
  defineRemove(partner, act);
}

function defineRemove(partner: Command, act: Act): void {
  forOfficer(partner.command("remove"))
    .argument("<number>", "its number", partnerNumber)
    .summary("take a partner out")
    .description("Exchanges nothing more with a city. What was exchanged stays.")
    .action((number: number, options: OfficerOptions) =>
      act(options, async (output) => {
        await officerClient(options).removePartner(number);
        output.document({ number });
        output.say(`${number} is no partner any longer`, { mark: "holds" });
        return EXIT.holds;
      }),
    );
}

async function partnerIn(recipient: string, options: PartnerOptions) {
  const { endpoint, policy, partnerKeyFile, purpose, city, names, send: sends, take: takes, shares } = options;
  return {
    ...{ recipient, endpoint, sends, takes, policy: textIn(policy, "policy") },
    ...(partnerKeyFile !== undefined && { key: await readWords(partnerKeyFile, "key") }),
    ...(purpose !== undefined && { purpose }),
    ...(city !== undefined && { city }),
    ...(names !== undefined && { names: namesIn(names) }),
    ...(shares !== undefined && { shares: sharesIn(textIn(shares, "list")) }),
  };
}

function namesIn(text: string) {
  const said = Object.fromEntries(text.split(",").map((one) => one.split("=", 2)));
  const parsed = z.strictObject({ names: partnerShape.names }).safeParse({ names: said });
  if (parsed.success && parsed.data.names) return parsed.data.names;
  throw new WarifuError("USAGE", "--names says what it is called in each language: en=…,es=…,ja=…");
}

function sharesIn(text: string) {
  const parsed = z.strictObject({ shares: partnerShape.shares }).safeParse({ shares: parseJson(text, "the list") });
  if (parsed.success) return parsed.data.shares;
  throw new WarifuError("USAGE", `the list is not one of what goes: ${parsed.error.issues[0]?.message ?? ""}`);
}

function sayPartner({ number, recipient, endpoint, origin, sends, takes }: PartnerStatus, output: Output): void {
  const ways = [sends ? "sends" : [], takes ? "takes" : []].flat().join(", ");
  output.say(`${number ?? "-"}  ${recipient}  ${endpoint}  ${origin}  ${ways || "nothing"}`);
}

function sayStatus(status: PartnerStatus, output: Output): void {
  const { number, recipient, state, since, reason, given, confirmed, told, honoured } = status;
  const mark = state === "well" ? "holds" : state === "new" ? "unchecked" : "refuted";
  const why = reason === "" ? "" : `: ${reason}`;
  output.say(`${number ?? "-"}  ${recipient}  ${state} since ${inSeconds(since)}${why}`, { mark });
  output.say(
    `   given ${given}, proved ${confirmed}; told ${told}, honoured and proved ${honoured}; taken ${status.taken}`,
  );
  for (const { code, message, count } of status.keptBack) output.say(`   ${count} kept back: ${code}, ${message}`);
  for (const { code, count } of status.refused)
    output.say(`   ${count} refused by the partner, or wanted later: ${code}`);
}

function textIn(path: string, what: string): string {
  return fromUtf8(readNamedFile(path, what), what);
}

function partnerNumber(text: string): number {
  if (!/^(?:0|[1-9][0-9]{0,14})$/.test(text)) throw new InvalidArgumentError("It is the number of a partner.");
  return Number(text);
}
