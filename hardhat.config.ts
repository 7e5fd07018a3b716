// Hardhat 3: the contracts, their tests and the local chain. https://hardhat.org/docs
// Builds need no network: the compiler is the npm package solc, so its version is pinned by the lockfile.
// `hardhat test` sees test/contracts only; everything else under test/ runs under plain mocha.

import { fileURLToPath } from "node:url";

import hardhatToolboxMochaEthers from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { defineConfig } from "hardhat/config";

/** In the gate, the contracts are tried with four times as much. */
const TIMES = process.env["WARIFU_EVERY_CHANGE"] === "on" ? 4 : 1;

/** JSON-RPC endpoint of the `localhost` network. */
const localRpcUrl = process.env["WARIFU_RPC_URL"] ?? "http://127.0.0.1:8545";

export default defineConfig({
  plugins: [hardhatToolboxMochaEthers],
  paths: { tests: { mocha: "test/contracts", solidity: "test/contracts" } },
  solidity: {
    version: "0.8.37",
    path: fileURLToPath(import.meta.resolve("solc/soljson.js")),
    settings: {
      // Cancun is the newest instruction set that nearly every EVM chain already runs; nothing here gains from a later one.
      evmVersion: "cancun",
      viaIR: true,
      optimizer: { enabled: true, runs: 1_000_000 },
      // Without the metadata hash the code, and so the code hash in a policy, does not change with a comment or a path.
      metadata: { bytecodeHash: "none" },
    },
  },
  typechain: { outDir: "types/ethers-contracts" },
  networks: {
    localhost: { type: "http", chainType: "l1", url: localRpcUrl },
  },
  test: {
    mocha: { timeout: 120_000 },
    solidity: {
      profiles: {
        default: {
          fuzz: { runs: 64 * TIMES },
          invariant: { runs: 16 * TIMES, depth: 64, failOnRevert: true },
        },
        // The long soak, started by hand: 1,000 sequences of 500 calls for each invariant, 3.5 million calls in all.
        deep: {
          fuzz: { runs: 20_000 },
          invariant: { runs: 1_000, depth: 500, failOnRevert: true },
        },
      },
    },
  },
});
