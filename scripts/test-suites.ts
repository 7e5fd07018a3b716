// The suites behind `npm test` and what each of them runs. A suite is a runner over some folders of test/.

import { existsSync, globSync, readFileSync } from "node:fs";

/** A part of the tests that one runner takes on in one go. */
export interface Suite {
  readonly name: string;
  readonly title: string;
  /** Hardhat brings the chain along; mocha alone runs the sources as they are. */
  readonly runner: "hardhat-solidity" | "hardhat-mocha" | "mocha";
  /** Folders that hold its tests. */
  readonly folders: readonly string[];
  /** Whether it must reach every branch of the formats and the verifier (.c8rc.json). */
  readonly coverage: boolean;
}

const UNIT_FOLDERS = ["core", "verify", "stages", "store", "chain", "http", "cli", "architecture", "docs"];

/** In the order in which they run: what everything else rests on comes first. */
export const SUITES: readonly Suite[] = [
  {
    name: "solidity",
    title: "contracts, tested in Solidity",
    runner: "hardhat-solidity",
    folders: ["contracts", "test/contracts"],
    coverage: false,
  },
  {
    name: "contracts",
    title: "contracts, tested over JSON-RPC",
    runner: "hardhat-mocha",
    folders: ["test/contracts"],
    coverage: false,
  },
  {
    name: "unit",
    title: "formats, verifier, stages and edges, with coverage",
    runner: "mocha",
    folders: UNIT_FOLDERS.map((name) => `test/${name}`),
    coverage: true,
  },
  {
    name: "system",
    title: "launcher, faults and the whole way of a record",
    runner: "mocha",
    folders: ["test/launch", "test/faults", "test/e2e"],
    coverage: false,
  },
];

/**
 * The suites that the command line names: all of them, some by name, one folder of test/, or one test file. A part of a
 * suite cannot reach every branch, so its coverage is not judged.
 * @returns undefined when `wanted` names none
 */
export function selectSuites(wanted: readonly string[]): readonly Suite[] | undefined {
  if (wanted.length === 0) return SUITES;
  const parts = wanted.map(selectOne);
  return parts.every((part) => part !== undefined) ? parts : undefined;
}

function selectOne(wanted: string): Suite | undefined {
  const whole = SUITES.find(({ name }) => name === wanted);
  if (whole !== undefined) return whole;
  const folder = existsSync(wanted) ? wanted : `test/${wanted}`;
  const suite = SUITES.find(({ folders }) => folders.some((one) => `${folder}/`.startsWith(`${one}/`)));
  return suite && { ...suite, title: folder, folders: [folder], coverage: false };
}

/** The test files of a suite, sorted. A file without a test in it (a fixture, a child process) is left alone. */
export function testFiles(suite: Suite): readonly string[] {
  const extension = suite.runner === "hardhat-solidity" ? "sol" : "ts";
  const isTest = extension === "sol" ? /\bfunction (test|invariant)/ : /^\s*(describe|it)\(/m;
  const patterns = suite.folders.flatMap((folder) => [folder, `${folder}/**/*.${extension}`]);
  const files = globSync(patterns).filter((path) => path.endsWith(`.${extension}`));
  return files.filter((path) => isTest.test(readFileSync(path, "utf8"))).sort();
}
