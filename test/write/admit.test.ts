// Stage admit (P9, exactly once): whatever is retried or replayed makes one leaf, and gets the first acknowledgement.
// Everything runs through the real pipeline, since what admit compares with is what the other stages stored.

import { expect } from "chai";

import type { JsonObject } from "../../src/core/json.ts";
import { parseBody } from "../../src/core/body.ts";
import type { Acknowledgement, Outcome } from "../../src/write/outcome.ts";
import { DEFAULT_MAX_SEQ_GAP } from "../../src/write/batch-numbering.ts";
import { signedBytesOf, type SignedPart } from "../../src/core/source-signature.ts";
import type { Vault } from "../../src/store/vault.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { codesOf, expectClean, openLedger, reading, report, type TestLedger } from "../support/ledger.ts";
import { signingKey } from "../support/signing-key.ts";
import type { Submitter } from "../../src/core/submitter.ts";

describe("stage admit", () => {
  let ledger: TestLedger;
  beforeEach(async () => {
    ledger = await openLedger();
  });
  afterEach(async () => {
    await ledger.close();
    await expectClean(ledger.folder);
  });

  const size = (): number => ledger.log.tree.publishedSize;
  const codes = async (...records: JsonObject[]): Promise<string[]> => codesOf(await ledger.pipeline.submit(records));
  const submitOne = async (record: JsonObject): Promise<Acknowledgement> => (await ledger.submit([record]))[0]!;
  const reopen = async (): Promise<void> => {
    await ledger.close();
    ledger = await openLedger({ folder: ledger.folder });
  };
  const seqs = async (source: string): Promise<number[]> =>
    (await ledger.store.query({ from: 0, limit: 1_000, source })).map(({ seq }) => seq);

  for (const [kind, make] of [
    ["public", reading],
    ["concealed", report],
  ] as const)
    it(`D2 answers a repeated ${kind} record with the first acknowledgement, byte for byte, also after a restart`, async () => {
      const first = await submitOne(make(1, { key: "k1" }));
      await ledger.submit([make(2, { key: "k2" }), make(3)]);
      const before = size();
      for (let round = 0; round < 2; round++) {
        const outcomes = await ledger.pipeline.submit([make(1, { key: "k1" })]);
        expect(outcomes).to.deep.equal([{ ok: true, isNew: false, acknowledgement: first }]);
        // The order of names and the spelling of numbers are not content.
        const shuffled = Object.fromEntries(Object.entries(make(1)["claims"] as JsonObject).reverse());
        expect(await submitOne(make(1, { key: "k1", claims: shuffled }))).to.deep.equal(first);
        expect(size()).to.equal(before);
        await reopen();
      }
    });

  for (const [kind, make] of [
    ["public", reading],
    ["concealed", report],
  ] as const)
    it(`refuses a used key with other content of a ${kind} record, and makes no leaf of it`, async () => {
      const used = { key: "k", source: "a" };
      await submitOne(make(1, { ...used, seq: 5 }));
      const before = size();
      const claims = make(1)["claims"] as JsonObject;
      const others: JsonObject[] = [
        make(2, { ...used, seq: 5 }),
        make(1, { ...used, seq: 6 }),
        make(1, { ...used, claims: { ...claims, ...(kind === "public" ? { more: 1 } : { address: "x" }) } }),
        make(1, { ...used, claims: Object.fromEntries(Object.entries(claims).slice(0, 2)) }),
        (kind === "public" ? report : reading)(1, used),
      ];
      for (const other of others) {
        const [outcome] = await ledger.pipeline.submit([other]);
        expect(codesOf([outcome!])).to.deep.equal(["IDEMPOTENCY_CONFLICT"]);
        expect(!outcome!.ok && outcome!.error.message).not.to.match(/Canary|north/);
      }
      // Without its seq the content agrees with whatever number it has.
      expect(await codes(make(1, used))).to.deep.equal(["ok"]);
      expect(size()).to.equal(before);
    });

  it("takes the same key from two sources as two records", async () => {
    const first = await submitOne(reading(1, { key: "k", source: "a" }));
    const second = await submitOne(reading(1, { key: "k", source: "b" }));
    expect(second.leafIndex).to.equal(first.leafIndex + 1);
  });

  it("D3 refuses a used seq with other content, and answers one with the same as before", async () => {
    const first = await submitOne(reading(1, { source: "a", seq: 9 }));
    expect(await submitOne(reading(1, { source: "a", seq: 9 }))).to.deep.equal(first);
    expect(await submitOne(reading(1, { source: "a", seq: 9, key: "late" }))).to.deep.equal(first);
    expect(await codes(reading(2, { source: "a", seq: 9 }))).to.deep.equal(["SEQUENCE_CONFLICT"]);
    expect(await codes(reading(2, { source: "a", seq: 9, key: "new" }))).to.deep.equal(["SEQUENCE_CONFLICT"]);
    expect(await codes(reading(2, { source: "b", seq: 9 }), reading(2, { source: "a", seq: 3 }))).to.deep.equal([
      "ok",
      "ok",
    ]);
  });

  it("sorts twins out within one batch", async () => {
    const batch = [
      reading(1, { source: "a", key: "k" }),
      reading(1, { source: "a", key: "k" }),
      reading(2, { source: "a", key: "k" }),
      reading(3, { source: "a", seq: 40 }),
      reading(3, { source: "a", seq: 40 }),
      reading(4, { source: "a", seq: 40 }),
      report(5, { key: "k" }),
      report(5, { key: "k" }),
      report(6, { key: "k" }),
      reading(1, { source: "b", key: "k" }),
    ];
    const outcomes = await ledger.pipeline.submit(batch);
    const conflict = ["IDEMPOTENCY_CONFLICT", "SEQUENCE_CONFLICT"];
    const expected = ["ok", "ok", conflict[0], "ok", "ok", conflict[1], "ok", "ok", conflict[0], "ok"];
    expect(codesOf(outcomes)).to.deep.equal(expected);
    expect(outcomes.map((outcome) => outcome.ok && outcome.isNew)).to.deep.equal([
      true,
      false,
      false,
      true,
      false,
      false,
      true,
      false,
      false,
      true,
    ]);
    for (const [one, twin] of [
      [0, 1],
      [3, 4],
      [6, 7],
    ] as const)
      expect(outcomes[twin]).to.deep.equal({ ...outcomes[one], isNew: false });
    expect(size()).to.equal(2 + 4);
    // And the same again, now from the store.
    expect(codesOf(await ledger.pipeline.submit(batch))).to.deep.equal(expected);
    expect(size()).to.equal(2 + 4);
  });

  it("assigns numbers that never meet those that sources give", async () => {
    await ledger.submit([
      reading(0, { source: "a" }),
      reading(1, { source: "a", seq: 5 }),
      reading(2, { source: "a" }),
      reading(3, { source: "a", seq: 2 }),
      reading(4, { source: "a" }),
    ]);
    expect(await seqs("a")).to.deep.equal([0, 5, 6, 2, 7]);
    await ledger.submit([
      reading(5, { source: "a" }),
      reading(6, { source: "a", seq: 1 }),
      reading(7, { source: "a" }),
    ]);
    expect(await seqs("a")).to.deep.equal([0, 5, 6, 2, 7, 8, 1, 9]);
    await reopen();
    await ledger.submit([reading(8, { source: "a" })]);
    expect((await seqs("a")).at(-1)).to.equal(10);
    // A number that was assigned a moment ago in the same batch is taken.
    expect(await codes(reading(9, { source: "a" }), reading(10, { source: "a", seq: 11 }))).to.deep.equal([
      "ok",
      "SEQUENCE_CONFLICT",
    ]);
  });

  it("keeps numbers unique for every mix of given and assigned ones", async () => {
    // A small generator of its own, so that a failure can be repeated.
    let state = 12_345;
    const next = (below: number): number => (state = (state * 48_271) % 2_147_483_647) % below;
    for (let batch = 0; batch < 60; batch++) {
      const records = Array.from({ length: 1 + next(12) }, (_, i) => {
        const given = next(2) === 0 ? { seq: next(80) } : {};
        return reading(batch * 100 + i, { source: `s${next(3)}`, ...given });
      });
      for (const code of await codes(...records)) expect(code).to.be.oneOf(["ok", "SEQUENCE_CONFLICT"]);
    }
    for (const source of ["s0", "s1", "s2"]) {
      const used = await seqs(source);
      expect(new Set(used).size).to.equal(used.length);
    }
  });

  it("refuses to assign a number above the highest there is, for that source alone", async () => {
    const last = Number.MAX_SAFE_INTEGER;
    const almost = last - DEFAULT_MAX_SEQ_GAP;
    expect(await codes(reading(0, { source: "a", seq: almost }), reading(1, { source: "a", seq: last }))).to.deep.equal(
      ["ok", "ok"],
    );
    for (let round = 0; round < 2; round++) {
      expect(await codes(reading(2, { source: "a" }), reading(3, { source: "b" }))).to.deep.equal([
        "SEQUENCE_CONFLICT",
        "ok",
      ]);
      expect(await codes(reading(4 + round, { source: "a", seq: 4 + round }))).to.deep.equal(["ok"]);
      await reopen();
    }
    // In one batch as well.
    const both = [almost, last, undefined].map((seq, i) => reading(i, { source: "c", ...(seq && { seq }) }));
    expect(await codes(...both)).to.deep.equal(["ok", "ok", "SEQUENCE_CONFLICT"]);
    expect(ledger.stops).to.deep.equal([]);
  });

  it("compares concealed records through the vault, and leaves no second opening", async () => {
    const [first] = await ledger.submit([report(1, { key: "k" })]);
    const openings = await ledger.vault.open(first!.leafIndex);
    await ledger.submit([report(1, { key: "k" })]);
    expect(await ledger.vault.open(first!.leafIndex)).to.deep.equal(openings);
    const rows: number[] = [];
    for await (const leafIndex of ledger.vault.leafIndexes()) rows.push(leafIndex);
    expect(rows).to.deep.equal([first!.leafIndex]);
    const body = parseBody((await ledger.store.entries(first!.leafIndex, first!.leafIndex + 1))[0]!.body!);
    expect(body.content).to.deep.equal({ category: "pothole" });
  });
});

