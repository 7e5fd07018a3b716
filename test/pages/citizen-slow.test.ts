// The citizens' app where something takes its time: what is kept, what is sent and what is answered may each come later than
// whoever uses the app goes on, and nothing that they wrote or decided is lost by that.

import { expect } from "chai";

import { call } from "../http/support/call.ts";
import { noticesInForce } from "../support/citizens.ts";
import { startService, type TestService } from "../support/service.ts";
import { builtPages } from "./support/built.ts";
import { joinIn, nothingWaits, openJoined, press, unexpected, write } from "./support/citizen-app.ts";
import { holdAnswers, holdFromStart } from "./support/held-answers.ts";
import { addPasskeys } from "./support/passkeys.ts";
import { photo } from "./support/phone.ts";
import { expectCount, expectShown, until } from "./support/shown.ts";
import { file, watched } from "./support/watched.ts";

const PHONE = { isPhone: true } as const;
/** What is kept first is not kept before `letGo` is called, and what comes after it waits for it. */
const SLOW_TO_KEEP = `const begin = IDBDatabase.prototype.transaction; let [isHeld, isFree] = [false, false];
  globalThis.letGo = () => void (isFree = true);
  IDBDatabase.prototype.transaction = function (stores, mode, options) {
    const transaction = begin.call(this, stores, mode, options);
    if (mode !== "readwrite" || isHeld) return transaction;
    isHeld = true;
    const stay = () => { if (!isFree) transaction.objectStore("sent").count().onsuccess = stay; };
    stay();
    return transaction;
  };`;
/** A phone that gives nothing of what it keeps, and somebody who writes as soon as there is a field for it. */
const WRITES_AT_ONCE = `IDBFactory.prototype.open = () => ({});
  new MutationObserver((_, observer) => {
    const field = document.querySelector("textarea");
    if (!field) return;
    observer.disconnect();
    field.value = "Muy bien";
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }).observe(document, { childList: true, subtree: true });`;
/** The question who is here is answered when `letGo` is called: by then, as it was when it was asked. */
const SLOW_SESSION = `const real = fetch; let isHeld = false;
  globalThis.fetch = async (path, init) => {
    if (isHeld || path !== "/v1/citizens/session") return real(path, init);
    isHeld = true;
    await new Promise((done) => (globalThis.letGo = done));
    return { ok: true, text: async () => '{"citizen":null}' };
  };`;
/** The first post that goes up from now on arrives when `letGo` is called. */
const HOLD_POST = `(() => { const real = fetch; let isHeld = false;
  globalThis.fetch = async (path, init) => {
    if (path === "/v1/posts" && !isHeld) {
      isHeld = true;
      await new Promise((done) => (globalThis.letGo = done));
    }
    return real(path, init);
  }; })()`;
const ANOTHER_TAB_SENDS = "void (navigator.locks.request = async () => undefined)";
/** Until all that follows from what was just done has been done, and the page is drawn. */
const DRAWN = "new Promise((done) => requestAnimationFrame(() => setTimeout(() => setTimeout(done, 50))))";

