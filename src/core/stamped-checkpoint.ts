/**
 * What timestamps of a checkpoint are about.
 */
import { equalBytes, utf8 } from "./bytes.ts";
import { formatNote, parseNote, type SignatureLine } from "./note.ts";

/**
 * The bytes of the checkpoint as the log alone signed it, without what others added to it: they are the same whoever has
 * cosigned since.
 * @throws NOTE_INVALID
 */
export function stampedBytes(note: string, { name, keyId }: Pick<SignatureLine, "name" | "keyId">): Uint8Array {
  const { text, signatures } = parseNote(utf8(note));
  const own = signatures.filter((line) => line.name === name && equalBytes(line.keyId, keyId));
  return utf8(formatNote({ text, signatures: own }));
}
