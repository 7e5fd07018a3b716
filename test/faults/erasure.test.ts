// E12: the process is killed at each step of an erasure and of a withholding. Whatever the log states by then is gone after
// an ordinary start, from every file; what it does not state is whole; and the same calls again complete the rest.

import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";

import { expect } from "chai";

import { eraseRecords, withholdRecords } from "../../src/privacy/erasure.ts";
import { VAULT_FILE } from "../../src/store/sqlite/vault.ts";
import { canariesIn } from "../support/canary-scan.ts";
import { copyFolder, expectClean, openLedger, report } from "../support/ledger.ts";
import { startChild } from "./support/child.ts";

const STEPS = ["keep", "commit", "forget", "eraseAll", "keep", "commit", "forget", "eraseAll"];

describe("an erasure that is killed", () => {
  it("E12 ends erased, whichever step it is killed at", async () => {
    const original = await openLedger();
    const acks = await original.submit(
      Array.from({ length: 6 }, (_, i) => report(i, { key: `canary-key-${i}-`, claims: claims(i) })),
    );
    await original.close();
    const leaves = acks.map(({ leafIndex }) => leafIndex);
    const [erased, withheld] = [leaves.slice(0, 3), leaves.slice(3, 5)];
    const met: string[] = [];
    for (let step = 1; ; step++) {
      const folder = copyFolder(original.folder);
      const args = [folder, String(step), erased.join(), withheld.join()];
      const { lines, signal } = await (await startChild("erasing-process.ts", args)).ended;
      const killed = lines.find((line) => line.startsWith("killed "))?.slice("killed ".length);
      if (killed !== undefined) expect(signal).to.equal("SIGKILL");
      const ledger = await openLedger({ folder });
      const { erasures } = ledger.log.events;
      const stated = [...erasures.erased()];
      for (const line of lines.filter((one) => one.startsWith("erased ")))
        expect(stated, line).to.include.members(line.slice("erased ".length).split(",").map(Number));
      await expectGone(folder, stated, leaves);
      await eraseRecords(erased, { basis: "gdpr-17-1-a" }, ledger.log);
      await withholdRecords(withheld, { reason: "personal-data" }, ledger.log);
      await expectGone(folder, [...erased, ...withheld], leaves);
      expect(ledger.log.tree.publishedSize, "an event each").to.equal(leaves[5]! + 1 + 5);
      expect(await ledger.vault.open(leaves[5]!)).to.have.length(2);
      await ledger.close();
      await expectClean(folder);
      if (killed === undefined) break;
      met.push(killed);
    }
    expect(met).to.deep.equal(STEPS);
  });
});

function claims(number: number): { [name: string]: string } {
  return { category: `withheld-canary-${number}-`, text: `hidden-canary-${number}-`, reporterName: "Maria" };
}

/** The records' keys are in no file, nor their bodies where withheld, and the vault has no row of them; others have one. */
async function expectGone(folder: string, gone: readonly number[], all: readonly number[]): Promise<void> {
  const db = new DatabaseSync(join(folder, VAULT_FILE), { readOnly: true, timeout: 60_000 });
  const kept = db.prepare("SELECT leaf_index FROM opening ORDER BY 1").all();
  db.close();
  expect(kept.map((row) => row["leaf_index"])).to.deep.equal(all.filter((leaf) => !gone.includes(leaf)));
  const numbers = gone.map((leaf) => all.indexOf(leaf));
  expect(
    canariesIn(
      numbers.map((number) => `canary-key-${number}-`),
      { folders: [folder] },
    ),
  ).to.deep.equal([]);
  const bodies = numbers.filter((number) => number >= 3).map((number) => `withheld-canary-${number}-`);
  expect(canariesIn(bodies, { folders: [folder] })).to.deep.equal([]);
}
