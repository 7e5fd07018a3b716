// Passkeys of officers for further devices: of one's own account alone, by whoever sits at the desk.

import { expect } from "chai";

import { startService, type TestService } from "../support/service.ts";
import { Authenticator } from "./support/authenticator.ts";
import { call, expectProblem, type CalledAnswer } from "./support/call.ts";
import { DeskBrowser, signedIn } from "./support/desk-browser.ts";

const PASSKEYS = "/v1/session/passkeys";

describe("passkeys for further devices", () => {
  let service: TestService;
  before(async () => {
    service = await startService({ logLevel: "info", limits: { signInsPerMinute: 100_000 } });
  });
  after(() => service.stop());

  const listed = async (browser: DeskBrowser): Promise<string[]> => {
    const { passkeys } = (await browser.ask(PASSKEYS)).json as { passkeys: { id: string }[] };
    return passkeys.map(({ id }) => id);
  };
  const remove = (browser: DeskBrowser, id: string): Promise<CalledAnswer> =>
    browser.ask(`${PASSKEYS}/${id}`, { method: "DELETE" });
  async function made(browser: DeskBrowser): Promise<{ readonly passkey: Authenticator; readonly credential: object }> {
    const { options } = (await browser.ask(`${PASSKEYS}/options`, { method: "POST" })).json as { options: object };
    const passkey = new Authenticator(browser.origin);
    return { passkey, credential: passkey.create(options) };
  }
  const verify = (browser: DeskBrowser, credential: object): Promise<CalledAnswer> =>
    browser.ask(`${PASSKEYS}/verify`, { value: { credential } });
  async function added(browser: DeskBrowser): Promise<Authenticator> {
    const { passkey, credential } = await made(browser);
    const answer = await verify(browser, credential);
    expect(answer.status, answer.text).to.equal(201);
    return passkey;
  }

  it("are added, sign in, are listed and removed, but not the last one; and the security log says so", async () => {
    const { browser, passkey, officerId } = await signedIn(service);
    expectProblem(await remove(browser, passkey.id), 400, "REQUEST_INVALID");
    const second = await added(browser);
    expect(await listed(browser)).to.have.members([passkey.id, second.id]);
    const elsewhere = new DeskBrowser(service);
    expect((await elsewhere.signIn(passkey)).status).to.equal(200);
    expect((await remove(browser, passkey.id)).status).to.equal(204);
    expectProblem(await elsewhere.ask("/v1/session"), 401, "UNAUTHENTICATED");
    expectProblem(await new DeskBrowser(service).signIn(passkey), 401, "UNAUTHENTICATED");
    expect((await new DeskBrowser(service).signIn(second)).status).to.equal(200);
    expect((await browser.session()).officer.id, "here the session goes on").to.equal(officerId);
    for (const event of ["passkey-added", "passkey-removed"])
      expect(service.logText()).to.match(new RegExp(`"event":"${event}","keyId":"${officerId}"`));
  });

  it("are nobody else's to list, to remove, or to add to", async () => {
    const [one, other] = [await signedIn(service), await signedIn(service)];
    await added(other.browser);
    expect(await listed(one.browser)).to.deep.equal([one.passkey.id]);
    expectProblem(await remove(one.browser, other.passkey.id), 404, "NOT_FOUND");
    const { credential } = await made(one.browser);
    other.browser.cookies.set("warifu-flow", one.browser.cookies.get("warifu-flow") as string);
    expectProblem(await verify(other.browser, credential), 401, "UNAUTHENTICATED");
    const again = await made(one.browser);
    expectProblem(
      await one.browser.ask("/v1/session/join/verify", { value: { credential: again.credential } }),
      401,
      "UNAUTHENTICATED",
    );
    expect(await listed(other.browser)).to.have.length(2);
  });

  it("are for the desk's own pages, and for no key", async () => {
    const { browser, passkey } = await signedIn(service);
    const second = await added(browser);
    const foreign = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
    expectProblem(
      await browser.ask(`${PASSKEYS}/${second.id}`, { method: "DELETE", headers: foreign }),
      401,
      "UNAUTHENTICATED",
    );
    expectProblem(
      await browser.ask(`${PASSKEYS}/options`, { method: "POST", headers: foreign }),
      401,
      "UNAUTHENTICATED",
    );
    expectProblem(await call(service, PASSKEYS, { role: "admin" }), 401, "UNAUTHENTICATED");
    expect(await listed(browser)).to.have.members([passkey.id, second.id]);
  });

  it("are none of somebody for whom a provider vouches", async () => {
    const { desk } = service;
    const person = {
      issuer: "https://login.example",
      subject: "s",
      name: "Ana",
      role: "officer",
      sources: null,
    } as const;
    const { officerId } = await desk.officers.vouchedFor(person);
    const browser = new DeskBrowser(service);
    browser.cookies.set("warifu-desk", await desk.sessions.begin(officerId));
    expect(await listed(browser)).to.deep.equal([]);
    expectProblem(await browser.ask(`${PASSKEYS}/options`, { method: "POST" }), 403, "FORBIDDEN");
  });
});
