// The pages as the service serves them: for everybody, under a Content-Security-Policy that forbids what is not theirs.

import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { digestOf, type BuiltFiles } from "../../scripts/pages/build.ts";
import { call, expectProblem } from "../http/support/call.ts";
import { startService, type TestService } from "../support/service.ts";
import { builtPages } from "./support/built.ts";
import { expectNoBarriers, watched } from "./support/watched.ts";

describe("the served pages", () => {
  let files: BuiltFiles;
  let folder: string;
  let service: TestService;
  before(async () => {
    ({ files, folder } = await builtPages());
    writeFileSync(join(folder, ".stamp"), "not a file of a page");
    service = await startService({ pagesDir: folder });
  });
  after(() => service.stop());

  it("come as they were built, to anybody", async () => {
    const page = await call(service, "/");
    expect(page.status).to.equal(200);
    expect(page.headers.get("content-type")).to.equal("text/html; charset=utf-8");
    expect(Buffer.from(page.bytes).equals(files.get("explorer.html")!)).to.equal(true);
  });

  it("may load files of the service and nothing else, run nothing that is inline, and be framed by nobody", async () => {
    const { headers } = await call(service, "/");
    const policy = (headers.get("content-security-policy") ?? "").split("; ");
    expect(policy).to.include.members([
      ...["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "base-uri 'none'"],
      ...["require-trusted-types-for 'script'", "frame-ancestors 'none'"],
    ]);
    expect(policy.join()).to.not.match(/unsafe|\*|https?:/);
    expect(headers.get("x-content-type-options")).to.equal("nosniff");
    expect(headers.get("referrer-policy")).to.equal("no-referrer");
    expect(headers.get("cross-origin-opener-policy")).to.equal("same-origin");
    expect(headers.get("cross-origin-resource-policy")).to.equal("same-origin");
    expect(headers.get("permissions-policy")).to.match(/camera=\(\)/);
    expect(headers.get("access-control-allow-origin")).to.equal(null);
  });

  it("leave the answers of the API as strict as they were", async () => {
    const { headers } = await call(service, "/v1/status");
    expect(headers.get("content-security-policy")).to.equal("default-src 'none';frame-ancestors 'none'");
  });

  it("have files that may be kept for ever, while the page itself is asked for again", async () => {
    for (const path of files.keys()) {
      if (!path.startsWith("assets/")) continue;
      const { status, headers, bytes } = await call(service, `/${path}`);
      expect(status, path).to.equal(200);
      expect(headers.get("cache-control")).to.equal("public, max-age=31536000, immutable");
      expect(Buffer.from(bytes).equals(files.get(path)!), path).to.equal(true);
    }
    expect((await call(service, "/")).headers.get("cache-control")).to.equal("no-cache");
  });

  it("come again only if they have changed", async () => {
    // fetch would ask for all of it.
    const asked = (tag: string) => ({ headers: { "if-none-match": tag, "cache-control": "max-age=0" } });
    const first = await fetch(`${service.url}/`);
    const again = await fetch(`${service.url}/`, asked(first.headers.get("etag")!));
    expect([first.status, again.status]).to.deep.equal([200, 304]);
    expect(again.headers.get("content-security-policy")).to.include("script-src 'self'");
    const other = await fetch(`${service.url}/`, asked('"other"'));
    expect(other.status).to.equal(200);
  });

  it("are compressed for those who accept it, under another tag", async () => {
    const asked = { headers: { "accept-encoding": "gzip" } };
    const plain = { headers: { "accept-encoding": "identity" } };
    const [small, whole] = await Promise.all([call(service, "/", asked), call(service, "/", plain)]);
    expect([small, whole].map(({ headers }) => headers.get("content-encoding"))).to.deep.equal(["gzip", null]);
    expect(small.headers.get("etag")).to.not.equal(whole.headers.get("etag"));
    expect(small.text).to.equal(whole.text);
    expect(small.headers.get("vary")).to.equal("accept-encoding");
  });

  it("are no way to other files", async () => {
    for (const path of ["/assets/..%2F.stamp", "/assets/..%2Fexplorer.html", "/assets/%2e%2e%2f%2e%2e%2fetc%2fpasswd"])
      expectProblem(await call(service, path), 404, "NOT_FOUND");
  });

  it("have the verifier, the same bytes as the file, with its hash beside it", async () => {
    const [page, file] = [await call(service, "/verify"), await call(service, "/warifu-verify.html")];
    expect(page.text).to.equal(file.text);
    const hash = await call(service, "/warifu-verify.html.sha256");
    expect(hash.text).to.equal(`${digestOf(file.bytes)}  warifu-verify.html\n`);
    const own = /content="(default-src[^"]+)"/.exec(file.text)?.[1];
    expect(page.headers.get("content-security-policy")).to.equal(`${own}; frame-ancestors 'none'`);
    expect(own).to.not.match(/connect-src|unsafe/);
    expect((await call(service, "/warifu-verify-rpc.html")).text).to.match(/connect-src https: http:\/\/localhost:\*/);
  });

  describe("in a browser", function () {
    this.timeout(300_000);

    it("show the first page, with nothing forbidden, nothing of others, and no barrier", async () => {
      for (const [locale, colorScheme] of [
        ["en", "light"],
        ["ja", "dark"],
      ] as const) {
        const { page, requests, complaints, close } = await watched(`${service.url}/`, { locale, colorScheme });
        await expectNoBarriers(page);
        expect(complaints).to.deep.equal([]);
        expect(requests.filter((url) => !url.startsWith(`${service.url}/`))).to.deep.equal([]);
        await close();
      }
    });

    it("keep the verifier for when the service cannot be reached", async () => {
      const { page, context, requests, complaints, close } = await watched(`${service.url}/verify`);
      await page.evaluate("navigator.serviceWorker.ready.then(() => undefined)");
      expect(await page.locator("link[rel=manifest]").getAttribute("href")).to.equal("/verify.webmanifest");
      await context.setOffline(true);
      await page.reload();
      await page.locator("h1").waitFor();
      expect(complaints).to.deep.equal([]);
      expect(requests.filter((url) => !url.startsWith(`${service.url}/`))).to.deep.equal([]);
      await close();
    });
  });

  it("say so where they were not built", async () => {
    const bare = await startService();
    try {
      const answer = await call(bare, "/");
      expectProblem(answer, 404, "NOT_FOUND");
      expect(answer.text).to.match(/not built/);
    } finally {
      await bare.stop();
    }
  });
});
