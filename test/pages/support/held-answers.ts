// Answers that come when a test says so: the older of two last, or when whoever asked has gone elsewhere.

import { expect } from "chai";

import type { Page } from "../../support/browser.ts";
import { until } from "./shown.ts";

/** From now on, what matches `hold` is held, and answered by `letGo`: as it is by then, or with what that is given. */
const HELD = `(() => {
  const real = fetch;
  globalThis.held = [];
  globalThis.fetch = (path, init) => {
    if (!globalThis.hold?.test(String(path))) return real(path, init);
    return new Promise((done) => held.push({ path: String(path), body: init?.body, done, real: () => real(path, init) }));
  };
  globalThis.letGo = async (at, json) => {
    const { done, real } = held[at];
    const answer = json === undefined ? real() : Promise.resolve(new Response(JSON.stringify(json)));
    done(answer);
    await answer.catch(() => undefined);
    // Until all that follows from it has been done, and is drawn.
    await new Promise((drawn) => requestAnimationFrame(() => setTimeout(() => setTimeout(drawn, 50))));
  };
})();`;

/** Questions of a page that are held. */
export interface HeldAnswers {
  /** Waits until so many are held. @returns their paths, in the order in which they were asked */
  asked(count: number): Promise<readonly string[]>;
  /** What was sent with one of them, as text. */
  body(at: number): Promise<unknown>;
  /** How many are held by now. */
  count(): Promise<unknown>;
  /** Answers the one at that place, from 0 on; with nothing given, as the service does. */
  letGo(at: number, json?: object): Promise<void>;
}

/** Holds what matches, in this document. */
export async function holdAnswers(page: Page, paths: RegExp): Promise<HeldAnswers> {
  await page.evaluate(`globalThis.held === undefined && ${HELD.replace(/;$/, "")}`);
  await page.evaluate(`void (hold = ${String(paths)})`);
  return held(page);
}

/** The same from the first question of the next document on. */
export async function holdFromStart(page: Page, paths: RegExp): Promise<HeldAnswers> {
  await page.addInitScript(`${HELD} globalThis.hold = ${String(paths)};`);
  return held(page);
}

function held(page: Page): HeldAnswers {
  return {
    asked: (count) =>
      until(
        async () => (await page.evaluate("held.map(({ path }) => path)")) as string[],
        (paths) => expect(paths).to.have.length(count),
      ),
    body: (at) => page.evaluate(`held[${at}].body`),
    count: () => page.evaluate("held.length"),
    letGo: async (at, json) => {
      await page.evaluate(`letGo(${at}, ${JSON.stringify(json)})`);
    },
  };
}
