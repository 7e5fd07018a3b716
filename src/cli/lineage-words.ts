/** The life of a record in words: a line for each thing that happened to it. */
import type { JsonObject, JsonValue } from "../core/json.ts";
import type { LineageStep, LineageStepName, RecordLineage } from "../read/lineage.ts";
import { inSeconds, type Output } from "./output.ts";

/** What each step is called, and what of it is worth a place in its line. */
const WORDS: Readonly<Record<LineageStepName, { readonly words: string; readonly tells: readonly string[] }>> = {
  measured: { words: "measured, as its source says", tells: [] },
  received: { words: "received", tells: ["source"] },
  logged: { words: "entered the log", tells: ["leafIndex"] },
  derived: { words: "a copy of a picture was published", tells: ["picture", "tool", "version", "facesFound"] },
  disclosed: { words: "claims were granted to somebody", tells: ["state", "until"] },
  accessed: { words: "granted claims were handed out", tells: [] },
  provided: { words: "handed to another controller", tells: ["basis", "country"] },
  reception: { words: "received from another controller", tells: ["basis", "country"] },
  withheld: { words: "its public body was withheld", tells: ["reason", "basis"] },
  erased: { words: "its concealed values were erased", tells: ["basis"] },
  noted: { words: "an event of the log is about it", tells: [] },
  submitted: { words: "its anchor was sent to the chain", tells: ["treeSize", "transactionHash"] },
  anchored: { words: "anchored in a block", tells: ["blockNumber", "chainId"] },
  final: { words: "that block is final", tells: [] },
};

/** Says what happened to a record, in its order. */
export function sayLineage({ steps, isCut }: RecordLineage, output: Output): void {
  for (const step of steps) output.say(stepLine(step));
  if (isCut) output.say("there are more events about it than are shown; the log has them all");
}

function stepLine({ what, at, event, says }: LineageStep): string {
  const { words, tells } = WORDS[what];
  const told = tells.flatMap((name) => (says[name] === undefined ? [] : `${name} ${inWord(name, says[name])}`));
  const where = event ? [`leaf ${event.leafIndex}`] : [];
  return `${inSeconds(at * 1000)}  ${[words, ...told, ...where].join(", ")}`;
}

function inWord(name: string, value: JsonObject | JsonValue): string {
  if (name === "until" && typeof value === "number") return inSeconds(value * 1000);
  return typeof value === "string" ? value : JSON.stringify(value);
}
