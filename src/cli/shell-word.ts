/**
 * Words of printed commands that are to be pasted into a shell.
 */

/** The word quoted for a POSIX shell: unchanged if that is safe, otherwise in single quotes. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
