// A sampled audit in the page that may connect: of the log that serves it, with the auditor's own node; refuted where an entry was
// altered; from a file on a disk, of a log elsewhere, stopped and gone on with after the page was loaded anew; in three languages.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";

import { expect } from "chai";

import { formatPolicy, type Policy } from "../../src/core/policy.ts";
import { drawLeaves, seededSample } from "../../src/verify/sample.ts";
import { reading, submitLines } from "../http/support/call.ts";
import { startSwiftChain, type TestChain } from "../support/chains.ts";
import { startService, type TestService } from "../support/service.ts";
import { logFiles, serveLog } from "../verify/support/served-log.ts";
import { builtPages } from "./support/built.ts";
import { expectShown, until } from "./support/shown.ts";
import { expectFits, expectNoBarriers, file, watched, type WatchedPage } from "./support/watched.ts";

const SEED = "lottery of 24 December";
const RECORDS = 600;
const LEAVES = 300;

describe("a sampled audit in the page", () => {
  let chain: TestChain;
  let service: TestService;
  let policy: Policy;
  let onDisk: string;
  before(async () => {
    const { folder } = await builtPages();
    onDisk = pathToFileURL(join(folder, "warifu-verify-rpc.html")).href;
    chain = await startSwiftChain();
    service = await startService({ chain, pagesDir: folder });
    const records = Array.from({ length: RECORDS }, (_, at) => JSON.stringify(reading(at / 10)));
    await submitLines(service, records.join("\n"));
    await service.anchorAll();
    policy = { ...service.policy, chain: { ...service.policy.chain, accept: "trusted-block" } };
  });
  after(async () => {
    await service.stop();
    await chain.stop();
  });

  const open = async (address: string, use: Policy, options?: Parameters<typeof watched>[1]): Promise<WatchedPage> => {
    const page = await watched(address, options);
    await page.page
      .locator("input[type=file]")
      .first()
      .setInputFiles([file("policy.json", formatPolicy(use))]);
    await page.page.locator(".fingerprint").waitFor();
    return page;
  };
  const order = async ({ page }: WatchedPage, leaves = LEAVES): Promise<void> => {
    await page.locator("summary").click();
    await page.locator("details input[type=url]").fill(chain.rpcUrl);
    const fields = page.locator(".sample input");
    await fields.nth(1).fill(String(leaves));
    await fields.nth(2).fill(SEED);
    await page.locator(".sample .button-main").click();
  };
  const drawn = (): number[] => drawLeaves(seededSample(LEAVES, SEED), service.log.tree.publishedSize) ?? [];

  it("says of the log that serves it how sure the reader may be, and asks nobody but that log and the node", async () => {
    const watch = await open(`${service.url}/warifu-verify-rpc.html`, policy);
    const { page, requests, complaints } = watch;
    let threads = 0;
    page.on("worker", () => threads++);
    expect(await page.getByLabel("Address of the log").inputValue()).to.equal(`${service.url}/log`);
    await order(watch);
    await page.locator("section.verdict-holds").waitFor();
    expect(threads, "the page itself stays free").to.equal(1);
    await expectShown(
      page.locator("section.verdict"),
      /300 of 60\d entries were drawn\. With 95 % confidence, at most 1 % of all entries are altered/,
    );
    await expectShown(
      page.locator("section.report"),
      `drawn from the seed ${SEED}`,
      /Newest anchor\s+60\d entries, block \d+/,
      /Program\s+warifu-verify \d/,
      `--sample ${LEAVES} --seed '${SEED}'`,
    );
    await expectNoBarriers(page);
    expect(new Set(requests.filter((url) => !url.startsWith("blob:")).map((url) => new URL(url).origin))).to.deep.equal(
      new Set([service.url, chain.rpcUrl]),
    );
    expect(complaints).to.deep.equal([]);
    const [saved] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save the report (HTML)" }).click(),
    ]);
    expect(saved.suggestedFilename()).to.equal("audit.html");
    expect(readFileSync(await saved.path(), "utf8")).to.match(/^<!doctype html>[^]*It holds[^]*lottery of 24 December/);
    await watch.close();
  });

  it("leaves it undecided where nobody was asked about the chain", async () => {
    const watch = await open(`${service.url}/warifu-verify-rpc.html`, policy);
    await watch.page.locator(".sample .button-main").click();
    await watch.page.locator("section.verdict-undecided").waitFor();
    await expectShown(watch.page.locator("section.report"), /no chain was asked/i);
    await watch.close();
  });

  it("names an entry that was altered behind the log's back", async () => {
    const leaf = drawn()[7]!;
    const db = new DatabaseSync(join(service.folder, "ledger.sqlite"), { timeout: 60_000 });
    const row = db.prepare("SELECT body_digest AS digest FROM entry WHERE leaf_index = ?").get(leaf);
    const change = db.prepare("UPDATE entry SET body_digest = ? WHERE leaf_index = ?");
    change.run(new Uint8Array(32), leaf);
    const watch = await open(`${service.url}/warifu-verify-rpc.html`, policy);
    await order(watch);
    await watch.page.locator("section.verdict-refuted").waitFor();
    const altered = new RegExp(`leaf ${leaf}: the log says itself`);
    await expectShown(watch.page.locator("section.report"), altered, /1 in all/);
    await watch.close();
    change.run(row!["digest"] as Uint8Array, leaf);
    db.close();
  });

  it("stops when told to, and goes on where it was, even after the page was loaded anew", async () => {
    const log = logFiles(2_000);
    // Each once, however often it is asked for: on a slow machine the page does not wait for all that it asks.
    const asked = new Set<string>();
    const held: (() => void)[] = [];
    let isSlow = true;
    const served = await serveLog(log, (path, response) => {
      response.setHeader("access-control-allow-origin", "*");
      if (!path.startsWith("addenda/")) return false;
      asked.add(path);
      const answer = (): void => void response.writeHead(200).end(log.files.get(path));
      if (!isSlow) return false;
      if (asked.size > 200) held.push(answer);
      else setTimeout(answer, 60);
      return true;
    });
    const watch = await open(onDisk, log.policy);
    const { page } = watch;
    await page.getByLabel("Address of the log").fill(served.url);
    await page.getByLabel("How many entries").fill("500");
    await page.locator(".sample .button-main").click();
    const progress = page.locator(".progress p").first();
    await expectShown(progress, /^\d+ of 500 entries · [\d.]+ a second · about \d+ (second|minute)s? left$/);
    await until(
      async () => held.length,
      (count) => expect(count).to.be.greaterThan(0),
    );
    await page.getByRole("button", { name: "Stop" }).click();
    const said = await expectShown(page.locator(".sample .notice"), /Stopped after [1-9]\d* of 500 entries/);
    const done = Number(/after (\d+)/.exec(said)?.[1]);
    await expectNoBarriers(page);
    isSlow = false;
    await page.reload();
    await page
      .locator("input[type=file]")
      .first()
      .setInputFiles([file("policy.json", formatPolicy(log.policy))]);
    asked.clear();
    await page.getByRole("button", { name: "Go on" }).click();
    await page.locator("section.verdict-holds").waitFor();
    expect(asked.size, "what was done is not done again").to.equal(500 - done);
    await expectShown(page.locator("section.report"), /^bodies\s+500$/m);
    expect(watch.complaints).to.deep.equal([]);
    await watch.close();
    await served.stop();
  });

  for (const [locale, said] of [
    ["es-ES", /Con una confianza del 95 %, como mucho el 1 %/],
    ["ja-JP", /信頼度 95 % で、改変されたエントリは全体の 1 % 以下です/],
  ] as const)
    it(`speaks ${locale.slice(0, 2)}, on a phone, in the dark`, async () => {
      const phone = { locale, colorScheme: "dark", isPhone: true } as const;
      const watch = await open(`${service.url}/warifu-verify-rpc.html`, policy, phone);
      await expectFits(watch.page);
      await order(watch);
      await watch.page.locator("section.verdict-holds").waitFor();
      await expectShown(watch.page.locator("section.verdict"), said);
      await expectFits(watch.page);
      // What it finds hangs on colours and structure, not on the words of a third language.
      if (locale === "ja-JP") await expectNoBarriers(watch.page);
      expect(watch.complaints).to.deep.equal([]);
      await watch.close();
    });

  it("is not offered by the file without a network", async () => {
    const watch = await open(`${service.url}/verify`, policy);
    expect(await watch.page.locator(".sample").count()).to.equal(0);
    await watch.close();
  });
});
