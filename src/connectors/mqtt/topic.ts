/** Topics and topic filters of MQTT: which filter a topic matches, and texts that hold levels of a topic. */

import { WarifuError } from "../../core/errors.ts";

/** Whether a topic matches a filter, by the rules of MQTT 5.0 section 4.7: `+` is one level, `#` all that follow. */
export function matches(filter: string, topic: string): boolean {
  const [wanted, levels] = [filter.split("/"), topic.split("/")];
  // Wildcards in front do not reach what a broker says about itself.
  if (topic.startsWith("$") && !filter.startsWith("$")) return false;
  for (const [at, level] of wanted.entries()) {
    if (level === "#") return true;
    if (at >= levels.length || (level !== "+" && level !== levels[at])) return false;
  }
  return wanted.length === levels.length;
}

/** Whether a text can be a filter: wildcards stand alone in their level, and `#` is the last one. */
export function isTopicFilter(text: string): boolean {
  const levels = text.split("/");
  const isLevel = (level: string, at: number): boolean =>
    level === "+" || (level === "#" && at === levels.length - 1) || !/[+#\0]/.test(level);
  return text !== "" && Buffer.byteLength(text) <= MOST_BYTES && levels.every(isLevel);
}

/** Of a topic, and so of a filter, by MQTT. */
const MOST_BYTES = 65_535;
const LEVEL = /\{([1-9][0-9]?)\}/g;

/**
 * A source in which `{2}` is the second level of the topic: `city/+/air` has `city`, then the level that `+` stands for.
 * @throws RECORD_INVALID a level is empty or has a `*`: who publishes would choose what the source stands for
 */
export function withLevels(template: string, topic: string): string {
  const levels = topic.split("/");
  return template.replaceAll(LEVEL, (_, number: string) => {
    const level = levels[Number(number) - 1] ?? "";
    if (level !== "" && !level.includes("*")) return level;
    throw new WarifuError("RECORD_INVALID", "a level of the topic cannot be part of a source");
  });
}

/** The levels that a template takes from a topic, counted from 1. */
export function levelsIn(template: string): readonly number[] {
  return [...template.matchAll(LEVEL)].map(([, number]) => Number(number));
}

/**
 * Whether other levels always make another source: no level has a `/` in it, so none runs into another one, or into the `*` at
 * the end. In `gate/{2}*`, a topic of gate 7 would speak for gate 70.
 */
export function keepsApart(template: string): boolean {
  return template
    .split("/")
    .every((part) => levelsIn(part).length === 0 || levelsIn(part).length + (part.endsWith("*") ? 1 : 0) === 1);
}
