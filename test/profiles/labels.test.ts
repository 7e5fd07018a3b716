// What claims are called for people: by the profile in force, in the language asked for.

import { expect } from "chai";

import type { JsonObject } from "../../src/core/json.ts";
import { labelLanguages, labelsFor } from "../../src/profiles/labels.ts";
import { parseProfile, type Profiles } from "../../src/profiles/profile.ts";
import { expectCode } from "../support/expect-code.ts";
import { PROFILES } from "../support/ledger.ts";

const PROFILE: JsonObject = {
  ...{ type: "t", version: 2, title: "T", concernsPeople: true, retentionDays: null, public: [] },
  labels: { text: { en: "Text", ja: "本文" }, mail: { es: "Correo" } },
  claims: {
    type: "object",
    additionalProperties: false,
    properties: { text: { type: "string" }, mail: { type: "string", title: "Mail" }, constructor: { type: "string" } },
  },
};

describe("labels of claims", () => {
  const profiles: Profiles = new Map([["t", parseProfile(PROFILE)]]);
  const names = ["text", "mail", "constructor", "received"];
  const labels = (language: string, vct = "warifu:t:2") => labelsFor(names, { vct, profiles, language });

  it("are those of the language, else English, else the title, else the name", () => {
    expect(labels("ja")).to.deep.equal({
      ...{ text: "本文", mail: "Mail" },
      constructor: "constructor",
      received: "受信した元のデータ",
    });
    expect(labels("es")).to.include({ text: "Text", mail: "Correo" });
    expect(labels("ja", "warifu:t:1")).to.include({ text: "text", received: "受信した元のデータ" });
    expect(labelsFor(["text"], { vct: undefined, profiles, language: "en" })).to.deep.equal({ text: "text" });
    expect(labelLanguages(profiles)).to.deep.equal(["en", "es", "ja"]);
  });

  it("are of claims that there are, in languages, and of every claim of the shipped profile about people", () => {
    for (const change of [{ other: { en: "Other" } }, { text: { "en us": "Text" } }, { text: { en: "" } }])
      expectCode("PROFILE_INVALID", () => parseProfile({ ...PROFILE, labels: change }));
    const { labels: shipped = {}, claims } = PROFILES.get("citizen-report")!.document;
    expect(Object.keys(shipped).sort()).to.deep.equal(Object.keys(claims["properties"] as object).sort());
    for (const [name, words] of Object.entries(shipped))
      expect(Object.keys(words), name).to.deep.equal(["en", "es", "ja"]);
  });
});
