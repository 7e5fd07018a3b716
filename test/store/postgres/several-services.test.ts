// Several services write one log in PostgreSQL. Invariant: there is one history; what any of them has acknowledged is in it, once
// and under the checkpoint that it said; and no head is signed that another one's commit overtakes.
// WARIFU_POSTGRES_KILLS asks for more rounds.

import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";

import { audit } from "../../../src/audit/audit-ledger.ts";
import { toHex } from "../../../src/core/bytes.ts";
import { WarifuError } from "../../../src/core/errors.ts";
import { pagedRandomBytes } from "../../../src/core/random.ts";
import { FolderStore } from "../../../src/object-storage/folder-store.ts";
import { LogCopy } from "../../../src/object-storage/log-copy.ts";
import { openLogSigner } from "../../../src/keys/key-files.ts";
import { addMlDsaKey } from "../../../src/keys/log-rotation.ts";
import { LogFiles } from "../../../src/read/log-files.ts";
import { copiedLog } from "../../../src/service/open-copying.ts";
import { openVault, readLedger, type StorePlace } from "../../../src/store/open.ts";
import type { AuditReport } from "../../../src/verify/audit-findings.ts";
import type { LogTree } from "../../../src/write/log-tree.ts";
import type { Acknowledgement } from "../../../src/write/outcome.ts";
import { startChild, type Running } from "../../faults/support/child.ts";
import { recordOf } from "../../faults/support/numbered-records.ts";
import { acksIn } from "../../faults/support/resume.ts";
import { expectRejection } from "../../support/expect-rejection.ts";
import {
  keyed,
  MASTER_KEY,
  openLedger,
  ORIGIN,
  policyOf,
  reading,
  report,
  SIGNER,
  temporaryFolder,
  type TestLedger,
} from "../../support/ledger.ts";
import { thePostgres, type PostgresServer } from "../../support/postgres.ts";
import { openSharedLedger } from "./support/shared-ledger.ts";

const ROUNDS = Number(process.env["WARIFU_POSTGRES_KILLS"] ?? 1);
const SERVICES = Number(process.env["WARIFU_POSTGRES_SERVICES"] ?? 2);
/** Numbers of records that one service may send in all its lives. */
const SPAN = 1_000_000;

