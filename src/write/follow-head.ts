/**
 * Catches up with what other services have written to the same log. Everything is checked as at the start: the entries
 * must lead to the root that the log's own key has signed.
 */
import { parseBody } from "../core/body.ts";
import { equalBytes } from "../core/bytes.ts";
import { entryLeafHash } from "../core/entry.ts";
import { WarifuError } from "../core/errors.ts";
import { receivedAtOf } from "../core/record-id.ts";
import { Erasures } from "../events/erasure.ts";
import type { EventRegister } from "../events/register.ts";
import type { LogStore, StoredCheckpoint, StoredEntry } from "../store/log-store.ts";
import type { LogClock } from "./log-clock.ts";
import type { LogTree } from "./log-tree.ts";
import type { Publisher } from "./publish.ts";

/** Entries read at a time. */
const PAGE = 4_096;

/** The parts of a service that catch up. */
export interface Followers {
  readonly store: Pick<LogStore, "entries">;
  readonly tree: LogTree;
  readonly publisher: Publisher;
  readonly clock: Pick<LogClock, "note">;
  readonly events: Pick<EventRegister, "follow">;
}

/**
 * Catches up to a head. Call it while nobody else writes.
 * @throws STORE_CORRUPT when the entries do not lead there, or the head is behind what this service has seen
 */
export async function followHead(head: StoredCheckpoint | undefined, followers: Followers): Promise<void> {
  const { store, tree, publisher, clock } = followers;
  const treeSize = head?.treeSize ?? 0;
  if (!head || treeSize === tree.size) return assertSame(head, tree);
  if (treeSize < tree.size) throw elsewhere(tree.size, treeSize);
  const events: StoredEntry[] = [];
  let last: StoredEntry | undefined;
  while (tree.size < treeSize) {
    const from = tree.size;
    const entries = await store.entries(from, Math.min(from + PAGE, treeSize));
    for (const entry of entries) tree.append(entryLeafHash(entry));
    events.push(...entries.filter(({ kind }) => kind !== "record"));
    last = entries.at(-1);
    if (tree.size === from) break;
  }
  assertSame(head, tree);
  publisher.adopt(head);
  tree.markPublished();
  if (last) clock.note(receivedAtOf(last));
  for (const event of events) if (event.body) followers.events.follow(event, parseBody(event.body));
}

/** More events than can enter before a service catches up, which it does every fifth of a second. */
const MOST_EVENTS = 10_000;

/**
 * Whether an event from leaf `size` on withholds the body of an entry. The body may be gone before a service that reads
 * it has caught up.
 */
export async function isWithheldFrom(
  size: number,
  leafIndex: number,
  store: Pick<LogStore, "events">,
): Promise<boolean> {
  const above = new Erasures();
  for (const event of await store.events(["erasure"], size, MOST_EVENTS))
    above.follow(event.leafIndex, event.body ? parseBody(event.body) : undefined);
  return above.withheldBy(leafIndex) !== undefined;
}

function assertSame(head: StoredCheckpoint | undefined, tree: LogTree): void {
  const isSame = head ? tree.size === head.treeSize && equalBytes(tree.rootHash(), head.rootHash) : tree.size === 0;
  if (!isSame) throw elsewhere(tree.size, head?.treeSize ?? 0);
}

function elsewhere(size: number, treeSize: number): WarifuError {
  return new WarifuError(
    "STORE_CORRUPT",
    `the log's head is at ${treeSize} entries, and what this service has read of it, up to ${size}, does not lead there`,
  );
}
