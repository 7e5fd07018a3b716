// What any store of API keys does, whatever engine is behind it.

import { expect } from "chai";

import type { LedgerStore } from "../../../src/store/ledger-store.ts";
import { ORIGIN, temporaryFolder } from "../../support/ledger.ts";
import type { StoreEngine } from "./engine.ts";

export function describeKeyStore(name: string, engine: StoreEngine): void {
  describe(`the API keys of ${name}`, () => {
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

    it("keeps API keys by the hash of their secret, and revokes each once", async () => {
      const key = (keyId: string, createdAt: number) => ({
        keyId,
        name: `name of ${keyId}`,
        role: "auditor",
        secretHash: new Uint8Array(32).fill(createdAt),
        createdAt,
        revokedAt: null,
        sender: "aa",
        sources: createdAt === 1 ? ["santander/*", "a"] : null,
        types: createdAt === 1 ? ["sensor-reading"] : null,
        expiresAt: createdAt === 1 ? 99 : null,
        ratePerMinute: createdAt === 1 ? 10 : null,
        lastUsedAt: null,
      });
      await store.addApiKey(key("bb", 2));
      await store.addApiKey(key("aa", 2));
      await store.addApiKey(key("cc", 1));
      expect(await store.revokeApiKey("aa", 9)).to.equal(true);
      expect(await store.revokeApiKey("aa", 10)).to.equal(false);
      expect(await store.revokeApiKey("none", 10)).to.equal(false);
      await store.noteApiKeyUse(new Map([["bb", 1]]));
      await store.noteApiKeyUse(new Map([["bb", 7]]));
      await reopen();
      expect(await store.apiKeys()).to.deep.equal([
        key("cc", 1),
        { ...key("aa", 2), revokedAt: 9 },
        { ...key("bb", 2), lastUsedAt: 7 },
      ]);
    });
  });
}
