// The end of a service: whatever fails at it, everything is closed, and what is said is what went wrong first.

import { expect } from "chai";

import { WarifuError } from "../../src/core/errors.ts";
import { closeAll, closeRefused } from "../../src/service/close-all.ts";

const full = (what: string) => new WarifuError("STORE_FAILED", `${what}: database or disk is full`);

describe("the end of a service", () => {
  /** Parts of which those named fail to close. */
  function opened(failing: readonly string[]): { stack: AsyncDisposableStack; closed: string[] } {
    const [stack, closed] = [new AsyncDisposableStack(), [] as string[]];
    for (const part of ["ledger", "vault", "index"])
      stack.defer(async () => {
        closed.push(part);
        await Promise.resolve();
        if (failing.includes(part)) throw full(part);
      });
    return { stack, closed };
  }
  const failureOf = (stack: AsyncDisposableStack) => closeAll(stack).catch((error: unknown) => error);

  it("closes all parts, the newest first, and tells the first failure as it is", async () => {
    for (const failing of [["index", "vault", "ledger"], ["index", "ledger"], ["index"]]) {
      const { stack, closed } = opened(failing);
      const failure = await failureOf(stack);
      expect(failure).to.be.instanceOf(WarifuError);
      expect((failure as WarifuError).message).to.equal(full("index").message);
      expect(closed).to.deep.equal(["index", "vault", "ledger"]);
    }
    expect(await failureOf(opened([]).stack)).to.equal(undefined);
  });

  it("leaves the reason for a refused start alone", async () => {
    const { stack, closed } = opened(["index", "vault"]);
    await closeRefused(stack);
    expect(closed).to.deep.equal(["index", "vault", "ledger"]);
  });
});
