// The drill for a stolen anchoring key with the whole service: it stops by itself, three commands answer the thief, and the
// service goes on in the successor with a new key. Whoever verifies needs the policy of the contract that a proof is from.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";

import { connectChain } from "../../src/chain/nodes/connect-chain.ts";
import { parseConfig } from "../../src/config.ts";
import { checkChainEvidence, type ChainEvidence } from "../../src/core/chain-evidence.ts";
import { createClient, type Client } from "../../src/client/client.ts";
import { startService, type Service } from "../../src/main.ts";
import { runHere } from "../cli/support/run-here.ts";
import { anchorMined } from "../support/anchored-log.ts";
import { naiveConsistencyProof, naiveLeafHash, naiveRangeHash } from "../reference/naive-merkle.ts";
import { administratorsOn, type Administrators } from "../support/administrator.ts";
import { startAnvil, type TestChain } from "../support/chains.ts";
import type { TestAccount } from "../support/keystores.ts";
import { reading } from "../support/ledger.ts";

const CHAIN_ID = 5_151;

describe("the service after its anchoring key was stolen", () => {
  let node: TestChain;
  let people: Administrators;
  let mining: NodeJS.Timeout;
  const closers: (() => Promise<unknown>)[] = [];

  before(async () => {
    node = await startAnvil({ chainId: CHAIN_ID, args: ["--slots-in-an-epoch", "1"] });
    people = await administratorsOn(node);
    // A chain whose blocks come by themselves: nothing becomes final on one that stands still.
    mining = setInterval(() => void node.ask("evm_mine").catch(() => undefined), 50);
  });
  after(async () => {
    clearInterval(mining);
    for (let close = closers.pop(); close; close = closers.pop()) await close();
    await node.stop();
  });

  const start = async (contract: string, { keystore, passwordFile }: TestAccount): Promise<Service> => {
    const service = await startService(
      parseConfig({
        WARIFU_DATA_DIR: join(people.folder, "data"),
        WARIFU_HTTP_PORT: "0",
        WARIFU_RPC_URL: node.rpcUrl,
        WARIFU_CHAIN_ID: String(CHAIN_ID),
        WARIFU_CONTRACT: contract,
        WARIFU_ANCHOR_KEYSTORE: keystore,
        WARIFU_ANCHOR_PASSWORD_FILE: passwordFile,
        WARIFU_ANCHOR_SECONDS: "0.1",
        WARIFU_CHAIN_POLL_SECONDS: "0.05",
        WARIFU_LOG_LEVEL: "silent",
      }),
    );
    closers.push(() => service.close());
    return service;
  };
  const clientOf = ({ url, apiKeysFile }: Service): Client => {
    const { submitter } = JSON.parse(readFileSync(apiKeysFile, "utf8")) as { submitter: string };
    return createClient({ url, apiKey: submitter });
  };
  const submit = async (client: Client, number: number): Promise<string> => {
    const [result] = await client.submit([reading(number, { key: `key-${number}` })] as unknown as Parameters<
      Client["submit"]
    >[0]);
    if (!result?.ok) throw result?.error ?? new Error("no answer");
    return result.acknowledgement.id;
  };
  /** A file with the bundle of a record, once it has one. */
  const bundleOf = async (client: Client, id: string): Promise<string> => {
    for (let tries = 0; tries < 4_000; tries++) {
      const text = await client.bundle(id).catch(() => sleep(50, undefined));
      if (text === undefined) continue;
      const path = join(people.folder, `${id}-${tries}.json`);
      writeFileSync(path, text);
      return path;
    }
    return expect.fail(`no final anchor came for ${id}: ${JSON.stringify(await client.status())}`);
  };
  const verify = async (bundle: string, policy: string): Promise<number | null> =>
    (await runHere(["verify", bundle, "--policy", policy, "--rpc", node.rpcUrl], people.folder)).code;
  const keepPolicy = ({ policyFile }: Service, name: string): string => {
    const path = join(people.folder, name);
    writeFileSync(path, readFileSync(policyFile));
    return path;
  };

  it("goes on from the last honest head, in a contract that the policies name", async () => {
    const old = await people.deploy();
    const before = await start(old.contract, people.anchorer);
    const early = await submit(clientOf(before), 1);
    const earlyBundle = await bundleOf(clientOf(before), early);
    const oldPolicy = keepPolicy(before, "old-policy.json");
    expect(await verify(earlyBundle, oldPolicy)).to.equal(0);

    await steal(before.url, old.contract);
    // Waits in the log when the theft is noticed, and is not lost by it.
    const late = await submit(clientOf(before), 2).catch(() => undefined);
    const reason = await Promise.race([before.stopped, sleep(120_000, undefined, { ref: false })]);
    expect(reason?.code).to.be.oneOf(["STORE_BEHIND", "STORE_CORRUPT"]);
    const alarm = before.ledger.health().alarms.find(({ code }) => code === "fork");
    const evidence =
      alarm?.facts.find((fact) => fact.id === "fork")?.evidenceFile ?? expect.fail(JSON.stringify(alarm));
    // It is handed on, so it does not say where the data folder lies.
    expect(evidence).to.match(/^evidence\/\S+\.json$/);
    expect(alarm?.message).to.contain(`evidence: ${evidence}`);
    const { chain } = JSON.parse(readFileSync(join(people.folder, "data", evidence), "utf8")) as {
      chain: ChainEvidence;
    };
    expect(checkChainEvidence(chain)).to.include({ contract: old.contract, chainId: CHAIN_ID });
    await before.close();

    const thief = people.anchorer.address;
    await people.command(["revoke-anchorer", thief, "--contract", old.contract], people.admin);
    await people.command(["close", "--contract", old.contract], people.closer);
    const fresh = await people.account("fresh");
    // Where to start from is in the data folder: the newest final anchor that the old contract has recorded.
    const successor = await people.deploy(["--successor-of", old.contract], fresh);
    expect(successor.treeSize).to.be.greaterThan(0);

    const after = await start(successor.contract, fresh);
    const client = clientOf(after);
    const id = await submit(client, 3);
    const bundle = await bundleOf(client, id);
    const policy = keepPolicy(after, "policy.json");
    expect(policy).not.to.equal(oldPolicy);
    expect([await verify(bundle, policy), await verify(bundle, oldPolicy)]).to.deep.equal([0, 1]);
    expect([await verify(earlyBundle, oldPolicy), await verify(earlyBundle, policy)]).to.deep.equal([0, 1]);
    // What was final before has a proof from the successor as well, and so has what waited.
    for (const record of [early, late].filter((one) => one !== undefined))
      expect(await verify(await bundleOf(client, record), policy)).to.equal(0);
    const audit = await runHere(["audit", "--policy", policy, "--rpc", node.rpcUrl], people.folder);
    expect(audit.code, audit.stdout + audit.stderr).to.equal(0);
  });

  /** Extends the log by leaves of the thief's own, from what everybody can read of it. */
  async function steal(url: string, contract: string): Promise<void> {
    const chain = await connectChain({ rpcUrl: node.rpcUrl, signer: people.anchorer.open, contract });
    const { treeSize } = await chain.head();
    const tile = await fetch(`${url}/log/tile/0/000.p/${treeSize}`);
    const leaves = Buffer.from(await tile.arrayBuffer());
    const honest = Array.from({ length: treeSize }, (_, at) => leaves.subarray(at * 32, at * 32 + 32));
    const garbage = Array.from({ length: 50 }, (_, at) => naiveLeafHash(Buffer.from(`garbage ${at}`)));
    const hash = naiveRangeHash([...honest, ...garbage]);
    const size = treeSize + garbage.length;
    const proof = naiveConsistencyProof(hash, treeSize, size).map((one) => new Uint8Array(one));
    const call = { treeSize: size, rootHash: new Uint8Array(hash(0, size)), consistencyProof: proof };
    await anchorMined(chain, call);
    expect((await chain.head()).treeSize).to.equal(size);
    await chain.close();
  }
});
