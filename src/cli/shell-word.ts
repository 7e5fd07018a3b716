/**
 * Words of commands that are printed to be pasted into a shell.
 */

/** The word as a POSIX shell takes it: as it is where that is safe, else in single quotes. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
