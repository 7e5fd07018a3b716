// What a page shows once it has done what it was asked for. A press of a button returns before the page has answered it, and what
// Playwright reads is what is there at that moment: maybe still what was there before.

import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";

import { PATIENCE_MS, type Locator } from "../../support/browser.ts";

/** Reads until what is read passes a check. Fails as the check does, on what was read last. @returns what passed */
export async function until<T>(read: () => Promise<T>, check: (found: T) => void): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const found = await read();
    try {
      check(found);
      return found;
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    await sleep(20);
  }
}

/** Waits until elements say all of it. @returns what they say then, each in a line */
export function expectShown(shown: Locator, ...said: readonly (string | RegExp)[]): Promise<string> {
  const read = async (): Promise<string> => (await shown.allInnerTexts()).join("\n");
  return until(read, (text) => {
    for (const one of said) {
      if (typeof one === "string") expect(text).to.include(one);
      else expect(text).to.match(one);
    }
  });
}

/** Waits until an element says that, and nothing else. */
export async function expectText(shown: Locator, text: string): Promise<void> {
  await until(
    () => shown.allInnerTexts(),
    (texts) => expect(texts).to.deep.equal([text]),
  );
}

/** Waits until there are so many of them. */
export async function expectCount(shown: Locator, count: number): Promise<void> {
  await until(
    () => shown.count(),
    (found) => expect(found).to.equal(count),
  );
}
