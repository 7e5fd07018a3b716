// The real service ends in the middle of a post from the app, as a machine that loses its power does, and is started again: what
// the phone keeps goes on from where it was, and arrives once.

import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { freePort } from "../../scripts/free-port.ts";
import { auditLedger } from "../../src/audit/audit-folder.ts";
import { createClient } from "../../src/client/client.ts";
import { LOCAL_DEV_KEY } from "../../src/chain/signers/development-keys.ts";
import { parseConfig } from "../../src/config.ts";
import { parsePolicy } from "../../src/core/policy.ts";
import { abandonAll, startService } from "../e2e/support/killable-service.ts";
import { startSwiftChain, type TestChain } from "../support/chains.ts";
import { ROOT } from "./support/built.ts";
import { nothingWaits, openJoined, press, write } from "./support/citizen-app.ts";
import { hashOf, photo } from "./support/phone.ts";

const PICTURE_BYTES = 1_500_000;
/** 4 Mbit/s up: the picture takes seconds, and goes up in several pieces. */
const LINE = { offline: false, latency: 20, downloadThroughput: 500_000, uploadThroughput: 500_000 };
/** A service that is told to end may be quicker to answer than to go: its last answer stays under way until `gone` is called. */
const LINE_GOES_TOO = `(() => { const real = fetch; let isGone = false;
  const going = new Promise((done) => (globalThis.gone = () => { isGone = true; done(); }));
  globalThis.fetch = async (path, init) => {
    const wasGone = isGone;
    const answer = await real(path, init);
    if (path !== "/v1/posts" || wasGone) return answer;
    await going;
    throw new TypeError("lost");
  }; })()`;
const POSTS = [
  ["while its picture goes up", /^PUT .*\/v1\/uploads\//, 2],
  ["when it is sent itself", /^POST .*\/v1\/posts$/, 1],
] as const;

describe("a post from the app, while the service is killed", () => {
  let chain: TestChain;
  let folder: string;
  let environment: NodeJS.ProcessEnv;
  let origin: string;

  before(async () => {
    chain = await startSwiftChain();
    folder = mkdtempSync(join(tmpdir(), "warifu-restart-"));
    const port = String(await freePort());
    environment = {
      ...{ WARIFU_DATA_DIR: folder, WARIFU_HTTP_PORT: port, WARIFU_ORIGIN: "santander.test/ledger" },
      ...{ WARIFU_RPC_URL: chain.rpcUrl, WARIFU_ANCHOR_KEY: LOCAL_DEV_KEY, WARIFU_ANCHOR_SECONDS: "1" },
      ...{ WARIFU_CITY: join(ROOT, "cities/santander.json"), WARIFU_JURISDICTION: "eu", WARIFU_LOG_LEVEL: "silent" },
    };
    origin = `http://localhost:${port}`;
  });
  after(async () => {
    abandonAll();
    await chain.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
  });

  it("arrives once, with its picture byte for byte, wherever it was when that happened", async () => {
    let service = await startService(environment);
    const { officer: apiKey } = JSON.parse(readFileSync(join(folder, "api-keys.json"), "utf8")) as { officer: string };
    const officer = createClient({ url: origin, apiKey });
    const { notices } = JSON.parse(readFileSync(join(ROOT, "examples/cities/santander.json"), "utf8")) as {
      readonly notices: readonly Parameters<typeof officer.addNotice>[0][];
    };
    for (const notice of notices) await officer.addNotice(notice);
    const open = await openJoined(origin, "vencejo", { isPhone: true });
    const { page, context } = open;
    await press(page, "I have kept it");
    const devTools = await context.newCDPSession(page);
    await devTools.send("Network.emulateNetworkConditions", LINE);

    const pictures: Buffer[] = [];
    for (const [when, request, count] of POSTS) {
      const picture = await photo(PICTURE_BYTES);
      pictures.push(picture);
      let left: number = count;
      const exited = once(service, "exit");
      page.on("request", (asked) => {
        if (request.test(`${asked.method()} ${asked.url()}`) && --left === 0) service.kill("SIGKILL");
      });
      await page.evaluate(LINE_GOES_TOO);
      await write(page, { text: `Caído ${when}`, pictures: [picture] });
      await exited;
      await page.evaluate("gone()");
      await page.locator("text=It could not be sent yet.").first().waitFor();
      service = await startService(environment);
      // By itself it is tried again soon, maybe before anybody presses a button.
      await page.evaluate("dispatchEvent(new Event('online'))");
      await nothingWaits(page);
    }

    await page.reload();
    await page
      .locator(".post .way")
      .nth(POSTS.length - 1)
      .waitFor();
    const { posts } = (await page.evaluate(
      'fetch("/v1/citizens/me/posts", { headers: { "warifu-app": "1" } }).then((answer) => answer.json())',
    )) as { readonly posts: readonly { readonly id: string; readonly text: string }[] };
    expect(posts.map(({ text }) => text).sort()).to.deep.equal(POSTS.map(([when]) => `Caído ${when}`).sort());
    for (const [at, picture] of pictures.entries()) {
      const { id } = posts.find(({ text }) => text === `Caído ${POSTS[at]![0]}`)!;
      const kept = await fetch(`${origin}/v1/records/${id}/pictures/${hashOf(picture)}`, {
        headers: { authorization: `Bearer ${apiKey}` },
      });
      expect(Buffer.from(await kept.arrayBuffer()).equals(picture), `picture ${at}`).to.equal(true);
    }
    await open.close();
    service.kill("SIGTERM");
    await once(service, "exit");
    const config = parseConfig(environment);
    const policy = parsePolicy(readFileSync(config.files.policy));
    expect((await auditLedger({ config, policy })).findings).to.deep.equal([]);
  });
});
