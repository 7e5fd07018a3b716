// Content credentials (C2PA) of pictures that come with a record over HTTP: noted beside its claims, concealed like those.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { parseOpening } from "../../../src/core/opening.ts";
import type { JsonObject, JsonValue } from "../../../src/core/json.ts";
import { hasCredentialsReader } from "../../../src/pictures/credentials-reader.ts";
import { scene } from "../../pictures/support/draw.ts";
import { report } from "../../support/ledger.ts";
import { shippedProfiles, startService, type TestService } from "../../support/service.ts";
import { call, expectProblem, submit, type Result } from "../support/call.ts";
import { submitWithPictures } from "../support/form.ts";

const PACKAGES = join(import.meta.dirname, "../../../faces");
const REPORT = shippedProfiles().get("citizen-report")!.document as JsonObject;
const { claims: SCHEMA } = REPORT as { claims: { properties: JsonObject } };
const only = (...names: string[]): JsonObject => ({
  ...{ type: "object", additionalProperties: false },
  properties: Object.fromEntries(names.map((name) => [name, SCHEMA.properties[name] as JsonValue])),
});
/** Nothing of such a record is concealed. */
const { person: _person, deidentify: _deidentify, labels: _labels, texts: _texts, ...IMPERSONAL } = REPORT;
const OPEN = {
  ...IMPERSONAL,
  ...{ type: "open-report", concernsPeople: false, public: "*", claims: only("text", "pictures") },
};

describe("content credentials of pictures that come with a record", () => {
  let service: TestService;
  const signed = readFileSync(join(import.meta.dirname, "../../pictures/credentials/signed.jpg"));
  const isRead = hasCredentialsReader(PACKAGES);
  before(async () => (service = await startService({ profiles: [OPEN], packages: PACKAGES })));
  after(() => service?.stop());

  const openedOf = async (leafIndex: number): Promise<JsonObject> => {
    const [entry] = await service.store.entries(leafIndex, leafIndex + 1);
    const openings = (await service.log.check.openingsOf(leafIndex, await service.log.check.bodyOf(entry!))) ?? [];
    return Object.fromEntries(openings.map(parseOpening).map(({ name, value }) => [name, value]));
  };
  const enter = async (record: object, ...pictures: Buffer[]): Promise<Required<Result>> => {
    const answer = await submitWithPictures(service, record, pictures);
    expect(answer.status, answer.text).to.equal(201);
    return answer.json as Required<Result>;
  };
  const noted = isRead
    ? { present: true, signer: "Test camera maker", state: "intact" }
    : { present: true, state: "not-read" };

  it("are a concealed claim of the log's own, one statement for each picture", async () => {
    const { id, leafIndex } = await enter(report(1), signed, await scene().png().toBuffer());
    expect((await openedOf(leafIndex))["c2pa"]).to.deep.equal([noted, { present: false }]);
    for (const path of ["", "/bundle"])
      expect((await call(service, `/v1/records/${id}${path}`)).text).not.to.match(/c2pa|camera/i);
    expect(await openedOf((await enter(report(2))).leafIndex)).not.to.have.property("c2pa");
  });

  it("can be submitted by nobody", async () => {
    const { claims, ...rest } = report(3) as { claims: object };
    const record = { ...rest, claims: { ...claims, c2pa: [{ present: true, state: "intact" }] } };
    const refused = await submit(service, JSON.stringify(record));
    expectProblem(refused, 400, "CLAIMS_INVALID");
    expect(refused.text).to.contain("is reserved");
  });

  it("make no difference to whether a record repeats another", async () => {
    const record = report(4, { key: "app/credentials" });
    const { id } = await enter(record, signed);
    const again = await submitWithPictures(service, record, [signed]);
    expect([again.status, (again.json as Result).id]).to.deep.equal([200, id]);
  });

  it("are stated in clear where nothing is concealed, but for the signer's name", async () => {
    const { id } = await enter({ type: "open-report", source: "app/1", claims: { text: "a" } }, signed);
    const { claims } = (await call(service, `/v1/records/${id}`)).json as { claims: JsonObject };
    expect(claims["c2pa"]).to.deep.equal([{ present: true, state: noted.state }]);
  });
});
