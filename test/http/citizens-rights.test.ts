// What citizens decide by themselves: consents with their receipts, leaving with its proof, and devices; each over their own
// account alone.

import { createHash, randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import type { JsonObject } from "../../src/core/json.ts";
import { AppBrowser, joinedCitizen, noticesInForce, noticeIn, type JoinedCitizen } from "../support/citizens.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { acknowledged } from "../support/ledger.ts";
import type { TestService } from "../support/service.ts";
import { anchoredService } from "./support/anchored-service.ts";
import { Authenticator } from "./support/authenticator.ts";
import { begunRequest } from "./support/begun-request.ts";
import { call, expectProblem } from "./support/call.ts";
import { post as posted, postsIn } from "./support/posting.ts";

const ME = "/v1/citizens/me";

interface Removal {
  readonly citizen: string;
  readonly erased: readonly { readonly record: string; readonly event: string }[];
  readonly withdrawn: readonly { readonly id: string; readonly purpose: string; readonly state: string }[];
  readonly gone: boolean;
}

describe("a citizen", () => {
  const running = anchoredService({
    ...{ city: "santander", logLevel: "info" },
    limits: { signInsPerMinute: 100_000 },
  });
  let service: TestService;
  before(async () => {
    service = running.service;
    await noticesInForce(service);
  });

  /** What the app would send in somebody's name. */
  async function post({ citizenId }: Pick<JoinedCitizen, "citizenId">, mark: string, source = "app") {
    const claims = { category: "street", text: `canary-${mark}`, reporterId: citizenId };
    const value = { type: "citizen-report", source, claims };
    const [acknowledgement] = acknowledged(await service.ledger.submit([value]));
    return acknowledgement!;
  }
  const openingsOf = async (id: string) => call(service, `/v1/records/${id}/bundle?openings=true`, { role: "officer" });

  describe("consents", () => {
    it("and takes it back as easily, each an event with a receipt that names notice, version and language", async () => {
      const { browser, citizenId, receipts } = await joinedCitizen(service, { language: "ja" });
      const has = (): Promise<boolean> => service.citizens!.hasConsent(citizenId, "publish");
      expect(await has()).to.equal(true);
      const taken = await browser.ask(`${ME}/consents`, { value: { state: "withdrawn", purpose: "publish" } });
      expect(taken.status, taken.text).to.equal(201);
      expect(await has(), "at once").to.equal(false);
      const { standing, consents } = (await browser.ask(`${ME}/consents`)).json as {
        standing: unknown[];
        consents: { id: string; state: string; noticeVersion: number; language: string }[];
      };
      expect(standing).to.deep.equal([]);
      expect(consents.map(({ state }) => state)).to.deep.equal(["given", "withdrawn"]);
      for (const one of consents) expect(one).to.include({ noticeVersion: 1, language: "ja" });
      expect(consents[0]?.id).to.equal(receipts[0]?.id);
      const again = { state: "given", purpose: "publish", noticeVersion: 1, language: "en" };
      expect((await browser.ask(`${ME}/consents`, { value: again })).status).to.equal(201);
      expect(await has()).to.equal(true);
    });

    it("with a receipt that is provably the one of the event, and the log says not whose", async () => {
      const { browser, citizenId } = await joinedCitizen(service, { purposes: [] });
      const value = { state: "given", purpose: "exchange", country: "JP", noticeVersion: 1, language: "es" };
      const said = await browser.ask(`${ME}/consents`, { value });
      const { id, receipt } = said.json as { id: string; receipt: JsonObject };
      expect(receipt["parties"]).to.deep.include.members([
        {
          ...{ id: "controller", type: "controller", role: "controller" },
          ...{ address: "Plaza 1", contact: "dpd@city.example", name: "City" },
        },
      ]);
      await service.anchorAll();
      const bundle = await call(service, `/v1/records/${id}/bundle`);
      expect(bundle.status).to.equal(200);
      for (const one of [citizenId, String(receipt["receiptId"])]) expect(opened(bundle.text)).to.not.include(one);
      const withOpenings = opened((await openingsOf(id)).text);
      expect(withOpenings).to.include(String(receipt["receiptId"])).and.not.include(citizenId);
    });

    it("and gets each receipt again, but nobody else's", async () => {
      const [one, other] = [await joinedCitizen(service), await joinedCitizen(service)];
      const [given] = one.receipts as unknown as { id: string; receipt: JsonObject; receiptSha256: string }[];
      const path = `${ME}/consents/${given!.id}/receipt`;
      const again = await one.browser.ask(path);
      expect(again.json).to.deep.equal(given!.receipt);
      expect(createHash("sha256").update(again.bytes).digest("hex")).to.equal(given!.receiptSha256);
      const refused = await other.browser.ask(path);
      expectProblem(refused, 404, "NOT_FOUND");
      const unknown = await other.browser.ask(`${ME}/consents/019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f/receipt`);
      const plain = (text: string): string => text.replace(/"instance":"[^"]*"/, "");
      expect(plain(refused.text)).to.equal(plain(unknown.text));
    });

    it("sixty times an hour at most: nobody fills the log", async () => {
      const { browser } = await joinedCitizen(service);
      const say = () => browser.ask(`${ME}/consents`, { value: { state: "withdrawn", purpose: "exchange" } });
      for (let i = 0; i < 60; i++) expectProblem(await say(), 404, "NOT_FOUND");
      expectProblem(await say(), 429, "RATE_LIMITED");
    });

    it("not to a notice that is out of date, nor to what nobody asks", async () => {
      const { browser } = await joinedCitizen(service);
      const [basis = ""] = service.ledger.rights.law.operations.consent.provisions;
      await service.ledger.rights.notices.add(noticeIn("en", basis, 2));
      const given = { state: "given", purpose: "exchange", noticeVersion: 1, language: "en" };
      const say = (value: object) => browser.ask(`${ME}/consents`, { value });
      expectProblem(await say(given), 400, "REQUEST_INVALID");
      expectProblem(await say({ ...given, noticeVersion: 2, purpose: "profiling" }), 400, "REQUEST_INVALID");
      expect((await say({ ...given, noticeVersion: 2 })).status).to.equal(201);
      expectProblem(await say({ state: "withdrawn", purpose: "profiling" }), 404, "NOT_FOUND");
    });
  });

  describe("takes along", () => {
    it("what they sent, and nothing of anybody else; the log has it as a request that was answered, and not whose", async () => {
      const [one, other] = [await joinedCitizen(service), await joinedCitizen(service)];
      const { id } = await post(one, "own-words");
      await post(other, "others-words");
      const { browser, citizenId } = one;
      const { status, json, text, headers } = await browser.ask(`${ME}/export`);
      expect(status, text).to.equal(200);
      expect(headers.get("content-disposition")).to.include("attachment");
      const copy = json as {
        records: { id: string; claims: object }[];
        consents: { purpose: string; state: string }[];
      };
      expect(copy.records.map((record) => record.id)).to.deep.equal([id]);
      expect(copy.records[0]?.claims).to.include({ text: "canary-own-words", reporterId: citizenId });
      expect(text).to.not.include("others-words");
      expect(copy.consents.map(({ purpose, state }) => [purpose, state])).to.deep.equal([["publish", "given"]]);
      const size = service.log.tree.publishedSize;
      const entries = await service.store.entries(size - 3, size);
      expect(entries.map(({ kind }) => kind)).to.deep.equal(["consent", "disclosure", "consent"]);
      for (const { leafIndex } of entries) {
        const event = await call(service, `/v1/records/${await service.ledger.records.idAt(leafIndex)}`);
        expect(opened(event.text)).to.not.include(citizenId);
        if (leafIndex === size - 1)
          expect(event.text)
            .to.match(/"operation":"export"/)
            .and.match(/"state":"done"/);
      }
    });

    it("six times an hour", async () => {
      const { browser } = await joinedCitizen(service);
      for (let i = 0; i < 6; i++) expect((await browser.ask(`${ME}/export`)).status).to.equal(200);
      expectProblem(await browser.ask(`${ME}/export`), 429, "RATE_LIMITED");
      expect((await (await joinedCitizen(service)).browser.ask(`${ME}/export`)).status).to.equal(200);
    });
  });

  it("consents for all that they sent: the gate before other cities asks the sender, and hears a withdrawal at once", async () => {
    const { browser, ...citizen } = await joinedCitizen(service, { purposes: [] });
    const { leafIndex } = await post(citizen, "to-go");
    const [subject = ""] = await service.vault.subjectsOf(leafIndex);
    expect(subject).to.match(/^sub_/);
    const at = (): number => Math.floor(Date.now() / 1_000);
    const has = () => service.ledger.rights.consents.hasConsent(subject, "exchange", "JP", at());
    const say = (value: object) => browser.ask(`${ME}/consents`, { value });
    expect(await has()).to.equal(false);
    expect(
      (await say({ state: "given", purpose: "exchange", country: "JP", noticeVersion: 1, language: "es" })).status,
    ).to.equal(201);
    expect(await has()).to.equal(true);
    expect((await say({ state: "withdrawn", purpose: "exchange", country: "JP" })).status).to.equal(201);
    expect(await has()).to.equal(false);
  });

  describe("leaves", () => {
    it("and everything that they sent is erased, each with an event that proves it; others' stays", async () => {
      const [leaving, staying] = [await joinedCitizen(service), await joinedCitizen(service)];
      const sent = [await post(leaving, "one"), await post(leaving, "two")];
      const others = await post(staying, "stays");
      const foreign = await post(leaving, "of-another-source", "else/app");
      const removed = await leaving.browser.leave(leaving.passkey);
      expect(removed.status, removed.text).to.equal(200);
      const { citizen, erased, withdrawn, gone } = removed.json as Removal;
      expect(citizen).to.equal(leaving.citizenId);
      expect(gone).to.equal(true);
      expect(erased.map(({ record }) => record)).to.deep.equal(sent.map(({ id }) => id));
      expect(withdrawn.map(({ purpose, state }) => [purpose, state])).to.deep.equal([["publish", "withdrawn"]]);
      await service.anchorAll();
      for (const { record, event } of erased) {
        const { json } = await call(service, `/v1/records/${event}`);
        expect(json).to.deep.include({ kind: "erasure" });
        const bundle = await call(service, `/v1/records/${event}/bundle`);
        expect(bundle.status).to.equal(200);
        expect(opened(bundle.text)).to.not.include(leaving.citizenId);
        expect(opened((await openingsOf(record)).text)).to.not.match(/canary/);
      }
      expect(opened((await openingsOf(others.id)).text)).to.include("canary-stays");
      expect(opened((await openingsOf(foreign.id)).text), "not the app's").to.include("canary-of-another");
      expect((await staying.browser.ask(ME)).status).to.equal(200);
    });

    it("and nothing of them is in any file: no pseudonym, no text, no passkey; nobody comes in again", async () => {
      const leaving = await joinedCitizen(service, { pseudonym: "Vanishing Canary" });
      await post(leaving, "vanishing-text");
      const { browser, passkey, recoveryCode, citizenId } = leaving;
      const thief = new AppBrowser(service);
      for (const [name, value] of browser.cookies) thief.cookies.set(name, value);
      expect((await browser.leave(passkey)).status).to.equal(200);
      expect(browser.cookies.has("warifu-citizen")).to.equal(false);
      for (const file of readdirSync(service.folder).filter((name) => /sqlite/.test(name)))
        expect(readFileSync(join(service.folder, file)).toString("latin1"), file).to.not.match(
          new RegExp(`Vanishing|vanishing-text|${passkey.id}`),
        );
      expect((await service.store.formerCitizens()).map((one) => one.citizenId)).to.include(citizenId);
      expectProblem(await thief.ask(ME), 401, "UNAUTHENTICATED");
      expectProblem(await new AppBrowser(service).signIn(passkey), 401, "UNAUTHENTICATED");
      expectProblem((await new AppBrowser(service).recover(recoveryCode)).answer, 401, "UNAUTHENTICATED");
      expect(await service.citizens!.hasConsent(citizenId, "publish")).to.equal(false);
    });

    it("and posts, comments, reactions and what is followed go, for everybody at once; others' stay", async () => {
      const [leaving, staying] = [await joinedCitizen(service), await joinedCitizen(service)];
      const [own, others] = [await posted(leaving.browser), await posted(staying.browser)];
      const comment = { key: randomUUID(), text: "canary-comment", language: "es" };
      const on = (path: string, options: object) => leaving.browser.ask(`/v1/posts/${others}/${path}`, options);
      expect((await on("comments", { value: comment })).status).to.equal(201);
      expect((await on("reaction", { method: "PUT", value: {} })).status).to.be.within(200, 204);
      expect((await on("follow", { method: "PUT", value: {} })).status).to.be.within(200, 204);
      const { erased } = (await leaving.browser.leave(leaving.passkey)).json as Removal;
      expect(erased, "a post, a comment and a reaction").to.have.length(3);
      const timeline = await staying.browser.ask("/v1/timeline");
      const shown = postsIn(timeline);
      expect(shown.map(({ id }) => id))
        .to.include(others)
        .and.not.include(own);
      const other = shown.find(({ id }) => id === others)!;
      expect([other.comments, other.reactions.smile]).to.deep.equal([0, 0]);
      const files = readdirSync(service.folder).filter((name) => /sqlite/.test(name));
      for (const file of files.filter((name) => !name.startsWith("ledger")))
        expect(readFileSync(join(service.folder, file)).toString("latin1"), file).to.not.include(leaving.citizenId);
    });

    it("and takes nothing of somebody whom another source has made one with them", async () => {
      const [leaving, staying] = [await joinedCitizen(service), await joinedCitizen(service)];
      for (const { citizenId } of [leaving, staying]) {
        const claims = { category: "street", reporterId: citizenId, reporterEmail: "one@example.org" };
        acknowledged(await service.ledger.submit([{ type: "citizen-report", source: "else/app", claims }]));
      }
      const [own, others] = [await post(leaving, "own"), await post(staying, "merged-stays")];
      const { erased } = (await leaving.browser.leave(leaving.passkey)).json as Removal;
      expect(erased.map(({ record }) => record)).to.deep.equal([own.id]);
      await service.anchorAll();
      expect(opened((await openingsOf(others.id)).text)).to.include("canary-merged-stays");
    });

    it("and what was being sent at that moment is erased too; nothing more is begun", async () => {
      const leaving = await joinedCitizen(service);
      const { accounts } = service.citizens!;
      const { promise: gate, resolve: open } = Promise.withResolvers<undefined>();
      const late = accounts.acting(leaving.citizenId, async () => {
        await gate;
        return post(leaving, "late");
      });
      const removing = leaving.browser.leave(leaving.passkey);
      while (accounts.valid(leaving.citizenId)) await new Promise((resolve) => setImmediate(resolve));
      const { code } = await accounts
        .acting(leaving.citizenId, async () => undefined)
        .then(
          () => ({ code: "acted" }),
          (error: unknown) => error as { code: string },
        );
      expect(code).to.equal("UNAUTHENTICATED");
      open(undefined);
      const { id } = await late;
      const { erased } = (await removing).json as Removal;
      expect(erased.map(({ record }) => record)).to.deep.equal([id]);
    });

    it("and what was begun before and comes in afterwards is not taken: a picture, a report, an appeal", async () => {
      const [leaving, staying] = [await joinedCitizen(service), await joinedCitizen(service)];
      const { posts, cityStore, folder } = service;
      const { citizenId, browser } = leaving;
      const [own, others] = [await posted(browser), await posted(staying.browser)];
      const bytes = Buffer.alloc(2_000, "picture");
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      const place = { "upload-offset": "0", "upload-length": String(bytes.length) };
      const headers = { ...browser.headers, ...place, "content-type": "application/octet-stream" };
      const upload = { method: "PUT", path: `/v1/uploads/${sha256}`, headers, body: bytes };
      const finish = await begunRequest(browser.origin, upload);
      const viewer = await posts!.viewerFor({ citizenId, since: 0 });
      const uploads = join(folder, "uploads", citizenId);
      expect((await browser.leave(leaving.passkey)).status).to.equal(200);

      expect(await finish()).to.equal(401);
      expect(existsSync(uploads), "a folder of an account that is gone").to.equal(false);
      const size = service.log.tree.size;
      const report = posts!.moderation.report(others, { rule: "insult" }, { viewer, address: "" });
      await expectRejection("UNAUTHENTICATED", report);
      await expectRejection("UNAUTHENTICATED", posts!.moderation.appeal(own, "no", { citizenId, since: 0 }));
      expect([await cityStore!.list("reported", citizenId), service.log.tree.size]).to.deep.equal([[], size]);
    });

    it("and an appeal that comes in afterwards against the hiding of their post is not logged", async () => {
      const { browser, passkey, citizenId } = await joinedCitizen(service);
      const id = await posted(browser);
      const decision = { record: id, decision: "hidden", rule: "spam", text: "it is an advertisement" };
      const decided = { role: "officer", body: JSON.stringify(decision) } as const;
      expect((await call(service, "/v1/moderation/decisions", decided)).status).to.equal(201);
      expect((await browser.leave(passkey)).status).to.equal(200);
      const size = service.log.tree.size;
      const appeal = service.posts!.moderation.appeal(id, "it is none", { citizenId, since: 0 });
      await expectRejection("UNAUTHENTICATED", appeal);
      expect(service.log.tree.size).to.equal(size);
    });

    it("and whoever was signing in on another device meanwhile begins no session", async () => {
      const { browser, passkey, citizenId } = await joinedCitizen(service);
      const { passkeys } = service.citizens!;
      const { promise: shown, resolve: noteShown } = Promise.withResolvers<undefined>();
      const { promise: left, resolve: noteLeft } = Promise.withResolvers<undefined>();
      const signIn = passkeys.signIn.bind(passkeys);
      passkeys.signIn = async (...given) => {
        const citizen = await signIn(...given);
        noteShown(undefined);
        await left;
        return citizen;
      };
      try {
        const late = new AppBrowser(service).signIn(passkey);
        await shown;
        passkeys.signIn = signIn;
        expect((await browser.leave(passkey)).status).to.equal(200);
        noteLeft(undefined);
        expectProblem(await late, 401, "UNAUTHENTICATED");
      } finally {
        noteLeft(undefined);
        passkeys.signIn = signIn;
      }
      const kept = await service.store.citizenSessions();
      expect(kept.filter((one) => one.citizenId === citizenId)).to.deep.equal([]);
    });

    it("again, if it failed on the way: until then the account is there", async () => {
      const leaving = await joinedCitizen(service);
      const { citizens } = service;
      let isBroken = true;
      citizens!.alsoForget(async () => {
        if (isBroken) throw new TypeError("it fails once");
      });
      expect((await leaving.browser.leave(leaving.passkey)).status).to.equal(500);
      expect((await leaving.browser.ask(ME)).status).to.equal(200);
      isBroken = false;
      expect((await leaving.browser.leave(leaving.passkey)).status).to.equal(200);
    });
  });

  describe("has devices of their own", () => {
    it("adds one, and removes one, but not the last; a removed one signs nobody in, nor stays signed in", async () => {
      const { browser, passkey } = await joinedCitizen(service);
      const remove = async (id: string) =>
        browser.ask(`${ME}/passkeys/${id}`, { method: "DELETE", headers: await browser.proof(passkey) });
      expectProblem(await remove(passkey.id), 400, "REQUEST_INVALID");
      const elsewhere = new AppBrowser(service);
      await elsewhere.signIn(passkey);
      const second = await added(browser, passkey);
      const { passkeys } = (await browser.ask(`${ME}/passkeys`)).json as { passkeys: { id: string }[] };
      expect(passkeys.map(({ id }) => id)).to.have.members([passkey.id, second.id]);
      expect((await remove(passkey.id)).status).to.equal(204);
      expectProblem(await elsewhere.ask(ME), 401, "UNAUTHENTICATED");
      expectProblem(await new AppBrowser(service).signIn(passkey), 401, "UNAUTHENTICATED");
      expect((await new AppBrowser(service).signIn(second)).status).to.equal(200);
      expect((await browser.ask(ME)).status).to.equal(200);
    });

    it("and none of another's: not to be listed, not to be removed", async () => {
      const [one, other] = [await joinedCitizen(service), await joinedCitizen(service)];
      await added(other.browser, other.passkey);
      const remove = async (id: string) =>
        one.browser.ask(`${ME}/passkeys/${id}`, { method: "DELETE", headers: await one.browser.proof(one.passkey) });
      const answer = await remove(other.passkey.id);
      expectProblem(answer, 404, "NOT_FOUND");
      const unknown = await remove("nobodys");
      const plain = (text: string): string => text.replace(/"instance":"[^"]*"/, "");
      expect(plain(answer.text), "alike where there is none").to.equal(plain(unknown.text));
      expect((await one.browser.ask(`${ME}/passkeys`)).text).to.not.include(other.passkey.id);
      expect((await new AppBrowser(service).signIn(other.passkey)).status).to.equal(200);
    });
  });

  it("says of themselves what they like, again, and of nobody else", async () => {
    const { browser, citizenId } = await joinedCitizen(service);
    const changed = await browser.ask(ME, { method: "PATCH", value: { pseudonym: "ballena", language: "en" } });
    expect(changed.json).to.deep.include({ id: citizenId, pseudonym: "ballena", ageBand: "18-64", language: "en" });
    for (const value of [{ id: "ct_0000000000000000" }, { subject: "own_x" }, { createdAt: 1 }])
      expectProblem(await browser.ask(ME, { method: "PATCH", value }), 400, "REQUEST_INVALID");
  });

  async function added(browser: AppBrowser, former: Authenticator): Promise<Authenticator> {
    const asked = await browser.ask(`${ME}/passkeys/options`, { method: "POST", headers: await browser.proof(former) });
    const { options } = asked.json as { options: object };
    const passkey = new Authenticator(browser.origin);
    const answer = await browser.ask(`${ME}/passkeys/verify`, { value: { credential: passkey.create(options) } });
    expect(answer.status, answer.text).to.equal(201);
    return passkey;
  }
});

/** With the values of disclosures in clear. */
function opened(text: string): string {
  const parts = text.match(/[A-Za-z0-9_-]{40,}/g) ?? [];
  return [text, ...parts.map((part) => Buffer.from(part, "base64url").toString())].join("\n");
}
