// The log's key is replaced under a whole service on a real chain, and ML-DSA-44 joins it: proofs made at each stage, under
// the policies of each stage, as people have them who took a new policy early, late or not at all.

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";

import { createClient } from "../../src/client/client.ts";
import { LOCAL_DEV_KEY } from "../../src/chain/signers/development-keys.ts";
import { parseConfig } from "../../src/config.ts";
import { utf8 } from "../../src/core/bytes.ts";
import { parsePolicy, type Policy } from "../../src/core/policy.ts";
import { startService, type Service } from "../../src/main.ts";
import { verifyBundle } from "../../src/verify/verify-bundle.ts";
import { runHere } from "../cli/support/run-here.ts";
import { startAnvil, type TestChain } from "../support/chains.ts";
import { reading, temporaryFolder } from "../support/ledger.ts";

const ORIGIN = "city.example/ledger";

/** What somebody has who was there at that stage. */
interface Stage {
  readonly id: string;
  readonly bundle: Uint8Array;
  readonly policy: Policy;
}

describe("a log whose key is replaced", () => {
  const dataDir = join(temporaryFolder(), "data");
  let node: TestChain;
  let mining: NodeJS.Timeout;
  let service: Service | undefined;

  before(async () => {
    node = await startAnvil({ args: ["--slots-in-an-epoch", "1"] });
    mining = setInterval(() => void node.ask("evm_mine").catch(() => undefined), 100);
  });
  after(async () => {
    clearInterval(mining);
    await service?.close();
    await node?.stop();
  });

  async function start(): Promise<Service> {
    const settings = {
      ...{ WARIFU_DATA_DIR: dataDir, WARIFU_ORIGIN: ORIGIN, WARIFU_HTTP_PORT: "0" },
      ...{ WARIFU_RPC_URL: node.rpcUrl, WARIFU_ANCHOR_KEY: LOCAL_DEV_KEY },
      ...{ WARIFU_ANCHOR_SECONDS: "0.1", WARIFU_CHAIN_POLL_SECONDS: "0.05" },
    };
    return startService(parseConfig(settings));
  }

  /** Starts, has a record anchored, and stops. */
  async function stage(number: number): Promise<Stage> {
    service = await start();
    const { submitter } = JSON.parse(readFileSync(service.apiKeysFile, "utf8")) as { submitter: string };
    const [result] = await createClient({ url: service.url, apiKey: submitter }).submit([reading(number) as never]);
    if (!result?.ok) return expect.fail(JSON.stringify(result));
    const { id } = result.acknowledgement;
    for (let tries = 0; (await service.ledger.records.get(id)).state !== "finalized"; tries++) {
      if (tries > 2_000) expect.fail(JSON.stringify(await service.ledger.status()));
      await sleep(50);
    }
    const bundle = await bundleOf(id);
    const policy = parsePolicy(readFileSync(service.policyFile));
    await service.close();
    service = undefined;
    return { id, bundle, policy };
  }

  const bundleOf = async (id: string): Promise<Uint8Array> => utf8((await service!.ledger.proofs.bundle(id)).text);
  const under = async ({ bundle }: Stage, { policy }: Stage): Promise<string> =>
    (await verifyBundle(bundle, policy)).outcome;

  async function keyVerb(verb: string): Promise<void> {
    const { code, stdout, stderr } = await runHere(["key", verb, "--data-dir", dataDir, "--json"], dirname(dataDir));
    expect(code, stderr).to.equal(0);
    expect(JSON.parse(stdout)).to.include({ origin: ORIGIN, changed: true });
    expect(stdout + stderr).not.to.match(/PRIVATE/);
  }

  it("is verified at each stage under every policy that names a key which signs", async () => {
    const stages = [await stage(1)];
    for (const [at, verb] of ["rotate-log", "retire-log", "add-ml-dsa"].entries()) {
      await keyVerb(verb);
      stages.push(await stage(at + 2));
    }
    const matrix = await Promise.all(stages.map((one) => Promise.all(stages.map((other) => under(one, other)))));
    const [all, afterwards] = [Array(4).fill("holds"), ["refuted", "holds", "holds", "holds"]];
    expect(matrix).to.deep.equal([all, all, afterwards, afterwards]);

    const [first, , , last] = stages as [Stage, Stage, Stage, Stage];
    const { steps } = await verifyBundle(last.bundle, last.policy);
    expect(steps.find(({ step }) => step === "checkpoint")?.detail).to.match(/with Ed25519 and ML-DSA-44$/);
    service = await start();
    expect((await verifyBundle(await bundleOf(first.id), first.policy)).outcome).to.equal("holds");
    expect(Buffer.from(await bundleOf(first.id)).equals(first.bundle)).to.equal(true);
  });
});
