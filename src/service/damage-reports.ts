/**
 * Where damage in the store is reported: in two alarms, which name leaves, and in one log line per leaf. The alarms
 * stay on until the next start, since nothing that the service does repairs what is stored.
 */
import type { Logger } from "pino";
import type { FactOf } from "../alarms/alarm-fact.ts";
import type { Alarms } from "../alarms/alarms.ts";
import type { Damage } from "../write/stored-check.ts";

/** How many leaves an alarm's message names; the log names more. */
const MOST_NAMED = 10;
/** Beyond this many, an audit is more useful than a list. */
const MOST_KEPT = 10_000;

/** For any part that finds damage: raises the matching alarm, and logs each leaf once. */
export function reportDamage(alarms: Alarms, logger?: Pick<Logger, "error">): (damage: Damage) => void {
  const nothing = (): Set<number> => new Set();
  const met = { entry: nothing(), openings: nothing(), original: nothing(), tile: nothing() };
  return ({ what, leafIndex, reason }) => {
    const leaves = met[what];
    if (leaves.has(leafIndex) || leaves.size >= MOST_KEPT) return;
    leaves.add(leafIndex);
    logger?.error({ alarm: CODES[what], leafIndex, reason }, "damage");
    raise(alarms, what, named(leaves));
  };
}

const CODES = {
  entry: "store-damaged",
  tile: "store-damaged",
  openings: "vault-incomplete",
  original: "vault-incomplete",
} as const;

function raise(alarms: Alarms, what: Damage["what"], leaves: ReturnType<typeof named>): void {
  if (what === "openings") alarms.raise("vault-incomplete", { id: "openings-damaged", ...leaves }, what);
  else if (what === "original") alarms.raise("vault-incomplete", { id: "originals-damaged", ...leaves }, what);
  else alarms.raise("store-damaged", { id: what === "tile" ? "tiles-damaged" : "entries-damaged", ...leaves }, what);
}

function named(leaves: ReadonlySet<number>): Omit<FactOf<"vault-incomplete">, "id"> {
  const first = [...leaves].slice(0, MOST_NAMED);
  return { leaves: first, more: leaves.size - first.length, isMoreAtLeast: leaves.size >= MOST_KEPT };
}
