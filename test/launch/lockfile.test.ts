// package-lock.json is what makes an install the same everywhere. npm writes it from what the registry showed at that
// moment, and leaves out a platform's package that it could not see; `npm ci` then refuses the lockfile on every platform.

import { readFileSync } from "node:fs";

import { expect } from "chai";

interface Locked {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly hasInstallScript?: boolean;
  readonly integrity?: string;
  readonly optional?: boolean;
}

interface Manifest {
  readonly allowScripts: Readonly<Record<string, boolean>>;
}

describe("the lockfile", () => {
  const lock = JSON.parse(readFileSync("package-lock.json", "utf8")) as { packages: Record<string, Locked> };
  const { "": _root, ...packages } = lock.packages;
  const nameOf = (path: string): string => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);

  it("names the packages of every platform, so that npm ci takes it on each of them", () => {
    const names = new Set(Object.keys(packages).map(nameOf));
    const optional = Object.values(packages).flatMap((locked) => Object.keys(locked.optionalDependencies ?? {}));
    expect(optional.filter((name) => !names.has(name))).to.deep.equal([]);
  });

  it("pins the content of everything but other platforms' optional packages", () => {
    const loose = Object.entries(packages).filter(([, locked]) => locked.integrity === undefined && !locked.optional);
    expect(loose.map(([path]) => path)).to.deep.equal([]);
  });

  it("leaves no install script undecided, whatever npm would do by default", () => {
    const { allowScripts } = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
    const decided = new Set(Object.keys(allowScripts).map((key) => key.replace(/(?<=.)@.*$/, "")));
    const scripted = Object.keys(packages).filter((path) => packages[path]?.hasInstallScript);
    expect(scripted.map(nameOf).filter((name) => !decided.has(name))).to.deep.equal([]);
  });
});
