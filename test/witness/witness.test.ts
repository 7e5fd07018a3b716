// What a witness promises: of one log it never cosigns two histories and never goes back, whoever asks, in whatever order
// and how often; and what it cosigned is on the disk before anybody sees the cosignature.

import { expect } from "chai";
import fc from "fast-check";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";

import { utf8 } from "../../src/core/bytes.ts";
import { WarifuError } from "../../src/core/errors.ts";
import { formatSignatureLine, parseNote, verifierKey, verifyNote } from "../../src/core/note.ts";
import { signatureLine } from "../../src/core/note-signer.ts";
import { acceptCosignature, originHash } from "../../src/core/tlog-witness.ts";
import type { WitnessStore } from "../../src/witness/witness-store.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { interpose } from "../support/interpose.ts";
import { temporaryFolder } from "../support/ledger.ts";
import { mlDsaKey } from "../support/ml-dsa-key.ts";
import { signingKey } from "../support/signing-key.ts";
import { openWitness, saidBy, STARTED_AT, type OpenWitness } from "./support/open-witness.ts";
import { ORIGIN, requestBody, signedNote, smallLog } from "./support/small-log.ts";

const log = smallLog();
/** Agrees with the log on the first four entries only. */
const fork = smallLog({ forkAt: 4 });

async function ask({ witness }: OpenWitness, body: Uint8Array): Promise<"cosigned" | number> {
  return saidBy(await witness.addCheckpoint(body));
}

