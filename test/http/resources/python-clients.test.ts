// Clients of the field in Python, as PyPI has them: frost_sta_client creates an observation, kpn-senml packs records.

import { expect } from "chai";

import { pythonWith, runProgram } from "../../support/programs.ts";
import { startService, type TestService } from "../../support/service.ts";
import { call, type Result } from "../support/call.ts";

const PYTHON = pythonWith("frost_sta_client", "kpn_senml");
if (PYTHON === undefined)
  process.stdout.write(
    "left out: clients in Python, because TEST_PYTHON names no python3 with the packages frost_sta_client and kpn_senml\n",
  );

/** Arguments: address of the service, API key. Prints the id that the client takes from the answer. */
const FROST = `
import sys
import frost_sta_client
from frost_sta_client.service.auth_handler import AuthHandler

url, key = sys.argv[1:]

class Bearer(AuthHandler):
    def add_auth_header(self):
        def authorise(request):
            request.headers["Authorization"] = "Bearer " + key
            return request
        return authorise

service = frost_sta_client.SensorThingsService(url, auth_handler=Bearer())
observation = frost_sta_client.Observation(
    result=16.4, phenomenon_time="2026-11-28T09:30:00Z", datastream=frost_sta_client.Datastream(id=1))
service.create(observation)
print(observation.id)
`;

/** Prints a pack in JSON, and the same in CBOR as hexadecimal. */
const KPN = `
from kpn_senml import SenmlPack, SenmlRecord, SenmlUnits

pack = SenmlPack("urn:dev:mac:0024befffe804ff1/")
pack.base_time = 1795334400
pack.add(SenmlRecord("temp", unit=SenmlUnits.SENML_UNIT_DEGREES_CELSIUS, value=23.1))
pack.add(SenmlRecord("hum", unit=SenmlUnits.SENML_UNIT_RELATIVE_HUMIDITY, value=67))
pack.add(SenmlRecord("open", value=True))
print(pack.to_json())
print(pack.to_cbor().hex())
`;

if (PYTHON !== undefined)
  describe("clients in Python", () => {
    let service: TestService;
    before(async () => {
      service = await startService();
    });
    after(() => service?.stop());

    it("frost_sta_client creates an observation and finds its id in the answer", async () => {
      const scope = { sources: ["sta/1"], types: ["sensor-reading"] };
      const { key } = await service.access.issue("frost", "submitter", scope);
      const { stdout, stderr } = await runProgram(PYTHON, ["-c", FROST, `${service.url}/v1.1`, key]);
      expect(stdout, stderr).to.match(/^[0-9a-f-]{36}\n$/);
      const { json } = await call(service, `/v1.1/Observations('${stdout.trim()}')`);
      expect(json).to.include({ result: 16.4, "Datastream.@iot.id": 1 });
    });

    it("kpn-senml says the same in JSON and in CBOR", async () => {
      const { stdout, stderr } = await runProgram(PYTHON, ["-c", KPN]);
      const [json = "", hex = ""] = stdout.split("\n");
      const to = "/v1/senml?type=sensor-reading&source=kpn/1";
      const send = (body: Uint8Array, type: string) => call(service, to, { role: "submitter", body, type });
      const first = await send(Buffer.from(json), "application/senml+json");
      expect(first.status, first.text + stderr).to.equal(201);
      const again = await send(Buffer.from(hex, "hex"), "application/senml+cbor");
      expect(again.status, again.text).to.equal(200);
      expect((again.json as Result[]).map(({ id }) => id)).to.deep.equal((first.json as Result[]).map(({ id }) => id));
    });
  });
