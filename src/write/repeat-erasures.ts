/**
 * At each start, completes the erasures that the log states: whatever it says is erased, withheld or replaced must be
 * gone. An event is entered before what it states is done, so a crash in between leaves something behind, as does an
 * older copy of the vault, or somebody who puts rows back.
 */
import { codeOf } from "../core/errors.ts";
import type { EventRegister } from "../events/register.ts";
import type { LogStore } from "../store/log-store.ts";
import type { Vault } from "../store/vault.ts";
import type { Writer } from "./writer.ts";

/** Records erased in one commit. */
const AT_ONCE = 500;

interface RepeatParts {
  readonly events: Pick<EventRegister, "erasures" | "derivations" | "translations" | "sources">;
  readonly store: Pick<LogStore, "entries">;
  readonly vault: Pick<Vault, "isErased" | "keptThoughErased">;
  readonly writer: Pick<Writer, "exclusively">;
}

/** Repeats the erasures that the log states, where something is left of the record. @throws VAULT_FAILED, STORE_FAILED */
export async function repeatErasures({ events, store, vault, writer }: RepeatParts): Promise<void> {
  const { erasures } = events;
  const kept = new Set<number>();
  for (const leaf of erasedBy(events)) if (!(await isErased(vault, leaf))) kept.add(leaf);
  // The vault also names entries that the log does not, such as an event about an erased record. For those, its note
  // must be genuine.
  for (const leaf of await vault.keptThoughErased())
    if (erasures.erasedBy(leaf) !== undefined || (await isErased(vault, leaf))) kept.add(leaf);
  const shown: number[] = [];
  for (const record of erasures.withheld()) if ((await store.entries(record, record + 1))[0]?.body) shown.push(record);
  for (const [records, bodies] of [
    [shown, true],
    [[...kept], false],
  ] as const)
    for (let at = 0; at < records.length; at += AT_ONCE)
      await writer.exclusively((turn) => turn.erase(records.slice(at, at + AT_ONCE), { bodies }));
}

/**
 * What the log says is gone: records, earlier events that conceal the same, and derivations and translations that were
 * replaced.
 */
function* erasedBy({ erasures, derivations, translations, sources }: RepeatParts["events"]): Iterable<number> {
  const isGone = (leafIndex: number, record: number): boolean => leafIndex < (erasures.erasedBy(record) ?? -1);
  for (const record of erasures.erased()) {
    yield record;
    for (const { leafIndex } of [...derivations.of(record), ...translations.of(record)])
      if (isGone(leafIndex, record)) yield leafIndex;
  }
  for (const { leafIndex, first } of sources.conflicts()) if (isGone(leafIndex, first)) yield leafIndex;
  yield* derivations.replaced();
  yield* translations.replaced();
}

/** A note that does not decrypt counts as missing: it is written again. */
async function isErased(vault: Pick<Vault, "isErased">, leafIndex: number): Promise<boolean> {
  try {
    return await vault.isErased(leafIndex);
  } catch (error) {
    if (codeOf(error) !== "VAULT_DAMAGED") throw error;
    return false;
  }
}
