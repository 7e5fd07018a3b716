// Signing in to the desk with a passkey: what holds, and what an attacker tries with cookies, challenges, invitations and
// the passkeys of others.

import { request } from "node:http";
import { text } from "node:stream/consumers";

import { expect } from "chai";

import { FLOW_MS } from "../../src/sign-in/flows.ts";
import { DEFAULT_SESSION_TIMES } from "../../src/sign-in/sessions.ts";
import { openDesk } from "../../src/sign-in/desk.ts";
import { pagedRandomBytes } from "../../src/core/random.ts";
import { report } from "../support/ledger.ts";
import { startService, type TestService } from "../support/service.ts";
import { call, expectProblem, submit, type CalledAnswer } from "./support/call.ts";
import { Authenticator } from "./support/authenticator.ts";
import { begunRequest } from "./support/begun-request.ts";
import { DeskBrowser, signedIn } from "./support/desk-browser.ts";

const START = Date.parse("2026-11-29T08:00:00Z");
const PERSON = { reporterEmail: "jane@example.org" };

describe("the desk", () => {
  let service: TestService;
  let now = START;
  let ids: Readonly<Record<"own" | "other", string>>;
  before(async () => {
    service = await startService({ now: () => now, logLevel: "info", limits: { signInsPerMinute: 100_000 } });
    const enter = async (source: string): Promise<string> => {
      const body = JSON.stringify(report(1, { source }));
      return ((await submit(service, body, { role: "admin" })).json as { id: string }).id;
    };
    ids = { own: await enter("reports/app"), other: await enter("else/app") };
  });
  after(() => service.stop());

  const invite = (validMs?: number) => service.desk.officers.invite({ name: "Ana", role: "officer", validMs });
  const withoutInstance = ({ status, text }: CalledAnswer): string =>
    `${status} ${text.replace(/"instance":"[^"]*"/, "")}`;
  const find = (browser: DeskBrowser, headers: Readonly<Record<string, string>> = {}) =>
    browser.ask("/v1/privacy/persons", { value: PERSON, headers });
  const opening = (id: string): string => `/v1/records/${id}/bundle?openings=true`;

  describe("lets somebody in", () => {
    it("who was invited, with a passkey made then, and again with it", async () => {
      const { officerId, browser, passkey } = await signedIn(service);
      const { officer, signedInAt, until } = await browser.session();
      expect(officer).to.deep.equal({ id: officerId, name: "M. Ruiz", role: "officer" });
      expect(signedInAt).to.equal(new Date(now).toISOString());
      expect(Date.parse(until)).to.equal(now + DEFAULT_SESSION_TIMES.idleMs);
      expect((await find(browser)).status).to.equal(200);
      const elsewhere = new DeskBrowser(service);
      expect((await elsewhere.signIn(passkey)).status).to.equal(200);
      expect((await elsewhere.session()).officer.id).to.equal(officerId);
      expect((await browser.session()).officer.id, "the other device stays signed in").to.equal(officerId);
    });

    it("as an officer of their sources alone, and events say who", async () => {
      const sources = ["reports/*"];
      const { officerId, browser } = await signedIn(service, { name: "Scoped", role: "officer", sources });
      expect((await browser.session()).officer.scope).to.deep.equal({ sources });
      expectProblem(await browser.ask(opening(ids.own)), 409, "NOT_ANCHORED_YET");
      expectProblem(await browser.ask(opening(ids.other)), 403, "FORBIDDEN");
      expectProblem(await browser.ask("/v1/keys"), 403, "FORBIDDEN");
      const line = service
        .logText()
        .split("\n")
        .findLast((one) => one.includes('"forbidden"')) as string;
      expect(JSON.parse(line)).to.include({ event: "forbidden", keyId: officerId });
    });

    it("as an auditor or administrator, each with that role", async () => {
      const auditor = await signedIn(service, { name: "Auditor", role: "auditor" });
      expect((await auditor.browser.ask("/v1/sources")).status).to.equal(200);
      expectProblem(await find(auditor.browser), 403, "FORBIDDEN");
      const admin = await signedIn(service, { name: "Admin", role: "admin" });
      expect((await admin.browser.ask("/v1/officers")).status).to.equal(200);
      expectProblem(await admin.browser.ask(opening(ids.own)), 403, "FORBIDDEN");
    });

    it("within the rate of the account", async () => {
      const { browser } = await signedIn(service, { name: "Slow", role: "officer", ratePerMinute: 1 });
      expect((await find(browser)).status).to.equal(200);
      expectProblem(await find(browser), 429, "RATE_LIMITED");
      now += 61_000;
      expect((await find(browser)).status).to.equal(200);
    });
  });

  describe("keeps a cookie", () => {
    it("that no script reads, no other site sends, and over TLS nobody else sets", async () => {
      const { browser } = await signedIn(service);
      const lineOf = (answer: CalledAnswer): string => answer.headers.getSetCookie().find((one) => /desk=w/.test(one))!;
      const passkey = new Authenticator(browser.origin);
      const { token } = await invite();
      const { options } = (await browser.ask("/v1/session/join/options", { value: { token } })).json as {
        options: object;
      };
      const answer = await browser.ask("/v1/session/join/verify", { value: { credential: passkey.create(options) } });
      expect(lineOf(answer)).to.match(/^warifu-desk=ws_[0-9a-f]{16}_[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
      const origin = "https://ledger.example";
      const other = await startService({ desk: { url: origin }, limits: { signInsPerMinute: 1_000 } });
      try {
        const secure = new DeskBrowser(other, origin);
        const joined = await secure.join((await other.desk.officers.invite({ name: "A", role: "officer" })).token);
        expect(lineOf(joined.answer)).to.match(
          /^__Host-warifu-desk=ws_\w{16}_[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
        );
        const plain = { ...Object.fromEntries(secure.cookies) }["__Host-warifu-desk"] as string;
        secure.cookies.clear();
        // What a page without TLS, or of a neighbouring host, could have set.
        secure.cookies.set("warifu-desk", plain);
        expectProblem(await secure.ask("/v1/session"), 401, "UNAUTHENTICATED");
      } finally {
        await other.stop();
      }
    });

    it("for no host but this machine over plain HTTP, and for none under another name", async () => {
      const { token } = await invite();
      for (const host of ["192.168.1.7:8080", "rebound.example"]) {
        const { port } = new URL(service.url);
        const browser = new DeskBrowser(service, `http://${host}`);
        const answer = await browser.ask("/v1/session/join/options", { value: { token }, headers: { host } });
        expectProblem(answer, 403, "FORBIDDEN");
        expect(answer.headers.getSetCookie()).to.deep.equal([]);
        const { browser: inside } = await signedIn(service);
        expectProblem(await rawAsk(port, host, inside), 401, "UNAUTHENTICATED");
      }
    });

    it("whose secret is new at each sign-in: one that was planted stays worthless, one that was there ends", async () => {
      const { browser, passkey } = await signedIn(service);
      const before = browser.cookies.get("warifu-desk") as string;
      expect((await browser.signIn(passkey)).status).to.equal(200);
      const after = browser.cookies.get("warifu-desk") as string;
      expect(after).to.not.equal(before);
      browser.cookies.set("warifu-desk", before);
      expectProblem(await browser.ask("/v1/session"), 401, "UNAUTHENTICATED");
      const planted = new DeskBrowser(service);
      const chosen = `ws_${"0".repeat(16)}_${"A".repeat(43)}`;
      planted.cookies.set("warifu-desk", chosen);
      expect((await planted.signIn(passkey)).status).to.equal(200);
      planted.cookies.set("warifu-desk", chosen);
      expectProblem(await planted.ask("/v1/session"), 401, "UNAUTHENTICATED");
    });

    it("whose secret counts, and not its id", async () => {
      const { browser } = await signedIn(service);
      const [, id = ""] = (browser.cookies.get("warifu-desk") as string).split("_");
      browser.cookies.set("warifu-desk", `ws_${id}_${"A".repeat(43)}`);
      expectProblem(await browser.ask("/v1/session"), 401, "UNAUTHENTICATED");
    });

    it("of which there is one: two by that name are none", async () => {
      const { browser } = await signedIn(service);
      const cookie = `warifu-desk=${browser.cookies.get("warifu-desk")}`;
      expect((await browser.ask("/v1/session", { headers: { cookie } })).status).to.equal(200);
      expectProblem(
        await browser.ask("/v1/session", { headers: { cookie: `${cookie}; ${cookie}` } }),
        401,
        "UNAUTHENTICATED",
      );
    });
  });

  describe("takes no request that another site made", () => {
    const FOREIGN: readonly (readonly [what: string, headers: Readonly<Record<string, string>>])[] = [
      ["of another site", { origin: "https://evil.example", "sec-fetch-site": "cross-site" }],
      ["of a neighbouring host", { origin: "http://localhost:1", "sec-fetch-site": "same-site" }],
      ["that names another origin", { origin: "https://evil.example", "sec-fetch-site": "" }],
      ["that names none", { origin: "", "sec-fetch-site": "" }],
      ["that names the desk's origin, but comes from elsewhere", { "sec-fetch-site": "cross-site" }],
      ["of a form, without the header", { "warifu-desk": "" }],
      ["of a sandboxed frame", { origin: "null" }],
    ];
    for (const [what, headers] of FOREIGN)
      it(`${what}`, async () => {
        const { browser } = await signedIn(service);
        expectProblem(await find(browser, headers), 401, "UNAUTHENTICATED");
        expectProblem(await browser.ask("/v1/session", { method: "DELETE", headers }), 403, "FORBIDDEN");
        expectProblem(await browser.ask("/v1/session/passkey/options", { method: "POST", headers }), 403, "FORBIDDEN");
        expect((await find(browser)).status, "and the session is as it was").to.equal(200);
      });

    it("that only reads, as reading is on record too", async () => {
      const { browser } = await signedIn(service);
      for (const site of ["cross-site", "same-site", "none"])
        for (const desk of ["", "1"]) {
          const headers = { "sec-fetch-site": site, "warifu-desk": desk, origin: "" };
          expectProblem(await browser.ask(opening(ids.own), { headers }), 401, "UNAUTHENTICATED");
        }
      const link = { "warifu-desk": "", origin: "" };
      expectProblem(await browser.ask(opening(ids.own), { headers: link }), 409, "NOT_ANCHORED_YET");
      const old = { "sec-fetch-site": "", origin: "" };
      expectProblem(await browser.ask(opening(ids.own), { headers: old }), 409, "NOT_ANCHORED_YET");
    });

    it("and tells no other origin that it may send cookies or the header", async () => {
      for (const path of ["/v1/session", "/v1/privacy/persons", "/v1/records/x/bundle", "/v1/status"]) {
        const { headers } = await fetch(`${service.url}${path}`, {
          method: "OPTIONS",
          headers: { origin: "https://evil.example", "access-control-request-headers": "warifu-desk" },
        });
        expect(headers.get("access-control-allow-credentials"), path).to.equal(null);
        expect(headers.get("access-control-allow-headers") ?? "", path).to.not.match(/warifu/i);
      }
      const { headers } = await fetch(`${service.url}/v1/session`, { headers: { origin: "https://evil.example" } });
      expect(headers.get("access-control-allow-origin")).to.equal(null);
    });

    it("and believes a key in the header Authorization before any cookie", async () => {
      const { browser } = await signedIn(service);
      const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
      expectProblem(await find(browser, bearer("wk_0123456789abcdef_wrong")), 401, "UNAUTHENTICATED");
      expectProblem(await find(browser, bearer(service.keys.auditor)), 403, "FORBIDDEN");
    });
  });

  describe("refuses, always in the same words,", () => {
    const bodies = new Set<string>();
    const expectRefused = (answer: CalledAnswer): void => {
      expectProblem(answer, 401, "UNAUTHENTICATED");
      bodies.add(withoutInstance(answer));
      expect(answer.headers.getSetCookie().filter((line) => /desk=w/.test(line))).to.deep.equal([]);
    };
    after(() => {
      expect([...bodies]).to.have.length(1);
    });

    it("an answer that was seen before, or whose question is too old", async () => {
      const { browser, passkey } = await signedIn(service);
      const ask = async () =>
        (await browser.ask("/v1/session/passkey/options", { method: "POST" })).json as { options: object };
      const { options } = await ask();
      const flow = browser.cookies.get("warifu-flow") as string;
      // As most passkeys do, it counts nothing.
      const credential = passkey.get(options, { counter: 0 });
      const verify = () => browser.ask("/v1/session/passkey/verify", { value: { credential } });
      expect((await verify()).status).to.equal(200);
      browser.cookies.set("warifu-flow", flow);
      expectRefused(await verify());
      const late = passkey.get((await ask()).options);
      now += FLOW_MS;
      expectRefused(await browser.ask("/v1/session/passkey/verify", { value: { credential: late } }));
    });

    it("an answer to a question that another browser was asked: nobody is signed in as somebody else unasked", async () => {
      const { passkey } = await signedIn(service);
      const [attacker, victim] = [new DeskBrowser(service), new DeskBrowser(service)];
      const { options } = (await attacker.ask("/v1/session/passkey/options", { method: "POST" })).json as {
        options: object;
      };
      const value = { credential: passkey.get(options) };
      expectRefused(await victim.ask("/v1/session/passkey/verify", { value }));
      await victim.ask("/v1/session/passkey/options", { method: "POST" });
      expectRefused(await victim.ask("/v1/session/passkey/verify", { value }));
    });

    it("an answer for another origin, service or step, without the user, or by a key that is not known", async () => {
      const { browser, passkey } = await signedIn(service);
      for (const bent of [
        { origin: "https://evil.example" },
        { rpId: "evil.example" },
        { challenge: "AAAA" },
        { isUnverified: true },
        { type: "webauthn.create" },
      ])
        expectRefused(await browser.signIn(passkey, bent));
      const stranger = new Authenticator(browser.origin);
      expectRefused(await browser.signIn(stranger));
    });

    it("a passkey that says it is of another account", async () => {
      const [one, other] = [await signedIn(service), await signedIn(service, { name: "B", role: "admin" })];
      const userHandle = Buffer.from(other.officerId).toString("base64url");
      expectRefused(await new DeskBrowser(service).signIn(one.passkey, { userHandle }));
    });

    it("a passkey whose counter did not rise: there is a copy of it", async () => {
      // Of a minute's refusals, ten are written.
      now += 61_000;
      const { passkey } = await signedIn(service);
      const browser = new DeskBrowser(service);
      expect((await browser.signIn(passkey, { counter: 7 })).status).to.equal(200);
      for (const counter of [7, 6, 0]) expectRefused(await new DeskBrowser(service).signIn(passkey, { counter }));
      expect((await browser.signIn(passkey, { counter: 8 })).status).to.equal(200);
      expect(service.logText()).to.include('"reason":"counter-back"');
    });

    it("an invitation that was used, is too old, was replaced, or never was", async () => {
      const used = await signedIn(service);
      expectRefused((await new DeskBrowser(service).join(used.token)).answer);
      const old = await invite(3_600_000);
      now += 3_600_000;
      expectRefused((await new DeskBrowser(service).join(old.token)).answer);
      const first = await invite();
      const second = await service.desk.officers.inviteAgain(first.officerId);
      const asking = { value: { token: first.token } };
      expectRefused(await new DeskBrowser(service).ask("/v1/session/join/options", asking));
      const secretless = `${second.token.slice(0, 20)}${"A".repeat(43)}`;
      expectRefused((await new DeskBrowser(service).join(secretless)).answer);
      expectRefused((await new DeskBrowser(service).join("nothing")).answer);
      expect((await new DeskBrowser(service).join(second.token)).answer.status).to.equal(200);
    });

    it("the second of two who use an invitation at once", async () => {
      const { token } = await invite();
      const browsers = [new DeskBrowser(service), new DeskBrowser(service)];
      const answers = (await Promise.all(browsers.map((one) => one.join(token)))).map(({ answer }) => answer);
      expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 401]);
      expectRefused(answers.find(({ status }) => status === 401)!);
    });

    it("whoever was removed, with passkey and invitation", async () => {
      const { officerId, passkey, browser } = await signedIn(service);
      const { token } = await service.desk.officers.inviteAgain(officerId);
      const answer = await call(service, `/v1/officers/${officerId}`, { role: "admin", method: "DELETE" });
      expect(answer.status).to.equal(204);
      expectRefused(await new DeskBrowser(service).signIn(passkey));
      expectRefused((await new DeskBrowser(service).join(token)).answer);
      expectProblem(await find(browser), 401, "UNAUTHENTICATED");
      expectProblem(await browser.ask("/v1/session"), 401, "UNAUTHENTICATED");
      expect((await service.store.sessions()).filter((one) => one.officerId === officerId)).to.deep.equal([]);
    });
  });

  describe("ends a session", () => {
    it("at signing out, for whoever has a copy of the cookie too", async () => {
      const { browser } = await signedIn(service);
      const thief = new DeskBrowser(service);
      for (const [name, value] of browser.cookies) thief.cookies.set(name, value);
      expect((await browser.ask("/v1/session", { method: "DELETE" })).status).to.equal(204);
      expect(browser.cookies.has("warifu-desk")).to.equal(false);
      expectProblem(await find(thief), 401, "UNAUTHENTICATED");
    });

    it("for what was begun in it, too: an officer who is removed finishes nothing", async () => {
      const { officerId, browser } = await signedIn(service);
      const headers = { ...browser.headers, "content-type": "application/json" };
      const body = JSON.stringify({ operation: "access", records: [ids.own] });
      const wanted = { method: "POST", path: "/v1/privacy/requests", headers, body };
      const [finish, late] = [await begunRequest(browser.origin, wanted), await begunRequest(browser.origin, wanted)];
      expect(await finish()).to.equal(201);
      const before = service.log.tree.size;
      await service.desk.officers.remove(officerId);
      expect([await late(), service.log.tree.size]).to.deep.equal([401, before]);
    });

    it("that was idle, and what a page asks by itself is idle too", async () => {
      const { browser } = await signedIn(service);
      now += DEFAULT_SESSION_TIMES.idleMs - 1_000;
      await browser.session();
      await browser.ask("/v1/status");
      const look = { "warifu-desk": "look" };
      expect((await browser.ask("/v1/privacy/requests", { headers: look })).status).to.equal(200);
      expectProblem(await find(browser, look), 401, "UNAUTHENTICATED");
      now += 1_000;
      expectProblem(await find(browser), 401, "UNAUTHENTICATED");
    });

    it("after its whole time, however busy", async () => {
      const { browser } = await signedIn(service);
      const end = now + DEFAULT_SESSION_TIMES.lifeMs;
      for (; now < end; now += DEFAULT_SESSION_TIMES.idleMs - 1_000) expect((await find(browser)).status).to.equal(200);
      now = end;
      expectProblem(await find(browser), 401, "UNAUTHENTICATED");
    });

    it("with its account's own time", async () => {
      const account = { name: "Short", role: "officer", expiresAt: now + 60_000 } as const;
      const { browser, officerId } = await signedIn(service, account);
      expect(Date.parse((await browser.session()).until)).to.equal(now + 60_000);
      const { token } = await service.desk.officers.inviteAgain(officerId);
      now += 60_000;
      expectProblem(await find(browser), 401, "UNAUTHENTICATED");
      const late = new DeskBrowser(service);
      expectProblem(await late.ask("/v1/session/join/options", { value: { token } }), 401, "UNAUTHENTICATED");
    });

    it("not by a restart, and of a ninth device the first", async () => {
      const { browser, passkey, officerId } = await signedIn(service);
      await find(browser);
      await service.desk.sessions.noteUses();
      const parts = { store: service.store, randomBytes: pagedRandomBytes(), now: () => now };
      const again = await openDesk(parts);
      expect(again.sessions.recognise(browser.cookies.get("warifu-desk"))?.account.officerId).to.equal(officerId);
      expect(again.officers.passkeysOf(officerId)).to.have.length(1);
      for (let i = 0; i < 8; i++) await new DeskBrowser(service).signIn(passkey);
      expectProblem(await find(browser), 401, "UNAUTHENTICATED");
    });
  });

  it("has no secret and no name in any line of the log, and notes who came, went and was refused", async () => {
    now += 61_000;
    const name = "Canary Ñandú";
    const { browser, token, officerId, passkey } = await signedIn(service, { name, role: "officer" });
    const secrets = [token, browser.cookies.get("warifu-desk") as string];
    await browser.ask("/v1/session", { method: "DELETE" });
    await browser.signIn(passkey, { challenge: "Y2FuYXJ5" });
    const text = service.logText();
    for (const secret of [name, "Canary", "Y2FuYXJ5", ...secrets.map((one) => one.slice(20))])
      expect(text).to.not.include(secret);
    for (const event of ["officer-joined", "signed-in", "signed-out"])
      expect(text).to.match(new RegExp(`"event":"${event}","keyId":"${officerId}"`));
    expect(text).to.match(
      /"event":"sign-in-refused","reason":"passkey-invalid","route":"\/v1\/session\/passkey\/verify"/,
    );
    const stored = JSON.stringify([await service.store.sessions(), await service.store.invitations()]);
    for (const secret of secrets) expect(stored).to.not.include(secret.slice(20));
  });

  it("lets one address try so often in a minute", async () => {
    const other = await startService({ limits: { signInsPerMinute: 3 } });
    try {
      const browser = new DeskBrowser(other);
      for (let i = 0; i < 3; i++)
        expect((await browser.ask("/v1/session/passkey/options", { method: "POST" })).status).to.equal(200);
      const answer = await browser.ask("/v1/session/passkey/options", { method: "POST" });
      expectProblem(answer, 429, "RATE_LIMITED");
      expect((await browser.ask("/v1/session/ways")).status, "what signs nobody in is not counted").to.equal(200);
    } finally {
      await other.stop();
    }
  });
});

/** A request with the cookies of a browser, to this machine under another name. */
async function rawAsk(port: string, host: string, browser: DeskBrowser): Promise<CalledAnswer> {
  const cookie = [...browser.cookies].map((pair) => pair.join("=")).join("; ");
  const headers = { host, cookie, "warifu-desk": "1", "sec-fetch-site": "same-origin" };
  const { promise, resolve, reject } = Promise.withResolvers<CalledAnswer>();
  const asking = request({ host: "127.0.0.1", port, path: "/v1/session", headers }, (response) => {
    text(response).then((body) => {
      const given = Object.entries(response.headers).map(([name, value]): [string, string] => [name, String(value)]);
      const answer = {
        status: response.statusCode ?? 0,
        headers: new Headers(given),
        bytes: new Uint8Array(),
        text: body,
      };
      resolve({ ...answer, json: JSON.parse(body) as unknown });
    }, reject);
  });
  asking.on("error", reject).end();
  return promise;
}
