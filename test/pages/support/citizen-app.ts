// The citizens' app in a real browser, and somebody who uses it.

import type { Page } from "../../support/browser.ts";
import { addPasskeys } from "./passkeys.ts";
import { watched, type WatchedPage } from "./watched.ts";

/** What a browser says where nobody is signed in, where something is gone, and where there is no network. */
const EXPECTED = /status of (401|404)|net::ERR_INTERNET_DISCONNECTED/;

/** What a browser complained about that it had no reason to. */
export function unexpected({ complaints }: Pick<WatchedPage, "complaints">): string[] {
  return complaints.filter((one) => !EXPECTED.test(one));
}

/** Joins in the view for it, in English. */
export async function joinIn(page: Page, name: string): Promise<void> {
  await page.getByLabel("The name that others see").fill(name);
  await page.getByLabel("Your age").selectOption("18-64");
  for (const box of await all(page, '.checks input[type="checkbox"]')) await box.click();
  await page.getByRole("button", { name: "Join with a passkey" }).click();
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
  options: Parameters<typeof watched>[1] = {},
): Promise<WatchedPage> {
  const open = await watched(`${origin}/app/join?lang=en`, options);
  await addPasskeys(open);
  await open.page.getByLabel("The name that others see").waitFor();
  await joinIn(open.page, name);
  return open;
}
