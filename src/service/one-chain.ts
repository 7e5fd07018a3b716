/**
 * How several logs of one process use a chain. A local chain is started once, with an account for each log. On any other, no
 * two logs may anchor with the same account, since each expects the account's next nonce to be its own.
 */
import { mkdirSync } from "node:fs";
import type { Chain } from "../chain/chain.ts";
import { assertLocalChainInstalled } from "../chain/local/local-chain.ts";
import { DEVELOPMENT_ACCOUNTS, localDevKey } from "../chain/signers/development-keys.ts";
import type { Config } from "../config.ts";
import { WarifuError } from "../core/errors.ts";
import type { HostedSetUp } from "./logs-file.ts";
import { openLocalChain } from "./open-chain.ts";

/** The set-up of all logs. */
export interface OneChain {
  /** The logs, with the local chain in the settings of those that named none. */
  readonly setUps: readonly HostedSetUp[];
  /** @throws CONFIG_INVALID when another log anchors with that account of that chain */
  assertOwn(name: string, chain: Pick<Chain, "chainId" | "account">): void;
}

/**
 * @param closing ends the local chain, if one is started
 * @throws CONFIG_INVALID for more logs than the local chain has accounts, and as the start of a local chain
 */
export async function onOneChain(
  config: Config,
  setUps: readonly HostedSetUp[],
  closing: AsyncDisposableStack,
  tell: (line: string) => void,
): Promise<OneChain> {
  const holders = new Map<string, string>();
  return {
    setUps: await withLocalChain(config, setUps, closing, tell),
    assertOwn: (name, { chainId, account }) => {
      const id = `${chainId} ${account.toLowerCase()}`;
      const holder = holders.get(id) ?? name;
      if (holder !== name)
        throw new WarifuError(
          "CONFIG_INVALID",
          `the account ${account} already anchors for the log ${holder}: give each log an account of its own`,
        );
      holders.set(id, name);
    },
  };
}

async function withLocalChain(
  config: Config,
  setUps: readonly HostedSetUp[],
  closing: AsyncDisposableStack,
  tell: (line: string) => void,
): Promise<readonly HostedSetUp[]> {
  const isLocal = ({ config: { chain } }: HostedSetUp): boolean => chain.rpcUrls === undefined;
  const local = setUps.filter(isLocal);
  if (local.length === 0) return setUps;
  if (local.length > DEVELOPMENT_ACCOUNTS)
    throw new WarifuError(
      "CONFIG_INVALID",
      `WARIFU_LOGS: a local chain has accounts for ${DEVELOPMENT_ACCOUNTS} logs, and there are ${local.length}`,
    );
  assertLocalChainInstalled();
  // For the chain's log.
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const rpcUrls = [await openLocalChain(config, closing, tell)];
  return setUps.map((setUp) => {
    if (!isLocal(setUp)) return setUp;
    const signer = { kind: "key", key: localDevKey(local.indexOf(setUp)) } as const;
    return { ...setUp, config: { ...setUp.config, chain: { ...setUp.config.chain, rpcUrls, signer } } };
  });
}