describe("the citizens' app, where something takes its time", function () {
  this.timeout(600_000);
  let service: TestService;
  let origin: string;

  before(async () => {
    const { folder } = await builtPages();
    service = await startService({
      ...{ city: "santander", pagesDir: folder },
      limits: { ratePerMinute: 1_000_000, signInsPerMinute: 1_000_000, openingsPerMinute: 1_000_000 },
    });
    await noticesInForce(service);
    origin = service.url.replace("127.0.0.1", "localhost");
  });
  after(() => service.stop());

  /** A draft whose first words are still being kept, and its picture after them. */
  async function beingKept(): Promise<Awaited<ReturnType<typeof watched>>> {
    const open = await watched(`${origin}/app/about?lang=en`, PHONE);
    const { page } = open;
    await page.addInitScript(SLOW_TO_KEEP);
    await page.goto(`${origin}/app/new?lang=en`);
    await page.getByLabel("What do you want to say?").fill("Con foto");
    await page.locator('input[type="file"][multiple]').setInputFiles([file("a.jpg", await photo(), "image/jpeg")]);
    await page.locator(".picked li").waitFor();
    await page.evaluate(DRAWN);
    return open;
  }

  it("shows a picture that was chosen while the words before it were being kept", async () => {
    const open = await beingKept();
    const { page } = open;
    expect(await page.locator(".picked img").count()).to.equal(0);
    await page.evaluate("letGo()");
    await page.locator(".picked img").waitFor();
    await page.getByRole("button", { name: /Cover parts/ }).click();
    await page.locator("dialog[open] img").waitFor();
    expect(unexpected(open)).to.deep.equal([]);
    await open.close();
  });

  it("brings nothing back of a draft that was thrown away while it was being kept", async () => {
    const open = await beingKept();
    const { page } = open;
    await press(page, "Throw it away");
    await page.locator("dialog[open] .button-danger").click();
    await page.evaluate(DRAWN);
    await page.evaluate("letGo()");
    await page.getByRole("heading", { name: "My posts" }).waitFor();
    await page.reload();
    await nothingWaits(page);
    await expectCount(page.locator(".kept-post"), 0);
    await open.close();
  });

  it("sends no post that was thrown away while another one was on its way", async () => {
    const open = await openJoined(origin, "alcatraz", PHONE);
    const { page } = open;
    await press(page, "I have kept it");
    await page.evaluate(ANOTHER_TAB_SENDS);
    await write(page, { text: "La primera" });
    await write(page, { text: "La segunda" });
    await page.evaluate(HOLD_POST);
    await page.evaluate("void delete navigator.locks.request");
    await page.evaluate("dispatchEvent(new Event('online'))");
    await until(
      () => page.evaluate("typeof letGo"),
      (type) => expect(type).to.equal("function"),
    );
    const second = page.locator('.kept-post:has-text("La segunda")');
    await second.getByRole("button", { name: "Throw it away" }).first().click();
    await page.locator("dialog[open] .button-danger").click();
    await second.waitFor({ state: "hidden" });
    await page.evaluate("letGo()");
    await nothingWaits(page);
    await page.locator(".post .way").first().waitFor();
    expect(await said())
      .to.include("La primera")
      .and.not.include("La segunda");
    await open.close();
  });

  it("says why a post waits as soon as that is another reason", async () => {
    const open = await openJoined(origin, "frailecillo", PHONE);
    const { page, context } = open;
    await press(page, "I have kept it");
    // What is sent would be a reason to look again.
    await page.evaluate(ANOTHER_TAB_SENDS);
    await context.setOffline(true);
    await write(page, { text: "Sin red" });
    await expectShown(page.locator(".kept"), "Waits for a network");
    await context.setOffline(false);
    await expectShown(page.locator(".kept"), "Waits to be sent");
    await open.close();
  });

  it("knows who has joined, even where it learns only then that nobody was here before", async () => {
    const { page, context, close } = await watched(`${origin}/app/about?lang=en`, PHONE);
    await page.addInitScript(SLOW_SESSION);
    await page.goto(`${origin}/app/join?lang=en`);
    await addPasskeys({ page, context });
    await joinIn(page, "cormorán");
    await page.evaluate("letGo()");
    await page.evaluate(DRAWN);
    await page.locator('.tab[href^="/app/about"]').click();
    await page.getByRole("heading", { name: "On this phone" }).waitFor();
    expect(await page.getByRole("button", { name: "Sign out" }).count()).to.equal(1);
    await close();
  });

  it("loses no word of a comment that is written as soon as there is a field for it", async () => {
    const open = await openJoined(origin, "correlimos", PHONE);
    const { page } = open;
    await press(page, "I have kept it");
    await write(page, { text: "Para comentar" });
    await nothingWaits(page);
    await page.addInitScript(WRITES_AT_ONCE);
    await page.goto(`${origin}/app?lang=en`);
    await page.locator(".post h2 a").first().click();
    await page.getByLabel("Your comment").waitFor();
    await page.evaluate(DRAWN);
    expect(await page.getByLabel("Your comment").inputValue()).to.equal("Muy bien");
    expect(unexpected(open)).to.deep.equal([]);
    await open.close();
  });

  it("shows the newer of two answers, though the older one comes last", async () => {
    const { page, close } = await watched(`${origin}/app/about?lang=en`, PHONE);
    const held = await holdFromStart(page, /^\/v1\/themes$/);
    await page.goto(`${origin}/app/themes?lang=en`);
    await held.asked(1);
    await page.evaluate("dispatchEvent(new Event('online'))");
    await held.asked(2);
    const theme = {
      theme: "trees",
      titles: { en: "Trees" },
      texts: {},
      notices: {},
      visibility: "open",
      scope: "city",
    };
    await held.letGo(1, { themes: [{ ...theme, owner: "" }] });
    await page.locator("text=Trees").first().waitFor();
    await held.letGo(0, { themes: [] });
    await expectShown(page.locator("main"), "Trees");
    await close();
  });

  const post = (text: string, at: number): object => ({
    ...{ id: text, author: { pseudonym: "x", tag: "" }, at, category: "street", text, pictures: [], comments: 0 },
    ...{ reactions: { smile: 0, mine: false }, state: "received" },
  });

  it("sends what was pressed first before what was pressed then", async () => {
    const open = await openJoined(origin, "ostrero", PHONE);
    const { page } = open;
    const held = await holdAnswers(page, /^\/v1\/timeline\?|\/reaction$/);
    await page.locator('.tab[href="/app"], .tab[href^="/app?"]').first().click();
    await held.asked(1);
    await held.letGo(0, { posts: [post("una", 10)] });
    const smile = page.locator(".smile");
    await smile.click();
    await held.asked(2);
    await smile.click();
    await until(
      () => smile.getAttribute("aria-pressed"),
      (isPressed) => expect(isPressed).to.equal("false"),
    );
    expect(await held.count(), "the second waits for the first").to.equal(2);
    await held.letGo(1, {});
    await held.asked(3);
    await held.letGo(2, {});
    expect(await smile.getAttribute("aria-pressed")).to.equal("false");
    await open.close();
  });

  it("leaves no gap in a list that is read anew while it goes on, and goes on once", async () => {
    const open = await openJoined(origin, "vuelvepiedras", PHONE);
    const { page } = open;
    await press(page, "I have kept it");
    await page.evaluate(ANOTHER_TAB_SENDS);
    await write(page, { text: "La nueva" });
    const held = await holdAnswers(page, /^\/v1\/timeline\?/);
    await page.locator('.tab[href="/app"], .tab[href^="/app?"]').first().click();
    await held.asked(1);
    await held.letGo(0, { posts: [post("tercera", 30)], next: 30 });
    const more = `document.querySelector(".onward button").click()`;
    await page.evaluate(`${more}, ${more}`);
    await held.asked(2);
    await page.evaluate("void delete navigator.locks.request");
    await page.evaluate("dispatchEvent(new Event('online'))");
    await held.asked(3);
    await held.letGo(2, { posts: [post("quinta", 50)], next: 50 });
    await held.letGo(1, { posts: [post("primera", 10)] });
    expect(await expectShown(page.locator(".posts"), "quinta")).to.not.include("primera");
    await press(page, "Show more");
    await held.asked(4);
    await held.letGo(3, { posts: [post("cuarta", 40)] });
    await expectShown(page.locator(".posts"), /quinta[^]*cuarta/);
    await open.close();
  });

  async function said(): Promise<string[]> {
    const { posts } = (await call(service, "/v1/timeline?limit=50")).json as { posts: { text?: string }[] };
    return posts.map(({ text = "" }) => text);
  }
});
