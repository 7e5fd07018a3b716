// What a run about many bundles computes faster is not loaded for a few, and takes over once it is.

import { expect } from "chai";

import { utf8 } from "../../src/core/bytes.ts";
import type { Primitives } from "../../src/core/primitives.ts";
import { primitivesAsNeeded, WORTH_LOADING } from "../../src/cli/primitives-as-needed.ts";
import { keccak256 } from "../../src/core/keccak256.ts";
import { signingKey } from "../support/signing-key.ts";

describe("signatures and hashes of a run", () => {
  const { publicKey, sign } = signingKey(5);
  const message = utf8("a checkpoint");
  const signature = sign(message);

  it("are the core's until it is worth loading what is faster, and then, once it is loaded, that", async () => {
    let [uses, loads] = [0, 0];
    const fast = Promise.withResolvers<Required<Primitives>>();
    const { verifyEd25519, keccak256: hashOf } = primitivesAsNeeded(() => {
      loads++;
      return fast.promise;
    }) as Required<Primitives>;
    const verify = (times: number): boolean[] =>
      Array.from({ length: times }, () => verifyEd25519(publicKey, message, signature));
    expect(verify(WORTH_LOADING - 1)).to.not.include(false);
    expect(verifyEd25519(publicKey, message, signature.with(0, (signature[0] as number) ^ 1))).to.equal(false);
    expect(loads).to.equal(1);
    expect(verify(1)).to.deep.equal([true]);
    expect(hashOf(message)).to.deep.equal(keccak256(message));
    fast.resolve({ verifyEd25519: () => ++uses > 0, keccak256: (bytes) => bytes });
    await fast.promise;
    expect(verify(WORTH_LOADING)).to.not.include(false);
    expect(uses).to.equal(WORTH_LOADING);
    expect(hashOf(message)).to.equal(message);
    expect(loads).to.equal(1);
  });

  it("are not loaded for a few", () => {
    const { verifyEd25519 } = primitivesAsNeeded(() => expect.fail("loaded")) as Required<Primitives>;
    for (let at = 1; at < WORTH_LOADING; at++) verifyEd25519(publicKey, message, signature);
  });
});
