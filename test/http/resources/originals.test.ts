// GET /v1/records/{id}/original: what a record was made of, byte for byte, for those who may see what the record says.

import { createHash } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { formatPolicy } from "../../../src/core/policy.ts";
import { ROLES, type Role } from "../../../src/keys/api-keys.ts";
import { runHere } from "../../cli/support/run-here.ts";
import { acknowledged, reading, report, temporaryFolder } from "../../support/ledger.ts";
import { received } from "../../support/received.ts";
import { startService } from "../../support/service.ts";
import { anchoredService } from "../support/anchored-service.ts";
import { call, expectProblem, submit, readingText, type Result } from "../support/call.ts";

const PAYLOAD = '{ "data":\r\n [16.40] }\r\n';

describe("the original of a record", () => {
  const running = anchoredService();
  const enter = async (value: ReturnType<typeof received>) =>
    acknowledged(await running.service.ledger.submit([value]))[0] as { id: string; leafIndex: number };
  const ask = (id: string, role?: Role) => call(running.service, `/v1/records/${id}/original`, role ? { role } : {});

  it("is given byte for byte with its media type, and as nothing that a browser would show", async () => {
    const { id } = await enter(received(reading(1), PAYLOAD));
    const answer = await ask(id, "auditor");
    expect(answer.status).to.equal(200);
    expect(Buffer.from(answer.bytes).toString()).to.equal(PAYLOAD);
    expect(Object.fromEntries(answer.headers)).to.include({
      "content-type": "application/json",
      "content-disposition": "attachment",
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
      "repr-digest": `sha-256=:${createHash("sha256").update(PAYLOAD).digest("base64")}:`,
    });
  });

  it("is for those who may list, and of a record that conceals something for an officer, who is told of", async () => {
    const open = await enter(received(reading(1), PAYLOAD));
    const concealing = await enter(received(report(1), PAYLOAD));
    const statuses = async ({ id }: { id: string }) =>
      Promise.all(ROLES.map(async (role) => [role, (await ask(id, role)).status]));
    expect(Object.fromEntries(await statuses(open))).to.deep.equal({
      ...{ submitter: 403, auditor: 200, officer: 200, admin: 200 },
    });
    expect(Object.fromEntries(await statuses(concealing))).to.deep.equal({
      ...{ submitter: 403, auditor: 403, officer: 200, admin: 403 },
    });
    expectProblem(await ask(open.id), 401, "UNAUTHENTICATED");
    const told = running.service.logText().match(/"event":"openings-given"[^\n]*/g) ?? [];
    expect(told).to.have.length(1);
    expect(told[0]).to.include(`"leafIndex":${concealing.leafIndex}`);
    await running.service.log.writer.erase(concealing.leafIndex);
    expectProblem(await ask(concealing.id, "officer"), 404, "NOT_FOUND");
    expect(running.service.logText().match(/"event":"openings-given"/g)).to.have.length(1);
    const limited = await running.service.access.issue("limited", "officer", { sources: ["other/*"] });
    const headers = { authorization: `Bearer ${limited.key}` };
    for (const { id } of [open, concealing])
      expectProblem(await call(running.service, `/v1/records/${id}/original`, { headers }), 403, "FORBIDDEN");
  });

  it("of a record that conceals something counts as its openings do, and is limited with them", async () => {
    const limited = await startService({ limits: { openingsPerMinute: 1 } });
    const [concealing, open] = acknowledged(
      await limited.ledger.submit([received(report(1), PAYLOAD), received(reading(1), PAYLOAD)]),
    );
    const statusOf = async (id = "") => (await call(limited, `/v1/records/${id}/original`, { role: "officer" })).status;
    const statuses = [await statusOf(concealing?.id), await statusOf(concealing?.id), await statusOf(open?.id)];
    await limited.stop();
    expect(statuses).to.deep.equal([200, 429, 200]);
  });

  it("is not there where the record was submitted as such, or was erased", async () => {
    const { id } = (await submit(running.service, readingText(1))).json as Required<Result>;
    expectProblem(await ask(id, "officer"), 404, "NOT_FOUND");
    for (const make of [reading, report]) {
      const erased = await enter(received(make(2), PAYLOAD));
      await running.service.log.writer.erase(erased.leafIndex);
      expectProblem(await ask(erased.id, "officer"), 404, "NOT_FOUND");
    }
  });

  it("is held against the record's bundle by `warifu verify --original`", async () => {
    const folder = temporaryFolder();
    const path = (name: string): string => join(folder, name);
    const [open, concealing] = [await enter(received(reading(3), PAYLOAD)), await enter(received(report(3), PAYLOAD))];
    await running.service.anchorAll();
    for (const [name, { id }, query] of [
      ["open", open, ""],
      ["shut", concealing, ""],
      ["opened", concealing, "?openings=true"],
    ] as const)
      writeFileSync(
        path(name),
        (await call(running.service, `/v1/records/${id}/bundle${query}`, query ? { role: "officer" } : {})).text,
      );
    writeFileSync(path("policy"), formatPolicy(running.service.policy));
    writeFileSync(path("original"), (await ask(open.id, "officer")).bytes);
    writeFileSync(path("other"), PAYLOAD.trim());
    const verify = (bundle: string, original: string, ...more: string[]) =>
      runHere(
        ["verify", path(bundle), ...more, "--policy", path("policy"), "--original", path(original), "--json"],
        folder,
      );
    for (const [bundle, original, code] of [
      ["open", "original", 0],
      ["open", "other", 1],
      ["opened", "original", 0],
      ["opened", "other", 1],
      ["shut", "original", 3],
    ] as const) {
      const result = await verify(bundle, original);
      expect(result.code, `${bundle} ${original}: ${result.stdout} ${result.stderr}`).to.equal(code);
      const { steps } = JSON.parse(result.stdout) as { steps: { step: string }[] };
      expect(steps.at(-1)?.step).to.equal("original");
    }
    expect((await verify("open", "missing")).code).to.equal(2);
    const several = await verify("open", "original", path("opened"));
    expect([several.code, several.stderr]).to.deep.equal([2, several.stderr]);
    expect(several.stderr).to.include("one bundle at a time");
    rmSync(folder, { recursive: true, force: true });
  });
});
