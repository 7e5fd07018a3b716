/**
 * Who hears of damage in the store: the two alarms, which name leaves, and a line in the log for each leaf. They stay on
 * until the next start, since nothing that the service does mends what is stored.
 */
import type { Logger } from "pino";
import type { FactOf } from "../alarms/alarm-fact.ts";
import type { Alarms } from "../alarms/alarms.ts";
import type { Damage } from "../write/stored-check.ts";

/** So many leaves are named in an alarm's message; the log names more. */
const MOST_NAMED = 10;
/** Beyond these, nobody needs a list but an audit. */
const MOST_KEPT = 10_000;

/** For whatever meets damage: raises the alarm of its kind, and logs each leaf once. */
export function reportDamage(alarms: Alarms, logger?: Pick<Logger, "error">): (damage: Damage) => void {
  const met = { entry: new Set<number>(), openings: new Set<number>(), tile: new Set<number>() };
  return ({ what, leafIndex, reason }) => {
    const leaves = met[what];
    if (leaves.has(leafIndex) || leaves.size >= MOST_KEPT) return;
    leaves.add(leafIndex);
    logger?.error({ alarm: what === "openings" ? "vault-incomplete" : "store-damaged", leafIndex, reason }, "damage");
    if (what === "openings") alarms.raise("vault-incomplete", { id: "openings-damaged", ...named(leaves) }, what);
    else
      alarms.raise(
        "store-damaged",
        { id: what === "tile" ? "tiles-damaged" : "entries-damaged", ...named(leaves) },
        what,
      );
  };
}

function named(leaves: ReadonlySet<number>): Omit<FactOf<"vault-incomplete">, "id"> {
  const first = [...leaves].slice(0, MOST_NAMED);
  return { leaves: first, more: leaves.size - first.length, isMoreAtLeast: leaves.size >= MOST_KEPT };
}
