// A phone: a browser that keeps what it stores, is ended as a phone ends what it has no memory for, and begins again.

import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Language } from "../../../src/texts/languages.ts";
import { phonePhoto } from "../../pictures/support/draw.ts";
import { browserKeepingIn, type KeepingBrowser, type Page } from "../../support/browser.ts";
import { joinIn, nothingWaits, shownCode, write, type Written } from "./citizen-app.ts";
import { addPasskeys } from "./passkeys.ts";

/** How the phone is set. */
export interface PhoneSettings {
  readonly locale: Language;
  readonly colorScheme?: "light" | "dark";
}

/** What was posted first is taken, and the phone does not learn of it. */
const LOSES_ANSWER = `const real = fetch; let isLost = false;
  globalThis.lost = new Promise((done) => {
    globalThis.fetch = async (path, init) => {
      const answer = await real(path, init);
      if (path !== "/v1/posts" || !answer.ok || isLost) return answer;
      isLost = true;
      setTimeout(done);
      throw new TypeError("lost");
    };
  });`;

/** A phone, and what it keeps. */
export class Phone {
  readonly #folder = mkdtempSync(join(tmpdir(), "warifu-phone-"));
  readonly #given: object;
  readonly #language: Language;
  #running: KeepingBrowser | undefined;
  /** Of whoever has joined on it: written down on paper. */
  recoveryCode = "";

  constructor({ locale, colorScheme = "light" }: PhoneSettings) {
    this.#given = { locale, colorScheme, viewport: { width: 360, height: 740 } };
    this.#language = locale;
  }

  /** Opens the app on it, which begins to run with that. */
  async open(address: string, { isOffline = false, line = "" } = {}): Promise<Page> {
    this.#running ??= await browserKeepingIn(this.#folder, this.#given);
    const { context } = this.#running;
    if (isOffline) await context.setOffline(true);
    const page = await context.newPage();
    if (line !== "") await page.addInitScript(line);
    await page.goto(address);
    return page;
  }

  /** Somebody joins on it and looks at what there is, and the app is kept for when there is no network. */
  async join(origin: string, name: string): Promise<void> {
    const page = await this.open(`${origin}/app/join`);
    const { context } = this.#running!;
    await addPasskeys({ page, context });
    await joinIn(page, name, this.#language);
    this.recoveryCode = await shownCode(page);
    await page.evaluate("navigator.serviceWorker.ready.then(() => undefined)");
    await page.goto(`${origin}/app/themes`);
    await page.locator(".theme").first().waitFor();
    // A browser writes its cookies down only every half a minute, and when it ends well.
    await context.close();
    this.#running = undefined;
  }

  /** Posts are written without a network, and the browser is killed. @returns what it said of them */
  async writeOffline(origin: string, posts: readonly Written[]): Promise<string> {
    const page = await this.open(`${origin}/app/new`, { isOffline: true });
    for (const post of posts) await write(page, post, this.#language);
    await page
      .locator(".kept-post")
      .nth(posts.length - 1)
      .waitFor();
    const said = await page.locator(".kept").innerText();
    await this.kill();
    return said;
  }

  /** It begins again, with a network that loses the first answer, and sends what waits. @returns the page with its posts */
  async sendAll(origin: string, count: number): Promise<Page> {
    const page = await this.open(`${origin}/app/mine`, { line: LOSES_ANSWER });
    await page.evaluate("lost");
    await page.evaluate("dispatchEvent(new Event('online'))");
    await nothingWaits(page, this.#language);
    await page.reload();
    await page
      .locator(".post .way")
      .nth(count - 1)
      .waitFor();
    return page;
  }

  async kill(): Promise<void> {
    await this.#running?.kill();
    this.#running = undefined;
  }

  /** Kills it, and removes what it kept. */
  async throwAway(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 20 });
  }
}

/** Another picture each time, as large as a phone's; what stands behind its end is a part of it. */
export async function photo(bytes = 20_000): Promise<Buffer> {
  return Buffer.concat([await phonePhoto(), randomBytes(bytes)]);
}

export function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
