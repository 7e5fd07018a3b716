/** The life of a record in words: a line for each thing that happened to it. */
import type { JsonObject, JsonValue } from "../core/json.ts";
import type { LineageStep, LineageStepName, RecordLineage } from "../read/lineage.ts";
import { inSeconds, type Output } from "./output.ts";
import { recordsTexts } from "./texts/records/en.ts";

/** What of each step is worth a place in its line. */
const TELLS: Readonly<Record<LineageStepName, readonly string[]>> = {
  measured: [],
  received: ["source"],
  logged: ["leafIndex"],
  derived: ["picture", "tool", "version", "facesFound"],
  translated: ["from", "to", "by", "tool", "version"],
  disclosed: ["state", "until"],
  accessed: [],
  provided: ["basis", "country"],
  reception: ["basis", "country"],
  withheld: ["reason", "basis"],
  erased: ["basis"],
  noted: [],
  submitted: ["treeSize", "transactionHash"],
  anchored: ["blockNumber", "chainId"],
  final: [],
};

/** Says what happened to a record, in its order. */
export function sayLineage({ steps, isCut }: RecordLineage, output: Output): void {
  for (const step of steps) output.say(stepLine(step));
  if (isCut) output.say(recordsTexts().lineageCut);
}

function stepLine({ what, at, event, says }: LineageStep): string {
  const texts = recordsTexts();
  const told = TELLS[what].flatMap((name) =>
    says[name] === undefined ? [] : texts.told(name, inWord(name, says[name])),
  );
  const where = event ? [texts.leaf(event.leafIndex)] : [];
  return `${inSeconds(at * 1000)}  ${[texts.lineage[what], ...told, ...where].join(", ")}`;
}

function inWord(name: string, value: JsonObject | JsonValue): string {
  if (name === "until" && typeof value === "number") return inSeconds(value * 1000);
  return typeof value === "string" ? value : JSON.stringify(value);
}
