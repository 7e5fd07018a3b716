// Events of moderation: the one form of each step, who may take it, and what is refused.

import { expect } from "chai";

import type { JsonObject, JsonValue } from "../../src/core/json.ts";
import {
  AWAITS_DECISION,
  isModeration,
  MODERATION_ROLES,
  MODERATION_STEPS,
  moderationOf,
  moderationWordsIn,
  TAKEN_BY,
} from "../../src/core/moderation-event.ts";
import { expectCode } from "../support/expect-code.ts";

const DIGESTS = ["d"];
const stepBy = (step: (typeof MODERATION_STEPS)[number], by: string): JsonObject => ({
  ...{ by, record: 7, rule: "spam", rules: 1, step },
  ...(AWAITS_DECISION.has(step) && { due: 1_795_420_860 }),
});
const EVERY = MODERATION_STEPS.map((step) => stepBy(step, TAKEN_BY[step][0] as string));

function expectRefused(one: JsonObject, change: { readonly [name: string]: JsonValue | undefined }): void {
  const members = Object.entries({ ...one, ...change }).filter(([, value]) => value !== undefined);
  const content = Object.fromEntries(members) as JsonObject;
  expectCode("BODY_INVALID", () => moderationOf({ content, digests: DIGESTS }));
}

describe("an event of moderation", () => {
  it("is read as it was written", () => {
    for (const content of EVERY) expect(moderationOf({ content, digests: DIGESTS })).to.deep.equal(content);
    expect(isModeration({ contentName: "disclosure", vct: "warifu:moderation:1" })).to.equal(true);
    expect(isModeration({ contentName: "disclosure", vct: "warifu:access:1" })).to.equal(false);
    expect(isModeration({ contentName: "record", vct: "warifu:moderation:1" })).to.equal(false);
  });

  it("has all members of its step, and no others", () => {
    for (const one of EVERY) {
      for (const name of Object.keys(one)) expectRefused(one, { [name]: undefined });
      expectRefused(one, { text: "what was said" });
      if (one["due"] === undefined) expectRefused(one, { due: 5 });
    }
  });

  it("is refused in any other form, and where nothing is concealed", () => {
    const [one] = EVERY as [JsonObject];
    for (const change of [{ step: "gone" }, { by: "police" }, { rule: "No Spam" }, { rules: "1" }, { record: -1 }])
      expectRefused(one, change);
    expectCode("BODY_INVALID", () => moderationOf({ content: one, digests: [] }));
  });

  it("lets a program hold something back, and decide nothing", () => {
    const allowed = MODERATION_STEPS.flatMap((step) =>
      MODERATION_ROLES.filter((by) => TAKEN_BY[step].includes(by)).map((by) => `${by} ${step}`),
    );
    expect(allowed.filter((one) => one.startsWith("automatic"))).to.deep.equal(["automatic held"]);
    for (const step of MODERATION_STEPS)
      for (const by of MODERATION_ROLES.filter((one) => !TAKEN_BY[step].includes(one)))
        expectRefused(stepBy(step, by), {});
  });

  it("conceals what was said and by whom", () => {
    expect(moderationWordsIn({ about: {} })).to.deep.equal({});
    const words = { account: "acc_1", text: "It is a quotation." };
    expect(moderationWordsIn({ about: words })).to.deep.equal(words);
    for (const about of [undefined, 7, { text: 1 }, { account: 1 }])
      expect(moderationWordsIn(about === undefined ? {} : { about })).to.equal(undefined);
  });
});
