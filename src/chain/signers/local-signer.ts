/**
 * A signer whose key is in this process: from the environment or a keystore (keystore-signer.ts). The key stays where it is:
 * no error and no log carries it.
 *
 * Invariant: it signs only for the chain it was opened for, since a key may be allowed on one chain and not on another.
 */
import type { Wallet } from "ethers";

import { WarifuError } from "../../core/errors.ts";
import { openAnchorKey } from "./development-keys.ts";
import type { AnchorSigner, UnsignedTransaction } from "../signer.ts";
import { toRequest } from "../rpc/signed-transaction.ts";

/**
 * The signer of a private key.
 * @param key 32 bytes, hexadecimal after `0x`
 * @throws CONFIG_INVALID for an invalid key, or one that everybody knows while the chain is not local
 */
export function openLocalSigner(key: string, chainId: number): AnchorSigner {
  return walletSigner(openAnchorKey(key, chainId), chainId);
}

function walletSigner(wallet: Wallet, chainId: number): AnchorSigner {
  return {
    address: wallet.address.toLowerCase(),
    sign: async (transaction) => {
      assertOpenedFor(chainId, transaction);
      return wallet.signTransaction(toRequest(transaction));
    },
  };
}

/** @throws SIGNER_FAILED */
export function assertOpenedFor(chainId: number, transaction: UnsignedTransaction): void {
  if (transaction.chainId === chainId) return;
  throw new WarifuError(
    "SIGNER_FAILED",
    `the signer was opened for chain ${chainId} and signs nothing for chain ${transaction.chainId}`,
  );
}
