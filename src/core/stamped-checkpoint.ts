/**
 * What timestamps of a checkpoint are about.
 */
import { utf8 } from "./bytes.ts";
import { formatNote, lineLabel, parseNote, type SignatureLine } from "./note.ts";

/**
 * The bytes of the checkpoint as the log alone signed it, without what others added to it: they are the same whoever has
 * cosigned since. Of a log with several keys, the first line by one of them alone: the key that signs first is in each of its
 * policies.
 * @throws NOTE_INVALID
 */
export function stampedBytes(note: string, keys: readonly Pick<SignatureLine, "name" | "keyId">[]): Uint8Array {
  const { text, signatures } = parseNote(utf8(note));
  const own = new Set(keys.map(lineLabel));
  return utf8(formatNote({ text, signatures: signatures.filter((line) => own.has(lineLabel(line))).slice(0, 1) }));
}
