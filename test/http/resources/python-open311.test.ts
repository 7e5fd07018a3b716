// georeport, a client of Open311 in Python as PyPI has it, reads what the city offers and what was reported; requests posts a
// report as phones do, as a form and as multipart.

import { expect } from "chai";

import { pythonWith, runProgram } from "../../support/programs.ts";
import { startService, type TestService } from "../../support/service.ts";

const PYTHON = pythonWith("georeport", "requests");
if (PYTHON === undefined)
  process.stdout.write(
    "left out: an Open311 client in Python, because TEST_PYTHON names no python3 with the package georeport\n",
  );

/** Arguments: address, API key, json or xml. Prints what the client found, as JSON. */
const CLIENT = `
import json
import sys
import requests
from georeport import GeoReport

url, key, output_format = sys.argv[1:]
client = GeoReport(url, jurisdiction="city.example", api_key=key, output_format=output_format)
services = client.get_service_list()
definition = client.get_service_definition(services[0]["service_code"])

report = {"api_key": key, "jurisdiction_id": client.jurisdiction, "service_code": services[0]["service_code"],
          "lat": "43.4628", "long": "-3.8044", "description": "A hole 穴 as " + output_format}
as_form = requests.post(f"{url}/requests.json", data=report)
report["description"] += " again"
as_parts = requests.post(f"{url}/requests.json", files={name: (None, value) for name, value in report.items()})
ids = [answer.json()[0]["service_request_id"] for answer in (as_form, as_parts)]

print(json.dumps({
    "services": [service["service_name"] for service in services],
    "defined": definition["service_code"],
    "statuses": [as_form.status_code, as_parts.status_code],
    "ids": ids,
    "listed": [one["service_request_id"] for one in client.get_service_requests(status="open")],
    "found": [one["service_request_id"] for one in client.get_service_requests(service_request_id=",".join(ids))],
    "one": client.get_service_request(ids[0]),
}))
`;

if (PYTHON !== undefined)
  describe("an Open311 client in Python", () => {
    let service: TestService;
    before(async () => {
      service = await startService();
    });
    after(() => service?.stop());

    for (const format of ["json", "xml"])
      it(`lists, reports and reads in ${format}`, async () => {
        const { key } = await service.access.issue("phones", "submitter", {
          sources: ["open311"],
          types: ["citizen-report"],
        });
        const { stdout, stderr } = await runProgram(PYTHON, ["-c", CLIENT, `${service.url}/open311/v2`, key, format]);
        expect(stdout, stderr).to.not.equal("");
        const { services, defined, statuses, ids, listed, found, one } = JSON.parse(stdout) as Record<string, string[]>;
        expect(services?.[0]).to.equal("Pothole");
        expect(defined).to.equal("pothole");
        expect(statuses).to.deep.equal([201, 201]);
        expect(listed).to.include.members(ids as string[]);
        expect(found).to.deep.equal(ids);
        expect(one).to.include({ service_request_id: ids?.[0], service_name: "Pothole", status: "open" });
        expect(stdout).not.to.include("43.46");
      });
  });
