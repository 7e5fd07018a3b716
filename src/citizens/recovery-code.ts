/**
 * The code with which somebody who has lost every device comes back: 25 signs that are hard to confuse (Crockford's Base32,
 * https://www.crockford.com/base32.html), 125 random bits, so its hash can be stolen without harm.
 */
import { utf8 } from "../core/bytes.ts";
import type { RandomBytes } from "../core/random.ts";
import { sha256 } from "../core/sha256.ts";

const SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH = 25;
const GROUP = 5;

/** A new code. */
export interface NewRecoveryCode {
  readonly recoveryHash: Uint8Array;
  /** The only place where the code appears. */
  readonly code: string;
}

export function newRecoveryCode(randomBytes: RandomBytes): NewRecoveryCode {
  const signs = [...randomBytes(LENGTH)].map((byte) => SIGNS[byte % SIGNS.length]).join("");
  const groups = signs.match(new RegExp(`.{${GROUP}}`, "g")) ?? [];
  return { recoveryHash: sha256(utf8(signs)), code: groups.join("-") };
}

/** The hash of a code as somebody types it, with characters that look alike treated as one; `undefined` if it is no code. */
export function recoveryHashOf(typed: string): Uint8Array | undefined {
  const signs = typed.toUpperCase().replaceAll(/[\s-]/g, "").replaceAll("O", "0").replaceAll(/[IL]/g, "1");
  const isCode = signs.length === LENGTH && [...signs].every((sign) => SIGNS.includes(sign));
  return isCode ? sha256(utf8(signs)) : undefined;
}
