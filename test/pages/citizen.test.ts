// The citizens' app in a real browser, as a phone has it: from joining to a proven post; what it says where something cannot be;
// keys alone, three languages, narrow and dark; a slow phone on a slow line. Posts that outlive the browser are those of the
// walk through two cities (two-cities.test.ts).

import { readFileSync } from "node:fs";

import { expect } from "chai";

import type { Box } from "../../src/core/picture.ts";
import { MINE } from "../../src/pages/citizen/texts/mine.ts";
import { PictureProcess } from "../../src/pictures/picture-process.ts";
import { call, expectProblem } from "../http/support/call.ts";
import { post } from "../http/support/posting.ts";
import { newContext, type Locator, type Page } from "../support/browser.ts";
import { startSwiftChain, type TestChain } from "../support/chains.ts";
import { joinedCitizen, noticesInForce } from "../support/citizens.ts";
import { startService, type TestService } from "../support/service.ts";
import { builtPages } from "./support/built.ts";
import { joinIn, nothingWaits, openJoined, press, unexpected, write } from "./support/citizen-app.ts";
import { addPasskeys } from "./support/passkeys.ts";
import { photo } from "./support/phone.ts";
import { promised } from "./support/promised-time.ts";
import { expectCount, expectShown, until } from "./support/shown.ts";
import { expectFits, expectNoBarriers, file, watched } from "./support/watched.ts";

const PHONE = { isPhone: true } as const;
const WORDS = (text: string) => ({ en: text, es: text, ja: text });
/** 400 kbit/s each way, 400 ms there and back. */
const SLOW_3G = { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 50_000 };
/** A line that breaks while the third piece of a picture goes up, and once more when the post is answered. */
const BAD_LINE = `const real = fetch; globalThis.sent = []; globalThis.answers = 0; let pieces = 0;
  globalThis.fetch = async (path, init) => {
    const isPiece = init?.method === "PUT" && String(path).startsWith("/v1/uploads/");
    if (isPiece && ++pieces === 3) throw new TypeError("cut off");
    const answer = await real(path, init);
    if (isPiece && answer.ok) sent.push([Number(init.headers["upload-offset"]), init.body.byteLength]);
    if (path === "/v1/posts" && answer.ok && ++answers === 1) { setTimeout(() => globalThis.onlost?.()); throw new TypeError("lost"); }
    return answer;
  };`;
/** A phone that takes its time to open what it keeps, until `opened` is called. */
const SLOW_STORE = `const open = IDBFactory.prototype.open; IDBFactory.prototype.open = function (...given) {
    let real;
    const request = { get result() { return real.result; } };
    globalThis.opened = () => { real = open.apply(this, given); ({ onsuccess: real.onsuccess, onupgradeneeded: real.onupgradeneeded } = request); };
    return request;
  };`;
/** What of the themes is noted in the moment in which one is shown. */
const NOTED_WHEN_SHOWN = `localStorage.removeItem("warifu-app-themes");
  new MutationObserver((_, observer) => {
    if (!document.querySelector(".theme")) return;
    globalThis.notedWhenShown = localStorage.getItem("warifu-app-themes");
    observer.disconnect();
  }).observe(document, { childList: true, subtree: true });`;
/** Leads to where people sign in. */
const SMILE = ".smile >> nth=0";
const TAPS = [
  ...[".filter summary", SMILE],
  ...['.tab[href^="/app/themes"]', '.tab[href^="/app/mine"]', '.tab[href^="/app/about"]', '.tab[href^="/app/new"]'],
  ".place-field input >> nth=1",
];
/** From the next tap to what the browser draws then, in milliseconds. */
const WATCH_TAP = `globalThis.tapped = new Promise((done) => addEventListener("click", ({ timeStamp }) => {
  requestAnimationFrame(() => { const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => done(performance.now() - timeStamp); port2.postMessage(0); });
}, { capture: true, once: true })), undefined`;

