// Joining and signing in as a citizen: what holds, and what an attacker tries with cookies, challenges, recovery codes, ages,
// and the accounts of others.

import { join } from "node:path";

import { expect } from "chai";

import { readCity } from "../../src/citizens/city-file.ts";
import { CITIZEN_SESSION_TIMES, openCitizens } from "../../src/citizens/citizens.ts";
import { pagedRandomBytes } from "../../src/core/random.ts";
import { FLOW_MS } from "../../src/sign-in/flows.ts";
import { AppBrowser, joinedCitizen, joining, noticesInForce, type JoinedCitizen } from "../support/citizens.ts";
import { startService, type TestService } from "../support/service.ts";
import { Authenticator, type Bent } from "./support/authenticator.ts";
import { begunRequest } from "./support/begun-request.ts";
import { call, expectProblem, type CalledAnswer } from "./support/call.ts";
import { signedIn } from "./support/desk-browser.ts";

const CITIES = join(import.meta.dirname, "../../cities");
const START = Date.parse("2026-11-29T08:00:00Z");
const SESSION = "/v1/citizens/session";
const ME = "/v1/citizens/me";

describe("citizens", () => {
  let service: TestService;
  let now = START;
  before(async () => {
    service = await startService({
      ...{ city: "santander", now: () => now, logLevel: "info" },
      limits: { signInsPerMinute: 100_000 },
    });
    await noticesInForce(service);
  });
  after(() => service.stop());

  const withoutInstance = ({ status, text }: CalledAnswer): string =>
    `${status} ${text.replace(/"instance":"[^"]*"/, "")}`;
  const sessionOf = async (browser: AppBrowser) => {
    const answer = await browser.ask(SESSION);
    expect(answer.status, answer.text).to.equal(200);
    return answer.json as { readonly citizen: { readonly id: string }; readonly since: string; readonly until: string };
  };

  /** Whoever only reads is not refused. */
  const expectNobody = ({ status, json }: CalledAnswer): void => {
    expect([status, json]).to.deep.equal([200, { citizen: null }]);
  };

  const bodies = new Set<string>();
  const expectRefused = (answer: CalledAnswer): void => {
    expectProblem(answer, 401, "UNAUTHENTICATED");
    bodies.add(withoutInstance(answer));
    expect(answer.headers.getSetCookie().filter((line) => /citizen=w/.test(line))).to.deep.equal([]);
  };

  describe("join", () => {
    it("with a pseudonym and a passkey, and have a receipt of each consent and a recovery code", async () => {
      const browser = new AppBrowser(service);
      const { answer } = await browser.join({
        pseudonym: "  Ñandú 佐藤 ",
        language: "ja",
        purposes: ["publish", "exchange"],
      });
      expect(answer.status, answer.text).to.equal(201);
      const { citizen, recoveryCode, receipts, until } = answer.json as {
        citizen: { id: string };
        recoveryCode: string;
        receipts: { purpose: string; state: string; noticeVersion: number; language: string }[];
        until: string;
      };
      expect(citizen).to.deep.include({ pseudonym: "Ñandú 佐藤", ageBand: "18-64", language: "ja" });
      expect(citizen.id).to.match(/^ct_[0-9a-f]{16}$/);
      expect(recoveryCode).to.match(/^([0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}$/);
      expect(receipts.map(({ purpose, state }) => [purpose, state])).to.deep.equal([
        ["publish", "given"],
        ["exchange", "given"],
      ]);
      for (const one of receipts) expect(one).to.include({ noticeVersion: 1, language: "ja" });
      expect(Date.parse(until)).to.equal(now + CITIZEN_SESSION_TIMES.idleMs);
      expect((await sessionOf(browser)).citizen.id).to.equal(citizen.id);
    });

    it("not below the age of the law, whatever a form would send, and not by a change afterwards", async () => {
      const tooYoung = await new AppBrowser(service).join({ ageBand: "0-13" });
      expectProblem(tooYoung.answer, 403, "FORBIDDEN");
      expect((tooYoung.answer.json as { detail: string }).detail).to.match(/below 14 .* parental authority/);
      for (const ageBand of ["13", "0-99", "18-64 ", "", "65-"])
        expectProblem((await new AppBrowser(service).join({ ageBand })).answer, 400, "REQUEST_INVALID");
      const { browser } = await joinedCitizen(service, { ageBand: "14-17" });
      expectProblem(await browser.ask(ME, { method: "PATCH", value: { ageBand: "0-13" } }), 403, "FORBIDDEN");
      expect((await browser.ask(ME, { method: "PATCH", value: { ageBand: "18-64" } })).status).to.equal(200);
    });

    it("from another age where the law names another, and with the consents that the city wants of all", async () => {
      const city = { ...readCity(join(CITIES, "fujisawa.json"))!, joinConsents: ["publish"] };
      const japan = await startService({ city, jurisdiction: "jp-operator" });
      try {
        await noticesInForce(japan);
        expectProblem((await new AppBrowser(japan).join({ ageBand: "0-15" })).answer, 403, "FORBIDDEN");
        expect((await new AppBrowser(japan).join({ ageBand: "16-17" })).answer.status).to.equal(201);
        const without = await new AppBrowser(japan).join({ purposes: ["exchange"] });
        expectProblem(without.answer, 400, "REQUEST_INVALID");
        expect((without.answer.json as { detail: string }).detail).to.match(/also consents to: publish/);
        const { ageBands, ownConsentFrom } = (await call(japan, "/v1/city")).json as Record<string, unknown>;
        expect(ownConsentFrom).to.equal(16);
        expect(ageBands).to.deep.include({ code: "0-15", ownConsent: false });
      } finally {
        await japan.stop();
      }
    });

    it("under no mail address, no number to call, and nothing that hides", async () => {
      for (const pseudonym of [
        "ana@example.org",
        "+34 942 200 600",
        "0466-25-1111",
        "a\u202eb",
        "",
        " ",
        "x".repeat(31),
        "a\nb",
      ])
        expectProblem((await new AppBrowser(service).join({ pseudonym })).answer, 400, "REQUEST_INVALID");
    });

    it("not as the city, however that is spelt, nor with letters that pass for others", async () => {
      const official = [
        "Santander",
        "SANTANDER.",
        "サンタンデール",
        "Áyuntamiento de Santander",
        "El ayuntamiento-de-santander 2",
      ];
      for (const pseudonym of [...official, "gаviota"])
        expectProblem((await new AppBrowser(service).join({ pseudonym })).answer, 400, "REQUEST_INVALID");
      const { browser } = await joinedCitizen(service, { pseudonym: "Santanderina" });
      const change = { method: "PATCH", value: { pseudonym: "Ayuntamiento de Santander" } };
      expectProblem(await browser.ask(ME, change), 400, "REQUEST_INVALID");
      expect((await new AppBrowser(service).join({ pseudonym: "Чайка" })).answer.status).to.equal(201);
    });

    it("with each consent once", async () => {
      const shown = { purpose: "publish", noticeVersion: 1, language: "es" };
      const { answer } = await new AppBrowser(service).join({ consents: [shown, { ...shown, language: "ja" }] });
      expectProblem(answer, 400, "REQUEST_INVALID");
    });

    it("only after the notice in force was shown to them, in its present version and for a purpose that it asks about", async () => {
      const shown = { purpose: "publish", noticeVersion: 1, language: "es" };
      for (const [change, status, code] of [
        [{ noticeVersion: 2 }, 400, "REQUEST_INVALID"],
        [{ purpose: "profiling" }, 400, "REQUEST_INVALID"],
        [{ purpose: "service" }, 400, "REQUEST_INVALID"],
        [{ language: "fr" }, 404, "NOT_FOUND"],
      ] as const)
        expectProblem(
          (await new AppBrowser(service).join({ consents: [{ ...shown, ...change }] })).answer,
          status,
          code,
        );
      expect((await new AppBrowser(service).join({ purposes: [] })).answer.status, "to nothing").to.equal(201);
    });
  });

  describe("sign in", () => {
    it("with the passkey that they made, on another device too, and out again", async () => {
      const { browser, passkey, citizenId } = await joinedCitizen(service);
      const elsewhere = new AppBrowser(service);
      expect((await elsewhere.signIn(passkey)).status).to.equal(200);
      expect((await sessionOf(elsewhere)).citizen.id).to.equal(citizenId);
      const thief = new AppBrowser(service);
      for (const [name, value] of elsewhere.cookies) thief.cookies.set(name, value);
      expect((await elsewhere.ask(SESSION, { method: "DELETE" })).status).to.equal(204);
      expectNobody(await elsewhere.ask(SESSION));
      expectProblem(await thief.ask(ME), 401, "UNAUTHENTICATED");
      expect((await sessionOf(browser)).citizen.id).to.equal(citizenId);
    });

    it("with a cookie that no script reads and no other site sends, which outlasts the browser", async () => {
      const browser = new AppBrowser(service);
      const { answer } = await browser.join();
      const line = answer.headers.getSetCookie().find((one) => /citizen=w/.test(one));
      expect(line).to.match(
        /^warifu-citizen=wc_[0-9a-f]{16}_[\w-]{43}; Max-Age=7776000; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/,
      );
    });

    it("over TLS with a cookie that nobody else sets", async () => {
      const origin = "https://app.example";
      const other = await startService({ city: "santander", appUrl: origin });
      try {
        await noticesInForce(other);
        const browser = new AppBrowser(other, origin);
        const { answer } = await browser.join();
        const line = answer.headers.getSetCookie().find((one) => /citizen=w/.test(one));
        expect(line).to.match(/^__Host-warifu-citizen=.*; Path=\/; .*; Secure; SameSite=Strict$/);
        const plain = browser.cookies.get("__Host-warifu-citizen") as string;
        browser.cookies.clear();
        browser.cookies.set("warifu-citizen", plain);
        expectNobody(await browser.ask(SESSION));
      } finally {
        await other.stop();
      }
    });

    it("until two weeks without a request, or three months in all", async () => {
      expect(CITIZEN_SESSION_TIMES).to.deep.equal({ idleMs: 14 * 86_400_000, lifeMs: 90 * 86_400_000 });
      const { browser } = await joinedCitizen(service);
      now += CITIZEN_SESSION_TIMES.idleMs - 1_000;
      expect((await browser.ask(ME)).status).to.equal(200);
      now += CITIZEN_SESSION_TIMES.idleMs;
      expectProblem(await browser.ask(ME), 401, "UNAUTHENTICATED");
      const busy = (await joinedCitizen(service)).browser;
      const end = now + CITIZEN_SESSION_TIMES.lifeMs;
      for (; now < end; now += CITIZEN_SESSION_TIMES.idleMs - 1_000) expect((await busy.ask(ME)).status).to.equal(200);
      now = end;
      expectProblem(await busy.ask(ME), 401, "UNAUTHENTICATED");
    });

    it("and stay so through a restart", async () => {
      const { browser, citizenId, passkey } = await joinedCitizen(service);
      const { city } = service.citizens!;
      const { store, ledger, log } = service;
      const parts = { city, store, rights: ledger.rights, log, randomBytes: pagedRandomBytes(), now: () => now };
      const again = await openCitizens(parts);
      expect(again.sessions.recognise(browser.cookies.get("warifu-citizen"))?.account.citizenId).to.equal(citizenId);
      expect(again.accounts.passkey(passkey.id)?.citizenId).to.equal(citizenId);
    });
  });

  describe("refuse, always in the same words,", () => {
    after(() => {
      expect([...bodies]).to.have.length(1);
    });

    it("an answer that was seen before, is too late, or answers what another browser was asked", async () => {
      const { browser, passkey } = await joinedCitizen(service);
      const ask = async (by: AppBrowser) =>
        ((await by.ask(`${SESSION}/options`, { method: "POST" })).json as { options: object }).options;
      const options = await ask(browser);
      const flow = browser.cookies.get("warifu-citizen-flow") as string;
      const value = { credential: passkey.get(options, { counter: 0 }) };
      const verify = (by: AppBrowser, what = value) => by.ask(`${SESSION}/verify`, { value: what });
      expect((await verify(browser)).status).to.equal(200);
      browser.cookies.set("warifu-citizen-flow", flow);
      expectRefused(await verify(browser));
      const late = { credential: passkey.get(await ask(browser)) };
      now += FLOW_MS;
      expectRefused(await verify(browser, late));
      const asked = { credential: passkey.get(await ask(browser)) };
      const victim = new AppBrowser(service);
      await ask(victim);
      expectRefused(await verify(victim, asked));
    });

    it("an answer of another origin, step or user, without its user, or of a copy", async () => {
      const { browser, passkey } = await joinedCitizen(service);
      const { citizenId } = await joinedCitizen(service);
      for (const bent of [
        { origin: "https://evil.example" },
        { rpId: "evil.example" },
        { challenge: "AAAA" },
        { isUnverified: true },
        { type: "webauthn.create" },
        { userHandle: Buffer.from(citizenId).toString("base64url") },
      ])
        expectRefused(await browser.signIn(passkey, bent));
      expectRefused(await browser.signIn(new Authenticator(browser.origin)));
      expect((await browser.signIn(passkey, { counter: 50 })).status).to.equal(200);
      for (const counter of [50, 49, 0]) expectRefused(await new AppBrowser(service).signIn(passkey, { counter }));
    });

    it("a passkey that was made for something else: one that adds to an account does not join, and the other way round", async () => {
      const { browser, passkey } = await joinedCitizen(service);
      const made = async (path: string, value: object) => {
        const headers = await browser.proof(passkey);
        const { options } = (await browser.ask(`${path}/options`, { value, headers })).json as { options: object };
        return { credential: new Authenticator(browser.origin).create(options) };
      };
      const added = await made(`${ME}/passkeys`, {});
      expectRefused(await browser.ask("/v1/citizens/join/verify", { value: added }));
      expectRefused(await browser.ask(`${SESSION}/recovery/verify`, { value: await made(`${ME}/passkeys`, {}) }));
      const joined = await made("/v1/citizens/join", joining());
      expectRefused(await browser.ask(`${ME}/passkeys/verify`, { value: joined }));
    });

    it("a passkey that was asked for by another account", async () => {
      const [one, other] = [await joinedCitizen(service), await joinedCitizen(service)];
      const headers = await one.browser.proof(one.passkey);
      const asked = await one.browser.ask(`${ME}/passkeys/options`, { method: "POST", headers });
      const { options } = asked.json as { options: object };
      const value = { credential: new Authenticator(one.browser.origin).create(options) };
      other.browser.cookies.set("warifu-citizen-flow", one.browser.cookies.get("warifu-citizen-flow") as string);
      expectRefused(await other.browser.ask(`${ME}/passkeys/verify`, { value }));
      expect(service.citizens?.accounts.passkeysOf(other.citizenId)).to.have.length(1);
    });

    it("a passkey that is somebody's already", async () => {
      const { browser, passkey } = await joinedCitizen(service);
      const { options } = (await browser.ask("/v1/citizens/join/options", { value: joining() })).json as {
        options: object;
      };
      expectRefused(await browser.ask("/v1/citizens/join/verify", { value: { credential: passkey.create(options) } }));
    });

    it("a recovery code that never was, that was used, and that was renewed", async () => {
      const { browser, recoveryCode } = await joinedCitizen(service);
      const options = (code: string) => new AppBrowser(service).ask(`${SESSION}/recovery/options`, { value: { code } });
      for (const code of ["", "no code", "0".repeat(25), recoveryCode.slice(1)]) expectRefused(await options(code));
      expect((await new AppBrowser(service).recover(recoveryCode)).answer.status).to.equal(200);
      expectRefused(await options(recoveryCode));
      const { browser: second, recoveryCode: code } = await joinedCitizen(service);
      const renewed = await second.ask(`${ME}/recovery-code`, { method: "POST", headers: await second.proof(code) });
      expect(renewed.status).to.equal(201);
      expectRefused(await options(code));
      expect((await options((renewed.json as { recoveryCode: string }).recoveryCode)).status).to.equal(200);
      expectProblem(await browser.ask(ME), 401, "UNAUTHENTICATED");
    });

    it("the second of two who come with one code at once", async () => {
      const { recoveryCode } = await joinedCitizen(service);
      const answers = await Promise.all([1, 2].map(() => new AppBrowser(service).recover(recoveryCode)));
      expect(answers.map(({ answer }) => answer.status).sort()).to.deep.equal([200, 401]);
      expectRefused(answers.find(({ answer }) => answer.status === 401)!.answer);
    });
  });

  describe("show once more who they are, before what a stolen cookie must not do", () => {
    let citizen: JoinedCitizen;
    let browser: AppBrowser;
    beforeEach(async () => {
      citizen = await joinedCitizen(service);
      ({ browser } = citizen);
    });
    const SENSITIVE = [
      ["leaving", ME, "DELETE"],
      ["another recovery code", `${ME}/recovery-code`, "POST"],
      ["a further passkey", `${ME}/passkeys/options`, "POST"],
      ["a passkey less", `${ME}/passkeys/nobodys`, "DELETE"],
    ] as const;

    for (const [what, path, method] of SENSITIVE)
      it(`${what}: not with the cookie alone, nor with an invented or used proof`, async () => {
        const refused = (headers: Readonly<Record<string, string>> = {}) =>
          browser.ask(path, { method, headers }).then((answer) => expectProblem(answer, 403, "FORBIDDEN"));
        await refused();
        await refused({ "warifu-proof": "A".repeat(43) });
        const used = await browser.proof(citizen.passkey);
        await browser.ask(`${ME}/passkeys/nobodys`, { method: "DELETE", headers: used });
        await refused(used);
        expect((await browser.ask(ME)).json).to.deep.include({ id: citizen.citizenId, passkeys: 1 });
        expect((await new AppBrowser(service).recover(citizen.recoveryCode)).answer.status).to.equal(200);
      });

    it("with a passkey or the recovery code of this very account, and nothing else; the session lasts all the same", async () => {
      const other = await joinedCitizen(service);
      const wrong: (readonly [Authenticator | string, Bent?])[] = [
        ...([[other.passkey], [new Authenticator(browser.origin)], [other.recoveryCode], ["0".repeat(25)]] as const),
        ...[{ isUnverified: true }, { origin: "http://evil.example" }, { challenge: "AAAA" }].map(
          (bent) => [citizen.passkey, bent] as const,
        ),
      ];
      for (const [shown, bent] of wrong) expectProblem(await browser.prove(shown, bent), 403, "FORBIDDEN");
      expect((await browser.ask(ME)).status).to.equal(200);
      for (const shown of [citizen.passkey, citizen.recoveryCode])
        expect((await browser.prove(shown)).status).to.equal(201);
      expect((await browser.leave(citizen.recoveryCode)).status).to.equal(200);
      expectRefused(await new AppBrowser(service).signIn(citizen.passkey));
    });

    it("for nothing else: what answers at the sign-in proves nothing, and a proof signs nobody in", async () => {
      const credential = async (path: string) => {
        const { options } = (await browser.ask(`${path}/options`, { method: "POST" })).json as { options: object };
        return { credential: citizen.passkey.get(options) };
      };
      const value = await credential(SESSION);
      expectProblem(await browser.ask(`${ME}/proof/verify`, { value }), 403, "FORBIDDEN");
      expectRefused(await browser.ask(`${SESSION}/verify`, { value: await credential(`${ME}/proof`) }));
    });

    it("for five minutes, in the session that asked", async () => {
      const elsewhere = new AppBrowser(service);
      await elsewhere.signIn(citizen.passkey);
      const stolen = { method: "DELETE", headers: await browser.proof(citizen.passkey) };
      expectProblem(await elsewhere.ask(ME, stolen), 403, "FORBIDDEN");
      const late = { method: "DELETE", headers: await browser.proof(citizen.passkey) };
      now += 300_000;
      expectProblem(await browser.ask(ME, late), 403, "FORBIDDEN");
      expect((await browser.leave(citizen.passkey)).status).to.equal(200);
    });
  });

  describe("come back with a recovery code", () => {
    it("typed as people do, with a new passkey and a new code, and whoever has a lost device is signed out", async () => {
      const { browser, passkey, recoveryCode, citizenId } = await joinedCitizen(service);
      const typed = ` ${recoveryCode.toLowerCase().replaceAll("-", " ").replaceAll("0", "o").replaceAll("1", "l")} `;
      const home = new AppBrowser(service);
      const { answer, passkey: fresh } = await home.recover(typed);
      expect(answer.status, answer.text).to.equal(200);
      const { citizen, recoveryCode: next } = answer.json as { citizen: { id: string }; recoveryCode: string };
      expect(citizen.id).to.equal(citizenId);
      expect(next).to.not.equal(recoveryCode);
      expectProblem(await browser.ask(ME), 401, "UNAUTHENTICATED");
      const removed = { method: "DELETE", headers: await home.proof(fresh) };
      expect((await home.ask(`${ME}/passkeys/${passkey.id}`, removed)).status).to.equal(204);
      expectProblem(await new AppBrowser(service).signIn(passkey), 401, "UNAUTHENTICATED");
      expect((await new AppBrowser(service).signIn(fresh)).status).to.equal(200);
      expect((await new AppBrowser(service).recover(next)).answer.status).to.equal(200);
    });

    it("and nothing that was begun on the lost device arrives any more", async () => {
      const { browser, recoveryCode } = await joinedCitizen(service);
      const headers = { ...browser.headers, "content-type": "application/json" };
      const body = JSON.stringify({ pseudonym: "thief" });
      const renaming = { method: "PATCH", path: "/v1/citizens/me", headers, body };
      const [finish, late] = [
        await begunRequest(browser.origin, renaming),
        await begunRequest(browser.origin, renaming),
      ];
      expect(await finish()).to.equal(200);
      expect((await new AppBrowser(service).recover(recoveryCode)).answer.status).to.equal(200);
      expect(await late()).to.equal(401);
    });

    it("which counts until then: whoever only asks has used up nothing, and is not signed in", async () => {
      const { browser, recoveryCode } = await joinedCitizen(service);
      const stranger = new AppBrowser(service);
      const asked = await stranger.ask(`${SESSION}/recovery/options`, { value: { code: recoveryCode } });
      expect(asked.status).to.equal(200);
      expectNobody(await stranger.ask(SESSION));
      for (const path of [ME, `${ME}/consents`]) expectProblem(await stranger.ask(path), 401, "UNAUTHENTICATED");
      expect((await browser.ask(ME)).status).to.equal(200);
      expect((await new AppBrowser(service).recover(recoveryCode)).answer.status).to.equal(200);
    });
  });

  describe("take no request that another site made", () => {
    const FOREIGN: readonly (readonly [what: string, headers: Readonly<Record<string, string>>])[] = [
      ["of another site", { origin: "https://evil.example", "sec-fetch-site": "cross-site" }],
      ["of a neighbouring host", { origin: "http://localhost:1", "sec-fetch-site": "same-site" }],
      ["that names another origin", { origin: "https://evil.example", "sec-fetch-site": "" }],
      ["that names none", { origin: "", "sec-fetch-site": "" }],
      ["that names the app's origin, but comes from elsewhere", { "sec-fetch-site": "cross-site" }],
      ["of a form, without the header", { "warifu-app": "" }],
      ["of a page of the desk", { "warifu-app": "", "warifu-desk": "1" }],
      ["of a sandboxed frame", { origin: "null" }],
    ];
    let browser: AppBrowser;
    before(async () => {
      ({ browser } = await joinedCitizen(service));
    });
    for (const [what, headers] of FOREIGN)
      it(`${what}`, async () => {
        const change = { method: "PATCH", value: { pseudonym: "taken over" }, headers };
        expectProblem(await browser.ask(ME, change), 401, "UNAUTHENTICATED");
        expectProblem(await browser.ask(ME, { method: "DELETE", headers }), 401, "UNAUTHENTICATED");
        expectProblem(await browser.ask(SESSION, { method: "DELETE", headers }), 403, "FORBIDDEN");
        expectProblem(await browser.ask(`${SESSION}/options`, { method: "POST", headers }), 403, "FORBIDDEN");
        expectProblem(await browser.ask("/v1/citizens/join/options", { value: joining(), headers }), 403, "FORBIDDEN");
        expect(((await browser.ask(ME)).json as { pseudonym: string }).pseudonym).to.equal("gaviota");
      });

    it("that only reads", async () => {
      for (const site of ["cross-site", "same-site", "none"])
        for (const app of ["", "1"]) {
          const headers = { "sec-fetch-site": site, "warifu-app": app, origin: "" };
          expectProblem(await browser.ask(ME, { headers }), 401, "UNAUTHENTICATED");
        }
      expect((await browser.ask(ME, { headers: { "warifu-app": "", origin: "" } })).status, "a link").to.equal(200);
    });
  });

  describe("have a session", () => {
    it("whose secret is new at each way in: one that was planted stays worthless, one that was there ends", async () => {
      const { browser, passkey } = await joinedCitizen(service);
      const before = browser.cookies.get("warifu-citizen") as string;
      expect((await browser.signIn(passkey)).status).to.equal(200);
      expect(browser.cookies.get("warifu-citizen")).to.not.equal(before);
      browser.cookies.set("warifu-citizen", before);
      expectNobody(await browser.ask(SESSION));
      const planted = new AppBrowser(service);
      const chosen = `wc_${"0".repeat(16)}_${"A".repeat(43)}`;
      planted.cookies.set("warifu-citizen", chosen);
      expect((await planted.signIn(passkey)).status).to.equal(200);
      planted.cookies.set("warifu-citizen", chosen);
      expectNobody(await planted.ask(SESSION));
    });

    it("that is none at the desk, and an officer's or a key is none here", async () => {
      const { browser } = await joinedCitizen(service);
      const secret = browser.cookies.get("warifu-citizen") as string;
      const { browser: desk } = await signedIn(service, { name: "Root", role: "admin" });
      const admin = desk.cookies.get("warifu-desk") as string;
      const cookie = `warifu-desk=${secret}; warifu-citizen=${admin}`;
      const both = { "warifu-desk": "1", "warifu-app": "1", cookie };
      expectProblem(await browser.ask("/v1/officers", { headers: both }), 401, "UNAUTHENTICATED");
      expectProblem(await browser.ask(ME, { headers: both }), 401, "UNAUTHENTICATED");
      for (const role of ["officer", "admin"] as const)
        expectProblem(await call(service, ME, { role }), 401, "UNAUTHENTICATED");
    });
  });

  it("are not there in a service without a city: their paths are like any unknown one", async () => {
    const plain = await startService();
    try {
      const unknown = withoutInstance(await call(plain, "/v1/nothing-at-all"));
      for (const [path, method] of [
        ["/v1/city", "GET"],
        [ME, "GET"],
        [ME, "PUT"],
        ["/v1/citizens/join/options", "POST"],
        [SESSION, "DELETE"],
      ] as const)
        expect(withoutInstance(await call(plain, path, { method })), path).to.equal(unknown);
    } finally {
      await plain.stop();
    }
  });

  it("leave no id, no pseudonym, no code and no secret in any line of the service's log", async () => {
    now += 61_000;
    const wish = { pseudonym: "Canary Ñandú" };
    const { browser, citizenId, recoveryCode, passkey } = await joinedCitizen(service, wish);
    const secret = browser.cookies.get("warifu-citizen") as string;
    await browser.signIn(passkey, { challenge: "Y2FuYXJ5" });
    const text = service.logText();
    for (const one of [citizenId, "Canary", recoveryCode.slice(0, 11), secret.slice(20), "Y2FuYXJ5"])
      expect(text).to.not.include(one);
    expect(text)
      .to.match(/"event":"citizen-joined"/)
      .and.match(/"event":"sign-in-refused","reason":"passkey-invalid"/);
    const stored = JSON.stringify([await service.store.citizenSessions(), await service.store.citizens()]);
    for (const one of [secret.slice(20), recoveryCode]) expect(stored).to.not.include(one);
  });

  it("try so often in a minute from one address, which does not keep officers out", async () => {
    const other = await startService({ city: "santander", limits: { signInsPerMinute: 3 } });
    try {
      const browser = new AppBrowser(other);
      for (let i = 0; i < 3; i++)
        expect((await browser.ask(`${SESSION}/options`, { method: "POST" })).status).to.equal(200);
      expectProblem(await browser.ask(`${SESSION}/options`, { method: "POST" }), 429, "RATE_LIMITED");
      expectProblem(await browser.ask(`${SESSION}/recovery/options`, { value: { code: "x" } }), 429, "RATE_LIMITED");
      expect((await browser.ask("/v1/city")).status, "what signs nobody in is not counted").to.equal(200);
      await signedIn(other);
    } finally {
      await other.stop();
    }
  });
});
