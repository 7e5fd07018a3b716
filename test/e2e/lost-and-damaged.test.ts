// What is read is checked, and what is lost is noticed: a service is stopped, something of its folder is changed, torn or
// removed, and it is started again. It says what is wrong, refuses what it cannot answer rightly, and erases nothing.

import { createHash, randomBytes } from "node:crypto";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";

import { expect } from "chai";

import { freePort } from "../../scripts/free-port.ts";
import { LOCAL_DEV_KEY } from "../../src/chain/signers/development-keys.ts";
import { parseConfig } from "../../src/config.ts";
import { decodeBodyBundle, decodeIntactBundle } from "../../src/core/body-bundle.ts";
import { codeOf } from "../../src/core/errors.ts";
import { decodeEntryBundle } from "../../src/core/tile.ts";
import { openSecretKey } from "../../src/keys/key-files.ts";
import { startService, type Service } from "../../src/main.ts";
import { openVault } from "../../src/store/open.ts";
import { startSwiftChain, type TestChain } from "../support/chains.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { copyFolder, keyed, reading, report, temporaryFolder } from "../support/ledger.ts";

type Json = Record<string, unknown>;
interface Answer {
  readonly status: number;
  readonly json: Json;
}

describe("a service whose folder was damaged while it was stopped", () => {
  let chain: TestChain;
  let whole: string;
  let folder: string;
  let service: Service | undefined;
  /** Ids by leaf index. */
  const ids = new Map<number, string>();
  const REPORT = report(1, { key: "r1" });

  // The folder is taken up again and again over one chain: nothing may be anchored that the next copy does not have.
  const start = async (anchorSeconds = 86_400): Promise<Service> => {
    service = await startService(
      parseConfig({
        WARIFU_ORIGIN: "damage.test/ledger",
        WARIFU_DATA_DIR: folder,
        WARIFU_HTTP_PORT: String(await freePort()),
        WARIFU_RPC_URL: chain.rpcUrl,
        WARIFU_ANCHOR_KEY: LOCAL_DEV_KEY,
        WARIFU_ANCHOR_SECONDS: String(anchorSeconds),
        WARIFU_ANCHOR_RECORDS: "100000",
        WARIFU_CHAIN_POLL_SECONDS: "0.05",
      }),
    );
    return service;
  };
  const stop = async (): Promise<void> => {
    await service?.close();
    service = undefined;
  };
  const ask = async (path: string, role?: string, body?: unknown): Promise<Answer> => {
    const keys = JSON.parse(readFileSync(join(whole, "api-keys.json"), "utf8")) as Record<string, string>;
    const response = await fetch(`${service!.url}${path}`, {
      ...(body !== undefined && { method: "POST", body: JSON.stringify(body) }),
      headers: {
        "content-type": "application/json",
        ...(role && { authorization: `Bearer ${keys[role]}` }),
      },
    });
    const text = await response.text();
    return { status: response.status, json: text.startsWith("{") ? (JSON.parse(text) as Json) : {} };
  };
  const change = (file: string, sql: string, ...values: SQLInputValue[]): void => {
    const db = new DatabaseSync(join(folder, file), { timeout: 60_000 });
    expect(Number(db.prepare(sql).run(...values).changes), sql).to.be.greaterThan(0);
    db.close();
  };
  const bodyAt = (leafIndex: number): Buffer => {
    const db = new DatabaseSync(join(folder, "ledger.sqlite"), { readOnly: true, timeout: 60_000 });
    const row = db.prepare("SELECT body FROM entry WHERE leaf_index = ?").get(leafIndex);
    db.close();
    return Buffer.from(row!["body"] as Uint8Array);
  };
  const alarm = (code: string): string | undefined =>
    service!.ledger.health().alarms.find((one) => one.code === code)?.message;
  const eventually = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
    while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50));
  };
  const hashOf = (file: string): string =>
    createHash("sha256")
      .update(readFileSync(join(folder, file)))
      .digest("hex");

  before(async () => {
    chain = await startSwiftChain();
    whole = folder = temporaryFolder();
    await start(0.2);
    for (const record of [...keyed(reading, 10), REPORT, report(2, { key: "r2" })]) {
      const { json } = await ask("/v1/records", "submitter", record);
      ids.set(json["leafIndex"] as number, json["id"] as string);
    }
    await eventually(async () => (await ask(`/v1/records/${lastId()}/bundle`)).status === 200);
    await stop();
  });
  beforeEach(() => {
    folder = copyFolder(whole);
  });
  afterEach(stop);
  after(() => chain.stop());

  const leaves = (): number[] => [...ids.keys()];
  const lastId = (): string => ids.get(leaves().at(-1)!)!;

  const DAMAGES: Readonly<Record<string, (leaf: number) => [string, ...SQLInputValue[]]>> = {
    "its body says something else": (leaf) => [
      "UPDATE entry SET body = ? WHERE leaf_index = ?",
      Buffer.from(bodyAt(leaf).toString().replace('"temperature":2', '"temperature":9')),
      leaf,
    ],
    "its body is no JSON any more": (leaf) => [
      "UPDATE entry SET body = ? WHERE leaf_index = ?",
      bodyAt(leaf).fill(0xc3, 20, 21),
      leaf,
    ],
    "its body is another one with its own digest": (leaf) => {
      const body = Buffer.from(bodyAt(leaf).toString().replace('"temperature":2', '"temperature":9'));
      const digest = createHash("sha256").update(body).digest();
      return ["UPDATE entry SET body = ?, body_digest = ? WHERE leaf_index = ?", body, digest, leaf];
    },
    "its digest is cut off": (leaf) => ["UPDATE entry SET body_digest = x'00' WHERE leaf_index = ?", leaf],
    "its number is another": (leaf) => ["UPDATE entry SET seq = seq + 7000 WHERE leaf_index = ?", leaf],
  };

  for (const [what, damage] of Object.entries(DAMAGES))
    it(`truth A9: a record is refused, and named by a red alarm, when ${what}`, async () => {
      const leaf = leaves()[3]!;
      const id = ids.get(leaf)!;
      change("ledger.sqlite", ...damage(leaf));
      // The rightmost part of the tree is derived from entries at the start, so some damage does not even get that far.
      try {
        await start();
      } catch (error) {
        expect(codeOf(error)).to.equal("STORE_CORRUPT");
        return;
      }
      for (const path of ["", "/bundle", "/contract-proof"]) {
        const { status, json } = await ask(`/v1/records/${id}${path}`);
        expect([status, json["code"]], path).to.deep.equal([500, "STORE_DAMAGED"]);
        expect(json["detail"]).to.include(`leaf ${leaf} `);
      }
      expect(alarm("store-damaged")).to.match(new RegExp(`\\b${leaf}\\b`));
      expect((await ask("/healthz")).status).to.equal(503);
      const { items } = (await ask("/v1/records", "auditor")).json as { items: Json[] };
      expect(items.map(({ leafIndex }) => leafIndex)).to.deep.equal(leaves());
      for (const item of items)
        if (item["leafIndex"] === leaf) expect((item["error"] as Json)["code"]).to.equal("STORE_DAMAGED");
        else expect(item).to.include.keys("claims");
      const log = readFileSync(join(folder, "service.log"), "utf8");
      expect(log).to.match(new RegExp(`"alarm":"store-damaged","leafIndex":${leaf},`));
    });

  it("truth A9: a damaged body is not served under its digest, nor compared with a repetition, and stops nothing", async () => {
    const leaf = leaves()[0]!;
    const digest = createHash("sha256").update(bodyAt(leaf)).digest("hex");
    change("ledger.sqlite", ...DAMAGES["its body says something else"]!(leaf));
    await start();
    const path = `/log/addenda/${digest.slice(0, 2)}/${digest.slice(2, 4)}/${digest}`;
    expect((await ask(path)).status).to.equal(500);
    const bulk = await fetch(`${service!.url}/log/bodies/000.p/${leaf + 1}`);
    const bodies = decodeBodyBundle(new Uint8Array(await bulk.arrayBuffer()), leaf + 1);
    expect(bodies[leaf], "left out of the bundle, so that it is asked for alone").to.equal("apart");
    const again = await ask("/v1/records", "submitter", keyed(reading, 1)[0]);
    expect([again.status, again.json["code"]]).to.deep.equal([500, "STORE_DAMAGED"]);
    expect((await ask("/v1/records", "submitter", keyed(reading, 2)[1])).status, "the others go on").to.equal(200);
  });

  it("truth A9: the entries beside a damaged one are still shown to whoever audits the log", async () => {
    const leaf = leaves()[3]!;
    await start();
    const width = leaf + 3;
    const get = async (path: string): Promise<Response> => fetch(`${service!.url}/log/${path}/000.p/${width}`);
    const bundle = decodeEntryBundle(new Uint8Array(await (await get("tile/entries")).arrayBuffer()), width);
    change("ledger.sqlite", ...DAMAGES["its number is another"]!(leaf));
    expect((await get("tile/entries")).status).to.equal(500);
    const rest = await get("intact");
    expect([rest.status, rest.headers.get("cache-control")]).to.deep.equal([200, "public, max-age=2"]);
    const intact = decodeIntactBundle(new Uint8Array(await rest.arrayBuffer()), width);
    const expected = bundle.map((entry, at) => (at === leaf ? undefined : Buffer.from(entry)));
    expect(intact.map((entry) => entry && Buffer.from(entry))).to.deep.equal(expected);
    expect(alarm("store-damaged")).to.match(new RegExp(`\\b${leaf}\\b`));
  });

  it("truth A9: a bundle whose beacon is damaged is refused as the store's fault", async () => {
    const db = new DatabaseSync(join(folder, "ledger.sqlite"), { timeout: 60_000 });
    const beacon = db.prepare("SELECT max(leaf_index) AS leaf FROM entry WHERE kind = 4").get()?.["leaf"];
    db.exec("UPDATE entry SET body = x'7b7d' WHERE kind = 4");
    db.close();
    expect(beacon, "there is a beacon").to.be.a("number");
    await start();
    const { status, json } = await ask(`/v1/records/${lastId()}/bundle`);
    expect([status, json["code"]]).to.deep.equal([500, "STORE_DAMAGED"]);
    expect(alarm("store-damaged")).to.be.a("string");
  });

  it("truth A9: damage that nobody asks for is found in the background", async () => {
    change("ledger.sqlite", ...DAMAGES["its body says something else"]!(leaves()[5]!));
    await start();
    await eventually(() => alarm("store-damaged")?.includes(` ${leaves()[5]}:`) === true);
    await stop();
  });

  for (const [what, sql] of Object.entries({
    "names another kind": "UPDATE entry SET kind = 3 WHERE leaf_index = ?",
    "names a kind that there is not": "UPDATE entry SET kind = 99 WHERE leaf_index = ?",
    "names no kind": "UPDATE entry SET kind = 0 WHERE leaf_index = ?",
    "names a source that there is not": "UPDATE entry SET source_ref = 4711 WHERE leaf_index = ?",
    "names a kind out of all bounds": "UPDATE entry SET kind = 1 << 60 WHERE leaf_index = ?",
    "names a source out of all bounds": "UPDATE entry SET source_ref = -(1 << 60) WHERE leaf_index = ?",
    "has a number out of all bounds": "UPDATE entry SET seq = 1 << 60 WHERE leaf_index = ?",
    "is beyond the end": "UPDATE entry SET leaf_index = 1 << 60 WHERE leaf_index = ?",
    "has an id of another length": "UPDATE entry SET id = x'00' WHERE leaf_index = ?",
    "is not there": "DELETE FROM entry WHERE leaf_index = ?",
  }))
    it(`truth D2: a record whose row ${what} keeps its place in the list, and stops nothing`, async () => {
      await start();
      const leaf = leaves()[3]!;
      change("ledger.sqlite", sql, leaf);
      for (const [query, expected] of [
        ["", leaves()],
        [`?cursor=${leaf}&limit=2`, [leaf, leaf + 1]],
        [`?cursor=${leaf - 1}&limit=2`, [leaf - 1, leaf]],
      ] as const) {
        const { status, json } = await ask(`/v1/records${query}`, "auditor");
        expect(status, query).to.equal(200);
        const items = json["items"] as Json[];
        expect(
          items.map(({ leafIndex }) => leafIndex),
          query,
        ).to.deep.equal(expected);
        for (const item of items)
          if (item["leafIndex"] === leaf) expect((item["error"] as Json)["code"]).to.equal("STORE_DAMAGED");
          else expect(item).to.include.keys("claims");
      }
      expect(alarm("store-damaged")).to.match(new RegExp(`\\b${leaf}\\b`));
      // Entries of the log's files are what the tree was made of, or nothing.
      const { status, json } = await ask(`/log/tile/entries/000.p/${leaves().at(-1)! + 1}`);
      expect(what.includes("an id") ? [200] : [500, "STORE_DAMAGED"]).to.include.members([status]);
      if (status === 500) expect(json["code"]).to.equal("STORE_DAMAGED");
      const again = await ask("/v1/records", "submitter", keyed(reading, 4)[3]);
      expect(again.status, "a repetition of it").to.be.oneOf([200, 409, 500]);
      expect((await ask("/v1/records", "submitter", keyed(reading, 2)[1])).status, "the others go on").to.equal(200);
      expect(alarm("log-stopped")).to.equal(undefined);
    });

  for (const [what, lose] of Object.entries({
    "is lost": () => rmSync(join(folder, "vault.sqlite")),
    "is emptied": () => change("vault.sqlite", "DELETE FROM opening"),
    "lacks its newest row": () =>
      change("vault.sqlite", "DELETE FROM opening WHERE leaf_index = (SELECT max(leaf_index) FROM opening)"),
    "has a row that does not decrypt": () =>
      change(
        "vault.sqlite",
        "UPDATE opening SET sealed = zeroblob(64) WHERE leaf_index = (SELECT max(leaf_index) FROM opening)",
      ),
  }))
    it(`truth D2: a vault that ${what} is noticed at the start, and no bundle pretends to have openings`, async () => {
      lose();
      await start();
      const leaf = leaves().at(-1)!;
      expect(alarm("vault-incomplete")).to.match(new RegExp(`\\b${leaf}\\b`));
      expect((await ask("/healthz")).status).to.equal(503);
      const { status, json } = await ask(`/v1/records/${ids.get(leaf)}/bundle?openings=true`, "officer");
      expect([status, json["code"]]).to.deep.equal([500, "STORE_DAMAGED"]);
      expect(json["detail"]).to.match(/openings/);
      expect((await ask(`/v1/records/${ids.get(leaf)}/bundle`)).status, "without openings").to.equal(200);
      const open = await ask(`/v1/records/${ids.get(leaves()[0]!)}/bundle?openings=true`, "officer");
      expect([open.status, open.json["openings"]], "nothing is concealed there").to.deep.equal([200, []]);
    });

  it("truth D2: a whole vault raises nothing", async () => {
    await start();
    expect([alarm("vault-incomplete"), alarm("store-damaged")]).to.deep.equal([undefined, undefined]);
    await stop();
    // Not by the service: that would enter the access into the log, and anchor it.
    const masterKey = openSecretKey(join(folder, "vault.key"), { mayMake: false });
    const vault = await openVault({ dataDir: folder }, { masterKey, randomBytes });
    expect(await vault.open(leaves().at(-1)!)).to.have.length(4);
    await vault.close();
  });

  it("truth D2: a start without the ledger is refused, names both, and leaves the vault as it was", async () => {
    for (const file of ["ledger.sqlite", "head"]) rmSync(join(folder, file));
    const before = hashOf("vault.sqlite");
    for (let round = 0; round < 2; round++)
      await expectRejection("STORE_BEHIND", start(), /ledger\.sqlite.*vault\.sqlite/);
    expect(hashOf("vault.sqlite")).to.equal(before);
    cpSync(join(whole, "ledger.sqlite"), join(folder, "ledger.sqlite"));
    await start();
    expect(alarm("vault-incomplete")).to.equal(undefined);
  });

  for (const left of [
    ["vault.sqlite"],
    ["api-keys.json"],
    ["policy.json", "chain-index.sqlite"],
    ["head"],
    ["api-keys.json", "ledger.sqlite", "of no bytes"],
    ["api-keys.json", "ledger.sqlite", "of no entries"],
  ])
    it(`truth D2: a start is refused where ${left.join(" ")} is what is left of the log, and makes nothing`, async () => {
      // A vault without rows, as one has that never concealed anything.
      change("vault.sqlite", "DELETE FROM opening");
      for (const name of readdirSync(folder))
        if (!left.includes(name) && !name.endsWith(".key")) rmSync(join(folder, name), { recursive: true });
      if (left.includes("of no bytes")) truncateSync(join(folder, "ledger.sqlite"));
      if (left.includes("of no entries")) {
        const db = new DatabaseSync(join(folder, "ledger.sqlite"), { timeout: 60_000 });
        for (const table of ["entry", "checkpoint", "tile", "anchor", "contract", "submission", "sent"])
          db.exec(`DELETE FROM ${table}`);
        db.close();
      }
      const names = (): string[] => readdirSync(folder).filter((name) => !/^(service\.log|writer\.lock.*)$/.test(name));
      const before = names();
      for (let round = 0; round < 2; round++)
        await expectRejection("STORE_BEHIND", start(), /no ledger.*another data folder/);
      expect(names()).to.deep.equal(before);
    });

  it("truth D2: a start with nothing but keys begins a log, also when the first try came to nothing", async () => {
    for (const name of readdirSync(folder)) if (!name.endsWith(".key")) rmSync(join(folder, name), { recursive: true });
    const { rpcUrl } = chain;
    (chain as { rpcUrl: string }).rpcUrl = `http://127.0.0.1:${await freePort()}`;
    try {
      await expectRejection("CHAIN_UNREACHABLE", start());
    } finally {
      (chain as { rpcUrl: string }).rpcUrl = rpcUrl;
    }
    expect(readdirSync(folder)).to.include("ledger.sqlite");
    await start();
  });

  for (const key of ["log.key", "vault.key"])
    for (const [what, lost] of Object.entries({
      nothing: [],
      "the vault": ["vault.sqlite"],
      "the ledger": ["ledger.sqlite", "head"],
    }))
      it(`truth D2: a start without ${key} that also lacks ${what} is refused by name, and makes no other key`, async () => {
        for (const file of [key, ...lost]) rmSync(join(folder, file));
        for (let round = 0; round < 2; round++) {
          const { message } = await expectRejection("CONFIG_INVALID", start());
          expect(message).to.include(join(folder, key));
          expect(existsSync(join(folder, key))).to.equal(false);
        }
      });

  // The last one: it is anchored, and no copy of the folder goes on over this chain any more.
  it("truth D2: a full tile is served as the tree has it, and an entry bundle as its entries were, or not at all", async () => {
    await start();
    // The last full tile: what runs in the background reads the first ones soon, and keeps them.
    for (const more of ["a", "b"]) await ask("/v1/records", "submitter", keyed(reading, 1_000, more));
    const served = async (path: string): Promise<[number, string]> => {
      const response = await fetch(`${service!.url}/log/tile/${path}`);
      return [response.status, Buffer.from(await response.arrayBuffer()).toString("hex")];
    };
    const before = await served("0/006");
    expect(before[0]).to.equal(200);
    change("ledger.sqlite", "UPDATE tile SET hashes = zeroblob(8192) WHERE level = 0 AND tile_index = 6");
    expect(await served("0/006"), "it is made again from what is below").to.deep.equal(before);
    expect(await served("0/006.p/7")).to.deep.equal([200, before[1].slice(0, 7 * 64)]);
    expect(alarm("store-damaged")).to.match(/tile/);
    expect((await ask(`/v1/records/${lastId()}`)).status).to.equal(200);
    change("ledger.sqlite", "UPDATE entry SET kind = 3 WHERE leaf_index = ?", 200);
    const { status, json } = await ask("/log/tile/entries/000");
    expect([status, json["code"]]).to.deep.equal([500, "STORE_DAMAGED"]);
    expect(json["detail"]).to.include("leaf 200 ");
  });
});
