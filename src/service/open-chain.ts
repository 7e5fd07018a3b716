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
 * @throws CONFIG_INVALID, CHAIN_UNREACHABLE, CHAIN_WRONG also when no anchor on the chain could be proven
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
  const { chainId, confirmations, validators, transactionType } = config.chain;
  const chain = await connectChain({
    rpcUrl: rpcUrls,
    signer: (id) => openAnchorSigner(signer, id),
    chainId,
    contract,
    confirmations,
    validators,
    transactionType,
  });
  closing.defer(() => chain.close());
  await assertProvable(config, chain);
  if (contract === undefined && !chain.isLocal)
    throw new WarifuError(
      "CONFIG_INVALID",
      `on a chain that is not local (${chain.chainId}) the contract must be named: set WARIFU_CONTRACT to the one that \`warifu contract deploy\` made`,
    );
  return { chain, rpcUrl: rpcUrls[0] as string };
}

/**
 * Checked at the start: when the first anchor turns out not to be provable, it has been paid for, and records have been
 * taken that can never be proven.
 */
async function assertProvable({ chain: { confirmations, validators } }: Config, chain: Chain): Promise<void> {
  const form = await chain.headerForm();
  const setting = confirmations === 0 ? "WARIFU_FINALITY=bft" : validators && "WARIFU_VALIDATORS";
  if (form === "ethereum" && setting !== undefined)
    throw new WarifuError(
      "CONFIG_INVALID",
      `${setting} is for chains whose validators seal each block, and the headers of chain ${chain.chainId} have no seals`,
    );
  // Without seals, no block would count as final: better to find out now than with the first anchor.
  if (validators) await chain.finalizedHeight();
}

/** Starts the local chain. @returns its address */
export async function openLocalChain(
  config: Config,
  closing: AsyncDisposableStack,
  tell: (line: string) => void,
): Promise<string> {
  const local = await startLocalChain({ port: config.chain.port, logFile: join(config.dataDir, "chain.log") });
  closing.defer(() => local.stop());
  tell(`local chain started: ${local.rpcUrl} (Hardhat, in memory: it is empty at every start)`);
  return local.rpcUrl;
}
