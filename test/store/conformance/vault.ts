// What any vault does, whatever engine is behind it.
// Invariant: what is kept is read back by its record alone; what is erased is gone for good, and is known to be erased.

import { expect } from "chai";

import { pagedRandomBytes } from "../../../src/core/random.ts";
import type { PersonValue } from "../../../src/core/person-value.ts";
import type { Attachment, Vault } from "../../../src/store/vault.ts";
import { expectRejection } from "../../support/expect-rejection.ts";
import { MASTER_KEY, temporaryFolder } from "../../support/ledger.ts";
import type { StoreEngine } from "./engine.ts";

const rows = Array.from({ length: 20 }, (_, i) => ({ leafIndex: i * 3, openings: [`first of ${i}`, "second", "ünï"] }));
const PICTURE: Attachment = { mediaType: "image/jpeg", bytes: Uint8Array.from({ length: 300_000 }, (_, i) => i % 251) };
const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const MESSAGE: Attachment = { mediaType: 'text/plain; charset="utf-8"', bytes: new Uint8Array(0) };

export function describeVault(name: string, engine: StoreEngine): void {
  describe(`the vault of ${name}`, () => {
    let folder: string;
    let vault: Vault;
    const open = (masterKey = MASTER_KEY, readOnly = false): Promise<Vault> =>
      engine.openVault({ dataDir: folder }, { masterKey, randomBytes: pagedRandomBytes(), readOnly });
    const reopen = async (readOnly = false): Promise<void> => {
      await vault.close();
      vault = await open(MASTER_KEY, readOnly);
    };

    beforeEach(async () => {
      folder = temporaryFolder();
      vault = await open();
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
      await expectRejection("VAULT_FAILED", open(wrong), /master key is not the one/);
      await expectRejection("CONFIG_INVALID", open(MASTER_KEY.subarray(1)), /32 bytes/);
      vault = await open(wrong, true);
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
      expect(await vault.eraseSetAside(1, 1)).to.deep.equal({ records: 2, isGone: engine.emptiesFiles });
    });

    it("erases a record with all that is attached to it, for good, and nothing else", async () => {
      await vault.keep(rows.map((row) => ({ ...row, attachments: [MESSAGE, PICTURE] })));
      expect(await vault.isErased(3)).to.equal(false);
      expect(await vault.erase(3)).to.equal(engine.emptiesFiles);
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
      for (const leafIndex of [3, 3, 4]) expect(await vault.erase(leafIndex)).to.equal(engine.emptiesFiles);
      await reopen();
      expect([await vault.isErased(3), await vault.isErased(4), await vault.isErased(6)]).to.deep.equal([
        true,
        true,
        false,
      ]);
      await vault.setAsideFrom(4);
      expect(await vault.isErased(4), "another record will be there").to.equal(false);
    });

    describe("people", () => {
      const mail = (value: string) => ({ claim: "reporterEmail", value });
      const phone = (value: string) => ({ claim: "reporterPhone", value });
      const keep = (leafIndex: number, ...persons: PersonValue[]): Promise<void> =>
        vault.keep([{ leafIndex, openings: ["x"], persons }]);
      const found = async (...values: PersonValue[]): Promise<readonly number[]> =>
        (await vault.findPerson(values)).leafIndexes;

      it("leads from a value, however it is spelt, to the records that state it, also after it was closed", async () => {
        await keep(2, mail("Jane@example.org"));
        await keep(5, mail("john@example.org"));
        await keep(9, mail(" jane@EXAMPLE.org"), phone("+34 600 123 456"));
        await keep(11, phone("0034600123456"));
        await vault.keep(rows.slice(4));
        for (const readOnly of [false, true]) {
          expect(await found(mail("jane@example.org"))).to.deep.equal([2, 9, 11]);
          expect(await found(phone("34600123456"))).to.deep.equal([2, 9, 11]);
          expect(await found(mail("john@example.org"))).to.deep.equal([5]);
          expect(await found(mail("john@example.org"), phone("34600123456"))).to.deep.equal([2, 5, 9, 11]);
          expect(await vault.findPerson([mail("nobody@example.org")])).to.deep.equal({ subjects: [], leafIndexes: [] });
          await reopen(readOnly);
        }
      });

      it("gives each person one pseudonym, which leads back to the records", async () => {
        await keep(2, mail("jane@example.org"), phone("600"));
        await keep(5, mail("john@example.org"));
        await keep(9, phone("600"));
        const [jane] = await vault.subjectsOf(2);
        const [john] = await vault.subjectsOf(5);
        expect(jane).to.match(/^sub_[A-Za-z0-9_-]{22}$/);
        expect(john).not.to.equal(jane);
        await reopen(true);
        expect(await vault.subjectsOf(9)).to.deep.equal([jane]);
        expect((await vault.findPerson([mail("jane@example.org")])).subjects).to.deep.equal([jane]);
        expect(await vault.recordsOf(jane!)).to.deep.equal([2, 9]);
        expect(await vault.subjectsOf(4)).to.deep.equal([]);
        const turned = jane!.replace(/.$/, (last) => (last === "A" ? "Q" : "A"));
        // Another spelling of the same bytes: the last character has four bits too many.
        const respelt = jane!.replace(/.$/, (last) => BASE64URL.at(BASE64URL.indexOf(last) ^ 1)!);
        for (const none of [
          turned,
          respelt,
          "sub_",
          `${jane}A`,
          "jane",
          `sub_${"A".repeat(22)}`,
          `sub_${"_".repeat(22)}`,
        ])
          expect(await vault.recordsOf(none), none).to.deep.equal([]);
      });

      it("lets a record that states values of several people belong to each of them", async () => {
        await keep(1, mail("jane@example.org"));
        await keep(2, phone("600"));
        await keep(3, mail("jane@example.org"), phone("600"), { claim: "reporterId", value: "u1" });
        const [jane, john] = [await vault.subjectsOf(1), await vault.subjectsOf(2)].flat();
        expect(new Set(await vault.subjectsOf(3))).to.deep.equal(new Set([jane, john]));
        expect(await vault.recordsOf(jane!)).to.deep.equal([1, 3]);
        expect(await vault.recordsOf(john!)).to.deep.equal([2, 3]);
        expect((await vault.findPerson([{ claim: "reporterId", value: "u1" }])).subjects, "the first").to.deep.equal([
          jane,
        ]);
      });

      it("gives many records in pages", async () => {
        const many = Array.from({ length: 25 }, (_, i) => i * 2);
        for (const leafIndex of many) await keep(leafIndex, mail(leafIndex % 4 ? "a@b" : "c@d"), phone("1"));
        const [subject] = await vault.subjectsOf(0);
        const listed: number[][] = [];
        for (let after = -1; ; after = listed.at(-1)!.at(-1)!) {
          const { leafIndexes } = await vault.findPerson([mail("a@b"), mail("c@d")], after, 10);
          if (leafIndexes.length === 0) break;
          listed.push([...leafIndexes]);
          expect(await vault.recordsOf(subject!, after, 10)).to.deep.equal(leafIndexes);
        }
        expect(listed.map(({ length }) => length)).to.deep.equal([10, 10, 5]);
        expect(listed.flat()).to.deep.equal(many);
      });

      it("forgets with a record what it stated, and a person with the last record", async () => {
        for (const leafIndex of [1, 2, 3]) await keep(leafIndex, mail("jane@example.org"), phone(`60${leafIndex}`));
        const [before] = await vault.subjectsOf(1);
        await vault.erase(1);
        expect(await found(phone("601"))).to.deep.equal([]);
        expect(await vault.subjectsOf(1)).to.deep.equal([]);
        expect(await vault.recordsOf(before!)).to.deep.equal([2, 3]);
        await vault.setAsideFrom(3);
        expect(await vault.recordsOf(before!)).to.deep.equal([2]);
        await vault.erase(2);
        expect(await vault.findPerson([mail("jane@example.org")])).to.deep.equal({ subjects: [], leafIndexes: [] });
        await reopen();
        await keep(8, mail("jane@example.org"));
        await keep(9, mail("other@example.org"));
        const later = [await vault.subjectsOf(8), await vault.subjectsOf(9)].flat();
        expect(later, "a pseudonym is never given again").not.to.include(before);
        expect(await vault.recordsOf(before!)).to.deep.equal([]);
      });

      it("keeps no person of records that were not kept", async () => {
        await keep(1, mail("jane@example.org"));
        await expectRejection(
          "VAULT_FAILED",
          vault.keep([2, 1].map((leafIndex) => ({ leafIndex, openings: [], persons: [mail("john@example.org")] }))),
        );
        expect(await found(mail("john@example.org"))).to.deep.equal([]);
        await keep(2, mail("john@example.org"));
        await reopen();
        expect(await found(mail("john@example.org"))).to.deep.equal([2]);
      });

      it("has a first batch of people that fails, and takes the next", async () => {
        await vault.keep([rows[0]!]);
        const failing = [3, 0].map((leafIndex) => ({ leafIndex, openings: [], persons: [mail("a@b")] }));
        await expectRejection("VAULT_FAILED", vault.keep(failing));
        await keep(3, mail("a@b"));
        await reopen();
        expect(await found(mail("a@b"))).to.deep.equal([3]);
      });
    });

    it("keeps secrets of its own under its master key", async () => {
      const initial = new Uint8Array(32).fill(9);
      expect(await vault.secret("one", initial)).to.deep.equal(initial);
      expect(Uint8Array.from(await vault.secret("one", new Uint8Array(32)))).to.deep.equal(initial);
      await reopen();
      expect(Uint8Array.from(await vault.secret("one", new Uint8Array(32)))).to.deep.equal(initial);
      await vault.close();
      await expectRejection("VAULT_FAILED", open(new Uint8Array(32).fill(1)), /master key is not the one/);
      vault = await open();
    });
  });
}
