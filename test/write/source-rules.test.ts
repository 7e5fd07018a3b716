// Who may send, by the log's own events: registered keys, rotation, revocation, suspension. Failure cases D3, D5, D6.

import { expect } from "chai";

import { parseBody } from "../../src/core/body.ts";
import { parseOpening } from "../../src/core/opening.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { signedBytesOf, type SignedPart } from "../../src/core/source-signature.ts";
import { ed25519SourceKey, type SourceKey } from "../../src/core/source-key.ts";
import { eraseRecords } from "../../src/privacy/erasure.ts";
import type { SourceChange } from "../../src/write/change-source.ts";
import { withDatabase } from "../support/altered-rows.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { codesOf, expectClean, openLedger, reading, report, type TestLedger } from "../support/ledger.ts";
import { signingKey } from "../support/signing-key.ts";

const NAME = "santander/env-419";

/** A device: its key, and how it signs. */
class Device {
  readonly key: SourceKey;
  readonly #signing: ReturnType<typeof signingKey>;

  constructor(seed: number) {
    this.#signing = signingKey(seed);
    this.key = ed25519SourceKey(this.#signing.publicKey);
  }

  signed(record: JsonObject): JsonObject {
    const { publicKey, sign } = this.#signing;
    const sig = Buffer.from(sign(signedBytesOf(record as unknown as SignedPart))).toString("base64");
    return { ...record, evidence: { alg: "Ed25519", key: Buffer.from(publicKey).toString("base64"), sig } };
  }

  reading(seq: number, source = NAME): JsonObject {
    return this.signed(reading(seq, { source, seq }));
  }
}

describe("sources of the log", () => {
  const [old, young, stranger] = [new Device(11), new Device(12), new Device(13)];
  let ledger: TestLedger;
  beforeEach(async () => {
    ledger = await openLedger();
  });
  afterEach(async () => {
    await ledger.close();
    await expectClean(ledger.folder);
  });

  const change = (one: SourceChange) => ledger.log.changeSource(one);
  const register = (device?: Device, more: object = {}) =>
    change({ action: "register", name: NAME, newKey: device && { key: device.key, ...more } });
  const send = async (...records: JsonObject[]): Promise<string[]> => codesOf(await ledger.pipeline.submit(records));
  const reopen = async (): Promise<void> => {
    await ledger.close();
    ledger = await openLedger({ folder: ledger.folder });
  };

  it("a source that nobody registered sends signed or not, under any key", async () => {
    expect(await send(reading(1, { source: NAME, seq: 1 }), old.reading(2), stranger.reading(3))).to.deep.equal(
      Array(3).fill("ok"),
    );
  });

  it("D1: verifies many at the same time as strictly as one, each for itself", async () => {
    const broken = (seq: number, change: object): JsonObject => {
      const record = old.reading(seq);
      return { ...record, evidence: { ...(record["evidence"] as JsonObject), ...change } };
    };
    const records = [
      ...Array.from({ length: 20 }, (_, seq) => old.reading(seq)),
      { ...old.reading(30), seq: 31 },
      broken(32, { sig: "A".repeat(88) }),
      broken(33, { key: Buffer.alloc(32).toString("base64") }),
      broken(34, { alg: "none" }),
      { ...old.reading(35), colour: "red" },
      old.signed(reading(36, { source: NAME })),
      { ...old.reading(37), type: "unknown" },
      reading(38, { source: NAME, seq: 38 }),
    ];
    const expected = [
      ...Array<string>(20).fill("ok"),
      ...["SOURCE_SIGNATURE_INVALID", "ENCODING_INVALID", "KEY_INVALID", "RECORD_INVALID", "RECORD_INVALID"],
      ...["RECORD_INVALID", "PROFILE_UNKNOWN", "ok"],
    ];
    expect(await send(...records)).to.deep.equal(expected);
    for (const [at, record] of records.entries()) if (at > 20) expect(await send(record)).to.deep.equal([expected[at]]);
  });

  it("D1: a source with a key signs what it sends, with that key; others are as they were", async () => {
    await register(old);
    const answers = await send(
      old.reading(1),
      reading(2, { source: NAME, seq: 2 }),
      stranger.reading(3),
      reading(4, { source: "other" }),
      stranger.reading(5, "other"),
    );
    expect(answers).to.deep.equal(["ok", "SIGNATURE_REQUIRED", "SOURCE_KEY_REFUSED", "ok", "ok"]);
    await reopen();
    expect(await send(stranger.reading(6), old.reading(7))).to.deep.equal(["SOURCE_KEY_REFUSED", "ok"]);
  });

  it("registered without a key, it sends unsigned; a key given later holds from then on", async () => {
    await register();
    expect(await send(reading(1, { source: NAME }))).to.deep.equal(["ok"]);
    await change({ action: "rotate", name: NAME, newKey: { key: old.key } });
    expect(await send(reading(2, { source: NAME }), old.reading(9))).to.deep.equal(["SIGNATURE_REQUIRED", "ok"]);
  });

  it("D6: rotation ends the old key at once, or keeps it beside the new one until it is revoked", async () => {
    const { leafIndex } = await register(old);
    await change({ action: "rotate", name: NAME, newKey: { key: young.key }, keepsOld: true });
    expect(await send(old.reading(1), young.reading(2))).to.deep.equal(["ok", "ok"]);
    await change({ action: "revoke", name: NAME, key: leafIndex, reason: "retired" });
    expect(await send(old.reading(3), young.reading(4))).to.deep.equal(["SOURCE_KEY_REFUSED", "ok"]);
    await change({ action: "rotate", name: NAME, newKey: { key: stranger.key } });
    expect(await send(young.reading(5), stranger.reading(6))).to.deep.equal(["SOURCE_KEY_REFUSED", "ok"]);
    const { keys } = ledger.log.events.sources.of(NAME);
    expect(keys.map(({ ended }) => ended?.why)).to.deep.equal(["retired", "replaced", undefined]);
  });

  it("D5: what came before a revocation stays and repeats, what comes after is refused, also after a restart", async () => {
    await register(old);
    expect(await send(old.reading(1))).to.deep.equal(["ok"]);
    await change({ action: "revoke", name: NAME, reason: "compromised" });
    const after = async () =>
      expect(await send(old.reading(1), old.reading(2))).to.deep.equal(["ok", "SOURCE_KEY_REFUSED"]);
    await after();
    await reopen();
    await after();
    expect(await send(reading(3, { source: NAME, seq: 3 }))).to.deep.equal(["SIGNATURE_REQUIRED"]);
  });

  it("D5: a revocation that races a hundred records lets those in that are below it in the log, and no other", async () => {
    await register(old);
    const sent = Array.from({ length: 100 }, (_, seq) => ledger.pipeline.submit([old.reading(seq)]));
    const revocation = change({ action: "revoke", name: NAME, reason: "compromised" });
    const late = Array.from({ length: 20 }, (_, seq) => ledger.pipeline.submit([old.reading(200 + seq)]));
    const { leafIndex } = await revocation;
    const outcomes = (await Promise.all([...sent, ...late])).flat();
    for (const outcome of outcomes)
      if (outcome.ok) expect(outcome.acknowledgement.leafIndex).to.be.lessThan(leafIndex);
      else expect(outcome.error.code).to.equal("SOURCE_KEY_REFUSED");
    expect(outcomes.some(({ ok }) => !ok)).to.equal(true);
  });

  it("takes nothing from a suspended source until it is resumed", async () => {
    await register(old);
    await change({ action: "suspend", name: NAME });
    expect(await send(old.reading(1))).to.deep.equal(["SOURCE_SUSPENDED"]);
    await reopen();
    expect(await send(old.reading(1))).to.deep.equal(["SOURCE_SUSPENDED"]);
    await change({ action: "resume", name: NAME });
    expect(await send(old.reading(1))).to.deep.equal(["ok"]);
  });

  it("refuses a change that does not fit the source's state, and goes on", async () => {
    await expectRejection("NOT_FOUND", change({ action: "suspend", name: NAME }));
    await expectRejection("NOT_FOUND", change({ action: "rotate", name: NAME, newKey: { key: old.key } }));
    await register(old);
    await expectRejection("SOURCE_CONFLICT", register(young), /registered already/);
    await expectRejection("SOURCE_CONFLICT", change({ action: "resume", name: NAME }), /not suspended/);
    const again: SourceChange = { action: "rotate", name: NAME, newKey: { key: old.key } };
    await expectRejection("SOURCE_CONFLICT", change(again), /had this key before/);
    await expectRejection("NOT_FOUND", change({ action: "revoke", name: NAME, key: 0, reason: "lost" }));
    await change({ action: "revoke", name: NAME, reason: "lost" });
    await expectRejection("NOT_FOUND", change({ action: "revoke", name: NAME, reason: "lost" }), /no key that counts/);
    await expectRejection("SOURCE_CONFLICT", change(again), /had this key before/);
    await expectRejection("SOURCE_CONFLICT", change({ action: "register", name: ledger.store.origin }), /log's own/);
    expect(ledger.stops).to.deep.equal([]);
    expect(await send(reading(1, { source: "other" }))).to.deep.equal(["ok"]);
  });

  it("has sixteen keys at most at one time", async () => {
    await register(new Device(20));
    const add = (seed: number) =>
      change({ action: "rotate", name: NAME, newKey: { key: new Device(seed).key }, keepsOld: true });
    for (let seed = 21; seed < 36; seed++) await add(seed);
    await expectRejection("SOURCE_CONFLICT", add(36), /16 keys at most/);
  });

  describe("a key of a person's own device", () => {
    const signedReport = (device: Device, seq: number): JsonObject => device.signed(report(seq, { source: NAME, seq }));

    it("E1: stands in no entry and no body, and is asked for all the same", async () => {
      const { leafIndex } = await register(old, { isPersonal: true });
      const [entry] = await ledger.store.entries(leafIndex, leafIndex + 1);
      const body = parseBody(entry!.body!);
      expect(body.content).to.deep.equal({ action: "register", name: NAME });
      expect(body.digests).to.have.length(8);
      const opened = (await ledger.vault.open(leafIndex))!.map(parseOpening);
      expect(opened.map(({ name, value }) => [name, value])).to.deep.equal([["key", old.key]]);
      withDatabase(ledger.folder, "ledger.sqlite", (db) => {
        const x = Buffer.from(old.key.x);
        for (const row of db.prepare("SELECT body FROM entry").iterate())
          expect(Buffer.from(row["body"] as Uint8Array).includes(x)).to.equal(false);
      });
      const all = () => send(signedReport(old, 1), signedReport(stranger, 2));
      expect(await all()).to.deep.equal(["ok", "SOURCE_KEY_REFUSED"]);
      await reopen();
      expect(await all()).to.deep.equal(["ok", "SOURCE_KEY_REFUSED"]);
    });

    it("counts no longer once it is erased, and not only after the next start", async () => {
      const { leafIndex } = await register(old, { isPersonal: true });
      expect(await send(signedReport(old, 1))).to.deep.equal(["ok"]);
      await eraseRecords([leafIndex], { basis: "gdpr-17-1-a" }, ledger.log);
      expect(await send(signedReport(old, 2))).to.deep.equal(["SOURCE_KEY_REFUSED"]);
      await reopen();
      expect(await send(signedReport(old, 2))).to.deep.equal(["SOURCE_KEY_REFUSED"]);
    });

    it("E1: is refused where records of a type would make it public", async () => {
      await register(old, { isPersonal: true });
      expect(await send(old.reading(1))).to.deep.equal(["CLAIMS_INVALID"]);
    });

    it("stays concealed when it is replaced, whatever is asked for", async () => {
      await register(old, { isPersonal: true });
      const { leafIndex } = await change({ action: "rotate", name: NAME, newKey: { key: young.key } });
      const [entry] = await ledger.store.entries(leafIndex, leafIndex + 1);
      expect(parseBody(entry!.body!).content).to.deep.equal({ action: "rotate", ends: [1 + 1], name: NAME });
      expect(await send(signedReport(old, 1), signedReport(young, 2))).to.deep.equal(["SOURCE_KEY_REFUSED", "ok"]);
    });
  });

  it("a person's key that is lost from the vault refuses its records, and stops nothing else", async () => {
    const { leafIndex } = await register(old, { isPersonal: true });
    await ledger.close();
    withDatabase(ledger.folder, "vault.sqlite", (db) =>
      db.prepare("DELETE FROM opening WHERE leaf_index = ?").run(leafIndex),
    );
    const copy = ledger.folder;
    ledger = await openLedger({ folder: copy });
    expect(await send(old.signed(report(1, { source: NAME, seq: 1 })), reading(2))).to.deep.equal([
      "STORE_DAMAGED",
      "ok",
    ]);
    await ledger.close();
    ledger = await openLedger();
  });
});
