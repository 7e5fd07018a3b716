// The life of a record as PROV-JSON is read by a library that others wrote: prov of PyPI.

import { expect } from "chai";

import { acknowledged, reading } from "../../support/ledger.ts";
import { pythonWith, runProgram } from "../../support/programs.ts";
import { received } from "../../support/received.ts";
import { anchoredService } from "../support/anchored-service.ts";
import { call } from "../support/call.ts";

const PYTHON = pythonWith("prov");
if (PYTHON === undefined)
  process.stdout.write(
    "left out: PROV-JSON read in Python, because TEST_PYTHON names no python3 with the package prov\n",
  );

/** Reads a document, and prints what it holds as PROV-N. */
const READER = `
import sys
from prov.model import ProvDocument
print(ProvDocument.deserialize(content=sys.stdin.read(), format="json").get_provn())
`;

if (PYTHON !== undefined)
  describe("PROV-JSON, read by a library in Python", () => {
    const running = anchoredService();

    it("says where a record came from", async () => {
      const [taken] = acknowledged(await running.service.ledger.submit([received(reading(1), "{}")]));
      await running.service.anchorAll();
      const { text } = await call(running.service, `/v1/records/${taken?.id ?? ""}/lineage?form=prov`);
      const { stdout, stderr } = await runProgram(PYTHON, ["-c", READER], { input: text });
      expect(stderr).to.equal("");
      expect(stdout).to.match(/wasGeneratedBy\(log:record-[0-9a-f-]+, log:received-record, -\)/);
      expect(stdout).to.match(/wasDerivedFrom\(log:record-[0-9a-f-]+, log:received, -, -, -\)/);
      expect(stdout).to.match(/hadMember\(log:checkpoint-\d+, log:record-/);
      expect(stdout).to.match(/activity\(log:received-record, 20\d\d-/);
    });
  });
