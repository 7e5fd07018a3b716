/**
 * What the check of fork evidence found: as data, and as English sentences.
 */
import { formatSecond } from "../core/timestamp.ts";
import { inEnglish } from "./english.ts";
import type { StepFact } from "./step-fact.ts";

/** What a step found, with the values that its sentence names. Hashes are hexadecimal. */
export type ForkFact =
  | { readonly id: "fork-form" }
  | { readonly id: "head-signed"; readonly origin: string; readonly treeSize: number; readonly rootHash: string }
  | {
      readonly id: "head-anchored";
      readonly contract: string;
      readonly chainId: number;
      readonly blockNumber: number;
      readonly blockTime: number;
      readonly treeSize: number;
      readonly rootHash: string;
    }
  | { readonly id: "roots-differ"; readonly treeSize: number }
  | { readonly id: "prefix-differs"; readonly treeSize: number; readonly largerSize: number; readonly rootHash: string }
  /** Who vouches for the block of an anchor, or why something is refuted or not decided. */
  | Extract<StepFact, { readonly id: "block" | "error" }>;

type Own = Exclude<ForkFact, StepFact>;
type Sentences = { readonly [Id in Own["id"]]: (fact: Extract<Own, { readonly id: Id }>) => string };

/** The sentence about a fact. */
export function forkInEnglish(fact: ForkFact): string {
  if (fact.id === "block" || fact.id === "error") return inEnglish(fact);
  const sentence = SENTENCES[fact.id] as (fact: Own) => string;
  return sentence(fact);
}

const SENTENCES: Sentences = {
  "fork-form": () => "has the form warifu-fork-evidence/1",
  "head-signed": ({ origin, treeSize, rootHash }) => `signed by ${origin}: ${treeSize} entries, root ${rootHash}`,
  "head-anchored": ({ contract, chainId, blockNumber, blockTime, treeSize, rootHash }) =>
    `recorded by ${contract} on chain ${chainId} in block ${blockNumber} (${formatSecond(blockTime)}): ` +
    `${treeSize} entries, root ${rootHash}`,
  "roots-differ": ({ treeSize }) => `two roots for the same ${treeSize} entries`,
  "prefix-differs": ({ treeSize, largerSize, rootHash }) =>
    `the tree of ${largerSize} entries begins with ${treeSize} others: their root was ${rootHash}`,
};