describe("the citizens' app", function () {
  this.timeout(600_000);
  const decoding = new PictureProcess();
  let chain: TestChain;
  let service: TestService;
  let origin: string;

  before(async () => {
    const { folder } = await builtPages();
    chain = await startSwiftChain();
    // Covers what authors covered; nothing here looks for faces.
    const hider = {
      tool: "test",
      version: "1",
      hide: (bytes: Uint8Array, boxes: readonly Box[]) => decoding.copy(bytes, boxes),
    };
    // What translates is another matter; here it is how a translation is shown.
    const translator = {
      offers: ({ to }: { readonly to: string }) => to === "en",
      translate: async (texts: readonly string[]) => {
        return { tool: "test", version: "1", texts: texts.map(() => "The fountain does not work") };
      },
      close: async () => undefined,
    };
    service = await startService({
      ...{ city: "santander", chain, pagesDir: folder, faceHider: () => hider },
      limits: { ratePerMinute: 1_000_000, signInsPerMinute: 1_000_000, openingsPerMinute: 1_000_000 },
      translation: { places: [], translators: [translator] },
    });
    service.publishing.start();
    await noticesInForce(service);
    origin = service.url.replace("127.0.0.1", "localhost");
    await asOfficer("/v1/themes", {
      ...{ theme: "my-street", titles: WORDS("My street"), texts: WORDS("Show it."), notices: WORDS("No faces.") },
      ...{ question: WORDS("What makes you smile in your street?"), owner: "Participación", visibility: "open" },
      ...{ scope: "shared" },
    });
  });
  after(async () => {
    await service.stop();
    await chain.stop();
    await decoding.close();
  });

  const asOfficer = async (path: string, value: object): Promise<void> => {
    const answer = await call(service, path, { role: "officer", body: JSON.stringify(value) });
    expect(answer.status, `${path} ${answer.text}`).to.be.lessThan(300);
  };
  it("leads from joining to a proven post that others read, and to its end", async () => {
    const anna = await openJoined(origin, "gaviota", PHONE);
    const { page } = anna;
    await expectNoBarriers(page);
    await press(page, "I have kept it");
    const picture = await photo();
    await write(page, { text: "La fuente no funciona", pictures: [picture] });
    await nothingWaits(page);
    await service.publishing.settled();
    await page.reload();
    await page.locator(".post .state-received").first().waitFor();
    await service.anchorAll();
    await page.reload();
    await page.locator(".post .state-proven").first().waitFor();

    const ben = await openJoined(origin, "magnolia", PHONE);
    await press(ben.page, "I have kept it");
    await ben.page.locator('.tab[href="/app"], .tab[href^="/app?"]').first().click();
    await ben.page.locator("text=La fuente no funciona").waitFor();
    await expectShown(ben.page.locator(".posts"), /by gaviota[^]*Centre/);
    await ben.page.locator(".smile").first().click();
    await ben.page.locator('.smile[aria-pressed="true"]').waitFor();
    await ben.page.locator(".post h2 a").first().click();
    // Nothing here translates into Japanese, and nothing is offered that nobody does.
    await ben.page.getByRole("button", { name: "Translate into English" }).waitFor();
    await ben.page.goto(String(await ben.page.evaluate("location.href.split('?')[0] + '?lang=ja'")));
    await ben.page.locator(".post-whole .said").first().waitFor();
    await expectCount(ben.page.locator(".translation"), 0);
    await ben.page.goto(String(await ben.page.evaluate("location.href.split('?')[0] + '?lang=en'")));
    await press(ben.page, "Translate into English");
    await ben.page.locator("text=The fountain does not work").waitFor();
    await expectShown(ben.page.locator(".translation"), /^Machine translation, from Spanish/);
    await press(ben.page, "Show the original");
    await ben.page.locator("text=La fuente no funciona").waitFor();
    await ben.page.getByLabel("Your comment").fill("Es verdad");
    await press(ben.page, "Send the comment");
    await ben.page.locator(".comments li").waitFor();
    await press(ben.page, "Follow until it is solved");
    await ben.page.getByRole("button", { name: "Do not follow any more" }).waitFor();
    const id = /posts\/([0-9a-f-]{36})/.exec(String(await ben.page.evaluate("location.href")))![1]!;
    await asOfficer(`/v1/posts/${id}/status`, { status: "in-progress", text: "Mañana", language: "es" });
    await ben.page.reload();
    await expectShown(ben.page.locator(".timeline"), /Being worked on[^]*Mañana/);
    await expectNoBarriers(ben.page);

    await press(ben.page, "Report");
    await ben.page.locator("dialog[open] .form").waitFor();
    await ben.page.locator("dialog[open] select").selectOption("off-topic");
    await expectNoBarriers(ben.page);
    await ben.page.getByRole("button", { name: "Report it" }).click();
    await ben.page.locator("text=Somebody will look at it").waitFor();
    await ben.page.keyboard.press("Escape");
    // One tap, and nobody sees the pictures until somebody has looked.
    await press(ben.page, "I see a face or a number plate");
    await ben.page.locator("text=were taken away at once").waitFor();
    await expectCount(ben.page.locator(".post-whole img"), 0);
    await page.reload();
    await page.locator("text=By a program, after a report").waitFor();
    await page.getByLabel("What speaks against it?").fill("No face is in it.");
    await press(page, "Appeal");
    await page.locator("text=You have appealed").waitFor();
    await expectNoBarriers(page);

    // Once somebody has looked, the same report holds nothing back, and the app does not say so.
    await asOfficer("/v1/moderation/decisions", { record: id, decision: "kept", rule: "missed-face", text: "None." });
    await ben.page.reload();
    await ben.page.locator(".post-whole img").first().waitFor();
    await press(ben.page, "I see a face or a number plate");
    await ben.page.locator("text=Somebody will look at it").waitFor();
    expect(await ben.page.locator(".post-whole img").count()).to.be.greaterThan(0);

    await press(page, "Take it back");
    await page.locator("dialog[open] .button-main").click();
    await page.locator("text=You have not posted anything yet.").waitFor();
    expect((await call(service, `/v1/records/${id}`)).json).to.have.property("erased");
    await ben.page.reload();
    await ben.page.getByRole("heading", { name: "There is nothing here" }).waitFor();
    for (const open of [anna, ben]) {
      expect(unexpected(open)).to.deep.equal([]);
      expect(open.requests.filter((url) => !/^(blob:)?http:\/\/localhost:/.test(url))).to.deep.equal([]);
      await open.close();
    }
  });

  it("keeps a comment that did not arrive, through the end of the app, and sends it again once, in the name of its author alone", async () => {
    const open = await openJoined(origin, "golondrina", PHONE);
    const { page, context } = open;
    await press(page, "I have kept it");
    await write(page, { text: "Para comentar" });
    await nothingWaits(page);
    await page.locator('.tab[href^="/app"]').first().click();
    await page.locator("text=Para comentar").waitFor();
    await page.locator(".post h2 a").first().click();
    await page.getByLabel("Your comment").fill("Sin cobertura");
    await context.setOffline(true);
    await press(page, "Send the comment");
    await page.locator("text=The comment is still here").waitFor();
    await context.setOffline(false);
    await page.reload();
    await holds(page.getByLabel("Your comment"), "Sin cobertura");
    await page.goto(`${origin}/app/mine?lang=en`);
    await page.locator("text=This comment has not arrived").waitFor();
    await expectNoBarriers(page);

    const before = await countOfRecords("citizen-comment");
    await press(page, "Try again");
    await nothingWaits(page);
    expect(await countOfRecords("citizen-comment")).to.equal(before + 1);

    // What is only begun is kept too, and another account on the same phone does not see it.
    await page.goBack();
    await page.locator(".comments li").waitFor();
    await holds(page.getByLabel("Your comment"), "");
    await page.getByLabel("Your comment").fill("Aún sin enviar");
    // Without loading the app anew, which might end before it is kept.
    await page.locator('.tab[href^="/app/mine"]').click();
    await page.locator("text=Aún sin enviar").waitFor();
    await page.locator('.tab[href^="/app/about"]').click();
    await press(page, "Sign out");
    // Once it is over: to go on at once would call it off.
    await page.getByRole("link", { name: "Sign in or join" }).waitFor();
    await page.goto(`${origin}/app/join?lang=en`);
    await joinIn(page, "intrusa");
    await press(page, "I have kept it");
    await page.goto(`${origin}/app/mine?lang=en`);
    await nothingWaits(page);
    await expectCount(page.locator("text=Aún sin enviar"), 0);
    expect(unexpected(open)).to.deep.equal([]);
    await open.close();
  });

  it("goes on where a picture was cut off, and is the same post when only the answer was lost", async () => {
    const open = await openJoined(origin, "vencejo", PHONE);
    const { page } = open;
    await page.addInitScript(BAD_LINE);
    await page.goto(`${origin}/app/mine?lang=en`);
    const before = await countOfPosts();
    const picture = await photo(600_000);
    await write(page, { text: "Línea mala", pictures: [picture] });
    await page.locator("text=could not be sent yet").waitFor();
    await press(page, "Send now");
    await page.evaluate("new Promise((done) => (globalThis.onlost = done, answers > 0 && done()))");
    await page.evaluate("dispatchEvent(new Event('online'))");
    await nothingWaits(page);
    const sent = (await page.evaluate("globalThis.sent")) as readonly (readonly [offset: number, bytes: number])[];
    const arrived = sent.reduce((sum, [, bytes]) => sum + bytes, 0);
    expect(arrived, "no byte goes up twice").to.equal(picture.length);
    expect(await countOfPosts()).to.equal(before + 1);
    await open.close();
  });

  it("says what it cannot keep or send, and whose a post is", async () => {
    const open = await openJoined(origin, "lechuza", PHONE);
    const { page, context } = open;
    await press(page, "I have kept it");
    const devTools = await context.newCDPSession(page);
    const { usage } = (await devTools.send("Storage.getUsageAndQuota", { origin })) as { usage: number };
    await devTools.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: usage + 200_000 });
    await page.locator('.tab[href^="/app/new"]').click();
    await page
      .locator('input[type="file"][multiple]')
      .setInputFiles([file("large.jpg", await photo(2_000_000), "image/jpeg")]);
    await page.locator("text=There is no room left on this phone").waitFor();
    await devTools.send("Storage.overrideQuotaForOrigin", { origin });
    await page.locator('input[type="file"][multiple]').setInputFiles([file("a.heic", "no JPEG", "image/heic")]);
    await page.locator("text=That is no picture that the city takes").waitFor();

    // Written by one, and not sent in the name of another.
    const before = await countOfPosts();
    const asked = 'fetch("/v1/citizens/session").then((answer) => answer.json())';
    const { citizen } = (await page.evaluate(asked)) as { citizen: { id: string } };
    await context.setOffline(true);
    await write(page, { text: "De lechuza" });
    await service.citizens!.sessions.endAllOf(citizen.id);
    await context.setOffline(false);
    await page.locator("text=Waits until you are signed in").waitFor();
    await page.goto(`${origin}/app/join?lang=en`);
    await page.getByLabel("The name that others see").waitFor();
    await joinIn(page, "otra");
    await press(page, "I have kept it");
    await page.locator("text=Waits for the account that wrote it").waitFor();
    // What was written later is sent after it.
    await write(page, { text: "De otra" });
    await page.locator(".post .way").first().waitFor();
    await expectShown(page.locator(".kept"), /De lechuza[^]*Waits for the account that wrote it/);
    expect(await countOfPosts()).to.equal(before + 1);
    // The session was ended while the app was in use.
    expect(unexpected(open).filter((one) => !/status of 401/.test(one))).to.deep.equal([]);
    await open.close();
  });

  it("shows nothing of the draft before, once another is asked for", async () => {
    const open = await openJoined(origin, "mochuelo", PHONE);
    const { page } = open;
    await press(page, "I have kept it");
    await page.locator('.tab[href^="/app/new"]').click();
    await page.locator("textarea").fill("Uno");
    await until(
      () => page.evaluate("location.search"),
      (search) => expect(search).to.include("draft="),
    );
    // Whoever goes on writing at once must not write into the other one.
    const after = `(async () => { document.querySelector('.tab[href^="/app/new"]').click();
      await new Promise((done) => setTimeout(done)); return document.querySelector("textarea")?.value ?? ""; })()`;
    expect(await page.evaluate(after)).to.equal("");
    await page.locator("text=Drafts on this phone").waitFor();
    expect(unexpected(open)).to.deep.equal([]);
    await open.close();
  });

  it("says that nothing waits on the phone once it has looked, and not before", async () => {
    const { page, close } = await watched(`${origin}/app`, PHONE);
    await page.addInitScript(SLOW_STORE);
    await page.goto(`${origin}/app/mine?lang=en`);
    await page.locator(".list-title").first().waitFor();
    expect(await page.locator(`text=${MINE.en.nothingOnPhone}`).count()).to.equal(0);
    await page.evaluate("opened()");
    await nothingWaits(page);
    await close();
  });

  it("has noted the themes when it shows them, since a phone may end it right after", async () => {
    const { page, close } = await watched(`${origin}/app`, PHONE);
    await page.addInitScript(NOTED_WHEN_SHOWN);
    await page.goto(`${origin}/app/themes?lang=en`);
    await page.locator(".theme").first().waitFor();
    expect(await page.evaluate("globalThis.notedWhenShown"))
      .to.be.a("string")
      .that.includes("my-street");
    await close();
  });

  it("does not say of a theme without posts that something was chosen", async () => {
    const words = { titles: WORDS("Quiet"), texts: WORDS("-"), notices: WORDS("-") };
    const how = { owner: "Participación", visibility: "open", scope: "local" };
    await asOfficer("/v1/themes", { theme: "quiet", ...words, ...how });
    const { page, close } = await watched(`${origin}/app/themes/quiet`, PHONE);
    await expectShown(page.locator(".nothing"), "Nothing has been posted yet.");
    await close();
  });

  it("invites to a theme for members, takes consent back, gives out everything, and ends an account with all that it posted", async () => {
    const open = await openJoined(origin, "cigüeña", PHONE);
    const { page } = open;
    await press(page, "I have kept it");
    await asOfficer("/v1/themes", {
      ...{
        theme: "school-way",
        titles: WORDS("The way to school"),
        texts: WORDS("."),
        notices: WORDS("."),
        owner: "Colegio",
      },
      ...{ visibility: "members", scope: "local" },
    });
    const invitation = { role: "officer", body: JSON.stringify({ days: 1, uses: 1 }) } as const;
    const { json } = await call(service, "/v1/themes/school-way/invitations", invitation);
    await page.goto(`${origin}/app/themes/school-way?lang=en`);
    await page.getByRole("heading", { name: "There is nothing here" }).waitFor();
    await page.goto(`${origin}${(json as { link: string }).link}`);
    await page.getByRole("button", { name: "Take part" }).waitFor();
    expect(await page.evaluate("location.hash"), "is in no history").to.equal("");
    await press(page, "Take part");
    await page.getByRole("link", { name: "To the theme" }).click();
    await page.getByRole("heading", { name: "The way to school" }).waitFor();

    await write(page, { text: "Nadie respeta el paso de cebra" });
    await nothingWaits(page);
    const isShown = async (): Promise<boolean> => (await postsSaying(/paso de cebra/)).length === 1;
    expect(await isShown()).to.equal(true);
    await page.locator('.tab[href^="/app/about"]').click();
    await page.getByRole("button", { name: /^Take back publish/ }).click();
    await page.getByRole("button", { name: /^Agree publish/ }).waitFor();
    expect(await isShown(), "without consent").to.equal(false);
    await page.getByRole("button", { name: /^Agree publish/ }).click();
    await page.getByRole("button", { name: /^Take back publish/ }).waitFor();
    expect(await isShown()).to.equal(true);

    const copying = page.waitForEvent("download");
    await press(page, "Get a copy");
    expect(readFileSync(await (await copying).path(), "utf8")).to.include("paso de cebra");
    await press(page, "Get a new recovery code");
    await page.locator("dialog[open] input").fill("AAAAA-AAAAA-AAAAA-AAAAA-AAAAA");
    await press(page, "With the recovery code");
    await page.locator("text=That is neither a passkey nor the recovery code").waitFor();
    await press(page, "With the passkey of this device");
    await page.locator(".token").waitFor();
    await press(page, "Erase everything and leave");
    const id = await page.locator("dialog[open] code").innerText();
    await page.locator("dialog[open] input").fill(id.slice(-6));
    await page.locator("dialog[open] .button-danger").click();
    await press(page, "With the passkey of this device");
    await page.locator("text=Your account is gone.").waitFor();
    const saving = page.waitForEvent("download");
    await press(page, "Save the receipt of the erasure");
    const receipt = JSON.parse(readFileSync(await (await saving).path(), "utf8")) as {
      erased: readonly { record: string }[];
    };
    expect(receipt.erased).to.have.length(1);
    expect((await call(service, `/v1/records/${receipt.erased[0]!.record}`)).json).to.have.property("erased");
    const session = 'fetch("/v1/citizens/session").then((answer) => answer.json())';
    expect(await page.evaluate(session)).to.deep.equal({ citizen: null });
    // Of the code that was nobody's.
    const [refused, ...others] = unexpected(open);
    expect([/status of 403/.test(refused ?? ""), others]).to.deep.equal([true, []]);
    await open.close();
  });

  it("hands a draft out as a file and takes it back, with its pictures and its place", async () => {
    const open = await watched(`${origin}/app/new?lang=en`, PHONE);
    const { page, context } = open;
    await page.locator('input[type="file"][multiple]').setInputFiles([file("a.jpg", await photo(), "image/jpeg")]);
    await page.locator(".picked img").waitFor();
    await page.getByLabel("What do you want to say?").fill("Para después");
    await context.grantPermissions(["geolocation"]);
    await context.setGeolocation({ latitude: 43.46123, longitude: -3.80456 });
    await page.getByLabel("The exact place, for the city alone").click();
    await press(page, "Use the place where I am");
    await page.locator("text=Exact place: 43.4612, -3.8046").waitFor();
    const saving = page.waitForEvent("download");
    await press(page, "Save the draft as a file");
    const saved = await saving;
    expect(saved.suggestedFilename()).to.equal("warifu.warifu-draft");
    const bytes = readFileSync(await saved.path());
    await press(page, "Throw it away");
    await page.locator("dialog[open] .button-danger").click();
    await nothingWaits(page);
    await page.locator('.tab[href^="/app/new"]').click();
    await page.getByLabel("Open a saved draft").setInputFiles([file("x", bytes.subarray(0, 40), "")]);
    await page.locator("text=That file is not a draft.").waitFor();
    await page.getByLabel("Open a saved draft").setInputFiles([file("x", bytes, "")]);
    await page.locator(".picked img").waitFor();
    await holds(page.getByLabel("What do you want to say?"), "Para después");
    await page.reload();
    await page.locator(".picked img").waitFor();
    // The area of that place.
    await holds(page.locator(".place-field select"), "centro");
    expect(unexpected(open)).to.deep.equal([]);
    await open.close();
  });

  it("brings people back with their passkey, and on another phone with their recovery code", async () => {
    const open = await openJoined(origin, "jilguero", PHONE);
    const { page } = open;
    const code = await page.locator(".token code").innerText();
    await press(page, "I have kept it");
    await page.locator('.tab[href^="/app/about"]').click();
    await press(page, "Sign out");
    await page.getByRole("link", { name: "Sign in or join" }).click();
    await press(page, "Sign in with a passkey");
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    const other = await watched(`${origin}/app/join?lang=en`, PHONE);
    await addPasskeys(other);
    await other.page.getByLabel("Recovery code").fill("WRONG-WRONG-WRONG-WRONG-WRONG");
    await press(other.page, "Make a new passkey");
    await other.page.locator("text=This code does not count.").waitFor();
    await other.page.getByLabel("Recovery code").fill(code);
    await press(other.page, "Make a new passkey");
    await other.page.getByRole("heading", { name: "Welcome, jilguero" }).waitFor();
    await until(
      () => other.page.locator(".token code").innerText(),
      (text) => expect(text).to.not.equal(code),
    );
    for (const one of [open, other]) await one.close();
  });

  it("is used with keys alone", async () => {
    const open = await openJoined(origin, "mirlo", PHONE);
    const { page } = open;
    await page.locator(".button-main").first().press("Enter");
    await page.getByRole("heading", { name: "My posts" }).waitFor();
    const focused = () => page.evaluate("document.activeElement.id || document.activeElement.textContent");
    const expectFocus = (on: RegExp) => until(focused, (text) => expect(text).to.match(on));
    await page.evaluate("document.body.focus(), document.activeElement.blur(), scrollTo(0, 0)");
    await page.reload();
    await page.locator("h1").waitFor();
    await page.keyboard.press("Tab");
    await expectFocus(/^Skip to the content$/);
    await page.keyboard.press("Enter");
    await expectFocus(/^content$/);
    await page.locator('.tab[href^="/app/new"]').press("Enter");
    await page.locator(".pictures-field").waitFor();
    // The next view begins where reading goes on.
    await expectFocus(/^content$/);
    await page.locator('input[type="file"][multiple]').setInputFiles([file("a.jpg", await photo(), "image/jpeg")]);
    await page.locator(".picked img").waitFor();
    await page.getByRole("button", { name: /Cover parts/ }).press("Enter");
    await page.getByRole("button", { name: "Add a box in the middle" }).press("Enter");
    const box = page.locator(".box-surface .box");
    await box.press("ArrowRight");
    await box.press("Shift+ArrowDown");
    await until(
      () => box.getAttribute("style"),
      (style) => expect(style).to.match(/left: 42%; top: 40%; width: 20%; height: 22%/),
    );
    await box.press("Delete");
    await expectCount(box, 0);
    await expectNoBarriers(page);
    await page.keyboard.press("Escape");
    // And back where it was.
    await expectFocus(/Cover parts/);
    expect(unexpected(open)).to.deep.equal([]);
    await open.close();
  });

  for (const [locale, colorScheme] of [
    ["en", "dark"],
    ["es", "light"],
    ["ja", "light"],
  ] as const)
    it(`has no barriers and fits a narrow screen in every view, with large letters too: ${locale}, ${colorScheme}`, async () => {
      const open = await openJoined(origin, "golondrina de nombre muy largo", { ...PHONE, locale, colorScheme });
      const { page } = open;
      await write(page, { text: "Supercalifragilisticoexpialidosodonaudampfschifffahrtsgesellschaft" });
      await nothingWaits(page);
      const { posts } = (await call(service, "/v1/timeline?limit=1")).json as {
        posts: readonly [{ readonly id: string }];
      };
      const views = ["", "/themes", "/themes/my-street", "/themes/my-street/results", "/themes/my-street/join"];
      for (const view of [...views, `/posts/${posts[0].id}`, "/new", "/mine", "/about", "/join", "/nothing"]) {
        await page.goto(`${origin}/app${view}?lang=${locale}`);
        await page.locator("h1").waitFor();
        await page.locator("main > :nth-child(2)").waitFor();
        if (locale !== "es") await expectNoBarriers(page);
        await expectFits(page);
        await page.evaluate('document.documentElement.style.fontSize = "200%"');
        await expectFits(page);
      }
      expect(unexpected(open)).to.deep.equal([]);
      await open.close();
    });

  /** A phone that is six times as slow, and its first view of the app. @returns how long that took, in milliseconds */
  async function slowPhone(): Promise<{ readonly page: Page; readonly tookMs: number; close(): Promise<void> }> {
    const context = await newContext({ locale: "en", viewport: { width: 360, height: 740 } });
    const page = await context.newPage();
    const devTools = await context.newCDPSession(page);
    await devTools.send("Emulation.setCPUThrottlingRate", { rate: 6 });
    await devTools.send("Network.enable");
    await devTools.send("Network.emulateNetworkConditions", SLOW_3G);
    const begun = performance.now();
    await page.goto(`${origin}/app`);
    await page.locator(".post h2").first().waitFor();
    return { page, tookMs: performance.now() - begun, close: () => context.close() };
  }

  // The least of three: what it takes beyond that is other work on the machine.
  it("is there within five seconds on a slow phone and a slow line, and answers each tap within 100 ms", async () => {
    await post((await joinedCitizen(service, { pseudonym: "estornino" })).browser);
    let phone = await slowPhone();
    for (let again = 0; again < 2 && phone.tookMs >= promised(5_000); again++) {
      await phone.close();
      phone = await slowPhone();
    }
    expect(phone.tookMs).to.be.lessThan(promised(5_000));
    for (const tap of TAPS) {
      let least = Infinity;
      for (let time = 0; time < 3; time++) {
        if (tap === SMILE) await phone.page.locator('.tab[href="/app"]').click();
        await phone.page.evaluate(WATCH_TAP);
        await phone.page.locator(tap).click();
        least = Math.min(least, Number(await phone.page.evaluate("tapped")));
      }
      expect(least, tap).to.be.within(0, promised(100));
    }
    await phone.close();
  });

  it("is nowhere where there is no city", async () => {
    const { folder } = await builtPages();
    const bare = await startService({ pagesDir: folder });
    try {
      for (const path of ["/app", "/app/new", "/app.webmanifest", "/app-worker.js"])
        expectProblem(await call(bare, path), 404, "NOT_FOUND");
    } finally {
      await bare.stop();
    }
  });

  /** Waits until a field has that value: what a phone keeps is read while the page is there already. */
  async function holds(field: Locator, value: string): Promise<void> {
    await until(
      () => field.inputValue(),
      (found) => expect(found).to.equal(value),
    );
  }

  /** What the timeline shows with such words. */
  async function postsSaying(words: RegExp): Promise<{ readonly id: string; readonly text: string }[]> {
    const { posts } = (await call(service, "/v1/timeline?limit=50")).json as { posts: { id: string; text?: string }[] };
    return posts.flatMap(({ id, text = "" }) => (words.test(text) ? [{ id, text }] : []));
  }

  /** How many posts the log has, whoever may see them. */
  const countOfRecords = async (type: string): Promise<number> =>
    ((await call(service, `/v1/records?type=${type}&limit=1000`)).json as { items: object[] }).items.length;
  async function countOfPosts(): Promise<number> {
    const { items } = (await call(service, "/v1/records?order=newest&type=citizen-report&limit=100")).json as {
      items: readonly object[];
    };
    return items.length;
  }
});
