// Open311 GeoReport v2 as clients meet it: in XML and JSON, with the key where the standard has it, and nothing personal in
// what anybody can read.

import { parseXml, type XmlElement } from "@rgrove/parse-xml";
import { expect } from "chai";

import type { Received } from "../../../src/core/received.ts";
import { parseOpen311Settings } from "../../../src/sources/open311-services.ts";
import { verifyBundle } from "../../../src/verify/verify-bundle.ts";
import { startSwiftChain, type TestChain } from "../../support/chains.ts";
import { patientServer } from "../../support/patient-server.ts";
import { startService, type TestService } from "../../support/service.ts";
import { call, type CalledAnswer, type CallOptions } from "../support/call.ts";

const FORM = "application/x-www-form-urlencoded";
const CITY = parseOpen311Settings({
  format: "warifu-open311/1",
  source: "city/open311",
  jurisdictionId: "city.example",
  contact: "Town hall & <office>\u0001",
  services: [
    {
      code: "pothole",
      name: "Pothole",
      description: "A hole in a street",
      group: "Streets",
      keywords: ["road", "hole"],
    },
    {
      ...{ code: "4fd3", name: "Street light", category: "street-light" },
      attributes: [
        { code: "POLE", description: "Number on the pole", required: true },
        {
          ...{ code: "STATE", description: "What is it like?", datatype: "multivaluelist" },
          values: [
            { key: "out", name: "It is out" },
            { key: "flickers", name: "It flickers" },
          ],
        },
        { code: "HEIGHT", description: "How high is it, in metres?", datatype: "number" },
      ],
    },
  ],
});
const DAY_MS = 86_400_000;
const NOON = Date.parse("2026-11-28T12:00:00Z");
const REPORT = {
  service_code: "pothole",
  ...{ lat: "43.462812345678901", long: "-3.80440", address_string: "Calle Mayor 1" },
  ...{ description: "Canary-words 穴 <&>", first_name: "Canary", last_name: "Name", email: "canary@example.org" },
  ...{ phone: "0815-canary", device_id: "canary-device", account_id: "canary-account" },
  media_url: "http://169.254.169.254/canary.jpg",
};
const CANARY = /canary|43\.46|3\.804|Calle/i;

