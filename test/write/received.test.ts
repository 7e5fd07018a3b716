// Records that were made of received bytes: the bytes are kept with the record, its body commits to them, and they go with it.

import { recordsOf } from "../support/records.ts";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { openClaims, parseBody } from "../../src/core/body.ts";
import { WarifuError } from "../../src/core/errors.ts";
import type { JsonObject } from "../../src/core/json.ts";
import type { Received } from "../../src/core/received.ts";
import { parseProfile } from "../../src/profiles/profile.ts";
import type { LedgerStore } from "../../src/store/ledger-store.ts";
import { VAULT_FILE } from "../../src/store/sqlite/vault.ts";
import type { Vault } from "../../src/store/vault.ts";
import { ReceivedValue } from "../../src/write/received-value.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { interpose } from "../support/interpose.ts";
import {
  acknowledged,
  auditFolder,
  codesOf,
  expectClean,
  openLedger,
  reading,
  report,
  temporaryFolder,
  type TestLedger,
} from "../support/ledger.ts";
import { withDatabase } from "../support/altered-rows.ts";
import { received } from "../support/received.ts";

const PAYLOAD = '{ "subscriptionId": "1",\r\n "data": [ {"id": "a", "canary": "Canary-0815"} ] }';

describe("records made of received bytes", () => {
  let ledger: TestLedger;
  const folder = temporaryFolder();
  const open = async (at = folder): Promise<TestLedger> => (ledger = await openLedger({ folder: at }));
  afterEach(() => ledger.close());

  const enter = async (value: ReturnType<typeof received>) =>
    acknowledged(await ledger.pipeline.submit([value]))[0] as { id: string; leafIndex: number };
  const bodyAt = async (leafIndex: number) => {
    const [entry] = await ledger.store.entries(leafIndex, leafIndex + 1);
    return parseBody(entry!.body!);
  };
  const originalOf = (id: string) =>
    recordsOf(ledger.log).original(id, () => ({
      role: "officer",
      keyId: "k",
    }));

  it("keep them byte for byte and commit to them, in public where the record conceals nothing", async () => {
    await open();
    const { id, leafIndex } = await enter(received(reading(1), PAYLOAD));
    const claim = (await bodyAt(leafIndex)).content["received"] as Received;
    expect(claim).to.deep.equal({
      adapter: "test/1",
      at: 1_795_334_400_000,
      sha256: createHash("sha256").update(PAYLOAD).digest("hex"),
      size: Buffer.byteLength(PAYLOAD),
      type: "application/json",
    });
    expect(Buffer.from((await originalOf(id)).bytes).toString()).to.equal(PAYLOAD);
    expect(await ledger.vault.attachments(leafIndex)).to.have.length(1);
    await ledger.close();
    await expectClean(folder);
    await open();
  });

  it("conceal that claim as all others, under one of the digests that there are anyway", async () => {
    await open();
    const { id, leafIndex } = await enter(received(report(1), PAYLOAD));
    const [plain] = await ledger.submit([report(2)]);
    const body = await bodyAt(leafIndex);
    expect(body.content).to.deep.equal({ category: "pothole" });
    expect(body.digests.length).to.equal((await bodyAt(plain!.leafIndex)).digests.length);
    const names = openClaims(body, (await ledger.vault.open(leafIndex)) ?? []).map(({ name }) => name);
    expect(names).to.include("received");
    expect(Buffer.from((await originalOf(id)).bytes).toString()).to.equal(PAYLOAD);
    for (const file of ["ledger.sqlite", "ledger.sqlite-wal", VAULT_FILE, `${VAULT_FILE}-wal`])
      expect(readFileSync(join(folder, file)).includes("Canary-0815"), file).to.equal(false);
  });

  it("take one of the places for concealed claims", async () => {
    const properties = Object.fromEntries(Array.from({ length: 7 }, (_, at) => [`n${at}`, { type: "number" }]));
    const claims = { type: "object", additionalProperties: false, properties };
    const document = { type: "full", version: 1, title: "t", concernsPeople: true, retentionDays: null, public: [] };
    const profiles = new Map([["full", parseProfile({ ...document, claims } as JsonObject)]]);
    ledger = await openLedger({ profiles });
    const record = {
      type: "full",
      source: "s",
      claims: Object.fromEntries(Object.keys(properties).map((n) => [n, 1])),
    };
    expect(codesOf(await ledger.pipeline.submit([received(record, "x")]))).to.deep.equal(["ok"]);
    const evidence = { alg: "Ed25519", key: "A".repeat(44), sig: "A".repeat(88) };
    const signed = received({ ...record, seq: 5, evidence } as JsonObject, "x");
    const [outcome] = await ledger.pipeline.submit([signed]);
    expect(outcome?.ok === false && outcome.error.message).to.match(/more concealed claims/);
  });

  it("repeat themselves whatever they were made of, and whenever it came", async () => {
    await open();
    for (const make of [reading, report]) {
      const record = make(7, { key: `again-${make.name}` });
      const first = await enter(received(record, PAYLOAD));
      const size = ledger.log.tree.size;
      const again = [received(record, PAYLOAD, 1_795_334_409_999), received(record, `${PAYLOAD} `), record];
      for (const value of again) {
        const [outcome] = await ledger.pipeline.submit([value]);
        expect(outcome?.ok && [outcome.isNew, outcome.acknowledgement.id]).to.deep.equal([false, first.id]);
      }
      expect(ledger.log.tree.size).to.equal(size);
      const other = received(make(8, { key: `again-${make.name}`, source: record["source"] as string }), PAYLOAD);
      expect(codesOf(await ledger.pipeline.submit([other]))).to.deep.equal(["IDEMPOTENCY_CONFLICT"]);
    }
  });

  it("lose them when they are erased, and are whole to the audit then", async () => {
    await open();
    for (const make of [reading, report]) {
      const { id, leafIndex } = await enter(received(make(11), PAYLOAD));
      await ledger.log.writer.erase(leafIndex);
      await expectRejection("NOT_FOUND", originalOf(id));
      expect(await ledger.vault.attachments(leafIndex)).to.equal(undefined);
    }
    await ledger.close();
    await expectClean(folder);
    await open();
  });

  it("are durable in the vault before their entry is", async () => {
    const at = temporaryFolder();
    let isKept = false;
    const wrapVault = (vault: Vault): Vault =>
      interpose(vault, (name, act, [records]) => {
        isKept ||= name === "keep" && (records as unknown[]).length > 0;
        return act();
      });
    const wrapStore = (store: LedgerStore): LedgerStore =>
      interpose(store, (name, act) => {
        if (name === "commit" && isKept) throw new WarifuError("STORE_FAILED", "cut off here");
        return act();
      });
    ledger = await openLedger({ folder: at, wrapVault, wrapStore });
    expect(codesOf(await ledger.pipeline.submit([received(reading(1), PAYLOAD)]))).to.deep.equal(["STOPPED"]);
    await ledger.close();
    await open(at);
    // What the crash left without an entry is set aside, so another record can take its place.
    expect(ledger.setAside).to.deep.equal([1]);
    const { id } = await enter(received(reading(2), "other"));
    expect(Buffer.from((await originalOf(id)).bytes).toString()).to.equal("other");
    await ledger.close();
    await expectClean(at);
    await open(at);
  });

  for (const make of [reading, report])
    it(`are damaged when the bytes are gone or others, and the audit says so: ${make.name}`, async () => {
      const at = temporaryFolder();
      await open(at);
      const gone = await enter(received(make(1), PAYLOAD));
      const { original } = received(make(2), PAYLOAD);
      const others = await enter(new ReceivedValue(make(2), { ...original, bytes: Buffer.from("other") }));
      await ledger.close();
      withDatabase(at, VAULT_FILE, (db) =>
        db.prepare("DELETE FROM attachment WHERE leaf_index = ?").run(gone.leafIndex),
      );
      const { findings } = await auditFolder(at);
      const said = findings.map(({ where, message }) => `${where}: ${message}`).join("\n");
      expect(said).to.include(`leaf ${gone.leafIndex}: the bytes that it was made of are not in the vault`);
      expect(said).to.include(`leaf ${others.leafIndex}: the bytes in the vault are not those that it was made of`);
      await open(at);
      await expectRejection("STORE_DAMAGED", originalOf(gone.id), /lost/);
      await expectRejection("STORE_DAMAGED", originalOf(others.id), /not those it commits to/);
      expect(ledger.damage.map(({ what, leafIndex }) => [what, leafIndex])).to.deep.equal([
        ["original", gone.leafIndex],
        ["original", others.leafIndex],
      ]);
    });
});
