/**
 * The policy that the service stores with its data.
 */
import type { Chain } from "../chain/chain.ts";
import type { Config } from "../config.ts";
import type { LogKeys } from "../core/log-keys.ts";
import type { Policy } from "../core/policy.ts";

/** The policy by which the service itself would verify; an auditor must get origin, key and contract from elsewhere. */
export async function policyOf(
  { chain: { confirmations, validators } }: Config,
  chain: Chain,
  key: LogKeys,
  witnesses: Policy["witnesses"],
  certificates: readonly string[] = [],
): Promise<Policy> {
  const headerForm = await chain.headerForm();
  return {
    log: key,
    chain: {
      id: chain.chainId,
      contract: chain.contract,
      codeHash: await chain.codeHash(),
      // On a local chain there is nobody else to ask; on a public one the verifier must say whom to trust.
      accept: chain.isLocal ? "evidence" : "trusted-block",
      ...(confirmations !== undefined && { finality: confirmations === 0 ? "bft" : confirmations }),
      ...(headerForm !== "ethereum" && { headerForm }),
      ...(validators && { validators }),
    },
    trustedBlocks: [],
    rpc: [],
    sources: [],
    witnesses,
    ...(certificates.length > 0 && { timestamps: { certificates, required: false } }),
  };
}
