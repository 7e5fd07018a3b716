// The officer's desk in a real browser: invited by the command, a passkey made, a request handled from arrival to answer, a
// grant made and read, an erasure previewed and done, signed out; and every view in three languages.

import { tmpdir } from "node:os";
import { resolve } from "node:path";

import { expect } from "chai";

import { readProcessing } from "../../src/privacy/processing.ts";
import { runHere } from "../cli/support/run-here.ts";
import { call, expectProblem, submit, type Result } from "../http/support/call.ts";
import type { Page } from "../support/browser.ts";
import { shippedProfiles, startService, type TestService } from "../support/service.ts";
import { builtPages, ROOT } from "./support/built.ts";
import { holdAnswers } from "./support/held-answers.ts";
import { addPasskeys } from "./support/passkeys.ts";
import { expectCount, expectShown, until } from "./support/shown.ts";
import { expectFits, expectFitsZoomed, expectNoBarriers, watched, type WatchedPage } from "./support/watched.ts";

const MAIL = "ana@example.org";
const VIEWS = [
  ...["", "/moderation", "/requests", "/persons", "/grants", "/consents", "/transfers"],
  ...["/erase", "/correct", "/breaches", "/tables", "/processing", "/account"],
];
/** What the law in force says comes when `letGo` is called. */
const SLOW_LAW = `const real = fetch; const free = new Promise((done) => (globalThis.letGo = done));
  globalThis.fetch = async (path, init) => {
    if (path === "/v1/privacy/law") await free;
    return real(path, init);
  };`;

