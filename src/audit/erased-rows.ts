/**
 * Checks that the vault keeps nothing of records that are erased according to the log, or to the vault's own notes: rows put
 * back from a copy would bring back what somebody had a right to see gone.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { parseBody, type Body } from "../core/body.ts";
import { erasureOf, isErasure, isWithholding, withholdingOf } from "../core/erasure-event.ts";
import { derivationOf, isDerivation } from "../core/derivation-event.ts";
import { codeOf, WarifuError } from "../core/errors.ts";
import { isSourceEvent, sourceEventOf, type SeqConflict } from "../core/source-event.ts";
import { isTranslation, translationOf } from "../core/translation-event.ts";
import type { LogStore, StoredEntry } from "../store/log-store.ts";
import type { Vault } from "../store/vault.ts";
import type { AuditFindings } from "../verify/audit-findings.ts";

const PAGE = 1_000;
// A running service erases right after the log says so. These looks give it two seconds.
const LOOKS = 20;
const BETWEEN_LOOKS_MS = 100;

interface ErasedRowsParts {
  readonly store: Pick<LogStore, "events" | "newestCheckpoint" | "checkpointAbove">;
  readonly vault: Pick<Vault, "isErased" | "keeps" | "keptThoughErased">;
  readonly findings: AuditFindings;
}

/**
 * Reports erased records that the vault has rows of, by the events below a size. Events that conceal what a record said are
 * erased with it, and so are derivations and translations that were replaced.
 */
export async function checkErasedRows({ store, vault, findings }: ErasedRowsParts, size: number): Promise<void> {
  const noted = new Set(await vault.keptThoughErased());
  // Read before the vault: whatever the log stated before this head has been done.
  const head = (await store.newestCheckpoint())?.treeSize ?? 0;
  const [stated, underWay] = [new Set<number>(), new Set<number>()];
  for await (const { leaf, event } of statedErasures(store, size)) {
    if (!(await vault.keeps(leaf))) continue;
    const isDone = noted.has(leaf) || ((await store.checkpointAbove(event))?.treeSize ?? head) < head;
    (isDone ? stated : underWay).add(leaf);
  }
  for (const leaf of await stillKept(underWay, vault)) stated.add(leaf);
  const refute = (leaf: number, message: string): void =>
    findings.refuteBy(`vault row ${leaf}`, new WarifuError("VAULT_DAMAGED", message));
  for (const leaf of stated) refute(leaf, "the log says it was erased, and the vault still has it");
  // Only the vault notes these: events about an erased record, for example, which are erased with it.
  for (const leaf of noted)
    if (!stated.has(leaf) && (await isGenuine(leaf, vault)))
      refute(leaf, "the vault notes that it was erased, and still has it");
}

/** Whether the vault's note of an erasure is genuine; one that is not is reported by the walk. */
async function isGenuine(leafIndex: number, vault: Pick<Vault, "isErased">): Promise<boolean> {
  try {
    return await vault.isErased(leafIndex);
  } catch (error) {
    if (codeOf(error) !== "VAULT_DAMAGED") throw error;
    return false;
  }
}

/** The records that are still kept after the time that a running service may need to erase them. */
async function stillKept(records: ReadonlySet<number>, vault: Pick<Vault, "keeps">): Promise<ReadonlySet<number>> {
  const left = new Set(records);
  for (let look = 0; look < LOOKS && left.size > 0; look++) {
    await sleep(BETWEEN_LOOKS_MS);
    for (const record of left) if (!(await vault.keeps(record))) left.delete(record);
  }
  return left;
}

/** An erasure that the log states. */
interface StatedErasure {
  readonly leaf: number;
  /** Leaf index of the event that says so. */
  readonly event: number;
}

/** All erasures below a size, in the order of the log, each with the earlier events that it takes along. */
async function* statedErasures(store: Pick<LogStore, "events">, size: number): AsyncIterable<StatedErasure> {
  const copies = new Copies();
  for await (const { leafIndex: event, body } of eventsBelow(size, store)) {
    const { erased, made, conflict } = saidBy(body);
    const replaced = made && copies.made(event, made);
    if (replaced !== undefined) yield { leaf: replaced, event };
    if (conflict) copies.conflicted(event, conflict);
    if (erased === undefined || erased >= event) continue;
    for (const leaf of [erased, ...copies.of(erased)]) yield { leaf, event };
  }
}

async function* eventsBelow(size: number, store: Pick<LogStore, "events">): AsyncIterable<StoredEntry> {
  for (let from = 0; ;) {
    const page = await store.events(["erasure", "derivation", "source"], from, PAGE);
    yield* page.filter(({ leafIndex }) => leafIndex < size);
    const last = page.at(-1)?.leafIndex ?? size;
    if (page.length < PAGE || last >= size) return;
    from = last + 1;
  }
}

/** Events that conceal what records said: derivations of their pictures, translations, and other records of their number. */
class Copies {
  // The newest of each kind, by record.
  readonly #made = new Map<number, Map<string, number>>();
  // By the first of the two records.
  readonly #conflicts = new Map<number, number[]>();

  /** Leaf indexes of those about a record that have not been replaced. */
  of(record: number): readonly number[] {
    return [...(this.#made.get(record)?.values() ?? []), ...(this.#conflicts.get(record) ?? [])];
  }

  /** @returns the leaf index of the event that this one replaces, if it does */
  made(leafIndex: number, { record, what }: Made): number | undefined {
    const known = this.#made.get(record) ?? new Map<string, number>();
    const replaced = known.get(what);
    this.#made.set(record, known.set(what, leafIndex));
    return replaced;
  }

  conflicted(leafIndex: number, { first }: SeqConflict): void {
    this.#conflicts.set(first, [...(this.#conflicts.get(first) ?? []), leafIndex]);
  }
}

/** What was made of a record: a later one of the same replaces it. */
interface Made {
  readonly record: number;
  readonly what: string;
}

/** What an event says, as far as it matters here. */
interface Said {
  /** Leaf index of the record that is erased or withheld. */
  readonly erased?: number;
  readonly made?: Made;
  readonly conflict?: SeqConflict;
}

/** What an event states; nothing if it is damaged, which the walk reports. */
function saidBy(bytes: Uint8Array | null): Said {
  try {
    const body = bytes && parseBody(bytes);
    if (!body) return {};
    if (isErasure(body)) return { erased: erasureOf(body).record };
    if (isWithholding(body)) return { erased: withholdingOf(body).record };
    const made = madeBy(body);
    if (made) return { made };
    const event = isSourceEvent(body) ? sourceEventOf(body) : undefined;
    return event?.action === "conflict" ? { conflict: event } : {};
  } catch {
    return {};
  }
}

function madeBy(body: Body): Made | undefined {
  if (isDerivation(body)) {
    const { record, picture } = derivationOf(body);
    return { record, what: `picture ${picture}` };
  }
  if (!isTranslation(body)) return undefined;
  const { record, to, of } = translationOf(body);
  return { record, what: `${of} into ${to}` };
}
