// The proofs of every size up to 130, and up to 260 in the gate (WARIFU_EVERY_CHANGE): here, because coverage makes them ten
// times slower. Beside the other tests of the tree are those of the small ones, which have every branch.

import { expectConsistencyProofs, expectInclusionProofs, expectSubtreeProofs } from "../support/every-proof.ts";
import { naiveLog } from "../support/naive-log.ts";

/** Beyond a power of two in both. */
const LARGEST = process.env["WARIFU_EVERY_CHANGE"] === "on" ? 260 : 130;
const LOG = naiveLog(LARGEST);

describe(`merkle: the proofs of every size up to ${LARGEST}`, () => {
  it("F1 every inclusion proof equals the referee's and is accepted", () => expectInclusionProofs(LOG));

  it("F1 every consistency proof equals the referee's and is accepted", () => expectConsistencyProofs(LOG));

  it("F1 every subtree proof equals the referee's, and yields both hashes", () => expectSubtreeProofs(LOG));
});
