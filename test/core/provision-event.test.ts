// Events about records that go to and come from other controllers, and about who these are: their one form, and what is
// refused.

import { expect } from "chai";

import type { JsonObject } from "../../src/core/json.ts";
import { isProvision, isReception, provisionOf, receptionOf } from "../../src/core/provision-event.ts";
import { isRecipientEntry, recipientEntryOf, recipientIn } from "../../src/core/recipient.ts";
import { expectCode } from "../support/expect-code.ts";

const PROVISION = { basis: "eu-scc", country: "JP", jurisdiction: "eu", lawVersion: "2018-05-25", record: 7 };
const RECEPTION = { basis: "eu-scc", country: "ES", lawVersion: "2018-05-25", origin: "eu", record: 7 };
const RECIPIENT = { country: "JP", jurisdiction: "jp-operator", kind: "business-operator", name: "Example K.K." };
const PAPER = { basis: "eu-scc", kind: "contract", reference: "2026/17" };
const DIGESTS = ["d"];

/** The content without each member in turn, then with each change; `undefined` leaves a member out. */
function changed(content: JsonObject, changes: readonly object[]): JsonObject[] {
  const missing = Object.keys(content).map((name) => ({ [name]: undefined }));
  return [...missing, ...changes].map((change) => {
    const members = Object.entries({ ...content, ...change });
    return Object.fromEntries(members.filter(([, value]) => value !== undefined)) as JsonObject;
  });
}

describe("an event about a record that is given or received", () => {
  it("is known by its name", () => {
    for (const [name, is] of [
      ["provision", isProvision],
      ["reception", isReception],
      ["recipient", isRecipientEntry],
    ] as const) {
      expect(is({ contentName: "provision", vct: `warifu:${name}:1` })).to.equal(true);
      expect(is({ contentName: "provision", vct: `warifu:${name}:2` })).to.equal(false);
      expect(is({ contentName: "record", vct: `warifu:${name}:1` })).to.equal(false);
    }
  });

  it("says on which basis a record was given, where to, and under whose law", () => {
    expect(provisionOf({ content: PROVISION, digests: DIGESTS })).to.deep.equal(PROVISION);
    const wrong = [
      { basis: "EU SCC" },
      { country: "Japan" },
      { jurisdiction: "EU" },
      { lawVersion: "new" },
      { to: "x" },
    ];
    for (const content of changed(PROVISION, wrong))
      expectCode("BODY_INVALID", () => provisionOf({ content, digests: DIGESTS }));
    expectCode("BODY_INVALID", () => provisionOf({ content: PROVISION, digests: [] }));
  });

  it("says what stays with a record that was received", () => {
    for (const content of [RECEPTION, { ...RECEPTION, onward: "jp-rule-4" }])
      expect(receptionOf({ content, digests: DIGESTS })).to.deep.equal(content);
    const wrong = [{ onward: "Rule 4" }, { country: "jp" }, { origin: "" }, { record: -1 }, { from: "x" }];
    for (const content of changed(RECEPTION, wrong))
      expectCode("BODY_INVALID", () => receptionOf({ content, digests: DIGESTS }));
    expectCode("BODY_INVALID", () => receptionOf({ content: RECEPTION, digests: [] }));
  });
});

describe("an event about a recipient", () => {
  it("has a number in clear, and no more", () => {
    for (const state of ["kept", "removed"])
      expect(recipientEntryOf({ content: { number: 0, state }, digests: DIGESTS })).to.deep.equal({ number: 0, state });
    for (const content of changed({ number: 0, state: "kept" }, [{ state: "lost" }, { name: "x" }]))
      expectCode("BODY_INVALID", () => recipientEntryOf({ content, digests: DIGESTS }));
    expectCode("BODY_INVALID", () => recipientEntryOf({ content: { number: 0, state: "kept" }, digests: [] }));
  });

  it("conceals who it is", () => {
    for (const recipient of [
      { ...RECIPIENT, papers: [] },
      { ...RECIPIENT, log: "x.example/log+0a1b2c3d+AQID", papers: [PAPER, { ...PAPER, until: "2027-03-31" }] },
    ])
      expect(recipientIn({ recipient, by: "k" })).to.deep.equal(recipient);
    const wrong = [{ kind: "friend" }, { name: "a\nb" }, { log: "two words" }, { more: 1 }];
    for (const recipient of changed({ ...RECIPIENT, papers: [] }, wrong))
      expectCode("BODY_INVALID", () => recipientIn({ recipient }));
    for (const paper of changed(PAPER, [{ kind: "rumour" }, { until: "2027" }, { more: 1 }]))
      expectCode("BODY_INVALID", () => recipientIn({ recipient: { ...RECIPIENT, papers: [paper] } }));
    expectCode("BODY_INVALID", () => recipientIn({}));
  });
});
