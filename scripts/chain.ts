/**
 * `npm run chain`: a local chain that lasts. It is anvil, Foundry's node, with a block every second and its state in a file,
 * so that anchors and bundles survive restarts of the chain and of the service. For experiments and research only: anybody
 * who can reach the port controls the chain.
 *
 *     npm run chain                          on port 8545, state in data/chain.json
 *     npm run chain -- --port 9545 --state other.json
 *
 * Ctrl-C saves the state and ends the chain; the state is also saved every ten seconds.
 */
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";

const USAGE = "usage: npm run chain -- [--port N] [--state FILE]";
const SECONDS_BETWEEN_DUMPS = "10";
/** The first development key, which every local chain of the Ethereum tools uses: worth nothing anywhere else. */
const KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

function readArguments(): { port: string; state: string } {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: "string", default: "8545" },
        state: { type: "string", default: "data/chain.json" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    if (values.help) {
      console.log(USAGE);
      process.exit(0);
    }
    if (!(/^[0-9]{1,5}$/.test(values.port) && Number(values.port) <= 65_535))
      throw new TypeError("--port is a whole number from 0 to 65535");
    return { port: values.port, state: resolve(values.state) };
  } catch (error) {
    console.error(`${(error as Error).message}\n${USAGE}`);
    process.exit(2);
  }
}

/** npm installs the binary from a package for each platform. */
function anvilBinary(): string {
  const require = createRequire(import.meta.url);
  const name = `@foundry-rs/anvil-${process.platform}-${process.arch === "x64" ? "amd64" : process.arch}`;
  return join(
    dirname(require.resolve(`${name}/package.json`)),
    "bin",
    process.platform === "win32" ? "anvil.exe" : "anvil",
  );
}

const { port, state } = readArguments();
mkdirSync(dirname(state), { recursive: true, mode: 0o700 });
console.error(`chain 31337 on 127.0.0.1:${port}, state in ${state}; Ctrl-C ends it

in another terminal:
  WARIFU_RPC_URL=http://127.0.0.1:${port} WARIFU_ANCHOR_KEY=${KEY} npm start
`);
const chain = spawn(
  anvilBinary(),
  [
    ...["--host", "127.0.0.1", "--port", port, "--chain-id", "31337"],
    ...["--block-time", "1", "--slots-in-an-epoch", "1"],
    ...["--state", state, "--state-interval", SECONDS_BETWEEN_DUMPS, "--quiet"],
  ],
  { stdio: "inherit" },
);
// anvil writes its state on SIGINT only.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => chain.kill("SIGINT"));
chain.once("exit", (code, signal) => {
  process.exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
});
