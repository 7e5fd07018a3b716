// Keys of chain accounts in files: made once, their owner's alone, opened by what the settings name.
// Invariant (D12): a file that others can read is refused rather than used.

import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { Wallet } from "ethers";
import { expect } from "chai";

import { makeKeystoreFile, openAnchorSigner } from "../../src/keys/account-keys.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { CHEAP } from "../support/keystores.ts";
import { temporaryFolder } from "../support/ledger.ts";

const mode = (path: string): number => statSync(path).mode & 0o777;

describe("account keys", () => {
  let folder: string;
  let keystore: string;
  let passwordFile: string;
  beforeEach(() => {
    folder = temporaryFolder();
    [keystore, passwordFile] = [join(folder, "keys", "anchor.json"), join(folder, "secrets", "anchor.password")];
  });
  const make = () => makeKeystoreFile(keystore, passwordFile, CHEAP);
  const open = () => openAnchorSigner({ kind: "keystore", keystore, passwordFile }, 1);

  it("are made with a password of their own, for their owner alone", async () => {
    const { address, isPasswordNew } = await make();
    expect(isPasswordNew).to.equal(true);
    expect(address).to.match(/^0x[0-9a-f]{40}$/);
    expect([mode(keystore), mode(passwordFile)]).to.deep.equal([0o600, 0o600]);
    // 256 bits in base64url.
    expect(readFileSync(passwordFile, "utf8")).to.match(/^[\w-]{43}\n$/);
    expect((await open()).address).to.equal(address);
  });

  it("are made under a password that is there, with a line end or without", async () => {
    for (const text of ["one password", "one password\n", "one password\r\n"]) {
      const path = `${passwordFile}-${text.length}`;
      writeFileSync(join(folder, "password"), text, { mode: 0o600 });
      const { address, isPasswordNew } = await makeKeystoreFile(`${path}.json`, join(folder, "password"), CHEAP);
      expect(isPasswordNew).to.equal(false);
      writeFileSync(join(folder, "password"), "one password", { mode: 0o600 });
      const options = { kind: "keystore", keystore: `${path}.json`, passwordFile: join(folder, "password") } as const;
      expect((await openAnchorSigner(options, 1)).address).to.equal(address);
    }
  });

  it("are never made over an earlier one", async () => {
    await make();
    const before = readFileSync(keystore, "utf8");
    await expectRejection("CONFIG_INVALID", make(), /is there already, and a key that exists is not replaced/);
    expect(readFileSync(keystore, "utf8")).to.equal(before);
  });

  it("are never made in the file of their own password, which would be lost", async () => {
    for (const same of [keystore, join(folder, "secrets", "..", "keys", "anchor.json")])
      await expectRejection("CONFIG_INVALID", makeKeystoreFile(keystore, same, CHEAP), /name two files/);
    expect(existsSync(keystore)).to.equal(false);
  });

  it("D12 are refused while others can read the keystore or the password", async () => {
    await make();
    for (const path of [keystore, passwordFile])
      for (const open_ of [0o640, 0o604, 0o602]) {
        chmodSync(path, open_);
        await expectRejection("CONFIG_INVALID", open(), /is open to others.*chmod 600/);
        chmodSync(path, 0o600);
      }
    chmodSync(passwordFile, 0o644);
    rmSync(keystore);
    await expectRejection("CONFIG_INVALID", make(), /chmod 600/);
    expect(existsSync(keystore)).to.equal(false);
  });

  it("are refused when a file is missing, or the password is empty", async () => {
    await make();
    writeFileSync(passwordFile, "\n");
    await expectRejection("CONFIG_INVALID", open(), /password file .* is empty/);
    rmSync(passwordFile);
    await expectRejection("CONFIG_INVALID", open(), /there is no file .*anchor\.password/);
    rmSync(keystore);
    await expectRejection("CONFIG_INVALID", open(), /there is no file .*anchor\.json/);
  });

  it("are opened by whatever the settings name", async () => {
    const { address, privateKey } = Wallet.createRandom();
    const local = await openAnchorSigner({ kind: "key", key: privateKey }, 1);
    const elsewhere = await openAnchorSigner({ kind: "external", url: "http://127.0.0.1:9", address }, 1);
    const named = await openAnchorSigner({ kind: "named", address: address.toLowerCase() }, 1);
    const addresses = [local, elsewhere, named].map((signer) => signer.address);
    expect(addresses).to.deep.equal(Array.from(addresses, () => address.toLowerCase()));
    const transaction = { chainId: 1, nonce: 0, to: address, data: "0x", gasLimit: 21_000 };
    const fees = { maxFeePerGas: 1n, maxPriorityFeePerGas: 1n };
    await expectRejection("SIGNER_FAILED", named.sign({ ...transaction, ...fees }), /a front end has no key/);
  });
});
