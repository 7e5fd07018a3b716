/**
 * What `warifu submit` says at the end: what happened to the items, and what to do about the refused ones.
 */
import type { Notes } from "../sources/notes.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import type { Output } from "./output.ts";
import type { RefusedFile } from "./refused-file.ts";
import { shellWord } from "./shell-word.ts";
import type { Refusal, Tally } from "./submission.ts";
import { errorTexts } from "./texts/errors/en.ts";
import { frame } from "./texts/frame/en.ts";
import { SUBMIT_ENGLISH, submitTexts } from "./texts/submit/en.ts";

/** What there is to report. */
export interface Submitted {
  /** Where the service is. */
  readonly url: string;
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
  if (acknowledged + refused === 0) output.say(submitTexts().noItem, REFUTED);
  if (acknowledged > 0) {
    const { new: added, repeated } = tally;
    const places = [firstLeafIndex, lastLeafIndex] as [number, number];
    output.say(submitTexts().acknowledged({ all: acknowledged, added, repeated, places }), { mark: "holds" });
  }
  if (notes.respelled > 0) output.say(respelledLine(notes));
  if (tally.repeated > 0) output.say(submitTexts().recordedBefore(tally.new, tally.repeated), { mark: "undecided" });
  if (refused > 0) sayHowToMend(submitted, output);
  if (acks !== undefined) output.say(submitTexts().acksWritten(acks));
  if (tally.firstId !== null && !output.isJson) output.hint(receiptLine(submitted, tally.firstId));
  if (acknowledged + refused === 0) return EXIT.wrongUse;
  return refused === 0 ? EXIT.holds : EXIT.refuted;
}

/** Where whoever submitted finds the receipt, to be kept and passed on. */
function receiptLine({ url, tally }: Submitted, firstId: string): string {
  const address = `${url.replace(/\/+$/, "")}/receipts/${firstId}`;
  return submitTexts().receipt(address, tally.new + tally.repeated);
}

function sayHowToMend({ file, tally, refused, type, source, map }: Submitted, output: Output): void {
  const many = tally.refusals.length;
  const texts = submitTexts();
  if (refused === undefined) return output.say(texts.refusedOnly(many), REFUTED);
  const { path, written, unread, reading } = refused;
  output.say(texts.refused(many), REFUTED);
  if (many > written) output.say(texts.unwritten(many - written, path, file));
  if (written === 0) return;
  if (unread > 0) output.say(texts.asInDocument(unread));
  const named = [
    ...(type === undefined ? [] : ["--type", type]),
    ...(source === undefined ? [] : ["--source", source]),
    ...(map === undefined ? [] : ["--map", map]),
  ];
  const words = ["warifu", "submit", path, ...named, ...reading].map(shellWord);
  output.say(texts.refusedWritten(written, path));
  output.say(`  ${words.join(" ")}`);
}

/** Only the first ones; the JSON document lists all. */
export function sayRefusals(refusals: readonly Refusal[], output: Output): void {
  const { refusedItem, moreRefused } = submitTexts();
  const { meaning } = errorTexts();
  for (const { item, code, message } of refusals.slice(0, SHOWN_REFUSALS)) {
    output.say(refusedItem(item, `${meaning?.[code] ?? message} [${code}]`), REFUTED);
    if (meaning !== undefined) output.say(`  ${frame().detail} ${message}`);
  }
  const rest = refusals.length - SHOWN_REFUSALS;
  if (rest > 0) output.say(moreRefused(rest));
}

/** How many numbers are written differently from the input. */
export function respelledLine({ respelled }: Notes): string {
  return submitTexts().respelled(respelled);
}

/** How far an interrupted submission got. */
export function brokenOff(tally: Tally, file: string): string {
  return submitTexts().brokenOff(tally.new + tally.repeated, file !== "-");
}

/** The document's note, which is English in every language. */
function recordedBefore({ new: added, repeated }: Tally): string {
  return SUBMIT_ENGLISH.recordedBefore(added, repeated);
}
