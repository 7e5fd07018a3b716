// What citizens post, and who is shown it: each condition ends the showing when it ends; to outsiders a members-only theme is
// not there; and no word of it is in what the log tells everybody.

import { createHash, randomBytes, randomUUID } from "node:crypto";
import { join } from "node:path";

import { expect } from "chai";

import { readCity } from "../../src/citizens/city-file.ts";
import { PictureProcess } from "../../src/pictures/picture-process.ts";
import { createClient } from "../../src/client/client.ts";
import type { NewTheme } from "../../src/posts/themes.ts";
import { citySecrets } from "../../src/keys/vault-secrets.ts";
import { openPosts } from "../../src/posts/open-posts.ts";
import { ROUTES } from "../../src/http/routes.ts";
import { readOpen311File } from "../../src/service/open311-file.ts";
import { phonePhoto } from "../pictures/support/draw.ts";
import { joinedCitizen, type AppBrowser, type JoinedCitizen } from "../support/citizens.ts";
import { startService, type TestService } from "../support/service.ts";
import { call, expectProblem, type CalledAnswer } from "./support/call.ts";
import { newPost, newTheme, post, postsIn, putTheme, upload, type Post } from "./support/posting.ts";

const SERVICES = readOpen311File(join(import.meta.dirname, "../../profiles/open311/services.json"));
const NOT_THERE = "019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f";

