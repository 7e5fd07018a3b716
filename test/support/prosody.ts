// Prosody, an XMPP server with PubSub. It comes from no npm package: TEST_PROSODY names the program, and .ci/run unpacks it
// from Debian's packages.

import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { client, xml, type Client, type Element } from "@xmpp/client";

import { freePort } from "../../scripts/free-port.ts";
import { startForeignServer, type ForeignServer } from "./foreign-server.ts";

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
  /** Where TLS begins at once, if it has certificates. */
  readonly directTlsUrl: string;
  /** What it has logged. */
  log(): string;
}

/** How a server differs from one that speaks no TLS. */
export interface ProsodyOptions {
  /** How many items a node keeps. */
  readonly maxItems?: number;
  /** Folder with `server.pem` and `server.key`: then there is no way in without TLS. */
  readonly certificates?: string;
}

export async function startProsody(program: string, options: ProsodyOptions = {}): Promise<Prosody> {
  const folder = mkdtempSync(join(tmpdir(), "warifu-prosody-"));
  const accounts = join(folder, "data", "localhost", "accounts");
  mkdirSync(accounts, { recursive: true });
  for (const name of ACCOUNTS)
    writeFileSync(join(accounts, `${name}.dat`), `return { ["password"] = "${PASSWORD}" };\n`);
  const [port, directTlsPort] = [await freePort(), await freePort()];
  const file = join(folder, "prosody.cfg.lua");
  writeFileSync(file, configuration(folder, [port, directTlsPort], options));
  const server = await startForeignServer(program, ["--config", file, "-F"], { port, folder });
  const log = () => readFileSync(join(folder, "server.log"), "utf8");
  return { url: `xmpp://127.0.0.1:${port}`, directTlsUrl: `xmpps://127.0.0.1:${directTlsPort}`, log, ...server };
}

function configuration(
  folder: string,
  [port, directTlsPort]: readonly [number, number],
  { maxItems = 100, certificates }: ProsodyOptions,
): string {
  const hasTls = certificates !== undefined;
  return `
run_as_root = true
pidfile = "${folder}/prosody.pid"
data_path = "${folder}/data"
log = { info = "${folder}/server.log" }
interfaces = { "127.0.0.1" }
c2s_ports = { ${port} }
s2s_ports = {}; http_ports = {}; https_ports = {}; c2s_direct_tls_ports = { ${hasTls ? directTlsPort : ""} }; s2s_direct_tls_ports = {}
modules_enabled = { "roster"; "saslauth"; "disco"; "ping"; "posix"; "smacks"${hasTls ? '; "tls"' : ""} }
modules_disabled = { "s2s" }
c2s_require_encryption = ${hasTls}
c2s_stanza_size_limit = 4194304
${hasTls ? `ssl = { certificate = "${certificates}/server.pem"; key = "${certificates}/server.key" }` : ""}
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
