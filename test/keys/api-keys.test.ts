// API keys: issued once, recognised by the hash of their secret, refused in one and the same way.
// Invariant: the secret of a key stands nowhere but in the text that its issue returned.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { Access, assertAllowed, ROLES, type Action, type Role } from "../../src/keys/api-keys.ts";
import { pagedRandomBytes } from "../../src/core/random.ts";
import type { LedgerStore } from "../../src/store/ledger-store.ts";
import { openSqliteLedger } from "../../src/store/sqlite/ledger.ts";
import { codeOfRefusal, expectCode } from "../support/expect-code.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { ORIGIN, temporaryFolder } from "../support/ledger.ts";

describe("API keys", () => {
  let folder: string;
  let store: LedgerStore;
  let access: Access;
  const open = async (): Promise<void> => {
    store = openSqliteLedger(folder, ORIGIN);
    access = await Access.open(store, pagedRandomBytes(), () => 1_795_334_400_000);
  };
  beforeEach(async () => {
    folder = temporaryFolder();
    await open();
  });
  afterEach(() => store.close());

  it("recognises the holder of a key, also after a restart", async () => {
    const { keyId, key } = await access.issue("the gateway", "submitter");
    expect(key).to.match(/^wk_[0-9a-f]{16}_[A-Za-z0-9_-]{43}$/);
    for (let round = 0; round < 2; round++) {
      expect(access.recognise(key)).to.deep.equal({
        keyId,
        name: "the gateway",
        role: "submitter",
        sender: keyId,
        sources: null,
        types: null,
      });
      await store.close();
      await open();
    }
  });

  it("refuses every other text in the same words", async () => {
    const { key, keyId } = await access.issue("a", "admin");
    const other = await access.issue("b", "auditor");
    const wrong = [
      undefined,
      "",
      "wk_",
      keyId,
      key.slice(0, -1),
      `${key}A`,
      ` ${key}`,
      `${key}\n`,
      key.toUpperCase(),
      `wk_${keyId}_${"A".repeat(43)}`,
      `wk_${"0".repeat(16)}_${key.slice(20)}`,
      `wk_${other.keyId}_${key.slice(20)}`,
    ];
    const messages = wrong.map((text) => expectCode("UNAUTHENTICATED", () => access.recognise(text)).message);
    expect(new Set(messages).size).to.equal(1);
  });

  it("refuses a revoked key from that moment on, also after a restart", async () => {
    const { key, keyId } = await access.issue("a", "officer");
    const kept = await access.issue("b", "officer");
    await access.revoke(keyId);
    for (let round = 0; round < 2; round++) {
      expectCode("UNAUTHENTICATED", () => access.recognise(key));
      expect(access.recognise(kept.key).name).to.equal("b");
      expect(access.list().map(({ revokedAt }) => revokedAt)).to.have.members([1_795_334_400_000, null]);
      await expectRejection("NOT_FOUND", access.revoke(keyId));
      await store.close();
      await open();
    }
    await expectRejection("NOT_FOUND", access.revoke("ffffffffffffffff"));
  });

  it("keeps no secret: not in its list, not in its files", async () => {
    const { key } = await access.issue("a", "submitter");
    const secret = key.slice(20);
    expect(JSON.stringify(access.list())).not.to.include(secret);
    expect(access.list()[0]).not.to.have.property("secretHash");
    const bytes = Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
    expect(bytes.includes(key.slice(3, 19))).to.equal(true);
    expect(bytes.includes(secret)).to.equal(false);
    expect(bytes.includes(Buffer.from(secret, "base64url"))).to.equal(false);
  });

  it("allows each role its actions and no others", () => {
    const allowed: { [role in Role]: Action[] } = {
      submitter: ["submit"],
      auditor: ["list"],
      officer: ["list", "open"],
      admin: ["submit", "list", "manage"],
    };
    for (const role of ROLES)
      for (const action of ["submit", "list", "open", "manage"] as const) {
        const principal = { role };
        const code = codeOfRefusal(() => assertAllowed(principal, action));
        expect(code, `${role} ${action}`).to.equal(allowed[role].includes(action) ? undefined : "FORBIDDEN");
      }
    // A role that a changed row could name.
    const stranger = { role: "root" as Role };
    expectCode("FORBIDDEN", () => assertAllowed(stranger, "submit"));
  });
});
