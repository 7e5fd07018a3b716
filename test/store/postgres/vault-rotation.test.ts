// The master key of a vault in PostgreSQL is replaced: what it protects stays as it is, wherever that is cut off, and no service
// has the log open meanwhile. For a vault in a folder: ../../keys/vault-rotation.test.ts.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { pagedRandomBytes } from "../../../src/core/random.ts";
import { vaultKeySource, type VaultKeySource } from "../../../src/keys/vault-key.ts";
import { rotateVaultKey, type RotationOptions } from "../../../src/keys/vault-rotation.ts";
import { openLedger, openVault, type StorePlace } from "../../../src/store/open.ts";
import type { Vault } from "../../../src/store/vault.ts";
import { earlierRows } from "../../support/earlier-vault.ts";
import { expectRejection } from "../../support/expect-rejection.ts";
import { keyed, MASTER_KEY, ORIGIN, report, temporaryFolder } from "../../support/ledger.ts";
import { schemaOf, thePostgres, type PostgresServer } from "../../support/postgres.ts";
import { openSharedLedger } from "./support/shared-ledger.ts";

const randomBytes = pagedRandomBytes();
/** Far above the log: nothing but a crash leaves it. */
const LEFT_OVER = 10_000;

describe("rotating the key of a vault in PostgreSQL", () => {
  let server: PostgresServer;
  let place: StorePlace;
  let leaves: number[];

  before(async () => {
    server = await thePostgres();
  });
  beforeEach(async () => {
    const dataDir = temporaryFolder();
    place = { dataDir, database: server.addressFor(dataDir) };
    const ledger = await openSharedLedger(place);
    const outcomes = await ledger.log.pipeline.submit(keyed(report, 12, "c"));
    leaves = outcomes.map((one) => (one.ok ? one.acknowledgement.leafIndex : -1));
    await ledger.log.writer.erase(leaves.shift() as number);
    await ledger.vault.keep([{ leafIndex: LEFT_OVER, openings: ["left over"] }]);
    await ledger.vault.setAsideFrom(LEFT_OVER);
    await keepAsEarlierProgram(leaves[0] as number, (await ledger.vault.open(leaves[0] as number)) ?? []);
    await ledger.close();
    writeFileSync(keyFile(), `${Buffer.from(MASTER_KEY).toString("hex")}\n`, { mode: 0o600 });
  });

  async function keepAsEarlierProgram(leafIndex: number, openings: readonly string[]): Promise<void> {
    const { wrappedKey, sealed } = earlierRows(leafIndex, openings);
    const change = `UPDATE ${schemaOf(place.dataDir)}_vault.opening SET wrapped_key = $1, sealed = $2 WHERE leaf_index = $3`;
    await server.query(change, [wrappedKey, sealed, leafIndex]);
  }

  const keyFile = (): string => join(place.dataDir, "vault.key");
  const source = (): VaultKeySource => vaultKeySource({ files: { vaultKey: keyFile() }, vaultKey: undefined });
  const rotate = (more: Partial<RotationOptions> = {}) =>
    rotateVaultKey({ ...place, source: source(), batchRows: 4, ...more });
  const openNow = (): Promise<Vault> => openVault(place, { ...source().read(), randomBytes });

  async function expectWhole(): Promise<void> {
    const vault = await openNow();
    for (const leafIndex of leaves) expect((await vault.open(leafIndex))?.length, `leaf ${leafIndex}`).to.equal(4);
    expect(await vault.isErased((leaves[0] as number) - 1)).to.equal(true);
    const { leafIndexes } = await vault.findPerson([{ claim: "reporterEmail", value: "canary-7@example.org" }]);
    expect(leafIndexes).to.have.length(1);
    await vault.close();
  }

  it("puts everything under the new key, and destroys the former one", async () => {
    const { values, damaged, isFormerDestroyed } = await rotate();
    expect({ damaged, isFormerDestroyed }).to.deep.equal({ damaged: 0, isFormerDestroyed: true });
    // Openings, what was set aside, the note of the erasure, and two secrets.
    expect(values).to.equal(leaves.length + 1 + 1 + 2);
    await expectWhole();
    expect(readFileSync(keyFile(), "utf8")).not.to.include(Buffer.from(MASTER_KEY).toString("hex"));
    await expectRejection("VAULT_FAILED", openVault(place, { masterKey: MASTER_KEY, randomBytes }), /not the one/);
    // A copy from before: what is in it opens with nothing that there is.
    const [row] = await server.query(`SELECT wrapped_key FROM ${schemaOf(place.dataDir)}_vault.opening LIMIT 1`);
    await rotate();
    await server.query(`UPDATE ${schemaOf(place.dataDir)}_vault.opening SET wrapped_key = $1 WHERE leaf_index = $2`, [
      row?.["wrapped_key"],
      leaves[0],
    ]);
    const vault = await openNow();
    await expectRejection("VAULT_DAMAGED", vault.open(leaves[0] as number));
    await vault.close();
  });

  it("can be cut off at any step, opens with both keys then and with neither alone, and goes on", async () => {
    const steps: string[] = [];
    for (let at = 1, isDone = false; !isDone; at++) {
      let left = at;
      const cutOff = ({ step }: { readonly step: string }): void => {
        if (--left > 0) return;
        steps.push(step);
        throw new TypeError("cut off");
      };
      isDone = await rotate({ onStep: cutOff }).then(
        () => true,
        () => false,
      );
      await expectWhole();
      const { masterKey, formerKey } = source().read();
      if (steps.at(-1) !== "batch" || isDone || !formerKey) continue;
      for (const one of [masterKey, formerKey])
        await expectRejection("VAULT_FAILED", openVault(place, { masterKey: one, randomBytes }), /was cut off: go on/);
    }
    expect(new Set(steps)).to.deep.equal(new Set(["key-made", "batch", "rewrapped", "destroyed"]));
    expect(existsSync(`${keyFile()}.next`)).to.equal(false);
  });

  it("is refused next to a service, which is refused next to it, and where there is no vault", async () => {
    const store = await openLedger({ ...place, dataDir: temporaryFolder() }, ORIGIN);
    await expectRejection("STORE_LOCKED", rotate(), /front ends too/);
    await store.close();
    let wasRefused = false;
    await rotate({
      onStep: async ({ step }) => {
        if (step !== "key-made") return;
        await expectRejection("STORE_LOCKED", openLedger(place, ORIGIN), /being replaced/);
        wasRefused = true;
      },
    });
    expect(wasRefused).to.equal(true);
    const none = server.addressFor(temporaryFolder());
    await expectRejection("NOT_FOUND", rotate({ database: none }), /no vault/);
  });

  it("destroys nothing as long as a value opens with neither key, unless told that it is lost", async () => {
    const zeroed = `UPDATE ${schemaOf(place.dataDir)}_vault.opening SET wrapped_key = decode(repeat('00', 60), 'hex') WHERE leaf_index = $1`;
    await server.query(zeroed, [leaves[3]]);
    await expectRejection("VAULT_DAMAGED", rotate(), /--leave-damaged/);
    expect(Buffer.from(source().read().formerKey as Uint8Array).equals(MASTER_KEY)).to.equal(true);
    expect((await rotate({ leavesDamaged: true })).damaged).to.equal(1);
    const vault = await openNow();
    await expectRejection("VAULT_DAMAGED", vault.open(leaves[3] as number));
    expect((await vault.open(leaves[5] as number))?.length).to.equal(4);
    await vault.close();
  });
});
