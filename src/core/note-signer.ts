/**
 * Signs notes: one signature line under one key, whatever its type.
 */
import { concatBytes, utf8 } from "./bytes.ts";
import { cosignedBytes, subtreeBytes, uint64 } from "./cosigned-bytes.ts";
import { WarifuError } from "./errors.ts";
import type { SignatureLine, VerifierKey } from "./note.ts";

/** The bare signature of `message`: 64 bytes of Ed25519, 2,420 of ML-DSA-44. */
export type SignMessage = (message: Uint8Array) => Uint8Array;

/** A key, and how to sign with its private part. */
export interface NoteSigner {
  readonly key: VerifierKey;
  readonly sign: SignMessage;
}

/**
 * The signature line for a note's text. `time` is what timestamped types state, in POSIX seconds. A log's own ML-DSA-44 key
 * states 0: whether its tree is the largest is not for the log itself to say.
 * @throws CHECKPOINT_INVALID when an ML-DSA-44 key is to sign what such keys do not sign
 */
export function signatureLine(text: string, { key, sign }: NoteSigner, time = 0): SignatureLine {
  const { name, keyId, type } = key;
  if (type === "ed25519") return { name, keyId, signature: sign(utf8(text)) };
  const message = type === "cosignature" ? cosignedBytes(text, time) : subtreeBytes(text, name, time);
  if (message === undefined)
    throw new WarifuError("CHECKPOINT_INVALID", "an ML-DSA-44 key signs checkpoints without extension lines only");
  return { name, keyId, signature: concatBytes(uint64(time), sign(message)) };
}
