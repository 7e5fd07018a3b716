// Translations of records: labelled, beside their originals, shown to those who may see these, and gone with them. What
// translates is a real HTTP server that says what the test wants it to.

import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { parseBody } from "../../../src/core/body.ts";
import { openingDigest, parseOpening } from "../../../src/core/opening.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import { translationOf } from "../../../src/core/translation-event.ts";
import { libreTranslate } from "../../../src/translate/libretranslate.ts";
import { canariesIn } from "../../support/canary-scan.ts";
import { patientServer } from "../../support/patient-server.ts";
import { shippedProfiles, startService, type TestService } from "../../support/service.ts";
import { AMERICAN, SANTANDER } from "../../support/transfers.ts";
import { call, expectProblem, submit, type CalledAnswer, type Result } from "../support/call.ts";

const REPORT = shippedProfiles().get("citizen-report")!.document as JsonObject;
/** Posts whose text everybody may read, and announcements in the city's own language. */
const POST = { ...REPORT, type: "post", public: ["category", "theme", "area", "text", "language"] };
const SPANISH = { ...REPORT, type: "announcement", texts: { text: { language: "es" } } };
const SPANISH_TEXT = "Hay un bache canario Zorzalino delante del colegio.";
const ENGLISH_TEXT = "There is a Zorzalino canary pothole in front of the school.";
const CORRECTED = "There is a Zorzalino pothole, as yellow as a canary, before the school.";
const CANARIES = [SPANISH_TEXT, ENGLISH_TEXT, CORRECTED, "Zorzalino"];

interface Shown {
  readonly id: string;
  readonly leafIndex: number;
  readonly by: string;
  readonly of: string;
  readonly label: { readonly en: string };
  readonly texts?: { readonly text: string };
  readonly originals?: { readonly text: string };
  readonly opening?: string;
}

