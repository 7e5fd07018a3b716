/** Gas of anchors, of real transactions on Hardhat's simulated chain. No input is random, so the figures never differ. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { BatchGas, GasSnapshot } from "../../../test/contracts/support/measure-gas.ts";
import { figure, measure, type Figure } from "../measure.ts";

const HARDHAT = fileURLToPath(new URL("../../../node_modules/hardhat/dist/src/cli.js", import.meta.url));
const SCRIPT = fileURLToPath(new URL("../gas-process.ts", import.meta.url));

export const gas = measure({
  name: "gas",
  title: "Gas (real transactions on Hardhat's simulated chain)",
  parameters: {},
  isExact: true,
  run: async () => {
    const { anchor, perRecord } = askHardhat<GasSnapshot>(null);
    return [
      figure(
        "gas per anchor at a million entries, from tile boundary to tile boundary, at worst",
        anchor.worstTileToTile.gas,
        "gas",
      ),
      figure("gas per anchor at a million entries, from other sizes, at worst", anchor.worstSize.gas, "gas"),
      ...perRecord.flatMap((batch) => {
        const records = batch.recordsPerAnchor.toLocaleString("en");
        return [
          figure(`gas per anchor of ${records} records`, batch.meanGas, "gas"),
          figure(`gas per record, at ${records} records per anchor`, batch.gasPerRecord, "gas"),
        ];
      }),
    ];
  },
});

export const gasPerRecord = measure({
  name: "gas-per-record",
  title: "Gas of consecutive anchors in a log of a million entries",
  parameters: {
    records: { what: "records per anchor", usual: 4_096, least: 1, most: 1_000_000 },
    anchors: { what: "consecutive anchors", usual: 16, quick: 4, least: 1, most: 1_000 },
  },
  isExtra: true,
  isExact: true,
  run: async (values) => figuresOf(askHardhat<BatchGas>(values)),
});

function figuresOf({ meanGas, maxGas, gasPerRecord }: BatchGas): readonly Figure[] {
  return [
    figure("gas per record", gasPerRecord, "gas"),
    figure("gas per anchor", meanGas, "gas"),
    figure("gas per anchor, at most", maxGas, "gas"),
  ];
}

/** What the contracts are compiled to is there: whatever runs a bench or a test sees to that first. */
function askHardhat<T>(wanted: object | null): T {
  const output = execFileSync(process.execPath, [HARDHAT, "run", "--no-compile", SCRIPT], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, BENCH_GAS: JSON.stringify(wanted) },
  });
  const json = /^GAS (.*)$/m.exec(output)?.[1];
  if (json === undefined) throw new TypeError("Hardhat printed no gas");
  return JSON.parse(json) as T;
}
