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
  /** The log says that a source signed two records under one number; `isShown`: whether the second one is. */
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
      /** Where the policy knows an ML-DSA-44 key of the log: what it signed with. */
      readonly signatures?: LogSignatures;
    }
  | { readonly id: "no-cosignature-asked" }
  | { readonly id: "cosigned"; readonly count: number; readonly quorum: number }
  | { readonly id: "included"; readonly leafIndex: number }
  | ({ readonly id: "anchored"; readonly contract: string; readonly chainId: number } & BlockFact)
  | { readonly id: "no-beacon" }
  | ({ readonly id: "beacon" } & BlockFact)
  /** `by`: who says that the chain has the anchor's block. `beacon` is absent where the bundle has none. */
  | {
      readonly id: "block";
      readonly blockNumber: number;
      readonly by: "trust" | "nodes" | "validators" | "nobody";
      readonly beacon?: { readonly blockNumber: number; readonly isChecked: boolean };
    }
  | { readonly id: "original"; readonly adapter: string; readonly at: number; readonly size: number }
  | { readonly id: "original-not-shown" }
  /** The earliest of the timestamps that hold. */
  | ({ readonly id: "stamped" } & StampedTime)
  | ({ readonly id: "in-bitcoin" } & BlockTime)
  /** A proof leads to a Bitcoin block whose header the policy does not name; `null` while it waits for one. */
  | { readonly id: "bitcoin-open"; readonly bitcoinBlock: number | null }
  /** Refuted, or not decided. */
  | ErrorFact;
