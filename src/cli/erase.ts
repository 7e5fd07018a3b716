/**
 * `warifu erase` and `warifu withhold`: an officer erases records, or withholds their bodies. What goes and what stays is
 * said first, because nothing brings it back.
 */
import { Option, type Command } from "commander";
import { createClient, type Client } from "../client/client.ts";
import type { ErasuresAnswer } from "../client/answers.ts";
import { WITHHOLDING_REASONS, type WithholdingReason } from "../core/erasure-event.ts";
import { WarifuError } from "../core/errors.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { address } from "./option-values.ts";
import { counted, type Output } from "./output.ts";
import { canAsk, confirms } from "./question.ts";
import { apiKeyFor, givenKey, loadSettings } from "./settings.ts";
import type { CommonOptions, DefineVerb } from "./verb.ts";

interface EraseOptions extends CommonOptions {
  readonly url?: string;
  readonly key?: string;
  readonly keyFile?: string;
  readonly yes?: boolean;
  readonly basis?: string;
}

/** Records in one request. */
const AT_ONCE = 1_000;

const GOES = "what it conceals, the bytes and pictures it came with, what was made of them, and its idempotency keys";

const ERASE_EXAMPLES = `
The basis is the id of a provision of law, such as gdpr-17-1-a or appi-35-3. The log says that and when a record was
erased, and on which basis. Older copies of the vault keep it until the vault's key is changed.

Examples:
  warifu erase 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --basis gdpr-17-1-a
  warifu erase 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --basis appi-35-3 --yes --json`;

const WITHHOLD_EXAMPLES = `
For a record whose public claims should never have been public. Others may have copies of what was public.

Example:
  warifu withhold 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --reason personal-data`;

export const defineErase: DefineVerb = (program, act) => {
  withService(program.command("erase"))
    .summary("erase what records conceal")
    .description("Erases what records conceal and came with, for good. Their leaves stay, and every proof.")
    .requiredOption("--basis <id>", "the provision of law on which they are erased")
    .addHelpText("after", ERASE_EXAMPLES)
    .action((ids: string[], options: EraseOptions & { readonly basis: string }) =>
      act(options, (output) => {
        const stays =
          "its leaf, its public claims and the digests of what it conceals, so that all else still verifies";
        const consent = { question: `erase ${counted(ids.length, "record")} for good?`, goes: GOES, stays };
        return erase(ids, options, output, {
          ...{ consent, done: "erased" },
          send: (client, some) => client.eraseRecords(some, { basis: options.basis }),
        });
      }),
    );
};

export const defineWithhold: DefineVerb = (program, act) => {
  withService(program.command("withhold"))
    .summary("withhold the public bodies of records")
    .description("Takes the public bodies of records out of the log's store, for good, and erases the records.")
    .addOption(new Option("--reason <reason>", "why").choices(WITHHOLDING_REASONS).makeOptionMandatory())
    .option("--basis <id>", "the provision of law on which they are withheld")
    .addHelpText("after", WITHHOLD_EXAMPLES)
    .action((ids: string[], options: EraseOptions & { readonly reason: WithholdingReason }) =>
      act(options, (output) => {
        const stays = "its leaf, so that it can still be proven that it is in the log, and all else still verifies";
        const goes = `all that it says, and ${GOES}`;
        const consent = { question: `withhold ${counted(ids.length, "record")} for good?`, goes, stays };
        const { reason, basis } = options;
        return erase(ids, options, output, {
          ...{ consent, done: "withheld" },
          send: (client, some) => client.withholdBodies(some, { reason, ...(basis !== undefined && { basis }) }),
        });
      }),
    );
};

function withService(command: Command): Command {
  return command
    .argument("<id...>", "ids of records")
    .option("--yes", "do not ask")
    .option("--url <url>", "the service (default: WARIFU_URL, else this machine's)", address)
    .option("--key <key>", "an officer's API key; other users of the machine can see it: prefer --key-file")
    .option("--key-file <file>", "a file that holds an officer's API key")
    .option("--json", "print one JSON document");
}

/** What is done, and what is said and asked before. */
interface Erasing {
  readonly consent: { readonly question: string; readonly goes: string; readonly stays: string };
  readonly done: string;
  readonly send: (client: Client, ids: readonly string[]) => Promise<ErasuresAnswer>;
}

async function erase(
  ids: readonly string[],
  options: EraseOptions,
  output: Output,
  { consent, done, send }: Erasing,
): Promise<ExitCode> {
  if (options.yes !== true) {
    output.hint(`goes: ${consent.goes}`);
    output.hint(`stays: ${consent.stays}`);
    if (!canAsk()) throw new WarifuError("USAGE", "nobody can be asked here: --yes says that it is meant");
    if (!(await confirms(consent.question))) throw new WarifuError("USAGE", "nothing was done");
  }
  const client = clientFor(options);
  const answers: ErasuresAnswer[] = [];
  for (let at = 0; at < ids.length; at += AT_ONCE) answers.push(await send(client, ids.slice(at, at + AT_ONCE)));
  const items = answers.flatMap((answer) => answer.items);
  const gone = answers.at(-1)?.gone ?? true;
  output.document({ items, gone });
  for (const item of items)
    if ("error" in item) output.say(`${item.id}  ${item.error.detail ?? item.error.title}`, { mark: "refuted" });
    else output.say(`${item.id}  ${item.isNew ? done : `was ${done} before`}: leaf ${item.event}`, { mark: "holds" });
  if (!gone) output.hint("another process reads a file that still holds some of it: the service goes on trying");
  return items.some((item) => "error" in item) ? EXIT.wrongUse : EXIT.holds;
}

function clientFor(options: EraseOptions): Client {
  const config = loadSettings();
  const url = options.url ?? config.client.url;
  return createClient({ url, apiKey: apiKeyFor(url, "officer", givenKey(options), config), attempts: 1 });
}
