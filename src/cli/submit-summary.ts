/**
 * What `warifu submit` says at the end: what happened to the items, and what to do about the refused ones.
 */
import type { Notes } from "../sources/notes.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { counted, type Output } from "./output.ts";
import type { RefusedFile } from "./refused-file.ts";
import { shellWord } from "./shell-word.ts";
import type { Refusal, Tally } from "./submission.ts";

/** What there is to report. */
export interface Submitted {
  readonly file: string;
  readonly tally: Tally;
  readonly notes: Notes;
  readonly refused: RefusedFile | undefined;
  /** As given on the command line. */
  readonly acks?: string;
  /** Type of the records, when the items are claims. */
  readonly type: string | undefined;
  readonly source?: string;
  /** The file with the mapping. */
  readonly map?: string;
}

/** For an input that only at its end turned out to have no item. */
export const NO_ITEM = "nothing was recorded: there is no item in it";

const SHOWN_REFUSALS = 20;
const REFUTED = { mark: "refuted" } as const;

/** Prints it. */
export function summarise(submitted: Submitted, output: Output): ExitCode {
  const { tally, notes, acks } = submitted;
  const { refusals, firstLeafIndex, lastLeafIndex } = tally;
  const refused = refusals.length;
  const acknowledged = tally.new + tally.repeated;
  output.document({
    acknowledged: { new: tally.new, repeated: tally.repeated },
    refused,
    firstLeafIndex,
    lastLeafIndex,
    refusals,
    respelled: notes.respelled,
    notes: tally.repeated > 0 ? [...notes.list(), recordedBefore(tally)] : notes.list(),
  });
  sayRefusals(refusals, output);
  if (acknowledged + refused === 0) output.say(NO_ITEM, REFUTED);
  if (acknowledged > 0) {
    const where =
      firstLeafIndex === lastLeafIndex ? `leaf ${firstLeafIndex}` : `leaves ${firstLeafIndex} to ${lastLeafIndex}`;
    const split = `${counted(tally.new)} new, ${counted(tally.repeated)} there already`;
    output.say(`${counted(acknowledged, "record")} acknowledged (${split}), ${where}`, { mark: "holds" });
  }
  if (notes.respelled > 0) output.say(respelledLine(notes));
  if (tally.repeated > 0) output.say(recordedBefore(tally), { mark: "undecided" });
  if (refused > 0) sayHowToMend(submitted, output);
  if (acks !== undefined) output.say(`acknowledgements written to ${acks}`);
  if (acknowledged + refused === 0) return EXIT.wrongUse;
  return refused === 0 ? EXIT.holds : EXIT.refuted;
}

function sayHowToMend({ file, tally, refused, type, source, map }: Submitted, output: Output): void {
  const many = tally.refusals.length;
  const what = many === 1 ? "it" : "them";
  if (refused === undefined)
    return output.say(
      `${counted(many, "item")} refused: correct ${what} and submit ${what} in a separate file; --refused FILE writes one`,
      REFUTED,
    );
  const { path, written, unread, reading } = refused;
  output.say(`${counted(many, "item")} refused`, REFUTED);
  const lost = many - written;
  if (lost > 0)
    output.say(
      `${counted(lost, "refused item")} could not be written to ${path}, too long, not UTF-8, or nothing without the rest ` +
        `of the document: see ${file}`,
    );
  if (written === 0) return;
  if (unread > 0)
    output.say(`${counted(unread, "of them", "of them")} as in the document, without what it says of all its parts`);
  const named = [
    ...(type === undefined ? [] : ["--type", type]),
    ...(source === undefined ? [] : ["--source", source]),
    ...(map === undefined ? [] : ["--map", map]),
  ];
  const words = ["warifu", "submit", path, ...named, ...reading].map(shellWord);
  output.say(`${counted(written, "refused item")} written to ${path}: correct that file and submit it:`);
  output.say(`  ${words.join(" ")}`);
}

/** Only the first ones; the JSON document lists all. */
export function sayRefusals(refusals: readonly Refusal[], output: Output): void {
  for (const { item, code, message } of refusals.slice(0, SHOWN_REFUSALS))
    output.say(`item ${item}: ${message} [${code}]`, REFUTED);
  const rest = refusals.length - SHOWN_REFUSALS;
  if (rest > 0) output.say(`… and ${counted(rest, "more refused item")}: --json lists all`);
}

/** How many numbers are written differently from the input. */
export function respelledLine({ respelled }: Notes): string {
  const what = `${counted(respelled, "number")} written another way, with the same value, such as 1.10 as 1.1`;
  return `${what}: docs/formats.md, section 1, item 6`;
}

function recordedBefore({ new: added, repeated }: Tally): string {
  const from = "recorded before, from an identical file or under the same keys";
  if (added > 0) return `${added} new: ${repeated} of ${counted(added + repeated, "record")} had been ${from}`;
  return `0 new: all ${counted(repeated, "record")} had been ${from}`;
}

/** How far an interrupted submission got. */
export function brokenOff(tally: Tally, file: string): string {
  const done = `${counted(tally.new + tally.repeated, "record")} acknowledged before it broke off`;
  return file === "-" ? done : `${done}; submit the same file again to go on`;
}
