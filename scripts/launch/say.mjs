// What the launcher says while it prepares: one short line a step, on stderr, so that stdout stays the program's own.

/**
 * One line for the person who waits.
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`warifu: ${line}\n`);
}

/** A step that cannot go on; the message says what to do about it. */
export class LaunchError extends Error {}
