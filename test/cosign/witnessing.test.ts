// The checkpoint that a log shows, and the clock on which its witnesses are asked: no chain, real witnesses, and a time that
// the test moves. Invariant: what is shown never gets smaller.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { Alarms } from "../../src/alarms/alarms.ts";
import { parseConfig } from "../../src/config.ts";
import { utf8 } from "../../src/core/bytes.ts";
import { openCheckpoint } from "../../src/core/checkpoint.ts";
import { openCosigner } from "../../src/cosign/witness-file.ts";
import { startWitness, type WitnessService } from "../../src/witness/start.ts";
import { Witnessing } from "../../src/cosign/witnessing.ts";
import { SHOWN_CHECKPOINT_FILE } from "../../src/cosign/shown-checkpoint.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { keyed, openLedger, reading, SIGNER, temporaryFolder, type TestLedger } from "../support/ledger.ts";

const LOGS = [{ origin: SIGNER.key.name, keys: [SIGNER.key] }];
const PATIENCE_MS = 600_000;

describe("truth A7: the checkpoint that a witnessed log shows", () => {
  let ledger: TestLedger;
  let folder: string;
  let witnessFolder: string;
  let witness: WitnessService;
  let settings: ReturnType<typeof parseConfig>["witnesses"];
  let alarms: Alarms;
  let time: number;
  let batch = 0;

  const startOne = (port = 0): Promise<WitnessService> =>
    startWitness({
      ...{ dataDir: witnessFolder, name: "witness.one.example", logs: LOGS, host: "127.0.0.1", port },
      onConflict: () => undefined,
    });
  const submit = (count: number): Promise<unknown> => ledger.submit(keyed(reading, count, `batch-${batch++}`));

  beforeEach(async () => {
    ledger = await openLedger();
    folder = temporaryFolder();
    witnessFolder = temporaryFolder();
    witness = await startOne();
    const file = join(folder, "witnesses.json");
    writeFileSync(file, JSON.stringify([{ vkey: witness.vkey, url: witness.url }]));
    settings = parseConfig({ WARIFU_WITNESSES: file, WARIFU_WITNESS_QUORUM: "1" }).witnesses;
    alarms = new Alarms(() => time);
    time = 1_795_334_400_000;
  });
  afterEach(async () => {
    await witness.close();
    await ledger.close();
  });

  /** As after a start of the service, with rounds that the test runs. */
  async function open(): Promise<Witnessing> {
    const { store, tree, publisher } = ledger.log;
    const cosigner = openCosigner(settings, { logKey: SIGNER.key, tree, now: () => time });
    const witnessing = new Witnessing({
      ...{ cosigner, store, tree, publisher, logKey: SIGNER.key, alarms, now: () => time },
      file: join(folder, SHOWN_CHECKPOINT_FILE),
      everyMs: 86_400_000,
      patienceMs: PATIENCE_MS,
      onFailure: (reason) => {
        throw reason;
      },
    });
    await witnessing.start();
    await witnessing.close();
    return witnessing;
  }
  const shownBy = async (witnessing: Witnessing): Promise<[size: number, cosignatures: number]> => {
    const note = (await witnessing.note()) ?? expect.fail("nothing is shown");
    const { checkpoint, signatures } = openCheckpoint(
      utf8(note),
      SIGNER.key,
      openCosigner(settings, { logKey: SIGNER.key, tree: ledger.log.tree, now: () => time }).policy.keys,
    );
    return [checkpoint.treeSize, signatures.length - 1];
  };

  it("is brought to the witnesses as the log grows, with no chain and no anchor", async () => {
    await submit(3);
    const witnessing = await open();
    expect(await shownBy(witnessing)).to.deep.equal([ledger.log.tree.publishedSize, 1]);
    await submit(600);
    await witnessing.round();
    // At a boundary, as an anchor would choose it: what witnesses have seen, no later anchor may fall behind.
    expect(await shownBy(witnessing)).to.deep.equal([512, 1]);
    await witnessing.round();
    expect(await shownBy(witnessing)).to.deep.equal([ledger.log.tree.publishedSize, 1]);
    expect(alarms.active()).to.deep.equal([]);
  });

  it("stands still while no witness answers, moves on without them after a while, and never goes back", async () => {
    await submit(3);
    let witnessing = await open();
    const sizes: number[] = [];
    const look = async (): Promise<[number, number]> => {
      const shown = await shownBy(witnessing);
      sizes.push(shown[0]);
      return shown;
    };
    const [cosignedSize] = await look();
    const port = Number(new URL(witness.url).port);
    await witness.close();
    await submit(10);
    await witnessing.round();
    expect(await look()).to.deep.equal([cosignedSize, 1]);
    expect(alarms.active().map(({ code }) => code)).to.deep.equal(["witness-quorum"]);
    time += PATIENCE_MS;
    await witnessing.round();
    const own = ledger.log.tree.publishedSize;
    expect(await look()).to.deep.equal([own, 0]);
    await submit(300);
    // The own checkpoint that was shown, also after a restart.
    expect(await look()).to.deep.equal([own, 0]);
    witnessing = await open();
    expect(await look()).to.deep.equal([own, 0]);
    witness = await startOne(port);
    await witnessing.round();
    const [size, cosignatures] = await look();
    expect([size >= own, cosignatures]).to.deep.equal([true, 1]);
    expect(alarms.active()).to.deep.equal([]);
    witnessing = await open();
    await look();
    expect(sizes).to.deep.equal(sizes.toSorted((a, b) => a - b));
  });

  it("is there before any witness has answered, and is the one that they then cosign", async () => {
    await submit(3);
    await witness.close();
    const witnessing = await open();
    const [size] = await shownBy(witnessing);
    expect(size).to.equal(ledger.log.tree.publishedSize);
    expect(readFileSync(join(folder, SHOWN_CHECKPOINT_FILE), "utf8")).to.equal(await witnessing.note());
    witness = await startOne(Number(new URL(witness.url).port));
    await witnessing.round();
    expect(await shownBy(witnessing)).to.deep.equal([size, 1]);
  });

  it("is refused at the start when the file holds another log's, or none", async () => {
    await submit(3);
    await open();
    const file = join(folder, SHOWN_CHECKPOINT_FILE);
    const kept = readFileSync(file, "utf8");
    for (const text of ["", kept.replace("\n3\n", "\n4\n").replace(/\n\d+\n/, "\n9999\n")]) {
      writeFileSync(file, text);
      await expectRejection("STORE_CORRUPT", open(), /shown-checkpoint/);
    }
  });
});
