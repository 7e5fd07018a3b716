// What a mirror is sent, under the proofs of another make: torchwood's, of whose library .ci/run builds a program that
// TEST_SUBTREE_PROOF names.

import { spawnSync } from "node:child_process";

import { expect } from "chai";

import { subtreeRanges } from "../../src/core/merkle.ts";
import { packageRanges } from "../../src/core/tlog-mirror.ts";
import { naiveLog } from "../support/naive-log.ts";

const PROGRAM = process.env["TEST_SUBTREE_PROOF"] || undefined;
const SIZES = [1, 2, 255, 256, 257, 511, 700, 1_024, 1_500];

if (PROGRAM === undefined)
  process.stdout.write("left out: subtree proofs under another library, because TEST_SUBTREE_PROOF names no program\n");
else provenTo(PROGRAM);

function provenTo(program: string): void {
  describe("the packages of an upload, under torchwood", () => {
    const { hash } = naiveLog(Math.max(...SIZES));
    const base64 = (begin: number, end: number): string => hash(begin, end).toString("base64");
    const lines = SIZES.flatMap((size) =>
      packageRanges({ start: 0, end: size }).map(({ subtree: { begin, end } }) => {
        const proof = subtreeRanges({ begin, end }, size).map((range) => base64(range.begin, range.end));
        return [size, base64(0, size), begin, end, base64(begin, end), ...proof].join(" ");
      }),
    );
    const run = (input: string): ReturnType<typeof spawnSync> => spawnSync(program, { input });

    it("are proven to be of the tree", () => {
      const { status, stdout, stderr } = run(lines.join("\n"));
      expect(status, String(stderr)).to.equal(0);
      expect(String(stdout)).to.equal(`${lines.length}\n`);
    });

    it("are not, with another hash among those of the proof", () => {
      const wrong = lines
        .filter((line) => line.split(" ").length > 5)
        .map((line) => `${line.slice(0, -44)}${base64(0, 1)}`);
      for (const line of wrong) expect(run(line).status, line).to.equal(1);
    });
  });
}
