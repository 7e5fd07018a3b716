// What the anchoring stages work with, over an open test ledger and a chain.

import type { Chain } from "../../../src/chain/chain.ts";
import type { AnchoringParts } from "../../../src/stages/anchor.ts";
import type { TestLedger } from "../../support/ledger.ts";

export function anchoringParts({ pipeline }: TestLedger, chain: Chain, now: () => number = Date.now): AnchoringParts {
  const { store, tree, publisher } = pipeline;
  return { store, tree, publisher, chain, now };
}
