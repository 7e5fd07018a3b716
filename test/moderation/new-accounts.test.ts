// What a new account may say in a day.

import { expectCode } from "../support/expect-code.ts";
import { assertMaySpeak, type Speaking } from "../../src/moderation/new-accounts.ts";

const LIMITS = { newAccountHours: 24, postsPerDay: 3, commentsPerDay: 15 };
const HOUR_MS = 3_600_000;
const speaking = (more: Partial<Speaking>): Speaking => ({ what: "post", since: 0, now: HOUR_MS, recent: 0, ...more });

describe("a new account", () => {
  it("may post and comment so often in a day", () => {
    assertMaySpeak(speaking({ recent: 2 }), LIMITS);
    expectCode("RATE_LIMITED", () => assertMaySpeak(speaking({ recent: 3 }), LIMITS));
    assertMaySpeak(speaking({ what: "comment", recent: 14 }), LIMITS);
    expectCode("RATE_LIMITED", () => assertMaySpeak(speaking({ what: "comment", recent: 15 }), LIMITS));
  });

  it("is none any more after the hours that the city set, and none is where it set none", () => {
    expectCode("RATE_LIMITED", () => assertMaySpeak(speaking({ now: 24 * HOUR_MS - 1, recent: 3 }), LIMITS));
    assertMaySpeak(speaking({ now: 24 * HOUR_MS, recent: 300 }), LIMITS);
    assertMaySpeak(speaking({ recent: 300 }), { ...LIMITS, newAccountHours: 0 });
  });
});
