// When the times that laws give are over: in the calendar of the place, to the second.

import { expect } from "chai";

import { dateAt, endOf, isTimeZone, together, type Span } from "../../src/privacy/deadline.ts";

const MADRID = "Europe/Madrid";
const TOKYO = "Asia/Tokyo";

function end(span: Span, from: string, zone: string): string {
  return new Date(endOf(span, Date.parse(from) / 1_000, zone) * 1_000).toISOString().replace(".000Z", "Z");
}

describe("a deadline", () => {
  it("of a month ends on the same day of the next, or on its last one", () => {
    expect(end({ months: 1 }, "2026-01-31T09:00:00Z", MADRID)).to.equal("2026-02-28T22:59:59Z");
    expect(end({ months: 1 }, "2028-01-31T09:00:00Z", MADRID)).to.equal("2028-02-29T22:59:59Z");
    expect(end({ months: 1 }, "2026-11-28T09:00:00Z", MADRID)).to.equal("2026-12-28T22:59:59Z");
    expect(end({ months: 3 }, "2026-11-30T09:00:00Z", MADRID)).to.equal("2027-02-28T22:59:59Z");
    expect(end({ months: 1 }, "2026-12-31T09:00:00Z", MADRID)).to.equal("2027-01-31T22:59:59Z");
  });

  it("is one of the calendar where the law holds", () => {
    // Already the first of February there.
    expect(end({ months: 1 }, "2026-01-31T15:00:00Z", TOKYO)).to.equal("2026-03-01T14:59:59Z");
    expect(end({ days: 30 }, "2026-01-31T14:59:59Z", TOKYO)).to.equal("2026-03-02T14:59:59Z");
    expect(dateAt(Date.parse("2026-01-31T15:00:00Z") / 1_000, TOKYO)).to.equal("2026-02-01");
    expect(dateAt(Date.parse("2026-01-01T03:00:00Z") / 1_000, "America/New_York")).to.equal("2025-12-31");
  });

  it("ends at midnight on either side of a change of the clocks", () => {
    expect(end({ days: 2 }, "2026-03-27T12:00:00Z", MADRID)).to.equal("2026-03-29T21:59:59Z");
    expect(end({ days: 1 }, "2026-03-27T12:00:00Z", MADRID)).to.equal("2026-03-28T22:59:59Z");
    expect(end({ months: 1 }, "2026-09-25T12:00:00Z", MADRID)).to.equal("2026-10-25T22:59:59Z");
    // There, the clocks change at midnight itself.
    expect(end({ days: 1 }, "2026-03-27T12:00:00Z", "Asia/Beirut")).to.equal("2026-03-28T21:59:59Z");
  });

  it("of hours ends to the second, whatever the calendar says", () => {
    expect(end({ hours: 72 }, "2026-03-28T12:00:01Z", MADRID)).to.equal("2026-03-31T12:00:01Z");
  });

  it("is extended as one longer time from the receipt on", () => {
    expect(together({ months: 1 }, { months: 2 })).to.deep.equal({ months: 3 });
    expect(together({ days: 30 }, { days: 30 })).to.deep.equal({ days: 60 });
  });

  it("knows which time zones there are", () => {
    expect([MADRID, TOKYO, "Mars/Olympus"].map(isTimeZone)).to.deep.equal([true, true, false]);
  });
});
