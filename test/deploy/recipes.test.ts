// The recipes in deploy/: what they name is there, and they ask for no more rights than the service needs. Manifests are held
// against Kubernetes' schemas by a program from PyPI (TEST_KUBERNETES_VALIDATE), the unit against systemd where there is one.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { parseConfig } from "../../src/config.ts";
import { EXIT } from "../../src/cli/exit-code.ts";
import { expectCode } from "../support/expect-code.ts";

const read = (path: string): string => readFileSync(path, "utf8");
const RECIPES = ["deploy/Containerfile", "deploy/warifu.service", "deploy/kubernetes/warifu.yaml"];
const VALIDATE = process.env["TEST_KUBERNETES_VALIDATE"] || undefined;

describe("the recipes for running the service", () => {
  it("name settings that there are", () => {
    for (const file of RECIPES)
      for (const [name] of read(file).matchAll(/\bWARIFU_[A-Z_]+/g)) {
        // Of the launcher, not of the service.
        if (name === "WARIFU_TOOLCHAIN_DIR") continue;
        const { message } = expectCode("CONFIG_INVALID", () => parseConfig({ [name]: "x", WARIFU_NO_SUCH: "x" }));
        expect(message, `${name} in ${file}`).not.to.contain(`${name}: there is no such setting`);
      }
  });

  it("ask what the service answers", () => {
    const routes = read("src/http/resources/status.ts") + read("src/object-storage/front.ts");
    for (const [, path] of read("deploy/kubernetes/warifu.yaml").matchAll(/path: (\/\w+)/g))
      expect(routes, path).to.contain(`"${path}"`);
  });

  it("run as nobody in particular, and start nothing twice", () => {
    const manifest = read("deploy/kubernetes/warifu.yaml");
    const containers = [...manifest.matchAll(/^ +image:/gm)].length;
    for (const wanted of ["allowPrivilegeEscalation: false", "readOnlyRootFilesystem: true", "drop: [ALL]"])
      expect(manifest.split(wanted), wanted).to.have.length(containers + 1);
    const writer = manifest.slice(manifest.indexOf("kind: StatefulSet"), manifest.indexOf("kind: Service\n"));
    expect(writer).to.match(/^ {2}replicas: 1$/m);
    expect(read("deploy/Containerfile")).to.match(/^USER 10001:10001$/m);
    expect(read("deploy/Containerfile")).to.match(/npm install .*--ignore-scripts/);
    expect(read("deploy/warifu.service")).to.contain(`RestartPreventExitStatus=${EXIT.wrongUse}\n`);
  });

  const systemd = spawnSync("systemd-analyze", ["--version"]).status === 0;
  if (!systemd) process.stdout.write("left out: the unit under systemd-analyze, which is not on this machine\n");
  else
    it("hold against systemd", () => {
      const folder = mkdtempSync(join(tmpdir(), "warifu-unit-"));
      try {
        // It looks for the program.
        const program = join(folder, "warifu.mjs");
        writeFileSync(program, "", { mode: 0o755 });
        mkdirSync(join(folder, "unit"));
        const unit = join(folder, "unit", "warifu.service");
        writeFileSync(unit, read("deploy/warifu.service").replace(/^ExecStart=\S+/m, `ExecStart=${program}`));
        const { status, stderr } = spawnSync("systemd-analyze", ["verify", unit], { encoding: "utf8" });
        // It also looks at other units of the machine.
        expect([status, stderr.split("\n").filter((line) => line.includes("warifu"))]).to.deep.equal([0, []]);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });

  if (VALIDATE === undefined)
    process.stdout.write("left out: Kubernetes' schemas, because TEST_KUBERNETES_VALIDATE names no program\n");
  else
    it("hold against Kubernetes' schemas, and a wrong one would not", () => {
      const file = "deploy/kubernetes/warifu.yaml";
      execFileSync(VALIDATE, ["--strict", "--quiet", file]);
      const folder = mkdtempSync(join(tmpdir(), "warifu-manifest-"));
      try {
        const wrong = join(folder, "wrong.yaml");
        writeFileSync(wrong, read(file).replace("minAvailable", "leastAvailable"));
        expect(spawnSync(VALIDATE, ["--strict", "--quiet", wrong]).status).not.to.equal(0);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
});
