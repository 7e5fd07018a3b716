// Deploys one CheckpointAnchor with Hardhat Ignition: https://hardhat.org/ignition
//   npm run hardhat -- ignition deploy ignition/modules/checkpoint-anchor.ts --network localhost --parameters parameters.json
// Invariant: who holds a role, and which log it is, has no default. All else starts a new log.

import { createHash } from "node:crypto";

import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

import { DEFAULT_MAX_GROWTH } from "../../src/chain/max-growth.ts";

const emptyRoot = `0x${createHash("sha256").digest("hex")}`;
const twoDaysInSeconds = 172_800;

/**
 * Parameters: `logId` (SHA-256 of the origin), `admin`, `anchorer`, `closer` (addresses); and, with defaults for a new log,
 * `startSize` and `startRoot` (of the last honest head, for a successor), `maxGrowth` (leaves), `adminDelay` (seconds).
 */
export default buildModule("CheckpointAnchorModule", (m) => {
  const checkpointAnchor = m.contract("CheckpointAnchor", [
    m.getParameter("logId"),
    m.getParameter("startSize", 0n),
    m.getParameter("startRoot", emptyRoot),
    m.getParameter("maxGrowth", BigInt(DEFAULT_MAX_GROWTH)),
    m.getParameter("admin"),
    m.getParameter("adminDelay", twoDaysInSeconds),
    m.getParameter("anchorer"),
    m.getParameter("closer"),
  ]);
  return { checkpointAnchor };
});
