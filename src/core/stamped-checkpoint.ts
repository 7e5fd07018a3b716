/**
 * The bytes of a checkpoint that its timestamps are about.
 */
import { utf8 } from "./bytes.ts";
import { formatNote, lineLabel, parseNote, type SignatureLine } from "./note.ts";

/**
 * The bytes of the checkpoint as the log alone signed it: they stay the same whoever cosigns later. If the log has several
 * keys, only the first line by one of them counts: the key that signs first is in every policy of the log.
 * @throws NOTE_INVALID
 */
export function stampedBytes(note: string, keys: readonly Pick<SignatureLine, "name" | "keyId">[]): Uint8Array {
  const { text, signatures } = parseNote(utf8(note));
  const own = new Set(keys.map(lineLabel));
  return utf8(formatNote({ text, signatures: signatures.filter((line) => own.has(lineLabel(line))).slice(0, 1) }));
}
