/**
 * An officer repairs the numbers of a source after a mistake: what was numbered stays as it is, and numbering continues
 * from the number that is named (core/source-event.ts).
 */
import { WarifuError } from "../core/errors.ts";
import type { SeqRepair } from "../core/source-event.ts";
import { sourceEvent } from "../events/source.ts";
import type { LogStore } from "../store/log-store.ts";
import type { AppendedEntry } from "./append.ts";
import type { Writer } from "./writer.ts";

export interface RepairParts {
  readonly store: Pick<LogStore, "origin" | "numbering" | "firstFreeSeq">;
  readonly writer: Pick<Writer, "enter">;
  /** How far a seq may run ahead of its source's numbers so far; a repair leaves room for that. */
  readonly maxSeqGap: number;
}

/**
 * Enters the repair of a source's numbers.
 * @throws NOT_FOUND the source has sent nothing; SEQUENCE_CONFLICT that number is used, or leaves no room; STOPPED
 */
export async function repairSource(
  repair: SeqRepair,
  { store, writer, maxSeqGap }: RepairParts,
): Promise<AppendedEntry> {
  const { name, from } = repair;
  if (name === store.origin || !(await store.numbering(name)))
    throw new WarifuError("NOT_FOUND", "no record of a source of that name is in the log");
  const highest = Number.MAX_SAFE_INTEGER - maxSeqGap;
  if (from > highest)
    throw new WarifuError("SEQUENCE_CONFLICT", `numbering can go on from ${highest} at most, so that room is left`);
  if ((await store.firstFreeSeq(name, from)) !== from)
    throw new WarifuError("SEQUENCE_CONFLICT", "this source has used that seq already: name one that is free");
  return writer.enter(sourceEvent({ action: "repair-seq", ...repair }));
}
