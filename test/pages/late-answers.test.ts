// Pages that are used faster than the service answers: the reader goes elsewhere, presses again, or has asked twice by then.

import { expect } from "chai";

import { readingText, submit, type Result } from "../http/support/call.ts";
import type { Page } from "../support/browser.ts";
import { startService, type TestService } from "../support/service.ts";
import { builtPages } from "./support/built.ts";
import { holdAnswers, holdFromStart } from "./support/held-answers.ts";
import { expectCount, expectShown } from "./support/shown.ts";
import { watched, type WatchedPage } from "./support/watched.ts";

const ROWS = "table.table tbody tr";
/** Goes to a view as a link does. @returns how many rows there are when its first frame is drawn */
const rowsAt = (address: string): string => `new Promise((done) => {
  history.pushState(null, "", ${JSON.stringify(address)});
  dispatchEvent(new PopStateEvent("popstate"));
  requestAnimationFrame(() => done(document.querySelectorAll(${JSON.stringify(ROWS)}).length));
})`;
/** However long a test takes, no page looks again by itself. */
const NO_LOOKS = `{ const real = setTimeout;
  globalThis.setTimeout = (act, ms, ...given) => (ms >= 1_000 ? 0 : real(act, ms, ...given)); }`;
/** Twice, before anything that follows from the first press is drawn. */
const pressTwice = (word: string): string =>
  `[...document.querySelectorAll("button")].filter((one) => one.textContent === ${JSON.stringify(word)}).forEach((one) => { one.click(); one.click(); })`;

