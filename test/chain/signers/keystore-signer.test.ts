// Keys in this process: from the environment and out of keystores, ours and those of others. No secret is in an error.

import { encryptKeystoreJson, Transaction, Wallet } from "ethers";
import { expect } from "chai";

import { LOCAL_DEV_KEY } from "../../../src/chain/signers/development-keys.ts";
import type { UnsignedTransaction } from "../../../src/chain/signer.ts";
import { makeKeystore, openKeystoreSigner } from "../../../src/chain/signers/keystore-signer.ts";
import { openLocalSigner } from "../../../src/chain/signers/local-signer.ts";
import { assertSigned } from "../../../src/chain/rpc/signed-transaction.ts";
import { utf8 } from "../../../src/core/bytes.ts";
import { expectCode } from "../../support/expect-code.ts";
import { expectRejection } from "../../support/expect-rejection.ts";
import { CHEAP } from "../../support/keystores.ts";

const PASSWORD = "correct horse pässword";
const CALL: UnsignedTransaction = {
  chainId: 1,
  nonce: 0,
  to: null,
  data: "0x60016002",
  gasLimit: 4_000_000,
  maxFeePerGas: 3n,
  maxPriorityFeePerGas: 2n,
};

describe("a key in this process", () => {
  it("signs what it is asked to, for its chain alone", async () => {
    const { privateKey, address } = Wallet.createRandom();
    const signer = openLocalSigner(privateKey, 1);
    expect(signer.address).to.equal(address.toLowerCase());
    for (const to of [null, `0x${"ab".repeat(20)}`]) {
      const wanted = { ...CALL, to };
      const raw = await signer.sign(wanted);
      assertSigned(raw, wanted, signer.address);
      const { type, value, accessList } = Transaction.from(raw);
      expect([type, value, accessList]).to.deep.equal([2, 0n, []]);
    }
    await expectRejection(
      "SIGNER_FAILED",
      signer.sign({ ...CALL, chainId: 5 }),
      /chain 1 and signs nothing for chain 5/,
    );
  });

  it("is refused when everybody knows it, off local chains", () => {
    expectCode("CONFIG_INVALID", () => openLocalSigner(LOCAL_DEV_KEY, 1), /published development key/);
    expect(openLocalSigner(LOCAL_DEV_KEY, 31_337).address).to.equal("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266");
  });
});

describe("a keystore", () => {
  it("is opened with its password, and signs", async () => {
    const { address, json } = await makeKeystore(utf8(PASSWORD), CHEAP);
    const signer = await openKeystoreSigner({ name: "anchor.json", json, password: utf8(PASSWORD) }, 1);
    expect(signer.address).to.equal(address);
    assertSigned(await signer.sign(CALL), CALL, address);
  });

  it("is in the form of the specification, with fresh randomness and geth's strength", async () => {
    const { address, json } = await makeKeystore(utf8(PASSWORD));
    const { version, crypto, id, ...rest } = JSON.parse(json) as Record<string, unknown>;
    expect([version, rest]).to.deep.equal([3, { address: address.slice(2) }]);
    expect(id).to.match(/^[0-9a-f-]{36}$/);
    const { kdf, cipher, kdfparams } = crypto as { kdf: string; cipher: string; kdfparams: { n: number } };
    expect([kdf, cipher]).to.deep.equal(["scrypt", "aes-128-ctr"]);
    expect(kdfparams.n).to.be.at.least(2 ** 17);
    const others = await Promise.all([1, 2].map(() => makeKeystore(utf8(PASSWORD), CHEAP)));
    expect(new Set([address, ...others.map((one) => one.address)]).size).to.equal(3);
  });

  it("of another program is opened as well: the specification's own example, and one by ethers", async () => {
    const { privateKey, address } = new Wallet(`0x7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d`);
    const example = {
      address: "008aeeda4d805471df9b2a5b0f38a0c3bcba786b",
      crypto: {
        cipher: "aes-128-ctr",
        cipherparams: { iv: "6087dab2f9fdbbfaddc31a909735c1e6" },
        ciphertext: "5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46",
        kdf: "pbkdf2",
        kdfparams: {
          c: 262_144,
          dklen: 32,
          prf: "hmac-sha256",
          salt: "ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd",
        },
        mac: "517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2",
      },
      id: "3198bc9c-6672-5ab3-d995-4942343ae5b6",
      version: 3,
    };
    const opened = await openKeystoreSigner(
      { name: "example", json: JSON.stringify(example), password: utf8("testpassword") },
      1,
    );
    expect(opened.address).to.equal(address.toLowerCase());
    const json = await encryptKeystoreJson({ privateKey, address }, utf8(PASSWORD), { scrypt: CHEAP });
    expect((await openKeystoreSigner({ name: "x", json, password: utf8(PASSWORD) }, 1)).address).to.equal(
      opened.address,
    );
  });

  it("that cannot be opened is refused with the reason, and without a secret", async () => {
    const { privateKey, address } = Wallet.createRandom();
    const json = await encryptKeystoreJson({ privateKey, address }, utf8(PASSWORD), { scrypt: CHEAP });
    const altered = (change: (keystore: Record<string, Record<string, unknown>>) => void): string => {
      const keystore = JSON.parse(json) as Record<string, Record<string, unknown>>;
      change(keystore);
      return JSON.stringify(keystore);
    };
    const wrong: [json: string, password: string, says: RegExp][] = [
      [json, "another", /^the password does not open anchor\.json$/],
      [json, `${PASSWORD}\n`, /the password does not open/],
      [privateKey, PASSWORD, /anchor\.json is not an encrypted key/],
      ["", PASSWORD, /is not an encrypted key/],
      [json.slice(0, -9), PASSWORD, /is not an encrypted key/],
      [altered((it) => (it["version"] = 4 as never)), PASSWORD, /is not an encrypted key/],
      [altered((it) => (it["address"] = "ab".repeat(20) as never)), PASSWORD, /anchor\.json is damaged/],
      [altered((it) => (it["Crypto"]!["kdf"] = "rot13")), PASSWORD, /is damaged, or locked in a way/],
      [
        altered((it) => ((it["Crypto"]!["kdfparams"] as { n: number }).n = 2 ** 24)),
        PASSWORD,
        /is damaged, or locked in/,
      ],
      [altered((it) => (it["Crypto"]!["cipher"] = "rot13")), PASSWORD, /is damaged, or locked in a way/],
      [altered((it) => (it["Crypto"]!["ciphertext"] = "00".repeat(32))), PASSWORD, /the password does not open/],
    ];
    for (const [text, password, says] of wrong) {
      const locked = { name: "anchor.json", json: text, password: utf8(password) };
      const error = await expectRejection("CONFIG_INVALID", openKeystoreSigner(locked, 1), says);
      expect(error.cause).to.equal(undefined);
      for (const secret of [privateKey.slice(2, 20), PASSWORD])
        expect(`${error.message} ${String(error.stack)}`).not.to.include(secret);
    }
  });

  it("with a published development key is refused off local chains", async () => {
    const { address } = new Wallet(LOCAL_DEV_KEY);
    const json = await encryptKeystoreJson({ privateKey: LOCAL_DEV_KEY, address }, utf8(PASSWORD), { scrypt: CHEAP });
    const locked = { name: "x", json, password: utf8(PASSWORD) };
    await expectRejection("CONFIG_INVALID", openKeystoreSigner(locked, 1), /published development key/);
    expect((await openKeystoreSigner(locked, 31_337)).address).to.equal(address.toLowerCase());
  });
});
