// Stage cosign: cosignatures of real witnesses over HTTP, and what becomes of a log whose witnesses are anything but: it
// gets what verifies, learns why it got no more, and loses no more than its patience.

import type { RequestListener, ServerResponse } from "node:http";

import { expect } from "chai";

import { inEnglish } from "../../src/alarms/english.ts";
import { signatureLine } from "../../src/core/note-signer.ts";
import { utf8 } from "../../src/core/bytes.ts";
import { WarifuError } from "../../src/core/errors.ts";
import { formatSignatureLine, parseNote, verifyNote } from "../../src/core/note.ts";
import type { AddCheckpoint, AskWitness } from "../../src/core/tlog-witness.ts";
import { Cosigner, type CosignerOptions, type WitnessFailureKind } from "../../src/cosign/cosign.ts";
import { witnessClient } from "../../src/cosign/witness-client.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { STARTED_AT, witnessSigner } from "../witness/support/open-witness.ts";
import { serveAnswers, serveWitness, type Served } from "../witness/support/served-witness.ts";
import { smallLog, type SmallLog } from "../witness/support/small-log.ts";

const log = smallLog();
const fork = smallLog({ forkAt: 4 });
const PUBLISHED = 60;
/** Of those who are to answer: never over. */
const PATIENT_MS = 60_000;
const HASTY_MS = 300;

