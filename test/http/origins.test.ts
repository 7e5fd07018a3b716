// Pages of other origins: they read what is public, and nothing else.

import { expect } from "chai";

import { startService, type TestService } from "../support/service.ts";

describe("truth F4: pages of other origins", () => {
  let service: TestService;
  before(async () => {
    service = await startService();
  });
  after(() => service.stop());

  const allowed = async (path: string, method = "GET"): Promise<string | null> =>
    (await fetch(service.url + path, { method })).headers.get("access-control-allow-origin");

  for (const path of [
    "/v1/status",
    "/v1/checkpoints",
    "/v1/anchors",
    "/v1/profiles",
    "/openapi.json",
    "/log/checkpoint",
  ])
    it(`may read ${path}`, async () => {
      expect(await allowed(path)).to.equal("*");
    });

  it("may read a record and its bundle", async () => {
    const id = "/v1/records/01890a5d-ac96-774b-bcce-b302099a8057";
    expect([await allowed(id), await allowed(`${id}/bundle`)]).to.deep.equal(["*", "*"]);
  });

  it("are told so beforehand, and not to send a key", async () => {
    const { headers } = await fetch(`${service.url}/v1/status`, { method: "OPTIONS" });
    expect(headers.get("access-control-allow-methods")).to.equal("GET, HEAD");
    expect(headers.get("access-control-allow-headers")).to.not.include("authorization");
  });

  it("may not list records, submit, or see keys", async () => {
    const others = [await allowed("/v1/records"), await allowed("/v1/records", "POST"), await allowed("/v1/keys")];
    expect(others).to.deep.equal([null, null, null]);
  });
});
