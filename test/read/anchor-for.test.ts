// Which anchor a bundle rests on: the smallest final one above the record whose checkpoint the witnesses cosigned.

import { expect } from "chai";

import type { AnchorState, StoredAnchor } from "../../src/store/anchor-journal.ts";
import type { LedgerStore } from "../../src/store/ledger-store.ts";
import type { StoredEntry } from "../../src/store/log-store.ts";
import { openSqliteLedger } from "../../src/store/sqlite/ledger.ts";
import { anchorFor } from "../../src/read/prove.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { ORIGIN, temporaryFolder } from "../support/ledger.ts";

const AT = { chainId: 31_337, contract: `0x${"ab".repeat(20)}`, account: `0x${"ac".repeat(20)}` };
const FEES = { maxFeePerGas: 1n, maxPriorityFeePerGas: 1n };

describe("the anchor that a bundle rests on", () => {
  let store: LedgerStore;
  beforeEach(() => {
    store = openSqliteLedger(temporaryFolder(), ORIGIN);
  });
  afterEach(() => store.close());

  const add = async (treeSize: number, state: AnchorState = "finalized"): Promise<void> => {
    const rest = {
      transactionHash: `0x${treeSize}`,
      nonce: treeSize,
      raw: "0x02",
      headSignedAt: 1,
      createdAt: 1,
      baseSize: 0,
    };
    const note = `note of ${treeSize}`;
    const { anchorId } = await store.addAnchor({
      ...AT,
      ...FEES,
      ...rest,
      treeSize,
      note,
      rootHash: new Uint8Array(32),
    });
    await store.updateAnchor(anchorId, { state, evidence: "{}" });
  };
  const entry = { leafIndex: 5 } as StoredEntry;
  const sizeFor = async (cosigned: readonly number[], size?: number): Promise<number> => {
    const hasQuorum = ({ treeSize }: StoredAnchor): boolean => cosigned.includes(treeSize);
    return (await anchorFor(entry, store, { hasQuorum, size })).treeSize;
  };

  it("is the smallest above the record that has the quorum, and the smallest of all where none has it", async () => {
    for (const size of [3, 8, 16, 24]) await add(size);
    await add(32, "included");
    expect(await sizeFor([3, 8, 16, 24])).to.equal(8);
    expect(await sizeFor([3, 24])).to.equal(24);
    expect(await sizeFor([3, 32])).to.equal(8);
    expect(await sizeFor([])).to.equal(8);
  });

  it("is found among hundreds without a quorum, or is the newest", async () => {
    for (let size = 6; size <= 400; size++) await add(size);
    expect(await sizeFor([200, 400])).to.equal(200);
    expect(await sizeFor([399, 400])).to.equal(400);
    expect(await sizeFor([399])).to.equal(6);
  });

  it("is the one whose size is named, whoever cosigned it; there must be such a final anchor that holds the record", async () => {
    for (const size of [8, 16]) await add(size);
    await add(24, "included");
    expect(await sizeFor([8], 16)).to.equal(16);
    await expectRejection("NOT_FOUND", sizeFor([8], 9), /the next larger one has 16/);
    await expectRejection("NOT_ANCHORED_YET", sizeFor([8], 17));
    await expectRejection("NOT_ANCHORED_YET", sizeFor([8], 24));
    await expectRejection("REQUEST_INVALID", sizeFor([8], 5));
  });

  it("is none while nothing above the record is final", async () => {
    await expectRejection("NOT_ANCHORED_YET", sizeFor([]), /pending/);
    await add(8, "submitted");
    await expectRejection("NOT_ANCHORED_YET", sizeFor([8]), /submitted/);
  });
});
