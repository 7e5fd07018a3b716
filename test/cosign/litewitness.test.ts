// The log before a witness that is not ours. What witnesses are asked and answer is tested without it, in cosign.test.ts.

import { expect } from "chai";

import { utf8 } from "../../src/core/bytes.ts";
import { parseNote, verifyNote } from "../../src/core/note.ts";
import { Cosigner } from "../../src/cosign/cosign.ts";
import { witnessClient } from "../../src/cosign/witness-client.ts";
import { LITEWITNESS, startLitewitness } from "../support/litewitness.ts";
import type { Served } from "../witness/support/served-witness.ts";
import { smallLog, type SmallLog } from "../witness/support/small-log.ts";

const PUBLISHED = 60;

if (LITEWITNESS === undefined)
  process.stdout.write("left out: cosignatures of litewitness, because TEST_LITEWITNESS names no program\n");
else cosignedBy(LITEWITNESS);

function cosignedBy(program: string): void {
  describe("litewitness", () => {
    const log = smallLog();
    let witness: Served;
    before(async () => {
      witness = await startLitewitness(program, [log.listed]);
    });
    after(() => witness.close());

    const cosignerOf = (of: SmallLog): Cosigner =>
      new Cosigner({
        witnesses: [witness.endpoint],
        quorum: 1,
        ask: witnessClient({ timeoutMs: 60_000 }),
        logKey: of.key,
        tree: { consistencyProof: async (from, to) => of.proof(from, to), publishedSize: PUBLISHED },
        now: Date.now,
      });
    const failuresOf = async (of: SmallLog, size: number): Promise<string[]> =>
      (await cosignerOf(of).cosign({ note: of.note(size) })).failures.map(({ kind }) => kind);

    it("cosigns the log as it grows, also once the log has forgotten where it was", async () => {
      let cosigner = cosignerOf(log);
      for (const size of [8, 20, 20, 57, 60]) {
        if (size === 57) cosigner = cosignerOf(log);
        const { note, failures } = await cosigner.cosign({ note: log.note(size) });
        expect(failures, `size ${size}`).to.deep.equal([]);
        const keys = [log.key, witness.endpoint.key];
        expect(verifyNote(parseNote(utf8(note)), keys).map(({ key }) => key)).to.deep.equal(keys);
      }
    });

    it("refuses another history, an older tree, another key and another log, and each is understood", async () => {
      expect(await failuresOf(smallLog({ forkAt: 4 }), 60)).to.deep.equal(["inconsistent"]);
      expect(await failuresOf(log, 20)).to.deep.equal(["ahead"]);
      expect(await failuresOf(smallLog({ seed: 42 }), 60)).to.deep.equal(["bad-signature"]);
      expect(await failuresOf(smallLog({ origin: "log.example/two" }), 60)).to.deep.equal(["unknown-log"]);
    });
  });
}
