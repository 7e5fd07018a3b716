// What is packed for another thread comes out there as it was, in its order.

import { expect } from "chai";
import fc from "fast-check";

import { Packing, Unpacking } from "../../src/core/packing.ts";

type Item =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "text" | "shared"; readonly value: string | undefined }
  | { readonly kind: "bytes"; readonly value: Uint8Array };

const text = fc.option(fc.string({ unit: "binary", maxLength: 8 }), { nil: undefined });
const item: fc.Arbitrary<Item> = fc.oneof(
  fc.record({ kind: fc.constant("number" as const), value: fc.double() }),
  fc.record({ kind: fc.constantFrom("text" as const, "shared" as const), value: text }),
  fc.record({ kind: fc.constant("bytes" as const), value: fc.uint8Array({ maxLength: 8 }) }),
);

describe("what is packed", () => {
  it("is unpacked the same", () => {
    fc.assert(
      fc.property(fc.array(item), (items) => {
        const packing = new Packing();
        packing.number(items.length);
        for (const { kind, value } of items)
          if (kind === "number") packing.number(value);
          else if (kind === "bytes") packing.bytes(value);
          else packing[kind](value);
        const unpacking = new Unpacking(structuredClone(packing.packed()));
        let at = 0;
        const unpacked = unpacking.list((from) => {
          const { kind } = items[at++] as Item;
          return kind === "number" ? from.number() : kind === "bytes" ? from.bytes() : from.text();
        });
        expect(unpacked).to.deep.equal(items.map(({ value }) => value));
      }),
    );
  });

  it("holds once what is shared, as often as it comes", () => {
    const packing = new Packing();
    for (const name of ["a", "b", "a", "a"]) packing.shared(name);
    expect(packing.packed().texts).to.deep.equal(["a", "b"]);
  });
});
