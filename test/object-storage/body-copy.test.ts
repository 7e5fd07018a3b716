// Bodies on object storage: whole where they are wanted, and gone from every file once they are withheld, however the copying
// ends and whatever is set.

import { readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { addendumPath } from "../../src/core/addenda.ts";
import { encodeBodyBundle, type BundledBody } from "../../src/core/body-bundle.ts";
import { WarifuError } from "../../src/core/errors.ts";
import { sha256 } from "../../src/core/sha256.ts";
import { BodyCopy, type CopiedBodies } from "../../src/object-storage/body-copy.ts";
import { FolderStore } from "../../src/object-storage/folder-store.ts";
import { LogCopy, type CopiedLog } from "../../src/object-storage/log-copy.ts";
import type { NewObject, ObjectStore, StoredObject } from "../../src/object-storage/object-store.ts";
import { withholdRecords } from "../../src/privacy/erasure.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { openLedger, reading, SIGNER, temporaryFolder, type TestLedger } from "../support/ledger.ts";
import { bodiesAt, expectWhole, FailingFolder, logOf } from "./support.ts";

/** What keeps former versions of what is replaced. */
class VersionedFolder extends FolderStore {
  override async read(key: string, maxBytes: number): Promise<StoredObject | undefined> {
    const found = await super.read(key, maxBytes);
    return found && { ...found, isKept: true };
  }
}

/** Everything that lies in a folder, as one text. */
function textIn(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((found) => found.isFile());
  return files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), "latin1")).join("\n");
}

