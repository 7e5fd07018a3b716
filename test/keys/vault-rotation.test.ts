// The vault's master key is replaced: what it protects stays as it is, wherever the process ends, and copies from before open
// with nothing that there is.

import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { expect } from "chai";

import { keyedNames, nameKey } from "../../src/keys/keyed-names.ts";
import { pagedRandomBytes } from "../../src/core/random.ts";
import { vaultKeySource, type VaultKeySource } from "../../src/keys/vault-key.ts";
import { rotateVaultKey, type RotationOptions } from "../../src/keys/vault-rotation.ts";
import { idempotencyNameKey } from "../../src/keys/vault-secrets.ts";
import { openVault } from "../../src/store/open.ts";
import { VAULT_FILE } from "../../src/store/sqlite/vault.ts";
import type { Vault } from "../../src/store/vault.ts";
import { runHere } from "../cli/support/run-here.ts";
import { earlierRows } from "../support/earlier-vault.ts";
import { bundleProgram } from "../support/bundled-program.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import {
  copyFolder,
  expectClean,
  keyed,
  MASTER_KEY,
  openLedger,
  reading,
  report,
  temporaryFolder,
} from "../support/ledger.ts";

const SCRIPT = join(import.meta.dirname, "support", "rotate-vault.ts");
const randomBytes = pagedRandomBytes();
const NAMES = nameKey(MASTER_KEY, "warifu idempotency keys");

