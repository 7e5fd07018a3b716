// The reference of the API in a real browser: found by keyboard, linked to, tried; in each language, both themes, on a phone.

import { gzipSync } from "node:zlib";

import { expect } from "chai";

import { createOpenApiDocument } from "../../src/http/openapi.ts";
import { ROUTES } from "../../src/http/routes.ts";
import { operationsOf, type ApiDocument } from "../../src/pages/reference/document.ts";
import { submit, readingText, type Result } from "../http/support/call.ts";
import { startService, type TestService } from "../support/service.ts";
import { builtPages } from "./support/built.ts";
import { expectCount, expectShown, expectText, until } from "./support/shown.ts";
import { expectFits, expectNoBarriers, watched, type WatchedPage } from "./support/watched.ts";

describe("the reference of the API", function () {
  this.timeout(300_000);
  let service: TestService;
  let id: string;
  before(async () => {
    const { folder } = await builtPages();
    service = await startService({ pagesDir: folder });
    id = ((await submit(service, readingText(1))).json as Required<Result>).id;
  });
  after(() => service.stop());

  async function reference(rest = "", options: Parameters<typeof watched>[1] = {}): Promise<WatchedPage> {
    const open = await watched(`${service.url}/docs${rest}`, options);
    await open.page.locator(".operation").first().waitFor();
    return open;
  }

  /** Nothing was forbidden, and nobody else was asked. */
  async function endWell({ requests, complaints, close }: WatchedPage): Promise<void> {
    expect(requests.filter((url) => !url.startsWith(`${service.url}/`))).to.deep.equal([]);
    expect(complaints).to.deep.equal([]);
    await close();
  }

  it("has every operation that programs call, each with an anchor of its own", async () => {
    const open = await reference();
    const anchors = await open.page.evaluate("[...document.querySelectorAll('.operation')].map(({ id }) => id)");
    const document = createOpenApiDocument(ROUTES) as unknown as ApiDocument;
    expect(anchors).to.have.members(operationsOf(document).map(({ operationId }) => operationId));
    await endWell(open);
  });

  it("opens the operation that an address names, with examples of what is in this very log", async () => {
    const open = await reference("#showRecord");
    const operation = open.page.locator("#showRecord");
    await operation.locator(".code-block").first().waitFor();
    const [curl, ofClient] = [`curl '${service.url}/v1/records/${id}'`, `await client.record("${id}")`];
    await expectShown(operation, curl, ofClient, /404[^]*NOT_FOUND/);
    await endWell(open);
  });

  it("is searched and opened with the keyboard alone", async () => {
    const open = await reference();
    await open.page.getByLabel("Find an operation").fill("listCheckpoints");
    await expectText(open.page.locator("p[role=status]"), "1 operation");
    await expectCount(open.page.locator(".operation"), 1);
    await open.page.getByLabel("Find an operation").press("Enter");
    await open.page.locator("#listCheckpoints[open] .code-block").first().waitFor();
    await until(
      () => open.page.evaluate("document.activeElement.closest('.operation')?.id"),
      (focused) => expect(focused).to.equal("listCheckpoints"),
    );
    expect(await open.page.evaluate("location.hash")).to.equal("#listCheckpoints");
    await endWell(open);
  });

  it("asks the service itself when somebody tries an operation that is open to all, and offers no other", async () => {
    const open = await reference("#showRecord");
    const operation = open.page.locator("#showRecord");
    await operation.locator(".try-it summary").click();
    await operation.getByRole("button", { name: "Send" }).click();
    await expectShown(operation.locator(".try-it .code-block"), /Answer 200/, `"id": "${id}"`);
    expect(open.requests).to.include(`${service.url}/v1/records/${id}`);
    await endWell(open);
    for (const guarded of ["listKeys", "submitRecords", "showDisclosure"]) {
      const other = await reference(`#${guarded}`);
      await other.page.locator(`#${guarded} .code-block`).first().waitFor();
      expect(await other.page.locator(`#${guarded} .try-it`).count(), guarded).to.equal(0);
      await expectShown(other.page.locator(`#${guarded}`), /Authorization: Bearer \$WARIFU_/);
      await endWell(other);
    }
  });

  it("fits a phone in each language, and has no barrier in either theme, with operations open", async () => {
    for (const [locale, colorScheme, title] of [
      ["en", "light", "API reference"],
      ["es", "dark", "Referencia de la API"],
      ["ja", "dark", "APIリファレンス"],
    ] as const) {
      const open = await reference("#submitRecords", { locale, colorScheme, isPhone: true });
      await expectText(open.page.locator("h1"), title);
      await open.page.evaluate(
        "document.querySelectorAll('#submitRecords details, #listRecords, #showStatus').forEach((one) => (one.open = true))",
      );
      await open.page.locator("#showStatus .code-block").first().waitFor();
      await open.page.evaluate("document.querySelectorAll('#listRecords details').forEach((one) => (one.open = true))");
      // What it finds hangs on colours and structure, not on the words of a third language.
      if (locale !== "es") await expectNoBarriers(open.page);
      await expectFits(open.page);
      await endWell(open);
    }
  });

  it("loads at most 150,000 bytes, the document included, which comes compressed", async () => {
    const { files } = await builtPages();
    const loaded = [
      ...Buffer.from(files.get("reference.html")!)
        .toString()
        .matchAll(/(?:src|href)="\/([^"]+)"/g),
    ];
    const size = loaded.reduce((sum, [, path]) => sum + gzipSync(files.get(path!)!).length, 0);
    const answer = await fetch(`${service.url}/openapi.json`, { headers: { "accept-encoding": "gzip" } });
    expect(answer.headers.get("content-encoding")).to.equal("gzip");
    expect(answer.headers.get("vary")).to.include("accept-encoding");
    const document = Number(answer.headers.get("content-length"));
    expect(document).to.be.within(20_000, 100_000);
    expect(size + document).to.be.lessThan(150_000);
    const plain = await fetch(`${service.url}/openapi.json`, { headers: { "accept-encoding": "identity" } });
    expect(plain.headers.get("content-encoding")).to.equal(null);
    expect(await plain.json()).to.deep.equal(await answer.json());
  });
});