describe("a witness", () => {
  let one: OpenWitness;

  beforeEach(async () => {
    one = await openWitness();
  });
  afterEach(() => one.store.close());

  it("cosigns a first checkpoint, each one that extends the last, and the last one again", async () => {
    for (const [oldSize, size] of [
      [0, 3],
      [3, 8],
      [8, 8],
      [8, 40],
    ] as const) {
      const verdict = await one.witness.addCheckpoint(log.request(oldSize, size));
      if (!("cosignatures" in verdict)) expect.fail("it did not cosign");
      const line = utf8(formatSignatureLine(verdict.cosignatures[0]));
      expect(acceptCosignature(log.text(size), line, one.signer.key)).to.deep.equal(verdict.cosignatures[0]);
    }
    expect(await one.store.head(ORIGIN)).to.include({ treeSize: 40, cosignedAt: STARTED_AT });
  });

  it("with an ML-DSA-44 key as well gives two lines of one name and time, and remembers both", async () => {
    const { publicKey, sign } = mlDsaKey(9);
    const mlDsa = { key: verifierKey(one.signer.key.name, publicKey, "mldsa44"), sign };
    const two = await openWitness({ mlDsa });
    const verdict = await two.witness.addCheckpoint(log.request(0, 3));
    if (!("cosignatures" in verdict)) expect.fail("it did not cosign");
    const lines = utf8(verdict.cosignatures.map(formatSignatureLine).join(""));
    for (const { key } of [two.signer, mlDsa])
      expect(verdict.cosignatures).to.deep.include(acceptCosignature(log.text(3), lines, key));
    const head = await two.store.head(ORIGIN);
    const verified = verifyNote(parseNote(utf8(head!.note)), [two.signer.key, mlDsa.key]);
    expect(verified.map(({ time }) => time)).to.deep.equal([STARTED_AT, STARTED_AT]);
    await two.store.close();
    await expectRejection("CONFIG_INVALID", openWitness({ mlDsa, logs: [{ origin: ORIGIN, keys: [mlDsa.key] }] }));
  });

  it("cosigns for a log that signs with ML-DSA-44", async () => {
    const { publicKey, sign } = mlDsaKey(8);
    const key = verifierKey(ORIGIN, publicKey, "mldsa44");
    const two = await openWitness({ logs: [{ origin: ORIGIN, keys: [key] }] });
    const note = `${log.text(3)}\n${formatSignatureLine(signatureLine(log.text(3), { key, sign }))}`;
    expect(await ask(two, requestBody(0, [], note))).to.equal("cosigned");
    await expectRejection("SIGNATURE_MISMATCH", two.witness.addCheckpoint(requestBody(3, [], log.note(3))));
    await two.store.close();
  });

  it("dates its cosignature, in whole seconds", async () => {
    one.clock.seconds = STARTED_AT + 90;
    await one.witness.addCheckpoint(log.request(0, 3));
    const note = (await one.store.head(ORIGIN))?.note ?? "";
    expect(verifyNote(parseNote(utf8(note)), [one.signer.key])).to.deep.equal([
      { key: one.signer.key, time: STARTED_AT + 90 },
    ]);
  });

  it("tells the size that it cosigned last to who starts from another one", async () => {
    expect(await ask(one, log.request(3, 8))).to.equal(0);
    await ask(one, log.request(0, 8));
    for (const oldSize of [0, 3, 9, 20]) expect(await ask(one, log.request(oldSize, 20)), String(oldSize)).to.equal(8);
    expect(await one.store.head(ORIGIN)).to.include({ treeSize: 8 });
  });

  it("refuses a rollback, and names the size that it holds", async () => {
    await ask(one, log.request(0, 20));
    expect(await ask(one, log.request(8, 8))).to.equal(20);
    expect(await ask(one, log.request(0, 8))).to.equal(20);
    await expectRejection("REQUEST_INVALID", one.witness.addCheckpoint(requestBody(20, [], log.note(8))), /above/);
    expect(await one.store.head(ORIGIN)).to.include({ treeSize: 20 });
  });

  it("refuses a proof that does not lead from its head to the new one", async () => {
    await ask(one, log.request(0, 8));
    const proof = log.proof(8, 20);
    const REFUSED: readonly (readonly Uint8Array[])[] = [proof.toReversed(), log.proof(8, 21), fork.proof(8, 20)];
    for (const wrong of REFUSED)
      await expectRejection("CONSISTENCY_MISMATCH", one.witness.addCheckpoint(log.request(8, 20, { proof: wrong })));
    for (const wrong of [[], proof.slice(1), [...proof, log.root(8)]])
      await expectRejection("PROOF_INVALID", one.witness.addCheckpoint(log.request(8, 20, { proof: wrong })));
    expect(await ask(one, log.request(8, 20))).to.equal("cosigned");
  });

  it("refuses a proof for a first checkpoint, and one for the same checkpoint again", async () => {
    await expectRejection("PROOF_INVALID", one.witness.addCheckpoint(log.request(0, 8, { proof: [log.root(3)] })));
    await ask(one, log.request(0, 8));
    await expectRejection("PROOF_INVALID", one.witness.addCheckpoint(log.request(8, 8, { proof: [log.root(3)] })));
  });

  it("refuses the second of two histories, each consistent in itself, and keeps both checkpoints of a size", async () => {
    await ask(one, log.request(0, 4));
    // Both extend the first four entries; only one can go first.
    expect(await ask(one, log.request(4, 8))).to.equal("cosigned");
    expect(await ask(one, fork.request(4, 8))).to.equal(8);
    await expectRejection("CONSISTENCY_MISMATCH", one.witness.addCheckpoint(fork.request(8, 8)));
    await expectRejection("CONSISTENCY_MISMATCH", one.witness.addCheckpoint(fork.request(8, 20)));
    expect(await ask(one, log.request(8, 20))).to.equal("cosigned");
    const [split, unproven] = await one.store.conflicts();
    expect(split).to.include({ origin: ORIGIN, kind: "split-view", note: fork.note(8), seenAt: STARTED_AT });
    expect(unproven).to.include({ kind: "unproven", note: fork.note(20) });
    expect(one.conflicts.map(({ kind }) => kind)).to.deep.equal(["split-view", "unproven"]);
    // Told of once each, however often they are shown. Evidence to anybody: two notes of one size, both signed by the log.
    for (const note of [split?.note, split?.heldNote]) verifyNote(parseNote(utf8(note ?? "")), [log.key]);
    expect(split?.heldNote.split("\n").slice(0, 2)).to.deep.equal(split?.note.split("\n").slice(0, 2));
  });

  it("keeps a refused checkpoint once, whatever signatures of strangers are put on it", async () => {
    await ask(one, log.request(0, 8));
    const stranger = signingKey(77);
    for (const name of ["a.example", "b.example", "c.example"]) {
      const line = signedNote("", verifierKey(name, stranger.publicKey), stranger).slice(1);
      for (const [size, proof] of [
        [8, []],
        [20, log.proof(8, 20)],
      ] as const) {
        const request = fork.request(8, size, { note: fork.note(size) + line, proof });
        await expectRejection("CONSISTENCY_MISMATCH", one.witness.addCheckpoint(request));
      }
    }
    const kept = await one.store.conflicts();
    expect(kept.map(({ kind, note }) => [kind, note])).to.deep.equal([
      ["split-view", fork.note(8)],
      ["unproven", fork.note(20)],
    ]);
    expect(one.conflicts).to.have.length(2);
  });

  it("knows no other log, whoever signs for it", async () => {
    const other = smallLog({ origin: "log.example/two" });
    await expectRejection("NOT_FOUND", one.witness.addCheckpoint(other.request(0, 3)));
    const strange = signedNote(other.text(3), log.key, log.pair);
    await expectRejection("NOT_FOUND", one.witness.addCheckpoint(requestBody(0, [], strange)));
    expect(await one.store.heads()).to.deep.equal([]);
  });

  it("believes a log's own key only", async () => {
    const stranger = smallLog({ seed: 42 });
    const REFUSED: Readonly<Record<string, string>> = {
      "a stranger's key of the same name": stranger.note(3),
      "the log's key id over a stranger's signature": signedNote(log.text(3), log.key, stranger.pair),
      "the signature of another size": log.note(4).replace(log.text(4), log.text(3)),
      "the witness's own cosignature": signedNote(log.text(3), one.signer.key, signingKey(21)),
    };
    for (const [what, note] of Object.entries(REFUSED))
      await expectRejection("SIGNATURE_MISMATCH", one.witness.addCheckpoint(requestBody(0, [], note))).catch(
        (error: unknown) => expect.fail(`${what}: ${String(error)}`),
      );
    // Beside the log's own signature, strangers' count for nothing and are not passed on.
    const both = `${log.note(3)}${stranger.note(3).split("\n").at(-2)}\n`;
    expect(await ask(one, requestBody(0, [], both))).to.equal("cosigned");
    const held = parseNote(utf8((await one.store.head(ORIGIN))?.note ?? ""));
    expect(held.signatures.map(({ keyId }) => keyId)).to.deep.equal([log.key.keyId, one.signer.key.keyId]);
  });

  it("refuses a note with a bad signature of a key that it knows, whoever else signed it", async () => {
    const second = signingKey(42);
    const secondKey = verifierKey(ORIGIN, second.publicKey);
    const both = await openWitness({ logs: [{ origin: ORIGIN, keys: [log.key, secondKey] }] });
    const bad = signedNote(log.text(3), secondKey, log.pair).split("\n").at(-2);
    await expectRejection(
      "SIGNATURE_MISMATCH",
      both.witness.addCheckpoint(requestBody(0, [], `${log.note(3)}${bad}\n`)),
    );
    // Either key alone will do.
    expect(await ask(both, requestBody(0, [], signedNote(log.text(3), secondKey, second)))).to.equal("cosigned");
    expect(await ask(both, log.request(3, 5))).to.equal("cosigned");
    await both.store.close();
  });

  it("keeps logs apart, also one whose origin is not the name of its key", async () => {
    const key = verifierKey("keys.example", signingKey(41).publicKey);
    const two = await openWitness({ logs: [log.listed, { origin: "go.sum database tree", keys: [key] }] });
    const note = signedNote(log.text(5).replace(ORIGIN, "go.sum database tree"), key, log.pair);
    expect(await ask(two, requestBody(0, [], note))).to.equal("cosigned");
    expect(await ask(two, log.request(0, 9))).to.equal("cosigned");
    expect((await two.store.heads()).map(({ origin, treeSize }) => [origin, treeSize])).to.deep.equal([
      ["go.sum database tree", 5],
      [ORIGIN, 9],
    ]);
    await two.store.close();
  });

  it("cosigns extension lines along, and an empty tree", async () => {
    expect(await ask(one, log.request(0, 0))).to.equal("cosigned");
    const extended = signedNote(`${log.text(3)}an extension\n`, log.key, log.pair);
    expect(await ask(one, requestBody(0, [], extended))).to.equal("cosigned");
    expect((await one.store.head(ORIGIN))?.note).to.match(/\nan extension\n\n/);
  });

  it("shows the latest cosigned checkpoint by the hash of its origin", async () => {
    expect(await one.witness.latest(originHash(ORIGIN))).to.equal(undefined);
    await ask(one, log.request(0, 3));
    const note = await one.witness.latest(originHash(ORIGIN));
    expect(note?.startsWith(log.note(3))).to.equal(true);
    expect(verifyNote(parseNote(utf8(note ?? "")), [log.key, one.signer.key])).to.have.lengthOf(2);
    for (const hash of [originHash("log.example/two"), ORIGIN, originHash(ORIGIN).toUpperCase()])
      expect(await one.witness.latest(hash)).to.equal(undefined);
  });

  it("does not sign with a clock that went back behind its last cosignature", async () => {
    await ask(one, log.request(0, 3));
    one.clock.seconds -= 1;
    await expectRejection("CLOCK_BACKWARDS", one.witness.addCheckpoint(log.request(3, 5)));
    expect(await one.store.head(ORIGIN)).to.include({ treeSize: 3 });
    one.clock.seconds += 1;
    expect(await ask(one, log.request(3, 5))).to.equal("cosigned");
    one.clock.seconds = 0;
    await expectRejection("CLOCK_BACKWARDS", one.witness.addCheckpoint(log.request(5, 6)));
  });

  it("is no log that it witnesses", async () => {
    const own = verifierKey("log.example/mine", signingKey(21).publicKey);
    await expectRejection("CONFIG_INVALID", openWitness({ logs: [{ origin: "log.example/mine", keys: [own] }] }));
  });
});

