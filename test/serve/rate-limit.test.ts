// Who counts as one client of the limit. Why: whoever has a /64 of IPv6, as every household does, would otherwise have as many
// limits as there are addresses in it; and a client that is counted for a minute must not be counted for ever.

import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import type { Request, Response } from "express";
import { expect } from "chai";

import { codeOf } from "../../src/core/errors.ts";
import { clientOf, limitRate } from "../../src/serve/rate-limit.ts";

describe("the rate limit", () => {
  const SAME: [string, string][] = [
    ["192.0.2.7", "192.0.2.7"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["::FFFF:c000:207", "192.0.2.7"],
    ["0:0:0:0:0:ffff:192.0.2.7", "192.0.2.7"],
    ["192.0.2.7:40001", "192.0.2.7"],
    ["[2001:db8:1:2aa::6]:40001", "2001:db8:1:200::/56"],
    ["::fffe:c000:207", "0:0:0:0::/56"],
    ["::1", "0:0:0:0::/56"],
    ["2001:db8:1:2ff:3:4:5:6", "2001:db8:1:200::/56"],
    ["2001:db8:1:2aa::6", "2001:db8:1:200::/56"],
    ["2001:db8::", "2001:db8:0:0::/56"],
    ["2001:db8::192.0.2.7", "2001:db8:0:0::/56"],
    ["fe80::1%eth0", "fe80:0:0:0::/56"],
  ];
  for (const [address, client] of SAME)
    it(`counts ${address} as ${client}`, () => expect(clientOf(address)).to.equal(client));

  it("remembers a bounded number of clients, those that ask longest", () => {
    const limit = limitRate(9, () => 0, 10);
    const left = (ip: string): number => {
      let remaining = -1;
      const appendHeader = (name: string, value: string): void => {
        if (name === "ratelimit") remaining = Number(/r=(\d+)/.exec(value)?.[1]);
      };
      limit({ ip } as Request, { appendHeader } as unknown as Response, () => undefined);
      return remaining;
    };
    expect([left("192.0.2.1"), left("192.0.2.1")]).to.deep.equal([8, 7]);
    for (let other = 0; other < 12; other++) left(`198.51.100.${other}`);
    expect(left("192.0.2.1")).to.equal(6);
    for (let other = 0; other < 24; other++) left(`203.0.113.${other}`);
    expect(left("192.0.2.1")).to.equal(8);
  });

  it("remembers none of the addresses that one customer can have by the million", () => {
    const limit = limitRate(1_000_000, () => 0);
    const response = { appendHeader: () => undefined } as unknown as Response;
    const ask = (from: number, to: number): void => {
      for (let at = from; at < to; at++)
        limit(
          { ip: `2001:db8:1:200::${(at >> 16).toString(16)}:${(at & 0xffff).toString(16)}` } as Request,
          response,
          () => undefined,
        );
    };
    ask(0, 20_000);
    const before = bytesHeld();
    ask(20_000, 220_000);
    // A map of as many addresses takes about 20 MB.
    expect(bytesHeld() - before).to.be.lessThan(4_000_000);
    // What is measured is still held.
    ask(0, 1);
  });

  it("does not hold anybody off for longer when the time of day is set back", () => {
    const [real, request] = [Date.now, { ip: "192.0.2.1" } as Request];
    const resets: number[] = [];
    const appendHeader = (name: string, value: string): void => {
      if (name === "ratelimit") resets.push(Number(/t=(\d+)/.exec(value)?.[1]));
    };
    let back = 0;
    Date.now = () => real() - back;
    try {
      const limit = limitRate(5);
      for (back of [0, 3_600_000]) limit(request, { appendHeader } as unknown as Response, () => undefined);
    } finally {
      Date.now = real;
    }
    expect(resets).to.deep.equal([60, 60]);
  });

  it("begins anew for each client a minute after its first request, and forgets those who stay away", () => {
    let now = 1_000;
    const limit = limitRate(2, () => now);
    const ask = (ip: string): string => {
      const headers: string[] = [];
      let outcome = "passed";
      const response = {
        appendHeader: (name: string, value: string) => headers.push(`${name}: ${value}`),
        setHeader: (name: string, value: string) => headers.push(`${name}: ${value}`),
      };
      limit({ ip } as Request, response as unknown as Response, (error?: unknown) => {
        if (error !== undefined) outcome = String(codeOf(error));
      });
      return [outcome, ...headers.filter((header) => !header.startsWith("ratelimit-policy"))].join(", ");
    };
    expect(ask("192.0.2.1")).to.equal('passed, ratelimit: "2-in-1min"; r=1; t=60');
    now += 59_000;
    expect(ask("192.0.2.1")).to.equal('passed, ratelimit: "2-in-1min"; r=0; t=1');
    expect(ask("192.0.2.1")).to.equal('RATE_LIMITED, ratelimit: "2-in-1min"; r=0; t=1, retry-after: 1');
    expect(ask("192.0.2.2")).to.equal('passed, ratelimit: "2-in-1min"; r=1; t=60');
    now += 1_000;
    expect(ask("192.0.2.1")).to.equal('passed, ratelimit: "2-in-1min"; r=1; t=60');
    // The first turn of what is remembered has passed, and the second one's minute still runs.
    expect(ask("192.0.2.2")).to.equal('passed, ratelimit: "2-in-1min"; r=0; t=59');
    now += 59_000;
    expect(ask("192.0.2.2")).to.equal('passed, ratelimit: "2-in-1min"; r=1; t=60');
  });
});

/** On the heap, after a collection. */
function bytesHeld(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return getHeapStatistics().used_heap_size;
}
