// What citizens of one city post, in the app of the other one: with its picture, translation and comments; hidden, shown again
// and gone when it is in the city it comes from.

import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import { expect } from "chai";

import { formatPolicy } from "../../src/core/policy.ts";
import { PictureProcess } from "../../src/pictures/picture-process.ts";
import { startSwiftChain, type TestChain } from "../support/chains.ts";
import { joinedCitizen, type JoinedCitizen } from "../support/citizens.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { startService, type TestService } from "../support/service.ts";
import { post, postsIn, putTheme, upload, type Post } from "../http/support/posting.ts";
import { call, expectProblem } from "../http/support/call.ts";
import { patientServer } from "../support/patient-server.ts";
import { befriend, exchangeAll as exchangeBetween, officerOf, RECIPIENTS } from "./support/befriended.ts";

const STREET = readFileSync(join(import.meta.dirname, "../../examples/street.jpg"));

describe("posts of one city in the app of another", () => {
  const decoding = new PictureProcess();
  const hider = { tool: "test", version: "1", hide: (bytes: Uint8Array) => decoding.copy(bytes, []) };
  let chains: readonly TestChain[];
  let santander: TestService;
  let fujisawa: TestService;
  let ana: JoinedCitizen;
  let kenji: JoinedCitizen;
  let id: string;

  before(async () => {
    const [here, there] = [await startSwiftChain(), await startSwiftChain()];
    chains = [here, there];
    const faces = { faceHider: () => hider };
    santander = await startService({ ...faces, chain: here, origin: "santander.test/ledger", city: "santander" });
    const japan = { origin: "fujisawa.test/ledger", city: "fujisawa", jurisdiction: "jp-operator" } as const;
    fujisawa = await startService({ ...faces, ...japan, chain: there });
    for (const { publishing } of [santander, fujisawa]) publishing.start();
    const purposes = ["publish", "exchange"];
    ana = await joinedCitizen(santander, { pseudonym: "Ana", purposes });
    kenji = await joinedCitizen(fujisawa, { pseudonym: "Kenji", language: "ja", purposes });
    await befriend(
      { service: santander, code: "santander", recipient: RECIPIENTS.santander },
      { service: fujisawa, code: "fujisawa", recipient: RECIPIENTS.fujisawa },
    );
  });
  after(async () => {
    await Promise.all([santander.stop(), fujisawa.stop(), decoding.close()]);
    await Promise.all(chains.map((chain) => chain.stop()));
  });

  const exchangeAll = (): Promise<void> => exchangeBetween([santander, fujisawa]);

  async function timeline(
    city: TestService,
  ): Promise<readonly (Post & { readonly origin?: { readonly city: string } })[]> {
    return postsIn(await call(city, "/v1/timeline"));
  }

  it("shows a post with its picture, and says which city it comes from", async () => {
    await putTheme(santander, "smile", { scope: "shared" });
    const sha256 = await upload(ana.browser, STREET, 100_000);
    id = await post(ana.browser, {
      category: "smile",
      theme: "smile",
      text: "El mar cada mañana",
      pictures: [{ sha256 }],
    });
    await exchangeAll();
    const [shown] = await timeline(fujisawa);
    expect(shown).to.deep.include({ text: "El mar cada mañana", category: "smile", origin: { city: "santander" } });
    expect(shown?.pictures).to.have.length(1);
    const picture = await call(fujisawa, `/v1/posts/${shown?.id}/pictures/0`);
    expect([picture.status, picture.headers.get("content-type")]).to.deep.equal([200, "image/webp"]);
    expect(shown?.id).to.not.equal(id);
  });

  it("says what the other city is called, in each language, and by its name in the register without", async () => {
    const others = async (city: TestService) => ((await call(city, "/v1/city")).json as { others: object[] }).others;
    const names = { en: "Santander", es: "Santander", ja: "サンタンデール" };
    expect(await others(fujisawa)).to.deep.equal([{ city: "santander", names }]);
    const { partners } = santander.exchange;
    const { names: _, ...nameless } = partners.named("Example K.K.");
    partners.remove("Example K.K.");
    partners.keep(nameless);
    const inAll = { en: "Example K.K.", es: "Example K.K.", ja: "Example K.K." };
    expect(await others(santander)).to.deep.equal([{ city: "fujisawa", names: inAll }]);
  });

  it("carries a comment back, to the post that it is about", async () => {
    const [shown] = await timeline(fujisawa);
    const value = { key: crypto.randomUUID(), text: "江の島もきれいです", language: "ja" };
    const said = await kenji.browser.ask(`/v1/posts/${shown?.id}/comments`, { value });
    expect(said.status, said.text).to.equal(201);
    await exchangeAll();
    const { comments } = (await call(santander, `/v1/posts/${id}/comments`)).json as { comments: { text: string }[] };
    expect(comments.map(({ text }) => text)).to.deep.equal(["江の島もきれいです"]);
  });

  it("carries a translation as what it is", async () => {
    await officerOf(santander).translate(id, { to: "ja", texts: { text: "毎朝の海" } });
    await exchangeAll();
    const [shown] = await timeline(fujisawa);
    const translated = await call(fujisawa, `/v1/posts/${shown?.id}/translation?to=ja`);
    expect(translated.json).to.deep.include({ from: "es", to: "ja", text: "毎朝の海" });
  });

  it("hides there what is hidden here, and shows it again", async () => {
    const { leafIndex } = await santander.ledger.records.placeOf(id);
    const said = { record: leafIndex, rule: "insult", text: "a reason" };
    await santander.ledger.moderating.decide("hidden", said);
    await exchangeAll();
    expect(await timeline(fujisawa)).to.deep.equal([]);
    await santander.ledger.moderating.decide("restored", said);
    await exchangeAll();
    expect(await timeline(fujisawa)).to.have.length(1);
  });

  it("tells its author, and nobody else, what the other city decided and why, and takes the appeal there", async () => {
    const [shown] = await timeline(fujisawa);
    const { leafIndex: record } = await fujisawa.ledger.records.placeOf(shown!.id);
    const by = (account: string, text: string) => ({ record, rule: "insult", text, account });
    const elsewhere = async (browser = ana.browser): Promise<unknown> => {
      const { status, json } = await browser.ask(`/v1/posts/${id}/elsewhere`);
      return status === 200 ? (json as { cities: unknown }).cities : status;
    };
    expect(await elsewhere()).to.deep.equal([{ city: "fujisawa", isReached: true }]);
    await fujisawa.ledger.moderating.decide("hidden", by("one", "the reason there"));
    const hidden = { visibility: "hidden", rule: "insult", automatic: false, reason: "the reason there" };
    const moderation = { ...hidden, appealable: true, appealed: false };
    expect(await elsewhere()).to.deep.equal([{ city: "fujisawa", isReached: true, moderation }]);
    const { browser: stranger } = await joinedCitizen(santander, { pseudonym: "Luis" });
    expect(await elsewhere(stranger)).to.equal(404);
    const { key } = await fujisawa.access.issue("stranger", "submitter", { sources: ["received/gijon"] });
    const headers = { authorization: `Bearer ${key}` };
    expectProblem(await call(fujisawa, `/v1/exchange/records/${id}/moderation`, { headers }), 404, "NOT_FOUND");

    const appeal = (city: string) =>
      ana.browser.ask(`/v1/posts/${id}/appeal`, { value: { text: "It is a quotation", city } });
    expectProblem(await appeal("gijon"), 404, "NOT_FOUND");
    expect((await appeal("fujisawa")).status).to.equal(204);
    expectProblem(await appeal("fujisawa"), 400, "REQUEST_INVALID");
    await expectRejection("FORBIDDEN", fujisawa.ledger.moderating.decide("restored", by("one", "again")));
    await fujisawa.ledger.moderating.decide("restored", by("two", "it is one"));
    expect(await elsewhere()).to.have.nested.property("[0].moderation.outcome.reason", "it is one");
    expect(await timeline(fujisawa)).to.have.length(1);
  });

  it("says of a city that does not answer, or answers nonsense, that it was not asked, and nothing of one that knows no such question", async () => {
    const answers = [
      [404, "{}"] as const,
      [500, "{}"] as const,
      [200, '{"moderation":{"visibility":"gone"}}'] as const,
    ];
    const server = patientServer((_request, response) => {
      const [status, body] = answers.shift() ?? [200, "{"];
      response.writeHead(status, { "content-type": "application/json" }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const policy = formatPolicy(fujisawa.policy);
    const partner = { recipient: RECIPIENTS.fujisawa.name, policy, city: "fujisawa" };
    await officerOf(santander).keepPartner({ ...partner, endpoint });
    const cities = async (): Promise<unknown> =>
      ((await ana.browser.ask(`/v1/posts/${id}/elsewhere`)).json as { cities: unknown }).cities;
    expect(await cities()).to.deep.equal([]);
    for (let time = 0; time < 3; time++) {
      if (time === 2) server.close();
      expect(await cities()).to.deep.equal([{ city: "fujisawa", isReached: false }]);
    }
    server.closeAllConnections();
    await befriend(
      { service: santander, code: "santander", recipient: RECIPIENTS.santander },
      { service: fujisawa, code: "fujisawa", recipient: RECIPIENTS.fujisawa },
    );
  });

  it("is gone there once more of its picture is covered here", async () => {
    const sha256 = await upload(ana.browser, STREET, 100_000);
    const other = await post(ana.browser, {
      category: "smile",
      theme: "smile",
      text: "Una cara en la ventana",
      pictures: [{ sha256 }],
    });
    await exchangeAll();
    const shown = (await timeline(fujisawa)).find(({ text }) => text === "Una cara en la ventana");
    const { leafIndex } = await fujisawa.ledger.records.placeOf(shown!.id);
    await santander.ledger.pictures.hide(other, 0, [[10, 10, 30, 30]]);
    await exchangeAll();
    expect((await timeline(fujisawa)).map(({ text }) => text)).to.deep.equal(["El mar cada mañana"]);
    expect(await fujisawa.log.check.isErased(leafIndex)).to.equal(true);
    expect(await timeline(santander)).to.have.length(2);
    const taken = await ana.browser.ask(`/v1/posts/${other}/withdraw`, { method: "POST" });
    expect(taken.status, taken.text).to.equal(200);
  });

  it("is gone in both cities once its author takes it back, with picture and translation", async () => {
    const [shown] = await timeline(fujisawa);
    const record = (await fujisawa.ledger.records.placeOf(shown!.id)).leafIndex;
    const taken = await ana.browser.ask(`/v1/posts/${id}/withdraw`, { method: "POST" });
    expect(taken.status, taken.text).to.equal(200);
    await exchangeAll();
    expect([...(await timeline(santander)), ...(await timeline(fujisawa))]).to.deep.equal([]);
    expect(await fujisawa.log.check.isErased(record)).to.equal(true);
    for (const { leafIndex } of fujisawa.log.events.translations.of(record))
      expect(await fujisawa.log.check.isErased(leafIndex)).to.equal(true);
    const { items } = await officerOf(santander).partners();
    expect(items[0]).to.deep.include({ state: "well", unproved: 0 });
    expect(items[0]?.honoured).to.equal(items[0]?.told);
  });
});
