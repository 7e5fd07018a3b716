// The referee refereed: the naive tree against the root hashes that every implementation of RFC 6962 is checked with.
// Invariant: these are published values, never recomputed from our own code.

import { expect } from "chai";

import {
  naiveConsistencyProof,
  naiveEmptyRoot,
  naiveInclusionProof,
  naiveLeafHash,
  naiveRangeHash,
  naiveVerifyConsistency,
  naiveVerifyInclusion,
} from "../reference/naive-merkle.ts";

const entries = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

const publishedRoots = [
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

describe("naive Merkle tree", () => {
  const rangeHash = naiveRangeHash(entries.map((entry) => naiveLeafHash(Buffer.from(entry, "hex"))));

  it("has the published root at every size from 0 to 8", () => {
    expect(publishedRoots.map((_, size) => rangeHash(0, size).toString("hex"))).to.deep.equal(publishedRoots);
    expect(naiveEmptyRoot().toString("hex")).to.equal(publishedRoots[0]);
  });

  it("refuses its own proofs once a hash is missing, added, or the index or size is out of range", () => {
    const leaf = rangeHash(3, 4);
    const path = naiveInclusionProof(rangeHash, 3, 0, 7);
    const root = rangeHash(0, 7);
    expect(naiveVerifyInclusion(leaf, 3, 7, path, root)).to.equal(true);
    expect(naiveVerifyInclusion(leaf, 3, 7, path.slice(1), root)).to.equal(false);
    expect(naiveVerifyInclusion(leaf, 3, 7, [...path, root], root)).to.equal(false);
    expect(naiveVerifyInclusion(leaf, 7, 7, path, root)).to.equal(false);
    expect(naiveVerifyInclusion(leaf, -1, 7, path, root)).to.equal(false);

    const proof = naiveConsistencyProof(rangeHash, 3, 7);
    expect(naiveVerifyConsistency(3, rangeHash(0, 3), 7, root, proof)).to.equal(true);
    expect(naiveVerifyConsistency(3, rangeHash(0, 3), 7, root, proof.slice(1))).to.equal(false);
    expect(naiveVerifyConsistency(3, rangeHash(0, 3), 7, root, [...proof, root])).to.equal(false);
    expect(naiveVerifyConsistency(0, naiveEmptyRoot(), 7, root, [])).to.equal(false);
    expect(naiveVerifyConsistency(7, root, 3, rangeHash(0, 3), proof)).to.equal(false);
  });
});
