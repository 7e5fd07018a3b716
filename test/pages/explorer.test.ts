// The explorer in a real browser over a city with something of everything: every view in three languages and both themes, on
// a phone and on a desk, by keyboard, with nothing forbidden, nothing of others and no barrier in either theme.

import { join } from "node:path";

import { expect } from "chai";

import { call } from "../http/support/call.ts";
import { reading } from "../support/ledger.ts";
import type { TestService } from "../support/service.ts";
import { builtPages } from "./support/built.ts";
import { promised } from "./support/promised-time.ts";
import { sent, startSampleCity, type SampleCity } from "./support/sample-city.ts";
import { expectShown, expectText, until } from "./support/shown.ts";
import { expectFits, expectNoBarriers, watched, type WatchedPage } from "./support/watched.ts";

/** Many enough that whatever reads the whole log for a view is slow. */
const MANY = 30_000;
/** When the last of what was asked for had come and was drawn, and the bytes of all of it as they were sent. */
const FIRST_VIEW = `(() => {
  const all = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
  return { readyMs: performance.now(), bytes: all.reduce((sum, { transferSize }) => sum + transferSize, 0) };
})()`;

/** Folder for a picture of each view, for whoever wants to look at them. */
const PICTURES = process.env["EXPLORER_PICTURES"];

