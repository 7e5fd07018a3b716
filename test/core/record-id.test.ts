// Ids of records: derived from time and leaf hash, readable as UUIDs of version 7 by anybody.

import { expect } from "chai";
import fc from "fast-check";

import { toHex } from "../../src/core/bytes.ts";
import {
  RECORD_ID_BYTES,
  formatRecordId,
  leafHashIn,
  parseRecordId,
  receivedAtOf,
  recordIdOf,
} from "../../src/core/record-id.ts";
import { expectCode } from "../support/expect-code.ts";

const leafHash = fc.uint8Array({ minLength: 32, maxLength: 32 });
const seconds = fc.integer({ min: 0, max: 4_102_444_800 });

describe("record id", () => {
  it("is a UUID of version 7 whose time is the record's second", () => {
    fc.assert(
      fc.property(leafHash, seconds, (hash, iat) => {
        const id = recordIdOf(hash, iat);
        expect(id).to.have.length(RECORD_ID_BYTES);
        expect((id[6] as number) >> 4).to.equal(7);
        expect((id[8] as number) >> 6).to.equal(2);
        const milliseconds = Number.parseInt(toHex(id.subarray(0, 6)), 16);
        expect(Math.floor(milliseconds / 1000)).to.equal(iat);
        expect(receivedAtOf({ id })).to.equal(iat);
        const told = leafHashIn(id);
        for (const at of [1, 3, 4, 5, 6, 7, 8, 9]) expect(told[at]).to.equal(hash[at]);
      }),
    );
  });

  it("depends on the leaf hash in all bits that version and variant leave", () => {
    const hash = new Uint8Array(32);
    const zero = toHex(recordIdOf(hash, 1_795_334_400));
    const ids = new Set<string>();
    for (let bit = 0; bit < 80; bit++) {
      const changed = hash.slice();
      changed[bit >> 3] = 1 << (bit & 7);
      ids.add(toHex(recordIdOf(changed, 1_795_334_400)));
    }
    ids.delete(zero);
    expect(ids.size).to.equal(80 - 6);
  });

  it("rises with time", () => {
    fc.assert(
      fc.property(leafHash, leafHash, seconds, (first, second, iat) => {
        expect(formatRecordId(recordIdOf(first, iat)) < formatRecordId(recordIdOf(second, iat + 1))).to.equal(true);
      }),
    );
  });

  it("text and bytes are inverse", () => {
    fc.assert(
      fc.property(leafHash, seconds, (hash, iat) => {
        const id = recordIdOf(hash, iat);
        expect(toHex(parseRecordId(formatRecordId(id)))).to.equal(toHex(id));
      }),
    );
    const text = "01a20b3c-4d5e-7f60-8172-839405162738";
    expect(formatRecordId(parseRecordId(text))).to.equal(text);
  });

  for (const [title, text] of [
    ["nothing", ""],
    ["capitals", "01A20B3C-4D5E-7F60-8172-839405162738"],
    ["no hyphens", "01a20b3c4d5e7f608172839405162738"],
    ["version 4", "01a20b3c-4d5e-4f60-8172-839405162738"],
    ["another variant", "01a20b3c-4d5e-7f60-c172-839405162738"],
    ["a digit less", "01a20b3c-4d5e-7f60-8172-83940516273"],
    ["a path", "../../../../etc/passwd"],
    ["a line feed behind", "01a20b3c-4d5e-7f60-8172-839405162738\n"],
  ] as const)
    it(`refused: ${title}`, () => {
      expectCode("ENCODING_INVALID", () => parseRecordId(text));
    });
});
