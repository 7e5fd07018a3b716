// Two services that exchange records over HTTP, each with its own log and contract: what the law lets go arrives and
// is proved, what it does not let go stays, and what becomes of it follows.

import { expect } from "chai";

import { createClient, type Client } from "../../src/client/client.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { formatVerifierKey } from "../../src/core/note.ts";
import { formatPolicy } from "../../src/core/policy.ts";
import type { PartnerStatus } from "../../src/exchange/partner-status.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { startSwiftChain, type TestChain } from "../support/chains.ts";
import { startService, type TestService } from "../support/service.ts";
import { exampleNotice } from "../privacy/support/rights.ts";

const PURPOSE = "publish";
const SHARES = [{ type: "citizen-report", claims: ["text", "language"], when: "always", consent: true }] as const;

describe("the exchange over HTTP", () => {
  // One each: both would anchor with the same account.
  let chains: readonly TestChain[];
  let santander: TestService;
  let fujisawa: TestService;

  before(async () => {
    const [here, there] = [await startSwiftChain(), await startSwiftChain()];
    chains = [here, there];
    santander = await startService({ chain: here, origin: "santander.test/ledger" });
    fujisawa = await startService({ chain: there, origin: "fujisawa.test/ledger", jurisdiction: "jp-operator" });
    const purposes = [{ basis: "gdpr-6-1-a", code: PURPOSE, needsConsent: true, text: PURPOSE }];
    await santander.ledger.rights.notices.add({ ...exampleNotice("es"), purposes });
    await keepRecipient(fujisawa, santander, {
      name: "Santander",
      country: "ES",
      kind: "public-body",
      jurisdiction: "eu",
    });
    const operator = { country: "JP", kind: "business-operator", jurisdiction: "jp-operator" } as const;
    await keepRecipient(santander, fujisawa, { name: "Example K.K.", ...operator });
    const city = { country: "JP", kind: "public-body", jurisdiction: "jp-public-body" } as const;
    await keepRecipient(santander, fujisawa, { name: "Fujisawa City", ...city });
    const { key } = await fujisawa.access.issue("santander", "submitter", { sources: ["received/0"] });
    await officer(fujisawa).keepPartner({ recipient: "Santander", ...at(santander), sends: false });
    await officer(santander).keepPartner({
      recipient: "Example K.K.",
      ...at(fujisawa),
      key,
      shares: SHARES,
      purpose: PURPOSE,
    });
  });
  after(async () => {
    await santander.stop();
    await fujisawa.stop();
    await Promise.all(chains.map((chain) => chain.stop()));
  });

  const officer = ({ url, keys }: TestService): Client => createClient({ url, apiKey: keys.officer, attempts: 1 });
  const at = ({ url, policy }: TestService) => ({ endpoint: url, policy: formatPolicy(policy) });

  async function keepRecipient(
    of: TestService,
    whose: TestService,
    recipient: Parameters<Client["keepRecipient"]>[0],
  ): Promise<void> {
    await officer(of).keepRecipient({ ...recipient, log: formatVerifierKey(whose.policy.log) });
  }

  async function post(number: number, hasConsent = true): Promise<{ readonly id: string; readonly leafIndex: number }> {
    const claims: JsonObject = {
      category: "smile",
      text: `CANARY ${number}`,
      language: "es",
      reporterId: `ct_${number}`,
    };
    const [outcome] = await santander.ledger.submit([{ type: "citizen-report", source: "app", claims }]);
    if (!outcome?.ok) throw new Error("not taken");
    const { leafIndex, id } = outcome.acknowledgement;
    const [subject] = await santander.log.persons.subjectsOf(leafIndex);
    const said = { state: "given", purpose: PURPOSE, language: "es", subject: subject as string } as const;
    if (hasConsent) await santander.ledger.rights.consents.note(said);
    return { id, leafIndex };
  }

  /** Both cities anchor, and Santander has a round with each partner, until nothing moves. */
  async function exchangeAll(): Promise<void> {
    for (let round = 0, moved = 1; round < 8 && (moved > 0 || round < 3); round++) {
      await santander.anchorAll();
      moved = 0;
      for (const partner of santander.exchange.partners.all) moved += await santander.exchange.round(partner);
      await fujisawa.anchorAll();
    }
  }

  async function status(name = "Example K.K."): Promise<PartnerStatus> {
    const { items } = await officer(santander).partners();
    return items.find(({ recipient }) => recipient === name) as PartnerStatus;
  }

  async function takenOf(id: string): Promise<number | undefined> {
    const known = await fujisawa.exchange.correspondence.with("Santander");
    return known.takenById.get(id)?.record;
  }

  it("carries a post, proves that it arrived, and keeps whose law came with it", async () => {
    const { id, leafIndex } = await post(1);
    await exchangeAll();
    expect(await status()).to.deep.include({ state: "well", given: 1, confirmed: 1, unproved: 0, refused: [] });
    const record = (await takenOf(id)) as number;
    const [entry] = await fujisawa.store.entries(record, record + 1);
    const claims = await fujisawa.log.check.claimsOf(record, await fujisawa.log.check.bodyOf(entry!));
    expect(claims).to.deep.include({ category: "smile", text: "CANARY 1", language: "es" });
    expect(claims).to.not.have.property("reporterId");
    expect(fujisawa.log.events.provisions.receptionOf(record)).to.deep.include({ origin: "eu", country: "ES" });
    const [given] = santander.log.events.provisions.of(leafIndex);
    expect(given).to.deep.include({ basis: "eu-adequacy-2019-419", country: "JP" });
  });

  it("keeps back what its person did not consent to, and says so", async () => {
    const { leafIndex } = await post(2, false);
    await exchangeAll();
    expect(santander.log.events.provisions.of(leafIndex)).to.deep.equal([]);
    const { keptBack } = await status();
    expect(keptBack).to.deep.equal([{ code: "TRANSFER_REFUSED", message: "consent", count: 1 }]);
  });

  it("erases in the other city what is erased in the first, and has the proof of it", async () => {
    const { id, leafIndex } = await post(3);
    await exchangeAll();
    const record = (await takenOf(id)) as number;
    await officer(santander).eraseRecords([id], { basis: "gdpr-17-1-b" });
    await exchangeAll();
    expect(fujisawa.log.events.erasures.erasedBy(record)).to.be.a("number");
    const known = await santander.exchange.correspondence.with("Example K.K.");
    const [told] = known.given.get(leafIndex)!.told;
    expect(told).to.deep.include({ matter: "erased" });
    expect(told?.confirmedBy).to.match(/^[0-9a-f-]{36}$/);
    const proof = JSON.parse(await createClient({ url: fujisawa.url }).bundle(told!.confirmedBy!)) as JsonObject;
    expect(proof["body"]).to.include('"matter":"erased"').and.to.include('"step":"honoured"');
  });

  it("sends nothing to a city that no basis of law covers, whatever is shared with it", async () => {
    const city = { recipient: "Fujisawa City", ...at(fujisawa), shares: SHARES, purpose: PURPOSE };
    await officer(santander).keepPartner(city);
    const { leafIndex } = await post(4);
    await exchangeAll();
    const { given, keptBack } = await status("Fujisawa City");
    expect(given).to.equal(0);
    expect(keptBack[0]?.message).to.match(/no basis of law holds for a recipient of the kind public-body in JP/);
    expect(santander.log.events.provisions.of(leafIndex)).to.have.length(1);
    await officer(santander).removePartner((await status("Fujisawa City")).number as number);
  });

  it("believes no other log at the partner's endpoint, and raises an alarm", async () => {
    const wrong = { ...fujisawa.policy, log: santander.policy.log };
    const partner = {
      recipient: "Example K.K.",
      endpoint: fujisawa.url,
      policy: formatPolicy(wrong),
      shares: SHARES,
      purpose: PURPOSE,
    };
    await expectRejection("ORIGIN_MISMATCH", officer(santander).keepPartner(partner));
    const elsewhere = { ...partner, ...at(fujisawa), endpoint: santander.url };
    await officer(santander).keepPartner(elsewhere);
    await exchangeAll();
    expect((await status()).state).to.equal("other-log");
    expect(santander.alarms.active().map(({ code }) => code)).to.include("partner-doubted");
    await officer(santander).keepPartner({ ...elsewhere, endpoint: "http://127.0.0.1:9" });
    const { id } = await post(5);
    await exchangeAll();
    expect((await status()).state).to.equal("unreachable");
    expect(santander.alarms.active().map(({ code }) => code)).to.include("partner-down");
    await officer(santander).keepPartner({ ...elsewhere, endpoint: fujisawa.url });
    await exchangeAll();
    expect((await status()).state).to.equal("well");
    expect(await takenOf(id)).to.be.a("number");
    expect(santander.alarms.active()).to.deep.equal([]);
  });

  it("takes nothing with a key that is not the partner's own, and nothing that does not verify", async () => {
    const message = JSON.stringify({
      format: "warifu-exchange/1",
      items: [{ kind: "follow-up", bundle: "{}", openings: [] }],
    });
    const send = async (key: string, body = message): Promise<Response> => {
      const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
      return fetch(`${fujisawa.url}/v1/exchange/deliveries`, { method: "POST", headers, body });
    };
    const scoped = (await fujisawa.access.issue("x", "submitter", { sources: ["received/0"] })).key;
    expect((await send(fujisawa.keys.submitter)).status).to.equal(403);
    expect((await send(fujisawa.keys.officer)).status).to.equal(403);
    expect((await (await send(scoped, message.replace("/1", "/2"))).json()) as JsonObject).to.include({
      code: "BUNDLE_INVALID",
    });
    const size = fujisawa.log.tree.publishedSize;
    // Not past the inbox either: what nobody verified would stand in the log as another city's.
    const said = { type: "citizen-report", source: "received/0", claims: { category: "pothole" } };
    const headers = { authorization: `Bearer ${scoped}`, "content-type": "application/json" };
    const past = { method: "POST", headers, body: JSON.stringify(said) };
    expect((await fetch(`${fujisawa.url}/v1/records`, past)).status).to.equal(403);
    const { items } = (await (await send(scoped)).json()) as { items: JsonObject[] };
    expect(items[0]).to.deep.include({ state: "refused", code: "BUNDLE_INVALID" });
    expect(fujisawa.log.tree.publishedSize).to.equal(size);
    expect(fujisawa.alarms.active().map(({ code }) => code)).to.include("partner-doubted");
  });

  it("has a catalogue in which each data set has a proof, and nobody is named", async () => {
    const response = await fetch(`${santander.url}/v1/catalogue`);
    expect(response.headers.get("content-type")).to.match(/^application\/ld\+json/);
    const text = await response.text();
    const catalogue = JSON.parse(text) as { "dcat:dataset": (JsonObject & { proof: { "@id": string } })[] };
    const given = catalogue["dcat:dataset"].find((one) => one["dct:identifier"] === "given-jp-citizen-report");
    expect(given).to.deep.include({ records: 4 });
    expect(text).to.not.match(/Example K\.K\.|CANARY/);
    for (const { proof } of catalogue["dcat:dataset"]) expect((await fetch(proof["@id"])).status).to.equal(200);
  });
});
