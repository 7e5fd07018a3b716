// Who sees what: every route of the API, asked by every role about a record of its own sources, one of others, and one that is
// not there. What comes out is the table in docs/privacy/who-sees-what.md, and no answer holds what it must not.

import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import type { Role } from "../../src/keys/api-keys.ts";
import type { Route } from "../../src/http/handling/route.ts";
import { ROUTES } from "../../src/http/routes.ts";
import { cpuMsOf } from "../support/cpu-time.ts";
import { acknowledged, report } from "../support/ledger.ts";
import { received } from "../support/received.ts";
import { anchoredService } from "./support/anchored-service.ts";
import { call, type CalledAnswer } from "./support/call.ts";

const TABLE = join(import.meta.dirname, "..", "..", "docs", "privacy", "who-sees-what.md");
const ASKERS = ["nobody", "submitter", "auditor", "officer", "admin", "recipient"] as const;
type Asker = (typeof ASKERS)[number];
/** Whose record is asked about. */
const WHOSE = ["own", "other", "unknown"] as const;
type Whose = (typeof WHOSE)[number];
type Answers = Readonly<Record<Whose, CalledAnswer>>;

const OWN = "app/own";
const OTHER = "app/other";
const NOT_THERE = "019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f";
/** Routes with a query that shows more. */
const MORE: readonly (readonly [route: string, query: string])[] = [["get /v1/records/{id}/bundle", "?openings=true"]];

interface Place {
  readonly id: string;
  readonly leafIndex: number;
  readonly source: string;
}

