// The proofs of every size up to 256: here, because coverage makes them ten times slower. Beside the other tests of the
// tree are those of the small ones, which have every branch.

import { expectConsistencyProofs, expectInclusionProofs, expectSubtreeProofs } from "../support/every-proof.ts";
import { naiveLog } from "../support/naive-log.ts";

const LOG = naiveLog(256);

describe("merkle: the proofs of every size up to 256", () => {
  it("F1 every inclusion proof equals the referee's and is accepted", () => expectInclusionProofs(LOG));

  it("F1 every consistency proof equals the referee's and is accepted", () => expectConsistencyProofs(LOG));

  it("F1 every subtree proof equals the referee's, and yields both hashes", () => expectSubtreeProofs(LOG));
});
