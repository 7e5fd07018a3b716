// Two threads write to one database: commits go on one after the other, and whatever else is written has its turn between them,
// without the event loop waiting for it.

import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";

import { pagedRandomBytes } from "../../src/core/random.ts";
import { openLedger, openVault, startCommitter, STORE_FILES } from "../../src/store/open.ts";
import { LEDGER_FILES } from "../../src/store/sqlite/ledger.ts";
import { WriteTurns } from "../../src/store/write-turns.ts";
import { MASTER_KEY, ORIGIN, temporaryFolder } from "../support/ledger.ts";
import { openLogWriter, series } from "./support/log-writer.ts";

describe("turns to write", () => {
  /** Actions that end when they are told to, and what has begun so far. */
  function actions(): { begun: string[]; act: (name: string) => () => Promise<void>; end: (name: string) => void } {
    const begun: string[] = [];
    const ends = new Map<string, () => void>();
    const act = (name: string) => () =>
      new Promise<void>((resolve) => {
        begun.push(name);
        ends.set(name, resolve);
      });
    return { begun, act, end: (name) => ends.get(name)?.() };
  }
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it("let commits in together, a write alone, and nobody past whoever asked before", async () => {
    const turns = new WriteTurns();
    const { begun, act, end } = actions();
    const all = [turns.commit(act("c1")), turns.commit(act("c2")), turns.write(act("w1")), turns.commit(act("c3"))];
    all.push(turns.write(act("w2")));
    await settled();
    expect(begun).to.deep.equal(["c1", "c2"]);
    end("c1");
    await settled();
    expect(begun).to.deep.equal(["c1", "c2"]);
    end("c2");
    await settled();
    expect(begun).to.deep.equal(["c1", "c2", "w1"]);
    end("w1");
    await settled();
    expect(begun).to.deep.equal(["c1", "c2", "w1", "c3"]);
    end("c3");
    await settled();
    end("w2");
    await Promise.all(all);
    expect(begun).to.deep.equal(["c1", "c2", "w1", "c3", "w2"]);
  });

  it("go on after an action that fails", async () => {
    const turns = new WriteTurns();
    const failed = turns.write(() => Promise.reject(new TypeError("no")));
    const next = turns.commit(async () => "done");
    expect(await failed.catch((error: unknown) => error)).to.be.instanceOf(TypeError);
    expect(await next).to.equal("done");
  });

  for (const file of [STORE_FILES.ledger, STORE_FILES.vault])
    it(`keep the event loop free while a commit has ${file} for long`, async () => {
      const folder = temporaryFolder();
      const turns = new WriteTurns();
      const store = await openLedger({ dataDir: folder }, ORIGIN, { turns });
      const keys = { masterKey: MASTER_KEY, turns };
      const vault = await openVault({ dataDir: folder }, { ...keys, randomBytes: pagedRandomBytes() });
      const guardPath = join(folder, LEDGER_FILES.guard);
      const committer = startCommitter(store, vault, { ...keys, dataDir: folder, guardPath });
      const log = await openLogWriter({ ...store, commit: (batch) => committer.commit(batch, [OPENINGS]) });
      // A commit that takes long, as on a slow disk: somebody has the file, whom only this event loop can end.
      const slow = new DatabaseSync(join(folder, file));
      slow.exec("BEGIN IMMEDIATE");
      const committed = log.commit(series(0, 3));
      await sleep(50);
      const written = file === STORE_FILES.vault ? vault.erase(7) : store.noteApiKeyUse(new Map([["k", 1]]));
      slow.exec("COMMIT");
      slow.close();
      await Promise.all([committed, written]);
      expect(store.treeSize()).to.equal(3);
      for (const part of [committer, vault, store]) await part.close();
    });
});

const OPENINGS = { leafIndex: 0, openings: ["WyJ4Il0"], attachments: [], isToPublish: true, persons: [] };
