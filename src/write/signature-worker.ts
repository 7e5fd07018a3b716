/** Verifies packed Ed25519 signatures in its thread: with libsodium where it is installed, which takes half as long. */
import { parentPort } from "node:worker_threads";
import { strictly, verifyEd25519, type VerifyEd25519 } from "../core/ed25519.ts";
import { unpackClaims } from "./signature-claims.ts";

const verify = await fastest();

parentPort?.on("message", (packed: Uint8Array) => {
  parentPort?.postMessage(Uint8Array.from(unpackClaims(packed), (claim) => Number(verify(...claim))));
});

async function fastest(): Promise<VerifyEd25519> {
  try {
    const { crypto_sign_verify_detached: isSigned } = (await import("sodium-native")).default;
    return strictly((publicKey, message, signature) => isSigned(signature, message, publicKey));
  } catch {
    // No build of it for this machine.
    return verifyEd25519;
  }
}
