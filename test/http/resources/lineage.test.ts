// GET /v1/records/{id}/lineage: the life of a record, told from the public log alone, as steps, as a graph and as PROV-JSON.

import { expect } from "chai";

import type { JsonObject } from "../../../src/core/json.ts";
import { erasureEvent } from "../../../src/events/erasure.ts";
import { provisionEvent } from "../../../src/events/provision.ts";
import type { LineageStep, RecordLineage } from "../../../src/read/lineage.ts";
import type { LineageGraph } from "../../../src/read/provenance.ts";
import { runHere } from "../../cli/support/run-here.ts";
import { phonePhoto } from "../../pictures/support/draw.ts";
import { acknowledged, reading } from "../../support/ledger.ts";
import { received } from "../../support/received.ts";
import { shippedProfiles } from "../../support/service.ts";
import { anchoredService } from "../support/anchored-service.ts";
import { call, expectProblem, type Result } from "../support/call.ts";
import { submitWithPictures } from "../support/form.ts";

const REPORT = shippedProfiles().get("citizen-report")!.document as JsonObject;
const OPEN = { ...REPORT, type: "street-report", pictures: "published" };
const CANARY = "Maria Canaria Perez";

describe("the life of a record", () => {
  const running = anchoredService({ profiles: [OPEN] });
  const lineageOf = async (id: string): Promise<RecordLineage> =>
    (await call(running.service, `/v1/records/${id}/lineage`)).json as RecordLineage;
  const namesOf = (steps: readonly LineageStep[]): string[] => steps.map(({ what }) => what);
  const graphOf = async (id: string): Promise<LineageGraph> =>
    (await call(running.service, `/v1/records/${id}/lineage?form=graph`)).json as LineageGraph;
  const enterReading = async (n: number, claims: JsonObject = {}): Promise<{ id: string; leafIndex: number }> => {
    const value = reading(n);
    const record = { ...value, claims: { ...(value["claims"] as JsonObject), ...claims } };
    return acknowledged(await running.service.ledger.submit([received(record, "{}")]))[0]!;
  };
  const enterReport = async (): Promise<Required<Result>> => {
    const record = { type: "street-report", source: "app/1", claims: { category: "pothole", reporterName: CANARY } };
    const answer = await submitWithPictures(running.service, record, [await phonePhoto()]);
    await running.service.publishing.settled();
    return answer.json as Required<Result>;
  };
  const enterEvent = (kind: "erasure", vct: string, content: JsonObject): Promise<unknown> =>
    running.service.log.writer.enter({ kind, vct, contentName: kind, content });

  it("goes from the measurement to the final block, with what it was made from", async () => {
    const { id, leafIndex } = await enterReading(1, { observedAt: "2020-04-11T13:24:19Z" });
    expect(namesOf((await lineageOf(id)).steps)).to.deep.equal(["measured", "received", "logged"]);
    await running.service.anchorAll();
    const { steps, record } = await lineageOf(id);
    expect(namesOf(steps)).to.deep.equal(["measured", "received", "logged", "submitted", "anchored", "final"]);
    const [measured, took, logged, , anchored] = steps as [LineageStep, ...LineageStep[]];
    expect(measured.at).to.equal(Date.parse("2020-04-11T13:24:19Z") / 1000);
    expect(took?.at).to.equal(record.receivedAt);
    expect(took?.says["from"]).to.include({ adapter: "test/1", size: 2 });
    expect(logged?.says).to.include({ leafIndex, leafHash: record.leafHash });
    const [anchor] = await running.service.store.anchors(Number.MAX_SAFE_INTEGER, 1);
    expect(anchored?.says["blockNumber"]).to.equal(anchor?.blockNumber);
  });

  it("has what was made of its pictures, each copy in the place of the one before it", async () => {
    const { id } = await enterReport();
    const hide = { body: '{"picture": 0, "hide": [[0.1, 0.1, 0.2, 0.2]]}', role: "officer" as const };
    expect((await call(running.service, `/v1/records/${id}/derivations`, hide)).status).to.equal(201);
    const { steps } = await lineageOf(id);
    expect(namesOf(steps)).to.deep.equal(["received", "logged", "derived", "derived"]);
    const { nodes, edges } = await graphOf(id);
    const copies = nodes.filter(({ label }) => label === "published copy").map((node) => node.id);
    expect(copies).to.have.length(2);
    const replaced = edges.filter(({ kind }) => kind === "wasInvalidatedBy").map(({ from }) => from);
    expect(replaced).to.deep.equal([copies[0]]);
  });

  it("has what the log says of it later, also of a sort that is not known yet", async () => {
    const { id, leafIndex } = await enterReading(2);
    await running.service.log.writer.enter(
      provisionEvent(
        { basis: "scc-2021", country: "JP", jurisdiction: "eu", lawVersion: "2018-05-25", record: leafIndex },
        { recipient: "somebody" },
      ),
    );
    await running.service.log.writer.enter(erasureEvent({ basis: "gdpr-17-1-a", record: leafIndex }));
    await enterEvent("erasure", "warifu:later:7", { record: leafIndex });
    const { steps } = await lineageOf(id);
    const later = steps.filter(({ event }) => event).map(({ what, says }) => [what, says["basis"]]);
    expect(later).to.deep.equal([
      ["provided", "scc-2021"],
      ["erased", "gdpr-17-1-a"],
      ["noted", undefined],
    ]);
    const { edges } = await graphOf(id);
    expect(edges.filter(({ kind }) => kind === "wasInvalidatedBy")).to.have.length(1);
  });

  it("says the same as a graph and as PROV-JSON, and every end of a relation is declared", async () => {
    const { id } = await enterReport();
    await running.service.anchorAll();
    const { nodes, edges } = await graphOf(id);
    const declared = new Set(nodes.map((node) => node.id));
    for (const { from, to } of edges) expect(declared, `${from} ${to}`).to.include.all.keys(from, to);
    const prov = (await call(running.service, `/v1/records/${id}/lineage?form=prov`)).json as {
      readonly [member: string]: JsonObject;
    };
    const kinds = new Set(edges.map(({ kind }) => kind));
    const members = ["prefix", "entity", "activity", "agent", ...kinds];
    expect(Object.keys(prov).sort()).to.deep.equal(members.sort());
    const count = [...kinds].reduce((sum, kind) => sum + Object.keys(prov[kind]!).length, 0);
    expect(count).to.equal(edges.length);
    const activities = Object.values(prov["activity"]!) as JsonObject[];
    for (const one of activities) expect(one["prov:startTime"]).to.match(/^20\d\d-.*Z$/);
  });

  it("E1: holds nothing that the record conceals", async () => {
    const { id } = await enterReport();
    for (const form of ["steps", "graph", "prov"]) {
      const { text } = await call(running.service, `/v1/records/${id}/lineage?form=${form}`);
      expect(text).to.include(id);
      expect(text).not.to.include(CANARY);
      expect(text).not.to.match(/sha256|reporterName/);
    }
  });

  it("is refused for what is no record, and in a form that there is none of", async () => {
    const { id } = await enterReading(3);
    const { leafIndex } = (await running.service.log.writer.enter({
      ...{ kind: "consent", vct: "warifu:x:1", contentName: "consent" },
      content: {},
    })) as { leafIndex: number };
    const { items } = await running.service.ledger.records.atLeaf(leafIndex);
    const event = (items[0] as { id: string }).id;
    const get = (path: string) => call(running.service, `/v1/records/${path}`);
    expectProblem(await get(`${event}/lineage`), 404, "NOT_FOUND");
    expectProblem(await get(`${id.slice(0, -4)}ffff/lineage`), 404, "NOT_FOUND");
    expectProblem(await get(`${id}/lineage?form=rdf`), 400, "REQUEST_INVALID");
  });

  it("is told by the command line, in words and as PROV-JSON", async () => {
    const { id } = await enterReading(4);
    const where = ["--url", running.service.url];
    const told = await runHere(["show", id, "--lineage", ...where], running.service.folder);
    expect([told.code, told.stdout]).to.satisfy(
      ([code, text]: [number, string]) =>
        code === 0 && /received, source .*\n.*entered the log, leafIndex \d+/.test(text),
      told.stdout + told.stderr,
    );
    const prov = await runHere(["show", id, "--prov", ...where], running.service.folder);
    expect(JSON.parse(prov.stdout)).to.have.property("wasGeneratedBy");
  });
});
