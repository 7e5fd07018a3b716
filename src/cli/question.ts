/**
 * A question to whoever sits at the terminal. It goes to stderr, so that stdout stays the result.
 */
import { once } from "node:events";
import { createInterface } from "node:readline/promises";

/** Whether somebody sits there who can be asked. */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

/** Whether the answer is yes; anything else, an end of the input and Ctrl-C are a no. */
export async function confirms(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const closed = once(lines, "close").then(() => "");
    const answer = await Promise.race([lines.question(`${question} [y/N] `), closed]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