describe("several services on one PostgreSQL", function () {
  this.timeout(300_000 + ROUNDS * 10_000);
  let server: PostgresServer;
  before(async () => {
    server = await thePostgres();
  });

  const placeOf = (database: string): StorePlace => ({ dataDir: temporaryFolder(), database });
  const newDatabase = (): string => server.addressFor(temporaryFolder());

  async function expectClean(database: string): Promise<AuditReport> {
    const place = placeOf(database);
    const store = await readLedger(place);
    const vault = await openVault(place, { masterKey: MASTER_KEY, randomBytes: pagedRandomBytes(), readOnly: true });
    try {
      const found = await audit({ store, vault, policy: policyOf(SIGNER.key, true), anchors: undefined });
      expect(found.findings).to.deep.equal([]);
      expect(found.outcome).to.equal("holds");
      return found;
    } finally {
      await vault.close();
      await store.close();
    }
  }

  async function headsIn(database: string): Promise<Map<number, string>> {
    const store = await readLedger(placeOf(database));
    const heads = await store.checkpoints(Number.MAX_SAFE_INTEGER, 1_000_000);
    await store.close();
    return new Map(heads.map(({ treeSize, rootHash }) => [treeSize, toHex(rootHash)]));
  }

  it("begin beside one that writes: what it has written meanwhile does not make theirs an older copy", async () => {
    const database = newDatabase();
    const one = await openSharedLedger(placeOf(database));
    await one.pipeline.submit([reading(1)]);
    // As a contract says that holds a head of what the other one has written since.
    const compare = async (anchored: number, { publishedSize }: LogTree): Promise<void> => {
      if (anchored > publishedSize) throw new WarifuError("STORE_BEHIND", `${anchored} > ${publishedSize}`);
    };
    const open = (beforeWriting: (tree: LogTree) => Promise<void>): Promise<TestLedger> =>
      openLedger({ folder: temporaryFolder(), database, beforeWriting });
    let asked = 0;
    const other = await open(async (tree) => {
      if (asked++ === 0) await one.pipeline.submit([reading(2)]);
      await compare(one.log.tree.publishedSize, tree);
    });
    expect(asked).to.equal(2);
    expect(other.log.tree.publishedSize).to.equal(one.log.tree.publishedSize);
    await expectRejection(
      "STORE_BEHIND",
      open((tree) => compare(tree.publishedSize + 1, tree)),
    );
    for (const ledger of [other, one]) await ledger.close();
    await expectClean(database);
  });

  it("take turns: each sees what the others wrote, and every head that was signed is in the log", async () => {
    const database = newDatabase();
    const signed: string[] = [];
    const signer = {
      key: SIGNER.key,
      sign: (message: Uint8Array): Uint8Array => {
        const [, size = "", root = ""] = new TextDecoder().decode(message).split("\n");
        signed.push(`${size} ${toHex(Buffer.from(root, "base64"))}`);
        return SIGNER.sign(message);
      },
    };
    const services: TestLedger[] = [];
    for (let i = 0; i < 3; i++) services.push(await openSharedLedger(placeOf(database), signer));
    const sent = services.flatMap(({ log }, i) =>
      Array.from({ length: 8 }, (_, part) =>
        log.pipeline.submit(keyed(part % 2 ? report : reading, 20, `${i}-${part}`)),
      ),
    );
    const outcomes = (await Promise.all(sent)).flat();
    expect(outcomes.filter(({ ok }) => !ok)).to.deep.equal([]);
    const heads = [...(await headsIn(database))].map(([size, root]) => `${size} ${root}`);
    expect(new Set(signed)).to.deep.equal(new Set(heads));
    expect(signed.length, "none twice").to.equal(heads.length);
    const [first, second] = services as [TestLedger, TestLedger];
    await first.log.writer.follow();
    expect(first.log.tree.publishedSize).to.equal(2 + outcomes.length);
    // The same records sent again to another service get the answers that the first one gave.
    const again = await second.log.pipeline.submit(keyed(reading, 20, "0-0"));
    const before = outcomes.slice(0, 20).map((one) => one.ok && one.acknowledgement);
    expect(again.map((one) => one.ok && !one.isNew && one.acknowledgement)).to.deep.equal(before);
    for (const service of services) await service.close();
    await expectClean(database);
  });

  it("show no checkpoint whose files they cannot serve yet, alone and in a copy", async () => {
    const database = newDatabase();
    const [one, other] = [await openSharedLedger(placeOf(database)), await openSharedLedger(placeOf(database))];
    const before = other.log.tree.publishedSize;
    await one.submit([reading(1)]);
    const copy = (): Promise<number> => {
      const storage = new FolderStore(temporaryFolder());
      return new LogCopy({ log: copiedLog(other.log, new LogFiles(other.log)), logKey: SIGNER.key, storage }).update();
    };
    expect(await copy()).to.equal(before);
    await other.log.writer.follow();
    expect(await copy()).to.equal(one.log.tree.publishedSize);
    for (const service of [one, other]) await service.close();
  });

  it("say once under which profiles they write, when all of them begin at the same moment", async () => {
    const database = newDatabase();
    const services = await Promise.all([0, 1, 2].map(() => openSharedLedger(placeOf(database))));
    for (const { log } of services) await log.writer.follow();
    expect(services.map(({ log }) => log.tree.publishedSize)).to.deep.equal([2, 2, 2]);
    for (const service of services) await service.close();
    await expectClean(database);
  });

  it("begin to sign with ML-DSA-44 one after the other, which no policy asks for by itself", async () => {
    const database = newDatabase();
    const place = placeOf(database);
    const keyFile = join(place.dataDir, "log.key");
    const one = await openSharedLedger(place, openLogSigner(keyFile, ORIGIN));
    const { keys } = await addMlDsaKey({ ...place, keyFile });
    expect(keys.further?.map((further) => Object.keys(further))).to.deep.equal([["key"]]);
    // It goes on with the key that it began with.
    await one.log.pipeline.submit(keyed(reading, 3, "a"));
    const other = await openSharedLedger(placeOf(database), openLogSigner(keyFile, ORIGIN));
    for (const [service, prefix] of [[other, "b"] as const, [one, "c"] as const, [other, "d"] as const]) {
      const outcomes = await service.log.pipeline.submit(keyed(reading, 3, prefix));
      expect(outcomes.map(({ ok }) => ok)).to.deep.equal([true, true, true]);
    }
    expect([...one.stops, ...other.stops]).to.deep.equal([]);
    for (const service of [one, other]) await service.close();
  });

  it("commit nothing once their connection is gone, and start again where the others are", async () => {
    const database = newDatabase();
    const [one, other] = [await openSharedLedger(placeOf(database)), await openSharedLedger(placeOf(database))];
    await one.log.pipeline.submit(keyed(reading, 3, "a"));
    await server.query(
      "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE application_name = 'warifu'",
    );
    await sleep(50);
    expect((await one.log.pipeline.submit(keyed(reading, 3, "b"))).map(({ ok }) => ok)).to.deep.equal([
      false,
      false,
      false,
    ]);
    expect(one.stops.length).to.equal(1);
    for (const service of [one, other]) await service.close().catch(() => undefined);
    const again = await openSharedLedger(placeOf(database));
    expect((await again.log.pipeline.submit(keyed(reading, 3, "b"))).map(({ ok }) => ok)).to.deep.equal([
      true,
      true,
      true,
    ]);
    await again.close();
    await expectClean(database);
  });

  it(`that are killed at random lose nothing that they acknowledged, in ${ROUNDS} rounds with ${SERVICES} of them`, async () => {
    const database = newDatabase();
    const folders = Array.from({ length: SERVICES }, () => temporaryFolder());
    const next = folders.map((_, i) => i * SPAN);
    const acks = new Map<number, Acknowledgement>();
    const lives: (readonly string[])[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const children = await Promise.all(
        folders.map((folder, i) =>
          startChild("../../store/postgres/support/writer-process.ts", [database, folder, String(next[i]), "1"]),
        ),
      );
      await Promise.all(children.map((child) => child.said("open")));
      // Each at a time of its own, so that the others go on for a while.
      const ends = children.map((child) => kill(child, Math.random() * 300));
      for (const [i, lines] of (await Promise.all(ends)).entries()) {
        expect(lines.filter((line) => line.startsWith("refused"))).to.deep.equal([]);
        for (const [number, acknowledgement] of acksIn(lines)) acks.set(number, acknowledgement);
        const sent = lines.filter((line) => line.startsWith("sent ")).map((line) => Number(line.split(" ")[2]));
        next[i] = Math.max(next[i]!, ...sent);
        lives.push(lines);
      }
    }
    await expectAllThere(database, next, acks);
    await expectNoLostHead(database, lives);
    const { checked } = await expectClean(database);
    expect(checked.entries).to.equal(2 + next.reduce((sum, end, i) => sum + end - i * SPAN, 0));
    // In a single round, both may be killed before their first answer.
    if (ROUNDS > 5) expect(acks.size).to.be.greaterThan(ROUNDS);
  });

  async function kill(child: Running, afterMs: number): Promise<readonly string[]> {
    await sleep(afterMs);
    child.process.kill("SIGKILL");
    const { lines, signal } = await child.ended;
    expect(signal, lines.slice(-3).join("\n")).to.equal("SIGKILL");
    return lines;
  }

  /** All that was sent is sent again: what was acknowledged gets the same answer. */
  async function expectAllThere(database: string, next: readonly number[], acks: ReadonlyMap<number, Acknowledgement>) {
    const ledger = await openSharedLedger(placeOf(database));
    for (const [i, end] of next.entries()) {
      const begin = i * SPAN;
      const outcomes = await ledger.log.pipeline.submit(
        Array.from({ length: end - begin }, (_, at) => recordOf(begin + at)),
      );
      for (const [at, outcome] of outcomes.entries()) {
        if (!outcome.ok) throw outcome.error;
        const first = acks.get(begin + at);
        if (!first) continue;
        expect(outcome.isNew, `record ${begin + at} was acknowledged, and is gone`).to.equal(false);
        expect(outcome.acknowledgement).to.deep.equal(first);
      }
    }
    await ledger.close();
  }

  /** Of the heads that a process signed in one life, all are in the log but perhaps the one that it was killed with. */
  async function expectNoLostHead(database: string, lives: readonly (readonly string[])[]): Promise<void> {
    const heads = await headsIn(database);
    for (const lines of lives) {
      const signed = lines.filter((line) => line.startsWith("signed ")).map((line) => line.split(" ").slice(1));
      for (const [size, root] of signed.slice(0, -1)) expect(heads.get(Number(size)), `head of ${size}`).to.equal(root);
    }
  }
});
