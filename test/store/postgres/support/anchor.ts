// An anchor as the journal takes it.

import type { NewAnchor } from "../../../../src/store/anchor-journal.ts";

export const ANCHOR: NewAnchor = {
  ...{
    treeSize: 1,
    rootHash: new Uint8Array(32),
    note: "note",
    baseSize: 0,
    chainId: 1,
    contract: "0x",
    account: "0x",
  },
  ...{ maxFeePerGas: 1n, maxPriorityFeePerGas: 1n, transactionHash: "0x", nonce: 0, raw: "0x", createdAt: 1 },
  headSignedAt: null,
};