/** A submitter that may send everything. */
const sender = (name: string): Submitter => ({ sender: name, assertMaySend: () => undefined });

/** A source that signs; `key`, by which a repetition may be recognised, is not signed. */
function recordSigner(seed: number): { sign(record: JsonObject): JsonObject } {
  const { publicKey, sign } = signingKey(seed);
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
  return {
    sign(record) {
      const sig = base64(sign(signedBytesOf(record as unknown as SignedPart)));
      return { ...record, evidence: { alg: "Ed25519", key: base64(publicKey), sig } };
    },
  };
}

describe("records of several API keys", () => {
  let ledger: TestLedger;
  let opened: number[];
  /** Counts what is read from the vault. */
  const wrapVault = (vault: Vault): Vault =>
    new Proxy(vault, {
      get(target, name) {
        if (name === "open") return (leafIndex: number) => (opened.push(leafIndex), target.open(leafIndex));
        const value: unknown = Reflect.get(target, name);
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      },
    });
  beforeEach(async () => {
    opened = [];
    ledger = await openLedger({ wrapVault });
  });
  afterEach(async () => {
    await ledger.close();
    await expectClean(ledger.folder);
  });

  const send = (name: string, ...records: JsonObject[]): Promise<Outcome[]> =>
    ledger.pipeline.submit(records, sender(name));
  const reopen = async (): Promise<void> => {
    await ledger.close();
    ledger = await openLedger({ folder: ledger.folder, wrapVault });
  };
  const guess = report(1)["claims"] as JsonObject;
  const wrong = { ...guess, latitude: 1 };

  it("truth C1: another key's guess at what a record conceals is answered alike, right or wrong, and opens nothing", async () => {
    await send("a", report(1, { key: "k", seq: 7 }), report(2, { key: "other" }));
    for (let round = 0; round < 2; round++) {
      for (const name of [{ key: "k" }, { seq: 7 }, { key: "k", seq: 7 }, { key: "new", seq: 7 }])
        for (const claims of [guess, wrong]) {
          const [outcome] = await send("b", report(1, { ...name, claims }));
          const code = "seq" in name ? "SEQUENCE_CONFLICT" : "IDEMPOTENCY_CONFLICT";
          expect(codesOf([outcome!])).to.deep.equal([code]);
          expect(!outcome!.ok && outcome!.error.message).to.match(/another API key/);
        }
      const inProcess = await ledger.pipeline.submit([report(1, { key: "k" })]);
      expect(codesOf(inProcess)).to.deep.equal(["IDEMPOTENCY_CONFLICT"]);
      expect(opened).to.deep.equal([]);
      await reopen();
    }
    expect(codesOf(await send("a", report(1, { key: "k" }), report(1, { key: "k", claims: wrong })))).to.deep.equal([
      "ok",
      "IDEMPOTENCY_CONFLICT",
    ]);
  });

  it("truth C1: a guess at a key is answered alike, right or wrong, where a wrong one would be refused as well", async () => {
    await send("a", report(1, { key: "right", seq: 7 }), report(2, { key: "other", seq: 8 }));
    await send("b", report(3, { key: "own", seq: 9 }));
    const answers = async (name: JsonObject): Promise<string[]> => {
      const guesses = ["right", "wrong"].map((key) => send("b", report(1, { key, ...name })));
      const outcomes = (await Promise.all(guesses)).flat();
      return outcomes.map((one) => (one.ok ? "ok" : `${one.error.code} ${one.error.message}`));
    };
    for (const seq of [7, 8, 9, 2 ** 50]) {
      const [right, wrong] = await answers({ seq });
      expect(right, String(seq))
        .to.equal(wrong)
        .and.match(/^SEQUENCE_CONFLICT/);
    }
  });

  it("truth C1: a guess in the batch of the first record is answered as a later one", async () => {
    const outcomes = await Promise.all([
      send("a", report(1, { key: "k" })),
      send("b", report(1, { key: "k" })),
      send("b", report(1, { key: "k", claims: wrong })),
      send("a", report(1, { key: "k" })),
    ]);
    expect(outcomes.map((one) => codesOf(one)[0])).to.deep.equal([
      "ok",
      "IDEMPOTENCY_CONFLICT",
      "IDEMPOTENCY_CONFLICT",
      "ok",
    ]);
    const [right, other] = [outcomes[1]![0]!, outcomes[2]![0]!];
    expect(!right.ok && right.error.message).to.equal(!other.ok && other.error.message);
    expect(opened).to.deep.equal([]);
  });

  it("truth C1: remembers the sender of every record, in whatever order they come, also after a restart", async () => {
    const names = ["a", "b", "b", "a", "c", "", "a", "a"];
    for (const [i, name] of names.entries()) await send(name, report(i, { key: `k${i}` }));
    await Promise.all(names.map((name, i) => send(name, report(100 + i, { key: `k${100 + i}` }))));
    for (let round = 0; round < 2; round++) {
      for (const [i, name] of names.entries())
        for (const asker of ["a", "b", "c", ""])
          for (const n of [i, 100 + i])
            expect(codesOf(await send(asker, report(n, { key: `k${n}` }))), `${n} ${asker}`).to.deep.equal([
              asker === name ? "ok" : "IDEMPOTENCY_CONFLICT",
            ]);
      await reopen();
    }
  });

  it("D2 a record that its source signed is the same, whoever carries it, and its carrier can give it no other name", async () => {
    const [signer, thief] = [recordSigner(31), recordSigner(32)];
    for (const [seq, make] of [
      [7, reading],
      [8, report],
    ] as const) {
      const record = make(1, { source: "s", seq });
      const signed = signer.sign(record);
      const named = { ...signed, key: `k${seq}` };
      const [first] = await send("a", named);
      expect(first).to.deep.include({ ok: true, isNew: true });
      for (let round = 0; round < 2; round++) {
        for (const again of [named, signed, { ...signed, key: "of-the-carrier" }])
          expect(await send("b", again)).to.deep.equal([{ ...first, isNew: false }]);
        opened = [];
        expect(codesOf(await send("b", record))).to.deep.equal(["SEQUENCE_CONFLICT"]);
        expect(opened).to.deep.equal([]);
        const differing = [thief.sign(record), signer.sign({ ...record, claims: make(2)["claims"] as JsonObject })];
        for (const other of differing) {
          const [outcome] = await send("b", other);
          expect(codesOf([outcome!])).to.deep.equal(["SEQUENCE_CONFLICT"]);
          expect(!outcome!.ok && outcome!.error.message).to.match(/another API key/);
        }
        await reopen();
      }
    }
    expect(codesOf(await send("a", reading(3, { source: "s", key: "of-the-carrier" })))).to.deep.equal(["ok"]);
  });

  it("truth B6: a key that came with a used seq and was acknowledged is remembered", async () => {
    const first = await send("a", reading(1, { source: "s", seq: 7 }), reading(2, { source: "s", key: "c", seq: 8 }));
    const second = await send("a", reading(1, { source: "s", seq: 7, key: "b" }));
    expect(second).to.deep.equal([{ ...first[0], isNew: false }]);
    for (let round = 0; round < 2; round++) {
      expect(codesOf(await send("a", reading(3, { source: "s", key: "b" })))).to.deep.equal(["IDEMPOTENCY_CONFLICT"]);
      expect(await send("a", reading(1, { source: "s", seq: 7, key: "b" }))).to.deep.equal(second);
      expect(await send("a", reading(1, { source: "s", key: "b" }))).to.deep.equal(second);
      await reopen();
    }
    expect(codesOf(await send("a", reading(2, { source: "s", seq: 8, key: "b" })))).to.deep.equal([
      "IDEMPOTENCY_CONFLICT",
    ]);
  });

  it("truth B6: so it is within one batch, whether the record is in the store or in the batch", async () => {
    await send("a", reading(1, { source: "s", seq: 7 }));
    const batch = [
      reading(1, { source: "s", seq: 7, key: "b" }),
      reading(3, { source: "s", key: "b" }),
      reading(4, { source: "s", seq: 20 }),
      reading(4, { source: "s", seq: 20, key: "d" }),
      reading(5, { source: "s", key: "d" }),
      reading(6, { source: "s", key: "e" }),
      // Its key is used in this batch: that counts before its seq.
      reading(1, { source: "s", seq: 7, key: "e" }),
    ];
    const conflict = "IDEMPOTENCY_CONFLICT";
    const expected = ["ok", conflict, "ok", "ok", conflict, "ok", conflict];
    expect(codesOf(await send("a", ...batch))).to.deep.equal(expected);
    expect(codesOf(await send("a", ...batch))).to.deep.equal(expected);
    await reopen();
    expect(codesOf(await send("a", ...batch))).to.deep.equal(expected);
  });

  it("truth C1: a seq may run ahead by the gap and no further; the first one may be any that leaves room", async () => {
    const [gap, top] = [DEFAULT_MAX_SEQ_GAP, Number.MAX_SAFE_INTEGER];
    const of = (source: string, seq: number): JsonObject => reading(1, { source, seq });
    const [tooHigh] = await send("a", of("s", top));
    expect(!tooHigh!.ok && tooHigh!.error.message).to.include(`at most ${top - gap}`);
    const batches: [JsonObject[], string[]][] = [
      [
        [of("s", top), of("s", top - gap + 1)],
        ["SEQUENCE_CONFLICT", "SEQUENCE_CONFLICT"],
      ],
      // Seconds, milliseconds, microseconds.
      [
        [of("s", 1_795_334_400), of("ms", 1_795_334_400_000), of("us", 1_795_334_400_000_000)],
        ["ok", "ok", "ok"],
      ],
      // A unit mistaken for the next.
      [
        [of("s", 1_795_334_400_001), of("ms", 1_795_334_400_001_000), of("us", top)],
        Array(3).fill("SEQUENCE_CONFLICT"),
      ],
      [[of("s", 1_795_334_400 + gap + 1)], ["SEQUENCE_CONFLICT"]],
      [
        [of("s", 1_795_334_400 + gap), of("s", 3), of("s", 1_795_334_400 + 2 * gap)],
        ["ok", "ok", "ok"],
      ],
    ];
    for (const [records, expected] of batches) {
      expect(codesOf(await send("a", ...records))).to.deep.equal(expected);
      await reopen();
    }
  });

  it("truth C1: a repaired source goes on from the number named, past those that are used", async () => {
    const top = Number.MAX_SAFE_INTEGER;
    const almost = top - DEFAULT_MAX_SEQ_GAP;
    const make = (n: number, seq?: number): JsonObject =>
      reading(n, { source: "s", ...(seq !== undefined && { seq }) });
    await send("a", make(2, almost), make(3, top), make(0, 5), make(1, 8));
    expect(codesOf(await send("a", make(4)))).to.deep.equal(["SEQUENCE_CONFLICT"]);
    await expectRejection("NOT_FOUND", ledger.log.repairSource({ name: "nobody", from: 6 }));
    await expectRejection("SEQUENCE_CONFLICT", ledger.log.repairSource({ name: "s", from: 8 }));
    await expectRejection("SEQUENCE_CONFLICT", ledger.log.repairSource({ name: "s", from: almost + 1 }));
    await ledger.log.repairSource({ name: "s", from: 6 });
    expect(codesOf(await send("a", make(5)))).to.deep.equal(["ok"]);
    await reopen();
    expect(codesOf(await send("a", make(6), make(7), make(8), make(9, 8), make(10, top), make(11, 1)))).to.deep.equal([
      "ok",
      "ok",
      "ok",
      "SEQUENCE_CONFLICT",
      "SEQUENCE_CONFLICT",
      "ok",
    ]);
    expect(codesOf(await send("a", make(12)))).to.deep.equal(["ok"]);
    const used = (await ledger.store.query({ from: 0, limit: 100, source: "s" })).map(({ seq }) => seq);
    expect(used).to.deep.equal([almost, top, 5, 8, 6, 7, 9, 10, 1, 11]);
    const event = await ledger.store.newestOfKind("source");
    expect(parseBody(event!.body!)).to.deep.include({
      vct: "warifu:source:1",
      content: { action: "repair-seq", from: 6, name: "s" },
    });
    // A later mistake is mended in the same way.
    await ledger.log.repairSource({ name: "s", from: 100 });
    await send("a", make(13));
    await reopen();
    await send("a", make(14));
    expect((await ledger.store.numbering("s", ledger.log.events.sources.of("s").repair))?.last).to.equal(101);
  });

  it("truth L17: with the openings lost, a repetition is refused as not comparable, not as erased", async () => {
    const [first] = await send("a", report(1, { key: "k" }));
    expect(first!.ok).to.equal(true);
    const leafIndex = first!.ok ? first!.acknowledgement.leafIndex : -1;
    const { vault } = ledger;
    const open = vault.open.bind(vault);
    vault.open = async (index) => (index === leafIndex ? undefined : open(index));
    const [again] = await send("a", report(1, { key: "k" }));
    expect(codesOf([again!])).to.deep.equal(["IDEMPOTENCY_CONFLICT"]);
    expect(!again!.ok && again!.error.message).to.match(/cannot be compared/);
    expect(!again!.ok && again!.error.message).not.to.match(/erased/);
  });
});

