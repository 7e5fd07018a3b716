// A provider that answers many calls with 429: calls are made again, and anchors become final all the same.

import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";

import { LOCAL_DEV_KEY } from "../../src/chain/signers/development-keys.ts";
import { openRpc } from "../../src/chain/rpc/rpc.ts";
import { parseConfig } from "../../src/config.ts";
import { createClient } from "../../src/client/client.ts";
import { startService } from "../../src/main.ts";
import { startAnvil, type TestChain } from "../support/chains.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { startFaultyNode, type FaultyNode } from "../support/faulty-node.ts";
import { reading, temporaryFolder } from "../support/ledger.ts";

const MOST_IN_A_ROW = 2;

describe("truth E4: a node that limits the rate", () => {
  let node: TestChain;
  let proxy: FaultyNode;
  before(async () => {
    node = await startAnvil({ args: ["--block-time", "0.2", "--slots-in-an-epoch", "1"] });
    proxy = await startFaultyNode(node.rpcUrl);
  });
  after(async () => {
    await proxy?.stop();
    await node?.stop();
  });

  /** Three of ten, and no call so often that it would be given up: which ones depends on what is asked beside each other. */
  function limitThreeOfTen(): () => number {
    let state = 1;
    let limited = 0;
    const timesOf = new Map<string, number>();
    proxy.setFault(({ id, method }, forward, { response }) => {
      state = (state * 48_271) % 2_147_483_647;
      const call = `${method} ${String(id)}`;
      const times = timesOf.get(call) ?? 0;
      if (state % 10 >= 3 || times === MOST_IN_A_ROW) return forward();
      timesOf.set(call, times + 1);
      limited++;
      response.writeHead(429, { "retry-after": "0" }).end();
      return undefined;
    });
    return () => limited;
  }

  it("delays anchors, loses none, and is named by an alarm", async () => {
    const limited = limitThreeOfTen();
    const service = await startService(
      parseConfig({
        WARIFU_DATA_DIR: temporaryFolder(),
        WARIFU_HTTP_PORT: "0",
        WARIFU_RPC_URL: proxy.rpcUrl,
        WARIFU_ANCHOR_KEY: LOCAL_DEV_KEY,
        WARIFU_ANCHOR_SECONDS: "0.2",
        WARIFU_CHAIN_POLL_SECONDS: "0.1",
      }),
    );
    try {
      const { submitter: apiKey } = JSON.parse(readFileSync(service.apiKeysFile, "utf8")) as { submitter: string };
      const client = createClient({ url: service.url, apiKey });
      for (let number = 0; number < 3; number++) {
        const [result] = await client.submit([reading(number) as never]);
        if (!result?.ok) return expect.fail(JSON.stringify(result));
        for (let look = 0; (await client.record(result.acknowledgement.id)).state !== "finalized"; look++) {
          expect(look).to.be.lessThan(2_000);
          await sleep(100);
        }
      }
      expect(limited()).to.be.greaterThan(10);
      // Every call succeeded in the end, which must not hide what it took.
      const { alarms } = service.ledger.health();
      const message = alarms.find(({ code }) => code === "chain-rate-limited")?.message;
      expect(message)
        .to.match(/put off \d+ of the last \d+ requests/)
        .and.to.contain(new URL(proxy.rpcUrl).host);
    } finally {
      await service.close();
    }
  });

  it("is asked again after the time that it names, and not when that is too far off", async () => {
    let asked = 0;
    const answerWith = (retryAfter: string): void =>
      proxy.setFault((_request, forward, { response }) => {
        if (++asked > 1) return forward();
        response.writeHead(429, { "retry-after": retryAfter }).end();
        return undefined;
      });
    answerWith("1");
    const begun = performance.now();
    (await openRpc(proxy.rpcUrl, 60_000)).close();
    expect(performance.now() - begun).to.be.greaterThan(990);
    asked = 0;
    answerWith("3600");
    await expectRejection(
      "CHAIN_UNREACHABLE",
      openRpc(proxy.rpcUrl, 60_000),
      /HTTP status 429, to be asked again in 3600 s/,
    );
    expect(asked).to.equal(1);
  });
});
