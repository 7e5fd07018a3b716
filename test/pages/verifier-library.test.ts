// The verifier as other people's pages have it, the library alone: small, and at home in a browser whose Content-Security-Policy forbids all that is not needed.

import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";
import { build } from "esbuild";

import { newContext } from "../support/browser.ts";
import { patientServer } from "../support/patient-server.ts";

const MAX_BYTES = 114_000;
const STRICT =
  "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
const VECTORS = new URL("../docs/vectors/", import.meta.url);
const vector = (name: string): string => readFileSync(new URL(`worked-example.${name}.json`, VECTORS), "utf8");

/** What a page needs: the verifier and the reader of policies, in one file. */
async function bundledVerifier(): Promise<string> {
  const contents = 'export * from "./src/verify/verify-bundle.ts"; export * from "./src/core/policy.ts";';
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: process.cwd(), loader: "ts" },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
  });
  return (outputFiles[0] as { readonly text: string }).text;
}

/** Bundle and policy are the page's own, so what the browser asks for is known. */
const PAGE_SCRIPT = `
import { parsePolicy, verifyBundle } from "./verifier.js";
const bytes = async (name) => new Uint8Array(await (await fetch(name)).arrayBuffer());
const policy = parsePolicy(await bytes("./policy.json"));
const bundle = await bytes("./bundle.json");
const changed = bundle.slice();
changed[changed.indexOf(0x3a) + 20] ^= 1;
window.verdicts = { whole: await verifyBundle(bundle, policy), changed: await verifyBundle(changed, policy) };
`;

describe("the verifier in a browser", function () {
  this.timeout(300_000);
  let script: string;
  before(async () => {
    script = await bundledVerifier();
  });

  it("is small: at most 114,000 bytes with all that it needs", () => {
    expect(Buffer.byteLength(script)).to.be.within(20_000, MAX_BYTES);
  });

  it("holds what a verdict states and nothing that an audit does", () => {
    expect(script)
      .to.include("body-withheld")
      .and.not.to.match(/entries-uncovered|head-beyond-store/);
  });

  it("asks nothing of code that is made at run time", () => {
    expect(script).not.to.match(/\bnew Function\b|\beval\(/);
  });

  describe("a real one", () => {
    let server: Server;
    before(async () => {
      const files: Readonly<Record<string, readonly [type: string, text: string]>> = {
        "/": ["text/html", '<!doctype html><title>Verifier</title><script type="module" src="page.js"></script>'],
        "/page.js": ["text/javascript", PAGE_SCRIPT],
        "/verifier.js": ["text/javascript", script],
        "/bundle.json": ["application/json", vector("bundle")],
        "/policy.json": ["application/json", vector("policy")],
      };
      server = patientServer(({ url }, response) => {
        const [type, text] = files[url as string] ?? ["text/plain", ""];
        response.writeHead(url && url in files ? 200 : 404, {
          "content-type": type,
          "content-security-policy": STRICT,
        });
        response.end(text);
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    });
    after(() => {
      server.close();
    });

    it("comes to the verdicts that Node comes to, under a strict policy for content and with Trusted Types", async () => {
      const context = await newContext();
      const page = await context.newPage();
      const said: string[] = [];
      page.on("console", (message) => said.push(message.text()));
      page.on("pageerror", (error) => said.push(error.message));
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      // Not the browser's own way to wait, which evaluates text within the page: the policy forbids that.
      let verdicts: unknown;
      while ((verdicts = await page.evaluate("window.verdicts")) === undefined) await sleep(50);
      const { whole, changed } = verdicts as Record<string, { outcome: string }>;
      expect([whole?.outcome, changed?.outcome]).to.deep.equal(["holds", "refuted"]);
      expect(said.filter((one) => !/favicon/.test(one))).to.deep.equal([]);
      await context.close();
    });
  });
});
