// A real browser, from npm packages: headless Chromium and what drives it, with the libraries that a small system may lack.
// It is too large to come along with what everybody installs, so it is fetched once, into .toolchain, when a test needs it.
// One browser serves all tests of a run.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { withLock } from "../../scripts/launch/lock.mjs";
import { toolchainFolder } from "../../scripts/launch/node.mjs";
import { npm } from "../../scripts/launch/npm.mjs";

const ROOT = join(import.meta.dirname, "..", "..");
const WANTED = join(ROOT, ".ci", "browser");

/** The little of playwright's interface that the tests use. https://playwright.dev/docs/api/class-page */
export interface Page {
  goto(url: string): Promise<unknown>;
  goBack(): Promise<unknown>;
  reload(): Promise<unknown>;
  evaluate(expression: string): Promise<unknown>;
  addInitScript(script: string): Promise<unknown>;
  locator(selector: string): Locator;
  getByLabel(label: string): Locator;
  getByRole(role: string, options?: { readonly name?: string | RegExp }): Locator;
  screenshot(options: { readonly path?: string; readonly fullPage?: boolean }): Promise<Uint8Array>;
  emulateMedia(options: {
    readonly colorScheme?: "light" | "dark";
    readonly media?: "print" | "screen";
  }): Promise<void>;
  on(event: "console", listener: (message: { text(): string }) => void): void;
  on(event: "pageerror", listener: (error: Error) => void): void;
  on(event: "request", listener: (request: { url(): string; method(): string }) => void): void;
  on(event: "worker", listener: () => void): void;
  waitForEvent(event: "download"): Promise<{ suggestedFilename(): string; path(): Promise<string> }>;
  setViewportSize(size: { readonly width: number; readonly height: number }): Promise<void>;
  readonly keyboard: { press(key: string): Promise<void> };
  close(): Promise<void>;
}

/** Elements of a page, looked for when something is done with them. */
export interface Locator {
  click(): Promise<void>;
  count(): Promise<number>;
  getByRole(role: string, options?: { readonly name?: string | RegExp }): Locator;
  locator(selector: string): Locator;
  press(key: string): Promise<void>;
  fill(text: string): Promise<void>;
  first(): Locator;
  nth(index: number): Locator;
  inputValue(): Promise<string>;
  innerText(): Promise<string>;
  allInnerTexts(): Promise<string[]>;
  getAttribute(name: string): Promise<string | null>;
  selectOption(value: string): Promise<unknown>;
  setInputFiles(files: readonly GivenFile[]): Promise<void>;
  waitFor(options?: { readonly state?: "visible" | "hidden" | "attached" }): Promise<void>;
}

/** A file as a person would choose it. */
export interface GivenFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Uint8Array;
}

/** What the browser's tools for developers do with a page. */
export interface DevTools {
  send(method: string, parameters?: object): Promise<unknown>;
}

export interface BrowserContext {
  newPage(): Promise<Page>;
  newCDPSession(page: Page): Promise<DevTools>;
  cookies(): Promise<readonly Readonly<Record<string, unknown>>[]>;
  setOffline(isOffline: boolean): Promise<void>;
  grantPermissions(permissions: readonly string[]): Promise<void>;
  setGeolocation(place: { readonly latitude: number; readonly longitude: number }): Promise<void>;
  setDefaultTimeout(milliseconds: number): void;
  close(): Promise<void>;
}

interface ContextOptions {
  readonly locale?: string;
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: "light" | "dark";
  readonly deviceScaleFactor?: number;
}

interface Browser {
  newContext(options: ContextOptions): Promise<BrowserContext>;
  close(): Promise<void>;
}

interface Launcher {
  readonly chromium: {
    launch(options: object): Promise<Browser>;
    launchPersistentContext(folder: string, options: object): Promise<BrowserContext>;
  };
}

interface Chromium {
  readonly default: { readonly args: readonly string[]; setGraphicsMode: boolean };
}

/** Made for servers that run functions: not for looking at what a browser forbids. */
const UNSAFE = /single-process|no-zygote|disable-web-security|insecure-content|site-isolation|^--headless/;

/**
 * How long a page may take for what is waited for, in milliseconds. Playwright's own half a minute is too little where a post with
 * its pictures goes up, or two cities exchange what they have, on cores that other suites use as well.
 */
export const PATIENCE_MS = 120_000;

let running: Promise<Browser> | undefined;

/** What somebody has of the browser for themselves. It is fetched and started when first asked for, and ends after the last test. */
export async function newContext(options: ContextOptions = {}): Promise<BrowserContext> {
  return patient(await (await (running ??= start())).newContext(options));
}

function patient(context: BrowserContext): BrowserContext {
  context.setDefaultTimeout(PATIENCE_MS);
  return context;
}

/** The text of axe-core, which looks for barriers in a page. */
export async function axeScript(): Promise<string> {
  return readFileSync(join(await fetchedFolder(), "node_modules", "axe-core", "axe.min.js"), "utf8");
}

after(async () => {
  await (await running)?.close();
});

async function start(): Promise<Browser> {
  const { chromium, options } = await fetched();
  return chromium.launch(options).catch((cause: unknown) => {
    const how = "Chromium from npm runs on Linux with glibc 2.34 or newer, on x64; what it says is";
    throw new Error(`the browser does not start here. ${how}: ${String(cause)}`, { cause });
  });
}

