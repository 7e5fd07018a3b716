// Every byte of chain evidence is changed: nothing of it may be another and still hold.

import { expect } from "chai";

import { checkChainEvidence, readChainEvidence } from "../../src/core/chain-evidence.ts";
import type { JsonValue } from "../../src/core/json.ts";
import { ObjectReader } from "../../src/core/object-reader.ts";
import { chainEvidence } from "../support/chain-fixture.ts";
import { codeOfRefusal } from "../support/expect-code.ts";

const ANCHOR = { treeSize: 1_000, rootHash: new Uint8Array(32).fill(0xcd), previousSize: 744 };

describe("chain evidence", () => {
  it("every single byte of every member counts", async () => {
    const text = JSON.stringify(await chainEvidence({ ...ANCHOR, receipts: 17, index: 16 }));
    const check = (altered: string): void => {
      checkChainEvidence(readChainEvidence(new ObjectReader(parsed(altered), "chain", "BUNDLE_INVALID")));
    };
    check(text);
    const accepted: string[] = [];
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    for (const at of text.split("").keys())
      for (const unit of replacements(text.charAt(at))) {
        const altered = text.slice(0, at) + unit + text.slice(at + 1);
        if (codeOfRefusal(() => check(altered)) === undefined)
          accepted.push(`${at}: ${altered.slice(Math.max(0, at - 20), at + 20)}`);
      }
    Error.stackTraceLimit = stackTraceLimit;
    expect(accepted).to.deep.equal([]);
  });
});

/** Two other characters for a place of the text, one of the same kind: its form alone does not refuse that one. */
function replacements(unit: string): string[] {
  const candidates = /[0-9a-f]/.test(unit) ? ["7", '"', "0"] : ["x", '"', " "];
  return candidates.filter((other) => other !== unit).slice(0, 2);
}

function parsed(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return null;
  }
}
