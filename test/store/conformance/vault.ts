// What any vault does, whatever engine is behind it.
// Invariant: what is kept is read back by its record alone; what is erased is gone for good, and is known to be erased.

import { expect } from "chai";

import { pagedRandomBytes } from "../../../src/keys/random.ts";
import type { Attachment, Vault } from "../../../src/store/vault.ts";
import { expectCode } from "../../support/expect-code.ts";
import { expectRejection } from "../../support/expect-rejection.ts";
import { MASTER_KEY, temporaryFolder } from "../../support/ledger.ts";
import type { StoreEngine } from "./engine.ts";

const rows = Array.from({ length: 20 }, (_, i) => ({ leafIndex: i * 3, openings: [`first of ${i}`, "second", "ünï"] }));
const PICTURE: Attachment = { mediaType: "image/jpeg", bytes: Uint8Array.from({ length: 300_000 }, (_, i) => i % 251) };
const MESSAGE: Attachment = { mediaType: 'text/plain; charset="utf-8"', bytes: new Uint8Array(0) };

export function describeVault(name: string, engine: StoreEngine): void {
  describe(`the vault of ${name}`, () => {
    let folder: string;
    let vault: Vault;
    const open = (masterKey = MASTER_KEY, readOnly = false): Vault =>
      engine.openVault(folder, { masterKey, randomBytes: pagedRandomBytes(), readOnly });
    const reopen = async (readOnly = false): Promise<void> => {
      await vault.close();
      vault = open(MASTER_KEY, readOnly);
    };

    beforeEach(() => {
      folder = temporaryFolder();
      vault = open();
    });
    afterEach(() => vault.close());

    it("gives back what it was given, also after it was closed", async () => {
      await vault.keep(rows);
      await vault.keep([]);
      for (let round = 0; round < 2; round++) {
        for (const { leafIndex, openings } of rows) expect(await vault.open(leafIndex)).to.deep.equal(openings);
        expect(await vault.open(1)).to.equal(undefined);
        await reopen(round === 0);
      }
    });

    it("keeps a record that has nothing to open apart from one that has no row", async () => {
      await vault.keep([{ leafIndex: 5, openings: [] }]);
      expect(await vault.open(5)).to.deep.equal([]);
      expect(await vault.open(6)).to.equal(undefined);
    });

    it("lists its leaf indexes, rising, over many pages", async () => {
      const many = Array.from({ length: 2_500 }, (_, i) => ({ leafIndex: 7 * i, openings: ["x"] }));
      await vault.keep(many);
      const listed: number[] = [];
      for await (const leafIndex of vault.leafIndexes()) listed.push(leafIndex);
      expect(listed).to.deep.equal(many.map(({ leafIndex }) => leafIndex));
    });

    it("keeps all records of a call or none, with what is attached to them", async () => {
      await vault.keep([rows[0]!]);
      await expectRejection("VAULT_FAILED", vault.keep([{ ...rows[1]!, attachments: [MESSAGE] }, rows[0]!]));
      expect([await vault.open(3), await vault.attachments(3)]).to.deep.equal([undefined, undefined]);
    });

    it("is refused under another master key, before anything is kept under it", async () => {
      await vault.keep(rows);
      await vault.close();
      const wrong = Uint8Array.from(MASTER_KEY);
      wrong[31]! ^= 1;
      expectCode("VAULT_FAILED", () => open(wrong), /master key is not the one/);
      expectCode("CONFIG_INVALID", () => open(MASTER_KEY.subarray(1)), /32 bytes/);
      vault = open(wrong, true);
      await expectRejection("VAULT_DAMAGED", vault.open(0), /do not decrypt/);
    });

    it("gives back several attachments of a record, in their order, with their types", async () => {
      await vault.keep([{ leafIndex: 0, openings: ["a"], attachments: [PICTURE, MESSAGE, PICTURE] }, rows[1]!]);
      await vault.keep([{ leafIndex: 7, openings: [], attachments: [MESSAGE] }]);
      for (let round = 0; round < 2; round++) {
        expect(await vault.attachments(0)).to.deep.equal([PICTURE, MESSAGE, PICTURE]);
        expect(await vault.attachments(7)).to.deep.equal([MESSAGE]);
        expect(await vault.attachments(3), "nothing is attached").to.deep.equal([]);
        expect(await vault.attachments(1), "no such record").to.equal(undefined);
        expect(await vault.open(0)).to.deep.equal(["a"]);
        await reopen(round === 0);
      }
    });

    it("sets attachments aside with their record, and frees their places", async () => {
      await vault.keep([rows[0]!, { ...rows[1]!, attachments: [PICTURE] }]);
      expect(await vault.setAsideFrom(3)).to.equal(1);
      expect(await vault.attachments(3)).to.equal(undefined);
      await vault.keep([{ leafIndex: 3, openings: [], attachments: [MESSAGE] }]);
      expect(await vault.attachments(3)).to.deep.equal([MESSAGE]);
      expect(await vault.setAsideFrom(3)).to.equal(1);
      expect(await vault.eraseSetAside(0, 1)).to.deep.equal({ records: 0, isGone: true });
      expect(await vault.eraseSetAside(1, 1)).to.deep.equal({ records: 2, isGone: true });
    });

    it("erases a record with all that is attached to it, for good, and nothing else", async () => {
      await vault.keep(rows.map((row) => ({ ...row, attachments: [MESSAGE, PICTURE] })));
      expect(await vault.isErased(3)).to.equal(false);
      expect(await vault.erase(3)).to.equal(true);
      for (const readOnly of [false, true]) {
        expect(await vault.isErased(3)).to.equal(true);
        expect([await vault.open(3), await vault.attachments(3)]).to.deep.equal([undefined, undefined]);
        for (const { leafIndex, openings } of rows.filter((row) => row.leafIndex !== 3)) {
          expect(await vault.isErased(leafIndex)).to.equal(false);
          expect(await vault.open(leafIndex)).to.deep.equal(openings);
          expect(await vault.attachments(leafIndex)).to.deep.equal([MESSAGE, PICTURE]);
        }
        const listed: number[] = [];
        for await (const leafIndex of vault.leafIndexes()) listed.push(leafIndex);
        expect(listed).to.deep.equal(rows.map(({ leafIndex }) => leafIndex).filter((one) => one !== 3));
        await reopen(readOnly);
      }
    });

    it("remembers which records have pictures to publish, until they are published, set aside or erased", async () => {
      expect(await vault.toPublish(-1, 9)).to.deep.equal([]);
      await vault.keep(rows.map((row) => ({ ...row, attachments: [PICTURE], isToPublish: row.leafIndex % 6 === 0 })));
      await reopen();
      expect(await vault.toPublish(-1, 3)).to.deep.equal([0, 6, 12]);
      expect(await vault.toPublish(12, 2)).to.deep.equal([18, 24]);
      await vault.markPublished(6);
      await vault.erase(18);
      await vault.setAsideFrom(30);
      expect(await vault.toPublish(-1, 99)).to.deep.equal([0, 12, 24]);
    });

    it("erases again what is erased, and what it does not have", async () => {
      await vault.keep(rows);
      for (const leafIndex of [3, 3, 4]) expect(await vault.erase(leafIndex)).to.equal(true);
      await reopen();
      expect([await vault.isErased(3), await vault.isErased(4), await vault.isErased(6)]).to.deep.equal([
        true,
        true,
        false,
      ]);
      await vault.setAsideFrom(4);
      expect(await vault.isErased(4), "another record will be there").to.equal(false);
    });
  });
}
