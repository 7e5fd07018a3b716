// What the launcher decides before it does anything: which Node fits, whether node_modules and the compiled contracts are
// what the checkout asks for. A wrong "it is fine" shows up as a broken first start on somebody else's machine.

import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { contractsDigest, reasonToCompile } from "../../scripts/launch/contracts.mjs";
import { reasonToInstall, stampFor, stampPath } from "../../scripts/launch/install.mjs";
import { isFitting, toolchainFolder } from "../../scripts/launch/node.mjs";
import { advice } from "../../scripts/launch/npm.mjs";
import { isPacked, packVerify, stampOf } from "../../scripts/launch/packed.mjs";
import { pagesDigest, reasonToBuild } from "../../scripts/launch/pages.mjs";

describe("preparing a checkout", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "warifu-launch-"));
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  function write(path: string, content: string): void {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), content);
  }

  describe("the Node", () => {
    it("fits from 24.15 on", () => {
      const fitting = ["18.20.0", "20.20.2", "22.21.0", "24.14.9", "24.15.0", "24.21.0", "26.0.0"].filter(isFitting);
      expect(fitting).to.deep.equal(["24.15.0", "24.21.0", "26.0.0"]);
    });

    it("is kept beside the code in a checkout and apart from it in an installed package", () => {
      expect(toolchainFolder(root).startsWith(root)).to.equal(false);
      mkdirSync(join(root, "src", "cli"), { recursive: true });
      expect(toolchainFolder(root)).to.equal(join(root, ".toolchain"));
    });
  });

  describe("node_modules", () => {
    beforeEach(() => {
      write("package.json", JSON.stringify({ dependencies: { a: "1.0.0" }, devDependencies: { "@s/b": "1.0.0" } }));
      write("package-lock.json", "{}");
      write("node_modules/a/package.json", "{}");
      write("node_modules/@s/b/package.json", "{}");
    });

    function finishInstall(): void {
      writeFileSync(stampPath(root), JSON.stringify(stampFor(root, "24.21.0")));
    }

    function reason(nodeVersion = "24.21.0"): string | undefined {
      return reasonToInstall(root, stampFor(root, nodeVersion));
    }

    it("is left alone once installed, also by another Node of the same major version", () => {
      finishInstall();
      expect(reason()).to.equal(undefined);
      expect(reason("24.15.0")).to.equal(undefined);
    });

    it("is installed when it is missing or its install never finished", () => {
      expect(reason()).to.match(/not known to be complete/);
      rmSync(join(root, "node_modules"), { recursive: true });
      expect(reason()).to.match(/missing/);
    });

    it("is installed again for another lockfile", () => {
      finishInstall();
      write("package-lock.json", '{"lockfileVersion":3}');
      expect(reason()).to.match(/package-lock\.json has changed/);
    });

    it("is installed again for another major version of Node", () => {
      finishInstall();
      expect(reason("26.1.0")).to.match(/installed for Node 24, not 26/);
    });

    it("is installed again when a package was left out", () => {
      finishInstall();
      rmSync(join(root, "node_modules/@s/b"), { recursive: true });
      expect(reason()).to.match(/lacks @s\/b/);
    });
  });

  describe("the built pages", () => {
    beforeEach(() => {
      write("src/pages/a/page.tsx", "mount();");
      write("src/core/json.ts", "export {};");
      write("scripts/pages/build.ts", "build();");
      write("web/.stamp", pagesDigest(root));
    });

    it("are left alone while what they were made from stays", () => {
      utimesSync(join(root, "src/core/json.ts"), new Date(), new Date());
      write("src/write/pipeline.ts", "no page has it");
      expect(reasonToBuild(root)).to.equal(undefined);
    });

    it("are made again for a changed or new source, another build or other packages, and when a build was not finished", () => {
      const changes = [
        () => write("src/pages/a/page.tsx", "mount(2);"),
        () => write("src/pages/b/page.tsx", ""),
        () => write("src/core/json.ts", "export const a = 1;"),
        () => write("scripts/pages/build.ts", "build(2);"),
        () => write("package-lock.json", "{}"),
        () => rmSync(join(root, "web/.stamp")),
      ];
      for (const change of changes) {
        write("web/.stamp", pagesDigest(root));
        change();
        expect(reasonToBuild(root)).to.match(/pages have changed|not finished/);
      }
    });
  });

  describe("the packed command", () => {
    const stampPath = "dist/packed/verify/.stamp";
    const stampNow = (): string => stampOf(root, ["src/cli/verify-main.ts", "src/core/json.ts", "node_modules/a/a.js"]);
    beforeEach(() => {
      write("src/cli/verify-main.ts", "main();");
      write("src/core/json.ts", "export {};");
      write("scripts/pack-verify.ts", "pack();");
      write(stampPath, stampNow());
    });

    it("is left alone while what was packed stays", () => {
      utimesSync(join(root, "src/core/json.ts"), new Date(), new Date());
      write("src/write/pipeline.ts", "verifying does not need it");
      write("node_modules/a/a.js", "of the version in the lockfile");
      expect(isPacked(root)).to.equal(true);
    });

    it("is packed again for a changed source, another way to pack or other packages, and when it was not finished", () => {
      const changes = [
        () => write("src/cli/verify-main.ts", "main(2);"),
        () => rmSync(join(root, "src/core/json.ts")),
        () => write("scripts/pack-verify.ts", "pack(2);"),
        () => write("package-lock.json", "{}"),
        () => rmSync(join(root, stampPath)),
      ];
      for (const change of changes) {
        write(stampPath, stampNow());
        expect(isPacked(root)).to.equal(true);
        change();
        expect(isPacked(root), String(change)).to.equal(false);
      }
    });

    it("does without where it cannot be packed", async () => {
      write("dist/packed/verify/.stamp", "");
      write(".toolchain", "no folder, so there is no place for the lock");
      expect(await packVerify(root, process.execPath)).to.equal(false);
    });
  });

  describe("the compiled contracts", () => {
    beforeEach(() => {
      write("contracts/A.sol", "contract A {}");
      write("contracts/libraries/B.sol", "library B {}");
      write("hardhat.config.ts", "export default {};");
      write("artifacts/contracts/A.json", "{}");
      write("types/ethers-contracts/A.ts", "");
      write("artifacts/.warifu-build", contractsDigest(root));
    });

    it("are left alone while what they were made from stays, whatever the file times say", () => {
      utimesSync(join(root, "contracts/A.sol"), new Date(), new Date());
      expect(reasonToCompile(root)).to.equal(undefined);
    });

    it("are made again for a changed, new, renamed or removed contract, or other settings", () => {
      const changes = [
        () => write("contracts/libraries/B.sol", "library B { }"),
        () => write("contracts/C.sol", "contract C {}"),
        () => rmSync(join(root, "contracts/C.sol")),
        () => write("hardhat.config.ts", "export default { solidity: {} };"),
        () => write("package-lock.json", "{}"),
      ];
      for (const change of changes) {
        write("artifacts/.warifu-build", contractsDigest(root));
        change();
        expect(reasonToCompile(root)).to.match(/contracts have changed/);
      }
    });

    it("are not made again for a test in Solidity", () => {
      write("contracts/A.t.sol", "contract ATest {}");
      expect(reasonToCompile(root)).to.equal(undefined);
    });

    it("are made when the types or the artifacts are gone", () => {
      rmSync(join(root, "types"), { recursive: true });
      expect(reasonToCompile(root)).to.match(/types\/ is missing/);
      rmSync(join(root, "artifacts"), { recursive: true });
      expect(reasonToCompile(root)).to.match(/artifacts\/ is missing/);
    });
  });

  it("tells an unreachable registry from a full disk and a folder that is somebody else's", () => {
    expect(advice("npm error code EAI_AGAIN")).to.match(/registry cannot be reached/);
    expect(advice("npm error code ENOSPC")).to.match(/disk is full/);
    expect(advice("npm error code EACCES")).to.match(/writable/);
    expect(advice("npm error code ERESOLVE")).to.match(/message above/);
  });
});
