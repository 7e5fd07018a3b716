// What comes of a fetch: an answer that need not end, and errors that say little.

import { expect } from "chai";

import { WarifuError } from "../../src/core/errors.ts";
import { boundedBody, whyFetchFailed } from "../../src/core/fetched.ts";
import { expectRejection } from "../support/expect-rejection.ts";

describe("a fetched answer", () => {
  it("is read up to its bound, and no further", async () => {
    expect(await boundedBody(new Response("1234"), 4)).to.deep.equal(new Uint8Array([0x31, 0x32, 0x33, 0x34]));
    expect(await boundedBody(new Response(""), 0)).to.have.length(0);
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(10).fill(++pulled)),
    });
    await expectRejection("SERVICE_UNREACHABLE", boundedBody(new Response(endless), 25), /larger than 25 bytes/);
    expect(pulled).to.be.lessThan(6);
    await expectRejection("TOO_LARGE", boundedBody(new Response("1234"), 3, "TOO_LARGE"));
  });

  it("without any body is none", async () => {
    const empty = new Response(null, { status: 204 });
    await expectRejection("SERVICE_UNREACHABLE", boundedBody(empty, 10), /the server answered 204/);
  });
});

describe("why fetch failed", () => {
  it("quotes no header, which may be a key", async () => {
    const headers = { authorization: "Bearer Canary-0815\nmore" };
    const error: unknown = await fetch("http://127.0.0.1:9", { headers }).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(TypeError);
    expect(whyFetchFailed(error, 250)).to.equal("the request would have a header that is not valid");
  });

  const behind = (cause: unknown): TypeError => new TypeError("fetch failed", { cause });
  for (const [what, error, reason] of [
    ["an error of ours", new WarifuError("TOO_LARGE", "the answer is too long"), "the answer is too long"],
    ["no answer in time", new DOMException("", "TimeoutError"), "no answer within 250 ms"],
    ["a code of the system", behind(Object.assign(new Error("x"), { code: "ECONNREFUSED" })), "ECONNREFUSED"],
    ["a reason without a code", behind(new Error("unexpected redirect")), "unexpected redirect"],
    ["no reason at all, as in a browser", new TypeError("Failed to fetch"), "Failed to fetch"],
    ["something thrown that is no error", "gone", "gone"],
  ] as const)
    it(`says ${what}`, () => {
      expect(whyFetchFailed(error, 250)).to.equal(reason);
    });
});