describe("a witness that is asked at the same time", () => {
  it("lets one of two histories win, and holds what it cosigned", async () => {
    for (let round = 0; round < 20; round++) {
      const one = await openWitness({ wrap: hesitant });
      await ask(one, log.request(0, 4));
      const rivals = [log, fork, log, fork];
      const said = await Promise.all(rivals.map((rival) => ask(one, rival.request(4, 8))));
      const winners = rivals.filter((_, at) => said[at] === "cosigned");
      expect(new Set(winners).size, JSON.stringify(said)).to.equal(1);
      const [winner] = winners;
      expect((await one.store.head(ORIGIN))?.note.startsWith(winner?.note(8) ?? "none")).to.equal(true);
      await one.store.close();
    }
  });

  it("never goes back for a request that was checked before a larger one was cosigned", async () => {
    for (let round = 0; round < 20; round++) {
      const one = await openWitness({ wrap: hesitant });
      await ask(one, log.request(0, 4));
      const sizes = [5, 40, 6, 20, 7];
      const said = await Promise.all(sizes.map((size) => ask(one, log.request(4, size))));
      // All start from 4, so whoever is first is the only one.
      expect(said.filter((word) => word === "cosigned")).to.have.lengthOf(1);
      expect((await one.store.head(ORIGIN))?.treeSize).to.equal(sizes[said.indexOf("cosigned")]);
      await one.store.close();
    }
  });
});

