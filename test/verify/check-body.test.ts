// A body agrees with its entry about what it is: records may be called anything, events only what their kind has.

import { expect } from "chai";

import { formatEventBody } from "../../src/core/body.ts";
import type { Entry, EntryKind } from "../../src/core/entry.ts";
import { sha256 } from "../../src/core/sha256.ts";
import { checkBodyOf } from "../../src/verify/check-body.ts";
import { expectCode } from "../support/expect-code.ts";
import { recordBodyOf } from "../support/record-body.ts";

const ORIGIN = "warifu.test/ledger";

function check(kind: EntryKind, vct: string): string {
  const head = { iat: 5, iss: ORIGIN, seq: 0, src: "ab".repeat(32), vct };
  const body = kind === "record" ? recordBodyOf(head, {}) : formatEventBody(head, kind, {});
  const entry: Entry = { kind, sourceId: new Uint8Array(32).fill(0xab), seq: 0, bodyDigest: sha256(body) };
  return checkBodyOf(entry, body, ORIGIN).vct;
}

const EVENTS = [
  ...["erasure", "withholding"].map((name) => ["erasure", name] as const),
  ...["notice", "consent", "request", "restriction"].map((name) => ["consent", name] as const),
  ...["disclosure", "access", "breach"].map((name) => ["disclosure", name] as const),
  ...["provision", "reception", "recipient", "deidentification"].map((name) => ["provision", name] as const),
  ...(["source", "profile", "beacon", "derivation"] as const).map((name) => [name, name] as const),
];

describe("the vct of a body", () => {
  it("is one that its kind has", () => {
    for (const [kind, name] of EVENTS) expect(check(kind, `warifu:${name}:1`)).to.equal(`warifu:${name}:1`);
    expect(check("record", "warifu:access:1")).to.equal("warifu:access:1");
  });

  it("is refused when another kind has it, or none", () => {
    for (const [kind] of EVENTS)
      for (const name of ["record", ...EVENTS.filter((one) => one[0] !== kind).map((one) => one[1])])
        expectCode("BODY_MISMATCH", () => check(kind, `warifu:${name}:1`));
    for (const vct of ["warifu:access", "warifu:access:0", "access:1", "warifu:Access:1"])
      expectCode("BODY_MISMATCH", () => check("disclosure", vct));
  });
});
