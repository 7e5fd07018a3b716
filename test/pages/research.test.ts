// The researcher's page in a browser: figures, files, citation, in each language, with nothing of others and no barrier.

import { readFileSync } from "node:fs";

import { expect } from "chai";
import { parse } from "csv-parse/sync";

import { readingText, submitLines } from "../http/support/call.ts";
import { createClient, type AnchorView } from "../../src/client/client.ts";
import { startSwiftChain, type TestChain } from "../support/chains.ts";
import { startService, type TestService } from "../support/service.ts";
import { builtPages } from "./support/built.ts";
import { expectShown, expectText, until } from "./support/shown.ts";
import { expectFits, expectNoBarriers, watched } from "./support/watched.ts";

describe("the researcher's page", () => {
  let chain: TestChain;
  let service: TestService;
  let anchors: readonly AnchorView[];
  before(async () => {
    const { folder } = await builtPages();
    chain = await startSwiftChain();
    service = await startService({ chain, pagesDir: folder });
    for (const count of [30, 6]) {
      const lines = Array.from({ length: count }, (_, i) => readingText(i, { source: `research/${count}` }));
      await submitLines(service, lines.join("\n"));
      await service.anchorAll();
    }
    anchors = (await createClient({ url: service.url }).anchors()).items;
  });
  after(async () => {
    await service?.stop();
    await chain?.stop();
  });

  it("shows what final anchors took, and how the log is cited", async () => {
    const { page, requests, complaints, close } = await watched(`${service.url}/research`);
    const rows = await until(
      async () => (await page.locator("tbody tr").allInnerTexts()).map((row) => row.split(/\t|\n/)),
      (found) => expect(found).to.not.have.length(0),
    );
    const covered = rows.find(([name]) => name === "Records covered");
    expect(covered).to.deep.equal(["Records covered", "18", "12", "24", "6", "30"]);
    expect(rows.map(([name]) => name)).to.include.members(["Gas of an anchor", "From the signed head to final, s"]);
    const { origin, treeSize } = await service.ledger.status();
    const cited = new RegExp(`@misc\\{[\\w-]+-${treeSize}, title = \\{Warifu log ${origin}`);
    await expectShown(page.locator("main"), `checkpoint of ${treeSize} entries`, cited);
    expect(complaints).to.deep.equal([]);
    expect(requests.filter((url) => !url.startsWith(`${service.url}/`))).to.deep.equal([]);
    await close();
  });

  it("saves all anchors as CSV and as JSON, with the figures that the service gives", async () => {
    const { page, complaints, close } = await watched(`${service.url}/research`);
    const saved = async (button: string): Promise<string> => {
      const download = page.waitForEvent("download");
      await page.getByRole("button", { name: button }).click();
      return readFileSync(await (await download).path(), "utf8");
    };
    const table = parse(await saved("Download as CSV"), { columns: true }) as Record<string, string>[];
    expect(table.map(({ gasUsed }) => Number(gasUsed))).to.deep.equal(anchors.map(({ gasUsed }) => gasUsed));
    expect(JSON.parse(await saved("Download as JSON"))).to.deep.equal(anchors);
    await page.locator("text=anchors.json: 2 anchors.").waitFor();
    expect(complaints).to.deep.equal([]);
    await close();
  });

  for (const [locale, colorScheme, title] of [
    ["en", "dark", "For researchers"],
    ["es", "light", "Para investigar"],
    ["ja", "dark", "研究者の方へ"],
  ] as const)
    it(`fits a phone, in ${locale}, ${colorScheme}, without barriers`, async () => {
      const { page, complaints, close } = await watched(`${service.url}/research`, {
        ...{ locale, colorScheme, isPhone: true },
      });
      await page.locator("table").waitFor();
      await expectText(page.locator("h1"), title);
      await expectFits(page);
      // What it finds hangs on colours and structure, not on the words of a third language.
      if (locale !== "ja") await expectNoBarriers(page);
      expect(complaints).to.deep.equal([]);
      await close();
    });
});