describe("translations", () => {
  let service: TestService;
  let asked: { readonly q: readonly string[] }[] = [];
  let answer: (response: ServerResponse) => void;
  const server = patientServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      asked.push(JSON.parse(Buffer.concat(pieces).toString()) as { q: string[] });
      answer(response);
    });
  });
  const saying = (text: string) => (response: ServerResponse) =>
    response.end(JSON.stringify({ translatedText: [text] }));
  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const base = { url, version: "1.9.6", timeoutMs: 60_000 };
    const pair = (to: string) => ({ from: "es", to });
    service = await startService({
      profiles: [POST, SPANISH],
      logLevel: "trace",
      translation: {
        translators: [
          libreTranslate({ ...base, pairs: [pair("en"), pair("fr"), pair("de")] }),
          libreTranslate({ ...base, pairs: [pair("ja")], recipient: AMERICAN.name }),
          libreTranslate({ ...base, pairs: [pair("pt")], recipient: SANTANDER.name }),
          libreTranslate({ ...base, pairs: [pair("it")], timeoutMs: 400 }),
        ],
        places: ["Calle Burgos"],
      },
    });
  });
  beforeEach(() => {
    asked = [];
    answer = saying(ENGLISH_TEXT);
  });
  after(async () => {
    server.closeAllConnections();
    server.close();
    await service.stop();
  });

  const enter = async (type: string, more: object = {}): Promise<Required<Result>> => {
    const claims = { category: "pothole", text: SPANISH_TEXT, language: "es-ES", ...more };
    const entered = await submit(service, JSON.stringify({ type, source: "app/1", claims }));
    expect(entered.status, entered.text).to.equal(201);
    return entered.json as Required<Result>;
  };
  const translate = (id: string, body: object, role: "officer" | "auditor" | "submitter" = "officer") =>
    call(service, `/v1/records/${id}/translations`, { role, body: JSON.stringify(body) });
  const list = (id: string, query = "", role?: "officer" | "auditor") =>
    call(service, `/v1/records/${id}/translations${query}`, role ? { role } : {});
  const itemsOf = ({ json }: CalledAnswer): Shown[] => (json as { items: Shown[] }).items;
  const expectMade = (made: CalledAnswer): Shown => {
    expect(made.status, made.text).to.equal(201);
    return itemsOf(made)[0]!;
  };
  const reasonOf = async (made: Promise<CalledAnswer>, pattern: RegExp): Promise<void> => {
    const refused = await made;
    expectProblem(refused, 503, "NOT_TRANSLATED");
    expect((refused.json as { detail: string }).detail).to.match(pattern);
  };

  it("are labelled, name what made them, and stand beside the original, for whoever may open that", async () => {
    const { id, leafIndex } = await enter("citizen-report");
    const made = expectMade(await translate(id, { to: "en" }));
    expect(made).to.deep.include({
      ...{ by: "machine", of: "concealed", from: "es", to: "en", tool: "libretranslate", version: "1.9.6" },
      ...{ texts: { text: ENGLISH_TEXT }, originals: { text: SPANISH_TEXT } },
      label: { en: "Machine translation", es: "Traducción automática", ja: "機械翻訳" },
    });
    expect(itemsOf(await list(id, "?to=en", "officer"))).to.deep.equal([made]);
    const withoutText = (await list(id)).json;
    for (const other of [await list(id, "?to=en"), await list(id, "?to=en", "auditor"), await list(id, "", "officer")])
      expect(other.json).to.deep.equal(withoutText);
    expect(JSON.stringify(withoutText)).to.not.match(/Zorzalino|opening/);
    expect(itemsOf(await list(id, "?to=de", "officer"))).to.deep.equal([]);
    const [entry] = await service.store.entries(made.leafIndex, made.leafIndex + 1);
    const body = parseBody(entry!.body!);
    expect(translationOf(body)).to.deep.equal({
      ...{ by: "machine", from: "es", of: "concealed", record: leafIndex, to: "en" },
      ...{ tool: "libretranslate", version: "1.9.6" },
    });
    expect(body.digests).to.include(openingDigest(made.opening!));
    expect(parseOpening(made.opening!)).to.deep.include({ name: "out", value: { text: ENGLISH_TEXT } });
    const lineage = await call(service, `/v1/records/${id}/lineage`);
    expect(lineage.text).to.include("translated").and.not.include("Zorzalino");
    const { json: graph } = await call(service, `/v1/records/${id}/lineage?form=graph`);
    const { edges } = graph as { edges: { kind: string; from: string; to: string }[] };
    const derived = edges.filter(({ kind, to }) => kind === "wasDerivedFrom" && to === `log:record-${id}`);
    expect(derived.map(({ from }) => /^log:translation-/.test(from))).to.deep.equal([true]);
    // Once made, nobody is asked again.
    expect(expectMade(await translate(id, { to: "en" }))).to.deep.equal(made);
    expect(asked).to.have.length(1);
  });

  it("are shown to everybody where the original is public", async () => {
    const { id } = await enter("post");
    expectMade(await translate(id, { to: "en" }));
    const [shown] = itemsOf(await list(id));
    expect(shown).to.deep.include({ of: "public", texts: { text: ENGLISH_TEXT }, originals: { text: SPANISH_TEXT } });
    expect(shown?.opening).to.be.a("string");
  });

  it("are asked for by officers alone, of records that are there", async () => {
    const { id } = await enter("citizen-report");
    for (const role of ["auditor", "submitter"] as const)
      expectProblem(await translate(id, { to: "en" }, role), 403, "FORBIDDEN");
    expectProblem(await translate("019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f", { to: "en" }), 404, "NOT_FOUND");
    expectProblem(await list("019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f"), 404, "NOT_FOUND");
    const scoped = (await service.access.issue("elsewhere", "officer", { sources: ["app/2"] })).key;
    const headers = { authorization: `Bearer ${scoped}`, "content-type": "application/json" };
    for (const init of [{ headers, method: "POST", body: '{"to":"en"}' }, { headers }]) {
      const elsewhere = await fetch(`${service.url}/v1/records/${id}/translations?to=en`, init);
      expect(await elsewhere.text()).to.not.include("Zorzalino");
    }
    expect(asked).to.deep.equal([]);
    for (const wrong of [
      { to: "es" },
      { to: "English" },
      {},
      { to: "en", texts: { category: "x" } },
      { to: "en", more: 1 },
    ])
      expectProblem(await translate(id, wrong), 400, "REQUEST_INVALID");
  });

  it("know the language from the record or the profile, and guess none", async () => {
    const unknown = await enter("citizen-report", { language: undefined });
    await reasonOf(translate(unknown.id, { to: "en" }), /which one language/);
    const byProfile = await enter("announcement", { language: undefined });
    expect(expectMade(await translate(byProfile.id, { to: "en" })).texts?.text).to.equal(ENGLISH_TEXT);
    const byRecord = await enter("citizen-report", { language: "eu" });
    await reasonOf(translate(byRecord.id, { to: "en" }), /nothing here translates eu-en/);
    const reading = JSON.stringify({ type: "sensor-reading", source: "s/1", claims: { temperature: 1 } });
    const { id } = (await submit(service, reading)).json as Required<Result>;
    expectProblem(await translate(id, { to: "en" }), 404, "NOT_FOUND");
    const silent = await enter("citizen-report", { text: undefined });
    expectProblem(await translate(silent.id, { to: "en" }), 404, "NOT_FOUND");
  });

  it("are not made of absurd answers, and the original stays as it was", async () => {
    const { id } = await enter("citizen-report", { text: `${SPANISH_TEXT} Calle Burgos 12.` });
    for (const [text, pattern] of [
      ["", /empty/],
      [`${SPANISH_TEXT} XQ1X 12.`, /original again/],
      ["#".repeat(40) + " XQ1X 12", /repeats itself/],
      ["XQ1X 12", /too short/],
      ["На улице перед школой очень большая яма, XQ1X 12.", /script/],
      ["There is a pothole in front of the school. XQ1X.", /number/],
      ["There is a pothole in front of the school. 12.", /come through/],
      ["There is a pothole in front of the school. XQ 1 X 12.", /come through/],
      ["There is a <b>pothole</b> in front of the school. XQ1X 12.", /mark-up/],
      ["There is a \u0000 pothole in front of the school. XQ1X 12.", /characters/],
    ] as const) {
      answer = saying(text);
      await reasonOf(translate(id, { to: "en" }), pattern);
    }
    expect(asked.at(-1)?.q).to.deep.equal([`${SPANISH_TEXT} XQ1X 12.`]);
    expect(itemsOf(await list(id))).to.deep.equal([]);
    answer = saying("There is a pothole in front of the school. XQ1X 12.");
    const made = expectMade(await translate(id, { to: "en" }));
    expect(made.texts?.text).to.equal("There is a pothole in front of the school. Calle Burgos 12.");
  });

  it("lose nothing when what translates hangs, dies or fails", async () => {
    const { id } = await enter("citizen-report");
    for (const [to, failing] of [
      ["it", (response) => void response.write("{")],
      ["en", (response) => void response.destroy()],
      ["en", (response) => void response.writeHead(500).end()],
      ["en", (response) => void response.end("nonsense")],
    ] as readonly (readonly [to: string, failing: (response: ServerResponse) => void])[]) {
      answer = failing;
      await reasonOf(translate(id, { to }), /cannot be used at present/);
      expect(itemsOf(await list(id))).to.deep.equal([]);
    }
    answer = saying(ENGLISH_TEXT);
    expect(expectMade(await translate(id, { to: "en" })).texts?.text).to.equal(ENGLISH_TEXT);
  });

  it("are made once when several ask at the same time", async () => {
    const { id } = await enter("citizen-report");
    const made = await Promise.all(Array.from({ length: 3 }, () => translate(id, { to: "en" })));
    expect(made.map(({ status }) => status)).to.deep.equal([201, 201, 201]);
    expect(asked).to.have.length(1);
    expect(itemsOf(await list(id))).to.have.length(1);
  });

  it("are corrected by people, whose words no program replaces", async () => {
    const { id } = await enter("citizen-report");
    const machine = expectMade(await translate(id, { to: "en" }));
    const person = expectMade(await translate(id, { to: "en", texts: { text: CORRECTED } }));
    expect(person).to.deep.include({ by: "person", texts: { text: CORRECTED }, originals: { text: SPANISH_TEXT } });
    expect(person.label.en).to.equal("Translated by a person");
    const [first, second] = itemsOf(await list(id, "?to=en", "officer"));
    expect([first?.id, first?.texts, second?.texts?.text]).to.deep.equal([machine.id, undefined, CORRECTED]);
    expect(expectMade(await translate(id, { to: "en" })).texts?.text).to.equal(CORRECTED);
    expect(await service.vault.isErased(machine.leafIndex), "nothing is kept of what was replaced").to.equal(true);
    expect(asked).to.have.length(1);
  });

  it("go to somebody else to be made only by the gate, and the log says that they went", async () => {
    const { id, leafIndex } = await enter("citizen-report");
    expectProblem(await translate(id, { to: "pt" }), 404, "NOT_FOUND");
    for (const recipient of [AMERICAN, SANTANDER]) {
      const kept = await call(service, "/v1/privacy/recipients", { role: "officer", body: JSON.stringify(recipient) });
      expect(kept.status, kept.text).to.equal(201);
    }
    expectProblem(await translate(id, { to: "ja" }), 403, "TRANSFER_REFUSED");
    expect(asked, "nothing left").to.deep.equal([]);
    expect(service.log.events.provisions.of(leafIndex)).to.deep.equal([]);
    answer = saying("Há um buraco canário Zorzalino na frente da escola.");
    expectMade(await translate(id, { to: "pt" }));
    expect(asked).to.have.length(1);
    const given = await call(service, `/v1/privacy/provisions?record=${id}`, { role: "officer" });
    expect((given.json as { items: unknown[] }).items).to.have.length(1);
    expect((given.json as { items: object[] }).items[0]).to.deep.include({
      ...{ to: SANTANDER.name, claims: ["text"], purpose: "translation", country: "ES" },
    });
  });

  it("are erased with their original, and leave no trace of the text anywhere outside the vault", async () => {
    const { id } = await enter("citizen-report");
    const machine = expectMade(await translate(id, { to: "en" }));
    const person = expectMade(await translate(id, { to: "en", texts: { text: CORRECTED } }));
    const texts = {
      log: service.logText(),
      metrics: (await call(service, "/metrics")).text,
      list: (await list(id)).text,
      events: (await call(service, "/v1/records?limit=1000", { role: "auditor" })).text.replaceAll(
        /"claims":\{"category":"pothole","language":"es-ES","text":"[^"]*"\}/g,
        "",
      ),
    };
    const ledger = readdirSync(service.folder).filter((name) => name.startsWith("ledger"));
    const files = Object.fromEntries(ledger.map((name) => [name, readFileSync(join(service.folder, name))]));
    expect(ledger).to.not.deep.equal([]);
    // The post of another test is public, so its text stands in the ledger: what was made of it does not.
    expect(canariesIn([ENGLISH_TEXT, CORRECTED], { texts: files })).to.deep.equal([]);
    expect(canariesIn(CANARIES, { texts })).to.deep.equal([]);
    const erased = await call(service, "/v1/privacy/erasures", {
      role: "officer",
      body: JSON.stringify({ records: [id], basis: "gdpr-17-1-a" }),
    });
    expect(erased.text).to.include('"gone":true');
    for (const { leafIndex } of [machine, person]) {
      expect(await service.vault.isErased(leafIndex)).to.equal(true);
      expect(await service.vault.keeps(leafIndex)).to.equal(false);
    }
    expect((await list(id, "?to=en", "officer")).text).to.not.include("Zorzalino");
    expectProblem(await translate(id, { to: "fr" }), 404, "NOT_FOUND");
    expectProblem(await translate(id, { to: "en", texts: { text: CORRECTED } }), 404, "NOT_FOUND");
  });
});