/** A browser that keeps what it stores in a folder, as a phone does. */
export interface KeepingBrowser {
  readonly context: BrowserContext;
  /** Ends it as a phone does that needs the memory: at once, without a word to any page. */
  kill(): Promise<void>;
}

/** Starts a browser that keeps what it stores; the next one of that folder finds it. */
export async function browserKeepingIn(folder: string, given: object): Promise<KeepingBrowser> {
  const { chromium, options } = await fetched();
  const context = patient(await chromium.launchPersistentContext(folder, { ...options, ...given }));
  const kill = async (): Promise<void> => {
    for (const id of processesOf(folder)) process.kill(id, "SIGKILL");
    await context.close().catch(() => undefined);
  };
  return { context, kill };
}

/** The browser's own process, which was told the folder, without those that it has started itself. */
function processesOf(folder: string): number[] {
  const ids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return ids.map(Number).filter((id) => {
    const command = commandOf(id);
    return command.includes(`--user-data-dir=${folder}`) && !command.some((one) => one.startsWith("--type="));
  });
}

function commandOf(id: number): readonly string[] {
  try {
    return readFileSync(`/proc/${id}/cmdline`, "utf8").split("\0");
  } catch {
    // It ended meanwhile.
    return [];
  }
}

/**
 * What Chromium puts into its own environment while its threads already look things up there. glibc moves the whole environment
 * when a name is added, and a thread that looks at that moment ends the browser; a name that is there is replaced in its place.
 */
const SET_BY_THE_BROWSER = { FC_FONTATIONS: "1", VK_ICD_FILENAMES: "" };

/** What drives a browser, and how it is started. */
async function fetched(): Promise<Launcher & { readonly options: object }> {
  const folder = await fetchedFolder();
  const load = createRequire(join(folder, "package.json"));
  const { chromium } = load("playwright-core") as Launcher;
  const { default: program } = (await import(pathToFileURL(load.resolve("@sparticuz/chromium")).href)) as Chromium;
  program.setGraphicsMode = false;
  const args = program.args.filter((one) => !UNSAFE.test(one));
  const unpacked = join(folder, "unpacked");
  const env = {
    ...process.env,
    ...SET_BY_THE_BROWSER,
    LD_LIBRARY_PATH: join(unpacked, "al2023", "lib"),
    ...(process.env["FONTCONFIG_PATH"] === undefined && { FONTCONFIG_FILE: fontsFile(unpacked) }),
  };
  return { chromium, options: { executablePath: join(unpacked, "chromium"), args, env, headless: true } };
}

/** So that a page in Japanese is as wide and high in tests as it is for people. */
const JAPANESE_FONTS = join(ROOT, "node_modules", "@expo-google-fonts", "noto-sans-jp");

/** Where fonts are: the browser's own, which lie elsewhere than it expects, and the system's. Without any, it ends. */
function fontsFile(unpacked: string): string {
  const fonts = join(unpacked, "fonts");
  const folders = [join(fonts, "fonts"), JAPANESE_FONTS, "/usr/share/fonts"].map((one) => `<dir>${one}</dir>`).join("");
  const cache = `<cachedir>${join(fonts, "cache")}</cachedir>`;
  const text = `<?xml version="1.0"?><fontconfig>${folders}${cache}</fontconfig>`;
  const file = join(fonts, "found.conf");
  if (existsSync(file) && readFileSync(file, "utf8") === text) return file;
  // In one piece, and once: a browser that runs reads it again when it is another one, and one that begins needs all of it.
  const partial = `${file}.${process.pid}`;
  writeFileSync(partial, text);
  renameSync(partial, file);
  return file;
}

/** Folder of the packages that .ci/browser names, complete; made if it is not there. */
async function fetchedFolder(): Promise<string> {
  const lockfile = readFileSync(join(WANTED, "package-lock.json"));
  const version = createHash("sha256").update(lockfile).digest("hex").slice(0, 12);
  const folder = join(toolchainFolder(ROOT), `browser-${version}`);
  if (existsSync(folder)) return folder;
  await withLock(`${folder}.lock`, async () => {
    if (existsSync(folder)) return;
    const partial = `${folder}.partial`;
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(join(partial, "unpacked"), { recursive: true });
    for (const name of ["package.json", "package-lock.json"]) cpSync(join(WANTED, name), join(partial, name));
    await npm(process.execPath, ["ci", "--ignore-scripts", "--prefer-offline", "--prefix", partial], partial);
    unpack(partial);
    renameSync(partial, folder);
  });
  return folder;
}

const UNPACK = 'await (await import("@sparticuz/chromium")).default.executablePath()';

/** The package unpacks into the folder for temporary files, and its libraries only where it takes a system for Lambda. */
function unpack(folder: string): void {
  const env = { ...process.env, TMPDIR: join(folder, "unpacked"), AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x" };
  const given = ["--input-type=module", "--eval", UNPACK];
  const { status, stderr } = spawnSync(process.execPath, given, { cwd: folder, env, encoding: "utf8" });
  if (status !== 0) throw new Error(`the browser could not be unpacked into ${folder}: ${stderr}`);
}