describe("the bodies of a log on object storage", () => {
  let ledger: TestLedger;
  let folder: string;
  let storage: FolderStore;
  beforeEach(async () => {
    ledger = await openLedger();
    folder = temporaryFolder();
    storage = new FolderStore(folder);
  });
  afterEach(() => ledger.close());

  const copyTo = (to: ObjectStore, { hasBodies = true, log = logOf(ledger) } = {}): LogCopy =>
    new LogCopy({ log, logKey: SIGNER.key, storage: to, hasBodies });
  const submit = async (count: number, from = 0): Promise<number> => {
    await ledger.submit(Array.from({ length: count }, (_, at) => reading(from + at)));
    return ledger.log.tree.publishedSize;
  };
  const bodyOf = async (leafIndex: number): Promise<string> =>
    Buffer.from((await ledger.store.entries(leafIndex, leafIndex + 1))[0]?.body ?? []).toString();
  const withhold = (...leafIndexes: number[]): Promise<unknown> =>
    withholdRecords(leafIndexes, { reason: "personal-data" }, ledger.log);
  const hasMarker = async (): Promise<boolean> => (await storage.read("addenda.v1", 0)) !== undefined;

  it("are all there, and become more with the log", async () => {
    const copy = copyTo(storage);
    for (const count of [1, 199, 56, 400]) {
      const size = await submit(count);
      await copy.update();
      const bodies = await bodiesAt(storage, size);
      expect([bodies.length, bodies.includes("withheld")]).to.deep.equal([size, false]);
      expect(await hasMarker()).to.equal(true);
    }
    // Of the bundles that are full now, nothing partial is left.
    for (const bundle of ["000", "001"])
      expect(await storage.keysBelow(`bodies/${bundle}.p/`), bundle).to.deep.equal([]);
  });

  it("are there for what is shown, wherever the copying ended", async () => {
    const failing = new FailingFolder(folder, 0);
    let failures = 0;
    for (const count of [200, 400]) {
      const until = await submit(count, count);
      for (let steps = 0, shown = 0; shown < until; steps++) {
        failing.left = steps;
        const outcome = await copyTo(failing)
          .update()
          .catch((error: unknown) => error);
        if (outcome instanceof WarifuError) failures++;
        shown = await expectWhole(storage, SIGNER.key);
        if (await hasMarker()) expect((await bodiesAt(storage, shown)).includes("missing")).to.equal(false);
        else expect(shown).to.equal(0);
      }
    }
    expect(failures).to.be.greaterThan(20);
    failing.left = Number.MAX_SAFE_INTEGER;
    // The last step was cut off after the checkpoint: what is to go then goes although the log has not grown.
    await copyTo(failing).update();
    for (const path of ["tile/0/000", "tile/entries/000", "bodies/000", "bodies/001"])
      expect(await storage.keysBelow(`${path}.p/`), path).to.deep.equal([]);
  });

  it("leave every file once they are withheld, and nothing else does", async () => {
    const copy = copyTo(storage);
    const [leaf, other] = [20, 270];
    // The leaf lies in several partial bundles, and then in a full one beside what a writer left that died.
    for (const count of [50, 60, 170, 30]) {
      await submit(count, count);
      await copy.update();
    }
    const bodies = [await bodyOf(leaf), await bodyOf(other)];
    expect(bodies.every((body) => textIn(folder).includes(body))).to.equal(true);
    await storage.create("bodies/000.p/60.half", {
      bytes: Buffer.from(bodies[0] ?? ""),
      contentType: "",
      cacheControl: "",
    });
    await withhold(leaf, other);
    await copy.update();
    for (const body of bodies) expect(textIn(folder).includes(body)).to.equal(false);
    const size = await expectWhole(storage, SIGNER.key);
    const read = await bodiesAt(storage, size);
    expect(read.flatMap((body, at) => (body === "withheld" ? [at] : []))).to.deep.equal([leaf, other]);
    expect(read).not.to.include("missing");
  });

  it("leave although no checkpoint can be shown, and although bodies are not copied any more", async () => {
    await submit(300);
    await copyTo(storage).update();
    const note = await logOf(ledger).checkpoint();
    const stuck: CopiedLog = Object.defineProperty(logOf(ledger), "checkpoint", { value: async () => note });
    for (const [leaf, options] of [
      [7, { log: stuck }],
      [8, { hasBodies: false }],
    ] as const) {
      const body = await bodyOf(leaf);
      expect(textIn(folder)).to.include(body);
      await withhold(leaf);
      await copyTo(storage, options).update();
      expect(textIn(folder)).not.to.include(body);
    }
    expect(await hasMarker()).to.equal(false);
  });

  it("leave at the next start, where they came back", async () => {
    const size = await submit(100);
    const path = `bodies/000.p/${size}`;
    await copyTo(storage).update();
    const [body, before] = [await bodyOf(50), await storage.read(path, 1_000_000)];
    await withhold(50);
    await copyTo(storage).update();
    expect(textIn(folder)).not.to.include(body);
    writeFileSync(join(folder, path), before?.bytes ?? "");
    expect(textIn(folder)).to.include(body);
    await copyTo(storage).update();
    expect(textIn(folder)).not.to.include(body);
  });

  it("leave in the very round in which they were copied, if they are withheld meanwhile", async () => {
    await submit(30);
    const body = await bodyOf(10);
    class Interrupted extends FolderStore {
      override async create(key: string, object: NewObject): Promise<boolean> {
        const created = await super.create(key, object);
        if (key.startsWith("bodies/")) await withhold(10);
        return created;
      }
    }
    await copyTo(new Interrupted(folder)).update();
    expect(textIn(folder)).not.to.include(body);
    expect(await hasMarker()).to.equal(true);
  });

  it("are said to be there once all of them are", async () => {
    const size = await submit(600);
    await copyTo(storage, { hasBodies: false }).update();
    const failing = new FailingFolder(folder, 0);
    for (let steps = 0; !(await hasMarker()); steps++) {
      failing.left = steps;
      await copyTo(failing)
        .update()
        .catch(() => undefined);
    }
    expect((await bodiesAt(storage, size)).includes("missing")).to.equal(false);
  });

  it("are copied from the first on, whenever they are asked for", async () => {
    let size = await submit(300);
    await copyTo(storage, { hasBodies: false }).update();
    expect([await hasMarker(), await storage.read("bodies/000", 1_000_000)]).to.deep.equal([false, undefined]);
    await copyTo(storage).update();
    expect((await bodiesAt(storage, size)).length).to.equal(size);
    // While they were not copied, the log went on.
    size = await submit(300, 300);
    await copyTo(storage, { hasBodies: false }).update();
    expect(await hasMarker()).to.equal(false);
    await copyTo(storage).update();
    expect((await bodiesAt(storage, size)).length).to.equal(size);
  });

  it("are not put where former versions of what is replaced stay", async () => {
    await submit(3);
    const versioned = new VersionedFolder(folder);
    await expectRejection("CONFIG_INVALID", copyTo(versioned).update(), /keeps former versions/);
    expect(textIn(folder)).not.to.include(await bodyOf(1));
    await copyTo(versioned, { hasBodies: false }).update();
    expect(await expectWhole(storage, SIGNER.key)).to.be.greaterThan(3);
  });

  it("of another log are not taken for those of this one", async () => {
    await submit(3);
    await storage.create("bodies/000.p/6", { bytes: Buffer.from("no bundle"), contentType: "", cacheControl: "" });
    await submit(1, 10);
    await expectRejection("CONSISTENCY_MISMATCH", copyTo(storage).update(), /bodies\/000.p\/6 is not a bundle/);
  });
});