describe("pages whose answers come late", function () {
  this.timeout(300_000);
  let service: TestService;
  let id: string;
  before(async () => {
    const { folder } = await builtPages();
    service = await startService({ pagesDir: folder, limits: { ratePerMinute: 1_000_000 } });
    id = ((await submit(service, readingText(1))).json as Required<Result>).id;
    await submit(service, readingText(2, { source: "other/1" }));
  });
  after(() => service.stop());

  const open = (path: string): Promise<WatchedPage> => watched(`${service.url}${path}`, { locale: "en" });
  const button = (page: Page, name: string) => page.getByRole("button", { name }).first();

  it("show nothing of the former search in a new one, not for one frame", async () => {
    const { page, close } = await open("/records");
    await page.locator(ROWS).first().waitFor();
    const held = await holdAnswers(page, /^\/v1\/records\?/);
    expect(await page.evaluate(rowsAt("/records?source=other%2F1"))).to.equal(0);
    await held.letGo(0);
    await expectCount(page.locator(ROWS), 1);
    await close();
  });

  it("put no further records of the former search into a new one", async () => {
    const { page, close } = await open("/docs");
    const held = await holdFromStart(page, /^\/v1\/records\?/);
    await page.goto(`${service.url}/records`);
    await held.asked(1);
    const [record] = ((await (await fetch(`${service.url}/v1/records?order=newest`)).json()) as { items: object[] })
      .items;
    await held.letGo(0, { items: [record], nextCursor: "4" });
    await button(page, "Older records").click();
    await held.asked(2);
    await page.evaluate(rowsAt("/records?source=other%2F1"));
    await held.asked(3);
    await held.letGo(2);
    await expectCount(page.locator(ROWS), 1);
    await held.letGo(1, { items: [{ ...record, leafIndex: 1 }], nextCursor: "1" });
    await expectCount(page.locator(ROWS), 1);
    await close();
  });

  it("read a page of a list once, however often its button is pressed", async () => {
    const { page, close } = await open("/docs");
    const held = await holdFromStart(page, /^\/v1\/(checkpoints|places)/);
    await page.goto(`${service.url}/anchors`);
    await held.asked(1);
    const checkpoint = (treeSize: number): object => ({ treeSize, rootHash: "ab".repeat(32) });
    await held.letGo(0, { items: [checkpoint(9)], nextCursor: "8" });
    await page.evaluate(pressTwice("Older checkpoints"));
    expect(await held.count()).to.equal(2);
    await held.letGo(1, { items: [checkpoint(8)], nextCursor: "7" });
    await button(page, "Older checkpoints").click();
    await held.asked(3);

    await page.goto(`${service.url}/map`);
    await held.asked(1);
    const areas = [{ area: "centro", records: 2, types: {}, newest: { id, at: 1_795_334_400 } }];
    const places = { gridDegrees: 0.005, squares: [], areas, looked: 2, nextCursor: "1" };
    await held.letGo(0, places);
    await page.evaluate(pressTwice("Look further back"));
    expect(await held.count()).to.equal(2);
    await held.letGo(1, { ...places, nextCursor: null });
    await expectShown(page.locator(ROWS), /centro\s+4\b/);
    await close();
  });

  it("show the newer of two answers, whichever comes last, and offer to copy what is new", async () => {
    const { page, close } = await open("/docs");
    await page.addInitScript("Object.defineProperty(navigator, 'clipboard', { value: { writeText: async () => {} } })");
    await page.addInitScript(NO_LOOKS);
    const held = await holdFromStart(page, /^\/v1\/status$/);
    await page.goto(`${service.url}/`);
    const status = (await (await fetch(`${service.url}/v1/status`)).json()) as object;
    const at = (treeSize: number): object => ({ ...status, treeSize, rootHash: String(treeSize).repeat(16) });
    await held.asked(1);
    await held.letGo(0, at(1_000));
    const root = page.locator(`dd:has-text("${"1000".repeat(16)}")`);
    await root.getByRole("button").click();
    await expectShown(root, "Copied");
    const look = "document.dispatchEvent(new Event('visibilitychange'))";
    await page.evaluate(`${look}, ${look}`);
    await held.asked(3);
    await held.letGo(2, at(3_000));
    await held.letGo(1, at(2_000));
    await expectShown(page.locator(`dd:has-text("${"3000".repeat(16)}")`), /\bCopy\b/);
    await close();
  });

  it("lead nobody to a record who has gone elsewhere meanwhile, and ask for it once", async () => {
    const { page, close } = await open("/records");
    await page.locator("summary").nth(1).click();
    const held = await holdAnswers(page, /[?&]key=/);
    await page.getByLabel("API key").fill("wk_0123456789abcdef");
    await page.getByLabel("Key of the record").fill("k-1");
    await page.getByLabel("Key of the record").press("Enter");
    await held.asked(1);
    await page.getByLabel("Key of the record").press("Enter");
    expect(await held.count()).to.equal(1);
    await page.evaluate(rowsAt("/sources"));
    await page.getByRole("heading", { name: "Sources" }).first().waitFor();
    await held.letGo(0, { items: [{ id }], nextCursor: null });
    expect(await page.evaluate("location.pathname")).to.equal("/sources");
    await close();
  });

  it("say that they do not know yet, and not that there is nothing", async () => {
    const { page, close } = await open("/docs");
    const held = await holdFromStart(page, /^\/v1\/(growth|status|anchors)/);
    await page.goto(`${service.url}/`);
    await held.asked(3);
    const said = await page.locator("main").innerText();
    expect(said).to.not.match(/There are no records yet|No anchor is in a block/);
    await page.goto(`${service.url}/anchors`);
    await page.getByRole("heading", { name: "Witnesses" }).waitFor();
    expect(await page.locator("main").innerText()).to.not.match(/No witness/);
    await close();
  });

  it("try an operation of the reference once at a time", async () => {
    const { page, close } = await open("/docs#showStatus");
    const operation = page.locator("#showStatus");
    await operation.locator(".try-it summary").click();
    const held = await holdAnswers(page, /^\/v1\/status$/);
    const send = operation.getByRole("button", { name: "Send" });
    await send.click();
    await held.asked(1);
    expect(await send.getAttribute("disabled")).to.not.equal(null);
    await held.letGo(0);
    await expectShown(operation.locator(".try-it .code-block"), /Answer 200/);
    expect(await send.getAttribute("disabled")).to.equal(null);
    await close();
  });

  it("say that there is no reference where the service refuses it, and show it where it only refuses an example", async () => {
    const { page, close } = await open("/");
    const refuse = (path: string): string => `{ const before = fetch; globalThis.fetch = async (path, init) =>
      path.startsWith(${JSON.stringify(path)}) ? new Response('{"code":"RATE_LIMITED"}', { status: 429 }) : before(path, init); }`;
    await page.addInitScript(refuse("/v1/records"));
    await page.goto(`${service.url}/docs`);
    await page.locator(".operation").first().waitFor();
    await page.addInitScript(refuse("/openapi.json"));
    await page.goto(`${service.url}/docs`);
    await expectShown(page.locator(".notice"), /could not be loaded/);
    await close();
  });
});