describe("the same records again", () => {
  it("P9 10,000 sent twice, and half of them again with other content: no second leaf", async () => {
    const ledger = await openLedger();
    const make = (i: number): JsonObject => (i % 4 === 3 ? report(i, { key: `k${i}` }) : reading(i, { key: `k${i}` }));
    const records = Array.from({ length: 10_000 }, (_, i) => make(i));
    const first = await ledger.submit(records);
    const size = ledger.log.tree.publishedSize;
    expect(size).to.equal(10_002);
    const again = await ledger.pipeline.submit(records);
    expect(again.every((outcome) => outcome.ok && !outcome.isNew)).to.equal(true);
    for (const [i, outcome] of again.entries()) expect(outcome.ok && outcome.acknowledgement).to.deep.equal(first[i]);
    const others = Array.from({ length: 5_000 }, (_, i) => {
      const record = make(2 * i);
      return {
        ...record,
        claims: { ...(record["claims"] as JsonObject), ...(make(2 * i + 10)["claims"] as JsonObject) },
      };
    });
    expect(new Set(codesOf(await ledger.pipeline.submit(others)))).to.deep.equal(new Set(["IDEMPOTENCY_CONFLICT"]));
    expect(ledger.log.tree.publishedSize).to.equal(size);
    await ledger.close();
    const { checked } = await expectClean(ledger.folder);
    expect(checked).to.include({ entries: size, openings: 10_000 });
  });
});
