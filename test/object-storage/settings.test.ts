// The file that names the storage of a log, read strictly, and credentials that stay where they are.

import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { readLogStorage } from "../../src/object-storage/settings.ts";
import { expectCode } from "../support/expect-code.ts";
import { temporaryFolder } from "../support/ledger.ts";

const S3 = {
  ...{ format: "warifu-log-storage/1", kind: "s3", endpoint: "https://s3.example.org", region: "eu-west-1" },
  ...{ bucket: "santander-log", prefix: "2026/", credentialsFile: "s3.json" },
};
const CREDENTIALS = { accessKeyId: "CANARY-ID", secretAccessKey: "canary-secret" };

describe("the settings of a log's storage", () => {
  const folder = temporaryFolder();
  const read = (settings: object | string, credentials: object = CREDENTIALS): ReturnType<typeof readLogStorage> => {
    const file = join(folder, "log-storage.json");
    writeFileSync(file, typeof settings === "string" ? settings : JSON.stringify(settings));
    writeFileSync(join(folder, "s3.json"), JSON.stringify(credentials), { mode: 0o600 });
    return readLogStorage(file);
  };

  it("name a bucket or a folder, and how often to copy", () => {
    expect(read(S3).storage.name).to.equal("https://s3.example.org/santander-log/2026/");
    expect(read({ ...S3, prefix: undefined, everySeconds: 5 })).to.include({ everyMs: 5_000 });
    const inFolder = read({ format: "warifu-log-storage/1", kind: "folder", path: "public/log" });
    expect([inFolder.storage.name, inFolder.everyMs]).to.deep.equal([join(folder, "public/log"), 1_000]);
    expect([inFolder.hasBodies, read({ ...S3, bodies: true }).hasBodies]).to.deep.equal([false, true]);
  });

  it("are refused with the member that is wrong, and never its value", () => {
    const wrong: readonly [object | string, RegExp][] = [
      ["{", /log-storage\.json cannot be used/],
      [{ ...S3, kind: "ftp" }, /kind/],
      [{ ...S3, format: "warifu-log-storage/2" }, /format/],
      [{ ...S3, endpoint: "https://s3.example.org/canary" }, /endpoint: is a server's address, without a path/],
      [{ ...S3, endpoint: "https://me:canary@s3.example.org" }, /endpoint: is a server's address/],
      [{ ...S3, endpoint: "https://s3.example.org?canary" }, /endpoint: is a server's address/],
      [{ ...S3, endpoint: "https://s3.example.org/#canary" }, /endpoint: is a server's address/],
      [{ ...S3, endpoint: "file:///canary" }, /endpoint/],
      [{ ...S3, bucket: "Canary_Bucket" }, /bucket: is a bucket's name/],
      [{ ...S3, prefix: "canary" }, /prefix: is empty, or a path that ends with a slash/],
      [{ ...S3, prefix: "../" + "canary?/" }, /prefix/],
      [{ ...S3, prefix: "../canary/" }, /prefix/],
      [{ ...S3, prefix: "canary/./" }, /prefix/],
      [{ ...S3, everySeconds: 0 }, /everySeconds/],
      [{ ...S3, secretAccessKey: "canary" }, /secretAccessKey|key/i],
      [{ ...S3, credentialsFile: "missing.json" }, /there is no file .*missing\.json/],
    ];
    for (const [settings, pattern] of wrong) {
      const { message } = expectCode("CONFIG_INVALID", () => read(settings), pattern);
      expect(message).not.to.match(/canary/i);
    }
    const { message } = expectCode("CONFIG_INVALID", () => read(S3, { ...CREDENTIALS, more: 1 }), /s3\.json/);
    expect(message).not.to.match(/canary/i);
    chmodSync(join(folder, "s3.json"), 0o644);
    expectCode("CONFIG_INVALID", () => read(S3), /s3\.json is open to others/);
    chmodSync(join(folder, "s3.json"), 0o600);
    expectCode("CONFIG_INVALID", () => readLogStorage(join(folder, "not-there.json")), /there is no file/);
  });
});
