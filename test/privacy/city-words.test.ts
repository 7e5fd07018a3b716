// The city's own words: what the gate lets pass without a basis, and what only looks like it.

import { readFileSync, rmSync } from "node:fs";

import { expect } from "chai";

import { ownNamesOf, readCity } from "../../src/citizens/city-file.ts";
import type { JsonObject, JsonValue } from "../../src/core/json.ts";
import type { Recipient } from "../../src/core/recipient.ts";
import { parseProfile } from "../../src/profiles/profile.ts";
import { decisionOn } from "../../src/privacy/transfer-gate.ts";
import { receptionEvent } from "../../src/events/provision.ts";
import { eraseRecords } from "../../src/privacy/erasure.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { openLedger, reading, report, type TestLedger } from "../support/ledger.ts";
import { entryAt, FUJISAWA, gateOf, OPERATOR, SANTANDER } from "../support/transfers.ts";

const ROOT = new URL("../../", import.meta.url);
const profileOf = (path: string) => {
  const profile = parseProfile(JSON.parse(readFileSync(new URL(`profiles/${path}.json`, ROOT), "utf8")) as JsonValue);
  return [profile.document.type, profile] as const;
};
const PROFILES = new Map(["citizen-report", "sensor-reading", "citizens/city-theme"].map(profileOf));
const NAMES = ownNamesOf(readCity(new URL("cities/fujisawa.json", ROOT).pathname)!);
const WORDS = ["titles", "texts", "notices", "question"];
const said = (text: string): JsonObject => ({ en: text, es: text, ja: text });

describe("the city's own words", () => {
  let ledger: TestLedger;
  before(async () => {
    ledger = await openLedger({ profiles: PROFILES });
  });
  after(async () => {
    await ledger.close();
    rmSync(ledger.folder, { recursive: true, force: true });
  });

  async function theme(owner: string | undefined, source = "app"): Promise<number> {
    const claims = { theme: "sea", visibility: "open", scope: "shared", titles: said("The sea"), texts: said("Tell") };
    const record = { type: "city-theme", source, claims: { ...claims, ...(owner !== undefined && { owner }) } };
    return (await ledger.submit([record]))[0]!.leafIndex;
  }
  async function basisFor(
    leaf: number,
    to: Recipient,
    { jurisdiction = "jp-operator", claims = WORDS, names = NAMES } = {},
  ) {
    const { gate } = gateOf(ledger.log, { jurisdiction, ownNames: names });
    const records = [await entryAt(ledger.log, leaf)];
    const permit = await gate.assertMayLeave({ records, recipient: to, purpose: "exchange", claims });
    expect([...permit.claims]).to.deep.equal(claims);
    return decisionOn(permit, leaf).basis;
  }
  const refused = (...asked: Parameters<typeof basisFor>) => expectRejection("TRANSFER_REFUSED", basisFor(...asked));

  it("need no basis: a theme of the city, under any of its names, goes both ways and to every kind of recipient", async () => {
    for (const owner of ["藤沢市", "Fujisawa", "市民協働"])
      for (const to of [SANTANDER, FUJISAWA]) expect(await basisFor(await theme(owner), to)).to.equal("jp-own-words");
    const there = { jurisdiction: "eu", names: new Set(["Participación"]) };
    expect(await basisFor(await theme("Participación"), FUJISAWA, there)).to.equal("eu-own-words");
    const public_ = { jurisdiction: "jp-public-body" };
    expect(await basisFor(await theme("藤沢市"), SANTANDER, public_)).to.equal("jp-own-words");
  });

  it("are not those of a citizen who owns a theme, of anybody else, or of nobody", async () => {
    for (const owner of ["ct_0123456789abcdef", "山田花子", "藤沢市 山田花子", undefined])
      await refused(await theme(owner), SANTANDER);
    await refused(await theme("藤沢市"), SANTANDER, { names: new Set() });
  });

  it("are the claims that the law data names: whoever owns it stays, and so does what nobody named", async () => {
    const leaf = await theme("藤沢市");
    await refused(leaf, SANTANDER, { claims: [...WORDS, "owner"] });
    await refused(leaf, SANTANDER, { claims: [] });
  });

  it("are not what came from another city, or is erased", async () => {
    // Nor of one that is under the same law.
    for (const origin of ["eu", "jp-operator"]) {
      const came = await theme("藤沢市", "received/0");
      const reception = { basis: "eu-own-words", country: "ES", lawVersion: "2018-05-25", origin, record: came };
      await ledger.log.writer.enter(receptionEvent(reception, { from: "Santander" }));
      for (const to of [FUJISAWA, SANTANDER]) await refused(came, to);
    }
    const gone = await theme("藤沢市");
    await eraseRecords([gone], { basis: "appi-35" }, ledger.log);
    await refused(gone, SANTANDER);
  });

  it("are never a citizen's, whatever the record says of its owner", async () => {
    const [post] = await ledger.submit([report(1), reading(1)]);
    await refused(post!.leafIndex, SANTANDER, { claims: ["text"] });
    expect(await basisFor(post!.leafIndex, OPERATOR, { jurisdiction: "eu", claims: ["text"] })).to.match(/adequacy/);
  });
});
