/** The log's own events as a partner is shown them: their ids, and openings of what it needs to see that it is meant. */
import { parseOpening } from "../core/opening.ts";
import { unreachable } from "../core/errors.ts";
import { formatRecordId } from "../core/record-id.ts";
import type { StoredEntry } from "../store/log-store.ts";
import type { OpenLog } from "../write/open-log.ts";

export type EventParts = Pick<OpenLog, "store" | "check">;

/** An event of this log for a partner. */
export interface ShownEvent {
  readonly id: string;
  /** Empty once what it concealed is erased. */
  readonly openings: readonly string[];
}

/**
 * An event, with openings of the named claims and no others.
 * @throws STORE_DAMAGED, STORE_FAILED, VAULT_FAILED
 */
export async function shownEvent(
  leafIndex: number,
  names: readonly string[],
  { store, check }: EventParts,
): Promise<ShownEvent> {
  const entry = await entryAt(leafIndex, { store });
  const all = (await check.openingsOf(leafIndex, await check.bodyOf(entry))) ?? [];
  return { id: formatRecordId(entry.id), openings: all.filter((text) => names.includes(parseOpening(text).name)) };
}

/** The entry of a leaf that the log has. @throws STORE_FAILED */
export async function entryAt(leafIndex: number, { store }: Pick<EventParts, "store">): Promise<StoredEntry> {
  const [entry] = await store.entries(leafIndex, leafIndex + 1);
  return entry ?? unreachable("an entry that the log's events name");
}
