/**
 * Checks that the vault has nothing of a record of which the log says that it was erased, or the vault itself: rows that
 * were put back from a copy would bring back what somebody had a right to see gone.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { parseBody } from "../core/body.ts";
import { erasureOf, isErasure, isWithholding, withholdingOf } from "../core/erasure-event.ts";
import { codeOf, WarifuError } from "../core/errors.ts";
import type { LogStore } from "../store/log-store.ts";
import type { Vault } from "../store/vault.ts";
import type { AuditFindings } from "../verify/audit-findings.ts";

const PAGE = 1_000;
// A service erases in the turn in which it says so. These looks give it two seconds.
const LOOKS = 20;
const BETWEEN_LOOKS_MS = 100;

interface ErasedRowsParts {
  readonly store: Pick<LogStore, "events" | "newestCheckpoint" | "checkpointAbove">;
  readonly vault: Pick<Vault, "isErased" | "keeps" | "keptThoughErased">;
  readonly findings: AuditFindings;
}

/** Names the records that are erased, and of which the vault has rows; looks at the events below a size. */
export async function checkErasedRows({ store, vault, findings }: ErasedRowsParts, size: number): Promise<void> {
  const noted = new Set(await vault.keptThoughErased());
  // Before the vault is looked at: what the log said before this head is done.
  const head = (await store.newestCheckpoint())?.treeSize ?? 0;
  const [stated, underWay] = [new Set<number>(), new Set<number>()];
  for await (const { record, event } of statedErasures(store, size)) {
    if (!(await vault.keeps(record))) continue;
    const isDone = noted.has(record) || ((await store.checkpointAbove(event))?.treeSize ?? head) < head;
    (isDone ? stated : underWay).add(record);
  }
  for (const record of await stillKept(underWay, vault)) stated.add(record);
  const refute = (leaf: number, message: string): void =>
    findings.refuteBy(`vault row ${leaf}`, new WarifuError("VAULT_DAMAGED", message));
  for (const record of stated) refute(record, "the log says it was erased, and the vault still has it");
  // Such as an event about an erased record, which went with it.
  for (const leaf of noted)
    if (!stated.has(leaf) && (await isGenuine(leaf, vault)))
      refute(leaf, "the vault notes that it was erased, and still has it");
}

/** The walk reports a note that is not. */
async function isGenuine(leafIndex: number, vault: Pick<Vault, "isErased">): Promise<boolean> {
  try {
    return await vault.isErased(leafIndex);
  } catch (error) {
    if (codeOf(error) !== "VAULT_DAMAGED") throw error;
    return false;
  }
}

/** Looks again, for as long as a running service may need to do what it said. */
async function stillKept(records: ReadonlySet<number>, vault: Pick<Vault, "keeps">): Promise<ReadonlySet<number>> {
  const left = new Set(records);
  for (let look = 0; look < LOOKS && left.size > 0; look++) {
    await sleep(BETWEEN_LOOKS_MS);
    for (const record of left) if (!(await vault.keeps(record))) left.delete(record);
  }
  return left;
}

/** An erasure or a withholding that the log states. */
interface StatedErasure {
  readonly record: number;
  /** Leaf index of the event. */
  readonly event: number;
}

async function* statedErasures(store: Pick<LogStore, "events">, size: number): AsyncIterable<StatedErasure> {
  for (let from = 0; ;) {
    const page = await store.events(["erasure"], from, PAGE);
    for (const { leafIndex, body } of page) {
      const record = leafIndex < size ? erasedIn(body) : undefined;
      if (record !== undefined && record < leafIndex) yield { record, event: leafIndex };
    }
    const last = page.at(-1)?.leafIndex ?? size;
    if (page.length < PAGE || last >= size) return;
    from = last + 1;
  }
}

/** The walk checks the events; here one that is damaged counts for nothing. */
function erasedIn(bytes: Uint8Array | null): number | undefined {
  try {
    const body = bytes && parseBody(bytes);
    if (body && isErasure(body)) return erasureOf(body).record;
    return body && isWithholding(body) ? withholdingOf(body).record : undefined;
  } catch {
    return undefined;
  }
}
