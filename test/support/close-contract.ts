// Closes a contract for good, as its administrator would after a key was abused.

import { Contract, JsonRpcProvider, Wallet } from "ethers";

import { LOCAL_DEV_KEY } from "../../src/chain/signers/development-keys.ts";

export async function closeContract(rpcUrl: string, contract: string): Promise<void> {
  const provider = new JsonRpcProvider(rpcUrl, undefined, { cacheTimeout: -1 });
  try {
    const closable = new Contract(contract, ["function close()"], new Wallet(LOCAL_DEV_KEY, provider));
    const sent = (await closable.getFunction("close")()) as { wait(): Promise<unknown> };
    await sent.wait();
  } finally {
    provider.destroy();
  }
}
