// A page that is watched while it is used: what it asks for, and whatever the browser complains about.

import { expect } from "chai";

import { axeScript, newContext, type BrowserContext, type GivenFile, type Page } from "../../support/browser.ts";

/** A page, and what was noticed. */
export interface WatchedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Addresses that were asked for, in order. */
  readonly requests: readonly string[];
  /** Messages, errors, and what the Content-Security-Policy forbade. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

const REPORT =
  'addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => console.log(`forbidden: ${violatedDirective} ${blockedURI}`))';

const WHOLE = { width: 1280, height: 800 };
const ZOOMED = { width: WHOLE.width / 2, height: WHOLE.height / 2 };

/** Opens an address as somebody with a browser of that kind would. */
export async function watched(
  address: string,
  options: {
    readonly locale?: string;
    readonly colorScheme?: "light" | "dark";
    readonly isPhone?: boolean;
    /** At 200 %: a screen of 1280 pixels has room for half as many of the page's. */
    readonly isZoomed?: boolean;
  } = {},
): Promise<WatchedPage> {
  const { locale = "en", colorScheme = "light", isPhone = false, isZoomed = false } = options;
  const viewport = isPhone ? { width: 360, height: 740 } : isZoomed ? ZOOMED : WHOLE;
  const context = await newContext({ locale, colorScheme, viewport, deviceScaleFactor: isZoomed ? 2 : 1 });
  const page = await context.newPage();
  const [requests, complaints] = [[] as string[], [] as string[]];
  page.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.addInitScript(REPORT);
  await page.goto(address);
  await page.locator("h1").waitFor();
  return { page, context, requests, complaints, close: () => context.close() };
}

interface Barrier {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

const STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Fails unless axe finds nothing in the page as it is. */
export async function expectNoBarriers(page: Page): Promise<void> {
  await page.evaluate(await axeScript());
  const run = `axe.run({ runOnly: ${JSON.stringify(STANDARD)} }).then(({ violations }) => violations)`;
  const found = (await page.evaluate(run)) as readonly Barrier[];
  const told = found.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html} ${node.failureSummary ?? ""}`),
  );
  expect(told).to.deep.equal([]);
}

/** Fails unless the page is as wide as the screen: nobody has to scroll sideways. */
export async function expectFits(page: Page, name = ""): Promise<void> {
  const wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
  expect(wide, `pixels too wide ${name}`).to.equal(0);
}

/** Fails unless a page on a desk also fits when its reader zooms in to 200 %; afterwards it is as before. */
export async function expectFitsZoomed(page: Page): Promise<void> {
  await page.setViewportSize(ZOOMED);
  await expectFits(page);
  await page.setViewportSize(WHOLE);
}

/** A file to choose. */
export function file(name: string, content: string | Uint8Array, mimeType = "application/json"): GivenFile {
  return { name, mimeType, buffer: Buffer.from(content as string) };
}
