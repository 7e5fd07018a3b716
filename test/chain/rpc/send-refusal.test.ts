// The sentences with which clients refuse a transaction. Hardhat's and anvil's are also met live (chain-node.test.ts);
// those of clients that cannot run here are written down.

import { expect } from "chai";

import { assertTaken, refusalOf, saysHasIt } from "../../../src/chain/rpc/send-refusal.ts";
import { expectCode } from "../../support/expect-code.ts";

const SENTENCES: { desc: string; says: string; wantReason: string | undefined }[] = [
  { desc: "geth", says: "nonce too low: next nonce 12, tx nonce 11", wantReason: "nonce-used" },
  { desc: "Nethermind", says: "OldNonce, Current nonce: 12, nonce of rejected tx: 11", wantReason: "nonce-used" },
  {
    desc: "geth",
    says: "insufficient funds for gas * price + value: balance 0, tx cost 21, overshot 21",
    wantReason: "no-funds",
  },
  { desc: "Nethermind", says: "InsufficientFunds, Account balance: 0", wantReason: "no-funds" },
  {
    desc: "geth",
    says: "replacement transaction underpriced: new tx gas fee cap 1 <= 2 queued",
    wantReason: "replacement-underpriced",
  },
  { desc: "geth", says: "transaction underpriced: tip needed 1, tip permitted 0", wantReason: "fee-too-low" },
  {
    desc: "geth",
    says: "max fee per gas less than block base fee: address 0x1, maxFeePerGas: 1, baseFee: 2",
    wantReason: "fee-too-low",
  },
  { desc: "geth", says: "intrinsic gas too low: gas 21000, minimum needed 53000", wantReason: "gas-limit" },
  { desc: "geth", says: "exceeds block gas limit", wantReason: "gas-limit" },
  {
    desc: "geth",
    says: "insufficient gas for floor data gas cost: gas 21000, minimum needed 90000",
    wantReason: "gas-limit",
  },
  { desc: "geth", says: "transaction gas limit too high (cap: 16777216, tx: 16777217)", wantReason: "gas-limit" },
  { desc: "Besu", says: "Nonce too low", wantReason: "nonce-used" },
  { desc: "Besu", says: "Upfront cost exceeds account balance", wantReason: "no-funds" },
  { desc: "Besu", says: "Replacement transaction underpriced", wantReason: "replacement-underpriced" },
  { desc: "Besu", says: "Gas price below configured minimum gas price", wantReason: "fee-too-low" },
  { desc: "Besu", says: "Gas price below current base fee", wantReason: "fee-too-low" },
  { desc: "Besu", says: "Intrinsic gas exceeds gas limit", wantReason: "gas-limit" },
  { desc: "Besu", says: "Transaction gas limit exceeds block gas limit", wantReason: "gas-limit" },
  { desc: "Nethermind", says: "OwnNonceAlreadyUsed", wantReason: "replacement-underpriced" },
  { desc: "Nethermind", says: "ReplacementNotAllowed", wantReason: "replacement-underpriced" },
  {
    desc: "Nethermind",
    says: "FeeTooLow, MaxFeePerGas too low. MaxFeePerGas: 50, BaseFee: 100",
    wantReason: "fee-too-low",
  },
  { desc: "Nethermind", says: "FeeTooLowToCompete", wantReason: "fee-too-low" },
  { desc: "Nethermind", says: "transaction underpriced", wantReason: "fee-too-low" },
  { desc: "Nethermind", says: "GasLimitExceeded, Gas limit: 30000000", wantReason: "gas-limit" },
  { desc: "Erigon", says: "nonce too low", wantReason: "nonce-used" },
  { desc: "Erigon", says: "insufficient funds", wantReason: "no-funds" },
  { desc: "Erigon", says: "could not replace existing tx", wantReason: "replacement-underpriced" },
  { desc: "Erigon", says: "replacement transaction underpriced", wantReason: "replacement-underpriced" },
  { desc: "Erigon", says: "fee too low", wantReason: "fee-too-low" },
  { desc: "Erigon", says: "underpriced", wantReason: "fee-too-low" },
  { desc: "Erigon", says: "IntrinsicGas", wantReason: "gas-limit" },
  { desc: "not for good", says: "txpool is full", wantReason: undefined },
  { desc: "not for good", says: "pending sub-pool is full", wantReason: undefined },
  { desc: "not for good", says: "Transaction nonce is too distant from current sender nonce", wantReason: undefined },
  { desc: "not for good", says: "Initial sync is still in progress", wantReason: undefined },
  { desc: "not for good", says: "nonce too high", wantReason: undefined },
  { desc: "not for good", says: "daily request count exceeded", wantReason: undefined },
  { desc: "unknown", says: "internal error", wantReason: undefined },
];

describe("what a node says when it refuses a transaction", () => {
  for (const { desc, says, wantReason } of SENTENCES)
    it(`${desc}: "${says}" means ${wantReason ?? "that it may take it later"}`, () => {
      const refusal = refusalOf(says);
      expect(refusal?.reason).to.equal(wantReason);
      if (refusal) expectCode("CHAIN_REFUSED", () => assertTaken(refusal), /the chain does not take the transaction/);
      assertTaken(undefined);
      expect(saysHasIt(says)).to.equal(false);
    });

  const held = ["already known", "AlreadyKnown", "transaction already imported", "Known transaction: 0x12"];
  for (const says of [...held, "Known transaction", "INTERNAL_ERROR: existing tx with same hash"])
    it(`"${says}" means that it has it`, () => {
      expect(saysHasIt(says)).to.equal(true);
    });
});
