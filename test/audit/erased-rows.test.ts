// What was erased with a record is looked for in the vault too: events that conceal the same, put back with their notes gone.

import { rmSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import type { JsonObject } from "../../src/core/json.ts";
import { ed25519SourceKey } from "../../src/core/source-key.ts";
import { signedBytesOf, type SignedPart } from "../../src/core/source-signature.ts";
import { VAULT_FILE } from "../../src/store/sqlite/vault.ts";
import { enterDerivation } from "../../src/write/enter-derivation.ts";
import { enterTranslation } from "../../src/write/enter-translation.ts";
import { eraseRecords } from "../../src/privacy/erasure.ts";
import { withDatabase } from "../support/altered-rows.ts";
import {
  auditFolder,
  codesOf,
  copyFolder,
  expectClean,
  openLedger,
  reading,
  report,
  type TestLedger,
} from "../support/ledger.ts";
import { signingKey } from "../support/signing-key.ts";

const SOURCE = "santander/env-419";
const DEVICE = signingKey(31);

function signed(temperature: number): JsonObject {
  const record = reading(temperature, { source: SOURCE, seq: 1 });
  const sig = Buffer.from(DEVICE.sign(signedBytesOf(record as unknown as SignedPart))).toString("base64");
  return { ...record, evidence: { alg: "Ed25519", key: Buffer.from(DEVICE.publicKey).toString("base64"), sig } };
}

describe("the audit of erased rows", () => {
  let ledger: TestLedger;
  const folders: string[] = [];
  beforeEach(async () => (ledger = await openLedger()));
  afterEach(async () => {
    await ledger.close();
    for (const folder of [ledger.folder, ...folders.splice(0)]) rmSync(folder, { recursive: true, force: true });
  });

  const derived = (record: number, replaces?: number) =>
    enterDerivation(
      {
        derivation: { by: "client", manualBoxes: 0, picture: 0, record, tool: "hand", version: "1" },
        ...{ of: "0".repeat(64), boxes: [], replaces },
        outcome: { bytes: new Uint8Array(9), type: "image/webp", width: 3, height: 3 },
      },
      ledger.log,
    );

  const translated = (record: number, text: string) =>
    enterTranslation(
      {
        translation: { by: "person", from: "es", of: "concealed", record, to: "en" },
        ...{ originals: { text: "hola" }, texts: { text }, who: "0".repeat(16) },
      },
      ledger.log,
    );

  const eventBelow = async (): Promise<number> => (await ledger.submit([reading(1)]))[0]!.leafIndex - 1;

  /** Puts the rows of a leaf back as they were, without the note that they were erased, and says what the audit finds. */
  async function foundAfterPutBack(older: string, leafIndex: number, hasAttachments = false): Promise<string[]> {
    await ledger.close();
    await expectClean(ledger.folder);
    withDatabase(ledger.folder, VAULT_FILE, (db) => {
      db.prepare("ATTACH ? AS older").run(join(older, VAULT_FILE));
      for (const table of ["opening", ...(hasAttachments ? ["attachment"] : [])])
        db.prepare(`INSERT INTO ${table} SELECT * FROM older.${table} WHERE leaf_index = ?`).run(leafIndex);
      db.prepare("DELETE FROM erased WHERE leaf_index = ?").run(leafIndex);
    });
    const { findings } = await auditFolder(ledger.folder);
    ledger = await openLedger({ folder: ledger.folder });
    expect(await ledger.vault.keeps(leafIndex), "the next start takes it away").to.equal(false);
    await ledger.close();
    await expectClean(ledger.folder);
    ledger = await openLedger({ folder: ledger.folder });
    return findings.map(({ where, message }) => `${where}: ${message}`);
  }

  async function copied(): Promise<string> {
    await ledger.close();
    const older = copyFolder(ledger.folder);
    folders.push(older);
    ledger = await openLedger({ folder: ledger.folder });
    return older;
  }

  const STATED = "the log says it was erased, and the vault still has it";

  it("finds what was made of a picture of an erased record", async () => {
    const leafIndex = (await ledger.submit([report(1)]))[0]!.leafIndex;
    const { leafIndex: event } = await derived(leafIndex);
    const older = await copied();
    await eraseRecords([leafIndex], { basis: "gdpr-17-1-a" }, ledger.log);
    await ledger.submit([reading(1)]);
    expect(await foundAfterPutBack(older, event, true)).to.deep.equal([`vault row ${event}: ${STATED}`]);
  });

  it("finds what was made of a picture before something else took its place", async () => {
    const leafIndex = (await ledger.submit([report(1)]))[0]!.leafIndex;
    const { leafIndex: event } = await derived(leafIndex);
    const older = await copied();
    await derived(leafIndex, event);
    await ledger.submit([reading(1)]);
    expect(await foundAfterPutBack(older, event, true)).to.deep.equal([`vault row ${event}: ${STATED}`]);
  });

  it("finds a translation of an erased record, and one that was corrected", async () => {
    const leafIndex = (await ledger.submit([report(1)]))[0]!.leafIndex;
    const { leafIndex: first } = await translated(leafIndex, "hallo");
    const beforeCorrection = await copied();
    const { leafIndex: second } = await translated(leafIndex, "hello");
    await ledger.submit([reading(1)]);
    expect(await foundAfterPutBack(beforeCorrection, first)).to.deep.equal([`vault row ${first}: ${STATED}`]);
    const beforeErasure = await copied();
    await eraseRecords([leafIndex], { basis: "gdpr-17-1-a" }, ledger.log);
    await ledger.submit([reading(2)]);
    expect(await foundAfterPutBack(beforeErasure, second)).to.deep.equal([`vault row ${second}: ${STATED}`]);
  });

  it("finds what else a source signed under the number of an erased record", async () => {
    const newKey = { key: ed25519SourceKey(DEVICE.publicKey) };
    await ledger.log.changeSource({ action: "register", name: SOURCE, newKey });
    const [first] = await ledger.submit([signed(20)]);
    expect(codesOf(await ledger.pipeline.submit([signed(21)]))).to.deep.equal(["SEQUENCE_CONFLICT"]);
    const event = await eventBelow();
    const older = await copied();
    await eraseRecords([first!.leafIndex], { basis: "gdpr-17-1-a" }, ledger.log);
    await ledger.submit([reading(2)]);
    expect(await foundAfterPutBack(older, event)).to.deep.equal([`vault row ${event}: ${STATED}`]);
  });
});
