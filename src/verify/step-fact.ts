/**
 * What a step of the verifier found, as data: programs decide by it, and a table for each language makes a sentence of it
 * (english.ts).
 */
import type { Entry } from "../core/entry.ts";
import type { LogSignatures } from "../core/log-keys.ts";
import type { ErrorFact } from "./error-fact.ts";
import type { BlockTime, SignatureState, StampedTime } from "./verdict.ts";

/** A block as a step names it; `blockTime` in POSIX seconds. */
interface BlockFact {
  readonly blockNumber: number;
  readonly blockTime: number;
}

/** What a step found, with the values that its sentence names. */
export type StepFact =
  | { readonly id: "form" }
  | { readonly id: "entry"; readonly kind: Entry["kind"] }
  | { readonly id: "body-withheld" }
  | { readonly id: "body-committed"; readonly vct: string }
  | { readonly id: "no-opening" }
  | { readonly id: "opened"; readonly count: number }
  | { readonly id: "source-is-log" }
  /** The log states that a source signed two records under one number; `isShown`: whether the second one is shown. */
  | {
      readonly id: "conflict";
      readonly source: string;
      readonly seq: number;
      readonly isShown: boolean;
      readonly isKeyKnown: boolean;
    }
  /** `isKeyKnown`: whether the policy names a key of the source. */
  | { readonly id: "signature"; readonly state: SignatureState; readonly isKeyKnown: boolean }
  | {
      readonly id: "checkpoint";
      readonly origin: string;
      readonly treeSize: number;
      /** Present where the policy knows an ML-DSA-44 key of the log: which signatures the checkpoint has. */
      readonly signatures?: LogSignatures;
    }
  | { readonly id: "no-cosignature-asked" }
  | { readonly id: "cosigned"; readonly count: number; readonly quorum: number }
  | { readonly id: "included"; readonly leafIndex: number }
  | ({ readonly id: "anchored"; readonly contract: string; readonly chainId: number } & BlockFact)
  | { readonly id: "no-beacon" }
  | ({ readonly id: "beacon" } & BlockFact)
  /** `by`: who confirms that the anchor's block is on the chain. `beacon` is absent if the bundle has none. */
  | {
      readonly id: "block";
      readonly blockNumber: number;
      readonly by: "trust" | "nodes" | "validators" | "nobody";
      readonly beacon?: { readonly blockNumber: number; readonly isChecked: boolean };
    }
  | { readonly id: "original"; readonly adapter: string; readonly at: number; readonly size: number }
  | { readonly id: "original-not-shown" }
  /** The earliest of the valid timestamps. */
  | ({ readonly id: "stamped" } & StampedTime)
  | ({ readonly id: "in-bitcoin" } & BlockTime)
  /** A proof leads to a Bitcoin block whose header the policy does not name; `null` while the proof is waiting for one. */
  | { readonly id: "bitcoin-open"; readonly bitcoinBlock: number | null }
  /** Refuted, or undecided. */
  | ErrorFact;
