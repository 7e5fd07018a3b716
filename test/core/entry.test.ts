// The 79 bytes of an entry: laid out as documented, one encoding each, and readable as a C2SP addenda entry.

import { createHash } from "node:crypto";

import { expect } from "chai";
import fc from "fast-check";

import { concatBytes, toHex, utf8 } from "../../src/core/bytes.ts";
import {
  ENTRY_BYTES,
  ENTRY_KINDS,
  assertBodyOf,
  decodeEntry,
  encodeEntry,
  entryLeafHash,
  splitEntries,
  type Entry,
} from "../../src/core/entry.ts";
import { leafHash } from "../../src/core/merkle.ts";
import { expectCode } from "../support/expect-code.ts";

const BODY = utf8('{"a":1}');
const ENTRY: Entry = {
  kind: "record",
  sourceId: new Uint8Array(32).fill(0xaa),
  seq: 0x0102030405,
  bodyDigest: new Uint8Array(createHash("sha256").update(BODY).digest()),
};
const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const anyEntry: fc.Arbitrary<Entry> = fc.record({
  kind: fc.constantFrom(...(Object.keys(ENTRY_KINDS) as Entry["kind"][])),
  sourceId: bytes32,
  seq: fc.maxSafeNat(),
  bodyDigest: bytes32,
});

describe("entry", () => {
  it("is version, kind, source id, seq, body digest, offset of the digest, and a count of one", () => {
    const wanted = ["01", "01", "aa".repeat(32), "0000000102030405", toHex(ENTRY.bodyDigest), "0000002a", "01"].join(
      "",
    );
    expect(toHex(encodeEntry(ENTRY))).to.equal(wanted);
    expect(encodeEntry(ENTRY)).to.have.length(ENTRY_BYTES);
  });

  it("kinds keep their numbers: stored proofs depend on them", () => {
    expect(ENTRY_KINDS).to.deep.equal({
      record: 1,
      source: 2,
      profile: 3,
      beacon: 4,
      erasure: 5,
      consent: 6,
      disclosure: 7,
      provision: 8,
      derivation: 9,
    });
  });

  it("is a C2SP addenda entry: read from its end, its one addendum is the body's digest", () => {
    const bytes = Buffer.from(encodeEntry(ENTRY));
    const count = bytes.readUInt8(bytes.length - 1);
    expect(count).to.equal(1);
    const content = bytes.subarray(0, bytes.length - 1 - 4 * count);
    const offset = bytes.readUInt32BE(bytes.length - 5);
    expect(offset + 32).to.be.at.most(content.length);
    expect(content.subarray(offset, offset + 32).toString("hex")).to.equal(toHex(ENTRY.bodyDigest));
  });

  it("has the leaf hash of its bytes, one after the other", () => {
    fc.assert(
      fc.property(anyEntry, anyEntry, (one, other) => {
        for (const entry of [one, other, one])
          expect(toHex(entryLeafHash(entry))).to.equal(toHex(leafHash(encodeEntry(entry))));
      }),
    );
  });

  it("a leaf hash of a shorter field owes nothing to the entry before", () => {
    for (const shorter of [
      { ...ENTRY, sourceId: ENTRY.sourceId.subarray(1) },
      { ...ENTRY, bodyDigest: ENTRY.bodyDigest.subarray(0, 31) },
    ]) {
      entryLeafHash(ENTRY);
      expect(toHex(entryLeafHash(shorter))).to.equal(toHex(leafHash(encodeEntry(shorter))));
    }
  });

  it("encode and decode are inverse", () => {
    fc.assert(
      fc.property(anyEntry, (entry) => {
        expect(decodeEntry(encodeEntry(entry))).to.deep.equal(entry);
      }),
    );
  });

  it("is split off others that it lies among", () => {
    fc.assert(
      fc.property(fc.array(anyEntry, { maxLength: 5 }), (entries) => {
        const packed = concatBytes(...entries.map(encodeEntry));
        expect(splitEntries(packed).map(decodeEntry)).to.deep.equal(entries);
      }),
    );
  });

  it("accepts no bytes that it would not write", () => {
    fc.assert(
      fc.property(anyEntry, fc.nat(ENTRY_BYTES - 1), fc.integer({ min: 1, max: 255 }), (entry, at, change) => {
        const bytes = encodeEntry(entry);
        bytes[at] = (bytes[at] as number) ^ change;
        let decoded: Entry;
        try {
          decoded = decodeEntry(bytes);
        } catch {
          return;
        }
        expect(toHex(encodeEntry(decoded))).to.equal(toHex(bytes));
      }),
      { numRuns: 1000 },
    );
  });

  const changed = (at: number, ...values: number[]): Uint8Array => {
    const bytes = encodeEntry(ENTRY);
    bytes.set(values, at);
    return bytes;
  };
  const REFUSED: [string, Uint8Array, RegExp][] = [
    ["a byte less", encodeEntry(ENTRY).subarray(1), /79 bytes/],
    ["a byte more", new Uint8Array(80), /79 bytes/],
    ["nothing", new Uint8Array(0), /79 bytes/],
    ["version 0", changed(0, 0), /version 0/],
    ["version 2", changed(0, 2), /version 2/],
    ["kind 0", changed(1, 0), /kind 0/],
    ["kind 10", changed(1, 10), /kind 10/],
    ["C8 a seq of 2^53", changed(34, 0, 0x20, 0, 0, 0, 0, 0, 0), /2\^53-1/],
    ["C8 a seq of 2^64-1", changed(34, ...Array<number>(8).fill(0xff)), /2\^53-1/],
    ["another offset", changed(77, 41), /suffix/],
    ["an offset far beyond", changed(74, 0xff, 0xff, 0xff, 0xff), /suffix/],
    ["no addendum", changed(78, 0), /suffix/],
    ["two addenda", changed(78, 2), /suffix/],
  ];
  for (const [title, bytes, pattern] of REFUSED)
    it(`refused: ${title}`, () => {
      expectCode("ENTRY_INVALID", () => decodeEntry(bytes), pattern);
    });

  it("commits to one body, to the byte", () => {
    assertBodyOf(ENTRY, BODY);
    const { details } = expectCode("BODY_MISMATCH", () => assertBodyOf(ENTRY, utf8('{"a":1} ')));
    expect(details["expected"]).to.equal(toHex(ENTRY.bodyDigest));
    expect(details["computed"]).to.equal(createHash("sha256").update('{"a":1} ').digest("hex"));
  });
});
