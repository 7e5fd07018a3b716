// A contract on a chain that is not local, deployed as its administrator would, for an account that is nobody's by
// publication: what the service needs before it starts on such a chain.

import { JsonRpcProvider, Wallet } from "ethers";

import { LOCAL_DEV_KEY } from "../../src/chain/signers/development-keys.ts";
import { encodeDeployment } from "../../src/chain/rpc/anchor-contract.ts";
import { logIdOf } from "../../src/core/record.ts";
import type { TestChain } from "./chains.ts";

export type PublicContract = {
  /** Address, lower case. */
  readonly contract: string;
  /** Key of the anchoring account, which has every role and funds. */
  readonly anchorKey: string;
};

/** Deploys on anvil. The next block must come by itself. */
export async function deployPublicly({ rpcUrl, ask }: TestChain, origin: string): Promise<PublicContract> {
  const { address, privateKey } = Wallet.createRandom();
  await ask("anvil_setBalance", address, "0x56bc75e2d63100000");
  const provider = new JsonRpcProvider(rpcUrl, undefined, { cacheTimeout: -1, pollingInterval: 50 });
  try {
    const data = await encodeDeployment(logIdOf(origin), address);
    const sent = await new Wallet(LOCAL_DEV_KEY, provider).sendTransaction({ data });
    const receipt = await sent.wait();
    return { contract: String(receipt?.contractAddress).toLowerCase(), anchorKey: privateKey };
  } finally {
    provider.destroy();
  }
}
