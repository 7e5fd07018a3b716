/**
 * A short fingerprint of a policy, to be read out over the phone: whoever received a policy by mail compares it with the
 * author's. It depends on what the policy says, not on how the file is written.
 */
import { utf8 } from "./bytes.ts";
import { canonicalJson, parseJson } from "./json.ts";
import { formatPolicy, type Policy } from "./policy.ts";
import { sha256 } from "./sha256.ts";

/** Six groups of four digits: finding another policy with a given fingerprint takes 2^79 attempts. */
const [GROUPS, DIGITS] = [6, 4];

/** The fingerprint, such as `0123 4567 8901 2345 6789 0123`. */
export function policyFingerprint(policy: Policy): string {
  const digest = sha256(utf8(canonicalJson(parseJson(formatPolicy(policy), "policy"))));
  let number = 0n;
  for (const byte of digest) number = (number << 8n) | BigInt(byte);
  const length = GROUPS * DIGITS;
  const digits = (number % 10n ** BigInt(length)).toString().padStart(length, "0");
  return Array.from({ length: GROUPS }, (_, at) => digits.slice(at * DIGITS, (at + 1) * DIGITS)).join(" ");
}
