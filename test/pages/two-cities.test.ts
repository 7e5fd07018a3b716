// A walk through two cities in two browsers: what is posted in Santander, without a network, on a phone that is killed, is read,
// translated, commented on and reported in Fujisawa; hidden, appealed for and shown again; and gone in both once its author
// takes it back. Each step is proved by the verifier from the disk, told by the logs, and no log has a word of any of it.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { expect } from "chai";

import { formatPolicy } from "../../src/core/policy.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { MODERATION } from "../../src/pages/desk/texts/moderation.ts";
import { ABOUT } from "../../src/pages/citizen/texts/about.ts";
import { MINE } from "../../src/pages/citizen/texts/mine.ts";
import { POSTS } from "../../src/pages/citizen/texts/posts.ts";
import { FRAME } from "../../src/pages/citizen/texts/frame.ts";
import { PictureProcess } from "../../src/pictures/picture-process.ts";
import type { Language } from "../../src/texts/languages.ts";
import { befriend, exchangeAll, RECIPIENTS } from "../exchange/support/befriended.ts";
import { call } from "../http/support/call.ts";
import { canariesIn } from "../support/canary-scan.ts";
import type { Page } from "../support/browser.ts";
import { startSwiftChain, type TestChain } from "../support/chains.ts";
import { joinedCitizen } from "../support/citizens.ts";
import { startService, type TestService } from "../support/service.ts";
import { builtPages, ROOT } from "./support/built.ts";
import { leave, openJoined, press, shownCode, unexpected } from "./support/citizen-app.ts";
import { glossaryTranslator } from "./support/glossary.ts";
import { addPasskeys } from "./support/passkeys.ts";
import { hashOf, Phone, photo } from "./support/phone.ts";
import { expectShown, expectText } from "./support/shown.ts";
import { expectFits, expectNoBarriers, file, watched, type WatchedPage } from "./support/watched.ts";

/** Development accounts, one a city: known to everybody, worth nothing anywhere else. */
const ACCOUNTS = {
  santander: "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d",
  fujisawa: "0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a",
} as const;
const PICTURE_BYTES = 4_000_000;
const THEME = "smile";

/** Whatever people say on this walk. Each is in no other text. */
const SAID = {
  author: "petirrojo-azul",
  reader: "つばめのひなたち",
  posts: ["Tres golondrinas anidan en mi portal", "La panadera silba fandangos", "Un gato duerme en el buzón"],
  inJapanese: "三羽のツバメがわが家の玄関に巣を作っています",
  comment: "ツバメの巣は幸運のしるしです",
  inSpanish: "El nido de golondrinas trae buena suerte",
  report: "隣の家の表札が読めてしまいます",
  hidden: "Se lee el rótulo de una vivienda",
  appeal: "Ese letrero es de mi mercería",
  restored: "Es el rótulo de un comercio abierto",
  hiddenThere: "住まいの名札のように見えます",
  appealThere: "No es una vivienda sino un taller de costura",
  restoredThere: "お店の看板と確認できました",
} as const;
const [POST] = SAID.posts;
const CANARIES = [SAID.author, SAID.reader, ...SAID.posts, SAID.inJapanese, SAID.comment, SAID.inSpanish];
const DECIDED = [SAID.hidden, SAID.appeal, SAID.restored, SAID.hiddenThere, SAID.appealThere, SAID.restoredThere];
const WORDS = [...CANARIES, SAID.report, ...DECIDED];

interface City {
  readonly service: TestService;
  readonly code: "santander" | "fujisawa";
  readonly language: Language;
  readonly origin: string;
}

