// Clients that want to exhaust the service, without a key: bundles with thousands of openings, connections by the hundred,
// answers that nobody reads. Others are served all the while, and memory stays bounded.

import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";

import { formatOpening } from "../../src/core/opening.ts";
import { bundleFixture } from "../support/bundle-fixture.ts";
import { startService, type TestService } from "../support/service.ts";
import { call } from "../http/support/call.ts";

const MIB = 1_048_576;

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
    const [here, everywhere] = [process.threadCpuUsage(), process.cpuUsage()];
    const verdicts = await Promise.all(
      Array.from({ length: 20 }, async () => (await call(service, "/v1/verify", { body: text })).status),
    );
    const [used, usedInAll] = [process.threadCpuUsage(here), process.cpuUsage(everywhere)];
    expect(verdicts).to.deep.equal(Array.from({ length: 20 }, () => 200));
    expect(used.user + used.system).to.be.lessThan((usedInAll.user + usedInAll.system) / 2);
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
    lazy.pause();
    const one = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";
    lazy.write(one.repeat(5_000));
    // Whoever does not read learns of it when he writes.
    for (let tries = 0; !lazy.destroyed; tries++) {
      expect(tries, "it is kept").to.be.below(3_000);
      lazy.write(one);
      await sleep(20);
    }
    expect((process.memoryUsage().rss - before) / MIB).to.be.lessThan(256);
  });
});
