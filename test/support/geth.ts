// geth, the node that most of Ethereum runs, as a chain of its own that crosses the Amsterdam fork some seconds after its
// start. It comes from no npm package: TEST_GETH names the program, and .ci/run builds it.

import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { freePort } from "../../scripts/free-port.ts";
import { askerOf, type TestChain } from "./chains.ts";

/** Path of the program, where there is one. */
export const GETH: string | undefined = process.env["TEST_GETH"] || undefined;

// The contracts that the protocol calls at the end of each block; here they have nothing to say.
const SYSTEM_CONTRACTS = [
  "0x00000961Ef480Eb55e80D19ad83579A64c007002",
  "0x0000BBdDc7CE488642fb579F8B00f3a590007251",
  "0x0000BFF46984E3725691FA540A8C7589300D8282",
  "0x000064D678505AD48F8CCB093BC65613800E8282",
];
const UP_TO_OSAKA = ["shanghaiTime", "cancunTime", "pragueTime", "osakaTime"];
const BEFORE_MERGE = [
  "homestead",
  "eip150",
  "eip155",
  "eip158",
  "byzantium",
  "constantinople",
  "petersburg",
  "istanbul",
];
const GAS_LIMIT = 60_000_000;
/** A time that no test reaches. */
const NEVER = 4_000_000_000;

/** A chain whose node can be killed. */
export type GethChain = TestChain & {
  /** SIGKILL, as a machine that loses its power; the next start finds what was on the disk. */
  readonly kill: () => Promise<void>;
  /** Starts it again over the same folder, at the same address. */
  readonly startAgain: () => Promise<void>;
};

/** @param account gets the funds; @param amsterdamTime POSIX seconds; none without it */
export async function startGeth(
  geth: string,
  chainId: number,
  account: string,
  amsterdamTime: number = NEVER,
): Promise<GethChain> {
  const folder = mkdtempSync(join(tmpdir(), "warifu-geth-"));
  const genesis = join(folder, "genesis.json");
  writeFileSync(genesis, JSON.stringify(genesisOf(chainId, account, amsterdamTime)));
  execFileSync(geth, ["init", "--datadir", folder, genesis], { stdio: "ignore" });
  const port = await freePort();
  const rpcUrl = `http://127.0.0.1:${port}`;
  const ask = askerOf(rpcUrl);
  let kill = async (): Promise<void> => undefined;
  const startAgain = async (): Promise<void> => {
    kill = await run(geth, folder, port);
    while ((await ask("eth_chainId").catch(() => undefined)) === undefined) await sleep(50);
  };
  await startAgain();
  const stop = async (): Promise<void> => {
    await kill();
    rmSync(folder, { recursive: true, force: true });
  };
  return { rpcUrl, ask, stop, kill: () => kill(), startAgain };
}

/** @returns what kills it */
async function run(geth: string, folder: string, port: number): Promise<() => Promise<void>> {
  const words = ["--datadir", folder, "--dev", "--dev.period", "1", "--dev.gaslimit", String(GAS_LIMIT)];
  const quiet = ["--authrpc.port", "0", "--port", "0", "--nodiscover", "--ipcdisable", "--verbosity", "1"];
  const http = ["--http", "--http.addr", "127.0.0.1", "--http.port", String(port), "--http.api", "eth,debug"];
  const child = spawn(geth, [...words, ...quiet, ...http], { stdio: "ignore" });
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  return async () => {
    process.off("exit", kill);
    kill();
    await ended;
  };
}

function genesisOf(chainId: number, account: string, amsterdamTime: number): unknown {
  const schedule = { target: 6, max: 9, baseFeeUpdateFraction: 5_007_716 };
  const blobSchedule = { cancun: schedule, prague: schedule, osaka: schedule, amsterdam: schedule };
  const old = Object.fromEntries([...BEFORE_MERGE, "berlin", "london"].map((fork) => [`${fork}Block`, 0]));
  const times = Object.fromEntries(UP_TO_OSAKA.map((fork) => [fork, 0]));
  const config = { chainId, ...old, terminalTotalDifficulty: 0, ...times, amsterdamTime, blobSchedule };
  const system = Object.fromEntries(SYSTEM_CONTRACTS.map((address) => [address, { balance: "0x0", code: "0x00" }]));
  const alloc = { [account]: { balance: `0x${(10n ** 21n).toString(16)}` }, ...system };
  return { config, difficulty: "0x0", gasLimit: `0x${GAS_LIMIT.toString(16)}`, alloc };
}
