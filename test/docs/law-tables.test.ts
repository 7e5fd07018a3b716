// The tables of docs/privacy say what the law data says.

import { join } from "node:path";

import { expect } from "chai";
import { Command } from "commander";

import { BREACH_REASONS } from "../../src/core/breach-event.ts";
import { defineAudit } from "../../src/cli/audit.ts";
import { defineErase } from "../../src/cli/erase.ts";
import { definePrivacy } from "../../src/cli/privacy.ts";
import type { Act } from "../../src/cli/verb.ts";
import { ROUTES } from "../../src/http/routes.ts";
import { REQUEST_OPERATIONS } from "../../src/core/request-event.ts";
import {
  OPERATIONS,
  KEPT,
  readLaw,
  type BreachClock,
  type Deadline,
  type Kept,
  type Law,
  type Operation,
} from "../../src/privacy/law.ts";
import { readDocument, ROOT } from "./support/documents.ts";

/** As somebody who looks for one would read them: what people are told and asked for, then what else a controller does. */
const OPERATIONS_IN_ORDER: readonly Operation[] = [
  ...(["notice", "consent"] as const),
  ...REQUEST_OPERATIONS,
  ...OPERATIONS.filter((one) => ![...REQUEST_OPERATIONS, "notice", "consent"].includes(one)),
];
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

  it("lead from each operation of the law to its articles, a request, a command and a page that are there", async () => {
    const rows = rowsBehind("| to do");
    const article = (law: Law, id: string): string => law.provisions[id]?.article ?? "";
    const articlesOf = (operation: Operation): string[] =>
      LAWS.map((law) => law.operations[operation].provisions.map((id) => article(law, id)).join(", "));
    expect(rows.map(([operation, ...cells]) => [operation, ...cells.slice(0, 3)])).to.deep.equal([
      ...OPERATIONS_IN_ORDER.map((operation) => [operation, ...articlesOf(operation)]),
      ["audit", article(LAWS[0] as Law, "gdpr-5-2"), "", ""],
    ]);
    const routes = ROUTES.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    const program = new Command();
    const act: Act = async () => undefined;
    for (const define of [definePrivacy, defineErase, defineAudit]) define(program, act);
    for (const [operation, , , , request = "", verb = "", page = ""] of rows) {
      if (request !== "") expect(routes, operation).to.include(request);
      const found = verb
        .split(" ")
        .reduce<Command | undefined>((command, name) => command?.commands.find((one) => one.name() === name), program);
      expect(found?.summary(), `${operation}: ${verb}`).to.be.a("string").and.not.equal("");
      expect(page, operation).to.match(/^\[[^\]]+\]\([^)]+\.md(#[^)]+)?\)$/);
    }
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
