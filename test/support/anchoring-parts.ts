// What the anchoring stages work with, over an open test ledger and a chain.

import type { Chain } from "../../src/chain/chain.ts";
import type { AnchoringOptions } from "../../src/anchor/schedule.ts";
import type { AnchoringParts } from "../../src/anchor/write-anchor.ts";
import type { StoredContract } from "../../src/store/anchor-journal.ts";
import { anchoringDefaults } from "./anchoring-options.ts";
import type { TestLedger } from "./ledger.ts";

/** What both the steps of anchoring and its rounds take. */
export type TestAnchoringParts = AnchoringParts & Pick<AnchoringOptions, "store">;

export function anchoringParts({ log }: TestLedger, chain: Chain, now: () => number = Date.now): TestAnchoringParts {
  const { store, tree, publisher } = log;
  const { spending, bumpAfterMs, recordBeacon, smallestSize, cosign } = anchoringDefaults();
  return {
    ...{ store, tree, publisher, chain, now },
    ...{ spending, bumpAfterMs, recordBeacon, smallestSize, cosign },
  };
}

/** The contract that a chain is about, as the store keeps it. */
export async function storedContract(chain: Chain): Promise<StoredContract> {
  const genesis = (await chain.block(0))?.hash ?? "";
  return { chainId: chain.chainId, contract: chain.contract, genesis, codeHash: await chain.codeHash(), startSize: 0 };
}
