/**
 * Offline inclusion proofs in C2SP's text form (https://c2sp.org/tlog-proof):
 *
 *     c2sp.org/tlog-proof@v1\n[extra <base64>\n]index <decimal>\n<base64 hash>\n…\n\n<checkpoint>
 *
 * `extra` is not covered by any signature: this program neither writes nor accepts it.
 */
import { fromBase64, fromDecimal, toBase64 } from "./bytes.ts";
import { WarifuError } from "./errors.ts";
import { HASH_BYTES } from "./merkle.ts";

const HEADER = "c2sp.org/tlog-proof@v1";
const MAX_HASHES = 64;

/** A leaf's proof against one checkpoint. */
export interface TlogProof {
  readonly leafIndex: number;
  /** The leaf's sibling first. */
  readonly hashes: readonly Uint8Array[];
  /** The checkpoint's whole signed note. */
  readonly checkpoint: string;
}

/** Text of a proof. */
export function formatTlogProof({ leafIndex, hashes, checkpoint }: TlogProof): string {
  const lines = [HEADER, `index ${leafIndex}`, ...hashes.map(toBase64)];
  return `${lines.join("\n")}\n\n${checkpoint}`;
}

/**
 * The proof in a text; nothing about it is verified.
 * @throws PROOF_INVALID
 */
export function parseTlogProof(text: string): TlogProof {
  const headEnd = text.indexOf("\n\n");
  const [header, index, ...hashes] = headEnd < 0 ? [] : text.slice(0, headEnd).split("\n");
  if (header !== HEADER || !index?.startsWith("index ") || hashes.length > MAX_HASHES)
    throw new WarifuError("PROOF_INVALID", `the proof does not have the form of ${HEADER}`);
  try {
    return {
      leafIndex: fromDecimal(index.slice("index ".length), "leaf index"),
      hashes: hashes.map((line) => fromBase64(line, "hash", HASH_BYTES)),
      checkpoint: text.slice(headEnd + 2),
    };
  } catch (cause) {
    throw new WarifuError("PROOF_INVALID", "the proof's leaf index or one of its hashes is malformed", { cause });
  }
}
