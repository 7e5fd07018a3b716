// Gives or takes the role that anchors, as the contract's administrator would.

import { Contract, JsonRpcProvider, Wallet, id } from "ethers";

import { LOCAL_DEV_KEY } from "../../src/chain/signers/development-keys.ts";

/** @param account who has the role after it, or has it no longer; the administrator itself when left out */
export async function changeRole(
  rpcUrl: string,
  contract: string,
  change: "grantRole" | "revokeRole",
  account: string = new Wallet(LOCAL_DEV_KEY).address,
): Promise<void> {
  const provider = new JsonRpcProvider(rpcUrl, undefined, { cacheTimeout: -1 });
  try {
    const admin = new Wallet(LOCAL_DEV_KEY, provider);
    const roles = new Contract(contract, [`function ${change}(bytes32,address)`], admin);
    const sent = (await roles.getFunction(change)(id("ANCHOR_ROLE"), account)) as { wait(): Promise<unknown> };
    await sent.wait();
  } finally {
    provider.destroy();
  }
}