describe("a witness under any requests", () => {
  it("cosigns one history, whose sizes never fall", async () => {
    const request = fc.record({
      isFork: fc.boolean(),
      oldSize: fc.oneof(fc.constant("held" as const), fc.integer({ min: 0, max: 12 })),
      size: fc.integer({ min: 0, max: 12 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 12 }), async (requests) => {
        const one = await openWitness();
        const cosigned: { isFork: boolean; size: number }[] = [];
        for (const { isFork, oldSize, size } of requests) {
          const from = oldSize === "held" ? ((await one.store.head(ORIGIN))?.treeSize ?? 0) : oldSize;
          const history = isFork ? fork : log;
          const body = requestBody(from, from <= size ? history.proof(from, size) : [], history.note(size));
          if ((await ask(one, body).catch(() => "refused")) === "cosigned") cosigned.push({ isFork, size });
        }
        await one.store.close();
        const sizes = cosigned.map(({ size }) => size);
        expect(sizes).to.deep.equal(sizes.toSorted((a, b) => a - b));
        // Below the fork both histories are the same.
        expect(new Set(cosigned.filter(({ size }) => size > 4).map(({ isFork }) => isFork)).size).to.be.at.most(1);
      }),
      { numRuns: 40 },
    );
  });
});

describe("the memory of a witness", () => {
  it("outlives the witness", async () => {
    const one = await openWitness();
    await ask(one, log.request(0, 8));
    await one.store.close();
    const again = await openWitness({ folder: one.folder });
    expect(await ask(again, fork.request(0, 8))).to.equal(8);
    await expectRejection("CONSISTENCY_MISMATCH", again.witness.addCheckpoint(fork.request(8, 20)));
    expect(await ask(again, log.request(8, 20))).to.equal("cosigned");
    await again.store.close();
  });

  for (const [what, change] of [
    ["size", "tree_size = tree_size + 1"],
    ["root", "root_hash = zeroblob(32), tree_size = tree_size + 1"],
    ["origin", "origin = 'log.example/two'"],
  ] as const)
    it(`is not used when the ${what} of a head was changed`, async () => {
      const one = await openWitness();
      await ask(one, log.request(0, 8));
      await one.store.close();
      const db = new DatabaseSync(join(one.folder, "witness.sqlite"));
      db.exec(`DROP TRIGGER head_never_goes_back; UPDATE head SET ${change}`);
      db.close();
      await expectRejection("STORE_CORRUPT", openWitness({ folder: one.folder }), /not one that this witness cosigned/);
    });

  it("is not used by another witness", async () => {
    const one = await openWitness();
    await ask(one, log.request(0, 8));
    await one.store.close();
    await expectRejection("STORE_CORRUPT", openWitness({ folder: one.folder, seed: 22 }));
  });

  for (const method of ["advance", "head", "keepConflict"])
    it(`stops the witness when ${method} fails: nothing leaves, and nothing is signed any more`, async () => {
      const folder = temporaryFolder();
      const before = await openWitness({ folder });
      await ask(before, log.request(0, 4));
      await before.store.close();
      let isFailing = true;
      const broken = (store: WitnessStore): WitnessStore =>
        interpose(store, (name, call) => {
          if (name === method && isFailing) throw new WarifuError("STORE_FAILED", "the disk is gone");
          return call();
        });
      const one = await openWitness({ folder, wrap: broken });
      const body = method === "keepConflict" ? fork.request(4, 5, { proof: log.proof(4, 6) }) : log.request(4, 8);
      await expectRejection("STOPPED", one.witness.addCheckpoint(body));
      isFailing = false;
      await expectRejection("STOPPED", one.witness.addCheckpoint(log.request(4, 8)));
      await expectRejection("STOPPED", one.witness.head(ORIGIN));
      expect(one.stops.map(({ code }) => code)).to.deep.equal(["STOPPED"]);
      expect(await one.store.head(ORIGIN)).to.include({ treeSize: 4 });
      await one.store.close();
    });

  it("is written before the cosignature leaves", async () => {
    const events: string[] = [];
    const watched = (store: WitnessStore): WitnessStore =>
      interpose(store, async (name, call) => {
        if (name !== "advance") return call();
        await new Promise((resolve) => setTimeout(resolve, 20));
        const result = await call();
        events.push("durable");
        return result;
      });
    const one = await openWitness({ wrap: watched });
    await one.witness.addCheckpoint(log.request(0, 3)).then(() => events.push("answered"));
    expect(events).to.deep.equal(["durable", "answered"]);
    await one.store.close();
  });
});

/** Every question to the memory takes a turn of the event loop before it is asked and after it is answered. */
function hesitant(store: WitnessStore): WitnessStore {
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return interpose(store, async (_, call) => {
    await turn();
    const result = await call();
    await turn();
    return result;
  });
}