describe("the explorer in a browser", function () {
  this.timeout(300_000);
  let city: SampleCity;
  before(async () => {
    const { folder } = await builtPages();
    city = await startSampleCity({ pagesDir: folder });
  });
  after(() => city.stop());

  /** Every view, and what shows that it is there. */
  const views = (): readonly (readonly [name: string, path: string, shown: string])[] => [
    ["home", "/", ".chart"],
    ["records", "/records", "table.table"],
    ["record", `/records/${city.erased}`, ".timeline"],
    ["map", "/map", ".map"],
    ["sources", "/sources", "table.table"],
    ["source", "/sources?name=fujisawa%2Fpark-3", ".numbers"],
    ["anchors", "/anchors", "section > table.table"],
    ["monitoring", "/monitoring", ".judged"],
    ["rights", "/rights", "table.table"],
  ];

  const open = (path: string, options: Parameters<typeof watched>[1] = {}): Promise<WatchedPage> =>
    watched(`${city.service.url}${path}`, options);

  async function expectClean({ requests, complaints }: WatchedPage): Promise<void> {
    expect(complaints).to.deep.equal([]);
    expect(requests.filter((url) => !url.startsWith(`${city.service.url}/`))).to.deep.equal([]);
  }

  for (const [isPhone, colorScheme, locale] of [
    [false, "light", "en"],
    [true, "dark", "ja"],
    [true, "light", "es"],
    ...(PICTURES === undefined ? [] : ([[false, "dark", "en"]] as const)),
  ] as const) {
    const where = `${isPhone ? "on a phone" : "on a desk"}, ${colorScheme}, in ${locale}`;
    it(`shows every view ${where}`, async () => {
      const opened = await open("/", { isPhone, colorScheme, locale });
      const { page } = opened;
      for (const [name, path, shown] of views()) {
        await page.goto(`${city.service.url}${path}`);
        await page.locator(shown).first().waitFor();
        // What it finds hangs on colours and structure, not on the words of a third language.
        if (locale !== "es") await expectNoBarriers(page);
        await expectFits(page);
        const file = `${name}-${isPhone ? "phone" : "desk"}-${colorScheme}-${locale}.png`;
        if (PICTURES !== undefined) await page.screenshot({ path: join(PICTURES, file), fullPage: true });
      }
      await expectClean(opened);
      await opened.close();
    });
  }

  it("fits at a zoom of 200 % and on a tablet, as do the other pages for which nobody signs in", async () => {
    const others = [
      ["receipt", `/receipts/${city.reading}`, ".receipt-check"],
      ["reference", "/docs", "h3"],
      ["research", "/research", "table"],
      ["verifier", "/verify", "input[type=file]"],
      ["sign-in", "/desk", "h1"],
    ] as const;
    const opened = await open("/", { isZoomed: true });
    for (const [name, path, shown] of [...views(), ...others]) {
      await opened.page.goto(`${city.service.url}${path}`);
      await opened.page.locator(shown).first().waitFor({ state: "attached" });
      for (const width of [640, 836, 1_000]) {
        await opened.page.setViewportSize({ width, height: 800 });
        await expectFits(opened.page, `${name} at ${width}`);
      }
    }
    await opened.close();
  });

  it("shows a gap within a minute, without being asked", async () => {
    const opened = await open("/monitoring");
    await sent(city.service, { type: "sensor-reading", source: "santander/gate", seq: 0, claims: { n: 0 } });
    await sent(city.service, { type: "sensor-reading", source: "santander/gate", seq: 4_711, claims: { n: 1 } });
    const begun = performance.now();
    await opened.page.locator("text=1–4,710").first().waitFor();
    expect(performance.now() - begun).to.be.lessThan(60_000);
    await expectShown(opened.page.locator(".judged-gap").first(), /numbers missing/);
    await expectClean(opened);
    await opened.close();
  });

  it("tells the life of a record: received, logged, anchored, final, disclosed, erased", async () => {
    const { page, close } = await open(`/records/${city.erased}`);
    const steps = ["Received", "Entered in the log", "Disclosed to somebody", "Erased"];
    await until(
      () => page.locator(".timeline h3").allInnerTexts(),
      (told) => expect(told).to.include.members([...steps, "Anchored in a block", "Anchor final"]),
    );
    await close();
  });

  it("names what a record says as its profile does, and keeps its buttons apart on a phone", async () => {
    const { page, close } = await open(`/records/${city.erased}`, { isPhone: true, locale: "es" });
    await until(
      () => page.locator("dt").allInnerTexts(),
      (names) => expect(names).to.include("Categoría").and.not.include("category"),
    );
    const [first, second] = (await page.evaluate(
      `[...document.querySelectorAll("a.button")].map((one) => { const { top, bottom } = one.getBoundingClientRect(); return { top, bottom }; })`,
    )) as { top: number; bottom: number }[];
    expect(second!.top - first!.bottom, "pixels between them").to.be.at.least(6);
    await close();
  });

  it("does not say of what is withheld that it says nothing", async () => {
    const { page, close } = await open(`/records/${city.withheld}`);
    await expectShown(page.locator("main"), /The content of this record is no longer shown/);
    expect(await page.locator("main").innerText()).to.not.include("What it says in public");
    await page.goto(`${city.service.url}/records`);
    const row = page.locator(`tr:has(a[href*="${city.withheld}"])`);
    await expectShown(row, "Withheld");
    expect(await row.innerText()).to.not.include("none");
    await close();
  });

  it("tells a claim that is empty from a claim that it left out", async () => {
    const { page, close } = await open(`/records/${city.reading}`);
    await expectShown(page.locator("dl").first(), /ayto:noise\s+\(empty\)/);
    await close();
  });

  it("is gone through by keyboard alone: past the header, from link to link, and back", async () => {
    const { page, close } = await open("/");
    const press = (key: string) => page.keyboard.press(key);
    const focused = () => page.evaluate("document.activeElement?.textContent?.trim() ?? ''");
    await press("Tab");
    expect(await focused()).to.equal("Skip to the content");
    await press("Enter");
    await until(
      () => page.evaluate("document.activeElement?.id"),
      (id) => expect(id).to.equal("content"),
    );
    await page.goto(`${city.service.url}/`);
    await page.locator(".chart").first().waitFor();
    for (let presses = 0; presses < 12 && (await focused()) !== "Sources"; presses++) await press("Tab");
    await press("Enter");
    await expectText(page.locator("h1"), "Sources");
    await page.locator("table.table").waitFor();
    await page.goBack();
    await page.locator(".chart").first().waitFor();
    await close();
  });

  it("shows the block that an anchor left in a reorg, and the one that it is in", async () => {
    const blockHash = `0x${"5".repeat(64)}`;
    await city.service.store.updateAnchor(1, {}, { blockNumber: 4_711, blockHash, leftAt: Date.now() });
    const { page, close } = await open("/anchors");
    await expectText(page.locator(".block-course s"), "4,711 0x55555555…");
    await expectShown(page.locator("main"), /1 of these anchors went into another block/);
    await page.locator("text=A block is final when the chain itself calls it final.").waitFor();
    await expectNoBarriers(page);
    await close();
  });

  it("counts the same as the API, and links to what it counts", async () => {
    const { page, close } = await open("/sources");
    const [source] = ((await call(city.service, "/v1/sources")).json as { readonly items: { name: string }[] }).items;
    await expectShown(page.locator("tbody tr").first(), source!.name);
    await page.getByRole("link", { name: source!.name }).click();
    await page.locator(".numbers").waitFor();
    await expectText(page.locator("h1"), source!.name);
    await close();
  });

  // Last, since what it sends drives everything else out of the lists. With a million: `npm run bench -- --only lists`.
  it(`has a first view within a second and in 150,000 bytes when ${MANY.toLocaleString("en")} records more are in the log`, async () => {
    await submitMany(city.service, MANY);
    let leastMs = Infinity;
    // The least of three: what it takes beyond that is other work on the machine.
    for (let time = 0; time < 3 && leastMs >= promised(1_000); time++) {
      const { page, close } = await open("/");
      await page.locator(".chart").nth(1).waitFor();
      await page.locator("table.table tbody tr").first().waitFor();
      const { readyMs, bytes } = (await page.evaluate(FIRST_VIEW)) as {
        readonly readyMs: number;
        readonly bytes: number;
      };
      expect(bytes, "bytes that came over the wire").to.be.within(10_000, 150_000);
      leastMs = Math.min(leastMs, readyMs);
      await close();
    }
    expect(leastMs, "milliseconds until it is drawn").to.be.lessThan(promised(1_000));
  });
});

/** Straight into the pipeline, as the API does with a batch: what is tested here is reading. */
async function submitMany({ pipeline }: TestService, count: number): Promise<void> {
  const submitter = { sender: "flood", assertMaySend: () => undefined };
  for (let begin = 0; begin < count; begin += 2_000) {
    const records = Array.from({ length: 2_000 }, (_, i) => reading(begin + i));
    const outcomes = await pipeline.submit(records, submitter);
    expect(outcomes.every(({ ok }) => ok)).to.equal(true);
  }
}
