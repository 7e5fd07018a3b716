/**
 * Tessera and immudb beside ours: a program in Go (scripts/bench/go) appends the same bodies to each of them, as a library in a
 * process of its own, and reads some back. It is built where there is Go, from versions that its go.sum pins.
 */
import { execFile, execFileSync } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { promisify } from "node:util";

const SOURCE = join(import.meta.dirname, "go");
const BUILT = join(import.meta.dirname, "..", "..", ".toolchain", "bench-peers");
const MODULES = { tessera: "github.com/transparency-dev/tessera", immudb: "github.com/codenotary/immudb" } as const;

/** Which of them. */
export type GoPeer = keyof typeof MODULES;

/** What is appended: `records` in batches, then `singles` one by one; then `reads` records are read with their proofs. */
export interface GoWork {
  readonly batch: number;
  /** Batches sent at a time, and records that are read. */
  readonly connections: number;
  readonly singlesAtOnce: number;
  readonly records: number;
  readonly singles: number;
  readonly reads: number;
  /** A body, without a line feed. */
  readonly bodyOf: (n: number) => Buffer;
}

/** What one kind of work took; seconds, of the clock and of CPU. */
export interface GoCost {
  readonly seconds: number;
  readonly cpu: number;
}

/** What a peer took. */
export type GoCosts = Readonly<Record<"batches" | "singles" | "reads", GoCost>>;

/** Builds the program. @returns its path; `undefined` where there is no Go, or it cannot be built */
export function buildGoPeers(): string | undefined {
  const program = join(BUILT, "peers");
  mkdirSync(BUILT, { recursive: true });
  try {
    execFileSync("go", ["build", "-mod=readonly", "-o", program, "."], {
      cwd: SOURCE,
      stdio: "pipe",
      timeout: 900_000,
    });
    return program;
  } catch {
    return undefined;
  }
}

/** The version that is measured. */
export function versionOf(peer: GoPeer): string {
  const [, version] = new RegExp(`${MODULES[peer]} v(\\S+)`).exec(readFileSync(join(SOURCE, "go.mod"), "utf8")) ?? [];
  if (version === undefined) throw new TypeError(`go.mod does not name ${peer}`);
  return version;
}

/** Has a peer do the work, in an empty folder. */
export async function runGoPeer(program: string, peer: GoPeer, work: GoWork): Promise<GoCosts> {
  const folder = mkdtempSync(join(process.env["WARIFU_BENCH_DIR"] ?? tmpdir(), `warifu-bench-${peer}-`));
  try {
    const { batch, connections, singlesAtOnce, records, singles, reads } = work;
    const bodies = join(folder, "bodies");
    await writeBodies(bodies, work);
    const numbers = [batch, connections, singlesAtOnce, records, singles, reads].map(String);
    const { stdout } = await promisify(execFile)(program, [peer, join(folder, "log"), bodies, ...numbers]);
    return JSON.parse(stdout) as GoCosts;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function writeBodies(path: string, { records, singles, bodyOf }: GoWork): Promise<void> {
  const file = createWriteStream(path);
  for (let n = 0; n < records + singles; n++) {
    if (file.write(Buffer.concat([bodyOf(n), Buffer.from("\n")]))) continue;
    await once(file, "drain");
  }
  file.end();
  await finished(file);
}
