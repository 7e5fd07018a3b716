// Posts of two cities in one log: what another city sent is shown beside one's own, under themes that are known, and what came
// of a theme is counted city by city, of so many people that nobody is found by it.

import { expect } from "chai";

import type { JsonObject } from "../../src/core/json.ts";
import { provisionEvent, receptionEvent } from "../../src/events/provision.ts";
import { PostIndex } from "../../src/posts/post-index.ts";
import { ANYBODY } from "../../src/posts/post-types.ts";
import { post, postsIn, putTheme } from "../http/support/posting.ts";
import { call } from "../http/support/call.ts";
import { joinedCitizen } from "../support/citizens.ts";
import { acknowledged } from "../support/ledger.ts";
import { startService, type TestService } from "../support/service.ts";

const JAPAN = "received/fujisawa";
const words = (text: string): JsonObject => ({ en: text, es: text, ja: text });

describe("posts of two cities", () => {
  let service: TestService;

  before(async () => {
    service = await startService({ city: "santander", limits: { ratePerMinute: 1e6, signInsPerMinute: 1e6 } });
    await putTheme(service, "smiles", { scope: "shared" });
    await putTheme(service, "ours", { visibility: "members" });
  });
  after(() => service.stop());

  async function receive(type: string, claims: object, source = JAPAN): Promise<string> {
    const [entered] = acknowledged(await service.ledger.submit([{ type, source, claims } as never]));
    if (source === JAPAN) await confirm(entered!.leafIndex);
    return entered!.id;
  }
  /** As the exchange says that it was verified. */
  async function confirm(record: number): Promise<void> {
    const law = { basis: "consent", country: "JP", lawVersion: "2026-11-28", origin: "jp-operator" };
    await service.log.writer.enter(receptionEvent({ ...law, record }, { from: "Fujisawa" }));
  }
  const said = (person: number, text: string, more: object = {}): object => ({
    ...{ category: "smile", theme: "smiles", text, language: "ja", reportedAt: "2026-11-29T09:00:00Z" },
    ...{ reporterId: `fj_${person}`, reporterName: `さくら${person}`, ...more },
  });
  const timeline = async () => postsIn(await call(service, "/v1/timeline?limit=50"));

  it("are shown side by side, with where they are from and the name that the other city gives", async () => {
    const id = await receive("citizen-report", said(0, "海がきれい"));
    const [shown] = await timeline();
    expect(shown).to.deep.include({ id, origin: { city: "fujisawa" }, text: "海がきれい" });
    expect(shown?.author.pseudonym).to.equal("さくら0");
    expect(JSON.stringify(shown)).to.not.include("fj_0");
    const comment = await receive("citizen-comment", { about: id, text: "本当に", language: "ja", reporterId: "fj_1" });
    const { comments } = (await call(service, `/v1/posts/${id}/comments`)).json as { comments: object[] };
    expect(comments).to.have.length(1);
    expect(comments[0]).to.deep.include({ id: comment, origin: { city: "fujisawa" } });
  });

  it("of which the other city does not say who wrote them are nobody's in common", async () => {
    const unnamed = { category: "smile", text: "名無し", language: "ja", reportedAt: "2026-11-29T09:00:00Z" };
    for (let time = 0; time < 2; time++) await receive("citizen-report", unnamed);
    const [second, first] = await timeline();
    expect([first?.author.pseudonym, second?.author.pseudonym]).to.deep.equal(["", ""]);
    expect(first?.author.tag).to.not.equal(second?.author.tag);
  });

  it("are not shown before the log says that what came was verified", async () => {
    const before = (await timeline()).length;
    const value = { type: "citizen-report", source: JAPAN, claims: said(8, "未確認") };
    const [entered] = acknowledged(await service.ledger.submit([value as never]));
    expect(await timeline()).to.have.length(before);
    await confirm(entered!.leafIndex);
    expect(await timeline()).to.have.length(before + 1);
  });

  it("stand as their own city says, and no other: what another one says of this city's posts is not this city's word", async () => {
    const { browser } = await joinedCitizen(service, { pseudonym: "Somebody" });
    const own = await post(browser, { text: "Una farola rota" });
    const lamp = { category: "lighting", text: "街灯", language: "ja", reportedAt: "2026-11-29T09:00:00Z" };
    const theirs = await receive("citizen-report", lamp);
    const solved = { status: "solved", at: "2026-11-29T09:30:00Z", text: "済み", language: "ja" };
    for (const about of [own, theirs]) await receive("report-status", { about, ...solved });
    const shown = async (id: string) => (await call(service, `/v1/posts/${id}`)).json;
    expect(await shown(own)).to.not.have.any.keys("status", "statusHistory");
    expect(await shown(theirs)).to.deep.include({ status: "solved" });
    // Nor what Open311 gives out.
    expect(await service.posts!.statusOf(own)).to.equal(undefined);
    await service.posts!.posting.status(own, { status: "accepted" });
    await receive("report-status", { about: own, ...solved });
    expect(await shown(own)).to.deep.include({ status: "accepted" });
    expect(await service.posts!.statusOf(own)).to.deep.include({ status: "accepted" });
  });

  it("are not of a source that only looks like another city's, or like the city's own", async () => {
    const before = (await timeline()).length;
    for (const source of ["receive/fujisawa", "app2", "xreceived/fujisawa"])
      await receive("citizen-report", said(9, "ない"), source);
    expect(await timeline()).to.have.length(before);
  });

  it("wait under a theme that is not known, and are not let into a theme for members by another city's word", async () => {
    const before = (await timeline()).length;
    await receive("citizen-report", said(2, "まだ", { theme: "later" }));
    await receive("citizen-report", said(2, "内側", { theme: "ours" }));
    expect(await timeline()).to.have.length(before);
    const theme = { titles: words("Ours"), visibility: "open", scope: "shared" };
    await receive("city-theme", { ...theme, theme: "ours" });
    expect(await timeline()).to.have.length(before);
    expect((await call(service, "/v1/themes/ours")).status).to.equal(404);
    await receive("city-theme", { ...theme, theme: "later" });
    expect(await timeline()).to.have.length(before + 1);
    expect((await call(service, "/v1/themes/later")).json).to.include({ city: "fujisawa" });
  });

  it("are counted city by city, without a word or category that fewer than five people chose", async () => {
    for (let person = 1; person <= 5; person++) await receive("citizen-report", said(person, `噴水と公園 ${person}`));
    // One person, many times, is one person.
    for (let time = 0; time < 6; time++) await receive("citizen-report", said(7, "秘密の場所", { category: "waste" }));
    for (let person = 1; person <= 5; person++) {
      const { browser } = await joinedCitizen(service, { pseudonym: "Somebody" });
      await post(browser, {
        theme: "smiles",
        category: "green",
        text: `La fuente, ${person === 1 ? "escondite" : "噴水"}`,
      });
    }
    const results = async (query = "") =>
      (await call(service, `/v1/themes/smiles/results${query}`)).json as {
        readonly cities: readonly { readonly city: string; readonly words: readonly { readonly word: string }[] }[];
        readonly shared: readonly string[];
      };
    const { cities, shared } = await results();
    expect(cities.map(({ city }) => city)).to.deep.equal(["fujisawa", "santander"]);
    const [japan, spain] = cities;
    expect(japan?.words.map(({ word }) => word))
      .to.include.members(["噴水", "公園"])
      .and.not.include("秘密");
    // Not those of six people either: who knows all posts would subtract them, and find the one.
    expect(japan).to.deep.include({ posts: 13, suppressed: true, categories: [] });
    expect(spain?.words).to.deep.equal([{ word: "fuente", count: 5 }]);
    expect([japan, spain].map((one) => (one as { by?: string }).by)).to.deep.equal(["people", "people"]);
    expect(spain).to.deep.include({ posts: 5, categories: [{ category: "green", count: 5 }], suppressed: true });
    expect(shared).to.deep.equal([]);
    const spanish = await results("?language=es");
    expect(spanish.cities[0]).to.deep.include({ words: [], untranslated: 13 });
    // What is erased is counted no more, at once.
    const [fresh] = service.posts!.index.newest({ author: "fj_5" });
    await service.ledger.erasing.erase([fresh!.id], { basis: "gdpr-17-1-b" }, () => true);
    expect((await results()).cities[0]?.words.map(({ word }) => word)).to.not.include("公園");
  });

  it("are held in a bounded index, the newest of them, with what belongs to those", async () => {
    const all = [...service.posts!.index.newest({})].map(({ id }) => id);
    const index = new PostIndex({ ...service.log, source: "app", mostPosts: 10 });
    await index.now();
    expect(index.size).to.equal(9);
    expect([...index.newest({})].map(({ id }) => id)).to.deep.equal(all.slice(0, 9));
    expect(index.written(all.at(-1)!)).to.equal(undefined);
    expect(index.commentsOn(all.at(-1)!)).to.deep.equal([]);
    for (const { author } of [...service.posts!.index.newest({})])
      for (const { id } of index.newest({ author })) expect(all.slice(0, 9)).to.include(id);
  });

  it("are not shown to anybody if what is stored of them is damaged, and the others are", async () => {
    const [first, second] = (await timeline()) as readonly { readonly id: string }[];
    const { leafIndex } = await service.ledger.records.placeOf(first!.id);
    await service.vault.erase(leafIndex);
    const index = new PostIndex({ ...service.log, source: "app" });
    await index.now();
    expect(index.post(first!.id)).to.equal(undefined);
    expect(index.post(second!.id)).to.not.equal(undefined);
    expect(await service.posts!.published.isPublic(second!.id, JAPAN)).to.equal(true);
    expect(await service.posts!.published.claimsFor(service.posts!.index.post(first!.id)!, ANYBODY)).to.equal(
      undefined,
    );
  });

  it("come under another city's own themes, and this one's that are shared, and answer posts that it was given", async () => {
    await putTheme(service, "local");
    const before = (await timeline()).length;
    await receive("citizen-report", said(3, "よそ者", { theme: "local" }));
    expect(await timeline()).to.have.length(before);
    const { browser } = await joinedCitizen(service, { pseudonym: "Somebody" });
    const own = await post(browser, { theme: "smiles" });
    await receive("citizen-comment", { about: own, text: "知らない", language: "ja", reporterId: "fj_1" });
    expect(((await call(service, `/v1/posts/${own}/comments`)).json as { comments: object[] }).comments).to.have.length(
      0,
    );
    const { leafIndex: record } = await service.ledger.records.placeOf(own);
    const provision = { basis: "adequacy", country: "JP", jurisdiction: "eu", lawVersion: "2026-11-28", record };
    await service.log.writer.enter(provisionEvent(provision, { to: "Fujisawa" }));
    expect(((await call(service, `/v1/posts/${own}/comments`)).json as { comments: object[] }).comments).to.have.length(
      1,
    );
  });

  it("keep their code with the city that used it first, even once that has erased the theme", async () => {
    const theme = { titles: words("Theirs"), visibility: "open", scope: "shared" };
    await putTheme(service, "gone", { visibility: "members" });
    const { leafIndex } = service.posts!.index.theme("gone")!;
    await receive("city-theme", { ...theme, theme: "first" });
    const [other] = acknowledged(
      await service.ledger.submit([
        { type: "city-theme", source: "received/other", claims: { ...theme, theme: "first" } } as never,
      ]),
    );
    await confirm(other!.leafIndex);
    const { withdrawn: basis } = service.citizens!.ownConsent;
    await service.ledger.erasing.erase([service.posts!.index.theme("gone")!.id], { basis }, () => true);
    await receive("city-theme", { ...theme, theme: "gone" });
    // As after a restart.
    for (const index of [service.posts!.index, new PostIndex({ ...service.log, source: "app" })]) {
      await index.now();
      expect(index.theme("first")?.source).to.equal(JAPAN);
      expect(index.theme("gone")).to.include({ source: "app", leafIndex });
    }
    expect((await call(service, "/v1/themes/gone")).status).to.equal(404);
  });
});
