// The sentences about what alarms state: one for each fact that an alarm may have, with the values that it names.

import { expect } from "chai";

import type { AlarmFact } from "../../src/alarms/alarm-fact.ts";
import { ALARM_FACTS, inEnglish } from "../../src/alarms/english.ts";

const anchor = {
  treeSize: 20,
  rootHash: "ab",
  transactionHash: "0x1",
  blockNumber: 7,
  blockHash: "0x2",
  state: "final",
};
const leaves = { leaves: [1, 2], more: 3, isMoreAtLeast: false };

/** Those whose words are not checked where the alarm is raised. */
const SENTENCES: readonly (readonly [AlarmFact, string])[] = [
  [
    { id: "above-daily-cap", costWei: "2000000000000000", capWei: "1000000000000000", leftWei: "5" },
    "an anchor could cost 0.002 ETH now, the cap is 0.001 ETH a day, of which 0 is left: waiting for the price to fall",
  ],
  [
    { id: "foreign-anchor", ...anchor, evidenceFile: "evidence/20-0x1.json" },
    "the contract has an anchor of tree size 20 with root ab from transaction 0x1; the log has that root, but this service did not send it; evidence: evidence/20-0x1.json",
  ],
  [
    { id: "fork", ...anchor, logRootHash: "cd", publishedSize: 30 },
    "the contract has an anchor of tree size 20 with root ab from transaction 0x1; the log has root cd at that size",
  ],
  [
    { id: "fork", ...anchor, logRootHash: null, publishedSize: 12 },
    "the contract has an anchor of tree size 20 with root ab from transaction 0x1; the log has 12 entries only",
  ],
  [
    { id: "entries-damaged", ...leaves },
    "what the store holds is not what was entered, at leaf 1, 2 and 3 more: run `warifu audit`, and restore a good copy",
  ],
  [
    { id: "openings-damaged", ...leaves, isMoreAtLeast: true },
    "the vault lacks openings of concealed claims, or holds damaged ones, of leaf 1, 2 and 3 or more: run `warifu audit`, and restore a good copy",
  ],
  [
    { id: "originals-damaged", ...leaves },
    "the vault lacks the bytes that records were made of, or holds others, of leaf 1, 2 and 3 more: run `warifu audit`, and restore a good copy",
  ],
  [
    { id: "tiles-damaged", leaves: [0], more: 0, isMoreAtLeast: false },
    "a tile of the store is not the one of the tree, from leaf 0: run `warifu audit`, and restore a good copy",
  ],
  [
    { id: "witnesses-ahead", treeSize: 8, claims: [{ witness: "w1", treeSize: 9 }] },
    "witnesses say that they have cosigned more entries than the 8 of this log, and most do not: w1 (9)",
  ],
];

describe("the English of alarms", () => {
  for (const [fact, sentence] of SENTENCES)
    it(`${fact.id}: ${sentence.slice(0, 60)}`, () => {
      expect(inEnglish(fact)).to.equal(sentence);
    });

  it("has the id of each fact once, in kebab case", () => {
    expect(ALARM_FACTS).to.include.members(SENTENCES.map(([{ id }]) => id));
    expect(ALARM_FACTS.filter((id) => !/^[a-z]+(-[a-z]+)*$/.test(id))).to.deep.equal([]);
  });
});
