// Fork evidence as a file: what is written is read again, and every other form is refused with one code.

import { expect } from "chai";

import { utf8 } from "../../src/core/bytes.ts";
import {
  formatForkEvidence,
  MAX_FORK_BYTES,
  parseForkEvidence,
  type ForkEvidence,
} from "../../src/core/fork-evidence.ts";
import { chainEvidence } from "../support/chain-fixture.ts";
import { codeOfRefusal, expectCode } from "../support/expect-code.ts";

describe("fork evidence", () => {
  const hash = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);
  const [smaller, larger] = [{ checkpoint: "a\n" }, { checkpoint: "b\n" }];
  const text = (change: (value: Record<string, unknown>) => void = () => undefined): Uint8Array => {
    const prefix = { rootHash: hash(1), proof: [hash(2), hash(3)] };
    const value = JSON.parse(formatForkEvidence({ smaller, larger, prefix })) as Record<string, unknown>;
    change(value);
    return utf8(JSON.stringify(value));
  };

  it("is read as it was written, with checkpoints or an anchor, with a prefix or without", async () => {
    const anchor = await chainEvidence({ treeSize: 5, rootHash: hash(4) });
    const all: ForkEvidence[] = [
      { smaller, larger },
      { smaller: { anchor }, larger, prefix: { rootHash: hash(1), proof: [] } },
      { smaller, larger: { anchor }, prefix: { rootHash: hash(1), proof: [hash(2)] } },
    ];
    for (const evidence of all) expect(parseForkEvidence(utf8(formatForkEvidence(evidence)))).to.deep.equal(evidence);
  });

  it("of any other form is refused", async () => {
    const anchor = await chainEvidence({ treeSize: 5, rootHash: hash(4) });
    const WRONG: Record<string, (value: Record<string, unknown>) => void> = {
      "another format": (value) => (value["format"] = "warifu-fork-evidence/2"),
      "no format": (value) => delete value["format"],
      "a member more": (value) => (value["note"] = ""),
      "no smaller head": (value) => delete value["smaller"],
      "a head that is text": (value) => (value["larger"] = "b"),
      "a head with neither": (value) => (value["larger"] = {}),
      "a head with both": (value) => (value["larger"] = { checkpoint: "b", anchor }),
      "two anchors": (value) => {
        value["smaller"] = { anchor };
        value["larger"] = { anchor };
      },
      "an anchor of another form": (value) => (value["larger"] = { anchor: { chainId: 1 } }),
      "a prefix without its root": (value) => (value["prefix"] = { proof: [] }),
      "a root of another length": (value) => (value["prefix"] = { rootHash: "00", proof: [] }),
      "a hash in capitals": (value) => (value["prefix"] = { rootHash: "0".repeat(64), proof: ["A".repeat(64)] }),
      "a prefix with a member more": (value) => (value["prefix"] = { rootHash: "0".repeat(64), proof: [], at: 1 }),
    };
    for (const [what, change] of Object.entries(WRONG))
      expect(
        codeOfRefusal(() => parseForkEvidence(text(change))),
        what,
      ).to.equal("PROOF_INVALID");
    for (const bytes of [utf8(""), utf8("[]"), utf8("{"), Uint8Array.of(0xff), new Uint8Array(MAX_FORK_BYTES + 1)])
      expectCode("PROOF_INVALID", () => parseForkEvidence(bytes));
    expect(parseForkEvidence(text())).to.have.nested.property("prefix.proof.length", 2);
  });
});
