// Secrets as files, and the random bytes they and the salts are made of (D12, E6).
// Invariant: a secret is made once, is readable by its owner only, and is whole or not there.

import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import { Worker } from "node:worker_threads";

import { expect } from "chai";

import { codeOf } from "../../src/core/errors.ts";
import { verifyEd25519 } from "../../src/core/ed25519.ts";
import { openLogSigner, openSecretKey, writePrivateFile } from "../../src/keys/key-files.ts";
import { pagedRandomBytes } from "../../src/core/random.ts";
import { expectCode } from "../support/expect-code.ts";
import { ORIGIN, temporaryFolder } from "../support/ledger.ts";

const mode = (path: string): number => statSync(path).mode & 0o777;

describe("key files", () => {
  let path: string;
  beforeEach(() => {
    path = join(temporaryFolder(), "keys", "secret.key");
  });

  it("makes a signing key once, and signs with it under the origin's name", () => {
    const first = openLogSigner(path, ORIGIN);
    const again = openLogSigner(path, ORIGIN);
    expect(again.key).to.deep.equal(first.key);
    expect(first.key.name).to.equal(ORIGIN);
    const message = Uint8Array.of(1, 2, 3);
    expect(verifyEd25519(first.key.publicKey, message, again.sign(message))).to.equal(true);
    expect(mode(path)).to.equal(0o600);
    expect(mode(join(path, ".."))).to.equal(0o700);
    expect(readdirSync(join(path, ".."))).to.deep.equal(["secret.key"]);
    expect(openLogSigner(`${path}.other`, ORIGIN).key.publicKey).not.to.deep.equal(first.key.publicKey);
  });

  it("makes a 32-byte key once", () => {
    const first = openSecretKey(path);
    expect(first.length).to.equal(32);
    expect(openSecretKey(path)).to.deep.equal(first);
    expect(openSecretKey(`${path}.other`)).not.to.deep.equal(first);
    expect(readFileSync(path, "utf8")).to.match(/^[0-9a-f]{64}\n$/);
  });

  it("D12 refuses a file that others can read", () => {
    openSecretKey(path);
    for (const open of [0o640, 0o604, 0o610, 0o602]) {
      chmodSync(path, open);
      expectCode("CONFIG_INVALID", () => openSecretKey(path), /chmod 600/);
      expectCode("CONFIG_INVALID", () => openLogSigner(path, ORIGIN), /chmod 600/);
    }
    chmodSync(path, 0o400);
    expect(openSecretKey(path).length).to.equal(32);
  });

  it("refuses a file that is no such key, without quoting it", () => {
    const secret = "5ec3e7".repeat(10);
    const rsa = generateKeyPairSync("rsa", { modulusLength: 1_024 }).privateKey;
    const pem = rsa.export({ type: "pkcs8", format: "pem" }).toString();
    for (const text of ["", secret, `${secret}zz`, `${secret}${secret}`]) {
      writePrivateFile(path, text);
      const { message } = expectCode("CONFIG_INVALID", () => openSecretKey(path), /does not hold 32 bytes/);
      if (text !== "") expect(message).not.to.include(secret);
      expectCode("CONFIG_INVALID", () => openLogSigner(path, ORIGIN), /not a private key in PEM/);
    }
    writePrivateFile(path, pem);
    expectCode("CONFIG_INVALID", () => openLogSigner(path, ORIGIN), /not an Ed25519 key/);
  });

  it("replaces a private file as a whole, whatever a crash left beside it", () => {
    writePrivateFile(path, "old");
    writeFileSync(`${path}.new`, "half", { mode: 0o644 });
    writePrivateFile(path, "new");
    expect(readFileSync(path, "utf8")).to.equal("new");
    expect(mode(path)).to.equal(0o600);
    expect(existsSync(`${path}.new`)).to.equal(false);
  });

  it("writes no secret through a link that somebody puts in its way while it is written", async () => {
    const folder = temporaryFolder();
    const [key, theirs] = [join(folder, "secret.key"), join(folder, "theirs")];
    writeFileSync(theirs, "theirs");
    const stopped = new Int32Array(new SharedArrayBuffer(4));
    const intruder = new Worker(
      `const { workerData: { link, theirs, stopped } } = require("node:worker_threads");
       const { symlinkSync } = require("node:fs");
       while (Atomics.load(stopped, 0) === 0) try { symlinkSync(theirs, link); } catch {}`,
      { eval: true, workerData: { link: `${key}.new`, theirs, stopped } },
    );
    try {
      await new Promise((resolve) => intruder.once("online", resolve));
      const deadline = performance.now() + 60_000;
      let refusals = 0;
      while (refusals < 3 && performance.now() < deadline) refusals += wasRefused(key) ? 1 : 0;
      expect(refusals).to.equal(3);
      expect(readFileSync(theirs, "utf8")).to.equal("theirs");
    } finally {
      Atomics.store(stopped, 0, 1);
      await new Promise((resolve) => intruder.once("exit", resolve));
    }
  });
});

describe("random bytes", () => {
  it("E6 never hands out the same bytes twice, across pages and sizes", () => {
    const randomBytes = pagedRandomBytes();
    const seen = new Set<string>();
    let drawn = 0;
    let end = "";
    for (let i = 0; i < 30_000; i++) {
      const bytes = randomBytes([8, 12, 16, 32, 256][i % 5]!);
      expect(bytes.length).to.equal([8, 12, 16, 32, 256][i % 5]);
      expect(hexOf(bytes.subarray(0, 6)), "no draw begins where another ended").not.to.equal(end);
      end = hexOf(bytes.subarray(-6));
      if (bytes.length < 16) continue;
      seen.add(Buffer.from(bytes.subarray(0, 16)).toString("latin1"));
      drawn++;
    }
    expect(seen.size).to.equal(drawn);
  });

  it("gives as many as asked for, also more than a page", () => {
    const randomBytes = pagedRandomBytes();
    for (const length of [0, 1, 65_535, 65_536, 65_537, 200_000, 5])
      expect(randomBytes(length).length).to.equal(length);
  });

  it("hands out copies: what a caller does with its bytes changes no other's", () => {
    const randomBytes = pagedRandomBytes();
    const [first, second] = [randomBytes(32), randomBytes(32)];
    const kept = Uint8Array.from(second);
    first.fill(0);
    new Uint8Array(first.buffer).fill(0);
    expect(second).to.deep.equal(kept);
    expect(randomBytes(32).some((byte) => byte !== 0)).to.equal(true);
  });

  it("has every byte value about as often as every other", () => {
    const counts = new Array<number>(256).fill(0);
    for (const byte of pagedRandomBytes()(256_000)) counts[byte]!++;
    // 1,000 expected, standard deviation 32: eight of them apart is no chance.
    for (const count of counts) expect(count).to.be.within(750, 1_250);
  });
});

/** Whether the name was taken when it came to writing. A file that was written gives its place back. */
function wasRefused(path: string): boolean {
  try {
    writePrivateFile(path, "secret");
    return false;
  } catch (error) {
    expect(codeOf(error), String(error)).to.equal("CONFIG_INVALID");
    expect(String(error)).to.include("was made by somebody else just now");
    return true;
  }
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
