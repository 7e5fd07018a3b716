/**
 * Connects the service to its chain: to the nodes named in the settings, or to a local chain that it starts itself.
 */
import { join } from "node:path";
import type { Chain } from "../chain/chain.ts";
import { startLocalChain } from "../chain/local/local-chain.ts";
import { connectChain } from "../chain/nodes/connect-chain.ts";
import { LOCAL_DEV_KEY } from "../chain/signers/development-keys.ts";
import type { Config } from "../config.ts";
import { WarifuError } from "../core/errors.ts";
import { openAnchorSigner, type SignerOptions } from "../keys/account-keys.ts";
import type { AnchorJournal } from "../store/anchor-journal.ts";

/**
 * The chain, and the URL of its first node.
 * @param closing closes what is opened here
 * @throws CONFIG_INVALID, CHAIN_UNREACHABLE, CHAIN_WRONG
 */
export async function openChain(
  config: Config,
  store: Pick<AnchorJournal, "contract">,
  closing: AsyncDisposableStack,
  tell: (line: string) => void,
): Promise<{ chain: Chain; rpcUrl: string }> {
  const rpcUrls = config.chain.rpcUrls ?? [await openLocalChain(config, closing, tell)];
  const contract = config.chain.contract ?? (await store.contract())?.contract;
  const signer: SignerOptions = config.chain.signer ?? { kind: "key", key: LOCAL_DEV_KEY };
  const { chainId, confirmations } = config.chain;
  const chain = await connectChain({
    rpcUrl: rpcUrls,
    signer: (id) => openAnchorSigner(signer, id),
    chainId,
    contract,
    confirmations,
  });
  closing.defer(() => chain.close());
  if (contract === undefined && !chain.isLocal)
    throw new WarifuError(
      "CONFIG_INVALID",
      `on a chain that is not local (${chain.chainId}) the contract must be named: set WARIFU_CONTRACT to the one that \`warifu contract deploy\` made`,
    );
  return { chain, rpcUrl: rpcUrls[0] as string };
}

async function openLocalChain(
  config: Config,
  closing: AsyncDisposableStack,
  tell: (line: string) => void,
): Promise<string> {
  const local = await startLocalChain({ port: config.chain.port, logFile: join(config.dataDir, "chain.log") });
  closing.defer(() => local.stop());
  tell(`local chain started: ${local.rpcUrl} (Hardhat, in memory: it is empty at every start)`);
  return local.rpcUrl;
}