describe("the officer's desk", () => {
  let service: TestService;
  let origin: string;
  let ids: readonly string[];
  before(async () => {
    const { folder } = await builtPages();
    const limits = { signInsPerMinute: 100_000, ratePerMinute: 1_000_000, openingsPerMinute: 1_000_000 };
    const processing = readProcessing(resolve(ROOT, "examples/processing"), shippedProfiles());
    service = await startService({ pagesDir: folder, limits, processing });
    origin = service.url.replace("127.0.0.1", "localhost");
    ids = [await report("app/1"), await report("app/2")];
  });
  after(() => service.stop());

  async function report(source: string): Promise<string> {
    const claims = { category: "pothole", text: "A hole at my door", reporterEmail: MAIL };
    const answer = await submit(service, JSON.stringify({ type: "citizen-report", source, claims }));
    return (answer.json as Required<Result>).id;
  }

  /** Somebody whom the command has invited, with a passkey of their own. */
  async function join(role: string, options: Parameters<typeof watched>[1] = {}): Promise<WatchedPage> {
    const place = ["--url", service.url, "--key", service.keys.admin];
    const invited = await runHere(["officer", "invite", "--name", "María Ruiz", "--role", role, ...place], tmpdir());
    const link = /https?:\/\/\S+\/desk\/join#\S+/.exec(invited.stdout)?.[0] ?? "";
    const open = await watched(link, options);
    await addPasskeys(open);
    await open.page.locator("button.button-main").click();
    await open.page.locator(".who").waitFor({ state: "attached" });
    return open;
  }

  /** What a browser says where nobody is signed in yet, or where there is no notice; nothing else may be in the console. */
  const unexpected = ({ complaints }: WatchedPage): string[] =>
    complaints.filter((one) => !/status of (401|404)/.test(one));
  const go = async (page: Page, view: string): Promise<void> => {
    await page.locator(`.side-menu a[href^="/desk${view}"]`).first().click();
    await page.locator("h1").waitFor();
  };
  const button = (page: Page, name: string) => page.getByRole("button", { name }).first();
  const sizeOfLog = (): number => service.log.tree.size;

  it("takes a request, shows what an erasure takes and leaves, erases, and answers", async () => {
    const open = await join("officer");
    const { page } = open;
    await go(page, "/persons");
    await page.getByLabel("Mail of the reporter").fill(MAIL);
    await button(page, "Find").click();
    await page.getByRole("button", { name: "Pick all" }).click();
    await page.getByRole("link", { name: "Take a request" }).click();
    await page.getByLabel("What is asked for").selectOption("erase");
    await page.getByLabel("What the person says").fill("Please erase my reports.");
    await expectShown(page.locator(".log-notice"), /for ever[^]*kind of request[^]*vault alone/);
    await button(page, "Take the request").click();
    await page.getByRole("heading", { name: "Request: Erasure" }).waitFor();
    expect(await page.evaluate("location.href")).to.not.match(/sub_|@/);

    const before = sizeOfLog();
    expect(await page.locator("main").innerText()).to.not.include("Please erase");
    await button(page, "Look at it").click();
    await page.locator(".said").waitFor();
    await expectShown(page.locator("main"), "Please erase my reports.", ids[0]!);
    expect(sizeOfLog(), "a look is in the log").to.equal(before + 1);

    await page.getByRole("link", { name: "To the erasure of these records" }).click();
    await button(page, "Show what goes and what stays").click();
    // What claims are called comes by itself, maybe a moment later.
    await expectShown(page.locator(".side-goes").first(), /Mail of the reporter[^]*Description/);
    await expectShown(page.locator(".side-stays").first(), /every proof[^]*Category/);
    expect(sizeOfLog(), "a preview is not").to.equal(before + 1);
    await button(page, "Erase").click();
    await expectShown(page.locator("dialog[open]"), ids[0]!, ids[1]!);
    await page.locator("dialog[open] .button-danger").click();
    await page.locator("dialog[open] [role=alert]").waitFor();
    expect(sizeOfLog(), "nothing is erased by a mere press").to.equal(before + 1);
    await page
      .locator("dialog[open] input")
      .fill((await page.locator("dialog[open] code").first().innerText()).slice(-6));
    await page.locator("dialog[open] .button-danger").click();
    await page.locator("text=2 records are erased.").waitFor();
    for (const id of ids) expect((await call(service, `/v1/records/${id}`)).json).to.have.property("erased");

    await go(page, "/requests");
    await page.getByRole("link", { name: "Erasure" }).click();
    await page.locator("summary >> text=It is done").click();
    await page.getByLabel("The person was told how it ended").click();
    await page.getByLabel("The recipients of the data were told").click();
    await page.locator("details[open] .button-main").click();
    await page.locator("dialog[open] .button-main").click();
    await page.locator("text=This request is closed.").waitFor();
    await expectShown(page.locator("dl").first(), /Done[^]*In time/);
    expect(new Set(open.requests.map((url) => new URL(url).origin))).to.deep.equal(new Set([origin]));
    expect(open.requests.join("\n")).to.not.match(/sub_|ana@|ana%40/);
    expect(unexpected(open)).to.deep.equal([]);
    await open.close();
  });

  it("finds one person after another, and takes none of the former along", async () => {
    const open = await join("officer");
    const { page } = open;
    await go(page, "/persons");
    await page.getByLabel("Mail of the reporter").fill("former@example.org");
    const held = await holdAnswers(page, /^\/v1\/privacy\/persons/);
    const pageOf = (id: string, nextCursor: string | null): object => ({
      ...{ items: [{ id, leafIndex: 7, source: "app/1", subjects: ["sub_1"] }], subjects: ["sub_1"], nextCursor },
    });
    await button(page, "Find").click();
    await held.asked(1);
    await held.letGo(0, pageOf(ids[0]!, "7"));
    await page.getByRole("button", { name: "Pick all" }).click();
    await page.getByRole("link", { name: "Take a request" }).waitFor();
    await page.getByLabel("Mail of the reporter").fill("next@example.org");
    await page.getByRole("button", { name: "More records" }).click();
    await held.asked(2);
    expect(await held.body(1), "more of the person who is shown").to.equal(await held.body(0));
    await held.letGo(1, pageOf(ids[1]!, null));
    await expectCount(page.locator("tbody tr"), 2);
    await button(page, "Find").click();
    await held.asked(3);
    await held.letGo(2, pageOf(ids[1]!, null));
    await expectCount(page.locator("tbody tr"), 1);
    expect(await page.getByRole("link", { name: "Take a request" }).count()).to.equal(0);
    await open.close();
  });

  it("grants claims to somebody who reads them, counts that, and withdraws", async () => {
    const id = await report("app/3");
    const open = await join("officer");
    const { page } = open;
    await go(page, "/grants");
    await button(page, "Grant").click();
    await until(
      () => page.locator("[role=alert]").count(),
      (count) => expect(count, "what is missing is said").to.be.at.least(4),
    );
    await page.getByLabel("Ids of the records").fill(id);
    await page.getByLabel("Description").click();
    await page.getByLabel("To whom").fill("Road works");
    await page.getByLabel("Until the end of").fill(new Date(Date.now() + 86_400_000).toISOString().slice(0, 10));
    await page.getByLabel("What for, in words").fill("fill the hole");
    await button(page, "Grant").click();
    await page.locator(".token code").waitFor();
    const token = await page.locator(".token code").innerText();
    const bearer = { headers: { authorization: `Bearer ${token}` } };
    const shown = await call(service, "/v1/disclosures/0", bearer);
    expect(shown.json).to.have.nested.property("records[0].claims[0]", "text");
    expect((await call(service, `/v1/disclosures/0/records/${id}/sd-jwt`, bearer)).text).to.match(/~/);
    await page.reload();
    await expectShown(page.locator("tbody tr"), /Road works[^]*Description[^]*1[^]*in force/);
    expect(await page.locator("main").innerText()).to.not.include(token);
    await button(page, "Withdraw").click();
    await page.locator("dialog[open] .button-main").click();
    await page.locator(".state-withdrawn").waitFor();
    expectProblem(await call(service, "/v1/disclosures/0", bearer), 401, "UNAUTHENTICATED");
    expect(unexpected(open)).to.deep.equal([]);
    await open.close();
  });

  it("withholds what should never have been public, after a second question, and says which are withheld", async () => {
    const id = await report("app/9");
    const open = await join("officer");
    const { page } = open;
    await go(page, "/erase");
    await page.getByLabel("Ids of the records").fill(id);
    await button(page, "Show what goes and what stays").click();
    await page.locator("summary >> text=Take what is public away as well").click();
    await page.getByLabel("Why").selectOption("court-order");
    await page.locator("details[open] .button-main").click();
    await page.locator("dialog[open] input").fill(id.slice(-6));
    await page.locator("dialog[open] .button-danger").click();
    await page.locator("text=1 record is withheld.").waitFor();
    const { json } = await call(service, `/v1/records/${id}`);
    expect(json).to.have.nested.property("withheld.reason", "court-order");
    expect(unexpected(open)).to.deep.equal([]);
    await open.close();
  });

  it("offers an erasure once it is known what it can rest on, and not before", async () => {
    const id = await report("app/5");
    const open = await join("officer");
    const { page } = open;
    await page.addInitScript(SLOW_LAW);
    await page.goto(`${origin}/desk/erase`);
    await page.getByLabel("Ids of the records").fill(id);
    await button(page, "Show what goes and what stays").click();
    const erase = page.locator("section:nth-of-type(2) > form .button-main").first();
    expect(await erase.getAttribute("disabled")).to.equal("");
    await page.evaluate("letGo()");
    await page.locator("section:nth-of-type(2) > form .button-main:enabled").first().waitFor();
    await open.close();
  });

  it("shows nothing of what was asked for before, once something else is", async () => {
    await call(service, "/v1/privacy/requests", {
      role: "officer",
      body: JSON.stringify({ operation: "access", records: [await report("app/6")] }),
    });
    const open = await join("officer");
    const { page } = open;
    await go(page, "/requests");
    await page.locator("tbody tr").first().waitFor();
    // In the moment after the choice, before the browser draws.
    const after = `(async () => { const choice = document.querySelector("main select"); choice.value = "overdue";
      choice.dispatchEvent(new Event("change", { bubbles: true }));
      await new Promise((done) => setTimeout(done)); return document.querySelectorAll("tbody tr").length; })()`;
    expect(await page.evaluate(after)).to.equal(0);
    await open.close();
  });

  it("is used with the keyboard alone, and a dialog gives the focus back", async () => {
    const id = await report("app/4");
    const open = await join("officer");
    const { page } = open;
    const focused = (): Promise<unknown> => page.evaluate("document.activeElement?.textContent?.trim()");
    await go(page, "/erase");
    await page.getByLabel("Ids of the records").fill(id);
    await button(page, "Show what goes and what stays").press("Enter");
    await page.locator(".side-goes").waitFor();
    await page.locator("section:nth-of-type(2) > form .button-main:enabled").first().press("Enter");
    await page.locator("dialog[open] input").waitFor();
    await expectNoBarriers(page);
    await page.locator("dialog[open] input").press("Escape");
    await page.locator("dialog[open]").waitFor({ state: "hidden" });
    await until(focused, (text) => expect(text).to.equal("Erase"));
    await button(page, "Sign out").press("Enter");
    await button(page, "Sign in with a passkey").waitFor();
    const status = 'fetch("/v1/session", { headers: { "warifu-desk": "1" } }).then(({ status }) => status)';
    expect(await page.evaluate(status)).to.equal(401);
    expect(await page.locator("body").innerText()).to.not.include("María");
    await open.close();
  });

  it("shows an auditor requests and breaches, and nothing that changes anything", async () => {
    const open = await join("auditor");
    const { page } = open;
    await until(
      () => page.locator(".side-menu li").allInnerTexts(),
      (texts) =>
        expect(texts.map((one) => one.trim())).to.deep.equal([
          ...["Overview", "Requests", "Breaches", "Register of processing", "Account"],
        ]),
    );
    await go(page, "/requests");
    await page.getByLabel("Show").selectOption("all");
    await page.locator("tbody a").first().click();
    await page.getByRole("heading", { name: /^Request: / }).waitFor();
    expect(await page.locator("main form, main .button").count()).to.equal(0);
    await go(page, "/processing");
    await page.getByRole("heading", { name: "Reports of citizens about something in the city" }).waitFor();
    // What provisions are called comes by itself, maybe a moment later.
    await expectShown(page.locator("main"), /GDPR 6\(1\)\(e\): A task[^]*citizen-report: 1,825 days[^]*Spain/);
    expect(unexpected(open)).to.deep.equal([]);
    await open.close();
  });

  for (const [locale, colorScheme, isPhone] of [
    ["en", "dark", true],
    ["es", "light", true],
    ["ja", "light", false],
  ] as const)
    it(`has no barriers and fits the screen in every view: ${locale}, ${colorScheme}`, async () => {
      const open = await join("officer", { locale, colorScheme, isPhone });
      const { page } = open;
      const titles = new Set<string>();
      for (const view of VIEWS) {
        await page.goto(`${origin}/desk${view}`);
        await page.locator(".who").waitFor({ state: "attached" });
        await page.locator("main > :nth-child(2)").waitFor();
        titles.add(await page.locator("h1").innerText());
        // What it finds hangs on colours and structure, not on the words of a third language.
        if (locale !== "es") await expectNoBarriers(page);
        await expectFits(page);
        if (!isPhone) await expectFitsZoomed(page);
      }
      expect(titles.size).to.equal(VIEWS.length);
      expect(await page.evaluate("document.documentElement.lang")).to.equal(locale);
      expect(open.requests.filter((url) => !url.startsWith(`${origin}/`))).to.deep.equal([]);
      expect(unexpected(open)).to.deep.equal([]);
      await open.close();
    });
});
