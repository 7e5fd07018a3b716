// Signing in to the desk in a real browser, with a virtual device that has passkeys: joining, coming back, and what pages
// elsewhere can make the browser do meanwhile.

import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

import { expect } from "chai";

import type { NewOfficer } from "../../src/sign-in/officers.ts";
import { patientServer } from "../support/patient-server.ts";
import { startService, type TestService } from "../support/service.ts";
import { builtPages } from "./support/built.ts";
import { addPasskeys } from "./support/passkeys.ts";
import { expectShown, expectText, until } from "./support/shown.ts";
import { expectFits, expectNoBarriers, watched, type WatchedPage } from "./support/watched.ts";

describe("signing in to the desk", () => {
  let service: TestService;
  let origin: string;
  let elsewhere: Server;
  before(async () => {
    const { folder } = await builtPages();
    service = await startService({ pagesDir: folder, limits: { signInsPerMinute: 100_000 } });
    origin = service.url.replace("127.0.0.1", "localhost");
    elsewhere = patientServer((_request, response) =>
      response.setHeader("content-type", "text/html").end("<h1>.</h1>"),
    );
    await new Promise<void>((resolve) => elsewhere.listen(0, "127.0.0.1", resolve));
  });
  after(async () => {
    elsewhere.close();
    elsewhere.closeAllConnections();
    await service.stop();
  });

  const invite = (more: Partial<NewOfficer> = {}) =>
    service.desk.officers.invite({ name: "María Ruiz", role: "officer", ...more });
  /** What a browser says where nobody is signed in; nothing else may be in the console. */
  const unexpected = ({ complaints }: WatchedPage): string[] => complaints.filter((one) => !/status of 401/.test(one));
  const sessionOf = ({ page }: WatchedPage): Promise<unknown> =>
    page.evaluate('fetch("/v1/session", { headers: { "warifu-desk": "1" } }).then(({ status }) => status)');

  it("begins with an invitation, and a passkey brings back in", async () => {
    const { token } = await invite();
    const open = await watched(`${origin}/desk/join#${token}`);
    await addPasskeys(open);
    const { page, context } = open;
    await expectShown(page.locator("main"), "María Ruiz (Officer)");
    expect(await page.evaluate("location.href"), "nobody reads it in the address").to.equal(`${origin}/desk/join`);
    await expectNoBarriers(page);
    await page.getByRole("button", { name: "Make a passkey" }).click();
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    expect(await page.evaluate("document.cookie")).to.equal("");
    const [cookie, ...others] = await context.cookies();
    expect(others).to.deep.equal([]);
    expect(cookie).to.include({
      name: "warifu-desk",
      httpOnly: true,
      sameSite: "Strict",
      path: "/",
      domain: "localhost",
    });
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    expect(new Set(open.requests.map((url) => new URL(url).origin))).to.deep.equal(new Set([origin]));
    expect(open.requests.join()).to.not.include(token);
    expect(unexpected(open)).to.deep.equal([]);
    await open.close();
  });

  it("takes a second device, lists both, and removes one", async () => {
    const { token, officerId } = await invite();
    const open = await watched(`${origin}/desk/join#${token}`);
    await addPasskeys(open);
    const { page } = open;
    await page.getByRole("button", { name: "Make a passkey" }).click();
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    await page.goto(`${origin}/desk/account`);
    await until(
      () => page.locator("tbody button").getAttribute("disabled"),
      (disabled) => expect(disabled, "the only one").to.equal(""),
    );
    await addPasskeys(open, "usb");
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await page.locator("text=The passkey was added.").waitFor();
    await page.locator("tbody tr").nth(1).waitFor();
    await expectNoBarriers(page);
    expect(service.desk.officers.passkeysOf(officerId)).to.have.length(2);
    await page.getByRole("button", { name: "Remove" }).first().click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await page.locator("text=A further passkey is needed").waitFor();
    expect(service.desk.officers.passkeysOf(officerId)).to.have.length(1);
    expect(unexpected(open)).to.deep.equal([]);
    await open.close();
  });

  it("is refused where the device has no passkey of this service, or an invitation does not count", async () => {
    const { token } = await invite();
    await service.desk.officers.inviteAgain(service.desk.officers.list().at(-1)!.officerId);
    const join = await watched(`${origin}/desk/join#${token}`);
    await expectShown(join.page.locator(".notice-error"), "does not count any more");
    await expectNoBarriers(join.page);
    await join.close();
    const bare = await watched(`${origin}/desk/join`);
    await expectShown(bare.page.locator(".notice"), "not complete");
    await bare.close();
    const open = await watched(`${origin}/desk`);
    await addPasskeys(open);
    await open.page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await open.page.locator(".notice-warning").waitFor();
    expect(await sessionOf(open)).to.equal(401);
    await open.close();
  });

  it("says at another address where the desk is", async () => {
    const open = await watched(`${service.url}/desk`);
    await open.page.locator(".notice a").waitFor();
    expect(await open.page.locator(".notice a").getAttribute("href")).to.equal(`${origin}/desk`);
    expect(unexpected(open)).to.deep.equal([]);
    await open.close();
  });

  it("speaks three languages, fits a phone, and has no barriers in either theme", async () => {
    for (const [locale, heading] of [
      ["en", "Sign in to the desk"],
      ["es", "Entrar en la ventanilla"],
      ["ja", "窓口へのサインイン"],
    ] as const) {
      const colorScheme = locale === "es" ? "dark" : "light";
      const open = await watched(`${origin}/desk?sign-in=refused`, { locale, isPhone: true, colorScheme });
      await open.page.locator(".notice-error").waitFor();
      await expectText(open.page.locator("h1"), heading);
      // What it finds hangs on colours and structure, not on the words of a third language.
      if (locale !== "ja") await expectNoBarriers(open.page);
      await expectFits(open.page);
      await open.close();
    }
  });

  it("stays out of reach of pages elsewhere, also of the same machine's, while somebody is signed in", async () => {
    const { token, officerId } = await invite({ role: "admin" });
    const open = await watched(`${origin}/desk/join#${token}`);
    await addPasskeys(open);
    const { page } = open;
    await page.getByRole("button", { name: "Make a passkey" }).click();
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    const { port } = elsewhere.address() as AddressInfo;
    const before = service.access.list().length;
    for (const host of ["localhost", "127.0.0.1"]) {
      await page.goto(`http://${host}:${port}/`);
      const body = JSON.stringify({ name: "stolen", role: "admin" });
      const tries = `
        const url = ${JSON.stringify(`${origin}/v1/keys`)};
        const own = { method: "POST", credentials: "include", body: ${JSON.stringify(body)} };
        const tries = [
          { ...own, mode: "no-cors" },
          { ...own, headers: { "content-type": "application/json" } },
          { ...own, headers: { "content-type": "application/json", "warifu-desk": "1" } },
          { method: "GET", credentials: "include", headers: { "warifu-desk": "1" } },
          { method: "GET", credentials: "include" },
        ];
        Promise.all(tries.map((one) => fetch(url, one).then(({ type, status }) => type + status, () => "refused")))`;
      const answers = await page.evaluate(`(() => { ${tries.replace("Promise.all", "return Promise.all")} })()`);
      expect(answers, host).to.deep.equal(Array.from({ length: 5 }, () => "refused"));
    }
    // One of them came through as far as the service, from each page.
    const seen = service.logText().match(/"event":"unauthenticated","route":"\/v1\/keys"/g) ?? [];
    expect(seen.length).to.be.at.least(2);
    expect(service.access.list()).to.have.length(before);
    await page.goto(`${origin}/desk`);
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    expect(await sessionOf(open)).to.equal(200);
    await service.desk.officers.remove(officerId);
    expect(await sessionOf(open)).to.equal(401);
    await open.close();
  });
});
