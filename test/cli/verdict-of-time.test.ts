// What `warifu verify` tells of time: after which block, before which block, and what of it nobody checked.

import { once } from "node:events";
import { writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";

import { expect } from "chai";

import { formatPolicy } from "../../src/core/policy.ts";
import { bundleFixture, fixturePolicy, type BundleFixtureOptions } from "../support/bundle-fixture.ts";
import { blockFixture, CHAIN_ID, CONTRACT } from "../support/chain-fixture.ts";
import { temporaryFolder } from "../support/ledger.ts";
import { patientServer } from "../support/patient-server.ts";
import type { Run } from "./support/command.ts";
import { runHere } from "./support/run-here.ts";

const BEACON_HASH = blockFixture({ blockNumber: 1_200, blockTime: 1_795_334_004 }).hash;

describe("warifu verify, of time", () => {
  const verify = async (options: BundleFixtureOptions, ...args: string[]): Promise<Run & { anchorHash: string }> => {
    const folder = temporaryFolder();
    const { bytes, bundle } = await bundleFixture(options);
    writeFileSync(join(folder, "bundle.json"), bytes);
    writeFileSync(join(folder, "policy.json"), formatPolicy(fixturePolicy()));
    const anchorHash = bundle.chain.block.hash;
    const words = args.map((word) => (word === "ANCHOR" ? anchorHash : word));
    const run = await runHere(["verify", "bundle.json", "--policy", "policy.json", ...words], folder);
    return { ...run, anchorHash };
  };

  it("says between which blocks the record came, and that nobody was asked about either", async () => {
    const { code, stdout, stderr, anchorHash } = await verify({ beacon: {} });
    expect(code, stdout).to.equal(0);
    expect(stderr).to.equal("");
    expect(stdout.split("\n")).to.include.members([
      `  after     block 1200 (2026-11-22T07:53:24Z), ${BEACON_HASH}`,
      `  before    block 1234 (2026-11-22T08:00:12Z), ${anchorHash}`,
      `  anchored  in contract ${CONTRACT} on chain ${CHAIN_ID}`,
      "    whether the chain has blocks 1234 and 1200: ask with --rpc or --block-hash",
    ]);
  });

  it("says that the beacon's block alone was not checked", async () => {
    const { stdout } = await verify({ beacon: {} }, "--block-hash", "ANCHOR");
    expect(stdout).to.include("whether the chain has block 1200: ask");
    expect(stdout).to.match(/^✓ chain/m);
    const both = await verify({ beacon: {} }, "--block-hash", "ANCHOR", "--block-hash", BEACON_HASH);
    expect(both.code, both.stdout).to.equal(0);
    expect(both.stdout).to.not.include("whether the chain has");
  });

  it("does not take a node that said nothing for an answer", async () => {
    const { code, stdout } = await verify({ beacon: {} }, "--rpc", "http://127.0.0.1:9");
    expect(code, stdout).to.equal(3);
    expect(stdout).to.match(/^– chain .*\[CHAIN_UNREACHABLE\]$/m);
    expect(stdout).to.include("whether the chain has blocks 1234 and 1200: ask another node with --rpc");
  });

  it("does not advise to ask when the node that was asked is of another chain", async () => {
    const id = (asked: string): unknown => (JSON.parse(asked) as { id: unknown }).id;
    const node = patientServer((request, response) => {
      void text(request).then((asked) =>
        response.end(JSON.stringify({ jsonrpc: "2.0", id: id(asked), result: "0x1" })),
      );
    });
    await once(node.listen(0, "127.0.0.1"), "listening");
    try {
      const { code, stdout } = await verify(
        { beacon: {} },
        "--rpc",
        `http://127.0.0.1:${(node.address() as AddressInfo).port}`,
      );
      expect(code, stdout).to.equal(3);
      expect(stdout).to.match(/^– chain .*\[CHAIN_WRONG\]$/m);
      expect(stdout).to.include("whether the chain has blocks 1234 and 1200: ask another node with --rpc");
    } finally {
      node.close();
      node.closeAllConnections();
    }
  });

  it("says of a bundle without a beacon that nothing shows what it is newer than", async () => {
    const { stdout } = await verify({});
    expect(stdout).to.include("what it is newer than: the bundle has no beacon");
    expect(stdout)
      .to.match(/^ {2}before {4}block 1234 /m)
      .and.not.match(/^ {2}after /m);
  });

  it("gives programs the same", async () => {
    const { stdout, anchorHash } = await verify({ beacon: {} }, "--json");
    const { record } = JSON.parse(stdout) as { record: { after: object; before: object } };
    expect(record.after).to.deep.equal({
      blockNumber: 1_200,
      blockHash: BEACON_HASH,
      time: 1_795_334_004,
      checked: false,
    });
    expect(record.before).to.deep.equal({
      blockNumber: 1_234,
      blockHash: anchorHash,
      time: 1_795_334_412,
      checked: false,
    });
  });
});
