/**
 * A question to the person at the terminal. It goes to stderr, so that stdout contains only the result.
 */
import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import { frame } from "./texts/frame/en.ts";

/** Whether there is somebody to ask. */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

/** Whether the answer is yes; anything else, including the end of input and Ctrl-C, counts as no. */
export async function confirms(question: string): Promise<boolean> {
  const { yes, yesOrNo } = frame();
  return yes.test((await answerTo(`${question} ${yesOrNo} `)).trim());
}

/** A line that is typed; empty at the end of input and for Ctrl-C. */
export async function answerTo(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const closed = once(lines, "close").then(() => "");
    return await Promise.race([lines.question(question), closed]);
  } finally {
    lines.close();
  }
}
