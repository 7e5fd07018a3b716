// Clients that want to exhaust the service, without a key: bundles with thousands of openings, connections by the hundred,
// answers that nobody reads. Others are served all the while, and memory stays bounded.

import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";

import { formatOpening } from "../../src/core/disclosure.ts";
import { bundleFixture } from "../support/bundle-fixture.ts";
import { startService, type TestService } from "../support/service.ts";
import { call } from "../http/support/call.ts";

const MIB = 1_048_576;
/** A busy machine of two cores runs attackers, service and this test; alone it is some tens of milliseconds. */
const PATIENCE_MS = 2_000;

describe("truth D1: a service under hostile load", () => {
  let service: TestService;
  before(async () => {
    service = await startService({ logLevel: "fatal" });
  });
  after(() => service.stop());

  const socket = (): Socket => {
    const { hostname, port } = new URL(service.url);
    const opened = connect(Number(port), hostname);
    opened.on("error", () => undefined);
    return opened;
  };
  /** The longest that /healthz takes while something runs, in milliseconds. */
  async function longestHealth(during: Promise<unknown>): Promise<number> {
    let isOver = false;
    void during.finally(() => (isOver = true));
    let longest = 0;
    while (!isOver) {
      const begun = performance.now();
      await fetch(`${service.url}/healthz`);
      longest = Math.max(longest, performance.now() - begun);
      await sleep(20);
    }
    return longest;
  }
  it("verifies bundles with thousands of openings elsewhere than where records are taken", async () => {
    const openings = Array.from({ length: 8_000 }, (_, at) =>
      formatOpening({ salt: new Uint8Array(32).fill(at & 255), name: `c${at}`, value: at }),
    );
    const { bundle } = await bundleFixture();
    const { entry, ...rest } = bundle;
    const text = JSON.stringify({
      format: "warifu-bundle/1",
      ...rest,
      entry: Buffer.from(entry).toString("base64"),
      openings,
    });
    const verdicts = Promise.all(
      Array.from({ length: 20 }, async () => (await call(service, "/v1/verify", { body: text })).status),
    );
    expect(await longestHealth(verdicts)).to.be.lessThan(PATIENCE_MS);
    expect(await verdicts).to.deep.equal(Array.from({ length: 20 }, () => 200));
  });

  it("says that it is busy when more bundles come than it can verify", async () => {
    const { bytes } = await bundleFixture();
    const answers = await Promise.all(
      Array.from({ length: 120 }, async () => (await call(service, "/v1/verify", { body: bytes })).status),
    );
    expect(answers.filter((status) => status !== 200 && status !== 503)).to.deep.equal([]);
    expect(answers).to.include(200);
  });

  it("ends a connection whose answers nobody takes", async () => {
    const before = process.memoryUsage().rss;
    const lazy = socket();
    const closed = new Promise((resolve) => lazy.once("close", resolve));
    lazy.pause();
    const block = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n".repeat(5_000);
    lazy.write(block);
    await Promise.race([closed, sleep(10_000)]);
    lazy.resume();
    await Promise.race([closed, sleep(10_000)]);
    expect(lazy.destroyed).to.equal(true);
    expect((process.memoryUsage().rss - before) / MIB).to.be.lessThan(256);
  });
});
