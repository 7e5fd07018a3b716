// The sentences about what an audit found: one for each fact, with the values that it names.

import { expect } from "chai";

import type { AcknowledgementFact, FindingFact, NoteFact } from "../../src/verify/finding-fact.ts";
import { findingInEnglish } from "../../src/verify/findings-english.ts";

type AuditFact = FindingFact | AcknowledgementFact | NoteFact;
/** Each fact without its id, and what it says: a fact that is not here is no program. */
type Said = {
  readonly [Id in AuditFact["id"]]: readonly [Omit<Extract<AuditFact, { readonly id: Id }>, "id">, string];
};

const because = { id: "error", code: "JSON_INVALID", details: { at: 3 }, message: "a value is expected" } as const;

const SAID: Said = {
  error: [{ code: "STORE_CORRUPT", details: {}, message: "the row is missing" }, "the row is missing"],
  "quorum-missing": [{ cosigned: 1, quorum: 2 }, "1 witnesses cosigned, the policy asks for 2"],
  "seq-used-before": [{ seq: 7 }, "its source has used seq 7 before"],
  "nothing-served": [{ leafIndex: 256 }, "neither entries nor hashes are available from leaf 256 on"],
  "entry-against-tile": [{ tileIndex: 3 }, "the entry and tile 0/3 disagree: one of them was changed"],
  "tile-hash-wrong": [{ position: 5 }, "hash 5 is not the one that the tiles below lead to"],
  "log-shrank": [
    { treeSize: 600, size: 300 },
    "the log's key signed for 600 entries, as an earlier audit saw; now the log shows 300",
  ],
  "history-differs": [
    { treeSize: 300 },
    "the log has another root at 300 entries than the signed one that an earlier audit saw: its history was changed",
  ],
  "checkpoint-root-wrong": [
    { first: 200, last: 299 },
    "the entries do not lead to its root: one of the leaves 200 to 299 was changed",
  ],
  "source-was-suspended": [{ source: "s/1" }, "source s/1 was suspended when it entered"],
  "signature-missing": [
    { source: "s/1", since: 4 },
    "it is not signed, and source s/1 has had a signing key since leaf 4",
  ],
  "source-key-not-counting": [
    { source: "s/1", thumbprint: "abc", ended: { endedAt: 9, why: "compromised" } },
    "signed with the key abc of source s/1, which ended at leaf 9 (compromised)",
  ],
  "source-events-unread": [
    { count: 2 },
    "2 events about sources could not be read: who was suspended and which keys counted after them was not checked",
  ],
  "source-signatures-hidden": [
    { count: 3 },
    "3 records of sources that must sign do not show their signatures: these were not checked",
  ],
  "source-keys-hidden": [
    { count: 4 },
    "4 records are signed with what may be a person's key, which the log conceals: whether it counted was not checked",
  ],
  "source-signatures-unchecked": [
    { count: 5 },
    "5 signatures by P-256 keys can be checked on a secure page only: one of https, of localhost, or a file",
  ],
  "contract-code-differs": [{}, "its code is not the one that the policy names"],
  "anchored-beyond": [{ treeSize: 9, size: 4 }, "the contract has 9 entries, the log 4 only"],
  "anchored-root-differs": [{}, "its root is not the one this log has at that size"],
  "beacon-block-differs": [{ blockNumber: 12 }, "the chain has another block at the beacon's height 12"],
  "origin-differs": [
    { origin: "a.example", expected: "b.example" },
    'the ledger is of "a.example", not of "b.example"',
  ],
  "record-id-wrong": [{}, "the record's id does not belong to its leaf: id or entry was changed"],
  "entries-missing": [
    {},
    "the log's key signed for these entries, the store does not have them: they were deleted, or an older copy was put back",
  ],
  "entries-uncovered": [{}, "no checkpoint covers these entries"],
  "head-beyond-store": [{ treeSize: 9, size: 4 }, "it covers 9 entries, the store has 4: an older copy was put back"],
  "head-root-differs": [{ treeSize: 9 }, "its root is not the one this log has at size 9"],
  "anchor-unknown": [
    { transactionHash: "0x1" },
    "the store does not know its transaction 0x1: the row was removed, or somebody else holds the anchoring key",
  ],
  "final-anchor-not-on-chain": [{}, "it is called final, but the chain does not have it"],
  acknowledged: [{ leafIndex: 5 }, "leaf 5 is in the log as acknowledged"],
  "acknowledged-beyond": [
    { leafIndex: 250, treeSize: 260, size: 200 },
    "the log's key signed for 260 entries when it acknowledged leaf 250, the log shows 200",
  ],
  "acknowledged-root-differs": [
    { leafIndex: 5, treeSize: 9 },
    "the signed checkpoint of 9 entries that came with leaf 5 has another root than the log has at that size",
  ],
  "acknowledged-leaf-differs": [{ leafIndex: 5 }, "the log has another leaf 5 than the one that was acknowledged"],
  "acknowledged-leaf-unread": [{ leafIndex: 5 }, "leaf 5 could not be read"],
  sampled: [
    { leaves: 20, treeSize: 600, seed: "abc", mostAltered: 14 },
    "a sample of 20 leaves out of 600, drawn from the seed abc: if all of them hold, at most 14 % of all leaves are altered, with 95 % confidence; gaps, and whether sources signed as they must, were not checked",
  ],
  "no-addenda": [{}, "the log serves no addenda: bodies were not checked"],
  "body-missing": [{}, "its body is missing, and no event of the log withholds it"],
  "bodies-withheld": [{ count: 2 }, "2 bodies are withheld, as events of the log say: their entries were checked"],
  "bodies-withheld-since": [
    { count: 2 },
    "2 bodies are not there: newer entries than were audited say that they are withheld, so audit the log again",
  ],
  "bodies-absent": [
    { count: 2 },
    "2 bodies are not there: their entries were checked, and not whether the log says that they are withheld",
  ],
  "not-all-read": [{ because }, "not all could be read: a value is expected"],
  "acknowledgement-unchecked": [{ item: 2, because }, "acknowledgement 2 was not checked: a value is expected"],
  "findings-unlisted": [{ count: 3 }, "3 further findings are not listed"],
  "no-chain": [{}, "no chain was asked: the log was not compared with its anchors"],
  unanchored: [{}, "the contract has no anchor of this log yet that is final: there was nothing to compare it with"],
  "anchors-open": [
    { count: 2, newestSizes: [9, 12] },
    "anchors that are not final yet by the policy's rule were left open: 2, of size 9, 12",
  ],
  "nodes-behind": [
    { height: 40, ahead: ["a", "b"], behind: ["c"] },
    "not all could be read: later anchors, which a, b has, were not compared: c has no block above 40 yet",
  ],
  "beacons-uncompared": [{}, "the log's beacons were not compared with the chain"],
  "beacons-partly-compared": [
    { compared: 256, count: 300 },
    "only the newest 256 of 300 beacons were compared with the chain",
  ],
  "beacons-unanswered": [
    { leafIndex: 8, because },
    "beacons from leaf 8 on were not compared with the chain: a value is expected",
  ],
  "beacons-of-lost-chain": [{ count: 1 }, "1 of the beacons are of a chain that is gone: it has been restarted since"],
  "beacons-unknown": [{ count: 1 }, "the chain does not know the heights of 1 of the beacons"],
  "beacons-begin-again": [{ count: 2 }, "heights begin again at 2 of the log's beacons: the chain was restarted"],
  "entries-early": [
    { count: 1, toleranceSeconds: 300 },
    "1 of the entries name a time more than 300 s before the block of the beacon below them: the log's clock was slow",
  ],
  "numbers-left-out": [
    {
      sourceId: "ab",
      source: "gateway-7",
      missing: 3,
      lastSeq: 9,
      ranges: [
        [2, 2],
        [4, 5],
      ],
      hasMoreRanges: false,
    },
    "source gateway-7 has left out 3 of the numbers up to 9: 2, 4-5",
  ],
  "numbers-missing": [
    {
      source: "gateway-7",
      ranges: [
        [2, 2],
        [4, 5],
      ],
      hasMoreRanges: false,
    },
    "source gateway-7: the log does not have 2, 4-5",
  ],
  "numbers-not-yet": [
    { source: "gateway-7", ranges: [[8, 9]], hasMoreRanges: true },
    "source gateway-7: the log does not have 8-9, … yet",
  ],
  "gaps-unlisted": [{ count: 2 }, "2 further sources with missing numbers are not listed"],
  "no-head-guard": [{}, "there is no head guard: without a chain, an older copy would not be noticed"],
  "evidence-only": [{}, "anchors were checked against their stored evidence only"],
  "vault-closed": [{}, "the vault was not opened: openings were not checked"],
  "openings-early": [{ count: 4 }, "the vault holds openings of 4 records that the log does not have (yet)"],
};

const english = (fact: object): string => findingInEnglish(fact as AuditFact);

describe("the English of an audit", () => {
  for (const [id, [values, sentence]] of Object.entries(SAID))
    it(`${id}: ${sentence.slice(0, 60)}`, () => {
      expect(english({ id, ...values })).to.equal(sentence);
    });

  it("says that there are more sizes and ranges than it names, and gives the id of a source without a name", () => {
    const open = { id: "anchors-open", count: 6, newestSizes: [2, 3, 4, 5, 6] };
    expect(english(open)).to.match(/left open: 6, of size …, 2, 3, 4, 5, 6$/);
    const [gap] = SAID["numbers-left-out"];
    const [sample] = SAID["sampled"];
    expect(findingInEnglish({ id: "sampled", ...sample, seed: null })).to.match(
      /^a sample of 20 leaves out of 600: if all/,
    );
    expect(english({ id: "numbers-left-out", ...gap, source: null, hasMoreRanges: true })).to.equal(
      "source ab has left out 3 of the numbers up to 9: 2, 4-5, …",
    );
  });

  it("has ids in kebab case", () => {
    expect(Object.keys(SAID).filter((id) => !/^[a-z]+(-[a-z]+)*$/.test(id))).to.deep.equal([]);
  });
});
