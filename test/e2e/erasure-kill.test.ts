// E3, E12: the real service is killed while it erases hundreds of records that an officer named, and started again: what the
// log says is erased then is in no file, everything else is whole, and the same request again completes it.

import { once } from "node:events";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { expect } from "chai";

import { freePort } from "../../scripts/free-port.ts";
import { auditLedger } from "../../src/audit/audit-folder.ts";
import { LOCAL_DEV_KEY } from "../../src/chain/signers/development-keys.ts";
import { createClient, type Client } from "../../src/client/client.ts";
import { parseConfig } from "../../src/config.ts";
import { parsePolicy } from "../../src/core/policy.ts";
import { LEDGER_FILES } from "../../src/store/sqlite/ledger.ts";
import { VAULT_FILE } from "../../src/store/sqlite/vault.ts";
import { startHardhat, type TestChain } from "../support/chains.ts";
import { report, temporaryFolder } from "../support/ledger.ts";
import { abandonAll, startService } from "./support/killable-service.ts";

const RECORDS = 300;
const BASIS = { basis: "gdpr-17-1-a" };

describe("the whole service, killed while it erases", () => {
  let chain: TestChain;
  let folder: string;
  before(async () => {
    chain = await startHardhat();
    folder = temporaryFolder();
  });
  after(async () => {
    abandonAll();
    await chain.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
  });

  it("E3 E12 ends erased after the next start, and loses nothing else", async () => {
    const port = await freePort();
    const environment = {
      ...{ WARIFU_DATA_DIR: folder, WARIFU_ORIGIN: "erasure-kill.test/ledger", WARIFU_HTTP_PORT: String(port) },
      ...{ WARIFU_RPC_URL: chain.rpcUrl, WARIFU_ANCHOR_KEY: LOCAL_DEV_KEY, WARIFU_ANCHOR_SECONDS: "3600" },
      WARIFU_LOG_LEVEL: "warn",
    };
    const officer = (): Client => {
      const keys = JSON.parse(readFileSync(join(folder, "api-keys.json"), "utf8")) as Record<string, string>;
      return createClient({ url: `http://127.0.0.1:${port}`, apiKey: keys["officer"] ?? "", attempts: 1 });
    };
    let service = await startService(environment);
    const results = await submitAll(port, folder);
    const sealed = sealedRows(folder);
    expect(sealed.size).to.equal(RECORDS);
    expect(inFiles(folder, [...sealed.values()]), "the scan has teeth").to.have.lengthOf(RECORDS);

    const ids = results.map(({ id }) => id);
    const cutOff = officer()
      .eraseRecords(ids, BASIS)
      .catch((error: unknown) => error);
    // As soon as the log states the first of them.
    await until(() => erasuresIn(folder) > 0);
    service.kill("SIGKILL");
    await once(service, "exit");
    await cutOff;

    service = await startService(environment);
    const stated = await statedErased(results, officer());
    expect(stated.size).to.be.greaterThan(0);
    for (const { id, leafIndex } of results)
      expect((await officer().erasure(id)).kept, `leaf ${leafIndex}`).to.equal(!stated.has(leafIndex));
    const gone = [...sealed].filter(([leaf]) => stated.has(leaf)).map(([, bytes]) => bytes);
    expect(inFiles(folder, gone)).to.deep.equal([]);

    const { items, gone: isGone } = await officer().eraseRecords(ids, BASIS);
    expect(isGone).to.equal(true);
    expect(items.filter((one) => "error" in one)).to.deep.equal([]);
    expect(inFiles(folder, [...sealed.values()])).to.deep.equal([]);
    service.kill("SIGTERM");
    await once(service, "exit");
    const policy = parsePolicy(readFileSync(join(folder, "policy.json")));
    const { findings } = await auditLedger({ config: parseConfig(environment), policy });
    expect(findings).to.deep.equal([]);
  });
});

interface Sent {
  readonly id: string;
  readonly leafIndex: number;
}

async function submitAll(port: number, folder: string): Promise<readonly Sent[]> {
  const keys = JSON.parse(readFileSync(join(folder, "api-keys.json"), "utf8")) as Record<string, string>;
  const client = createClient({ url: `http://127.0.0.1:${port}`, apiKey: keys["submitter"] ?? "", attempts: 1 });
  const sent: Sent[] = [];
  const records = Array.from({ length: RECORDS }, (_, at) => report(at));
  for (let at = 0; at < RECORDS; at += 100)
    for (const result of await client.submit(records.slice(at, at + 100) as never)) {
      if (!result.ok) throw result.error;
      sent.push(result.acknowledgement);
    }
  return sent;
}

async function statedErased(sent: readonly Sent[], officer: Client): Promise<ReadonlySet<number>> {
  const stated = new Set<number>();
  for (const { id, leafIndex } of sent) if ((await officer.record(id)).erased) stated.add(leafIndex);
  return stated;
}

function erasuresIn(folder: string): number {
  const db = new DatabaseSync(join(folder, LEDGER_FILES.database), { readOnly: true, timeout: 60_000 });
  try {
    // 5: an erasure, by the table of kinds in docs/formats.md.
    return Number(db.prepare("SELECT count(*) AS n FROM entry WHERE kind = 5").get()?.["n"]);
  } finally {
    db.close();
  }
}

/** What the vault keeps of each record, by leaf index. */
function sealedRows(folder: string): Map<number, Buffer> {
  const db = new DatabaseSync(join(folder, VAULT_FILE), { readOnly: true, timeout: 60_000 });
  const rows = db.prepare("SELECT leaf_index, sealed FROM opening").all();
  db.close();
  return new Map(rows.map((row) => [Number(row["leaf_index"]), Buffer.from(row["sealed"] as Uint8Array)]));
}

/** Those of which some file of a folder has the beginning. */
function inFiles(folder: string, wanted: readonly Buffer[]): Buffer[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => readFileSync(join(one.parentPath, one.name)));
  return wanted.filter((bytes) => files.some((file) => file.includes(bytes.subarray(0, 48))));
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 2));
}