describe("who sees what", () => {
  const running = anchoredService({
    city: "santander",
    limits: { ratePerMinute: 1_000_000, openingsPerMinute: 1_000_000, signInsPerMinute: 1_000_000 },
  });
  let places: Readonly<Record<Whose, Place>>;
  let disclosure: { readonly disclosure: number; readonly token: string };
  const scoped = new Map<Asker, string>();

  before(async () => {
    places = {
      own: await enter(OWN, "OWN"),
      other: await enter(OTHER, "OTHER"),
      unknown: { id: NOT_THERE, leafIndex: 1_000_000, source: "app/none" },
    };
    await running.service.anchorAll();
    const body = JSON.stringify({
      ...{ records: [places.own.id], claims: ["text"], recipient: "CANARY-TO", purpose: "audit" },
      ...{ purposeText: "CANARY-WHY", until: new Date(Date.now() + 3_600_000).toISOString() },
    });
    const granted = await call(running.service, "/v1/privacy/disclosures", { role: "officer", body });
    disclosure = granted.json as typeof disclosure;
    for (const role of ["submitter", "auditor", "officer"] as const)
      scoped.set(role, (await running.service.access.issue("scoped", role, { sources: [OWN] })).key);
  });

  async function enter(source: string, mark: string): Promise<Place> {
    const claims = { category: "pothole", text: `CANARY-TEXT-${mark}`, reporterEmail: `canary-${mark}@example.org` };
    const value = received(report(1, { source, claims }), `{"from":"CANARY-RECEIVED-${mark}"}`);
    const [acknowledgement] = acknowledged(await running.service.ledger.submit([value]));
    return { ...acknowledgement!, source };
  }

  function keyOf(asker: Asker, isScoped: boolean): string | undefined {
    if (asker === "nobody") return undefined;
    if (asker === "recipient") return disclosure.token;
    return (isScoped ? scoped.get(asker) : undefined) ?? running.service.keys[asker as Role];
  }

  function pathOf({ path }: Route, whose: Whose): string {
    const { id, source } = places[whose];
    const values: Readonly<Record<string, string>> = {
      ...{ id, name: encodeURIComponent(source), keyId: "0".repeat(16), format: "json", code: "pothole" },
      ...{ hash: "0".repeat(64), tile: "0/000.p/1", bundle: "000.p/1", s0: "00", s1: "00", digest: "0".repeat(64) },
      ...{ passkeyId: whose, theme: whose, n: "0", sha256: "0".repeat(64), author: "0".repeat(20) },
      number: String(whose === "unknown" ? 999 : disclosure.disclosure),
    };
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "");
    return path.includes("Observations({id})") ? filled.replace(id, `'${id}'`) : filled;
  }

  /** A path that names no record is the same for all of them, and is asked for once. */
  async function ask(route: Route, query: string, key: string | undefined): Promise<Answers> {
    const byPath = new Map<string, CalledAnswer>();
    for (const path of new Set(WHOSE.map((whose) => pathOf(route, whose))))
      byPath.set(
        path,
        await call(running.service, `${path}${query}`, {
          method: route.method.toUpperCase(),
          headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
          // Nothing that can be done: what counts is whether the guard or the body refuses it.
          ...(route.method === "post" && { body: '{"unknown":1}' }),
        }),
      );
    const answer = (whose: Whose): CalledAnswer => byPath.get(pathOf(route, whose)) as CalledAnswer;
    return { own: answer("own"), other: answer("other"), unknown: answer("unknown") };
  }

  const isRefused = ({ status }: CalledAnswer): boolean => status === 401 || status === 403;
  const withoutInstance = ({ text }: CalledAnswer): string => text.replace(/"instance":"[^"]*"/, "");

  /** In the words of the table. */
  function wordFor(all: Answers, ofOwn: Answers): string {
    if (WHOSE.every((whose) => isRefused(all[whose]))) return "no";
    if (isRefused(all.own)) return "no";
    return isRefused(ofOwn.other) && !isRefused(ofOwn.own) ? "own" : "yes";
  }

  const rows = ROUTES.flatMap((route) => {
    const name = `${route.method} ${route.path}`;
    const more = MORE.filter(([one]) => one === name).map(([, query]) => ({ route, query, name: `${name}${query}` }));
    return [{ route, query: "", name }, ...more];
  });

  const CANARY = /canary[\w@.-]*/gi;

  /** What somebody may see of what is concealed. */
  function mayHold(found: string, name: string, asker: Asker, isScoped: boolean): boolean {
    const isOpening = /(openings=true|\/original|\/moderation\/words)$|\/v1\/privacy\//.test(name);
    if (asker === "officer") return isOpening && (!isScoped || !/OTHER/i.test(found));
    return asker === "recipient" && /^CANARY-(TEXT-OWN|TO|WHY)$/.test(found) && name.includes("/v1/disclosures/");
  }

  it("is what the table says, for every route and role, and nobody is shown more", async function () {
    // Some seven thousand requests.
    this.timeout(900_000);
    const found: string[][] = [];
    for (const { route, query, name } of rows) {
      const cells: string[] = [];
      for (const asker of ASKERS) {
        const all = await ask(route, query, keyOf(asker, false));
        const ofOwn = scoped.has(asker) ? await ask(route, query, keyOf(asker, true)) : all;
        for (const [answers, isScoped] of [
          [all, false],
          [ofOwn, true],
        ] as const) {
          for (const { text } of Object.values(answers))
            for (const canary of canariesIn(text))
              expect(mayHold(canary, name, asker, isScoped), `${asker} sees ${canary} at ${name}`).to.equal(true);
          const refused = WHOSE.filter((whose) => isRefused(answers[whose]));
          // Alike in body: else the refusal would say what there is.
          if (refused.length === WHOSE.length)
            expect(new Set(WHOSE.map((whose) => withoutInstance(answers[whose]))).size, `${asker} ${name}`).to.equal(1);
        }
        cells.push(wordFor(all, ofOwn));
      }
      found.push([`\`${name.replace(/^\w+/, (method) => method.toUpperCase())}\``, ...cells]);
    }
    expect([...searched.values()].flat(), "what an officer may see is found").to.include("CANARY-TEXT-OWN");
    const lines = (rows: readonly (readonly string[])[]): string[] => rows.map((cells) => `| ${cells.join(" | ")} |`);
    // A new route gets a line in the document: the one that is missing here.
    expect(lines(found)).to.deep.equal(lines(tableRows(readFileSync(TABLE, "utf8"))));
  });

  /** By text: what is the same for everybody, such as a document of a megabyte, is searched once. */
  const searched = new Map<string, readonly string[]>();

  function canariesIn(text: string): readonly string[] {
    const found = searched.get(text) ?? Array.from(opened(text).matchAll(CANARY), ([canary]) => canary);
    searched.set(text, found);
    return found;
  }

  /** With the values of disclosures in clear. */
  function opened(text: string): string {
    const parts = text.match(/[A-Za-z0-9_-]{40,}/g) ?? [];
    return [text, ...parts.map((part) => Buffer.from(part, "base64url").toString())].join("\n");
  }

  const tableRows = (text: string): string[][] =>
    text
      .split("\n")
      .filter((line) => /^\| `(GET|POST|PUT|PATCH|DELETE) /.test(line))
      .map((line) =>
        line
          .split("|")
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );

  it("lets an auditor without a grant see records, public claims, state and lineage", async () => {
    const { id } = places.own;
    const { json } = await call(running.service, `/v1/records/${id}`, { role: "auditor" });
    expect(json)
      .to.include({ id, kind: "record" })
      .and.have.property("claims")
      .that.deep.equals({ category: "pothole" });
    const lineage = await call(running.service, `/v1/records/${id}/lineage`, { role: "auditor" });
    expect(lineage.status).to.equal(200);
    expect(opened(lineage.text)).to.not.match(CANARY);
    const listed = await call(running.service, "/v1/records?limit=1000", { role: "auditor" });
    expect(opened(listed.text)).to.include(places.other.id).and.not.match(CANARY);
  });

  it("E8 looks alike in time, whether a key, a token or a name is there or not", async () => {
    const { keyId } = (await running.service.access.issue("timed", "auditor")) as { keyId: string };
    const secret = "A".repeat(43);
    const wrong = { there: `wk_${keyId}_${secret}`, absent: `wk_${"0".repeat(16)}_${secret}` };
    const wrongToken = { there: `wd_${disclosure.disclosure}_${secret}`, absent: `wd_999_${secret}` };
    await expectAlike((one) => call(running.service, "/v1/records", bearer(wrong[one])));
    await expectAlike((one) =>
      call(
        running.service,
        `/v1/disclosures/${one === "there" ? disclosure.disclosure : 999}`,
        bearer(wrongToken[one]),
      ),
    );
    await call(running.service, "/v1/records", {
      ...{ role: "admin", body: JSON.stringify(report(7, { key: "somebody-elses", source: OTHER })) },
    });
    const keys = { there: "somebody-elses", absent: `none-${randomUUID()}` };
    await expectAlike((one) =>
      call(running.service, `/v1/records?source=${encodeURIComponent(OTHER)}&key=${keys[one]}`, { role: "submitter" }),
    );
  });

  const bearer = (key: string) => ({ headers: { authorization: `Bearer ${key}` } });
  const ROUNDS = 40;

  /** Same answer, and medians of processor time of interleaved requests that are as good as the same. */
  async function expectAlike(request: (one: "there" | "absent") => Promise<CalledAnswer>): Promise<void> {
    const times = { there: [] as number[], absent: [] as number[] };
    for (let round = 0; round < ROUNDS; round++) {
      const texts = new Set<string>();
      for (const one of round % 2 === 0 ? (["there", "absent"] as const) : (["absent", "there"] as const)) {
        const ask = async (): Promise<unknown> => {
          const answer = await request(one);
          return texts.add(`${answer.status} ${withoutInstance(answer)}`);
        };
        times[one].push(await cpuMsOf(ask));
      }
      expect(texts.size).to.equal(1);
    }
    const median = (all: readonly number[]): number => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)]!;
    const [there, absent] = [median(times.there), median(times.absent)];
    expect(Math.max(there, absent)).to.be.lessThan(3 * Math.min(there, absent) + 2);
  }
});
