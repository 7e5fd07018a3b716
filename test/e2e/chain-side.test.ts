// The whole service on a real chain: beacons below its records, cosignatures of two witnesses on what it anchors and
// serves, and what it says of itself while all is well and while a witness is away.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";

import { LOCAL_DEV_KEY } from "../../src/chain/signers/development-keys.ts";
import { parseConfig } from "../../src/config.ts";
import { utf8 } from "../../src/core/bytes.ts";
import { openCheckpoint } from "../../src/core/checkpoint.ts";
import { parsePolicy, type Policy } from "../../src/core/policy.ts";
import { createClient, type Client } from "../../src/client/client.ts";
import { openLogSigner } from "../../src/keys/key-files.ts";
import { startService, type Service } from "../../src/main.ts";
import { verifyBundle } from "../../src/verify/verify-bundle.ts";
import { startWitness, type WitnessService } from "../../src/witness/start.ts";
import { startAnvil, type TestChain } from "../support/chains.ts";
import { startFaultyNode } from "../support/faulty-node.ts";
import { reading, temporaryFolder } from "../support/ledger.ts";

const ORIGIN = "city.example/ledger";

describe("the service, its witnesses and its chain", () => {
  const folder = temporaryFolder();
  const dataDir = join(folder, "data");
  let node: TestChain;
  let mining: NodeJS.Timeout;
  let witnesses: WitnessService[];
  let service: Service;
  let client: Client;
  let auditor: Client;

  before(async () => {
    node = await startAnvil({ args: ["--slots-in-an-epoch", "1"] });
    mining = setInterval(() => void node.ask("evm_mine").catch(() => undefined), 100);
    const { key } = openLogSigner(join(folder, "log.key"), ORIGIN);
    const startOne = (name: string): Promise<WitnessService> =>
      startWitness({
        dataDir: join(folder, name),
        name,
        logs: [{ origin: ORIGIN, keys: [key] }],
        host: "127.0.0.1",
        port: 0,
        onConflict: () => undefined,
      });
    witnesses = [await startOne("witness.one.example"), await startOne("witness.two.example")];
    writeFileSync(join(folder, "witnesses.json"), JSON.stringify(witnesses.map(({ vkey, url }) => ({ vkey, url }))));
    await start();
  });
  after(async () => {
    clearInterval(mining);
    await service?.close();
    for (const witness of witnesses ?? []) await witness.close();
    await node?.stop();
  });

  async function start(rpcUrl = node.rpcUrl): Promise<void> {
    service = await startService(
      parseConfig({
        WARIFU_DATA_DIR: dataDir,
        WARIFU_ORIGIN: ORIGIN,
        WARIFU_HTTP_PORT: "0",
        WARIFU_RPC_URL: rpcUrl,
        WARIFU_ANCHOR_KEY: LOCAL_DEV_KEY,
        WARIFU_ANCHOR_SECONDS: "0.1",
        WARIFU_CHAIN_POLL_SECONDS: "0.05",
        WARIFU_LOG_KEY_FILE: join(folder, "log.key"),
        WARIFU_WITNESSES: join(folder, "witnesses.json"),
        WARIFU_WITNESS_QUORUM: "2",
        WARIFU_WITNESS_SECONDS: "0.1",
        WARIFU_WITNESS_TIMEOUT_SECONDS: "20",
      }),
    );
    const keys = JSON.parse(readFileSync(service.apiKeysFile, "utf8")) as { submitter: string; auditor: string };
    client = createClient({ url: service.url, apiKey: keys.submitter });
    auditor = createClient({ url: service.url, apiKey: keys.auditor });
  }

  async function until(what: () => Promise<boolean>): Promise<void> {
    for (let i = 0; i < 2_400; i++) {
      if (await what()) return;
      await sleep(50);
    }
    expect.fail(JSON.stringify(await service.ledger.status()));
  }

  const alarms = async (): Promise<string[]> => (await client.status()).health.alarms.map(({ code }) => code);
  const submitOne = async (number: number): Promise<string> => {
    const [result] = await client.submit([reading(number) as never]);
    if (!result?.ok) return expect.fail(JSON.stringify(result));
    return result.acknowledgement.id;
  };
  const isFinal = async (id: string): Promise<boolean> => (await service.ledger.records.get(id)).state === "finalized";
  const bundleOf = async (id: string): Promise<Uint8Array> => utf8((await service.ledger.proofs.bundle(id)).text);
  const policy = (): Policy => parsePolicy(readFileSync(service.policyFile));
  const servedSize = async (): Promise<{ size: number; cosigners: number }> => {
    const note = await (await fetch(`${service.url}/log/checkpoint`)).text();
    const { checkpoint, signatures } = openCheckpoint(utf8(note), policy().log, policy().witnesses.keys);
    return { size: checkpoint.treeSize, cosigners: signatures.length - 1 };
  };

  it("proves each record newer than one block and older than another, under a quorum of witnesses", async () => {
    const id = await submitOne(1);
    await until(() => isFinal(id));
    expect(policy().witnesses).to.have.property("quorum", 2);
    const { outcome, record, steps } = await verifyBundle(await bundleOf(id), policy());
    expect(outcome, JSON.stringify(steps)).to.equal("holds");
    expect(record?.after?.blockNumber).to.be.lessThan(record?.before.blockNumber ?? 0);
    expect((await servedSize()).cosigners).to.equal(2);
    expect(await alarms()).to.deep.equal([]);
  });

  it("shows in its status what an operator wants to know, and metrics say the same", async () => {
    await until(async () => (await client.status()).anchoring.lastFinal !== null);
    const { anchoring, health } = await auditor.status();
    expect(anchoring.account).to.equal("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266");
    expect(BigInt(anchoring.balanceWei ?? 0) > 10n ** 21n).to.equal(true);
    expect(BigInt(anchoring.spentTodayWei ?? 0) > 0n).to.equal(true);
    expect(anchoring.endpoints.map(({ name, ok }) => [name, ok])).to.deep.equal([[new URL(node.rpcUrl).host, true]]);
    expect(anchoring.witnesses.map(({ name, lastError }) => [name, lastError])).to.deep.equal([
      ["witness.one.example", null],
      ["witness.two.example", null],
    ]);
    expect(health).to.deep.equal({ ok: true, reasons: [], alarms: [] });
    const { auditor: key } = JSON.parse(readFileSync(service.apiKeysFile, "utf8")) as { auditor: string };
    const metrics = await (
      await fetch(`${service.url}/metrics`, { headers: { authorization: `Bearer ${key}` } })
    ).text();
    expect(metrics).to.match(/^warifu_alarm\{code="fork",severity="red"\} 0$/m);
    expect(metrics).to.match(new RegExp(`^warifu_endpoint_up\\{endpoint="${new URL(node.rpcUrl).host}"\\} 1$`, "m"));
    expect(metrics).to.match(/^warifu_anchor_balance_ether 9999\./m);
  });

  it("truth A7: goes on anchoring when a witness is away, says so, mends its bundles, and does not hand out an older checkpoint after a restart", async () => {
    const url = new URL(witnesses[1]?.url ?? "");
    await witnesses[1]?.close();
    const before = await servedSize();
    const id = await submitOne(2);
    await until(() => isFinal(id));
    expect(await alarms()).to.deep.equal(["witness-quorum"]);
    expect(await servedSize()).to.deep.equal(before);
    const { outcome, steps } = await verifyBundle(await bundleOf(id), policy());
    expect([outcome, steps.at(-1)?.code]).to.deep.equal(["refuted", "QUORUM_MISSING"]);
    let missing = 0;
    await client.bundle(id, { onMissingCosignatures: (count) => (missing = count) });
    expect(missing).to.equal(1);
    // A second anchor without it: what the first one lacks, the witness can give no more once it has seen a larger tree.
    const later = await submitOne(21);
    await until(() => isFinal(later));
    await service.close();
    await start();
    expect(await servedSize()).to.deep.equal(before);
    await until(async () => (await alarms()).includes("witness-quorum"));
    witnesses[1] = await startWitness({
      dataDir: join(folder, "witness.two.example"),
      name: "witness.two.example",
      logs: [{ origin: ORIGIN, keys: [openLogSigner(join(folder, "log.key"), ORIGIN).key] }],
      host: "127.0.0.1",
      port: Number(url.port),
      onConflict: () => undefined,
    });
    // No record has to come first: the witness is asked for what it missed, and the bundle has its cosignature too.
    await until(async () => (await alarms()).length === 0);
    expect((await servedSize()).size).to.be.greaterThan(before.size);
    // The smallest final anchor that has the quorum; the alarm goes off a moment before it is stored there.
    for (const one of [later, id])
      await until(async () => (await verifyBundle(await bundleOf(one), policy())).outcome === "holds");
    const { items } = await client.anchors({ limit: 100 });
    const own = items.filter(({ state }) => state === "finalized").map(({ treeSize }) => treeSize);
    const { leafIndex } = await service.ledger.records.get(id);
    const smallest = Math.min(...own.filter((size) => size > leafIndex));
    const named = await verifyBundle(utf8(await client.bundle(id, { size: smallest })), policy());
    expect(named.steps.at(-1)?.code).to.equal("QUORUM_MISSING");
    const again = await submitOne(3);
    await until(() => isFinal(again));
    expect((await verifyBundle(await bundleOf(again), policy())).outcome).to.equal("holds");
  });

  it("does not say that the index is behind because the first look at the events failed", async () => {
    await service.close();
    const proxy = await startFaultyNode(node.rpcUrl);
    let refusals = 0;
    proxy.setFault(({ method }, forward) => {
      if (method !== "eth_getLogs") return forward();
      refusals++;
      return { error: { code: -32_601, message: "not served here" } };
    });
    try {
      await start(proxy.rpcUrl);
      // Anchored, so that there is something to read.
      const id = await submitOne(5);
      await until(async () => refusals > 2 && (await isFinal(id)));
      expect(await alarms()).not.to.include("index-behind");
      await service.close();
    } finally {
      await proxy.stop();
    }
    await start();
  });

  it("starts over a node that refuses for a moment, as one does in the middle of a reorg", async () => {
    await service.close();
    const proxy = await startFaultyNode(node.rpcUrl);
    let refusals = 0;
    proxy.setFault(({ method }, forward) => {
      if (method !== "eth_call" || ++refusals > 2) return forward();
      return { error: { code: -32_602, message: "BlockOutOfRangeError: block height is 457 but requested was 464" } };
    });
    try {
      await start(proxy.rpcUrl);
      expect(refusals).to.be.greaterThan(2);
      const id = await submitOne(4);
      await until(() => isFinal(id));
      await service.close();
    } finally {
      await proxy.stop();
    }
    await start();
  });
});
