// The whole way of a record that somebody checks: submitted with a photo, anchored, looked up in the explorer, its bundle
// downloaded there; then the service stops, and the verifier, opened from the disk, says what became of it. The chain is still
// there for those who want to ask it.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

import { expect } from "chai";

import { formatPolicy, type Policy } from "../../src/core/policy.ts";
import { call, type Result } from "../http/support/call.ts";
import { submitWithPictures } from "../http/support/form.ts";
import { phonePhoto } from "../pictures/support/draw.ts";
import { startHardhat, type TestChain } from "../support/chains.ts";
import { report } from "../support/ledger.ts";
import { patientServer } from "../support/patient-server.ts";
import { startService } from "../support/service.ts";
import { builtPages } from "./support/built.ts";
import { expectCount, expectShown, until } from "./support/shown.ts";
import { expectNoBarriers, file, watched, type WatchedPage } from "./support/watched.ts";

describe("from a photo to the verdict on it", function () {
  this.timeout(300_000);
  let chain: TestChain;
  let folder: string;
  let photo: Buffer;
  let bundle: string;
  /** As the explorer gives it to anybody: without what the record conceals. */
  let openBundle: string;
  let explorer: Pick<WatchedPage, "requests" | "complaints">;
  let serviceUrl: string;
  let policy: Policy;

  before(async () => {
    chain = await startHardhat();
    const { files, folder: pagesDir } = await builtPages();
    const service = await startService({ chain, pagesDir });
    serviceUrl = service.url;
    try {
      photo = await phonePhoto();
      const { id } = (await submitWithPictures(service, report(1), [photo])).json as Required<Result>;
      await service.anchorAll();
      bundle = (await call(service, `/v1/records/${id}/bundle?openings=true`, { role: "officer" })).text;
      policy = service.policy;
      openBundle = await downloadFromExplorer(service.url, id);
    } finally {
      await service.stop();
    }
    // Copied somewhere else, as to a memory stick.
    folder = mkdtempSync(join(tmpdir(), "warifu-stick-"));
    for (const name of ["warifu-verify.html", "warifu-verify-rpc.html"]) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), files.get(name)!);
    }
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await chain.stop();
  });

  /** Finds the record among those that the explorer lists, opens it, and takes its bundle. */
  async function downloadFromExplorer(url: string, id: string): Promise<string> {
    const open = await watched(`${url}/records`);
    await open.page.locator(`a[href*="/records/${id}"]`).first().click();
    const link = open.page.getByRole("link", { name: "Download the proof bundle" });
    await link.waitFor();
    await expectNoBarriers(open.page);
    const [saved] = await Promise.all([open.page.waitForEvent("download"), link.click()]);
    expect(saved.suggestedFilename()).to.equal(`${id}.json`);
    const text = readFileSync(await saved.path(), "utf8");
    explorer = { requests: [...open.requests], complaints: [...open.complaints] };
    await open.close();
    return text;
  }

  it("leads from the list of records to a bundle, which holds once the service is gone, in three languages", async () => {
    expect(explorer.complaints).to.deep.equal([]);
    expect(explorer.requests.filter((url) => !url.startsWith(`${serviceUrl}/`))).to.deep.equal([]);
    for (const [locale, said] of [
      ["en", /Holds\s+This record has not changed/],
      ["es", /Se sostiene\s+Este registro no ha cambiado/],
      ["ja", /成立\s+この記録は、アンカーされてから変わっていません/],
    ] as const) {
      const open = await watched(pathToFileURL(join(folder, "warifu-verify.html")).href, { locale });
      const inputs = open.page.locator("input[type=file]");
      await inputs.first().setInputFiles([file("policy.json", formatPolicy(policy))]);
      await open.page.locator(".fingerprint").waitFor();
      await inputs.first().setInputFiles([file("bundle.json", openBundle)]);
      await open.page.locator("section.verdict-holds").waitFor();
      await expectShown(open.page.locator("section.verdict"), said);
      expect([open.requests.length, open.complaints]).to.deep.equal([1, []]);
      await open.close();
    }
  });

  async function openWith(name: string, chosen: Policy): Promise<WatchedPage> {
    const open = await watched(pathToFileURL(join(folder, name)).href);
    await open.page.getByLabel("Choose a policy file").setInputFiles([file("policy.json", formatPolicy(chosen))]);
    await open.page.locator(".fingerprint").waitFor();
    return open;
  }

  const give = ({ page }: WatchedPage, files: Readonly<Record<string, string | Uint8Array>>) =>
    page.getByLabel("Choose files").setInputFiles(Object.entries(files).map(([name, content]) => file(name, content)));

  it("holds, knows its photo again, and is refuted once a letter is changed, all without a network", async () => {
    const open = await openWith("warifu-verify.html", policy);
    await open.context.setOffline(true);
    await give(open, { "bundle.json": bundle, "IMG_2041.jpg": photo });
    await open.page.locator("section.verdict-holds").waitFor();
    await expectShown(open.page.locator(".originals"), /IMG_2041\.jpg\s+Holds\s+Recognised: this is picture 1/);
    await open.page.getByRole("button", { name: "Remove all files" }).click();
    await give(open, { "bundle.json": bundle.replace("pothole", "pothola"), "IMG_2041.jpg": photo });
    await open.page.locator("section.verdict-refuted").waitFor();
    await expectShown(open.page.locator(".originals"), /The bundle itself does not hold/);
    expect([open.requests.length, open.complaints]).to.deep.equal([1, []]);
    await open.close();
  });

  const strict = (): Policy => ({ ...policy, chain: { ...policy.chain, accept: "trusted-block" } });

  it("asks the verifier's own node in the file that may, and no other file may", async () => {
    const closed = await openWith("warifu-verify.html", strict());
    await give(closed, { "bundle.json": bundle });
    await closed.page.locator("section.verdict-undecided").waitFor();
    await closed.page.locator("summary").click();
    expect(await closed.page.getByLabel("Address of a node of your own").count()).to.equal(0);
    await closed.close();

    const open = await openWith("warifu-verify-rpc.html", strict());
    await give(open, { "bundle.json": bundle });
    await open.page.locator("section.verdict-undecided").waitFor();
    expect(open.requests).to.have.length(1);
    await ask(open, chain.rpcUrl);
    await open.page.locator("section.verdict-holds").waitFor();
    expect(await open.page.locator("section.verdict").innerText()).to.not.match(/nobody vouched/);
    expect(new Set(open.requests.slice(1).map((url) => new URL(url).origin))).to.deep.equal(new Set([chain.rpcUrl]));
    expect(open.complaints).to.deep.equal([]);
    await open.close();
  });

  it("is not decided by a node that answers nonsense, or by one that is not there", async () => {
    const server = patientServer((_request, response) => {
      response.setHeader("access-control-allow-origin", "*").setHeader("access-control-allow-headers", "*").end("{}");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const open = await openWith("warifu-verify-rpc.html", strict());
    await give(open, { "bundle.json": bundle });
    await ask(open, url);
    await open.page.locator("section.verdict-undecided").waitFor();
    await expectShown(open.page.locator("ol.steps"), /The block itself Not checked[^]*CHAIN_UNREACHABLE/);
    server.close();
    server.closeAllConnections();
    const before = open.requests.length;
    await open.page.getByRole("button", { name: "Check again" }).click();
    await until(
      async () => open.requests.length,
      (count) => expect(count, "it asks again").to.be.greaterThan(before),
    );
    await expectCount(open.page.locator("[aria-live] .notice"), 0);
    await open.page.locator("section.verdict-undecided").waitFor();
    await open.close();
  });

  async function ask({ page }: WatchedPage, url: string): Promise<void> {
    await page.locator("summary").click();
    await page.getByLabel("Address of a node of your own").fill(url);
    await page.getByRole("button", { name: "Check again" }).click();
  }
});