describe("Open311 GeoReport v2", () => {
  let chain: TestChain;
  let service: TestService;
  let now = NOON;
  before(async () => {
    chain = await startSwiftChain();
    service = await startService({ chain, open311: CITY, now: () => now });
  });
  after(async () => {
    await service?.stop();
    await chain?.stop();
  });
  const get = (path: string) => call(service, `/open311/v2/${path}`);
  const post = (fields: Readonly<Record<string, string>>, options: CallOptions & { readonly path?: string } = {}) =>
    call(service, options.path ?? "/open311/v2/requests.json", {
      body: new URLSearchParams({ api_key: service.keys.submitter, ...fields }).toString(),
      type: FORM,
      ...options,
    });
  const idIn = ({ json, text }: CalledAnswer): string => {
    const [created] = (json ?? []) as { service_request_id?: string }[];
    expect(created?.service_request_id, text).to.match(/^[0-9a-f-]{36}$/);
    return created?.service_request_id as string;
  };
  const openingsOf = async (id: string): Promise<string> => {
    await service.anchorAll();
    const { json } = await call(service, `/v1/records/${id}/bundle?openings=true`, { role: "officer" });
    const { openings } = json as { openings: string[] };
    return openings.map((one) => Buffer.from(one, "base64url").toString()).join("\n");
  };
  const originalOf = async (id: string) =>
    Buffer.from((await call(service, `/v1/records/${id}/original`, { role: "officer" })).bytes);
  const expectError = (answer: CalledAnswer, status: number, description: RegExp): void => {
    expect(answer.status, answer.text).to.equal(status);
    const [error, ...others] = answer.json as { code: number; description: string }[];
    expect(others).to.have.length(0);
    expect(error?.code).to.equal(status);
    expect(error?.description).to.match(description);
    expect(answer.text).not.to.match(CANARY);
  };

  describe("what the city offers", () => {
    it("is discovered", async () => {
      const { json, headers } = await get("discovery.json");
      expect(headers.get("content-type")).to.equal("application/json; charset=utf-8");
      expect(json).to.deep.include({ contact: "Town hall & <office>\u0001", changeset: "2026-11-28T12:00:00Z" });
      const { endpoints } = json as { endpoints: object[] };
      expect(endpoints[0]).to.include({ url: `${service.url}/open311/v2`, type: "production" });
      const xml = await get("discovery.xml");
      expect(xml.headers.get("content-type")).to.equal("text/xml; charset=utf-8");
      expect(textsIn(xml, "contact")).to.deep.equal(["Town hall & <office>\ufffd"]);
      expect(textsIn(xml, "format")).to.deep.equal(["text/xml", "application/json"]);
    });

    it("is listed as services, in XML and as a bare array in JSON", async () => {
      const { json } = await get("services.json?jurisdiction_id=city.example");
      expect(json).to.deep.equal([
        {
          ...{ service_code: "pothole", service_name: "Pothole", description: "A hole in a street", metadata: false },
          ...{ type: "realtime", keywords: "road,hole", group: "Streets" },
        },
        {
          ...{ service_code: "4fd3", service_name: "Street light", description: "", metadata: true },
          ...{ type: "realtime", keywords: "", group: "" },
        },
      ]);
      const xml = await get("services.xml");
      expect([rootOf(xml).name, ...textsIn(xml, "service_code")]).to.deep.equal(["services", "pothole", "4fd3"]);
      expectError(await get("services.json?jurisdiction_id=elsewhere"), 404, /no jurisdiction/);
      expectError(await get("services.json?colour=red"), 400, /not known here/);
    });

    it("is defined service by service", async () => {
      const { json } = await get("services/4fd3.json");
      const { attributes } = json as { attributes: { code: string; order: number; values?: object[] }[] };
      expect(attributes.map(({ code, order }) => [code, order])).to.deep.equal([
        ["POLE", 1],
        ["STATE", 2],
        ["HEIGHT", 3],
      ]);
      expect(attributes[1]?.values).to.deep.equal([
        { key: "out", name: "It is out" },
        { key: "flickers", name: "It flickers" },
      ]);
      const xml = await get("services/4fd3.xml");
      expect([rootOf(xml).name, ...textsIn(xml, "key")]).to.deep.equal(["service_definition", "out", "flickers"]);
      expectError(await get("services/nothing.json"), 404, /no service of that service_code/);
    });
  });

  describe("a request", () => {
    it("becomes a citizen report, and shows nothing of who reported what and where", async () => {
      const created = await post(REPORT);
      expect(created.status).to.equal(201);
      const id = idIn(created);
      const { json } = await call(service, `/v1/records/${id}`);
      expect(json).to.deep.include({ source: "city/open311", claims: { category: "pothole" } });
      const shown = await get(`requests/${id}.json`);
      expect((shown.json as object[])[0]).to.deep.include({
        ...{ service_request_id: id, service_code: "pothole", service_name: "Pothole", status: "open" },
        ...{ requested_datetime: "2026-11-28T12:00:00Z", lat: null, long: null, description: null, media_url: null },
      });
      for (const path of [`requests/${id}.json`, `requests/${id}.xml`, "requests.json", "requests.xml"])
        expect((await get(path)).text, path).not.to.match(CANARY);
      expect(service.logText()).not.to.match(CANARY);
      const openings = await openingsOf(id);
      for (const said of ["Canary-words 穴 <&>", "Canary Name", "canary@example.org", "0815-canary", "canary-device"])
        expect(openings).to.include(said);
      expect(openings).to.include('"latitude",43.4628123456789');
      expect(openings).to.include('"longitude",-3.8044');
      expect(openings).to.include('"media_url":"http://169.254.169.254/canary.jpg"');
    });

    it("keeps what was received as evidence, and of the API key nothing", async () => {
      const fields = { ...REPORT, description: "Canary: evidence" };
      const id = idIn(await post(fields));
      const kept = await originalOf(id);
      expect(kept.toString()).to.equal(`api_key=&${new URLSearchParams(fields).toString()}`);
      await service.anchorAll();
      const path = `/v1/records/${id}/bundle?openings=true`;
      const { bytes } = await call(service, path, { role: "officer" });
      const verdict = await verifyBundle(bytes, service.policy, undefined, kept);
      expect([verdict.outcome, verdict.steps.at(-1)?.step]).to.deep.equal(["holds", "original"]);
      expect(await openingsOf(id)).to.include('"adapter":"georeport/1"');
      const secret = service.keys.submitter.slice(-20);
      expect(service.logText()).not.to.include(secret);
    });

    it("keeps no key, however its field is written", async () => {
      const key = service.keys.submitter;
      const escaped = [...key].map((sign) => `%${sign.charCodeAt(0).toString(16)}`).join("");
      for (const [at, pair] of [`api_key=${escaped}`, `%61pi%5Fkey=${key}`].entries()) {
        const rest = `service_code=pothole&address_string=Canary+${at}`;
        const id = idIn(await post({}, { body: `${rest}&${pair}` }));
        const kept = (await originalOf(id)).toString();
        expect(kept).to.equal(`${rest}&${pair.split("=")[0]}=`);
      }
    });

    it("comes as multipart too, in UTF-8", async () => {
      const fields = { api_key: service.keys.submitter, ...REPORT, description: "Canary ünïcödé" };
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.set(name, value);
      const request = new Request("http://x", { method: "POST", body: form });
      const body = new Uint8Array(await request.arrayBuffer());
      const type = request.headers.get("content-type") as string;
      const created = await call(service, "/open311/v2/requests.xml", { body, type });
      expect(created.status, created.text).to.equal(201);
      const [id = ""] = textsIn(created, "service_request_id");
      expect(await openingsOf(id)).to.include("Canary ünïcödé");
      const kept = await originalOf(id);
      expect(kept.toString()).to.equal(Buffer.from(body).toString().replace(service.keys.submitter, ""));
      const [opening = ""] = /\{"adapter".*?\}/.exec(await openingsOf(id)) ?? [];
      expect((JSON.parse(opening) as Received).type).to.equal(type);
    });

    it("with an API key in another place than its field is refused, for it would be kept", async () => {
      const { size } = service.log.tree;
      const key = service.keys.submitter;
      const field = (name: string, text: string): string =>
        `--X\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${text}\r\n`;
      const form = Object.entries({ ...REPORT, api_key: key }).map(([name, text]) => field(name, text));
      const type = "multipart/form-data; boundary=X";
      for (const [before, after] of [
        [`${key}\r\n`, ""],
        ["", key],
      ])
        expectError(await post({}, { body: `${before}${form.join("")}--X--\r\n${after}`, type }), 400, /API key/);
      expectError(await post({ ...REPORT, api_key: key, API_KEY: key }), 400, /API key/);
      expect(service.log.tree.size).to.equal(size);
    });

    it("refuses an API key in another field, however it is spelt, and keeps none", async () => {
      const key = service.keys.submitter;
      const { size } = service.log.tree;
      const escaped = [...key].map((one) => `%${one.charCodeAt(0).toString(16)}`).join("");
      const form = `service_code=pothole&address_string=a&api_key=${key}`;
      for (const spelt of [key, escaped, key.replace("_", "%5f"), `my+key+${escaped}+is+secret`])
        for (const pair of [`description=${spelt}`, `${spelt}=1`])
          expectError(await post({}, { body: `${form}&${pair}` }), 400, /API key elsewhere than in api_key/);
      expect(service.log.tree.size).to.equal(size);
    });

    it("takes the key in the header Authorization and in the query as well", async () => {
      const { submitter } = service.keys;
      const body = (place: string): string => `service_code=pothole&address_string=${place}`;
      const [byHeader, byQuery] = [
        await post({}, { body: body("header"), role: "submitter" }),
        await post({}, { body: body("query"), path: `/open311/v2/requests.json?api_key=${submitter}` }),
      ];
      expect([byHeader.status, byQuery.status]).to.deep.equal([201, 201]);
      for (const answer of [byHeader, byQuery]) expect(answer.text).not.to.include(submitter);
      expect(service.logText()).not.to.include(submitter.slice(-20));
    });

    it("without a valid key is refused 403, as the standard has it, and so is one of a key for other sources", async () => {
      const { size } = service.log.tree;
      for (const key of ["", "wk_0123456789abcdef_" + "A".repeat(43), "canary"]) {
        const refused = await post({ ...REPORT, api_key: key });
        expectError(refused, 403, /valid API key in the field api_key/);
        expect(refused.headers.get("www-authenticate")).to.equal(null);
      }
      const { key } = await service.access.issue("other", "submitter", { sources: ["other/*"] });
      expectError(await post({ ...REPORT, api_key: key }), 403, /this key may send the sources other/);
      expectError(await post({ ...REPORT, api_key: service.keys.auditor }), 403, /this key is for auditors/);
      expect(service.log.tree.size).to.equal(size);
      expect(service.logText()).not.to.include("canary");
    });

    it("has the attributes of its service checked, and keeps them concealed", async () => {
      const light = { service_code: "4fd3", address_string: "Calle Menor", "attribute[POLE]": "P-7" };
      const wrong: readonly [object, RegExp][] = [
        [{ "attribute[POLE]": "" }, /attribute\[POLE\] is required/],
        [{ "attribute[STATE]": "broken" }, /attribute\[STATE\] must be a key of the list/],
        [{ "attribute[HEIGHT]": "high" }, /attribute\[HEIGHT\] must be a number/],
      ];
      for (const [more, why] of wrong) expectError(await post({ ...light, ...more }), 400, why);
      const form = new URLSearchParams({ api_key: service.keys.submitter, ...light, "attribute[HEIGHT]": "4.5" });
      form.append("attribute[STATE][]", "out");
      form.append("attribute[STATE][]", "flickers");
      const id = idIn(await post({}, { body: form.toString() }));
      const { json } = await call(service, `/v1/records/${id}`);
      expect((json as { claims: object }).claims).to.deep.equal({ category: "street-light" });
      const openings = await openingsOf(id);
      expect(openings).to.include('"attribute[POLE]":"P-7"');
      expect(openings).to.include('"attribute[STATE]":"[\\"out\\",\\"flickers\\"]"');
      form.append("attribute[POLE]", "P-8");
      expectError(await post({}, { body: form.toString() }), 400, /attribute\[POLE\] has one value/);
    });

    it("is refused with the reason: a place, a service, a length, an address that is none", async () => {
      const { lat, long, address_string: _, ...placeless } = REPORT;
      const wrong: readonly [Readonly<Record<string, string>>, number, RegExp][] = [
        [placeless, 400, /no place/],
        [{ ...placeless, lat }, 400, /lat and long go together/],
        [{ ...placeless, long }, 400, /lat and long go together/],
        [{ ...REPORT, lat: "43,46" }, 400, /lat must be decimal degrees/],
        [{ ...REPORT, lat: "NaN" }, 400, /lat must be decimal degrees/],
        [{ ...REPORT, lat: "91" }, 400, /claims\.latitude must be <= 90/],
        [{ ...REPORT, description: "x".repeat(4_001) }, 400, /description may have 4000 characters/],
        [{ ...REPORT, email: `${"x".repeat(250)}@example.org` }, 400, /claims\.reporterEmail/],
        [{ ...REPORT, service_code: "" }, 400, /service_code is missing/],
        [{ ...REPORT, service_code: "nothing" }, 404, /no service/],
        [{ ...REPORT, jurisdiction_id: "elsewhere" }, 404, /no jurisdiction/],
        [{ ...REPORT, __proto__x: "1", constructor: "canary" }, 400, /not allowed/],
        [{ ...REPORT, _sd: "canary" }, 400, /reserved/],
      ];
      for (const [fields, status, why] of wrong) expectError(await post(fields), status, why);
      const twice = `${new URLSearchParams(REPORT).toString()}&api_key=${service.keys.submitter}&email=2`;
      expectError(await post({}, { body: twice }), 400, /a field twice/);
    });

    it("media_url: a picture's address is kept and never fetched, and must be one of the web", async () => {
      for (const url of [
        "javascript:canary()",
        "file:///etc/canary",
        "canary",
        `https://example.org/${"x".repeat(2_000)}`,
      ])
        expectError(await post({ ...REPORT, media_url: url }), 400, /media_url must be an http or https address/);
      let asked = 0;
      const victim = patientServer((_request, response) => {
        asked++;
        response.end();
      });
      await new Promise<void>((resolve) => victim.listen(0, "127.0.0.1", resolve));
      try {
        const { port } = victim.address() as { port: number };
        const url = `http://127.0.0.1:${port}/canary.jpg`;
        const id = idIn(await post({ ...REPORT, media_url: url }));
        expect(await openingsOf(id)).to.include(url);
        await call(service, `/open311/v2/requests/${id}.xml`);
        expect(asked).to.equal(0);
      } finally {
        victim.close();
      }
    });

    it("C4 charsets: what is not UTF-8 is refused and never guessed", async () => {
      const key = service.keys.submitter;
      const body = `service_code=pothole&address_string=Stra%DFe&api_key=${key}`;
      expectError(await post({}, { body }), 400, /not UTF-8/);
      const declared = await post({}, { body, type: `${FORM}; charset=iso-8859-1` });
      expectError(declared, 415, /must be UTF-8/);
      expectError(await post({}, { body: "{}", type: "application/json" }), 415, /x-www-form-urlencoded/);
      expectError(await post({}, { body: `a=%zz&api_key=${key}` }), 400, /begins no escape/);
    });

    it("C1 C10 huge: a form is bounded in bytes and fields, before anybody knows whose it is", async () => {
      expectError(await post({ ...REPORT, description: "x".repeat(270_000) }), 413, /larger than 262144 bytes/);
      expectError(await post({}, { body: "a=1&".repeat(101) }), 413, /100 fields/);
      const parts = Array.from(
        { length: 102 },
        (_, at) => `--X\r\nContent-Disposition: form-data; name="${at}"\r\n\r\n1\r\n`,
      );
      const body = `${parts.join("")}--X--\r\n`;
      expectError(await post({}, { body, type: "multipart/form-data; boundary=X" }), 413, /100 fields/);
    });
  });

  describe("the same request again", () => {
    const again = { ...REPORT, description: "Canary: again" };

    it("is the same record for a day, also across midnight, and a new one after that", async () => {
      now = NOON + 11 * 3_600_000;
      const first = await post(again);
      const id = idIn(first);
      const { size } = service.log.tree;
      now = NOON + 13 * 3_600_000;
      const second = await post(again);
      expect([first.status, second.status, idIn(second)]).to.deep.equal([201, 200, id]);
      now = NOON + DAY_MS + 10 * 3_600_000;
      expect(idIn(await post(again))).to.equal(id);
      expect(service.log.tree.size).to.equal(size);
      now = NOON + DAY_MS + 11 * 3_600_000;
      expect(idIn(await post(again))).to.not.equal(id);
    });

    it("in other words, of another device or by another sender is another record", async () => {
      const id = idIn(await post(again));
      const { key } = await service.access.issue("second app", "submitter");
      const others = [
        await post({ ...again, description: "Canary: once more" }),
        await post({ ...again, device_id: "canary-2" }),
      ];
      for (const other of others) expect(idIn(other)).to.not.equal(id);
      const foreign = await post({ ...again, api_key: key });
      expect(idIn(foreign)).to.not.equal(id);
    });
  });

  describe("the list of requests", () => {
    const ids: string[] = [];
    let paper: string;
    before(async () => {
      for (const [at, code] of ["pothole", "4fd3", "pothole"].entries()) {
        now = NOON + (100 + at) * DAY_MS;
        const pole = code === "4fd3" ? { "attribute[POLE]": "1" } : {};
        ids.push(idIn(await post({ service_code: code, address_string: "Canary lane", ...pole })));
      }
      const record = { type: "citizen-report", source: "city/paper", claims: { category: "pothole" } };
      const { json } = await call(service, "/v1/records", { role: "submitter", body: JSON.stringify(record) });
      paper = (json as { id: string }).id;
      now += DAY_MS;
    });
    const listed = async (query: string): Promise<string[]> => {
      const { json, text } = await get(`requests.json?${query}`);
      return ((json ?? expect.fail(text)) as { service_request_id: string }[]).map((one) => one.service_request_id);
    };

    it("has those of the last 90 days, the oldest first, and of no other source", async () => {
      expect(await listed("")).to.deep.equal(ids);
      expect(await listed("api_key=anything&jurisdiction_id=city.example&extensions=true")).to.deep.equal(ids);
      const xml = await get("requests.xml");
      expect([rootOf(xml).name, ...textsIn(xml, "service_request_id")]).to.deep.equal(["service_requests", ...ids]);
    });

    it("is filtered by service, status, time and id", async () => {
      expect(await listed("service_code=pothole")).to.deep.equal([ids[0], ids[2]]);
      expect(await listed("service_code=pothole,4fd3&status=OPEN")).to.deep.equal(ids);
      expect(await listed("status=closed")).to.deep.equal([]);
      const day = (at: number): string => new Date(NOON + (100 + at) * DAY_MS).toISOString();
      expect(await listed(`start_date=${day(1)}`)).to.deep.equal(ids.slice(1));
      expect(await listed(`end_date=${day(1)}`)).to.deep.equal(ids.slice(0, 2));
      expect(await listed(`start_date=${day(1)}&end_date=${day(1)}`)).to.deep.equal([ids[1]]);
      expect(
        await listed(`service_request_id=${ids[2]},019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f,x,${ids[0]}`),
      ).to.deep.equal([ids[2], ids[0]]);
    });

    it("comes in pages, each with the address of the next", async () => {
      const { headers, json } = await get("requests.json?page_size=2&api_key=secret");
      expect(json).to.have.length(2);
      const [, next = ""] = /^<(.*)>; rel="next"$/.exec(headers.get("link") ?? "") ?? [];
      expect(next).to.match(new RegExp(`^${service.url}/open311/v2/requests\\.json\\?`));
      expect(next).to.not.include("secret");
      const rest = await call(service, next.slice(service.url.length));
      expect((rest.json as { service_request_id: string }[]).map((one) => one.service_request_id)).to.deep.equal([
        ids[2],
      ]);
      expect(rest.headers.get("link")).to.equal(null);
      const exact = await get("requests.json?page_size=3");
      expect([(exact.json as object[]).length, exact.headers.get("link")]).to.deep.equal([3, null]);
      const some = await get("requests.json?page_size=1&service_code=pothole");
      expect((some.json as { service_request_id: string }[]).map((one) => one.service_request_id)).to.deep.equal([
        ids[0],
      ]);
      expect(some.headers.get("link")).to.match(
        /service_code=pothole&page_size=1&cursor=\d+>|page_size=1&service_code=pothole&cursor=\d+>/,
      );
    });

    it("refuses what it cannot answer", async () => {
      expectError(
        await get("requests.json?start_date=2026-01-01T00:00:00Z&end_date=2026-04-02T00:00:00Z"),
        400,
        /90 days/,
      );
      expectError(
        await get("requests.json?start_date=2026-02-01T00:00:00Z&end_date=2026-01-01T00:00:00Z"),
        400,
        /before/,
      );
      expectError(await get("requests.json?start_date=2026-02-30T00:00:00Z"), 400, /start_date: must be a time/);
      expectError(await get("requests.json?start_date=yesterday"), 400, /start_date: must be a time/);
      expectError(await get("requests.json?status=lost"), 400, /status: must be open, closed/);
      expectError(await get("requests.json?service_code=nothing"), 404, /no service/);
      expectError(await get("requests.json?page_size=1001"), 400, /page_size/);
      expectError(await get(`requests.json?service_request_id=${"x,".repeat(100)}`), 400, /100 requests/);
    });

    it("has one request by its id, and none that is no request", async () => {
      const { json } = await get(`requests/${ids[1]}.json`);
      expect(json).to.have.length(1);
      expect((json as object[])[0]).to.include({ service_code: "4fd3", service_name: "Street light" });
      const reading = JSON.stringify({ type: "sensor-reading", source: "city/open311", claims: { v: 1 } });
      const { json: other } = await call(service, "/v1/records", { role: "submitter", body: reading });
      for (const id of [(other as { id: string }).id, paper, "019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f", "x"])
        expectError(await get(`requests/${id}.json`), 404, /no service request/);
    });
  });

  describe("errors", () => {
    it("have the form of the standard below its address, in the format of the address", async () => {
      const xml = await get("requests/x.xml");
      expect([xml.status, rootOf(xml).name, ...textsIn(xml, "code")]).to.deep.equal([404, "errors", "404"]);
      expectError(await get("requests.html"), 404, /\.xml or \.json/);
      expectError(await get("tokens/1.json"), 404, /nothing at this path/);
      const deleted = await call(service, "/open311/v2/requests.json", { method: "DELETE" });
      expectError(deleted, 405, /GET and HEAD and POST/);
    });
  });
});

function rootOf({ text }: CalledAnswer): XmlElement {
  return parseXml(text).root as XmlElement;
}

/** Texts of the elements of a name, in order. */
function textsIn(answer: CalledAnswer, name: string): string[] {
  const within = (element: XmlElement): string[] => [
    ...(element.name === name ? [element.text] : []),
    ...element.children.filter((child): child is XmlElement => child.type === "element").flatMap(within),
  ];
  return within(rootOf(answer));
}