describe("a walk through two cities", function () {
  this.timeout(300_000);
  const decoding = new PictureProcess();
  const phone = new Phone({ locale: "es", colorScheme: "dark" });
  const stick = mkdtempSync(join(tmpdir(), "warifu-stick-"));
  let chain: TestChain;
  let santander: City;
  let fujisawa: City;
  let pictures: readonly Buffer[];
  /** Ana's, in Santander. */
  let ana: Page;
  /** Kenji's, in Fujisawa. */
  let kenji: WatchedPage;
  let kenjisCode: string;
  /** Of the post in each city. */
  const ids = { santander: "", fujisawa: "" };
  /** What is to be proved once all of it has happened: events and records, by city. */
  const claims = { santander: [] as string[], fujisawa: [] as string[] };

  before(async () => {
    const { files, folder } = await builtPages();
    writeFileSync(join(stick, "warifu-verify.html"), files.get("warifu-verify.html")!);
    chain = await startSwiftChain();
    santander = await startCity("santander", "es", folder);
    fujisawa = await startCity("fujisawa", "ja", folder);
    await befriend({ ...santander, recipient: RECIPIENTS.santander }, { ...fujisawa, recipient: RECIPIENTS.fujisawa });
    pictures = await Promise.all(SAID.posts.map(() => photo(PICTURE_BYTES)));
  });
  after(async () => {
    await kenji?.close();
    await phone.throwAway();
    for (const city of [santander, fujisawa]) await city?.service.stop();
    await chain?.stop();
    await decoding.close();
    rmSync(stick, { recursive: true });
  });

  /** With its notices and themes, as `npm run cities` has them. */
  async function startCity(code: City["code"], language: Language, pagesDir: string): Promise<City> {
    // Nothing here looks for faces; what authors covered is covered.
    const hider = { tool: "test", version: "1", hide: (bytes: Uint8Array) => decoding.copy(bytes, []) };
    const translator = glossaryTranslator({
      "es-ja": { [POST]: SAID.inJapanese },
      "ja-es": { [SAID.comment]: SAID.inSpanish },
    });
    const service = await startService({
      ...{ chain, city: code, origin: `${code}.test/ledger`, anchorKey: ACCOUNTS[code], pagesDir },
      ...(code === "fujisawa" && { jurisdiction: "jp-operator" }),
      ...{ faceHider: () => hider, translation: { places: [], translators: [translator] } },
      limits: { ratePerMinute: 1_000_000, signInsPerMinute: 1_000_000, openingsPerMinute: 1_000_000 },
    });
    service.publishing.start();
    const sample = JSON.parse(readFileSync(join(ROOT, `examples/cities/${code}.json`), "utf8")) as {
      readonly notices: readonly JsonObject[];
      readonly themes: readonly JsonObject[];
    };
    for (const notice of sample.notices) await service.ledger.rights.notices.add(notice);
    for (const theme of sample.themes) {
      const answer = await call(service, "/v1/themes", { role: "officer", body: JSON.stringify(theme) });
      expect(answer.status, answer.text).to.equal(201);
    }
    return { service, code, language, origin: service.url.replace("127.0.0.1", "localhost") };
  }

  const exchange = (): Promise<void> => exchangeAll([santander.service, fujisawa.service]);

  /** A picture of what is on the screen, for people who look at it. */
  async function shoot(page: Page, name: string): Promise<void> {
    const folder = process.env["WARIFU_TEST_SHOTS"];
    if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
    await expectFits(page, name);
  }

  async function postsOf({ service }: City): Promise<readonly { readonly id: string; readonly text?: string }[]> {
    return ((await call(service, "/v1/timeline?limit=50")).json as { posts: { id: string; text?: string }[] }).posts;
  }
  const idIn = async (city: City): Promise<string | undefined> =>
    (await postsOf(city)).find(({ text }) => text === POST)?.id;

  async function idAt({ service }: City, leaf: number): Promise<string> {
    const { json } = await call(service, `/v1/records?leaf=${leaf}`);
    return (json as { items: [{ id: string }] }).items[0].id;
  }

  it("takes each of three posts that were written without a network on a phone that was killed, once and byte for byte", async () => {
    await phone.join(santander.origin, SAID.author);
    const posts = SAID.posts.map((text, at) => ({ text, pictures: [pictures[at]!], theme: THEME, category: "smile" }));
    const said = await phone.writeOffline(santander.origin, posts);
    expect(said).to.include(POST);
    expect(await postsOf(santander), "nothing was sent").to.deep.equal([]);
    ana = await phone.sendAll(santander.origin, posts.length);
    await santander.service.publishing.settled();
    await santander.service.anchorAll();
    await ana.reload();
    await ana
      .locator(".post .state-proven")
      .nth(posts.length - 1)
      .waitFor();
    await shoot(ana, "es-mine-proven");
    const sent = await postsOf(santander);
    expect(sent.map(({ text }) => text).sort()).to.deep.equal([...SAID.posts].sort());
    const { items } = (await call(santander.service, "/v1/records?type=citizen-report")).json as { items: object[] };
    expect(items, "each once").to.have.length(posts.length);
    for (const [at, bytes] of pictures.entries()) {
      const { id } = sent.find(({ text }) => text === SAID.posts[at])!;
      claims.santander.push(id);
      const kept = await call(santander.service, `/v1/records/${id}/pictures/${hashOf(bytes)}`, { role: "officer" });
      expect(Buffer.from(kept.bytes).equals(bytes), `picture ${at}`).to.equal(true);
    }
    ids.santander = (await idIn(santander))!;
  });

  it("shows them in the other city with their pictures, translates them, and carries a comment back", async () => {
    await exchange();
    expect(await postsOf(fujisawa)).to.have.length(SAID.posts.length);
    ids.fujisawa = (await idIn(fujisawa))!;
    const { service } = fujisawa;
    const { leafIndex } = await service.ledger.records.placeOf(ids.fujisawa);
    claims.fujisawa.push(
      ids.fujisawa,
      await idAt(fujisawa, service.log.events.provisions.receptionOf(leafIndex)!.leafIndex),
    );
    kenji = await openJoined(fujisawa.origin, SAID.reader, {
      language: "ja",
      locale: "ja",
      isPhone: true,
      colorScheme: "dark",
    });
    const { page } = kenji;
    await shoot(page, "ja-joined");
    kenjisCode = await shownCode(page);
    await press(page, ABOUT.ja.codeKept);
    await page.goto(`${fujisawa.origin}/app`);
    await page.locator(`text=${POST}`).waitFor();
    await expectText(page.locator(".origin").first(), "サンタンデールから");
    await shoot(page, "ja-timeline");
    await page.goto(`${fujisawa.origin}/app/posts/${ids.fujisawa}`);
    await page.locator(".post-whole img").first().waitFor();
    await press(page, POSTS.ja.translate("日本語"));
    await page.locator(`text=${SAID.inJapanese}`).waitFor();
    await expectShown(page.locator(".translation").first(), /^機械翻訳\(原文：スペイン語\)/);
    await page.getByLabel(POSTS.ja.comment).fill(SAID.comment);
    await press(page, POSTS.ja.sendComment);
    await page.locator(".comments li").waitFor();
    await page.locator(".smile").first().click();
    await shoot(page, "ja-post");
    await exchange();

    await ana.goto(`${santander.origin}/app/posts/${ids.santander}`);
    await ana.locator(`text=${SAID.comment}`).waitFor();
    await ana.locator(".comments .translation button").click();
    await ana.locator(`text=${SAID.inSpanish}`).waitFor();
    await shoot(ana, "es-post");
  });

  /** Somebody of the moderation, at a city's desk. */
  async function atDesk({ service, language }: City): Promise<WatchedPage> {
    const invited = await call(service, "/v1/officers", {
      role: "admin",
      body: '{"name":"Moderación","role":"officer"}',
    });
    const { link } = invited.json as { link: string };
    const open = await watched(link, { locale: language, isPhone: true, colorScheme: "dark" });
    await addPasskeys(open);
    await open.page.locator("button.button-main").click();
    await open.page.locator(".who").waitFor({ state: "attached" });
    return open;
  }

  interface Deciding {
    readonly decision: string;
    readonly reason: string;
    readonly shot: string;
    /** What the desk shows of what was said before. */
    readonly seen: string;
  }

  /** Opens what waits, looks at what it says and what was said about it, and decides. */
  async function decide({ page }: WatchedPage, { origin, language }: City, deciding: Deciding): Promise<void> {
    const texts = MODERATION[language];
    await page.goto(`${origin}/desk/moderation`);
    await page.locator("tbody a").first().waitFor();
    await shoot(page, `${deciding.shot}-queue`);
    await page.locator("tbody a").first().click();
    await press(page, texts.look);
    await page.locator(`text=${deciding.seen}`).waitFor();
    await page.locator(".held-picture").waitFor();
    await expectShown(page.locator("main"), POST);
    if (language !== "es") {
      await press(page, texts.translate);
      await page.locator(`text=${SAID.inJapanese}`).waitFor();
    }
    if (language !== "es") await expectNoBarriers(page);
    await page.getByLabel(texts.decision).selectOption(deciding.decision);
    await page.getByLabel(texts.reason).fill(deciding.reason);
    await shoot(page, `${deciding.shot}-decide`);
    await press(page, texts.send);
  }

  /** Reports the post that a page shows, with a reason. */
  async function report(page: Page, { language }: City): Promise<void> {
    const texts = POSTS[language];
    await page.locator(".report-parts").getByRole("button", { name: texts.report }).first().click();
    await page.locator("dialog[open] select").selectOption("personal-data");
    await page.locator("dialog[open] textarea").fill(SAID.report);
    await shoot(page, `${language}-report`);
    await page.locator("dialog[open]").getByRole("button", { name: texts.sendReport }).click();
    await page.locator(`text=${texts.reported}`).waitFor();
    await page.keyboard.press("Escape");
  }

  it("hides it in both cities with reasons once it was reported, tells its author, and shows it again when somebody else has heard the appeal", async () => {
    const luis = await joinedCitizen(santander.service, { pseudonym: "Luis" });
    const value = { rule: "insult", text: SAID.report };
    expect((await luis.browser.ask(`/v1/posts/${ids.santander}/reports`, { value })).status).to.equal(201);
    const [one, other] = [await atDesk(santander), await atDesk(santander)];
    await decide(one, santander, { decision: "hidden", reason: SAID.hidden, seen: SAID.report, shot: "es-hide" });
    await one.page.locator(`text=${MODERATION.es.visibility.hidden}`).waitFor();
    await exchange();
    expect([await idIn(santander), await idIn(fujisawa)]).to.deep.equal([undefined, undefined]);

    await ana.goto(`${santander.origin}/app/mine`);
    await ana.locator(`text=${SAID.hidden}`).waitFor();
    await ana.getByLabel(MINE.es.moderation.appeal).fill(SAID.appeal);
    await shoot(ana, "es-mine-hidden");
    await press(ana, MINE.es.moderation.sendAppeal);
    await ana.locator(`text=${MINE.es.moderation.appealed}`).waitFor();
    await decide(one, santander, { decision: "restored", reason: SAID.restored, seen: SAID.appeal, shot: "es-own" });
    await one.page.locator(".notice-error").waitFor();
    await shoot(one.page, "es-own-refused");
    await decide(other, santander, {
      decision: "restored",
      reason: SAID.restored,
      seen: SAID.appeal,
      shot: "es-restore",
    });
    await other.page.locator(`text=${MODERATION.es.visibility.shown}`).waitFor();
    await shoot(other.page, "es-restored");
    for (const desk of [one, other]) await desk.close();
    await exchange();
    expect([await idIn(santander), await idIn(fujisawa)]).to.deep.equal([ids.santander, ids.fujisawa]);
    await ana.reload();
    await ana.locator(`text=${SAID.restored}`).waitFor();
    await shoot(ana, "es-mine-restored");
    await noteSteps(santander);
  });

  /** Each step of moderation is a claim to be proved. */
  async function noteSteps({ service, code }: City): Promise<void> {
    const { json } = await call(service, `/v1/records/${ids[code]}/moderation`);
    const { steps } = json as { steps: readonly { readonly id: string; readonly step: string }[] };
    claims[code].push(...steps.map(({ id }) => id));
  }

  it("is decided about in the city where it was read, too, and its author learns why, and appeals there", async () => {
    await kenji.page.goto(`${fujisawa.origin}/app/posts/${ids.fujisawa}`);
    await report(kenji.page, fujisawa);
    expect([await idIn(santander), await idIn(fujisawa)]).to.deep.equal([ids.santander, undefined]);
    const [one, other] = [await atDesk(fujisawa), await atDesk(fujisawa)];
    await decide(one, fujisawa, { decision: "hidden", reason: SAID.hiddenThere, seen: SAID.report, shot: "ja-hide" });
    await one.page.locator(`text=${MODERATION.ja.visibility.hidden}`).waitFor();

    await ana.goto(`${santander.origin}/app/posts/${ids.santander}`);
    await ana.locator(`.elsewhere >> text=${SAID.hiddenThere}`).waitFor();
    await ana.getByLabel(MINE.es.moderation.appeal).fill(SAID.appealThere);
    await shoot(ana, "es-elsewhere");
    await expectNoBarriers(ana);
    await press(ana, MINE.es.moderation.sendAppeal);
    await ana.locator(`.elsewhere >> text=${MINE.es.moderation.appealed}`).waitFor();
    const restoring = { decision: "restored", reason: SAID.restoredThere, seen: SAID.appealThere };
    await decide(one, fujisawa, { ...restoring, shot: "ja-own" });
    await one.page.locator(".notice-error").waitFor();
    await decide(other, fujisawa, { ...restoring, shot: "ja-restore" });
    await other.page.locator(`text=${MODERATION.ja.visibility.shown}`).waitFor();
    for (const desk of [one, other]) await desk.close();
    expect(await idIn(fujisawa)).to.equal(ids.fujisawa);
    await ana.reload();
    await ana.locator(`.elsewhere >> text=${SAID.restoredThere}`).waitFor();
    await shoot(ana, "es-elsewhere-restored");
    await noteSteps(fujisawa);
  });

  it("has not a word of it outside the vault, while it is there", async () => {
    const found = [santander, fujisawa].map((city) => sightingsIn(city));
    for (const [at, sightings] of (await Promise.all(found)).entries()) {
      const expected = new RegExp(`ledger\\.sqlite[^:]*: "${at === 0 ? SAID.author : SAID.reader}"`);
      expect(sightings.filter((one) => !expected.test(one))).to.deep.equal([]);
      // What an account is called is no secret, and that it is found shows that the search finds.
      expect(sightings).to.not.have.length(0);
    }
  });

  /** Where any of the words is: in files, in what the service logged, and in what everybody can read of the log. */
  async function sightingsIn({ service }: City): Promise<string[]> {
    const texts: Record<string, string> = { "service.log": service.logText() };
    const asked = [
      "/v1/catalogue",
      "/v1/rights",
      "/v1/moderation/summary",
      "/v1/exchange",
      "/open311/v2/requests.json",
    ];
    for (let leaf = 0; leaf < service.log.tree.size; leaf++) asked.push(`/v1/records?leaf=${leaf}`);
    for (const path of asked) texts[path] = (await call(service, path)).text;
    return canariesIn(WORDS, { folders: [service.folder], texts });
  }

  it("is gone in both cities once its author takes it back: words, copies of its picture, and translations", async () => {
    await ana.goto(`${santander.origin}/app/mine`);
    const own = ana.locator(`.post:has-text("${POST}")`);
    await own.getByRole("button", { name: MINE.es.withdraw }).click();
    await shoot(ana, "es-withdraw");
    await ana.locator("dialog[open] .button-main").click();
    await own.waitFor({ state: "hidden" });
    await kenji.page.goto(`${fujisawa.origin}/app/posts/${ids.fujisawa}`);
    await kenji.page.locator(".comments li").getByRole("button", { name: MINE.ja.withdraw }).click();
    await kenji.page.locator("dialog[open] .button-main").click();
    await kenji.page.locator(`text=${POSTS.ja.noComments}`).waitFor();
    await exchange();
    await kenji.page.reload();
    await kenji.page.getByRole("heading", { name: FRAME.ja.notFound }).waitFor();
    await shoot(kenji.page, "ja-gone");
    for (const city of [santander, fujisawa]) {
      await expectNothingLeft(city);
      expect(await idIn(city)).to.equal(undefined);
    }
  });

  /** Of the post, and of what was made of it. */
  async function expectNothingLeft(city: City): Promise<void> {
    const { service, code } = city;
    const { check, events, tree } = service.log;
    const { leafIndex } = await service.ledger.records.placeOf(ids[code]);
    const made = [...events.derivations.of(leafIndex), ...events.translations.of(leafIndex)];
    expect(made.length, "a copy and a translation").to.be.greaterThan(code === "fujisawa" ? 1 : 0);
    const comments = await leavesOf(city, "citizen-comment");
    expect(comments).to.have.length(1);
    for (const leaf of [leafIndex, ...comments, ...made.map((one) => one.leafIndex)])
      expect(await check.isErased(leaf), `${code} ${leaf} of ${tree.size}`).to.equal(true);
    expect((await call(service, `/v1/posts/${ids[code]}/pictures/0`)).status).to.equal(404);
    const { json } = await call(service, `/v1/records/${ids[code]}`);
    const { event } = (json as { erased: { event: number } }).erased;
    claims[code].push(await idAt(city, event));
  }

  async function leavesOf({ service }: City, type: string): Promise<number[]> {
    const { items } = (await call(service, `/v1/records?type=${type}`)).json as { items: { leafIndex: number }[] };
    return items.map(({ leafIndex }) => leafIndex);
  }

  it("is proved by the verifier from the disk: the records, their reception, each step of moderation, and the erasures", async () => {
    for (const city of [santander, fujisawa]) {
      await city.service.anchorAll();
      const open = await watched(pathToFileURL(join(stick, "warifu-verify.html")).href);
      await open.context.setOffline(true);
      const given = formatPolicy(city.service.policy);
      await open.page.getByLabel("Choose a policy file").setInputFiles([file("policy.json", given)]);
      const bundles: Record<string, string> = {};
      for (const id of claims[city.code]) bundles[id] = (await call(city.service, `/v1/records/${id}/bundle`)).text;
      const files = Object.entries(bundles).map(([id, bundle]) => file(`${id}.json`, bundle));
      await open.page.getByLabel("Choose files").setInputFiles(files);
      await open.page.locator("section.verdict").first().waitFor();
      await expectText(open.page.locator("caption"), `${files.length} hold, 0 refuted, 0 undecided`);
      await open.close();
    }
  });

  it("is told by both logs, step by step", async () => {
    expect(await storyIn(santander)).to.deep.equal([
      ...["derivation service", "provision", "exchange given confirmed"],
      ...["moderation reported member", "moderation hidden moderator"],
      ...["exchange hidden told", "exchange hidden confirmed"],
      ...["moderation appealed author", "moderation restored moderator"],
      ...["exchange shown told", "exchange shown confirmed"],
      ...["erasure", "exchange erased told", "exchange erased confirmed"],
    ]);
    expect(await storyIn(fujisawa)).to.deep.equal([
      ...["reception", "derivation service", "translation machine"],
      ...["exchange hidden honoured", "exchange shown honoured"],
      ...["moderation reported member", "moderation held automatic", "moderation hidden moderator"],
      ...["moderation appealed author", "moderation restored moderator"],
      ...["erasure", "exchange erased honoured"],
    ]);
  });

  /** What the log says of the post, without looks at it. */
  async function storyIn({ service, code }: City): Promise<string[]> {
    const { leafIndex } = await service.ledger.records.placeOf(ids[code]);
    const story: string[] = [];
    for (const entry of await service.store.entries(0, service.log.tree.size)) {
      const body = await service.log.check.bodyOf(entry);
      const { record, matter, step, by } = body?.content ?? {};
      if (record !== leafIndex || body?.vct === "warifu:access:1") continue;
      story.push([body?.vct.split(":")[1], matter, step, by].filter(Boolean).join(" "));
    }
    return story;
  }

  it("leaves no word in either city once both have left", async () => {
    expect(await leave(ana, phone.recoveryCode)).to.equal(200);
    expect(await leave(kenji.page, kenjisCode)).to.equal(200);
    await exchange();
    for (const city of [santander, fujisawa]) expect(await sightingsIn(city), city.code).to.deep.equal([]);
    expect(unexpected(kenji)).to.deep.equal([]);
  });
});
