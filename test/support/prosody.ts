// Prosody, an XMPP server with PubSub. It comes from no npm package: TEST_PROSODY names the program, and .ci/run unpacks it
// from Debian's packages.

import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { client, xml, type Client, type Element } from "@xmpp/client";

import { startForeignServer, type ForeignServer } from "./foreign-server.ts";
import { freePort } from "./free-port.ts";

/** Path of the program, where there is one. */
export const PROSODY: string | undefined = process.env["TEST_PROSODY"] || undefined;

/** What to say where there is none. */
export const HOW_TO_HAVE_PROSODY =
  "because TEST_PROSODY names no program (apt-get install prosody, then TEST_PROSODY=/usr/bin/prosody)";

export const PUBSUB = "pubsub.localhost";
export const PASSWORD = "a password";
const NS = "http://jabber.org/protocol/pubsub";
const ACCOUNTS = ["sensor", "warifu", "stranger"];

/** A server that may be stopped and started again, with what it holds. */
export interface Prosody extends ForeignServer {
  readonly url: string;
}

/** @param maxItems that a node keeps */
export async function startProsody(program: string, { maxItems = 100 } = {}): Promise<Prosody> {
  const folder = mkdtempSync(join(tmpdir(), "warifu-prosody-"));
  const accounts = join(folder, "data", "localhost", "accounts");
  mkdirSync(accounts, { recursive: true });
  for (const name of ACCOUNTS)
    writeFileSync(join(accounts, `${name}.dat`), `return { ["password"] = "${PASSWORD}" };\n`);
  const port = await freePort();
  const file = join(folder, "prosody.cfg.lua");
  writeFileSync(file, configuration(folder, port, maxItems));
  const server = await startForeignServer(program, ["--config", file, "-F"], { port, folder });
  return { url: `xmpp://127.0.0.1:${port}`, ...server };
}

function configuration(folder: string, port: number, maxItems: number): string {
  return `
run_as_root = true
pidfile = "${folder}/prosody.pid"
data_path = "${folder}/data"
log = { error = "${folder}/error.log" }
interfaces = { "127.0.0.1" }
c2s_ports = { ${port} }
s2s_ports = {}; http_ports = {}; https_ports = {}; c2s_direct_tls_ports = {}; s2s_direct_tls_ports = {}
modules_enabled = { "roster"; "saslauth"; "disco"; "ping"; "posix"; "smacks" }
modules_disabled = { "s2s"; "tls" }
c2s_require_encryption = false
allow_unencrypted_plain_auth = false
authentication = "internal_plain"
VirtualHost "localhost"
Component "${PUBSUB}" "pubsub"
  autocreate_on_publish = true
  autocreate_on_subscribe = true
  admins = { "sensor@localhost"; "stranger@localhost" }
  default_admin_affiliation = "owner"
  pubsub_max_items = ${maxItems}
`;
}

/** A sensor, or somebody else with an account. */
export async function signIn(url: string, username = "sensor"): Promise<Client> {
  const credentials = { username, password: PASSWORD };
  const entity = client({
    ...{ service: url, domain: "localhost", resource: "test" },
    credentials: (authenticate, mechanisms) => authenticate(credentials, mechanisms[0] ?? ""),
  });
  entity.on("error", () => undefined);
  await entity.start();
  return entity;
}

/** Publishes an item. */
export async function publishItem(entity: Client, node: string, id: string, ...content: (Element | string)[]) {
  const item = xml("item", { id }, ...content);
  const request = xml("pubsub", { xmlns: NS }, xml("publish", { node }, item));
  await entity.iqCaller.request(xml("iq", { type: "set", to: PUBSUB }, request));
}

/** SOX's data with one value. */
export function soxData(value: string, id = "temp"): Element {
  const attributes = { id, typedValue: value, rawValue: value, timestamp: "2014-04-15T12:23:34.123+09:00" };
  return xml("data", { xmlns: "http://jabber.org/protocol/sox" }, xml("transducerValue", attributes));
}
