/**
 * What alarms state, in other languages than English, in which the service says it itself (src/alarms/english.ts). A sentence
 * that is missing does not compile. What an error or a foreign system said is English, and is not repeated: the sentence says
 * what its code means.
 */
import type { AlarmFact } from "../../alarms/alarm-fact.ts";
import type { TimeInWords } from "../verdict/forms.ts";

/** What an alarm states; a page has it from the service. */
export type StatedFact = AlarmFact;

type Times = (iso: string) => string;

/** A sentence for each fact. */
export type AlarmSentences = {
  readonly [Id in AlarmFact["id"]]: (fact: Extract<AlarmFact, { readonly id: Id }>, time: Times) => string;
};

/** The sentences about the facts of an alarm; a fact that only a later service knows is left out. */
export function sentencesOf(
  sentences: AlarmSentences,
  facts: readonly StatedFact[],
  timeInWords: TimeInWords,
): readonly string[] {
  const time: Times = (iso) => timeInWords(Date.parse(iso) / 1_000);
  return facts.flatMap((fact) => {
    const sentence = sentences[fact.id] as ((fact: StatedFact, time: Times) => string) | undefined;
    return sentence?.(fact, time) ?? [];
  });
}

const WEI_PER_MICRO_ETHER = 1_000_000_000_000n;

/** Ether, to six decimals. */
export function etherOf(wei: string): number {
  return Number(BigInt(wei) / WEI_PER_MICRO_ETHER) / 1e6;
}
