// E4: what an erasure and a withholding leave verifies as before: bundles made before, bundles of others, the log against the
// chain; and of the erased record it is said what is proven and what is not.

import { expect } from "chai";

import type { Chain } from "../../src/chain/chain.ts";
import { utf8 } from "../../src/core/bytes.ts";
import { logIdOf } from "../../src/core/record.ts";
import { eraseRecords, withholdRecords } from "../../src/privacy/erasure.ts";
import { anchorFor, prove } from "../../src/read/prove.ts";
import { verifyBundle } from "../../src/verify/verify-bundle.ts";
import { anchorFinally, strictPolicy } from "../support/final-anchor.ts";
import { storedContract } from "../support/anchoring-parts.ts";
import { startAnvil, type TestChain } from "../support/chains.ts";
import { connect } from "../support/anchored-log.ts";
import { expectClean, openLedger, ORIGIN, report, type TestLedger } from "../support/ledger.ts";

describe("proofs after an erasure", () => {
  let node: TestChain;
  let chain: Chain;
  let ledger: TestLedger;
  before(async () => {
    node = await startAnvil();
    chain = await connect(node);
    await chain.deploy(logIdOf(ORIGIN));
    ledger = await openLedger();
    await ledger.store.setContract(await storedContract(chain));
  });
  after(async () => {
    await ledger.close();
    await chain.close();
    await node.stop();
  });

  const bundleOf = async (leafIndex: number): Promise<string> => {
    const { store, tree, check } = ledger.log;
    const [entry] = await store.entries(leafIndex, leafIndex + 1);
    const openings = await check.openingsOf(leafIndex, await check.bodyOf(entry!));
    return prove(entry!, await anchorFor(entry!, store), store, tree, { chain, openings: openings ?? [] });
  };
  const stepsOf = async (bundle: string) => {
    const { block } = (JSON.parse(bundle) as { chain: { block: { hash: string } } }).chain;
    const verdict = await verifyBundle(utf8(bundle), strictPolicy(chain, { trustedBlocks: [block.hash] }));
    expect(verdict.outcome, JSON.stringify(verdict.steps.at(-1))).to.equal("holds");
    return Object.fromEntries(verdict.steps.map(({ step, outcome, detail }) => [step, `${outcome}: ${detail}`]));
  };

  it("E4 old proofs, other bundles and the chain check verify; the erased record's and the withheld one's say so", async () => {
    const acks = await ledger.submit([report(1), report(2), report(3)]);
    const [erased, withheld, other] = acks.map(({ leafIndex }) => leafIndex) as [number, number, number];
    await anchorFinally(ledger, chain);
    const before = await Promise.all([erased, withheld, other].map(bundleOf));
    await eraseRecords([erased], { basis: "gdpr-17-1-a" }, ledger.log);
    await withholdRecords([withheld], { reason: "personal-data" }, ledger.log);

    for (const bundle of before) expect((await stepsOf(bundle))["openings"], "kept elsewhere").to.match(/^holds: 4/);
    expect(await bundleOf(other), "of another record").to.equal(before[2]);
    const after = await stepsOf(await bundleOf(erased));
    expect(after["body"]).to.match(/^holds/);
    expect(after["openings"]).to.equal("unchecked: none is shown");
    expect(after["inclusion"]).to.match(/^holds/);
    const bodiless = await stepsOf(await bundleOf(withheld));
    expect(bodiless["body"]).to.match(/^unchecked: is withheld: that the record stands in the log is proven/);
    for (const step of ["entry", "checkpoint", "inclusion", "anchor"]) expect(bodiless[step]).to.match(/^holds/);

    const { chainId, contract } = chain;
    const events = await chain.anchorEvents();
    await ledger.close();
    const audited = await expectClean(ledger.folder, { chain: { chainId, contract, events } });
    expect(audited.checked.anchors).to.equal(1);
    expect(audited.notes.join()).to.include("1 bodies are withheld, as events of the log say");
  });
});
