/**
 * Who hears of damage in the store: the two alarms, which name leaves, and a line in the log for each leaf. They stay on
 * until the next start, since nothing that the service does mends what is stored.
 */
import type { Logger } from "pino";
import type { AlarmCode, Alarms } from "../alarms/alarms.ts";
import type { Damage } from "../write/stored-check.ts";

/** So many leaves are named in an alarm's message; the log names more. */
const MOST_NAMED = 10;
/** Beyond these, nobody needs a list but an audit. */
const MOST_KEPT = 10_000;

const ALARM_OF: Readonly<Record<Damage["what"], { readonly code: AlarmCode; readonly says: string }>> = {
  entry: { code: "store-damaged", says: "what the store holds is not what was entered, at" },
  tile: { code: "store-damaged", says: "a tile of the store is not the one of the tree, from" },
  openings: {
    code: "vault-incomplete",
    says: "the vault lacks openings of concealed claims, or holds damaged ones, of",
  },
};

/** For whatever meets damage: raises the alarm of its kind, and logs each leaf once. */
export function reportDamage(alarms: Alarms, logger?: Pick<Logger, "error">): (damage: Damage) => void {
  const met = { entry: new Set<number>(), openings: new Set<number>(), tile: new Set<number>() };
  return ({ what, leafIndex, reason }) => {
    const leaves = met[what];
    if (leaves.has(leafIndex) || leaves.size >= MOST_KEPT) return;
    leaves.add(leafIndex);
    const { code, says } = ALARM_OF[what];
    logger?.error({ alarm: code, leafIndex, reason }, "damage");
    alarms.raise(code, `${says} ${named(leaves)}: run \`warifu audit\`, and restore a good copy`, what);
  };
}

function named(leaves: ReadonlySet<number>): string {
  const first = [...leaves].slice(0, MOST_NAMED).join(", ");
  const more = leaves.size - MOST_NAMED;
  return `leaf ${first}${more > 0 ? ` and ${more}${leaves.size >= MOST_KEPT ? " or" : ""} more` : ""}`;
}
