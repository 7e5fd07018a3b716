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

/** What the places of findings are called: the verifier names them in English, with numbers in them. */
export interface PlaceWords {
  readonly leaf: string;
  readonly leaves: (first: string, last: string) => string;
  readonly checkpoint: string;
  readonly checkpointAbove: (size: string) => string;
  readonly anchor: string;
  readonly anchorOf: (size: string) => string;
  readonly contract: string;
  readonly log: string;
  readonly tile: string;
  readonly entryBundle: string;
  readonly acknowledgement: string;
  readonly vaultRow: string;
  readonly headGuard: string;
}

/** A place in the words of a language. What is not one of these, such as a path, stays as it is. */
export function placeIn(words: PlaceWords, where: string): string {
  const [, first, last] = /^leaves (\d+) to (\d+)$/.exec(where) ?? [];
  if (first !== undefined && last !== undefined) return words.leaves(first, last);
  const [, above] = /^checkpoint above (\d+)$/.exec(where) ?? [];
  if (above !== undefined) return words.checkpointAbove(above);
  const [, size] = /^anchor of size (\d+)$/.exec(where) ?? [];
  if (size !== undefined) return words.anchorOf(size);
  const [, name = "", rest = ""] = /^([a-z]+(?: [a-z]+)?)((?: [^a-z ].*)?)$/.exec(where) ?? [];
  return Object.hasOwn(PLACES, name) ? `${words[PLACES[name] as PlainPlace]}${rest}` : where;
}

type PlainPlace = Exclude<keyof PlaceWords, "leaves" | "checkpointAbove" | "anchorOf">;

const PLACES: Readonly<Record<string, PlainPlace>> = {
  leaf: "leaf",
  checkpoint: "checkpoint",
  anchor: "anchor",
  contract: "contract",
  log: "log",
  tile: "tile",
  "entry bundle": "entryBundle",
  acknowledgement: "acknowledgement",
  "vault row": "vaultRow",
  "head guard": "headGuard",
};
