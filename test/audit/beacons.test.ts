// The audit of a ledger's beacons: form, order, times, and the chain's own word where it can be had.

import { expect } from "chai";

import { beaconContent } from "../../src/core/beacon.ts";
import { WarifuError } from "../../src/core/errors.ts";
import type { JsonObject } from "../../src/core/json.ts";
import type { AuditReport } from "../../src/verify/audit-findings.ts";
import { blockFixture, CHAIN_ID, CONTRACT } from "../support/chain-fixture.ts";
import {
  auditFolder,
  openLedger,
  reading,
  type AuditFolderOptions,
  type ChainTestimony,
  type TestLedger,
} from "../support/ledger.ts";

const NOW = 1_795_334_400;
type Block = readonly [blockNumber: number, blockTime: number];

describe("the audit of beacons", () => {
  let ledger: TestLedger;
  beforeEach(async () => {
    ledger = await openLedger({ now: () => NOW * 1_000 });
  });

  const enter = async (content: JsonObject): Promise<void> => {
    await ledger.log.writer.enter({ kind: "beacon", vct: "warifu:beacon:1", contentName: "beacon", content });
  };
  const block = ([blockNumber, blockTime]: Block) => blockFixture({ blockNumber, blockTime });
  /** A record, then a beacon of each block, from leaf 3 on. */
  const enterBlocks = async (...blocks: readonly Block[]): Promise<void> => {
    await ledger.submit([reading(1)]);
    for (const one of blocks) await enter(beaconContent(CHAIN_ID, block(one)));
  };
  const report = async (options: AuditFolderOptions = {}): Promise<AuditReport> => {
    await ledger.close();
    return auditFolder(ledger.folder, options);
  };
  const found = ({ findings }: AuditReport): string[] => findings.map(({ code, where }) => `${code} ${where}`);
  const testimony = (blockHashAt: ChainTestimony["blockHashAt"], chainId = CHAIN_ID): AuditFolderOptions => ({
    chain: { chainId, contract: CONTRACT, events: [], blockHashAt },
  });
  const BLOCKS: readonly Block[] = [
    [10, NOW - 500],
    [40, NOW - 140],
    [41, NOW - 140],
  ];
  const UNANCHORED = "the contract has no anchor of this log yet that is final: there was nothing to compare it with";
  const hashes = new Map(BLOCKS.map((one) => [one[0], block(one).hash]));
  const honest: ChainTestimony["blockHashAt"] = async (number) => hashes.get(number);

  it("finds nothing where they rise and the chain has them, and says when no chain was asked", async () => {
    await enterBlocks(...BLOCKS);
    const asked = await report(testimony(honest));
    // Nothing is anchored here, which these tests are not about.
    expect([asked.outcome, asked.notes], found(asked).join()).to.deep.equal(["undecided", [UNANCHORED]]);
    const unasked = await auditFolder(ledger.folder);
    expect(unasked.outcome).to.equal("holds");
    expect(unasked.notes.join()).to.include("beacons were not compared with the chain");
  });

  it("finds one that is malformed, in a walk and in a sample", async () => {
    await enter({ height: 5 });
    const { header, hash } = block([10, NOW]);
    await enter({ ...beaconContent(CHAIN_ID, { header, hash }), blockNumber: 11 });
    const whole = await report();
    expect(found(whole)).to.deep.equal(["BODY_INVALID leaf 2", "BODY_INVALID leaf 3"]);
    const sampled = await auditFolder(ledger.folder, { sample: 60 });
    expect(new Set(found(sampled))).to.deep.equal(new Set(found(whole)));
  });

  it("finds a block that is lower or earlier than the one before it", async () => {
    await enterBlocks([10, NOW - 500], [9, NOW - 400], [12, NOW - 450], [13, NOW - 300]);
    const elsewhere = { isOwnChain: false };
    expect(found(await report(elsewhere))).to.deep.equal(["CHAIN_MISMATCH leaf 4", "CHAIN_MISMATCH leaf 5"]);
    // Beacons that were not met in their order are not held against each other.
    expect(found(await auditFolder(ledger.folder, { ...elsewhere, sample: 6 }))).to.deep.equal([]);
  });

  it("takes lower blocks of the auditor's own chain for a new beginning, but no earlier ones", async () => {
    await enterBlocks([10, NOW - 500], [2, NOW - 400], [12, NOW - 450]);
    const { findings, notes } = await report({ isOwnChain: true });
    expect(findings.map(({ where }) => where)).to.deep.equal(["leaf 5"]);
    expect(notes.join()).to.include("heights begin again at 1 of the log's beacons");
  });

  it("finds one of another chain than was asked", async () => {
    await enterBlocks([10, NOW - 500]);
    expect(found(await report(testimony(honest, 1)))).to.include("CHAIN_MISMATCH leaf 3");
  });

  it("finds one whose block the chain does not have at its height; on an own chain it says so", async () => {
    await enterBlocks(...BLOCKS);
    const other: ChainTestimony["blockHashAt"] = async (number) =>
      number === 40 ? `0x${"12".repeat(32)}` : honest(number);
    expect(found(await report(testimony(other)))).to.deep.equal(["CHAIN_MISMATCH leaf 4"]);
    const own = await auditFolder(ledger.folder, { ...testimony(other), isOwnChain: true });
    expect(own.outcome, found(own).join()).to.equal("holds");
    expect(own.notes.join()).to.include("1 of the beacons are of a chain that is gone");
  });

  it("says what it could not compare: heights that nobody knows, and a chain that stops answering", async () => {
    await enterBlocks(...BLOCKS);
    const pruned = await report(testimony(async (number) => (number === 10 ? undefined : honest(number))));
    expect([pruned.outcome, pruned.notes.length]).to.deep.equal(["undecided", 2]);
    expect(pruned.notes[1]).to.include("does not know the heights of 1 of the beacons");
    const silent: ChainTestimony["blockHashAt"] = async (number) => {
      if (number === 10) return honest(number);
      throw new WarifuError("CHAIN_UNREACHABLE", "timeout");
    };
    const cut = await auditFolder(ledger.folder, testimony(silent));
    expect([cut.outcome, cut.notes]).to.deep.equal([
      "undecided",
      [UNANCHORED, "beacons from leaf 4 on were not compared with the chain: timeout"],
    ]);
    const broken = async (): Promise<never> => Promise.reject(new TypeError("a defect"));
    expect(await auditFolder(ledger.folder, testimony(broken)).catch(String)).to.equal("TypeError: a defect");
  });

  it("asks about the newest ones only, where there are very many", async () => {
    const blocks = Array.from({ length: 258 }, (_, at): Block => [100 + at, NOW - 258 + at]);
    await enterBlocks(...blocks);
    const asked: number[] = [];
    const { outcome, notes } = await report(
      testimony(async (number) => {
        asked.push(number);
        return block(blocks[number - 100] as Block).hash;
      }),
    );
    expect([outcome, notes]).to.deep.equal([
      "undecided",
      [UNANCHORED, "only the newest 256 of 258 beacons were compared with the chain"],
    ]);
    expect([asked.length, asked[0]]).to.deep.equal([256, 102]);
  });

  it("notes entries that name a much earlier time than the block below them", async () => {
    await enterBlocks([10, NOW + 301]);
    await ledger.submit([reading(2)]);
    const { outcome, notes } = await report();
    expect(outcome).to.equal("holds");
    // The beacon itself, and the record.
    expect(notes.join()).to.include("2 of the entries name a time more than 300 s before");
  });
});
