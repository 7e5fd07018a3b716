// A real browser. It is too large to come along with the tests: TEST_BROWSER names a folder whose node_modules hold
// playwright-core and @sparticuz/chromium, and .ci/run makes one.

import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Folder with the browser's packages, where there is one. */
export const BROWSER_FOLDER: string | undefined = process.env["TEST_BROWSER"] || undefined;

/** The little of playwright's interface that the tests use. https://playwright.dev/docs/api/class-page */
export interface Page {
  goto(url: string): Promise<unknown>;
  evaluate(expression: string): Promise<unknown>;
  on(event: "console", listener: (message: { text(): string }) => void): void;
  on(event: "pageerror", listener: (error: Error) => void): void;
  on(event: "request", listener: (request: { url(): string }) => void): void;
}

export interface Browser {
  newPage(): Promise<Page>;
  close(): Promise<void>;
}

interface Launcher {
  readonly chromium: { launch(options: object): Promise<Browser> };
}

interface Chromium {
  readonly default: { readonly args: readonly string[]; executablePath(): Promise<string> };
}

/** Starts the browser of that folder, without a window. */
export async function startBrowser(folder: string): Promise<Browser> {
  const load = createRequire(join(folder, "package.json"));
  const { chromium } = load("playwright-core") as Launcher;
  const program = (await import(pathToFileURL(load.resolve("@sparticuz/chromium")).href)) as Chromium;
  const executablePath = await program.default.executablePath();
  return chromium.launch({ executablePath, args: program.default.args, headless: true });
}
