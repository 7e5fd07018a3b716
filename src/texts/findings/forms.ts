/**
 * What is said of what an audit found. In English the verifier says it itself (findings-english.ts), as programs read it;
 * here are the other languages. A sentence that is missing does not compile.
 */
import type { AcknowledgementFact, FindingFact, NoteFact } from "../../verify/finding-fact.ts";

/** Whatever an audit can state. */
export type AuditFact = FindingFact | AcknowledgementFact | NoteFact;

/** A sentence for each of them; an error has its own message, which is English. `say` is for a fact within another. */
export type FindingTexts = {
  readonly [Id in Exclude<AuditFact["id"], "error">]: (
    fact: Extract<AuditFact, { readonly id: Id }>,
    say: (fact: AuditFact) => string,
  ) => string;
};

/** The sentence about a fact in one language; `english` is what is said where there is no fact, or only an error's message. */
export function sentenceIn(texts: FindingTexts, fact: AuditFact | undefined, english: string): string {
  if (fact === undefined || fact.id === "error") return english;
  const say = (other: AuditFact): string => sentenceIn(texts, other, "message" in other ? other.message : "");
  return (texts[fact.id] as (fact: AuditFact, say: (fact: AuditFact) => string) => string)(fact, say);
}
