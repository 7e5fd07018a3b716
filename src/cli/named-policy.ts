/**
 * The policy that somebody verifies or audits by. It needs no settings of a service, and loads none.
 */
import { join, resolve } from "node:path";
import { toHex } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import type { BitcoinBlock } from "../core/bitcoin-header.ts";
import { parsePolicy, type Policy } from "../core/policy.ts";
import { policyFingerprint } from "../core/policy-fingerprint.ts";
import { sha256 } from "../core/sha256.ts";
import { readNamedFile } from "./named-files.ts";
import { assertOwnFile } from "./own-file.ts";
import { verifyTexts } from "./texts/verify/en.ts";

/** Options that name a policy, or a data folder with one. */
interface PolicyOptions {
  readonly policy?: string | undefined;
  readonly dataDir?: string | undefined;
}

/** A policy, and which file it came from. */
export interface NamedPolicy {
  readonly policy: Policy;
  /** Absolute. */
  readonly path: string;
  /** SHA-256 of the file, hexadecimal. */
  readonly sha256: string;
  /** To be compared over the phone. */
  readonly fingerprint: string;
}

/**
 * The policy that was named by an option or by a variable of the real environment. The current folder and a `.env` file in
 * it are ignored: they could come from the same people as the bundle.
 * @throws USAGE when none is named, or the file is not a policy; POLICY_INVALID
 */
export function loadPolicy(options: PolicyOptions): NamedPolicy {
  const path = namedPolicyFile(options);
  if (path === undefined)
    throw new WarifuError(
      "USAGE",
      "there is no policy to verify by: name one with --policy FILE, or a service's own data folder with --data-dir FOLDER " +
        "(or WARIFU_POLICY_FILE, WARIFU_DATA_DIR in the environment)",
    );
  const bytes = readNamedFile(path, "policy");
  const policy = parsePolicy(assertOwnFile(bytes, "policy", path));
  return { policy, path: resolve(path), sha256: toHex(sha256(bytes)), fingerprint: policyFingerprint(policy) };
}

/** In order of precedence: the policy itself before a folder that holds one. */
function namedPolicyFile({ policy, dataDir }: PolicyOptions): string | undefined {
  const { WARIFU_POLICY_FILE: file, WARIFU_DATA_DIR: ownFolder } = process.env;
  const folder = dataDir ?? ownFolder;
  return policy ?? (file || (folder ? join(folder, "policy.json") : undefined));
}

/** Which policy it was, in a line and for programs. */
export function policyLine({ path, sha256, fingerprint }: NamedPolicy): string {
  return verifyTexts().underPolicy(path, sha256, fingerprint);
}

export function policyDocument({ path, sha256, fingerprint }: NamedPolicy): Omit<NamedPolicy, "policy"> {
  return { path, sha256, fingerprint };
}

/** The policy, and these blocks to hold proofs of OpenTimestamps against. */
export function withBitcoin(policy: Policy, blocks: readonly BitcoinBlock[], isRequired?: boolean): Policy {
  const { certificates = [], required = false, bitcoin = [] } = policy.timestamps ?? {};
  const timestamps = { certificates, required: isRequired ?? required, bitcoin: [...bitcoin, ...blocks] };
  return { ...policy, timestamps };
}
