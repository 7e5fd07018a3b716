/**
 * Ed25519 as fast as this machine verifies it: libsodium where it is installed, which takes less than half as long, and else
 * what core/ed25519.ts has. Both are cofactorless and refuse S beyond the group order, so the verdicts are the same; a test
 * holds the installed libsodium to that.
 */
import { strictly, verifyEd25519 } from "../core/ed25519.ts";
import type { VerifyEd25519 } from "../core/verify-ed25519.ts";

/** Loads it. For whoever verifies many signatures: to load it takes as long as to verify a few hundred. */
export async function fastEd25519(): Promise<VerifyEd25519> {
  try {
    const { crypto_sign_verify_detached: isSigned } = (await import("sodium-native")).default;
    return strictly((publicKey, message, signature) => isSigned(signature, message, publicKey));
  } catch {
    // No build of it for this machine.
    return verifyEd25519;
  }
}
