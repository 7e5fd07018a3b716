/** What this machine computes fastest, for whoever verifies many bundles. */
import type { Primitives } from "../core/primitives.ts";
import { fastEd25519 } from "./fast-ed25519.ts";
import { fastKeccak256 } from "./fast-keccak256.ts";

/** Loads all of it. */
export async function fastPrimitives(): Promise<Required<Primitives>> {
  const [verifyEd25519, keccak256] = await Promise.all([fastEd25519(), fastKeccak256()]);
  return { verifyEd25519, keccak256 };
}
