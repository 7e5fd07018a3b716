/**
 * Account keys as text, and the rule about those that everybody knows: the keys that ship with Hardhat and anvil are refused
 * wherever funds or a log could be stolen. No error carries a key.
 */
import { HDNodeWallet, Mnemonic, Wallet } from "ethers";

import { WarifuError } from "../../core/errors.ts";
import { isLocalChain } from "../local-chains.ts";

const DEVELOPMENT_MNEMONIC = "test test test test test test test test test test test junk";
/** How many of them there are. */
export const DEVELOPMENT_ACCOUNTS = 20;
const KEY = /^0x[0-9a-fA-F]{64}$/;

/** Key of the first account of every Hardhat and anvil chain, which is funded there. It is public, so for local chains only. */
export const LOCAL_DEV_KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

/**
 * Key of one of the accounts that every Hardhat and anvil chain funds, the first being {@link LOCAL_DEV_KEY}.
 * @param index from 0 to 19
 */
export function localDevKey(index: number): string {
  return developmentParent().deriveChild(index).privateKey;
}

/**
 * The wallet of a key, for use on one chain.
 * @param key 32 bytes, hexadecimal after `0x`
 * @throws CONFIG_INVALID for an invalid key, or one that everybody knows while the chain is not local
 */
export function openAnchorKey(key: string, chainId: number): Wallet {
  const wallet = parseKey(key);
  assertOwnAccount(wallet.address, chainId);
  return wallet;
}

/**
 * Refuses an account that anybody can use, unless the chain is local.
 * @param address in any case, after `0x`
 * @param isLoopback whether the chain's node is on this machine; by default the id alone decides
 * @throws CONFIG_INVALID
 */
export function assertOwnAccount(address: string, chainId: number, isLoopback = true): void {
  if (isLocalChain(chainId, isLoopback) || !isDevelopmentAccount(address)) return;
  throw new WarifuError(
    "CONFIG_INVALID",
    `the account belongs to a published development key, which anybody can use: make a key of your own for chain ${chainId}`,
  );
}

function parseKey(key: string): Wallet {
  try {
    if (KEY.test(key)) return new Wallet(key);
  } catch {
    // Out of the curve's range. The error that ethers gives is not passed on.
  }
  throw new WarifuError("CONFIG_INVALID", "the account's key must be a private key: 32 bytes, hexadecimal after 0x");
}

/** In lower case. */
let developmentAccounts: ReadonlySet<string> | undefined;

/** The accounts are derived once: that takes twenty multiplications on the curve. */
function isDevelopmentAccount(address: string): boolean {
  developmentAccounts ??= new Set(Array.from({ length: DEVELOPMENT_ACCOUNTS }, (_, index) => addressOf(index)));
  return developmentAccounts.has(address.toLowerCase());
}

function addressOf(index: number): string {
  return developmentParent().deriveChild(index).address.toLowerCase();
}

let parent: HDNodeWallet | undefined;

/** Stretching the phrase takes 2,048 rounds of HMAC. */
function developmentParent(): HDNodeWallet {
  return (parent ??= HDNodeWallet.fromMnemonic(Mnemonic.fromPhrase(DEVELOPMENT_MNEMONIC), "m/44'/60'/0'/0"));
}
