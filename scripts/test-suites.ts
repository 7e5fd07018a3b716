// The suites behind `npm test` and what each of them runs. A suite is a runner and some folders of test/.

import { existsSync, globSync, readFileSync } from "node:fs";

/** A part of the tests that one runner runs in one go. */
export interface Suite {
  readonly name: string;
  readonly title: string;
  /** Hardhat provides the chain; plain mocha runs the sources as they are. */
  readonly runner: "hardhat-solidity" | "hardhat-mocha" | "mocha";
  /** Folders that hold its tests. */
  readonly folders: readonly string[];
  /** Whether it must cover every branch of the formats and the verifier (.c8rc.json). */
  readonly coverage: boolean;
  /** Whether its temporary folders may be in memory: not where the disk is what it is about, or much is unpacked. */
  readonly inMemory: boolean;
}

const IN_SOLIDITY = { runner: "hardhat-solidity", coverage: false, inMemory: true } as const;
const OVER_RPC = { runner: "hardhat-mocha", coverage: false, inMemory: true } as const;
const PLAIN = { runner: "mocha", coverage: false, inMemory: true } as const;
const ON_DISK = { ...PLAIN, inMemory: false } as const;
const COVERED = { runner: "mocha", coverage: true, inMemory: true } as const;

/**
 * In the order in which they start and are shown: the longest first, so that none of them runs alone at the end. Coverage
 * makes code up to ten times slower: only the formats and the verifier have it, and their own tests must cover all of them.
 */
export const SUITES: readonly Suite[] = [
  {
    name: "ledger",
    title: "writing, reading, auditing",
    folders: [
      ...[
        "test/events",
        "test/write",
        "test/pictures",
        "test/derive",
        "test/read",
        "test/audit",
        "test/store",
        "test/object-storage",
      ],
      ...["test/keys", "test/sign-in", "test/privacy", "test/report", "test/moderation", "test/translate"],
      ...["test/citizens", "test/posts", "test/exchange"],
    ],
    ...PLAIN,
  },
  {
    name: "edges",
    title: "HTTP, clients and connectors",
    folders: ["test/serve", "test/service", "test/http", "test/client", "test/connectors"],
    ...PLAIN,
  },
  { name: "pages", title: "pages", folders: ["test/pages"], ...PLAIN },
  { name: "system", title: "the whole way of a record", folders: ["test/e2e"], ...ON_DISK },
  {
    name: "commands",
    title: "command line",
    folders: [
      ...["test/architecture", "test/config.test.ts", "test/profiles", "test/sources"],
      ...["test/cli", "test/administer"],
    ],
    ...PLAIN,
  },
  { name: "docs", title: "what the documents say", folders: ["test/docs", "test/deploy"], ...PLAIN },
  { name: "chains", title: "chain and witnesses", folders: ["test/chain", "test/witness", "test/cosign"], ...PLAIN },
  {
    name: "anchoring",
    title: "anchoring, watching, alarms",
    folders: ["test/anchor", "test/watch", "test/alarms"],
    ...PLAIN,
  },
  // Its tests are compiled first, where they are not yet.
  {
    name: "solidity",
    title: "contracts, tested in Solidity",
    folders: ["contracts", "test/contracts"],
    ...IN_SOLIDITY,
  },
  { name: "unit", title: "formats and verifier, with coverage", folders: ["test/core", "test/verify"], ...COVERED },
  { name: "faults", title: "faults at every step", folders: ["test/faults"], ...ON_DISK },
  // Their changes and sizes are many, and find no branch that the tests under coverage do not.
  { name: "mutations", title: "formats and verifier, every byte changed", folders: ["test/mutations"], ...PLAIN },
  { name: "simulation", title: "a simulated chain on its worst days", folders: ["test/simulation"], ...PLAIN },
  { name: "bench", title: "bench", folders: ["test/bench"], ...PLAIN },
  { name: "contracts", title: "contracts, tested over JSON-RPC", folders: ["test/contracts"], ...OVER_RPC },
  { name: "launch", title: "launcher and package", folders: ["test/launch"], ...ON_DISK },
];

/**
 * The suites that the command line names: all of them, some by name, a folder of test/, or a test file. A part of a suite
 * cannot cover every branch, so its coverage is not checked.
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
  const folder = existsSync(`test/${wanted}`) ? `test/${wanted}` : wanted;
  const suite = SUITES.find(({ folders }) => folders.some((one) => `${folder}/`.startsWith(`${one}/`)));
  return suite && { ...suite, title: folder, folders: [folder], coverage: false };
}

/** The test files of a suite, sorted. Files without a test (a fixture, a child process) are left out. */
export function testFiles(suite: Suite): readonly string[] {
  const extension = suite.runner === "hardhat-solidity" ? "sol" : "ts";
  const isTest = extension === "sol" ? /\bfunction (test|invariant)/ : /^\s*(describe|it)\(/m;
  const patterns = suite.folders.flatMap((folder) => [folder, `${folder}/**/*.${extension}`]);
  const files = globSync(patterns).filter((path) => path.endsWith(`.${extension}`));
  return files.filter((path) => isTest.test(readFileSync(path, "utf8"))).sort();
}
