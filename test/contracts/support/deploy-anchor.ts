// One CheckpointAnchor on the given connection, with every constructor argument open to change.
// Invariant: admin, anchorer, closer and outsider are four accounts, so no test passes by a role somebody holds by chance.

import { createHash } from "node:crypto";

import type { NetworkConnection } from "hardhat/types/network";

import type { CheckpointAnchor } from "../../../types/ethers-contracts/CheckpointAnchor.ts";
import { CheckpointAnchor__factory } from "../../../types/ethers-contracts/factories/CheckpointAnchor__factory.ts";

export type Ethers = NetworkConnection["ethers"];
export type Signer = Awaited<ReturnType<Ethers["getSigners"]>>[number];

export const emptyRoot = createHash("sha256").digest();
export const logId = createHash("sha256").update("warifu.example/log").digest();
export const adminDelay = 3600;
export const maxGrowth = 1_000_000n;

/** What the constructor takes, in its order. */
export type Settings = {
  logId: Uint8Array;
  startSize: bigint | number;
  startRoot: Uint8Array;
  maxGrowth: bigint | number;
  admin: string;
  adminDelay: number;
  anchorer: string;
  closer: string;
};

/** Four accounts by the part they play. */
export type Parts = { admin: Signer; anchorer: Signer; closer: Signer; outsider: Signer };

/** `contract` sends as the anchorer. */
export type Deployment = Parts & { contract: CheckpointAnchor; deploymentHash: string };

/** The first four accounts of the local chain. */
export async function accounts(ethers: Ethers): Promise<Parts> {
  const [admin, anchorer, closer, outsider] = await ethers.getSigners();
  if (!admin || !anchorer || !closer || !outsider) throw new RangeError("the chain has fewer than four accounts");
  return { admin, anchorer, closer, outsider };
}

/** Deploys an empty log, or what `changed` makes of it. */
export async function deployAnchor(ethers: Ethers, changed: Partial<Settings> = {}): Promise<Deployment> {
  const parts = await accounts(ethers);
  const settings: Settings = {
    logId,
    startSize: 0,
    startRoot: emptyRoot,
    maxGrowth,
    admin: parts.admin.address,
    adminDelay,
    anchorer: parts.anchorer.address,
    closer: parts.closer.address,
    ...changed,
  };
  const factory = new CheckpointAnchor__factory(parts.admin);
  const contract = await factory.deploy(
    settings.logId,
    settings.startSize,
    settings.startRoot,
    settings.maxGrowth,
    settings.admin,
    settings.adminDelay,
    settings.anchorer,
    settings.closer,
  );
  await contract.waitForDeployment();
  const deploymentHash = contract.deploymentTransaction()?.hash ?? "";
  return { contract: contract.connect(parts.anchorer), deploymentHash, ...parts };
}
