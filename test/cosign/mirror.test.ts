// A log is pushed to a mirror: from its first entry on, on from where it was cut off, and never over another history.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";

import { Alarms } from "../../src/alarms/alarms.ts";
import { parseConfig } from "../../src/config.ts";
import type { ErrorCode } from "../../src/core/errors.ts";
import { formatVerifierKey } from "../../src/core/note.ts";
import { mirrorClient } from "../../src/cosign/mirror-client.ts";
import { Mirror } from "../../src/cosign/mirror.ts";
import { Mirroring } from "../../src/cosign/mirroring.ts";
import { witnessClient } from "../../src/cosign/witness-client.ts";
import { LogFiles } from "../../src/read/log-files.ts";
import { openMirroring } from "../../src/service/open-mirroring.ts";
import { expectCode } from "../support/expect-code.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { copyFolder, openLedger, reading, SIGNER, temporaryFolder, type TestLedger } from "../support/ledger.ts";
import { TestMirror, type Misbehaviour } from "../support/mirror.ts";

const TIMES = { timeoutMs: 60_000 };

describe("a log that is pushed to a mirror", () => {
  let ledger: TestLedger;
  let mirror: TestMirror;
  beforeEach(async () => {
    ledger = await openLedger();
    mirror = new TestMirror(SIGNER.key);
    await mirror.start();
  });
  afterEach(async () => {
    await mirror.close();
    await ledger.close();
  });

  const submit = async (count: number, from = 0): Promise<string> => {
    await ledger.submit(Array.from({ length: count }, (_, at) => reading(from + at)));
    return noteOf(ledger);
  };
  const noteOf = async ({ store }: TestLedger): Promise<string> => (await store.newestCheckpoint())?.note ?? "";
  const pusher = ({ log } = ledger): Mirror => {
    const files = new LogFiles(log);
    const mirrored = { key: SIGNER.key, tree: log.tree, tile: files.tile.bind(files) };
    const parts = { offer: witnessClient(TIMES), send: mirrorClient(TIMES) };
    return new Mirror({ mirror: { key: mirror.key, url: mirror.url }, log: mirrored, ...parts });
  };
  const expectMirrored = async (): Promise<void> => {
    const size = ledger.log.tree.publishedSize;
    const bundle = await ledger.store.packedEntries?.(0, size);
    expect(mirror.mirrored).to.equal(size);
    expect(Buffer.concat(mirror.entries).equals(Buffer.from(bundle ?? []))).to.equal(true);
  };

  it("is there from the first entry to the last, and grows with the log", async () => {
    const pushing = pusher();
    for (const [count, from] of [
      [1, 0],
      [300, 1],
      [211, 301],
      [400, 512],
    ] as const) {
      await pushing.push(await submit(count, from));
      await expectMirrored();
    }
    const requests = mirror.uploads.length;
    // What it has is not sent again.
    await pushing.push(await noteOf(ledger));
    expect(mirror.uploads.length).to.equal(requests);
  });

  it("goes on where it was cut off, whoever pushes", async () => {
    const note = await submit(900);
    mirror.patience = 1;
    mirror.misbehaviour = "dies";
    await expectRejection("SERVICE_UNREACHABLE", pusher().push(note));
    expect(mirror.entries.length).to.equal(256);
    mirror.misbehaviour = undefined;
    await pusher().push(note);
    await expectMirrored();
    // Each asks first where the mirror is.
    const size = ledger.log.tree.publishedSize;
    const [asked, rest] = [[0, 0], [256, 512, 768].map((start) => [start, size])];
    expect(mirror.uploads).to.deep.equal([asked, [0, size], asked, ...rest]);
  });

  it("follows a mirror that holds on to what another service offered", async () => {
    const [first, second] = [pusher(), pusher()];
    await first.push(await submit(10));
    await second.push(await submit(300, 10));
    // It remembers an older size of the mirror, which says so.
    await first.push(await submit(300, 310));
    await expectMirrored();
  });

  it("does not take a mirror for one of another log because the log shows less than before", async () => {
    const shownOnce = await submit(10);
    await pusher().push(await submit(20, 10));
    await expectRejection("QUORUM_MISSING", pusher().push(shownOnce), /was offered \d+ entries already/);
    await pusher().push(await submit(5, 30));
    await expectMirrored();
  });

  it("is not pushed over another history, nor over more than there is", async () => {
    await submit(100);
    await ledger.close();
    const older = copyFolder(ledger.folder);
    ledger = await openLedger({ folder: ledger.folder });
    await pusher().push(await submit(20, 100));
    const restored = await openLedger({ folder: older });
    try {
      await expectRejection(
        "CONSISTENCY_MISMATCH",
        pusher(restored).push(await noteOf(restored)),
        /has a checkpoint of/,
      );
      await restored.submit(Array.from({ length: 500 }, (_, at) => reading(1_000 + at)));
      await expectRejection("CONSISTENCY_MISMATCH", pusher(restored).push(await noteOf(restored)), /inconsistent/);
    } finally {
      await restored.close();
    }
    await expectMirrored();
  });

  it("costs a mirror that misbehaves a bounded number of requests, and is believed nothing but its signature", async () => {
    const note = await submit(300);
    const wrong: readonly [Misbehaviour, ErrorCode][] = [
      ["says nonsense", "ENCODING_INVALID"],
      ["stands still", "SERVICE_UNREACHABLE"],
      ["is full", "QUORUM_MISSING"],
      ["signs with another key", "SIGNATURE_MISMATCH"],
    ];
    for (const [misbehaviour, code] of wrong) {
      mirror.misbehaviour = misbehaviour;
      const before = mirror.uploads.length;
      const pushing = pusher();
      const error = await pushing.push(note).catch((thrown: unknown) => thrown);
      expect(error, misbehaviour).to.have.property("code", code);
      expect(mirror.uploads.length - before, misbehaviour).to.be.at.most(4);
      expect(pushing.mirroredSize, misbehaviour).to.equal(0);
    }
  });

  it("raises an alarm for a mirror that is behind, and clears it", async () => {
    let time = 1_795_334_400_000;
    const alarms = new Alarms(() => time);
    await submit(3);
    const rounds = new Mirroring({
      ...{ mirrors: [pusher()], alarms, everyMs: 1_000 },
      checkpoint: () => noteOf(ledger),
      now: () => time,
    });
    mirror.misbehaviour = "is full";
    await rounds.round();
    time += 60_000;
    await rounds.round();
    const [alarm] = alarms.active();
    expect(alarm?.code).to.equal("mirror-behind");
    expect(alarm?.message).to.match(/^1 mirror is behind; mirror.example\/m1 since 2026-11-22T08:00:00.000Z: .* 507/);
    mirror.misbehaviour = undefined;
    await rounds.round();
    expect(alarms.active()).to.deep.equal([]);
    await expectMirrored();
  });

  it("is pushed by a service whose file names the mirror, until it ends", async () => {
    const file = join(temporaryFolder(), "mirrors.json");
    const open = (vkey: string): (() => Promise<void>) => {
      writeFileSync(file, JSON.stringify([{ vkey, url: mirror.url }]));
      const config = parseConfig({ WARIFU_MIRRORS: file, WARIFU_WITNESS_SECONDS: "1" });
      const closing = new AsyncDisposableStack();
      const parts = { log: ledger.log, files: new LogFiles(ledger.log), logKey: SIGNER.key };
      openMirroring({ config, closing, alarms: new Alarms(Date.now), tell: (line) => told.push(line), ...parts });
      return () => closing.disposeAsync();
    };
    const told: string[] = [];
    await submit(3);
    const close = open(formatVerifierKey(mirror.key));
    while (mirror.mirrored === 0) await sleep(10);
    await close();
    await expectMirrored();
    expect(told).to.deep.equal(["log pushed to mirror.example/m1"]);
    expectCode("CONFIG_INVALID", () => open(formatVerifierKey(SIGNER.key)), /mirrors of .* cannot be used/);
  });
});
