// The log's key is replaced: both sign for a time, and then the next one alone. Whoever has the old policy or the new one
// is served at each moment for what it names, wherever the process ends, and nothing of the former key is left.

import { existsSync, linkSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { utf8 } from "../../src/core/bytes.ts";
import { openCheckpoint, type LogSigner } from "../../src/core/checkpoint.ts";
import { WarifuError } from "../../src/core/errors.ts";
import { keysOfLog } from "../../src/core/log-keys.ts";
import { formatVerifierKey, parseNote } from "../../src/core/note.ts";
import { openLogSigner } from "../../src/keys/key-files.ts";
import {
  addMlDsaKey,
  beginLogRotation,
  endLogRotation,
  formerFile,
  type LogKeyPlace,
} from "../../src/keys/log-rotation.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { copyFolder, expectClean, keyed, openLedger, ORIGIN, reading, temporaryFolder } from "../support/ledger.ts";
import { expectCode } from "../support/expect-code.ts";

describe("replacing the log's key", () => {
  let made: string;
  before(async () => {
    made = temporaryFolder();
    const ledger = await openLedger({ folder: made, signer: openLogSigner(join(made, "log.key"), ORIGIN) });
    await ledger.close();
  });

  let folder: string;
  let original: LogSigner;
  beforeEach(() => {
    folder = copyFolder(made);
    original = openLogSigner(keyFile(), ORIGIN);
  });

  const keyFile = (): string => join(folder, "log.key");
  const place = (): LogKeyPlace => ({ dataDir: folder, keyFile: keyFile() });
  const signerNow = (): LogSigner => openLogSigner(keyFile(), ORIGIN, { mayMake: false });
  const linesOf = (note: string) => parseNote(utf8(note)).signatures;
  let sent = 0;

  /** Starts, takes a record, and stops: the newest checkpoint. */
  async function checkpointNow(): Promise<string> {
    const ledger = await openLedger({ folder, signer: signerNow() });
    await ledger.submit(keyed(reading, 1, `r${(sent += 1)}`));
    const newest = await ledger.store.newestCheckpoint();
    await ledger.close();
    return newest!.note;
  }

  const opens = (note: string, { key }: LogSigner): boolean => {
    try {
      return openCheckpoint(utf8(note), key).checkpoint.origin === ORIGIN;
    } catch {
      return false;
    }
  };

  it("takes two steps, and at each of them old and new policies hold for what they name", async () => {
    const first = await checkpointNow();
    const begun = await beginLogRotation(place());
    expect(begun.isChanged).to.equal(true);
    const both = signerNow();
    const overlap = await checkpointNow();
    expect(linesOf(overlap)).to.have.length(2);
    const ended = await endLogRotation(place());
    const after = signerNow();
    expect(ended.keys).to.deep.equal(after.key);
    const last = await checkpointNow();
    expect(linesOf(last)).to.have.length(1);

    expect([first, overlap, last].map((note) => opens(note, original))).to.deep.equal([true, true, false]);
    expect([first, overlap, last].map((note) => opens(note, both))).to.deep.equal([true, true, true]);
    expect([first, overlap, last].map((note) => opens(note, after))).to.deep.equal([true, true, true]);
    const { further, ...next } = after.key;
    expect(further).to.have.length(1);
    expect(further![0]).to.deep.include({ until: ended.treeSize });
    expect([first, overlap, last].map((note) => opens(note, { ...after, key: next }))).to.deep.equal([
      false,
      true,
      true,
    ]);
  });

  it("keeps the file to its owner, and nothing of the former private key", async () => {
    const former = /-----BEGIN PRIVATE KEY-----[^-]+-----END/.exec(readFileSync(keyFile(), "utf8"))![0];
    await beginLogRotation(place());
    expect(readFileSync(keyFile(), "utf8")).to.include(former);
    await endLogRotation(place());
    const text = readFileSync(keyFile(), "utf8");
    expect(text).to.not.include(former);
    expect(text)
      .to.match(/^-----BEGIN PRIVATE/)
      .and.to.match(/Until: \d+\n-----BEGIN PUBLIC/);
    expect(statSync(keyFile()).mode & 0o777).to.equal(0o600);
    expect(existsSync(formerFile(keyFile()))).to.equal(false);
  });

  it("overwrites the former file before it is removed", async () => {
    await beginLogRotation(place());
    linkSync(keyFile(), join(folder, "watched"));
    await endLogRotation(place());
    expect(readFileSync(join(folder, "watched"), "utf8")).to.match(/^0+$/);
  });

  for (const [step, left] of [
    ["linked", "before"],
    ["replaced", "after"],
    ["destroyed", "after"],
  ] as const)
    it(`if it is cut off when the former file is ${step}, the log goes on with the keys ${left} it, and it can be finished`, async () => {
      for (const change of [beginLogRotation, endLogRotation]) {
        const was = signerNow().key;
        const onStep = (at: string): void => {
          if (at === step) throw new WarifuError("STOPPED", step);
        };
        // Cut off before anything was replaced, it may be cut off again: both names are then those of the present file.
        for (let times = left === "before" ? 2 : 1; times > 0; times--)
          await expectRejection("STOPPED", change({ ...place(), onStep }));
        const now = signerNow().key;
        if (left === "before") expect(now).to.deep.equal(was);
        else expect(now).to.not.deep.equal(was);
        await checkpointNow();
        await change(place());
        expect(existsSync(formerFile(keyFile()))).to.equal(false);
        expect(keysOfLog(signerNow().key)).to.have.length(2);
        await checkpointNow();
      }
    });

  it("changes nothing when it is begun or ended again, and ends nothing that was not begun", async () => {
    expect((await endLogRotation(place())).isChanged).to.equal(false);
    await beginLogRotation(place());
    const text = readFileSync(keyFile(), "utf8");
    expect((await beginLogRotation(place())).isChanged).to.equal(false);
    expect(readFileSync(keyFile(), "utf8")).to.equal(text);
    await endLogRotation(place());
    expect((await endLogRotation(place())).isChanged).to.equal(false);
  });

  it("again, later, leaves two former keys, each for what it signed", async () => {
    for (const _ of [1, 2]) {
      await checkpointNow();
      await beginLogRotation(place());
      await endLogRotation(place());
    }
    const { further } = signerNow().key;
    expect(further!.map(({ until }) => until)).to.deep.equal([...further!.map(({ until }) => until)].sort().reverse());
    expect(new Set(further!.map(({ until }) => until)).size).to.equal(2);
  });

  it("adds ML-DSA-44, which new policies ask for and old ones do without", async () => {
    const first = await checkpointNow();
    const { treeSize, keys } = await addMlDsaKey(place());
    expect(keys.further).to.have.length(1);
    expect(keys.further![0]).to.deep.include({ requiredFrom: treeSize + 1 });
    const both = await checkpointNow();
    expect(linesOf(both)).to.have.length(2);
    expect([first, both].map((note) => opens(note, original))).to.deep.equal([true, true]);
    expect([first, both].map((note) => opens(note, signerNow()))).to.deep.equal([true, true]);
    const [text, lines] = both.split("\n\n") as [string, string];
    const alone = `${text}\n\n${lines.split("\n")[0]}\n`;
    expect([opens(alone, original), opens(alone, signerNow())]).to.deep.equal([true, false]);
    expect((await addMlDsaKey(place())).isChanged).to.equal(false);
  });

  it("replaces both keys of a log that signs with both, and goes on asking for both", async () => {
    await addMlDsaKey(place());
    const old = signerNow();
    await checkpointNow();
    await beginLogRotation(place());
    const overlap = await checkpointNow();
    expect(linesOf(overlap)).to.have.length(4);
    await endLogRotation(place());
    const last = await checkpointNow();
    expect(linesOf(last)).to.have.length(2);
    expect([overlap, last].map((note) => opens(note, old))).to.deep.equal([true, false]);
    expect([overlap, last].map((note) => opens(note, signerNow()))).to.deep.equal([true, true]);
    const [text, lines] = last.split("\n\n") as [string, string];
    expect(opens(`${text}\n\n${lines.split("\n")[0]}\n`, signerNow())).to.equal(false);
  });

  it("is for a log that is not running, with a key in a file that nobody else reads", async () => {
    const ledger = await openLedger({ folder, signer: signerNow() });
    await expectRejection("STORE_LOCKED", beginLogRotation(place()));
    await ledger.close();
    await expectRejection("CONFIG_INVALID", beginLogRotation({ ...place(), keyFile: join(folder, "none") }));
  });

  it("a file whose first key is no Ed25519 key that signs is refused", async () => {
    await beginLogRotation(place());
    await endLogRotation(place());
    const text = readFileSync(keyFile(), "utf8");
    writeFileSync(keyFile(), text.slice(text.indexOf("Until")));
    expectCode("CONFIG_INVALID", () => openLogSigner(keyFile(), ORIGIN), /not a private key in PEM/);
  });

  it("is in the log: each step as an event, and nothing where there was only ever one key", async () => {
    const named = async () => {
      const ledger = await openLedger({ folder, signer: signerNow() });
      const events = await ledger.store.events(["profile"], 0, 100);
      const bodies = await Promise.all(events.map((event) => ledger.log.check.bodyOf(event)));
      await ledger.close();
      return bodies.filter((body) => body?.vct === "warifu:log-keys:1").map((body) => body!.content["keys"]);
    };
    expect(await named()).to.deep.equal([]);
    await beginLogRotation(place());
    const [old, next] = keysOfLog(signerNow().key).map(formatVerifierKey) as [string, string];
    expect(await named()).to.deep.equal([[{ vkey: old }, { vkey: next }]]);
    const { treeSize } = await endLogRotation(place());
    const after = [{ vkey: next }, { vkey: old, until: treeSize }];
    expect(await named()).to.deep.equal([[{ vkey: old }, { vkey: next }], after]);
    expect(await named()).to.have.length(2);
  });

  it("leaves a folder that an audit finds nothing in", async () => {
    await checkpointNow();
    await beginLogRotation(place());
    await checkpointNow();
    await endLogRotation(place());
    await checkpointNow();
    await expectClean(folder, { signer: signerNow() });
  });
});
