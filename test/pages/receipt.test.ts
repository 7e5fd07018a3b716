// Receipts: made for a record before and after it is anchored, as page, HTML and PDF; the QR code is read from what is seen, and
// followed in a browser to a verdict. What the record says is on none of them.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { expect } from "chai";
import { extractText, getDocumentProxy } from "unpdf";

import { formatPolicy } from "../../src/core/policy.ts";
import { placeOf } from "../../src/receipt/receipt-place.ts";
import { runHere } from "../cli/support/run-here.ts";
import { submit, type Result } from "../http/support/call.ts";
import { startSwiftChain, type TestChain } from "../support/chains.ts";
import { report, temporaryFolder } from "../support/ledger.ts";
import { startService, type TestService } from "../support/service.ts";
import { builtPages } from "./support/built.ts";
import { holdAnswers } from "./support/held-answers.ts";
import { readQrCode, readQrCodeInPdf } from "./support/read-qr-code.ts";
import { expectCount, expectShown, expectText, until } from "./support/shown.ts";
import { expectFits, expectNoBarriers, file, watched, type WatchedPage } from "./support/watched.ts";

const SAID = { category: "pothole", area: "centro", text: "A hole that nobody else knows", reporterName: "Jane Roe" };

describe("the receipt for a record", function () {
  this.timeout(300_000);
  const place = temporaryFolder();
  let chain: TestChain;
  let service: TestService;
  let folder: string;
  let id: string;
  let other: string;
  before(async () => {
    ({ folder } = await builtPages());
    chain = await startSwiftChain();
    service = await startService({ chain, pagesDir: folder });
    const enter = async (number: number): Promise<string> =>
      ((await submit(service, JSON.stringify(report(number, { claims: SAID })))).json as Required<Result>).id;
    [id, other] = [await enter(1), await enter(2)];
  });
  after(async () => {
    await service.stop();
    await chain.stop();
  });

  const receiptPage = (options: Parameters<typeof watched>[1] = {}): Promise<WatchedPage> =>
    watched(`${service.url}/receipts/${id}`, options);

  /** Nothing was forbidden, and nobody else was asked. */
  async function endWell({ requests, complaints, close }: WatchedPage): Promise<void> {
    expect(requests.filter((url) => !url.startsWith(`${service.url}/`))).to.deep.equal([]);
    expect(complaints).to.deep.equal([]);
    await close();
  }

  function expectNothingSaid(text: string): void {
    for (const value of Object.values(SAID)) expect(text).to.not.include(value);
  }

  it("says that a record is received and not yet proven, and nothing of what it says", async () => {
    const open = await receiptPage();
    await until(
      () => open.page.locator(".steps > li").allInnerTexts(),
      (way) =>
        expect(way.map((one) => one.split("\n")[0])).to.deep.equal([
          "Received done",
          "Entered in the log done",
          "Anchored on the blockchain still to come",
          "Proven still to come",
        ]),
    );
    const facts = [id, service.policy.log.name, /\d entries, root [0-9a-f]{64}/];
    expectNothingSaid(await expectShown(open.page.locator("main"), ...facts));
    expect(await open.page.getByRole("button", { name: "Verify it now" }).count()).to.equal(0);
    await open.page.goto(`${service.url}/receipts/${id}?lang=en#verify`);
    await open.page.reload();
    await expectShown(open.page.locator(".notice"), /waits for its anchor/);
    // A bundle was asked for, which is not there yet.
    expect(open.complaints.filter((one) => !/409/.test(one))).to.deep.equal([]);
    await open.close();
  });

  describe("once it is anchored", () => {
    before(() => service.anchorAll());

    it("has a code that leads a phone to the verifier, and there to a verdict, with nothing fetched unasked", async () => {
      const receipt = await receiptPage();
      await receipt.page.locator(".qr-code").waitFor();
      const address = await readQrCode(await receipt.page.screenshot({ fullPage: true }));
      expect(address.split("#")[0]).to.equal(`${service.url}/verify`);
      expect(placeOf(new URL(address).hash)).to.deep.equal({ id, origin: service.policy.log.name });
      expect((await receipt.page.locator(".steps > li").allInnerTexts()).join()).to.not.match(/still to come/);
      const href = await receipt.page.getByRole("link", { name: "Download as PDF" }).getAttribute("href");
      const pdf = await fetch(`${service.url}${href}`);
      expect(await readQrCodeInPdf(new Uint8Array(await pdf.arrayBuffer()))).to.equal(address);
      await endWell(receipt);

      const open = await watched(address, { isPhone: true });
      await expectShown(open.page.locator("section").first(), id);
      await expectNoBarriers(open.page);
      await expectFits(open.page);
      expect(open.requests.filter((url) => /\/v1\/|receipts/.test(url))).to.deep.equal([]);
      await usePolicy(open);
      await open.page.getByRole("link", { name: "Fetch the proof from this service" }).click();
      await open.page.locator("section.verdict-holds").waitFor();
      await expectShown(open.page.locator("section").first(), /This is the record of your receipt/);
      expect(await open.page.evaluate("location.pathname + location.hash")).to.equal(address.slice(service.url.length));
      expect(await open.page.evaluate("sessionStorage.length")).to.equal(0);
      await expectNoBarriers(open.page);
      await endWell(open);
    });

    it("leads to no verdict who has gone elsewhere while its proof was fetched", async () => {
      const { page, close } = await receiptPage({ locale: "en" });
      await page.getByRole("button", { name: "Verify it now" }).waitFor();
      const held = await holdAnswers(page, /bundle$/);
      await page.getByRole("button", { name: "Verify it now" }).click();
      await held.asked(1);
      expect(await page.getByRole("button", { name: "Verify it now" }).getAttribute("disabled")).to.not.equal(null);
      await page.locator(`a.button[href^="/records/${id}"]`).click();
      await page.locator(".timeline").waitFor();
      await held.letGo(0);
      expect(await page.evaluate("location.pathname")).to.equal(`/records/${id}`);
      expect(await page.evaluate("sessionStorage.length")).to.equal(0);
      await close();
    });

    it("is told from that for another record, and from another log's", async () => {
      for (const [fragment, said] of [
        [new URLSearchParams({ id: other, origin: service.policy.log.name }), /the proof of another record/],
        [new URLSearchParams({ id, origin: "elsewhere.example/log" }), /for another log/],
      ] as const) {
        const open = await watched(`${service.url}/verify#${fragment.toString()}`);
        await usePolicy(open);
        const bundle = await (await fetch(`${service.url}/v1/records/${id}/bundle`)).text();
        await open.page.getByLabel("Choose files").setInputFiles([file("bundle.json", bundle)]);
        await open.page.locator("section.verdict-holds").waitFor();
        await expectShown(open.page.locator("section").first(), said);
        await endWell(open);
      }
    });

    it("is named by the single file too, which asks nobody and says where the proof is", async () => {
      const fragment = new URLSearchParams({ id, origin: service.policy.log.name }).toString();
      const open = await watched(`${pathToFileURL(join(folder, "warifu-verify.html")).href}#${fragment}`);
      await expectShown(open.page.locator("section").first(), /reaches no network/, `warifu prove ${id}`);
      expect(await open.page.getByRole("link", { name: /Fetch/ }).count()).to.equal(0);
      expect([open.requests.length, open.complaints]).to.deep.equal([1, []]);
      await open.close();
    });

    it("fits a phone in each language, has no barrier in either theme, and is read on paper", async () => {
      for (const [locale, colorScheme, title] of [
        ["en", "dark", "Receipt"],
        ["es", "light", "Justificante"],
        ["ja", "dark", "受領証"],
      ] as const) {
        const open = await receiptPage({ locale, colorScheme, isPhone: true });
        await open.page.locator(".qr-code").waitFor();
        await expectText(open.page.locator("h1"), title);
        // What it finds hangs on colours and structure, not on the words of a third language.
        if (locale !== "ja") await expectNoBarriers(open.page);
        await expectFits(open.page);
        // Dark on light whatever the theme, or many readers see nothing.
        expect(await readQrCode(await open.page.screenshot({ fullPage: true }))).to.include(id);
        await open.page.emulateMedia({ media: "print" });
        expect(await readQrCode(await open.page.screenshot({ fullPage: true }))).to.include(id);
        await expectCount(open.page.locator(".buttons .button:visible"), 0);
        await endWell(open);
      }
    });

    it("says so where there is no such record, or it is an event of the log", async () => {
      const { items } = (await (await fetch(`${service.url}/v1/records?leaf=0`)).json()) as { items: { id: string }[] };
      for (const missing of ["019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f", items[0]!.id]) {
        const open = await watched(`${service.url}/receipts/${missing}`);
        await open.page.locator(".notice-error").waitFor();
        await open.close();
      }
    });

    it("is written by the command, as HTML that asks nobody, whose code is the same", async () => {
      const { code, stdout } = await run("--lang", "ja", "--format", "html");
      expect(code).to.equal(0);
      expect(stdout)
        .to.match(/<html lang="ja">/)
        .and.include("受領証");
      expectNothingSaid(stdout);
      const { code: written } = await run("--output", "receipt.html", "--public-url", "https://ledger.example/");
      expect(written).to.equal(0);
      const open = await watched(pathToFileURL(join(place, "receipt.html")).href, { isPhone: true });
      expect(await readQrCode(await open.page.screenshot({ fullPage: true }))).to.match(
        /^https:\/\/ledger\.example\/verify#id=/,
      );
      await expectNoBarriers(open.page);
      await expectFits(open.page);
      expect([open.requests.length, open.complaints]).to.deep.equal([1, []]);
      await open.close();
    });

    it("is written by the command as PDF, tagged, in the language asked for, with the same code", async () => {
      expect((await run("--lang", "es", "--output", "receipt.pdf")).stdout).to.match(/receipt\.pdf: justificante de/);
      const bytes = readFileSync(join(place, "receipt.pdf"));
      const proxy = await getDocumentProxy(new Uint8Array(bytes));
      const { text } = await extractText(proxy, { mergePages: true });
      for (const said of ["Justificante", "Demostrado hecho", id, service.policy.log.name])
        expect(text.replaceAll(/\s+/g, " "), text).to.include(said);
      expectNothingSaid(text);
      const page = await proxy.getPage(1);
      const tree = JSON.stringify(await page.getStructTree());
      expect(tree).to.include("Figure").and.include("Código QR");
      expect(await readQrCodeInPdf(bytes)).to.equal(
        `${service.url}/verify#${new URLSearchParams({ id, origin: service.policy.log.name }).toString()}`,
      );
    });

    it("is data for programs, and wrong use is said as such", async () => {
      const { stdout } = await run("--json");
      expect(JSON.parse(stdout)).to.include({ format: "warifu-receipt/1", id, isProven: true });
      expect((await runHere(["receipt", "no-id", "--url", service.url], place)).code).to.equal(2);
      expect((await run("--format", "docx")).code).to.equal(2);
    });

    const run = (...args: string[]) => runHere(["receipt", id, "--url", service.url, ...args], place);
  });

  async function usePolicy({ page }: WatchedPage): Promise<void> {
    const policy = file("policy.json", formatPolicy(service.policy));
    await page.getByLabel("Choose a policy file").setInputFiles([policy]);
    await page.locator(".fingerprint").waitFor();
  }
});

describe("the address in a receipt's code", () => {
  it("is read strictly: an id, an origin, and nothing more", () => {
    const [id, origin] = ["019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f", "santander.example/ledger"];
    expect(placeOf(`#id=${id}&origin=${encodeURIComponent(origin)}`)).to.deep.equal({ id, origin });
    for (const wrong of [
      "",
      "#content",
      `#id=${id}`,
      `#id=${id}x&origin=a`,
      `#id=${id}&origin=a+b`,
      `#id=${id}&origin=a&x=1`,
    ])
      expect(placeOf(wrong), wrong).to.equal(undefined);
  });
});
