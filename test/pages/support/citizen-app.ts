// The citizens' app in a real browser, in any of its languages, and somebody who uses it.

import { ABOUT } from "../../../src/pages/citizen/texts/about.ts";
import { COMPOSE } from "../../../src/pages/citizen/texts/compose.ts";
import { MINE } from "../../../src/pages/citizen/texts/mine.ts";
import type { Language } from "../../../src/texts/languages.ts";
import type { Page } from "../../support/browser.ts";
import { addPasskeys } from "./passkeys.ts";
import { file, watched, type WatchedPage } from "./watched.ts";

/** What a browser says where something is gone, and where there is no network. */
const EXPECTED = /status of 404|net::ERR_INTERNET_DISCONNECTED/;

/** What a browser complained about that it had no reason to. */
export function unexpected({ complaints }: Pick<WatchedPage, "complaints">): string[] {
  return complaints.filter((one) => !EXPECTED.test(one));
}

/** Presses the first button of a name. */
export function press(page: Page, name: string): Promise<void> {
  return page.getByRole("button", { name }).first().click();
}

/** Joins in the view for it, and agrees to everything. */
export async function joinIn(page: Page, name: string, language: Language = "en"): Promise<void> {
  const texts = ABOUT[language];
  await page.getByLabel(texts.pseudonym).fill(name);
  await page.getByLabel(texts.ageBand).selectOption("18-64");
  for (const box of await all(page, '.checks input[type="checkbox"]')) await box.click();
  await page.getByRole("button", { name: texts.join }).click();
  await page.locator(".token").waitFor();
}

async function all(page: Page, selector: string) {
  const found = page.locator(selector);
  return Array.from({ length: await found.count() }, (_, index) => found.nth(index));
}

/** Opens the app as somebody who has just joined. */
export async function openJoined(
  origin: string,
  name: string,
  { language = "en", ...options }: Parameters<typeof watched>[1] & { readonly language?: Language } = {},
): Promise<WatchedPage> {
  const open = await watched(`${origin}/app/join?lang=${language}`, options);
  await addPasskeys(open);
  await open.page.getByLabel(ABOUT[language].pseudonym).waitFor();
  await joinIn(open.page, name, language);
  return open;
}

/** The recovery code, in the view that shows it once. */
export function shownCode(page: Page): Promise<string> {
  return page.locator(".token code").innerText();
}

/** Leaves, with everything; the recovery code says that it is its owner who does. @returns the status of the answer */
export function leave(page: Page, code: string): Promise<unknown> {
  const headers = { "warifu-app": "1", "content-type": "application/json" };
  const proving = { method: "POST", headers, body: JSON.stringify({ code }) };
  return page.evaluate(`
    fetch("/v1/citizens/me/proof/verify", ${JSON.stringify(proving)})
      .then((answer) => answer.json())
      .then(({ proof }) => ({ "warifu-app": "1", "warifu-proof": proof }))
      .then((headers) => fetch("/v1/citizens/me", { method: "DELETE", headers }))
      .then(({ status }) => status)`);
}

/** A post. */
export interface Written {
  readonly text: string;
  readonly pictures?: readonly Buffer[];
  readonly category?: string;
  readonly theme?: string;
}

/** Writes a post, looks at the preview, and posts it. */
export async function write(
  page: Page,
  { text, pictures = [], category = "street", theme }: Written,
  language: Language = "en",
): Promise<void> {
  const texts = COMPOSE[language];
  await page.locator('.tab[href^="/app/new"]').click();
  await page.locator(".pictures-field").waitFor();
  const given = pictures.map((bytes, index) => file(`${index}.jpg`, bytes, "image/jpeg"));
  if (given.length > 0) await page.locator('input[type="file"][multiple]').setInputFiles(given);
  if (theme !== undefined) await page.getByLabel(texts.theme).selectOption(theme);
  await page.getByLabel(texts.category).selectOption(category);
  await page.getByLabel(texts.words).fill(text);
  await page.getByLabel(texts.language).selectOption("es");
  await page.getByLabel(texts.places.area).click();
  await page.locator(".place-field select").selectOption("centro");
  if (given.length > 0)
    await page
      .locator(".picked li")
      .nth(given.length - 1)
      .waitFor();
  await press(page, texts.toPreview);
  await page.getByRole("heading", { name: texts.preview }).waitFor();
  await press(page, texts.post);
  await page.getByRole("heading", { name: MINE[language].onPhone }).waitFor();
}

/** Until all that waited on this phone was sent. */
export function nothingWaits(page: Page, language: Language = "en"): Promise<void> {
  return page.locator(`text=${MINE[language].nothingOnPhone}`).waitFor();
}
