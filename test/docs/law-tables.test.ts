// The tables of docs/privacy say what the law data says.

import { join } from "node:path";

import { expect } from "chai";

import { BREACH_REASONS } from "../../src/core/breach-event.ts";
import { REQUEST_OPERATIONS } from "../../src/core/request-event.ts";
import { KEPT, readLaw, type BreachClock, type Deadline, type Kept, type Law } from "../../src/privacy/law.ts";
import { readDocument, ROOT } from "./support/documents.ts";

const LAWS = ["eu", "jp-operator", "jp-public-body"].map((one) => readLaw([join(ROOT, "laws")], one));
const README = readDocument("docs/privacy/README.md").text;

/** The cells of the rows behind a head. */
function rowsBehind(head: string, text = README): string[][] {
  const [, , ...rows] = text.slice(text.indexOf(head)).split("\n\n")[0]?.trim().split("\n") ?? [];
  return rows.map((row) =>
    row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll("`", "")),
  );
}

function spanOf({ months, days, hours }: { months?: number; days?: number; hours?: number }): string {
  const [count, unit] = months ? [months, "month"] : days ? [days, "day"] : [hours ?? 0, "hour"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

function inWords(deadline: Omit<Deadline, "isStatutory"> & { readonly isStatutory: boolean }): string {
  if (deadline.without) return `without delay (target: ${spanOf(deadline)})`;
  if (!deadline.isStatutory) return `target: ${spanOf(deadline)}`;
  return `${spanOf(deadline)}${deadline.extension ? `, ${spanOf(deadline.extension)} longer` : ""}`;
}

function clockInWords(clock: BreachClock | undefined): string {
  if (!clock) return "";
  const { atLeastDays, days, maliciousDays } = clock;
  const time = atLeastDays === undefined ? inWords(clock) : `${atLeastDays} to ${days} days (target)`;
  return `${time}${maliciousDays === undefined ? "" : `, ${maliciousDays} if done on purpose`}`;
}

describe("tables of the law", () => {
  it("name the laws, their versions, zones, and how much of them is not verified", () => {
    const expected = LAWS.map(({ jurisdiction, law, lawVersion, timeZone, provisions }) => {
      const all = Object.values(provisions);
      const unverified = all.filter(({ verified }) => !verified).length;
      return [jurisdiction, law, lawVersion, timeZone, `${unverified} of ${all.length}`];
    });
    expect(rowsBehind("| jurisdiction")).to.deep.equal(expected);
  });

  it("give the deadline of each request", () => {
    const expected = REQUEST_OPERATIONS.map((operation) => [
      operation,
      ...LAWS.map(({ operations }) => inWords(operations[operation].deadline as Deadline)),
    ]);
    expect(rowsBehind("| operation")).to.deep.equal(expected);
  });

  it("give the time for which events keep what they conceal", () => {
    const timeOf = ({ retention }: Law, what: Kept): string => {
      const { years, isStatutory } = retention[what]?.keepFor ?? {};
      return years === undefined ? "no limit" : `${isStatutory ? "" : "target: "}${years} years`;
    };
    expect(rowsBehind("| what ")).to.deep.equal(KEPT.map((what) => [what, ...LAWS.map((law) => timeOf(law, what))]));
  });

  it("give the clocks of a breach", () => {
    const clocks = [...new Set(LAWS.flatMap(({ breachClocks }) => breachClocks.map(({ clock }) => clock)))];
    const of = (wanted: string) =>
      LAWS.map(({ breachClocks }) => clockInWords(breachClocks.find(({ clock }) => clock === wanted)));
    expect(rowsBehind("| breach")).to.deep.equal(clocks.map((clock) => [clock, ...of(clock)]));
  });

  it("give the reasons for which nobody need be told of a breach, and for whom", () => {
    const whomFor = (reason: string) => (law: Law) =>
      law.breachExemptions.filter((one) => one.reason === reason).flatMap(({ whom }) => whom.join(", "))[0] ?? "";
    const rows = rowsBehind("| reason", readDocument("docs/privacy/breaches.md").text);
    expect(rows.map(([reason, , ...whom]) => [reason, ...whom])).to.deep.equal(
      BREACH_REASONS.map((reason) => [reason, ...LAWS.map(whomFor(reason))]),
    );
  });
});
