/**
 * What is said of what an audit found. In English the verifier says it itself (findings-english.ts), as programs read it;
 * here are the other languages. A sentence that is missing does not compile.
 */
import type { AcknowledgementFact, FindingFact, NoteFact } from "../../verify/finding-fact.ts";

/** Whatever an audit can state. */
export type AuditFact = FindingFact | AcknowledgementFact | NoteFact;

/** Facts of a data folder or about what somebody kept, and errors: where a log alone is looked at, there are few or none. */
type OwnFactId =
  | "error"
  | "origin-differs"
  | "record-id-wrong"
  | "entries-missing"
  | "entries-uncovered"
  | "head-beyond-store"
  | "head-root-differs"
  | "anchor-unknown"
  | "final-anchor-not-on-chain"
  | AcknowledgementFact["id"]
  | "acknowledgement-unchecked"
  | "no-head-guard"
  | "evidence-only"
  | "vault-closed"
  | "openings-early";

/** A sentence for each of some facts; of an error, what its code means. `say` is for a fact within another. */
type Sentences<Ids extends AuditFact["id"]> = {
  readonly [Id in Ids]: (fact: Extract<AuditFact, { readonly id: Id }>, say: (fact: AuditFact) => string) => string;
};

/** Sentences about any log. */
export type LogFindingTexts = Sentences<Exclude<AuditFact["id"], OwnFactId>>;
/** And about the others. */
export type OwnFindingTexts = Sentences<OwnFactId>;
/** All of them. */
export type FindingTexts = LogFindingTexts & OwnFindingTexts;

/** The sentence about a fact in one language; `english` is what is said where there is no fact, or no sentence about it. */
export function sentenceIn(texts: Partial<FindingTexts>, fact: AuditFact | undefined, english: string): string {
  const sentence =
    fact && (texts[fact.id] as ((fact: AuditFact, say: (fact: AuditFact) => string) => string) | undefined);
  if (fact === undefined || sentence === undefined) return english;
  return sentence(fact, (other) => sentenceIn(texts, other, ""));
}

/** What the places of findings are called: the verifier names them in English, with numbers in them. */
export interface PlaceWords {
  /** A number, with the separators of the language. */
  readonly number: (value: number) => string;
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
  readonly anchors: string;
  readonly checkpoints: string;
  readonly entries: string;
  readonly vault: string;
}

/** A place in the words of a language. What is not one of these, such as a path, stays as it is. */
export function placeIn(words: PlaceWords, where: string): string {
  const inWords = (digits: string): string => words.number(Number(digits));
  const [, first, last] = /^leaves (\d+) to (\d+)$/.exec(where) ?? [];
  if (first !== undefined && last !== undefined) return words.leaves(inWords(first), inWords(last));
  const [, above] = /^checkpoint above (\d+)$/.exec(where) ?? [];
  if (above !== undefined) return words.checkpointAbove(inWords(above));
  const [, size] = /^anchor of size (\d+)$/.exec(where) ?? [];
  if (size !== undefined) return words.anchorOf(inWords(size));
  const [, name = "", rest = ""] = /^([a-z]+(?: [a-z]+)?)((?: [^a-z ].*)?)$/.exec(where) ?? [];
  if (!Object.hasOwn(PLACES, name)) return where;
  return `${words[PLACES[name] as PlainPlace]}${rest.replace(/^ \d+$/, (digits) => ` ${inWords(digits)}`)}`;
}

type PlainPlace = Exclude<keyof PlaceWords, "number" | "leaves" | "checkpointAbove" | "anchorOf">;

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
  anchors: "anchors",
  checkpoints: "checkpoints",
  entries: "entries",
  vault: "vault",
};
