// The Node that the launcher fetches for a machine whose own is too old. It runs with every secret of the service, so its
// package is named by the hash of its bytes. Against a registry of the test's own, and the real npm.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { installPinned, PACKAGES } from "../../scripts/launch/node.mjs";
import { advice } from "../../scripts/launch/npm.mjs";
import { patientServer } from "../support/patient-server.ts";

const NAME = "warifu-test-node";
const VERSION = "1.0.0";

describe("truth D6: the Node that is fetched", () => {
  let folder: string;
  let server: Server;
  let tarball: Buffer;
  const kept = { ...process.env };

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "warifu-registry-"));
    mkdirSync(join(folder, "package"));
    writeFileSync(join(folder, "package", "package.json"), JSON.stringify({ name: NAME, version: VERSION }));
    execFileSync("tar", ["-czf", "package.tgz", "package"], { cwd: folder });
    tarball = readFileSync(join(folder, "package.tgz"));
    server = patientServer((request, response) => {
      if (request.url?.endsWith(".tgz")) return void response.end(tarball);
      const { port } = server.address() as AddressInfo;
      const dist = { tarball: `http://127.0.0.1:${port}/package.tgz`, integrity: integrityOf(tarball) };
      const versions = { [VERSION]: { name: NAME, version: VERSION, dist } };
      response.end(JSON.stringify({ name: NAME, "dist-tags": { latest: VERSION }, versions }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    process.env["npm_config_registry"] = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    process.env["npm_config_cache"] = join(folder, "cache");
  });
  after(() => {
    process.env = kept;
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const integrityOf = (bytes: Uint8Array): string => `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
  const install = async (integrity: string): Promise<boolean> => {
    const prefix = mkdtempSync(join(folder, "prefix-"));
    await installPinned({ name: NAME, version: VERSION, integrity }, prefix);
    return existsSync(join(prefix, "node_modules", NAME, "package.json"));
  };

  it("is installed when its package has the bytes that are named", async () => {
    expect(await install(integrityOf(tarball))).to.equal(true);
  });

  it("is refused when the registry sends other bytes, whatever hash it tells itself", async () => {
    const other = integrityOf(Buffer.concat([tarball, Buffer.of(0)]));
    const refusal = await install(other).then(
      () => "installed",
      (error: Error) => error.message,
    );
    expect(refusal).to.match(/not the package that this project names/);
    expect(advice("npm error code EINTEGRITY")).to.match(/do not use it/);
  });

  it("is named by a SHA-512 for each platform", () => {
    for (const wanted of Object.values(PACKAGES)) expect(wanted?.integrity).to.match(/^sha512-[A-Za-z0-9+/]{86}==$/);
  });
});