describe("rotating the vault's key", () => {
  let made: string;
  /** Packed: it is started for each step. */
  let program: string;
  let leaves: number[];
  before(async () => {
    program = await bundleProgram(temporaryFolder(), SCRIPT);
    const ledger = await openLedger();
    await ledger.submit([...keyed(reading, 2, "r"), ...keyed(report, 23, "c")]);
    leaves = [];
    for await (const leafIndex of ledger.vault.leafIndexes()) leaves.push(leafIndex);
    await ledger.vault.erase(leaves[4]!);
    leaves.splice(4, 1);
    await ledger.close();
    made = ledger.folder;
    writeFileSync(join(made, "vault.key"), `${Buffer.from(MASTER_KEY).toString("hex")}\n`, { mode: 0o600 });
    const vault = await openVault({ dataDir: made }, { masterKey: MASTER_KEY, randomBytes });
    await vault.keep([{ leafIndex: 10_000, openings: ["left over"] }]);
    await vault.setAsideFrom(10_000);
    const { wrappedKey, sealed } = earlierRows(leaves[0]!, (await vault.open(leaves[0]!))!);
    await vault.close();
    const db = new DatabaseSync(join(made, VAULT_FILE));
    const change = "UPDATE opening SET wrapped_key = ?, sealed = ? WHERE leaf_index = ?";
    db.prepare(change).run(wrappedKey, sealed, leaves[0]!);
    db.close();
  });

  let folder: string;
  beforeEach(() => {
    folder = copyFolder(made);
  });

  const keyFile = (): string => join(folder, "vault.key");
  const source = (): VaultKeySource => vaultKeySource({ files: { vaultKey: keyFile() }, vaultKey: undefined });
  const rotate = (more: Partial<RotationOptions> = {}) =>
    rotateVaultKey({ dataDir: folder, source: source(), batchRows: 5, ...more });
  const openNow = (readOnly = false): Promise<Vault> =>
    openVault({ dataDir: folder }, { ...source().read(), randomBytes, readOnly });

  async function expectWhole(vault: Vault): Promise<void> {
    for (const leafIndex of leaves) expect((await vault.open(leafIndex))?.length, `leaf ${leafIndex}`).to.equal(4);
    expect(await vault.isErased(4 + leaves[0]!)).to.equal(true);
    const { leafIndexes } = await vault.findPerson([{ claim: "reporterEmail", value: "canary-7@example.org" }]);
    expect(leafIndexes).to.have.length(1);
  }

  it("puts everything under the new key, destroys the former one, and the log goes on", async () => {
    const former = readFileSync(keyFile(), "utf8");
    const steps: string[] = [];
    const { values, damaged, isFormerDestroyed } = await rotate({ onStep: ({ step }) => steps.push(step) });
    expect({ damaged, isFormerDestroyed }).to.deep.equal({ damaged: 0, isFormerDestroyed: true });
    // Openings, what was set aside, the note of the erasure, and two secrets.
    expect(values).to.equal(leaves.length + 1 + 1 + 2);
    expect(steps.filter((step) => step === "batch").length).to.be.greaterThan(5);
    expect(readFileSync(keyFile(), "utf8"))
      .to.match(/^[0-9a-f]{64}\n$/)
      .and.not.to.equal(former);
    expect(existsSync(`${keyFile()}.next`)).to.equal(false);
    const { masterKey } = source().read();
    const vault = await openNow();
    await expectWhole(vault);
    await vault.eraseSetAside(0, 0);
    await vault.close();
    await expectRejection(
      "VAULT_FAILED",
      openVault({ dataDir: folder }, { masterKey: MASTER_KEY, randomBytes }),
      /not the one/,
    );
    const again = await openLedger({ folder, masterKey });
    await again.submit(keyed(report, 2, "later"));
    await again.close();
    await expectClean(folder, { masterKey });
  });

  it("leaves the former key in no file, and copies of the vault from before open with nothing that there is", async () => {
    const copy = copyFolder(folder);
    const wrapped = wrappedIn(copy);
    await rotate();
    const { masterKey } = source().read();
    const bytes = Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
    expect(bytes.includes(Buffer.from(MASTER_KEY).toString("hex"))).to.equal(false);
    for (const old of wrapped) expect(bytes.includes(old), "what was under the former key").to.equal(false);
    await expectRejection("VAULT_FAILED", openVault({ dataDir: copy }, { masterKey, randomBytes }), /not the one/);
    const backup = await openVault({ dataDir: copy }, { masterKey, randomBytes, readOnly: true });
    for (const leafIndex of leaves) await expectRejection("VAULT_DAMAGED", backup.open(leafIndex));
    await expectRejection("VAULT_DAMAGED", backup.isErased(4 + leaves[0]!));
    await backup.close();
  });

  it("keeps what derives from the key: the names that a log has given", async () => {
    const names = async (): Promise<string> => {
      const vault = await openNow();
      const key = await idempotencyNameKey(vault, source().read());
      await vault.close();
      return keyedNames(key)("row-1");
    };
    const before = keyedNames(NAMES)("row-1");
    await rotate();
    expect(await names()).to.equal(before);
    await rotate();
    expect(await names()).to.equal(before);
  });

  it("can be killed at any step, opens with both keys then, and goes on", async () => {
    const killed: string[] = [];
    for (let at = 1, isDone = false; !isDone; at++) {
      const run = rotateUntil(at);
      isDone = run.signal === null;
      if (isDone) expect(run.status, run.stderr).to.equal(0);
      else killed.push(run.stdout);
      const vault = await openNow();
      await expectWhole(vault);
      expect(Buffer.from(await idempotencyNameKey(vault, source().read())).equals(NAMES), killed.at(-1)).to.equal(true);
      await vault.close();
      await expectClean(folder, source().read());
    }
    expect(new Set(killed)).to.deep.equal(new Set(["key-made", "batch", "rewrapped", "destroyed"]));
    expect(killed.filter((step) => step === "batch").length).to.be.greaterThan(5);
    expect(readdirSync(folder).filter((name) => name.startsWith("vault.key"))).to.deep.equal(["vault.key"]);
    await expectRejection(
      "VAULT_FAILED",
      openVault({ dataDir: folder }, { masterKey: MASTER_KEY, randomBytes }),
      /not the one/,
    );
  });

  it("that was cut off lets the vault be opened with both keys, and with neither of them alone", async () => {
    rotateUntil(4);
    const { masterKey, formerKey } = source().read();
    expect(Buffer.from(formerKey!).equals(MASTER_KEY)).to.equal(true);
    for (const one of [masterKey, formerKey!])
      for (const readOnly of [false, true])
        await expectRejection(
          "VAULT_FAILED",
          openVault({ dataDir: folder }, { masterKey: one, randomBytes, readOnly }),
          /was cut off: go on/,
        );
    const vault = await openNow();
    await vault.keep([{ leafIndex: 20_000, openings: ["in between"] }]);
    await vault.close();
    await rotate();
    const after = await openNow();
    expect(await after.open(20_000)).to.deep.equal(["in between"]);
    await after.close();
  });

  it("destroys nothing as long as a value opens with neither key, unless told that it is lost", async () => {
    const db = new DatabaseSync(join(folder, "vault.sqlite"));
    db.prepare("UPDATE opening SET wrapped_key = zeroblob(60) WHERE leaf_index = ?").run(leaves[3]!);
    db.close();
    const error = await expectRejection("VAULT_DAMAGED", rotate(), /--leave-damaged/);
    expect(error.details).to.include({ damaged: 1 });
    expect(Buffer.from(source().read().formerKey!).equals(MASTER_KEY)).to.equal(true);
    expect((await rotate({ leavesDamaged: true })).damaged).to.equal(1);
    const vault = await openNow();
    await expectRejection("VAULT_DAMAGED", vault.open(leaves[3]!));
    expect((await vault.open(leaves[5]!))?.length).to.equal(4);
    await vault.close();
  });

  it("is refused next to a service, and where there is no vault", async () => {
    const ledger = await openLedger({ folder });
    await expectRejection("STORE_LOCKED", rotate());
    await ledger.close();
    await expectRejection("NOT_FOUND", rotate({ dataDir: join(folder, "none") }), /no vault/);
    expect(existsSync(`${keyFile()}.next`)).to.equal(false);
  });

  it("does not destroy the former key while another process reads the vault", async () => {
    const reader = new DatabaseSync(join(folder, "vault.sqlite"), { readOnly: true, timeout: 60_000 });
    reader.exec("BEGIN; SELECT count(*) FROM opening");
    await expectRejection("VAULT_FAILED", rotate(), /another process reads/);
    expect(Buffer.from(source().read().formerKey!).equals(MASTER_KEY)).to.equal(true);
    reader.close();
    expect((await rotate()).isFormerDestroyed).to.equal(true);
  });

  it("puts the key of an environment into a file, and leaves its source to whoever has it", async () => {
    const text = Buffer.from(MASTER_KEY).toString("base64url");
    const fromValue = vaultKeySource({ files: { vaultKey: "" }, vaultKey: { kind: "value", text } });
    const newKeyFile = join(folder, "new.key");
    await expectRejection("USAGE", rotate({ source: fromValue }), /--new-key-file/);
    await expectRejection("USAGE", rotate({ newKeyFile }), /leave out/);
    for (let round = 0; round < 2; round++)
      expect(await rotate({ source: fromValue, newKeyFile })).to.include({
        isFormerDestroyed: false,
        keyFile: newKeyFile,
      });
    const { masterKey } = vaultKeySource({ files: { vaultKey: newKeyFile }, vaultKey: undefined }).read();
    const vault = await openVault({ dataDir: folder }, { masterKey, randomBytes });
    await expectWhole(vault);
    await vault.close();
  });

  it("is done by warifu key rotate-vault", async () => {
    const run = await runHere(["key", "rotate-vault", "--data-dir", folder, "--json"], folder);
    expect(run.code, run.stderr).to.equal(0);
    expect(JSON.parse(run.stdout)).to.include({ keyFile: keyFile(), damaged: 0, isFormerDestroyed: true });
    expect(run.stderr).to.include("destroy every copy of the former one");
    expect(run.stdout + run.stderr).not.to.include(readFileSync(keyFile(), "utf8").trim());
    const vault = await openNow(true);
    await expectWhole(vault);
    await vault.close();
  });

  /** Runs a rotation that kills itself at that step. */
  function rotateUntil(step: number) {
    return spawnSync(process.execPath, [program, folder, keyFile(), String(step)], { encoding: "utf8" });
  }
});

/** The wrapped keys that lie in the vault of a folder. */
function wrappedIn(folder: string): Buffer[] {
  const db = new DatabaseSync(join(folder, "vault.sqlite"), { readOnly: true, timeout: 60_000 });
  const rows = db.prepare("SELECT wrapped_key FROM opening").all();
  db.close();
  return rows.map((row) => Buffer.from(row["wrapped_key"] as Uint8Array));
}