describe("posts", () => {
  const decoding = new PictureProcess();
  let canHide = true;
  let later = 0;
  let service: TestService;
  let anna: JoinedCitizen;
  let ben: JoinedCitizen;
  let other: string;

  before(async () => {
    const hider = { tool: "test", version: "1", hide: (bytes: Uint8Array) => decoding.copy(bytes, []) };
    const santander = readCity(join(import.meta.dirname, "../../cities/santander.json"))!;
    service = await startService({
      ...{ city: { ...santander, moderation: { ...santander.moderation, postsPerDay: 12 } } },
      open311: { ...SERVICES, source: "app" },
      now: () => Date.now() + later,
      ...{ logLevel: "trace", faceHider: () => (canHide ? hider : undefined) },
      limits: { ratePerMinute: 1_000_000, signInsPerMinute: 1_000_000 },
      translation: {
        places: [],
        translators: [
          {
            offers: ({ to }) => to === "en",
            translate: async (texts) => ({
              tool: "test",
              version: "1",
              texts: texts.map(() => "The canary sings again"),
            }),
            close: async () => undefined,
          },
        ],
      },
    });
    service.publishing.start();
    anna = await joinedCitizen(service, { pseudonym: "Anna" });
    ben = await joinedCitizen(service, { pseudonym: "Ben" });
    other = (await service.access.issue("another officer", "officer")).key;
  });
  after(async () => {
    await service.stop();
    await decoding.close();
  });

  const timeline = async (browser?: AppBrowser, query = "?limit=50"): Promise<Post[]> => {
    const path = `/v1/timeline${query}`;
    return postsIn(await (browser ? browser.ask(path) : call(service, path)));
  };
  const isShown = async (id: string, browser?: AppBrowser): Promise<boolean> => {
    const path = `/v1/posts/${id}`;
    const { status } = await (browser ? browser.ask(path) : call(service, path));
    const isListed = (await timeline(browser)).some((one) => one.id === id);
    expect(isListed, "timeline and post agree").to.equal(status === 200);
    return isListed;
  };
  const decide = (record: string, decision: string, rule: string, key = service.keys.officer) =>
    call(service, "/v1/moderation/decisions", {
      headers: { authorization: `Bearer ${key}` },
      body: JSON.stringify({ record, decision, rule, text: "REASON: it names a neighbour" }),
    });
  const own = async ({ browser }: JoinedCitizen, id: string): Promise<Post | undefined> =>
    postsIn(await browser.ask("/v1/citizens/me/posts")).find((one) => one.id === id);

  it("come with pictures in pieces, once for each key, and are shown when faces were hidden in all of them", async () => {
    const photo = await phonePhoto();
    const sha256 = await upload(anna.browser, photo);
    const value = newPost({ pictures: [{ sha256, hide: [[0, 0, 0.5, 0.5]] }], area: "centro" });
    canHide = false;
    const [first, again] = [
      await anna.browser.ask("/v1/posts", { value }),
      await anna.browser.ask("/v1/posts", { value }),
    ];
    expect([first.status, again.status], again.text).to.deep.equal([201, 200]);
    expect(again.json).to.deep.equal(first.json);
    const { id } = first.json as { id: string };
    await service.publishing.settled();
    expect(await isShown(id, ben.browser)).to.equal(false);
    expect((await own(anna, id))?.pending).to.equal(true);
    canHide = true;
    service.publishing.wake();
    await service.publishing.settled();
    const [shown] = await timeline(ben.browser);
    expect(shown).to.deep.include({ id, category: "street", area: "centro", state: "received", comments: 0 });
    expect(shown?.author.pseudonym).to.equal("Anna");
    expect(JSON.stringify(shown)).to.not.include(anna.citizenId);
    const picture = await ben.browser.ask(`/v1/posts/${id}/pictures/0`);
    expect([picture.status, picture.headers.get("content-type")]).to.deep.equal([200, "image/webp"]);
    expect(createHash("sha256").update(picture.bytes).digest("hex")).to.not.equal(sha256);
    expect((await ben.browser.ask(`/v1/posts/${id}/pictures/1`)).status).to.equal(404);
    expect((await anna.browser.ask(`/v1/uploads/${sha256}`)).status).to.equal(404);
  });

  it("say what is wrong with them, and take nothing then", async () => {
    const size = service.log.tree.publishedSize;
    const wrong: object[] = [
      ...[{ category: "smell" }, { area: "moon" }, { text: " " }, { latitude: 43 }, { reportedAt: "yesterday" }],
      ...[{ pictures: [{ sha256: "0".repeat(64) }] }, { more: 1 }],
    ];
    for (const one of wrong)
      expectProblem(await anna.browser.ask("/v1/posts", { value: newPost(one) }), 400, "REQUEST_INVALID");
    expectProblem(await anna.browser.ask("/v1/posts", { value: newPost({ theme: "none" }) }), 404, "NOT_FOUND");
    expectProblem(await call(service, "/v1/posts", { body: JSON.stringify(newPost()) }), 401, "UNAUTHENTICATED");
    expect(service.log.tree.publishedSize).to.equal(size);
    const value = newPost();
    await anna.browser.ask("/v1/posts", { value });
    const changed = await anna.browser.ask("/v1/posts", { value: { ...value, text: "something else" } });
    expectProblem(changed, 409, "IDEMPOTENCY_CONFLICT");
  });

  it("are commented on, smiled at, followed, and not seen from whom somebody blocks", async () => {
    const id = await post(anna.browser);
    const said = { key: randomUUID(), text: "Al fin canta", language: "es" };
    const commented = await ben.browser.ask(`/v1/posts/${id}/comments`, { value: said });
    expect(commented.status, commented.text).to.equal(201);
    expect((await ben.browser.ask(`/v1/posts/${id}/comments`, { value: said })).status).to.equal(200);
    const listed = (await call(service, `/v1/posts/${id}/comments`)).json as { comments: object[] };
    expect(listed.comments).to.have.length(1);
    expect(listed.comments[0]).to.deep.include({ text: "Al fin canta", language: "es" });
    for (let time = 0; time < 2; time++)
      expect((await ben.browser.ask(`/v1/posts/${id}/reaction`, { method: "PUT" })).status).to.equal(204);
    const seen = async ({ browser }: JoinedCitizen): Promise<Post> =>
      (await browser.ask(`/v1/posts/${id}`)).json as Post;
    expect(await seen(ben)).to.deep.include({ comments: 1, reactions: { smile: 1, mine: true } });
    expect((await seen(anna)).reactions).to.deep.equal({ smile: 1, mine: false });
    await ben.browser.ask(`/v1/posts/${id}/reaction`, { method: "DELETE" });
    expect((await seen(ben)).reactions).to.deep.equal({ smile: 0, mine: false });
    await ben.browser.ask(`/v1/posts/${id}/reaction`, { method: "PUT" });
    expect((await seen(ben)).reactions.smile).to.equal(1);

    await ben.browser.ask(`/v1/posts/${id}/follow`, { method: "PUT" });
    expect(postsIn(await ben.browser.ask("/v1/citizens/me/followed")).map((one) => one.id)).to.deep.equal([id]);
    await ben.browser.ask(`/v1/posts/${id}/follow`, { method: "DELETE" });
    expect(postsIn(await ben.browser.ask("/v1/citizens/me/followed"))).to.deep.equal([]);

    const { tag } = (await seen(ben)).author;
    await ben.browser.ask(`/v1/citizens/me/blocked/${tag}`, { method: "PUT" });
    expect((await timeline(ben.browser)).filter((one) => one.author.tag === tag)).to.deep.equal([]);
    expect((await timeline()).some((one) => one.author.tag === tag)).to.equal(true);
    await ben.browser.ask(`/v1/citizens/me/blocked/${tag}`, { method: "DELETE" });
    expect((await timeline(ben.browser)).some((one) => one.id === id)).to.equal(true);
  });

  it("are shown as long as their author consents, and no longer", async () => {
    const carla = await joinedCitizen(service, { pseudonym: "Carla" });
    const id = await post(carla.browser);
    const comment = { key: randomUUID(), text: "Mine", language: "en" };
    const of = await post(anna.browser);
    await carla.browser.ask(`/v1/posts/${of}/comments`, { value: comment });
    const count = async () => ((await call(service, `/v1/posts/${of}`)).json as Post).comments;
    expect([await isShown(id), await count()]).to.deep.equal([true, 1]);
    await carla.browser.ask("/v1/citizens/me/consents", { value: { state: "withdrawn", purpose: "publish" } });
    expect([await isShown(id), await count()]).to.deep.equal([false, 0]);
    expect(await own(carla, id)).to.not.equal(undefined);
    const given = { state: "given", purpose: "publish", noticeVersion: 1, language: "es" };
    const said = await carla.browser.ask("/v1/citizens/me/consents", { value: given });
    expect(said.status, said.text).to.equal(201);
    expect([await isShown(id), await count()]).to.deep.equal([true, 1]);
  });

  it("are not shown against a restriction of their use", async () => {
    const id = await post(anna.browser);
    const { leafIndex } = await service.ledger.records.placeOf(id);
    const { restrictions, law } = service.ledger.rights;
    const [basis = ""] = law.operations.restrict.provisions;
    await restrictions.restrict({ state: "restricted", purposes: ["publish"], basis, records: [leafIndex] });
    expect(await isShown(id)).to.equal(false);
  });

  it("are reported, held, hidden with reasons that their author is told, appealed, and restored by somebody else", async () => {
    const id = await post(anna.browser, { pictures: [{ sha256: await upload(anna.browser, await phonePhoto()) }] });
    service.publishing.wake();
    await service.publishing.settled();
    const report = (browser: AppBrowser, rule: string) =>
      browser.ask(`/v1/posts/${id}/reports`, { value: { rule, text: "REPORT: that is me" } });
    expect((await report(ben.browser, "insult")).json).to.have.property("held", false);
    expect((await report(ben.browser, "insult")).status).to.equal(200);
    expect(await isShown(id)).to.equal(true);
    const anonymous = (rule: string) => call(service, `/v1/posts/${id}/reports`, { body: JSON.stringify({ rule }) });
    expectProblem(await anonymous("insult"), 401, "UNAUTHENTICATED");
    expect((await anonymous("missed-face")).json).to.have.property("held", true);
    expect(await isShown(id)).to.equal(false);
    expect((await own(anna, id))?.moderation).to.deep.include({
      rule: "missed-face",
      automatic: true,
      appealable: true,
    });

    expect((await decide(id, "hidden", "personal-data")).status).to.equal(201);
    expect((await own(anna, id))?.moderation).to.deep.include({
      ...{ visibility: "hidden", rule: "personal-data", automatic: false, reason: "REASON: it names a neighbour" },
      ...{ appealable: true, appealed: false },
    });
    const words = (await call(service, `/v1/records/${id}/moderation/words`, { role: "officer" })).json as {
      content: { texts: object[]; pictures: string[] };
    };
    expect(words.content.texts, "whoever decides sees what it says").to.deep.equal([
      { claim: "text", text: "El canario de la plaza vuelve a cantar", language: "es" },
    ]);
    expect(words.content.pictures).to.have.length(1);
    expectProblem(await ben.browser.ask(`/v1/posts/${id}/appeal`, { value: { text: "Let it be" } }), 404, "NOT_FOUND");
    const appeal = await anna.browser.ask(`/v1/posts/${id}/appeal`, { value: { text: "It is me" } });
    expect(appeal.status, appeal.text).to.equal(201);
    expect((await own(anna, id))?.moderation).to.deep.include({ appealable: false, appealed: true });
    expectProblem(await decide(id, "restored", "personal-data"), 403, "FORBIDDEN");
    expectProblem(await decide(id, "upheld", "personal-data"), 403, "FORBIDDEN");
    expect((await decide(id, "restored", "personal-data", other)).status).to.equal(201);
    expect(await isShown(id)).to.equal(true);
    expect((await own(anna, id))?.moderation, "its author is told what came of the appeal, and why").to.deep.include({
      ...{ visibility: "shown", appealable: false, appealed: false },
      outcome: { decision: "restored", reason: "REASON: it names a neighbour" },
    });
  });

  it("are erased by their author, with what others made of them, and by nobody else", async () => {
    const sha256 = await upload(anna.browser, await phonePhoto());
    const id = await post(anna.browser, { pictures: [{ sha256 }] });
    service.publishing.wake();
    await service.publishing.settled();
    const hash = ((await call(service, `/v1/records/${id}/pictures`)).json as { published: { sha256: string }[] })
      .published[0]?.sha256;
    expect((await call(service, `/v1/records/${id}/pictures/${hash}`)).status).to.equal(200);
    expect((await call(service, `/v1/posts/${id}/translation?to=en`)).json).to.deep.include({ label: "machine" });
    expectProblem(await ben.browser.ask(`/v1/posts/${id}/withdraw`, { method: "POST" }), 404, "NOT_FOUND");
    const erased = await anna.browser.ask(`/v1/posts/${id}/withdraw`, { method: "POST" });
    expect(erased.status, erased.text).to.equal(200);
    const { event } = erased.json as { event: string };
    expect((await service.ledger.records.get(event)).kind).to.equal("erasure");
    expect(await isShown(id, anna.browser)).to.equal(false);
    for (const path of ["pictures/0", "comments", "translation?to=en"])
      expect((await anna.browser.ask(`/v1/posts/${id}/${path}`)).status, path).to.equal(404);
    expect((await call(service, `/v1/records/${id}/pictures/${hash}`)).status).to.equal(404);
    expect(await own(anna, id)).to.equal(undefined);
  });

  it("are translated once somebody asks, labelled, and for nobody who is not shown them", async () => {
    const id = await post(anna.browser);
    const size = service.log.tree.publishedSize;
    const translated = await call(service, `/v1/posts/${id}/translation?to=en`);
    expect(translated.json).to.deep.equal({
      ...{ from: "es", to: "en", text: "The canary sings again", label: "machine", by: "test" },
    });
    const after = service.log.tree.publishedSize;
    expect(after).to.be.greaterThan(size);
    expect((await call(service, `/v1/posts/${id}`)).json).to.deep.include({ translated: ["en"] });
    // Readers are offered what there is: pairs that something translates, and what is translated already.
    const { translations } = (await call(service, "/v1/city")).json as { translations: object[] };
    expect(translations).to.deep.equal([
      { from: "es", to: "en" },
      { from: "ja", to: "en" },
    ]);
    await call(service, `/v1/posts/${id}/translation?to=en`);
    expect(service.log.tree.publishedSize).to.equal(after);
    expectProblem(await call(service, `/v1/posts/${id}/translation?to=ja`), 503, "NOT_TRANSLATED");
    expectProblem(await call(service, `/v1/posts/${id}/translation?to=fr`), 400, "REQUEST_INVALID");
    await decide(id, "hidden", "spam");
    expectProblem(await call(service, `/v1/posts/${id}/translation?to=en`), 404, "NOT_FOUND");
  });

  it("of a new account have an end in a day, and sending one again does not count", async () => {
    const dora = await joinedCitizen(service, { pseudonym: "Dora" });
    const value = newPost();
    expect((await dora.browser.ask("/v1/posts", { value })).status).to.equal(201);
    for (let time = 1; time < 12; time++) await post(dora.browser);
    expectProblem(await dora.browser.ask("/v1/posts", { value: newPost() }), 429, "RATE_LIMITED");
    expect((await dora.browser.ask("/v1/posts", { value })).status).to.equal(200);
  });

  it("come through the app alone: no key sends in the name of a citizen, over whichever way", async () => {
    const claims = { category: "pothole", text: "not by Anna", reporterId: anna.citizenId };
    const forged = JSON.stringify({ type: "citizen-report", source: "app", claims });
    for (const role of ["submitter", "admin"] as const) {
      const answer = await call(service, "/v1/records", { role, body: forged });
      expect([answer.status, answer.text]).to.deep.equal([403, answer.text]);
      expect(answer.text).to.include("through the app alone");
    }
    const form = "service_code=pothole&lat=43.46&long=-3.81&description=not+by+Anna";
    const request = { role: "submitter", body: form, type: "application/x-www-form-urlencoded" } as const;
    expect((await call(service, "/open311/v2/requests.json", request)).status).to.equal(403);
    expect((await timeline(anna.browser)).map(({ text }) => text)).to.not.include("not by Anna");
  });

  it("get a status from officers, with its history, and Open311 says the same", async () => {
    const id = await post(anna.browser);
    const set = (body: object, role: "officer" | "submitter" = "officer") =>
      call(service, `/v1/posts/${id}/status`, { role, body: JSON.stringify(body) });
    expectProblem(await set({ status: "solved" }, "submitter"), 403, "FORBIDDEN");
    expect((await set({ status: "accepted" })).status).to.equal(201);
    expect((await set({ status: "solved", text: "Repaired", language: "en" })).status).to.equal(201);
    const shown = (await call(service, `/v1/posts/${id}`)).json as Post & { statusHistory: object[] };
    expect(shown.status).to.equal("solved");
    expect(shown.statusHistory).to.have.length(2);
    expect(shown.statusHistory[1]).to.deep.include({ status: "solved", text: "Repaired" });
    const stands = async (one: string) =>
      ((await call(service, `/open311/v2/requests/${one}.json`)).json as { status: string }[])[0]?.status;
    const open = await post(anna.browser);
    expect([await stands(id), await stands(open)]).to.deep.equal(["closed", "open"]);
    const closed = await call(service, "/open311/v2/requests.json?status=closed");
    expect((closed.json as { service_request_id: string }[]).map((one) => one.service_request_id)).to.deep.equal([id]);
  });

  it("are in the same order for everybody after a restart, page by page", async () => {
    const walk = async (read: (before: string) => Promise<{ posts: readonly Post[]; next?: string }>) => {
      const ids: string[] = [];
      for (let before: string | undefined = ""; before !== undefined;) {
        const page = await read(before);
        ids.push(...page.posts.map(({ id }) => id));
        before = page.next;
      }
      return ids;
    };
    const served = await walk(async (before) => {
      const query = `?limit=3${before === "" ? "" : `&before=${before}`}`;
      return (await call(service, `/v1/timeline${query}`)).json as { posts: Post[]; next?: string };
    });
    const anew = openPosts({
      ...{ log: service.log, ledger: service.ledger, citizens: service.citizens!, store: service.cityStore! },
      keys: await citySecrets(service.vault, randomBytes),
      ...{ uploadFolder: service.folder, now: Date.now, onFailure: () => undefined },
    });
    const read = await walk(async (before) =>
      anew.timeline({ limit: 7, ...(before !== "" && { before: Number(before) }) }, await anew.viewerFor(undefined)),
    );
    expect(served.length).to.be.greaterThan(7);
    expect(read).to.deep.equal(served);
  });

  describe("under a theme for members", () => {
    let erin: JoinedCitizen;
    let inside: string;

    before(async () => {
      await putTheme(service, "open-one");
      erin = await joinedCitizen(service, { pseudonym: "Erin" });
      await putTheme(service, "secret", { visibility: "members", owner: erin.citizenId });
      const token = await invite(erin.browser);
      expect((await anna.browser.ask("/v1/themes/secret/members", { value: { token } })).status).to.equal(200);
      const sha256 = await upload(anna.browser, await phonePhoto(64, 48));
      inside = await post(anna.browser, { theme: "secret", text: "INSIDE", pictures: [{ sha256 }] });
      service.publishing.wake();
      await service.publishing.settled();
      await anna.browser.ask(`/v1/posts/${inside}/comments`, { value: { key: "k", text: "INSIDE too" } });
    });

    async function invite(browser: AppBrowser, value: object = {}): Promise<string> {
      const answer = await browser.ask("/v1/themes/secret/invitations", { value });
      expect(answer.status, answer.text).to.equal(201);
      return (answer.json as { token: string }).token;
    }

    it("members see all of it", async () => {
      for (const path of ["", "/comments", "/pictures/0", "/translation?to=en"])
        expect((await erin.browser.ask(`/v1/posts/${inside}${path}`)).status, path).to.equal(200);
      expect((await timeline(anna.browser, "?theme=secret")).map(({ id }) => id)).to.deep.equal([inside]);
      const themes = (await erin.browser.ask("/v1/themes")).json as { themes: { theme: string; owner: string }[] };
      expect(themes.themes.find(({ theme }) => theme === "secret")).to.deep.include({
        owner: "",
        member: true,
        mine: true,
      });
      expect((await anna.browser.ask("/v1/themes/secret/results")).json).to.have.property("theme", "secret");
    });

    /** Requests about a post or a theme, own or unknown. */
    const ASKED: readonly (readonly [method: string, path: string, value?: object])[] = [
      ...["", "/comments", "/pictures/0", "/translation?to=en", "/elsewhere"].map(
        (path) => ["GET", `/v1/posts/ID${path}`] as const,
      ),
      ["POST", "/v1/posts/ID/comments", { key: "key", text: "me too" }],
      ["PUT", "/v1/posts/ID/reaction"],
      ["PUT", "/v1/posts/ID/follow"],
      ["POST", "/v1/posts/ID/reports", { rule: "missed-face" }],
      ["POST", "/v1/posts/ID/appeal", { text: "let me in" }],
      ["POST", "/v1/posts/ID/withdraw"],
      ["GET", "/v1/themes/THEME"],
      ["GET", "/v1/themes/THEME/results"],
      ["GET", "/v1/timeline?theme=THEME"],
      ["POST", "/v1/posts", newPost({ key: "in", theme: "THEME" })],
      ["POST", "/v1/themes/THEME/invitations", {}],
      ["POST", "/v1/themes/THEME/members", { token: `wt_${"0".repeat(16)}_${"A".repeat(32)}` }],
      ["POST", "/v1/themes/THEME/members", { token: "nonsense" }],
    ];

    it("outsiders are answered alike about it and about nothing, signed in or not, on every path", async () => {
      const askers = ["nobody", "outsider", "submitter", "auditor", "admin", "officer"] as const;
      for (const asker of askers)
        for (const [method, path, value] of ASKED) {
          // Officers may invite.
          if (asker === "officer" && path.endsWith("/invitations")) continue;
          const role = asker === "nobody" || asker === "outsider" ? undefined : asker;
          const answers: string[] = [];
          for (const [id, theme] of [
            [inside, "secret"],
            [NOT_THERE, "unknown-one"],
          ] as const) {
            const filled = path.replace("ID", id).replace("THEME", theme);
            const body = value && JSON.stringify(value).replace("THEME", theme);
            const options = { method, ...(body !== undefined && { body }) };
            const answer = await (asker === "outsider"
              ? ben.browser.ask(filled, options)
              : call(service, filled, { ...options, ...(role && { role }) }));
            answers.push(`${answer.status} ${answer.text.replace(/"instance":"[^"]*"/, "")}`);
          }
          expect(answers[0], `${asker} ${method} ${path}`).to.equal(answers[1]);
          expect(answers[0], `${asker} ${method} ${path}`).to.match(/^40[134] /);
        }
      for (const browser of [undefined, ben.browser]) {
        expect((await timeline(browser)).some(({ id }) => id === inside)).to.equal(false);
        const { text } = await (browser ? browser.ask("/v1/themes") : call(service, "/v1/themes"));
        expect(text).to.include("open-one").and.not.include("secret");
      }
    });

    it("nothing of it is on the paths of records, but that there is one", async () => {
      const pictures = await call(service, `/v1/records/${inside}/pictures`);
      expect(pictures.json).to.deep.equal({ published: [] });
      const copy = await erin.browser.ask(`/v1/posts/${inside}/pictures/0`);
      const hash = createHash("sha256").update(copy.bytes).digest("hex");
      expect((await call(service, `/v1/records/${inside}/pictures/${hash}`)).status).to.equal(404);
      expect((await call(service, `/v1/records/${inside}/derivations`)).text).to.not.include(hash);
      expect((await call(service, `/open311/v2/requests/${inside}.json`)).status).to.equal(404);
      expect((await call(service, "/open311/v2/requests.json")).text).to.not.include(inside);
      for (const path of ["", "/lineage", "/translations", "/moderation"])
        expect((await call(service, `/v1/records/${inside}${path}`)).text, path).to.not.match(/INSIDE|canary/);
    });

    it("an invitation lets in as many as it says, until it ends, and nobody twice", async () => {
      const token = await invite(erin.browser, { uses: 2 });
      const join = ({ browser }: JoinedCitizen, theme = "secret", secret = token): Promise<CalledAnswer> =>
        browser.ask(`/v1/themes/${theme}/members`, { value: { token: secret } });
      expectProblem(await join(ben, "open-one"), 404, "NOT_FOUND");
      expectProblem(
        await join(ben, "secret", `${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`),
        404,
        "NOT_FOUND",
      );
      const [fay, gil, hal] = [
        await joinedCitizen(service, { pseudonym: "Fay" }),
        await joinedCitizen(service, { pseudonym: "Gil" }),
        await joinedCitizen(service, { pseudonym: "Hal" }),
      ];
      for (const one of [fay, fay, gil]) expect((await join(one)).status).to.equal(200);
      expectProblem(await join(hal), 404, "NOT_FOUND");
      expect(await isShown(inside, fay.browser)).to.equal(true);
      expect((await fay.browser.ask("/v1/themes/secret/members", { method: "DELETE" })).status).to.equal(204);
      expect(await isShown(inside, fay.browser)).to.equal(false);
      expectProblem(await anna.browser.ask("/v1/themes/secret/invitations", { value: {} }), 404, "NOT_FOUND");
      const byOfficer = await call(service, "/v1/themes/secret/invitations", { role: "officer", body: "{}" });
      expect(byOfficer.status, byOfficer.text).to.equal(201);
    });

    it("whoever leaves the city leaves it too", async () => {
      const ina = await joinedCitizen(service, { pseudonym: "Ina" });
      const token = await invite(erin.browser);
      await ina.browser.ask("/v1/themes/secret/members", { value: { token } });
      const id = await post(ina.browser, { theme: "secret" });
      await ina.browser.leave(ina.passkey);
      expect(await isShown(id, erin.browser)).to.equal(false);
      expect(await service.cityStore!.list("theme", ina.citizenId)).to.deep.equal([]);
    });
  });

  it("are read, and given a status, with the client", async () => {
    const client = createClient({ url: service.url, apiKey: service.keys.officer });
    const id = await post(ben.browser);
    await client.putTheme(newTheme("by-client", { visibility: "members" }) as NewTheme);
    expect((await client.inviteToTheme("by-client")).link).to.match(/^\/app\/themes\/by-client\/join#wt_/);
    await client.setPostStatus(id, { status: "accepted" });
    expect((await client.post(id)).status).to.equal("accepted");
    expect((await client.timeline({ limit: 1 })).posts.map((one) => one.id)).to.deep.equal([id]);
    expect(await client.themes()).to.have.property("themes");
  });

  it("and no theme leaves faces in their pictures, whoever says that everybody agreed", async () => {
    for (const faces of ["author-consents", "hidden"]) {
      const body = JSON.stringify({ ...newTheme("faces"), faces });
      expectProblem(await call(service, "/v1/themes", { role: "officer", body }), 400, "REQUEST_INVALID");
    }
    expect((await call(service, "/v1/themes/faces")).status).to.equal(404);
  });

  it("and themes are for officers of the city's source alone", async () => {
    const { key } = await service.access.issue("of another source", "officer", { sources: ["elsewhere"] });
    const headers = { authorization: `Bearer ${key}` };
    const id = await post(ben.browser);
    const asked = [
      ["/v1/themes", newTheme("foreign")],
      [`/v1/posts/${id}/status`, { status: "solved" }],
      ["/v1/themes/open-one/invitations", {}],
    ] as const;
    for (const [path, value] of asked)
      expectProblem(await call(service, path, { headers, body: JSON.stringify(value) }), 403, "FORBIDDEN");
  });

  describe("whatever becomes of them", () => {
    it("an invitation ends when it says", async () => {
      const invited = await call(service, "/v1/themes/secret/invitations", { role: "officer", body: '{"days":1}' });
      const { token } = invited.json as { token: string };
      later = 25 * 3_600_000;
      const joined = await ben.browser.ask("/v1/themes/secret/members", { value: { token } });
      expectProblem(joined, 404, "NOT_FOUND");
    });

    it("leave no word of themselves in what the log tells everybody", async () => {
      const tree = service.log.tree.publishedSize;
      const texts: Record<string, string> = { "the log of the service": service.logText() };
      for (let leaf = 0; leaf < tree; leaf++) {
        const [entry] = await service.store.entries(leaf, leaf + 1);
        texts[`body ${leaf}`] = Buffer.from(entry?.body ?? []).toString();
      }
      const open = ROUTES.filter(({ method, ofCity, path }) => method === "get" && !ofCity && !path.includes("{"));
      for (const { path } of open) texts[path] = (await call(service, path)).text;
      for (const { id } of await timeline())
        for (const path of ["", "/bundle", "/lineage", "/derivations", "/translations", "/moderation", "/places"])
          texts[`${id}${path}`] = (await call(service, `/v1/records/${id}${path}`)).text;
      expect(Object.keys(texts).length).to.be.greaterThan(100);
      for (const word of [
        "canario",
        "canary sings",
        "INSIDE",
        "Al fin canta",
        "Repaired",
        "REASON",
        "REPORT",
        "Title of",
        "Erin",
      ])
        for (const [name, text] of Object.entries(texts))
          expect(text.includes(word), `${word} in ${name}`).to.equal(false);
      for (const { citizenId } of [anna, ben])
        for (const [name, text] of Object.entries(texts)) expect(text.includes(citizenId), name).to.equal(false);
    });
  });
});
