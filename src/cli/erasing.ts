/**
 * What `warifu erase` and `warifu withhold` share: what goes and what stays is said first, because nothing brings it back.
 */
import type { Command } from "commander";
import type { ErasuresAnswer } from "../client/answers.ts";
import type { Client } from "../client/client.ts";
import { WarifuError } from "../core/errors.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { forOfficer, officerClient, type OfficerOptions } from "./officer-options.ts";
import type { Output } from "./output.ts";
import { canAsk, confirms } from "./question.ts";
import { erasingTexts, type ErasingTexts } from "./texts/erasing/en.ts";

export interface EraseOptions extends OfficerOptions {
  readonly yes?: boolean;
  readonly basis?: string;
}

/** Records in one request. */
const AT_ONCE = 1_000;

/** The arguments and options of both. */
export function withService(command: Command): Command {
  return forOfficer(command.argument("<id...>", erasingTexts().ids).option("--yes", erasingTexts().yes));
}

/** What is done, and what is said and asked before. */
export interface Erasing {
  readonly words: ErasingTexts["erase" | "withhold"];
  readonly send: (client: Client, ids: readonly string[]) => Promise<ErasuresAnswer>;
}

/** Says and asks, then sends the ids and says what became of each. */
export async function erase(
  ids: readonly string[],
  options: EraseOptions,
  output: Output,
  { words, send }: Erasing,
): Promise<ExitCode> {
  if (options.yes !== true) {
    output.hint(erasingTexts().goes(words.goes));
    output.hint(erasingTexts().stays(words.stays));
    if (!canAsk()) throw new WarifuError("USAGE", "nobody can be asked here: --yes says that it is meant");
    if (!(await confirms(words.question(ids.length)))) throw new WarifuError("USAGE", "nothing was done");
  }
  const client = officerClient(options);
  const answers: ErasuresAnswer[] = [];
  for (let at = 0; at < ids.length; at += AT_ONCE) answers.push(await send(client, ids.slice(at, at + AT_ONCE)));
  const items = answers.flatMap((answer) => answer.items);
  const gone = answers.at(-1)?.gone ?? true;
  output.document({ items, gone });
  for (const item of items)
    if ("error" in item)
      output.say(erasingTexts().refused(item.id, item.error.detail ?? item.error.title), { mark: "refuted" });
    else output.say((item.isNew ? words.done : words.doneBefore)(item.id, item.event), { mark: "holds" });
  if (!gone) output.hint(erasingTexts().notGone);
  return items.some((item) => "error" in item) ? EXIT.wrongUse : EXIT.holds;
}
