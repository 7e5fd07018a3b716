// Proofs of OpenTimestamps: one that public calendars made, read to the block that it leads to, and bytes that are none.

import { expect } from "chai";
import { readFileSync } from "node:fs";

import { toHex, utf8 } from "../../src/core/bytes.ts";
import { attestationsFrom, attestationsIn, formatProof, MAX_PROOF_BYTES } from "../../src/core/open-timestamps.ts";
import { inBlock, number, pendingAt, sha256, withLength } from "../support/bitcoin-calendar.ts";
import { expectCode } from "../support/expect-code.ts";

const VECTOR = JSON.parse(readFileSync(new URL("../vectors/opentimestamps.json", import.meta.url), "utf8")) as Readonly<
  Record<"stamped" | "proof" | "merkleRoot", string>
> & { readonly bitcoinBlock: number };

describe("a proof of OpenTimestamps", () => {
  const stamped = utf8(VECTOR.stamped);
  const proof = new Uint8Array(Buffer.from(VECTOR.proof, "base64"));
  const message = sha256(utf8("message"));
  const refused = (pattern: RegExp, ...parts: readonly (Uint8Array | readonly number[])[]) =>
    expectCode(
      "TIMESTAMP_INVALID",
      () => attestationsFrom(Buffer.concat(parts.map((part) => Buffer.from(part))), message),
      pattern,
    );

  it("leads to a Bitcoin block, as calendars in use write it", () => {
    const found = attestationsIn(proof, stamped);
    expect(found.map(({ isPending, isLast, bitcoinBlock }) => [isPending, isLast, bitcoinBlock])).to.deep.equal([
      [true, true, undefined],
      [true, true, undefined],
      [true, false, undefined],
      [false, true, VECTOR.bitcoinBlock],
    ]);
    const root = toHex((found.at(-1)?.message as Uint8Array).toReversed());
    expect(root).to.equal(VECTOR.merkleRoot);
  });

  it("is refused when it is about other bytes, is another file, or is cut off anywhere", () => {
    expectCode("TIMESTAMP_INVALID", () => attestationsIn(proof, utf8("other")), /other bytes/);
    expectCode("TIMESTAMP_INVALID", () => attestationsIn(utf8("%PDF-1.7"), stamped), /no OpenTimestamps proof/);
    for (let length = 0; length < proof.length; length += 7)
      expectCode("TIMESTAMP_INVALID", () => attestationsIn(proof.subarray(0, length), stamped));
    expectCode(
      "TIMESTAMP_INVALID",
      () => attestationsIn(Buffer.concat([proof, Buffer.of(0)]), stamped),
      /more than it should/,
    );
  });

  it("is made of what a calendar answered", () => {
    const made = formatProof(sha256(stamped), pendingAt("https://calendar.example"));
    expect(attestationsIn(made, stamped)).to.have.length(1);
    expect(attestationsIn(made, stamped)[0]).to.deep.include({ isPending: true, start: 65, end: made.length });
  });

  it("says nothing behind hashes that calendars do not use, and is read over them", () => {
    for (const tag of [0x02, 0x03, 0x67, 0xf2, 0xf3]) {
      const bytes = Buffer.concat([Buffer.of(tag, 0x08, 0xf0), withLength(Buffer.from("x")), inBlock(1)]);
      expect(attestationsFrom(bytes, message)[0]).to.deep.include({ message: undefined, bitcoinBlock: 1 });
    }
    const litecoin = Buffer.concat([Buffer.from("0006869a0d73d71b45", "hex"), withLength(number(300))]);
    expect(attestationsFrom(litecoin, message)[0])
      .to.include({ isPending: false })
      .and.not.have.property("bitcoinBlock");
  });

  it("is refused beyond the bounds of the format", () => {
    refused(/does not have/, [0x77]);
    refused(/too long/, [0xf0], withLength(Buffer.alloc(4_090)), inBlock(1));
    refused(/part that is too long/, [0xf0], number(8_193));
    refused(/more operations/, Buffer.alloc(300, 0x08));
    refused(/number that is too large/, [0xf1], Buffer.alloc(9, 0xff));
    refused(/longer than/, Buffer.alloc(MAX_PROOF_BYTES + 1));
  });
});
