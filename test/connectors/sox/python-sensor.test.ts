// A sensor of SOX in Python, with slixmpp as PyPI has it: another implementation of XMPP, over TLS, and another spelling of XML.

import { rmSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { Connectors } from "../../../src/connectors/connectors.ts";
import { soxKind } from "../../../src/connectors/sox/connector.ts";
import { createLogger } from "../../../src/serve/logger.ts";
import { certificates } from "../../support/certificates.ts";
import { temporaryFolder } from "../../support/ledger.ts";
import { pythonWith, runProgram } from "../../support/programs.ts";
import { HOW_TO_HAVE_PROSODY, PASSWORD, PROSODY, PUBSUB, startProsody } from "../../support/prosody.ts";
import { startService } from "../../support/service.ts";
import { recordsOf, settled, untilState } from "../mqtt/support.ts";

const PYTHON = pythonWith("slixmpp");
if (PROSODY === undefined) process.stdout.write(`left out: a sensor in Python, ${HOW_TO_HAVE_PROSODY}\n`);
else if (PYTHON === undefined)
  process.stdout.write("left out: a sensor in Python, because TEST_PYTHON names no python3 with the package slixmpp\n");
else overProsody(PROSODY, PYTHON);

/** Arguments: port, password, file of the authority, address of the PubSub service. Publishes three items, the second one twice. */
const SENSOR = `
import asyncio, sys
import slixmpp
from slixmpp.xmlstream import ET

port, password, authority, pubsub = sys.argv[1:]

def data(value):
    root = ET.Element("{http://jabber.org/protocol/sox}data")
    ET.SubElement(root, "{http://jabber.org/protocol/sox}transducerValue", {
        "id": "気温", "typedValue": value, "rawValue": value, "timestamp": "2026-11-28T18:30:00+09:00"})
    return root

async def main():
    sensor = slixmpp.ClientXMPP("sensor@localhost", password)
    sensor.register_plugin("xep_0060")
    sensor.ca_certs = authority
    sensor.enable_direct_tls = False
    started = asyncio.get_running_loop().create_future()
    sensor.add_event_handler("session_start", lambda _: started.done() or started.set_result(None))
    sensor.connect("127.0.0.1", int(port))
    await asyncio.wait_for(started, 20)
    for item, value in (("a", "16.4"), ("b", "<16.5 & 'more'>"), ("b", "<16.5 & 'more'>"), ("c", "16.6")):
        await sensor["xep_0060"].publish(pubsub, "air_data", id=item, payload=data(value))
    await sensor.disconnect()

asyncio.run(main())
`;

function overProsody(prosody: string, python: string): void {
  describe("a sensor in Python", () => {
    it("publishes with slixmpp over TLS, and each item is recorded once", async () => {
      const folder = temporaryFolder();
      certificates(folder);
      const service = await startService();
      const server = await startProsody(prosody, { certificates: folder });
      const settings = {
        ...{ type: "sox", name: "sox", url: server.url, domain: "localhost", pubsub: PUBSUB, username: "warifu" },
        ...{ passwordEnv: "SOX_PASSWORD", caFile: "ca.pem" },
        nodes: [{ node: "air_data", type: "sensor-reading", source: "fujisawa/air" }],
      };
      const { pipeline, alarms, log, store } = service;
      const connectors = new Connectors([soxKind.read(settings, { folder, environment: { SOX_PASSWORD: PASSWORD } })], {
        ...{ pipeline, alarms, store, profiles: log.profiles, logger: createLogger("silent"), now: Date.now },
      });
      try {
        connectors.start();
        await untilState(connectors, ({ isConnected }) => isConnected);
        const { port } = new URL(server.url);
        const ended = await runProgram(python, ["-c", SENSOR, port, PASSWORD, join(folder, "ca.pem"), PUBSUB]);
        expect(ended.code, ended.stderr).to.equal(0);
        const { counts } = await untilState(connectors, (state) => settled(state) === 4);
        expect(counts).to.deep.equal({ new: 3, repeated: 1, refused: 0 });
        const records = await recordsOf(service, "fujisawa/air");
        expect(records.map(({ claims }) => claims["typedValue"])).to.deep.equal(["16.4", "<16.5 & 'more'>", "16.6"]);
        expect(records[0]?.claims).to.deep.include({ item: "a", id: "気温", timestamp: "2026-11-28T18:30:00+09:00" });
      } finally {
        await connectors.close();
        await server.remove();
        await service.stop();
        rmSync(folder, { recursive: true });
      }
    });
  });
}
