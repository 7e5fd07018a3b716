// The audit of a data folder as `warifu audit` composes it: what the policy demands of the chain decides whether a folder
// that fits together holds.

import { join } from "node:path";

import { expect } from "chai";
import { keccak256 } from "ethers";

import { auditLedger } from "../../src/audit/audit-folder.ts";
import { parseConfig } from "../../src/config.ts";
import type { Policy } from "../../src/core/policy.ts";
import { openCityStore } from "../../src/store/open.ts";
import type { AuditReport } from "../../src/verify/audit-findings.ts";
import { startAnvil, type TestChain } from "../support/chains.ts";
import { reading } from "../support/ledger.ts";
import { startService, type TestService } from "../support/service.ts";

describe("the audit of a data folder", () => {
  let chain: TestChain;
  let service: TestService;
  beforeEach(async () => {
    chain = await startAnvil();
    service = await startService({ chain });
    await service.ledger.submit([reading(1)], { sender: "test", assertMaySend: () => undefined });
  });
  afterEach(async () => {
    await service?.stop();
    await chain?.stop();
  });

  const audit = (change: Partial<Policy["chain"]>, rpcUrl?: string): Promise<AuditReport> => {
    const config = parseConfig({ WARIFU_DATA_DIR: service.folder }, { needsSigner: false });
    const files = { ...config.files, vaultKey: join(service.folder, "none") };
    const policy = { ...service.policy, chain: { ...service.policy.chain, ...change } };
    return auditLedger({ config: { ...config, files }, policy, rpcUrl });
  };
  const trusting = { accept: "trusted-block" } as const;
  /** Sends an anchor and waits for its block. */
  const anchorOnce = async (): Promise<void> => {
    while ((await service.log.store.anchors(Number.MAX_SAFE_INTEGER, 1))[0]?.state !== "included")
      await service.anchoring.round();
  };

  it("truth A1: is undecided under trusted blocks while nobody is asked; on a chain of one's own it holds", async () => {
    const unasked = await audit(trusting);
    expect(unasked.findings).to.deep.equal([]);
    expect([unasked.outcome, unasked.isChainCompared]).to.deep.equal(["undecided", false]);
    expect(unasked.notes.filter((note) => note.includes("no chain was asked"))).to.have.length(1);
    expect((await audit({})).outcome).to.equal("holds");
  });

  it("truth A1: is undecided under trusted blocks while the contract has no anchor at all", async () => {
    const empty = await audit(trusting, chain.rpcUrl);
    expect(empty.findings).to.deep.equal([]);
    expect([empty.outcome, empty.isChainCompared]).to.deep.equal(["undecided", true]);
    const own = await audit({}, chain.rpcUrl);
    expect(own.outcome).to.equal("holds");
    for (const { notes } of [empty, own]) expect(notes.join()).to.include("the contract has no anchor of this log yet");
  });

  it("looks at what citizens arrange, which no log vouches for: lists of an account that is not there", async () => {
    const store = await openCityStore({ dataDir: service.folder });
    await store.add("followed", "ct_0123456789abcdef", "019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f");
    await store.close();
    const { outcome, findings } = await audit({});
    expect(outcome).to.equal("refuted");
    expect(findings.map(({ where }) => where)).to.deep.equal(["city.sqlite, citizen ct_0123456789abcdef"]);
  });

  it("truth E3: compares the contract's code with the policy's, also where nothing else can be read of what is there", async () => {
    await anchorOnce();
    const code = (await chain.ask("eth_getCode", service.policy.chain.contract, "latest")) as string;
    expect((await audit({ codeHash: keccak256(code) }, chain.rpcUrl)).outcome).to.equal("holds");
    const other = `0x${"5e".repeat(32)}`;
    const found = async (codeHash: string): Promise<string[]> =>
      (await audit({ codeHash }, chain.rpcUrl)).findings.map(({ code: finding, where }) => `${finding} ${where}`);
    expect(await found(other)).to.deep.equal([`CHAIN_MISMATCH contract ${service.policy.chain.contract}`]);
    await chain.ask("anvil_setCode", service.policy.chain.contract, "0x00");
    expect(await found(keccak256(code))).to.deep.equal([`CHAIN_MISMATCH contract ${service.policy.chain.contract}`]);
    // Nobody was asked, so nothing is said.
    expect((await audit({ codeHash: other })).findings).to.deep.equal([]);
  });

  it("truth E3: leaves an anchor open that is not final yet, and holds when it is", async () => {
    await anchorOnce();
    const early = await audit(trusting, chain.rpcUrl);
    expect([early.outcome, early.findings]).to.deep.equal(["undecided", []]);
    expect(early.notes.join()).to.match(/not final yet by the policy's rule were left open: 1, of size \d+/);
    expect((await audit({}, chain.rpcUrl)).outcome).to.equal("holds");
    await chain.ask("anvil_mine", "0x64");
    await service.anchorAll();
    const late = await audit(trusting, chain.rpcUrl);
    expect([late.outcome, late.notes.filter((note) => note.includes("left open"))]).to.deep.equal(["holds", []]);
  });
});
