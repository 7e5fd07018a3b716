// What any store of citizens' accounts does, whatever engine is behind it.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import type { LedgerStore } from "../../../src/store/ledger-store.ts";
import { ORIGIN, temporaryFolder } from "../../support/ledger.ts";
import type { StoreEngine } from "./engine.ts";

export function describeCitizenStore(name: string, engine: StoreEngine): void {
  describe(`the citizens of ${name}`, () => {
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
    const hash = (fill: number) => new Uint8Array(32).fill(fill);
    const citizen = (citizenId: string, createdAt: number, pseudonym = "Ñandú 佐藤") => ({
      ...{ citizenId, pseudonym, ageBand: "18-64", language: "es", createdAt },
      ...{ subject: `own_${citizenId}`, recoveryHash: hash(createdAt) },
    });
    const passkey = (credentialId: string, citizenId: string) => ({
      ...{ credentialId, citizenId, publicKey: hash(9), counter: 0, transports: ["usb"], createdAt: 3, usedAt: null },
    });
    const session = (sessionId: string, citizenId: string) => ({
      ...{ sessionId, citizenId, secretHash: hash(8), begunAt: 4, seenAt: 4 },
    });

    it("keeps accounts with their passkeys, and replaces what is said of them", async () => {
      await store.putCitizen(citizen("ct_b", 2), passkey("q", "ct_b"));
      await store.putCitizen(citizen("ct_a", 1), passkey("p", "ct_a"));
      await store.putCitizen({ ...citizen("ct_a", 1), language: "ja" }, passkey("r", "ct_a"));
      await store.noteCitizenPasskeyUse("p", { counter: 5, usedAt: 6 });
      await store.noteCitizenPasskeyUse("none", { counter: 5, usedAt: 6 });
      await store.removeCitizenPasskey("q");
      await reopen();
      expect(await store.citizens()).to.deep.equal([{ ...citizen("ct_a", 1), language: "ja" }, citizen("ct_b", 2)]);
      expect(await store.citizenPasskeys()).to.deep.equal([
        { ...passkey("p", "ct_a"), counter: 5, usedAt: 6 },
        passkey("r", "ct_a"),
      ]);
    });

    it("keeps sessions until they end", async () => {
      await store.putCitizen(citizen("ct_a", 1));
      for (const id of ["s", "t", "u"]) await store.addCitizenSession(session(id, "ct_a"));
      await store.noteCitizenSessionUse(
        new Map([
          ["t", 8],
          ["none", 9],
        ]),
      );
      await store.endCitizenSessions(["s", "none"]);
      await reopen();
      expect(await store.citizenSessions()).to.deep.equal([
        { ...session("t", "ct_a"), seenAt: 8 },
        session("u", "ct_a"),
      ]);
    });

    it("keeps nothing of a removed account but its id and when", async () => {
      await store.putCitizen(citizen("ct_a", 1, "Canary-pseudonym"), passkey("canary-passkey", "ct_a"));
      await store.putCitizen(citizen("ct_b", 2), passkey("q", "ct_b"));
      await store.addCitizenSession(session("canary-session", "ct_a"));
      expect(await store.removeCitizen({ citizenId: "ct_a", removedAt: 7 })).to.equal(engine.emptiesFiles);
      for (const file of readdirSync(folder))
        expect(readFileSync(join(folder, file)).toString("latin1"), file).to.not.match(/canary/i);
      await reopen();
      expect(await store.citizens()).to.deep.equal([citizen("ct_b", 2)]);
      expect(await store.formerCitizens()).to.deep.equal([{ citizenId: "ct_a", removedAt: 7 }]);
      expect(await store.citizenPasskeys()).to.deep.equal([passkey("q", "ct_b")]);
      expect(await store.citizenSessions()).to.deep.equal([]);
    });
  });
}
