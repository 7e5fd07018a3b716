// A witness that is killed between its memory and its answer: what it had cosigned it remembers, what it had not never
// left, and no second history gets a cosignature from what is left behind.

import { expect } from "chai";

import { temporaryFolder } from "../support/ledger.ts";
import { startChild, type Running } from "../faults/support/child.ts";
import { openWitness, saidBy } from "./support/open-witness.ts";
import { ORIGIN, smallLog, type SmallLog } from "./support/small-log.ts";

const PROCESS = "../../witness/support/witness-process.ts";
const log = smallLog();
const fork = smallLog({ forkAt: 4 });

async function start(folder: string, when?: "before" | "after"): Promise<{ child: Running; url: string }> {
  const child = await startChild(PROCESS, when === undefined ? [folder] : [folder, when]);
  return { child, url: (await child.said("at ")).slice("at ".length) };
}

/** What the witness answered; undefined when the connection broke. */
async function submit(url: string, body: Uint8Array): Promise<string | undefined> {
  try {
    const response = await fetch(`${url}/add-checkpoint`, { method: "POST", body: Buffer.from(body) });
    return `${response.status} ${await response.text()}`;
  } catch {
    return undefined;
  }
}

describe("a witness that is killed", () => {
  it("after its memory moved and before it answered, holds what nobody has seen", async () => {
    const folder = temporaryFolder();
    const { child, url } = await start(folder, "after");
    expect(await submit(url, log.request(0, 8))).to.equal(undefined);
    expect((await child.ended).signal).to.equal("SIGKILL");

    const again = await openWitness({ folder });
    expect(await again.store.head(ORIGIN)).to.include({ treeSize: 8 });
    again.clock.seconds = Math.ceil(Date.now() / 1_000) + 1;
    // The log tries again as if nothing had been, is told the size, and gets its cosignature.
    expect(saidBy(await again.witness.addCheckpoint(log.request(0, 8)))).to.equal(8);
    expect(saidBy(await again.witness.addCheckpoint(fork.request(0, 8)))).to.equal(8);
    expect(saidBy(await again.witness.addCheckpoint(log.request(8, 8)))).to.equal("cosigned");
    await again.store.close();
  });

  it("before its memory moved, has given nothing away and may cosign the other history", async () => {
    const folder = temporaryFolder();
    const { child, url } = await start(folder, "before");
    expect(await submit(url, log.request(0, 8))).to.equal(undefined);
    await child.ended;
    const again = await openWitness({ folder });
    expect(await again.store.heads()).to.deep.equal([]);
    expect(saidBy(await again.witness.addCheckpoint(fork.request(0, 8)))).to.equal("cosigned");
    await again.store.close();
  });

  it("again and again, under two histories, gives cosignatures to one of them only", async () => {
    const folder = temporaryFolder();
    const cosigned = new Set<SmallLog>();
    let held = 0;
    for (let round = 0; round < 4; round++) {
      const { child, url } = await start(folder);
      let patience = 1 + 3 * round;
      const compete = async (rival: SmallLog): Promise<void> => {
        for (let size = held + 5; size < held + 12; size++) {
          const answer = await submit(url, rival.request(held, size));
          if (answer?.startsWith("200")) cosigned.add(rival);
          held = Math.max(
            held,
            answer?.startsWith("200") ? size : Number(/^409 (\d+)\n$/.exec(answer ?? "")?.[1] ?? 0),
          );
          if (--patience === 0) child.process.kill("SIGKILL");
        }
      };
      await Promise.all([compete(log), compete(fork), child.ended]);
    }
    expect(cosigned.size).to.equal(1);
    const [winner] = [...cosigned];
    const after = await openWitness({ folder });
    const head = await after.store.head(ORIGIN);
    expect(head?.rootHash).to.deep.equal(new Uint8Array(winner?.root(head?.treeSize ?? 0) ?? []));
    await after.store.close();
  });
});
