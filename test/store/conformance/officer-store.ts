// What any store of officers' accounts does, whatever engine is behind it.

import { expect } from "chai";

import type { LedgerStore } from "../../../src/store/ledger-store.ts";
import { ORIGIN, temporaryFolder } from "../../support/ledger.ts";
import type { StoreEngine } from "./engine.ts";

export function describeOfficerStore(name: string, engine: StoreEngine): void {
  describe(`the accounts of ${name}`, () => {
    let folder: string;
    let store: LedgerStore;
    beforeEach(async () => {
      folder = temporaryFolder();
      store = await engine.openLedger({ dataDir: folder }, ORIGIN);
    });
    afterEach(() => store.close());

    const reopen = async (): Promise<void> => {
      await store.close();
      store = await engine.openLedger({ dataDir: folder }, ORIGIN);
    };
    const hash = new Uint8Array(32).fill(7);
    const officer = (officerId: string, createdAt: number) => ({
      ...{ officerId, name: "María 佐藤", role: "officer", createdAt, removedAt: null },
      ...{ sources: createdAt === 1 ? ["a", "b/*"] : null, expiresAt: createdAt === 1 ? 99 : null },
      ...{ ratePerMinute: createdAt === 1 ? 5 : null },
      ...{ issuer: createdAt === 1 ? null : "https://login.example", subject: createdAt === 1 ? null : "s" },
    });
    const invitation = (invitationId: string, officerId: string) => ({
      ...{ invitationId, officerId, secretHash: hash, createdAt: 1, expiresAt: 9, usedAt: null },
    });
    const passkey = (credentialId: string, officerId: string) => ({
      ...{
        credentialId,
        officerId,
        publicKey: hash,
        counter: 0,
        transports: ["usb", "nfc"],
        createdAt: 3,
        usedAt: null,
      },
    });
    const session = (sessionId: string, officerId: string) => ({
      ...{ sessionId, officerId, secretHash: hash, begunAt: 4, seenAt: 4 },
    });

    it("keeps accounts, and uses up each invitation with the passkey that it made", async () => {
      await store.putOfficer(officer("of_b", 2));
      await store.putOfficer(officer("of_a", 1), invitation("1", "of_a"));
      await store.putOfficer(officer("of_a", 1), invitation("2", "of_a"));
      expect(await store.acceptInvitation("1", passkey("p", "of_a")), "another took its place").to.equal(false);
      expect(await store.acceptInvitation("2", passkey("q", "of_a"))).to.equal(true);
      expect(await store.acceptInvitation("2", passkey("r", "of_a"))).to.equal(false);
      await store.notePasskeyUse("q", { counter: 5, usedAt: 6 });
      await reopen();
      expect(await store.officers()).to.deep.equal([officer("of_a", 1), officer("of_b", 2)]);
      expect(await store.invitations()).to.deep.equal([{ ...invitation("2", "of_a"), usedAt: 3 }]);
      expect(await store.passkeys()).to.deep.equal([{ ...passkey("q", "of_a"), counter: 5, usedAt: 6 }]);
    });

    it("adds a passkey to those of an account, and removes one", async () => {
      await store.putOfficer(officer("of_a", 1), invitation("1", "of_a"));
      await store.acceptInvitation("1", passkey("p", "of_a"));
      await store.addPasskey(passkey("q", "of_a"));
      await store.removePasskey("p");
      await store.removePasskey("none");
      await reopen();
      expect(await store.passkeys()).to.deep.equal([passkey("q", "of_a")]);
    });

    it("keeps sessions until they end, and removes with an account all that it has", async () => {
      await store.putOfficer(officer("of_a", 1), invitation("1", "of_a"));
      await store.putOfficer(officer("of_b", 2), invitation("2", "of_b"));
      for (const [id, of] of [
        ["s", "of_a"],
        ["t", "of_a"],
        ["u", "of_b"],
      ] as const)
        await store.addSession(session(id, of));
      await store.noteSessionUse(
        new Map([
          ["u", 8],
          ["none", 9],
        ]),
      );
      await store.endSessions(["s", "none"]);
      expect((await store.sessions()).map(({ sessionId }) => sessionId)).to.have.members(["t", "u"]);
      await store.acceptInvitation("1", passkey("p", "of_a"));
      expect(await store.removeOfficer("of_a", 7)).to.equal(true);
      expect(await store.removeOfficer("of_a", 8)).to.equal(false);
      await reopen();
      expect(await store.officers()).to.deep.equal([{ ...officer("of_a", 1), removedAt: 7 }, officer("of_b", 2)]);
      expect(await store.passkeys()).to.deep.equal([]);
      expect(await store.invitations()).to.deep.equal([invitation("2", "of_b")]);
      expect(await store.sessions()).to.deep.equal([{ ...session("u", "of_b"), seenAt: 8 }]);
    });
  });
}