describe("a body that has no room in its bundle", () => {
  const body = Buffer.from("a body of some size");
  const digest = sha256(body);
  let withheld: number[];
  const log: CopiedBodies = {
    bodies: async (_index, width) => {
      const all: BundledBody[] = Array.from({ length: width }, () => Buffer.from("another"));
      return encodeBodyBundle([...all.slice(1), withheld.includes(width - 1) ? "withheld" : "apart"]);
    },
    addendum: async () => body,
    bodyDigest: async () => digest,
    isWithheld: (leafIndex) => withheld.includes(leafIndex),
    withheld: () => withheld,
    get withheldCount() {
      return withheld.length;
    },
  };
  beforeEach(() => {
    withheld = [];
  });

  it("lies by itself, until it is withheld", async () => {
    const storage = new FolderStore(temporaryFolder());
    const copy = new BodyCopy({ log, storage, isWanted: true });
    await copy.copy(0, 3);
    expect(Buffer.from((await storage.read(addendumPath(digest), 100))?.bytes ?? [])).to.deep.equal(body);
    withheld = [2];
    await copy.takeOutWithheld();
    expect(await storage.read(addendumPath(digest), 100)).to.equal(undefined);
    await copy.copy(0, 3);
    expect(await storage.read(addendumPath(digest), 100)).to.equal(undefined);
  });
});

describe("a body that the log withholds and still has, since it was stopped in between", () => {
  it("is not copied", async () => {
    const body = Buffer.from("a body that is to go");
    const log: CopiedBodies = {
      bodies: async () => encodeBodyBundle([body]),
      addendum: async () => body,
      bodyDigest: async () => sha256(body),
      isWithheld: () => true,
      withheld: () => [0],
      withheldCount: 1,
    };
    const folder = temporaryFolder();
    await new BodyCopy({ log, storage: new FolderStore(folder), isWanted: true }).copy(0, 1);
    expect(textIn(folder)).not.to.include("to go");
  });
});

describe("a folder that bodies are copied to", () => {
  it("loses what a writer left that died", async () => {
    const folder = temporaryFolder();
    const object = { bytes: Buffer.from("a"), contentType: "", cacheControl: "" };
    await new FolderStore(folder).create("first", object);
    const left = join(folder, ".arriving", "half");
    writeFileSync(left, "canary");
    const store = new FolderStore(folder);
    // It might be somebody's who is still writing.
    await store.create("second", object);
    expect(textIn(folder)).to.include("canary");
    const longAgo = new Date(Date.now() - 120_000);
    utimesSync(left, longAgo, longAgo);
    await store.create("third", object);
    expect(textIn(folder)).not.to.include("canary");
  });
});
