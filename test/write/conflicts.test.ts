// Failure case D3: a source signs two different records under one number. The second is refused and kept, so that it can be
// shown; and nobody can fill the log with such events, or flag a source without its key.

import { expect } from "chai";

import { parseBody } from "../../src/core/body.ts";
import { parseOpening } from "../../src/core/opening.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { openConflict } from "../../src/core/source-conflict.ts";
import { CONFLICT_CLAIM } from "../../src/core/source-event.ts";
import { signedBytesOf, type SignedPart } from "../../src/core/source-signature.ts";
import { ed25519SourceKey, type SourceKey } from "../../src/core/source-key.ts";
import type { SourceChange } from "../../src/write/change-source.ts";
import { MOST_A_DAY } from "../../src/write/conflicts.ts";
import { codesOf, expectClean, openLedger, reading, report, type TestLedger } from "../support/ledger.ts";
import { signingKey } from "../support/signing-key.ts";

const NAME = "santander/env-419";
const DAY_MS = 86_400_000;

class Device {
  readonly key: SourceKey;
  readonly #signing: ReturnType<typeof signingKey>;

  constructor(seed: number) {
    this.#signing = signingKey(seed);
    this.key = ed25519SourceKey(this.#signing.publicKey);
  }

  /** `key`, by which a repetition may be recognised, is not signed. */
  signed({ key, ...record }: JsonObject): JsonObject {
    const { publicKey, sign } = this.#signing;
    const sig = Buffer.from(sign(signedBytesOf(record as unknown as SignedPart))).toString("base64");
    const evidence = { alg: "Ed25519", key: Buffer.from(publicKey).toString("base64"), sig };
    return { ...record, ...(key !== undefined && { key }), evidence };
  }

  reading(temperature: number, seq: number, more: JsonObject = {}): JsonObject {
    return this.signed(reading(temperature, { source: NAME, seq, ...more }));
  }
}

describe("D3 conflicts of a source with itself", () => {
  const [device, other, stranger] = [new Device(21), new Device(22), new Device(23)];
  let now: number;
  let ledger: TestLedger;
  const open = (folder?: string) => openLedger({ now: () => now, ...(folder !== undefined && { folder }) });
  beforeEach(async () => {
    now = Date.UTC(2026, 10, 1);
    ledger = await open();
  });
  afterEach(async () => {
    await ledger.close();
    await expectClean(ledger.folder);
  });

  const change = (one: SourceChange) => ledger.log.changeSource(one);
  const register = () => change({ action: "register", name: NAME, newKey: { key: device.key } });
  const send = async (...records: JsonObject[]): Promise<string[]> => codesOf(await ledger.pipeline.submit(records));
  const kept = () => ledger.log.events.sources.of(NAME).conflicts;
  const secondAt = async (leafIndex: number) => {
    const [text] = (await ledger.vault.open(leafIndex)) ?? [];
    const { name, value } = parseOpening(text ?? "");
    expect(name).to.equal(CONFLICT_CLAIM);
    return openConflict(value, { name: NAME, seq: 1 });
  };

  it("are kept once each, whole and concealed, and are known after a restart", async () => {
    await register();
    expect(await send(device.reading(1, 1))).to.deep.equal(["ok"]);
    for (let round = 0; round < 3; round++) {
      expect(await send(device.reading(2, 1), device.reading(3, 1))).to.deep.equal([
        "SEQUENCE_CONFLICT",
        "SEQUENCE_CONFLICT",
      ]);
      await ledger.close();
      ledger = await open(ledger.folder);
    }
    expect(kept().map(({ seq, first, omitted }) => [seq, first, omitted])).to.deep.equal([
      [1, 3, 0],
      [1, 3, 0],
    ]);
    const seconds = await Promise.all(kept().map(({ leafIndex }) => secondAt(leafIndex)));
    expect(seconds.map(({ claims }) => claims)).to.deep.equal([2, 3].map((n) => reading(n)["claims"]));
    const [entry] = await ledger.store.entries(4, 5);
    const body = parseBody(entry!.body!);
    expect(body.content).to.deep.equal({ action: "conflict", name: NAME, seq: 1, first: 3, omitted: 0 });
    expect(body.digests).to.have.length(8);
  });

  it("are kept also when both come in one batch, under one key, or with concealed claims", async () => {
    await register();
    expect(await send(device.reading(1, 1), device.reading(2, 1))).to.deep.equal(["ok", "SEQUENCE_CONFLICT"]);
    expect(await send(device.reading(1, 2, { key: "k" }), device.reading(2, 2, { key: "k" }))).to.deep.equal([
      "ok",
      "IDEMPOTENCY_CONFLICT",
    ]);
    const citizen = (number: number) => device.signed(report(number, { source: NAME, seq: 3 }));
    expect(await send(citizen(1))).to.deep.equal(["ok"]);
    expect(await send(citizen(2))).to.deep.equal(["SEQUENCE_CONFLICT"]);
    expect(kept().map(({ seq, first }) => [seq, first])).to.deep.equal([
      [1, 3],
      [2, 5],
      [3, 7],
    ]);
    const all = await ledger.store.entries(0, 100);
    expect(all.map(({ body }) => Buffer.from(body!).toString()).join("")).to.not.contain("canary-2");
  });

  it("are not kept when one of the two is not signed by a key that counts", async () => {
    expect(await send(device.reading(1, 1))).to.deep.equal(["ok"]);
    expect(await send(device.reading(2, 1))).to.deep.equal(["SEQUENCE_CONFLICT"]);
    await register();
    // The first was signed before the key counted.
    expect(await send(device.reading(2, 1))).to.deep.equal(["SEQUENCE_CONFLICT"]);
    expect(await send(device.reading(1, 2))).to.deep.equal(["ok"]);
    expect(await send(stranger.reading(2, 2), reading(2, { source: NAME, seq: 2 }))).to.deep.equal([
      "SEQUENCE_CONFLICT",
      "SEQUENCE_CONFLICT",
    ]);
    await change({ action: "rotate", name: NAME, newKey: { key: other.key } });
    expect(await send(device.reading(2, 2))).to.deep.equal(["SEQUENCE_CONFLICT"]);
    await change({ action: "suspend", name: NAME });
    expect(await send(other.reading(2, 2))).to.deep.equal(["SEQUENCE_CONFLICT"]);
    await change({ action: "resume", name: NAME });
    expect(kept()).to.deep.equal([]);
    // The first key counted when the first came, the other one counts now.
    expect(await send(other.reading(2, 2))).to.deep.equal(["SEQUENCE_CONFLICT"]);
    expect(kept()).to.have.length(1);
  });

  it("are not kept for a repetition, or for another record under an old idempotency key", async () => {
    await register();
    expect(await send(device.reading(1, 1, { key: "k" }))).to.deep.equal(["ok"]);
    expect(await send(device.reading(1, 1), device.reading(2, 2, { key: "k" }))).to.deep.equal([
      "ok",
      "IDEMPOTENCY_CONFLICT",
    ]);
    expect(kept()).to.deep.equal([]);
  });

  it("are bounded by the day; those above are counted in the next event", async () => {
    await register();
    await send(device.reading(0, 1));
    for (let n = 1; n <= MOST_A_DAY + 5; n++) await send(device.reading(n, 1));
    expect(kept()).to.have.length(MOST_A_DAY);
    now += DAY_MS + 1_000;
    await send(device.reading(100, 1), device.reading(101, 1));
    expect(kept()).to.have.length(MOST_A_DAY + 2);
    expect(
      kept()
        .slice(-2)
        .map(({ omitted }) => omitted),
    ).to.deep.equal([5, 0]);
    expect(ledger.pipeline.conflictsOmitted(NAME)).to.equal(0);
  });

  it("are passed over where what is stored is damaged", async () => {
    await register();
    const citizen = (number: number) => device.signed(report(number, { source: NAME, seq: 1 }));
    await send(citizen(1));
    await send(citizen(2));
    expect(kept()).to.have.length(1);
    await ledger.log.writer.erase(kept()[0]!.leafIndex);
    // Erased, the first kept one cannot be told from another: it is kept again.
    expect(await send(citizen(2))).to.deep.equal(["SEQUENCE_CONFLICT"]);
    expect(kept()).to.have.length(2);
    await ledger.log.writer.erase(3);
    expect(await send(citizen(3))).to.deep.equal(["SEQUENCE_CONFLICT"]);
    expect(kept()).to.have.length(2);
  });
});
