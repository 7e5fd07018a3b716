// The security log: every handing out is written down, refusals up to a number, and unusual numbers raise an alarm.

import { expect } from "chai";

import { Alarms, type AlarmCode } from "../../src/alarms/alarms.ts";
import { createLogger } from "../../src/serve/logger.ts";
import { REFUSALS_ALARM, SecurityLog } from "../../src/http/handling/security-log.ts";

describe("the security log", () => {
  it("truth C2: writes down each handing out of openings, and raises an alarm when there are many", () => {
    let now = 0;
    const lines: string[] = [];
    const alarms = new Alarms(() => now);
    const messageOf = (code: AlarmCode): string | undefined =>
      alarms.active().find((one) => one.code === code)?.message;
    const counts = new Map<string, number>();
    const log = new SecurityLog({
      logger: createLogger("info", { write: (line) => void lines.push(line) }),
      now: () => now,
      onCount: (event, count) => void counts.set(event, (counts.get(event) ?? 0) + count),
      alarms,
      openingsAlarm: 20,
    });
    for (let leafIndex = 0; leafIndex < 20; leafIndex++) log.note("openings-given", { keyId: "ab", leafIndex });
    expect(messageOf("openings-high")).to.equal(undefined);
    log.note("openings-given", { keyId: "ab", leafIndex: 20 });
    expect(messageOf("openings-high")).to.match(/more than 20 openings/);
    expect(lines).to.have.length(21);
    expect(JSON.parse(lines[20]!)).to.include({ event: "openings-given", keyId: "ab", leafIndex: 20 });
    log.note("forbidden", { count: REFUSALS_ALARM + 1 });
    expect(messageOf("refusals-high")).to.be.a("string");
    // The minute of the flood ends, then a quiet one.
    for (let minute = 0; minute < 2; minute++) {
      now += 60_000;
      log.tick();
    }
    expect(alarms.active()).to.deep.equal([]);
    expect(Object.fromEntries(counts)).to.deep.equal({ "openings-given": 21, forbidden: REFUSALS_ALARM + 1 });
  });
});
