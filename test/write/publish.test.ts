// Stage publish (one root): the log's key never signs two heads that contradict each other, nor one that is not durable.

import { expect } from "chai";

import { openCheckpoint, type LogSigner } from "../../src/core/checkpoint.ts";
import { verifierKey } from "../../src/core/note.ts";
import { utf8 } from "../../src/core/bytes.ts";
import type { LogTree } from "../../src/write/log-tree.ts";
import { Publisher } from "../../src/write/publish.ts";
import type { LedgerStore } from "../../src/store/ledger-store.ts";
import { openSqliteLedger } from "../../src/store/sqlite/ledger.ts";
import { expectCode } from "../support/expect-code.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { ORIGIN, SIGNER, temporaryFolder } from "../support/ledger.ts";
import { signingKey } from "../support/signing-key.ts";
import { openLogWriter, series } from "../store/support/log-writer.ts";

async function treeOf(from: number, to: number): Promise<{ store: LedgerStore; tree: LogTree }> {
  const store = openSqliteLedger(temporaryFolder(), ORIGIN);
  const log = await openLogWriter(store);
  await log.commit(series(from, to));
  return { store, tree: log.tree };
}

describe("stage publish", () => {
  it("signs the tree head under the origin, with the log's key", async () => {
    const { store, tree } = await treeOf(0, 10);
    const { note, rootHash, treeSize } = new Publisher(SIGNER, undefined).publish(tree);
    const { checkpoint } = openCheckpoint(utf8(note), SIGNER.key);
    expect(checkpoint).to.deep.equal({ origin: ORIGIN, treeSize, rootHash, note });
    expect(rootHash).to.deep.equal(tree.rootHash());
    expect(treeSize).to.equal(10);
    await store.close();
  });

  it("signs the same head again, byte for byte, and none that contradicts one it signed", async () => {
    const { store, tree } = await treeOf(0, 10);
    const [other, shorter] = [await treeOf(100, 110), await treeOf(0, 9)];
    const publisher = new Publisher(SIGNER, undefined);
    const { note } = publisher.publish(tree);
    expect(publisher.publish(tree).note).to.equal(note);
    for (const { tree: wrong } of [other, shorter])
      expectCode("STOPPED", () => publisher.publish(wrong), /refusing to sign a tree of \d+ after one of 10/);
    // Nor one that contradicts what an earlier process signed.
    const restarted = new Publisher(SIGNER, await store.newestCheckpoint());
    expectCode("STOPPED", () => restarted.publish(other.tree));
    expectCode("STOPPED", () => restarted.publish(shorter.tree));
    expect(restarted.publish(tree).note).to.equal(note);
    for (const { store: open } of [{ store }, other, shorter]) await open.close();
  });

  it("signs earlier sizes of the tree, and none whose entries are not durable", async () => {
    const { store, tree } = await treeOf(0, 300);
    const publisher = new Publisher(SIGNER, undefined);
    const earlier = await publisher.publishAt(tree, 256);
    expect(earlier.treeSize).to.equal(256);
    expect(earlier.rootHash).to.deep.equal(await tree.rootAt(256));
    expect((await publisher.publishAt(tree, 256)).note).to.equal(earlier.note);
    tree.append(new Uint8Array(32));
    await expectRejection("STOPPED", publisher.publishAt(tree, 301), /of which 300 are durable/);
    await store.close();
  });

  it("does not go on after a checkpoint that another key signed", async () => {
    const { store } = await treeOf(0, 3);
    const newest = (await store.newestCheckpoint())!;
    const other = signingKey(9);
    const stranger: LogSigner = { key: verifierKey(ORIGIN, other.publicKey), sign: other.sign };
    expectCode("CONFIG_INVALID", () => new Publisher(stranger, newest), /put the right key file back/);
    expectCode(
      "CONFIG_INVALID",
      () => new Publisher(SIGNER, { ...newest, note: newest.note.replace("\n3\n", "\n4\n") }),
    );
    await store.close();
  });
});
