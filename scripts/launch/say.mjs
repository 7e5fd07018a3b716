// What the launcher says while it prepares: one short line per step, on stderr, so that stdout belongs to the program.

/**
 * One line for the waiting person.
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`warifu: ${line}\n`);
}

/** A step that cannot continue; the message says what to do about it. */
export class LaunchError extends Error {}