describe("a cosigner", () => {
  const served: Served[] = [];
  const asked: AddCheckpoint[] = [];

  beforeEach(() => asked.splice(0));
  afterEach(async () => {
    for (const one of served.splice(0)) await one.close();
  });

  /** Counts what it asks over HTTP. */
  const ask: AskWitness = (url, request) => {
    asked.push(request);
    return witnessClient({ timeoutMs: PATIENT_MS })(url, request);
  };
  const hastyWith =
    (hasty: Served): AskWitness =>
    (url, request) =>
      witnessClient({ timeoutMs: url === hasty.endpoint.url ? HASTY_MS : PATIENT_MS })(url, request);

  function cosignerOf(witnesses: readonly Served[], more: Partial<CosignerOptions> = {}, of: SmallLog = log): Cosigner {
    served.push(...witnesses.filter((one) => !served.includes(one)));
    return new Cosigner({
      witnesses: witnesses.map(({ endpoint }) => endpoint),
      quorum: witnesses.length,
      ask,
      logKey: of.key,
      tree: { consistencyProof: async (from, to) => of.proof(from, to), publishedSize: PUBLISHED },
      now: () => STARTED_AT * 1_000,
      ...more,
    });
  }
  const cosign = (cosigner: Cosigner, size: number, of: SmallLog = log) => cosigner.cosign({ note: of.note(size) });

  it("hands the note back as it is where there are no witnesses", async () => {
    const cosigner = cosignerOf([]);
    const { note, cosignedBy, failures, hasQuorum } = await cosign(cosigner, 8);
    expect({ note, cosignedBy, failures, hasQuorum }).to.deep.equal({
      note: log.note(8),
      cosignedBy: [],
      failures: [],
      hasQuorum: true,
    });
  });

  it("brings back a note with the cosignature of every witness, in the order in which they were named", async () => {
    const witnesses = [await serveWitness({ seed: 22 }), await serveWitness({ seed: 21 })];
    const cosigner = cosignerOf(witnesses);
    for (const size of [8, 20, 20, 57]) {
      const cosigned = await cosign(cosigner, size);
      expect(cosigned).to.deep.include({ treeSize: size, failures: [], hasQuorum: true, shortfall: undefined });
      expect(cosigned.cosignedBy).to.deep.equal(["witness.example/w22", "witness.example/w21"]);
      const keys = [log.key, ...cosigner.policy.keys];
      const verified = verifyNote(parseNote(utf8(cosigned.note)), keys).map(({ key }) => key);
      expect(verified).to.deep.equal(keys);
      expect(cosigner.newest).to.equal(cosigned);
    }
    // Each knows from where the other one starts: one request a witness and checkpoint.
    expect(asked.map(({ oldSize }) => oldSize)).to.deep.equal([0, 0, 8, 8, 20, 20, 20, 20]);
    expect(cosigner.smallestSize).to.equal(57);
  });

  it("learns from a witness where to start, and starts there once", async () => {
    const witness = await serveWitness();
    await cosign(cosignerOf([witness]), 8);
    const restarted = cosignerOf([witness]);
    expect(restarted.smallestSize).to.equal(0);
    expect((await cosign(restarted, 20)).cosignedBy).to.have.lengthOf(1);
    expect(asked.map(({ oldSize }) => oldSize)).to.deep.equal([0, 0, 8]);
  });

  it("asks only those whose cosignature the note does not carry yet", async () => {
    const witnesses = [await serveWitness({ seed: 21 }), await serveWitness({ seed: 22 })] as const;
    const half = await cosign(cosignerOf([witnesses[0]]), 8);
    asked.splice(0);
    const whole = await cosignerOf(witnesses).cosign(half);
    expect(asked).to.have.lengthOf(1);
    expect(whole.cosignedBy).to.deep.equal(["witness.example/w21", "witness.example/w22"]);
    expect(whole.note.startsWith(half.note.slice(0, log.note(8).length))).to.equal(true);
    // A line that does not verify is as good as none.
    const forged = signatureLine(log.text(8), { key: witnesses[0].endpoint.key, sign: log.pair.sign }, STARTED_AT);
    const mended = await cosignerOf(witnesses).cosign({ note: `${log.note(8)}${formatSignatureLine(forged)}` });
    expect(mended.note).to.equal(whole.note);
  });

  it("recalls from a note of before a restart what the witnesses have seen, and asks nobody", async () => {
    const witnesses = [await serveWitness({ seed: 21 }), await serveWitness({ seed: 22 })] as const;
    const before = await cosign(cosignerOf(witnesses), 20);
    const half = await cosign(cosignerOf([witnesses[0]]), 57);
    asked.splice(0);
    const restarted = cosignerOf(witnesses);
    expect(restarted.recall(half)).to.deep.include({ cosignedBy: ["witness.example/w21"], hasQuorum: false });
    expect(restarted.newest).to.equal(undefined);
    expect(restarted.recall(before)).to.deep.equal(before);
    expect(restarted.newest?.treeSize).to.equal(20);
    expect(restarted.status().map(({ lastSize }) => lastSize)).to.deep.equal([57, 20]);
    expect(restarted.smallestSize).to.equal(57);
    expect(asked).to.have.lengthOf(0);
    expect((await restarted.cosign(half)).hasQuorum).to.equal(true);
    expect(asked.map(({ oldSize }) => oldSize)).to.deep.equal([20]);
  });

  it("tells how each witness stands", async () => {
    const [good, away] = [
      await serveWitness(),
      await serveAnswers((_, response) => void response.writeHead(500).end()),
    ];
    const cosigner = cosignerOf([good, away], { quorum: 1 });
    const before = { lastSize: undefined, lastSuccessAt: undefined, lastError: undefined };
    expect(cosigner.status()).to.deep.equal([
      { name: "witness.example/w21", url: good.endpoint.url, ...before },
      { name: "witness.example/w29", url: away.endpoint.url, ...before },
    ]);
    const { failures, hasQuorum } = await cosign(cosigner, 8);
    expect(hasQuorum).to.equal(true);
    const [one, two] = cosigner.status();
    expect(one).to.deep.include({ lastSize: 8, lastSuccessAt: STARTED_AT * 1_000, lastError: undefined });
    expect(two).to.deep.include({ lastSize: undefined, lastSuccessAt: undefined, lastError: failures[0] });
  });

  it("does not overlap its rounds", async () => {
    const witness = await serveWitness();
    const cosigner = cosignerOf([witness]);
    const results = await Promise.all([8, 20, 57].map((size) => cosign(cosigner, size)));
    expect(results.map(({ hasQuorum }) => hasQuorum)).to.deep.equal([true, true, true]);
    expect(asked.map(({ oldSize }) => oldSize)).to.deep.equal([0, 8, 20]);
  });

  it("refuses a note that is not of its log, and goes on", async () => {
    const cosigner = cosignerOf([await serveWitness()]);
    await expectRejection("SIGNATURE_MISMATCH", cosign(cosigner, 8, smallLog({ seed: 42 })));
    await expectRejection("NOTE_INVALID", cosigner.cosign({ note: "" }));
    expect((await cosign(cosigner, 8)).hasQuorum).to.equal(true);
  });

  it("throws what is wrong with the tree: that is no fault of a witness", async () => {
    const broken: CosignerOptions["tree"] = {
      publishedSize: PUBLISHED,
      consistencyProof: async (from) => {
        if (from === 0) return [];
        throw new WarifuError("STORE_FAILED", "the disk is gone");
      },
    };
    const witnesses = [await serveWitness({ seed: 21 }), await serveWitness({ seed: 22 })];
    const cosigner = cosignerOf(witnesses, { tree: broken });
    await cosign(cosigner, 8);
    await expectRejection("STORE_FAILED", cosign(cosigner, 20));
  });

  it("names each witness that failed where the quorum is missing", async () => {
    const gone = await serveAnswers(() => undefined);
    const cosigner = cosignerOf([await serveWitness(), gone]);
    await gone.close();
    served.splice(served.indexOf(gone), 1);
    const { hasQuorum, shortfall, note } = await cosign(cosigner, 8);
    expect(hasQuorum).to.equal(false);
    expect(shortfall && inEnglish(shortfall)).to.match(
      /^1 of the 2 cosignatures wanted for 8 entries were given; .*w29 \(unreachable\)/,
    );
    expect(note).to.include("witness.example/w21");
    expect(cosigner.newest).to.equal(undefined);
  });

  describe("says of a witness that", () => {
    async function expectFailure(cosigner: Cosigner, size: number, kind: WitnessFailureKind, pattern: RegExp) {
      const { failures, cosignedBy, note } = await cosign(cosigner, size);
      expect(failures.map((failure) => failure.kind)).to.deep.equal([kind]);
      expect(failures[0]?.message).to.match(pattern);
      expect(cosignedBy).to.deep.equal([]);
      expect(note).to.equal(log.note(size));
      expect(cosigner.status()[0]?.lastError).to.deep.equal(failures[0]);
    }

    it("it does not know the log", async () => {
      const witness = await serveWitness({ logs: [smallLog({ origin: "log.example/two" }).listed] });
      await expectFailure(cosignerOf([witness]), 8, "unknown-log", /does not know/);
    });

    it("it knows the log by another key", async () => {
      const witness = await serveWitness({ logs: [smallLog({ seed: 42 }).listed] });
      await expectFailure(cosignerOf([witness]), 8, "bad-signature", /another key/);
    });

    it("it holds another history", async () => {
      const witness = await serveWitness();
      await cosign(cosignerOf([witness], {}, fork), 20, fork);
      await expectFailure(cosignerOf([witness]), 57, "inconsistent", /does not extend/);
      await expectFailure(cosignerOf([witness]), 20, "inconsistent", /does not extend/);
      expect(witness.one.conflicts.map(({ kind }) => kind)).to.deep.equal(["unproven", "split-view"]);
    });

    it("it is ahead of the checkpoint, or of the log itself", async () => {
      const witness = await serveWitness();
      const cosigner = cosignerOf([witness]);
      await cosign(cosigner, 57);
      const before = asked.length;
      await expectFailure(cosigner, 8, "ahead", /57 entries already/);
      expect(asked).to.have.lengthOf(before);
      await expectFailure(cosignerOf([witness]), 8, "ahead", /57 entries already/);
      const behind = { consistencyProof: async () => [log.root(1)], publishedSize: 20 };
      const restored = cosignerOf([witness], { tree: behind });
      await expectFailure(restored, 20, "ahead", /older copy of the store/);
      expect([cosigner.smallestSize, restored.smallestSize]).to.deep.equal([57, 0]);
    });

    it("it has forgotten what it cosigned", async () => {
      const [witness, empty] = [await serveWitness(), await serveWitness()];
      served.push(witness, empty);
      const urls = [witness.endpoint.url, empty.endpoint.url];
      const cosigner = cosignerOf([witness], { ask: (_, request) => ask(urls.shift() ?? "", request) });
      await cosign(cosigner, 8);
      await expectFailure(cosigner, 20, "went-back", /0 entries last, and has cosigned 8/);
      expect(await empty.one.store.heads()).to.deep.equal([]);
    });
  });

  describe("survives a witness that", () => {
    const size = 8;
    const signer = witnessSigner(29);
    const lines = (...signers: (typeof signer)[]): string =>
      signers
        .map(({ key, sign }) => formatSignatureLine(signatureLine(log.text(size), { key, sign }, STARTED_AT)))
        .join("");
    const say =
      (status: number, text: string, headers: Record<string, string> = {}): RequestListener =>
      (_, response) =>
        void response.writeHead(status, headers).end(text);
    const sized = (text: string): RequestListener => say(409, text, { "content-type": "text/x.tlog.size" });
    const trickle = (response: ServerResponse, text: string): void => {
      const timer = setInterval(() => response.write(text), 20);
      response.once("close", () => clearInterval(timer));
    };
    const tenMegabytes = Buffer.from(lines(signer).repeat(80_000));
    const HOSTILE: readonly [what: string, kind: WitnessFailureKind, listener: RequestListener][] = [
      ["answers with a page", "malformed", say(200, "<!doctype html><title>Welcome</title>\n")],
      ["answers with nothing", "malformed", say(200, "")],
      ["answers with garbage", "malformed", say(200, "\u0000\u0001\u0002".repeat(99))],
      ["adds a page to its cosignature", "malformed", say(200, `${lines(signer)}<html>\n`)],
      ["signs with another key", "malformed", say(200, lines({ key: signer.key, sign: witnessSigner(30).sign }))],
      ["is another witness", "malformed", say(200, lines(witnessSigner(30)))],
      ["adds text to the note", "malformed", say(200, `more text\n\n${lines(signer)}`)],
      ["signs twice", "malformed", say(200, lines(signer, signer))],
      ["sends 10 MB", "malformed", (_, response) => void response.end(tenMegabytes)],
      ["sends without end", "malformed", (_, response) => trickle(response, "x".repeat(4_096))],
      ["never answers", "unreachable", () => undefined],
      ["never ends its answer", "unreachable", (_, response) => trickle(response, "")],
      ["sends a byte now and then", "unreachable", (_, response) => trickle(response, "x")],
      ["breaks off", "unreachable", (request) => void request.socket.destroy()],
      [
        "breaks off within its answer",
        "unreachable",
        (_, response) => void response.writeHead(200, { "content-length": "500" }).write("x", () => response.destroy()),
      ],
      ["sends elsewhere", "unreachable", say(302, "", { location: "/other" })],
      ["claims to be packed", "unreachable", say(200, lines(signer), { "content-encoding": "gzip" })],
      ["tells a size that is none", "malformed", sized("a lot\n")],
      ["tells the size in a page", "malformed", sized("<html>0\n</html>\n")],
      ["tells a size above all numbers", "malformed", sized("99999999999999999999\n")],
      ["tells one size after the other", "malformed", sized("3\n")],
      ["tells a size above the log's", "ahead", sized("1000000\n")],
      ["conflicts without a size", "inconsistent", say(409, "0\n", { "content-type": "text/plain" })],
      ["refuses the proof", "inconsistent", say(422, "no")],
      ["is busy", "declined", say(429, "later")],
      ["is out of order", "declined", say(503, "")],
      ["has a status of its own", "declined", say(299, lines(signer))],
    ];
    for (const [what, kind, listener] of HOSTILE)
      it(what, async () => {
        const [hostile, good] = [await serveAnswers(listener, signer.key), await serveWitness()];
        const isSlow = what.startsWith("never ") || what === "sends a byte now and then";
        const cosigner = cosignerOf([hostile, good], { quorum: 1, ...(isSlow && { ask: hastyWith(hostile) }) });
        const begun = performance.now();
        const { note, cosignedBy, failures, hasQuorum } = await cosign(cosigner, size);
        expect(performance.now() - begun).to.be.below(PATIENT_MS);
        expect(
          failures.map((failure) => failure.kind),
          failures[0]?.message,
        ).to.deep.equal([kind]);
        expect({ cosignedBy, hasQuorum }).to.deep.equal({ cosignedBy: ["witness.example/w21"], hasQuorum: true });
        expect(verifyNote(parseNote(utf8(note)), [log.key, ...cosigner.policy.keys])).to.have.lengthOf(2);
      });

    it("signs well, beside strangers' lines", async () => {
      const odd = await serveAnswers(say(200, lines(witnessSigner(30), signer)), signer.key);
      const { cosignedBy, note } = await cosign(cosignerOf([odd]), size);
      expect(cosignedBy).to.deep.equal([signer.key.name]);
      expect(note).to.not.include("w30");
    });
  });
});
