// Signing in to the desk with an identity provider: the whole way with a real one, and what goes wrong on it.

import { expect } from "chai";

import { freePort } from "../../scripts/free-port.ts";
import { startService, type TestService } from "../support/service.ts";
import { call, expectProblem, type CalledAnswer } from "./support/call.ts";
import { DeskBrowser } from "./support/desk-browser.ts";
import { startProvider, type IdentityProvider } from "./support/identity-provider.ts";

const REFUSED = "/desk?sign-in=refused";
const CALLBACK = "/v1/session/oidc/callback";

describe("the desk with an identity provider", () => {
  let provider: IdentityProvider;
  let service: TestService;
  // The provider has to know where the service is, and the service which provider there is.
  const ORIGIN = "http://localhost";
  let now = Date.now();
  before(async () => {
    const port = await freePort();
    provider = await startProvider(() => `${ORIGIN}:${port}${CALLBACK}`);
    const { issuer, clientId, clientSecret } = provider;
    service = await startService({
      port,
      now: () => now,
      limits: { signInsPerMinute: 100_000 },
      desk: {
        oidc: {
          ...{ issuer, clientId, clientSecret, scopes: ["profile"], groupsClaim: "groups" },
          accounts: [
            { subject: "chief", role: "admin" },
            { group: "ledger-officers", role: "officer", sources: ["reports/*"] },
            { group: "ledger-auditors", role: "auditor" },
          ],
        },
      },
    });
    provider.people.set("ana", { name: "Ana Canary", groups: ["staff", "ledger-officers", "ledger-auditors"] });
    provider.people.set("stranger", { name: "Nobody", groups: ["staff"] });
    provider.people.set("chief", { name: "", groups: [] });
  });
  after(async () => {
    await service.stop();
    await provider.stop();
  });

  const link = { "warifu-desk": "", origin: "" };
  /** Follows the link on the desk, up to the provider's door. */
  const leave = async (browser: DeskBrowser): Promise<string> => {
    const answer = await browser.ask("/v1/session/oidc", { headers: link });
    expect(answer.status, answer.text).to.equal(303);
    return answer.headers.get("location") as string;
  };
  /** What the provider sends the browser back with. */
  const visit = async (address: string, who: string): Promise<string> => {
    provider.visitor = who;
    const cookies = new Map<string, string>();
    for (let next = address; ;) {
      if (!next.startsWith(provider.issuer)) return next.slice(next.indexOf("?") + 1);
      const cookie = [...cookies].map((pair) => pair.join("=")).join("; ");
      const answer = await fetch(next, { redirect: "manual", headers: { cookie } });
      for (const line of answer.headers.getSetCookie()) {
        const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        cookies.set(name, value);
      }
      next = new URL(answer.headers.get("location") ?? "", next).href;
    }
  };
  /** Comes back as browsers do from another site. */
  const comeBack = (browser: DeskBrowser, query: string, more: Readonly<Record<string, string>> = {}) =>
    browser.ask(`${CALLBACK}?${query}`, { headers: { ...link, "sec-fetch-site": "cross-site", ...more } });
  const signIn = async (who: string, browser = new DeskBrowser(service)) => ({
    browser,
    answer: await comeBack(browser, await visit(await leave(browser), who)),
  });
  const expectRefused = async (browser: DeskBrowser, answer: CalledAnswer): Promise<void> => {
    expect([answer.status, answer.headers.get("location"), answer.text]).to.deep.equal([303, REFUSED, ""]);
    expect(browser.cookies.has("warifu-desk")).to.equal(false);
    expectProblem(await browser.ask("/v1/session"), 401, "UNAUTHENTICATED");
  };

  it("lets in whom the provider knows, as what the settings make of it, under one account", async () => {
    const { browser, answer } = await signIn("ana");
    expect([answer.status, answer.headers.get("location")]).to.deep.equal([303, "/desk"]);
    const { officer } = await browser.session();
    expect(officer).to.deep.include({ name: "Ana Canary", role: "officer", scope: { sources: ["reports/*"] } });
    expect((await signIn("ana").then((again) => again.browser.session())).officer.id).to.equal(officer.id);
    const chief = await (await signIn("chief")).browser.session();
    expect(chief.officer).to.deep.include({ role: "admin", name: "chief" });
    const listed = (await call(service, "/v1/officers", { role: "admin" })).json as { items: object[] };
    expect(listed.items).to.have.length(2);
    expect(listed.items[0]).to.include({ id: officer.id, signsInBy: "oidc", passkeys: 0 });
    const again = await call(service, `/v1/officers/${officer.id}/invitations`, { role: "admin", body: "{}" });
    expectProblem(again, 404, "NOT_FOUND");
  });

  it("gives the role anew at each sign-in, and none to whom no entry fits", async () => {
    const person = provider.people.get("ana")!;
    provider.people.set("ana", { ...person, groups: ["ledger-auditors"] });
    expect((await (await signIn("ana")).browser.session()).officer).to.include({ role: "auditor" });
    provider.people.set("ana", { ...person, groups: [] });
    const left = await signIn("ana");
    await expectRefused(left.browser, left.answer);
    provider.people.set("ana", person);
    const stranger = await signIn("stranger");
    await expectRefused(stranger.browser, stranger.answer);
    expect(service.desk.officers.list().map(({ subject }) => subject)).to.not.include("stranger");
  });

  it("has no way back for whoever was removed", async () => {
    provider.people.set("gone", { name: "Gone", groups: ["ledger-officers"] });
    const { browser } = await signIn("gone");
    const { id } = (await browser.session()).officer;
    await service.desk.officers.remove(id);
    const again = await signIn("gone");
    await expectRefused(again.browser, again.answer);
    expect((await service.store.sessions()).filter(({ officerId }) => officerId === id)).to.deep.equal([]);
  });

  it("keeps what the browser was sent off with in a cookie that comes back with it, and is used once", async () => {
    const browser = new DeskBrowser(service);
    const answer = await browser.ask("/v1/session/oidc", { headers: link });
    expect(answer.headers.get("set-cookie")).to.match(/^warifu-flow=[\w-]{43}; Max-Age=300; .*HttpOnly; SameSite=Lax$/);
    const flow = browser.cookies.get("warifu-flow") as string;
    const query = await visit(answer.headers.get("location") as string, "ana");
    expect((await comeBack(browser, query)).headers.get("location")).to.equal("/desk");
    const thief = new DeskBrowser(service);
    thief.cookies.set("warifu-flow", flow);
    await expectRefused(thief, await comeBack(thief, query));
  });

  it("signs nobody in with the answer to somebody else's sign-in", async () => {
    const [attacker, victim] = [new DeskBrowser(service), new DeskBrowser(service)];
    const query = await visit(await leave(attacker), "ana");
    await expectRefused(victim, await comeBack(victim, query));
    const own = new URL(await leave(victim)).searchParams.get("state") as string;
    await expectRefused(victim, await comeBack(victim, query));
    await leave(victim);
    // With the victim's own state: the code was given for another challenge and another nonce.
    const mixed = new URLSearchParams(query);
    mixed.set("state", own);
    await expectRefused(victim, await comeBack(victim, mixed.toString()));
  });

  it("believes no other issuer, state, code or refusal, and nothing that came too late", async () => {
    const bend = async (change: (query: URLSearchParams) => void): Promise<void> => {
      const browser = new DeskBrowser(service);
      const query = new URLSearchParams(await visit(await leave(browser), "ana"));
      change(query);
      await expectRefused(browser, await comeBack(browser, query.toString()));
    };
    await bend((query) => query.set("iss", "https://evil.example"));
    await bend((query) => query.delete("iss"));
    await bend((query) => query.set("state", "A"));
    await bend((query) => query.delete("state"));
    await bend((query) => query.append("state", "A"));
    await bend((query) => query.set("code", "A"));
    await bend((query) => {
      query.delete("code");
      query.set("error", "access_denied");
    });
    await bend(() => (now += 300_000));
  });

  it("ends nowhere but at the desk, whatever an address asks for", async () => {
    for (const extra of ["redirect_uri=https://evil.example", "return_to=//evil.example", "next=https:evil.example"]) {
      const browser = new DeskBrowser(service);
      const start = await browser.ask(`/v1/session/oidc?${extra}`, { headers: link });
      const address = new URL(start.headers.get("location") as string);
      expect(address.origin).to.equal(provider.issuer);
      expect(address.searchParams.get("redirect_uri")).to.equal(`${browser.origin}${CALLBACK}`);
      expect(address.searchParams.get("code_challenge_method")).to.equal("S256");
      const query = await visit(address.href, "ana");
      const forged = { "x-forwarded-host": "evil.example", forwarded: "host=evil.example" };
      const answer = await comeBack(browser, `${query}&${extra}`, forged);
      expect(answer.headers.get("location")).to.be.oneOf(["/desk", REFUSED]);
    }
  });

  it("is begun by nobody's page but its own", async () => {
    for (const site of ["cross-site", "same-site"]) {
      const browser = new DeskBrowser(service);
      const answer = await browser.ask("/v1/session/oidc", { headers: { ...link, "sec-fetch-site": site } });
      expectProblem(answer, 403, "FORBIDDEN");
      expect(answer.headers.getSetCookie()).to.deep.equal([]);
    }
  });

  it("leaves nothing of it in the log: no code, no state, no secret, no name", async () => {
    const browser = new DeskBrowser(service);
    const query = await visit(await leave(browser), "ana");
    await comeBack(browser, query);
    const secrets = [...new URLSearchParams(query).entries()]
      .filter(([name]) => name !== "iss")
      .map(([, value]) => value);
    for (const secret of [...secrets, provider.clientSecret, "Canary", browser.cookies.get("warifu-desk") as string])
      expect(service.logText()).to.not.include(secret);
    expect(service.logText()).to.match(/"event":"sign-in-refused","reason":"(provider|no-account|no-such-flow)"/);
  });

  it("says that the provider does not answer, and no more", async () => {
    const { issuer, clientId, clientSecret } = provider;
    const oidc = {
      issuer: "http://127.0.0.1:9",
      clientId,
      clientSecret,
      scopes: [],
      groupsClaim: "groups",
      accounts: [],
    };
    const other = await startService({ desk: { oidc } });
    try {
      const answer = await new DeskBrowser(other).ask("/v1/session/oidc", { headers: link });
      expectProblem(answer, 503, "SERVICE_UNREACHABLE");
      expect(answer.text).to.not.include("127.0.0.1:9").and.to.not.include(clientSecret);
      expect(other.logText()).to.not.include(clientSecret).and.to.not.include(issuer);
    } finally {
      await other.stop();
    }
  });
});
