/** The people whose records a breach names, as pseudonyms of the vault, and whether they were told of all of them. */
import type { BreachAbout } from "../core/breach-event.ts";
import type { Vault } from "../store/vault.ts";

/** One of them. */
export interface AffectedPerson {
  readonly subject: string;
  /** Leaf indexes. */
  readonly records: readonly number[];
  readonly told: boolean;
}

export interface AffectedPeople {
  readonly people: readonly AffectedPerson[];
  /** How many records lead to nobody: they state nothing that identifies a person, or are erased. */
  readonly recordsOfNobody: number;
}

/**
 * All people, from the steps of a breach in their order. Who was told before another of their records was named is to be told
 * again.
 * @throws VAULT_FAILED
 */
export async function affectedPeople(
  steps: readonly (BreachAbout | undefined)[],
  persons: Pick<Vault, "subjectsOf">,
): Promise<AffectedPeople> {
  const found = new Map<string, number[]>();
  const told = new Set<string>();
  let recordsOfNobody = 0;
  for (const { records = [], subjects = [], everybody = false } of steps.filter((one) => one !== undefined)) {
    for (const record of records) {
      const theirs = await persons.subjectsOf(record);
      if (theirs.length === 0) recordsOfNobody += 1;
      for (const subject of theirs) {
        found.set(subject, [...(found.get(subject) ?? []), record]);
        told.delete(subject);
      }
    }
    for (const subject of everybody ? found.keys() : subjects) told.add(subject);
  }
  const people = [...found].map(([subject, records]) => ({ subject, records, told: told.has(subject) }));
  return { people, recordsOfNobody };
}
