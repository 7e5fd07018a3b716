/** Verifies packed Ed25519 signatures in its thread. */
import { parentPort } from "node:worker_threads";
import { fastEd25519 } from "../keys/fast-ed25519.ts";
import { unpackClaims } from "./signature-claims.ts";

const verify = await fastEd25519();

parentPort?.on("message", (packed: Uint8Array) => {
  parentPort?.postMessage(Uint8Array.from(unpackClaims(packed), (claim) => Number(verify(...claim))));
});
