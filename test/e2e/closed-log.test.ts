// A log of a year, from its last record to the folder of files that is left of it: it ends, its successor goes on, its contract is
// closed, and it is exported, audited and verified with no service any more. Real services over a real chain.

import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";

import { LOCAL_DEV_KEY, localDevKey } from "../../src/chain/signers/development-keys.ts";
import { createClient, type Client } from "../../src/client/client.ts";
import { parseConfig } from "../../src/config.ts";
import { formatPolicy, parsePolicy } from "../../src/core/policy.ts";
import { TimestampFiles } from "../../src/cosign/timestamp-files.ts";
import { startLogs } from "../../src/main.ts";
import { startLogFront } from "../../src/object-storage/front.ts";
import { storageAt } from "../../src/object-storage/settings.ts";
import { hostedSetUps } from "../../src/service/logs-file.ts";
import { auditLogOverHttp } from "../../src/verify/audit-log.ts";
import { timeChecker } from "../../src/verify/time-step.ts";
import { verifyBundle } from "../../src/verify/verify-bundle.ts";
import { runHere } from "../cli/support/run-here.ts";
import { BitcoinCalendar } from "../support/bitcoin-calendar.ts";
import { startSwiftChain, type TestChain } from "../support/chains.ts";
import { closeContract } from "../support/close-contract.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { reading, temporaryFolder } from "../support/ledger.ts";

type Logs = Awaited<ReturnType<typeof startLogs>>;

const SUCCESSOR = "city.test/parks/2027";
const PAST = "2020-01-01T00:00:00Z";
const MINED_AT = 1_700_000_000;

describe("a log that ends", () => {
  const folder = temporaryFolder();
  const file = join(folder, "logs.json");
  const files = join(folder, "files");
  const dataDir = join(folder, "parks-2026");
  const calendar = new BitcoinCalendar();
  let chain: TestChain;
  let service: Logs | undefined;
  let id: string;

  async function start(until: string): Promise<Logs> {
    const common = {
      WARIFU_DATA_DIR: folder,
      WARIFU_HTTP_PORT: "0",
      WARIFU_RPC_URL: chain.rpcUrl,
      WARIFU_ANCHOR_SECONDS: "0.2",
      WARIFU_CHAIN_POLL_SECONDS: "0.05",
      WARIFU_TSA: join(folder, "calendars.json"),
      WARIFU_TSA_SECONDS: "0.2",
    };
    const year = (name: string, key: string, more: object) => ({
      name,
      settings: { WARIFU_ORIGIN: `city.test/${name.replace("-", "/")}`, WARIFU_ANCHOR_KEY: key, ...more },
    });
    const logs = [
      year("parks-2026", LOCAL_DEV_KEY, { WARIFU_TAKES_UNTIL: until, WARIFU_SUCCESSOR: SUCCESSOR }),
      year("parks-2027", localDevKey(1), { WARIFU_TAKES_FROM: until }),
    ];
    writeFileSync(file, JSON.stringify({ format: "warifu-logs/1", logs }), { mode: 0o600 });
    service = await startLogs(parseConfig({ ...common, WARIFU_LOGS: file }), hostedSetUps(file, common));
    return service;
  }

  const clientOf = (year: 2026 | 2027): Client => {
    const text = readFileSync(join(folder, `parks-${year}`, "api-keys.json"), "utf8");
    const { admin } = JSON.parse(text) as { admin: string };
    return createClient({ url: `${service!.url}/parks/${year}`, apiKey: admin, attempts: 1 });
  };
  const submit = async (year: 2026 | 2027, number: number): Promise<string> => {
    const record = reading(number, { key: `k-${number}` }) as unknown as Parameters<Client["submit"]>[0][0];
    const [result] = await clientOf(year).submit([record]);
    if (!result?.ok) throw result?.error ?? new Error("there is no result");
    return result.acknowledgement.id;
  };
  const once = async <T>(ask: () => Promise<T | undefined>): Promise<T> => {
    for (let attempt = 0; attempt < 2_000; attempt++) {
      const found = await ask();
      if (found !== undefined) return found;
      await sleep(50);
    }
    return expect.fail("it did not come");
  };

  before(async () => {
    chain = await startSwiftChain();
    const alice = { name: "alice", url: await calendar.listen(), protocol: "opentimestamps" };
    writeFileSync(join(folder, "calendars.json"), JSON.stringify([alice]));
    await start("2100-01-01T00:00:00Z");
    id = await submit(2026, 1);
    await expectRejection("LOG_NOT_OPEN", submit(2027, 1), /from 2100-01-01T00:00:00Z on/);
    await service?.close();
    await start(PAST);
  });

  after(async () => {
    await service?.close();
    await chain?.stop();
    await calendar.close();
  });

  it("refuses new records, names its successor, and acknowledges again what it has", async () => {
    await expectRejection("LOG_NOT_OPEN", submit(2026, 2), /until 2020-01-01T00:00:00Z: send them to .*parks\/2027/);
    expect(await submit(2026, 1)).to.equal(id);
    expect(await submit(2027, 2)).not.to.equal(id);
    expect((await clientOf(2026).status()).term).to.deep.equal({ from: null, until: PAST, successor: SUCCESSOR });
    const { items } = (await (await fetch(`${service!.url}/v1/logs`)).json()) as { items: { term: unknown }[] };
    expect(items[0]?.term).to.deep.equal({ from: null, until: PAST, successor: SUCCESSOR });
    const page = await (await fetch(`${service!.url}/?lang=en`)).text();
    expect(page).to.include(`running · records until ${PAST} · then ${SUCCESSOR}`);
  });

  it("is in order once its contract is closed with all of it, and grows by nothing", async () => {
    const { treeSize, contract } = await once(async () => {
      const status = await clientOf(2026).status();
      return status.pendingEntries === 0 ? status : undefined;
    });
    // A calendar is asked again at a start.
    await once(async () => (new TimestampFiles(dataDir).sizes().includes(treeSize) ? true : undefined));
    calendar.mine(MINED_AT);
    // A start adds nothing, or there would always be something that is not final.
    await service?.close();
    await start(PAST);
    const alarmed = await once(async () => {
      const status = await clientOf(2026).status();
      return status.health.alarms.length > 0 ? status : undefined;
    });
    expect([alarmed.treeSize, alarmed.health.ok]).to.deep.equal([treeSize, true]);
    expect(alarmed.health.alarms.map(({ code }) => code)).to.deep.equal(["closing-due"]);

    await closeContract(chain.rpcUrl, contract);
    await service?.close();
    await start(PAST);
    await once(async () => (await clientOf(2026).status()).anchoring.height ?? undefined);
    for (let look = 0; look < 6; look++) {
      const status = await clientOf(2026).status();
      expect([status.treeSize, status.health.alarms]).to.deep.equal([treeSize, []]);
      await sleep(100);
    }
    await submit(2027, 3);
  });

  it("is left as files, from which it is audited and its records are verified", async () => {
    const exported = await runHere(["export-log", files, "--data-dir", dataDir, "--json"], folder);
    expect(exported.code, exported.stderr).to.equal(0);
    const { treeSize, finalizedSize, bundles, stamped } = JSON.parse(exported.stdout) as Record<string, number>;
    expect([finalizedSize, bundles]).to.deep.equal([treeSize, 1]);
    expect(readdirSync(join(files, "timestamps")))
      .to.have.length(stamped as number)
      .and.include(`${treeSize}.json`);
    await service?.close();
    service = undefined;
    renameSync(dataDir, join(folder, "gone"));

    const policyFile = join(files, "policy.json");
    const rpc = ["--policy", policyFile, "--rpc", chain.rpcUrl];
    const audited = await runHere(["audit", "--from", files, ...rpc], folder);
    expect(audited.code, audited.stdout + audited.stderr).to.equal(0);
    expect(audited.stdout).to.match(/anchors?/);
    const bundle = join(files, "bundles", id.slice(-2), `${id}.json`);
    const verified = await runHere(["verify", bundle, ...rpc], folder);
    expect(verified.code, verified.stdout + verified.stderr).to.equal(0);

    const front = await startLogFront({ storage: storageAt(files), host: "127.0.0.1", port: 0, ratePerMinute: 10_000 });
    try {
      const policy = parsePolicy(readFileSync(policyFile));
      const report = await auditLogOverHttp({ url: front.url, policy });
      expect([report.outcome, report.checked.bodies]).to.deep.equal(["holds", treeSize]);
      const served = await fetch(`${front.url}/bundles/${id.slice(-2)}/${id}.json`);
      expect((await verifyBundle(new Uint8Array(await served.arrayBuffer()), policy)).outcome).to.equal("holds");
      const anchors = (await (await fetch(`${front.url}/anchors.ndjson`)).text()).trim().split("\n");
      expect(JSON.parse(anchors.at(-1) ?? "")).to.include({ treeSize });
      for (const path of ["created-once", "../gone/log.key", "bundles/zz/x.json"])
        expect((await fetch(`${front.url}/${path}`)).status, path).to.equal(404);
    } finally {
      await front.close();
    }
  });

  it("has its time checked from these files alone, under the auditor's Bitcoin blocks", async () => {
    const policy = parsePolicy(readFileSync(join(files, "policy.json")));
    const timestamps = { certificates: [], required: true, bitcoin: calendar.blocks };
    const dated = join(folder, "dated.json");
    writeFileSync(dated, formatPolicy({ ...policy, timestamps }));
    const bundle = join(files, "bundles", id.slice(-2), `${id}.json`);
    const rule = parsePolicy(readFileSync(dated));
    const verdict = await verifyBundle(readFileSync(bundle), rule, undefined, undefined, timeChecker());
    expect([verdict.outcome, verdict.record?.stamped?.[0]?.time]).to.deep.equal(["holds", MINED_AT]);

    const audit = () => runHere(["audit", "--from", files, "--policy", dated, "--json"], folder);
    const found = async () => (JSON.parse((await audit()).stdout) as { findings: { where: string }[] }).findings;
    expect(await found()).to.deep.equal([]);
    const [size = 0] = new TimestampFiles(files).sizes();
    const successor = new TimestampFiles(join(folder, "parks-2027"));
    const foreign = successor.read(successor.sizes()[0] ?? 0);
    const stamps = join(files, "timestamps", `${size}.json`);
    const before = readFileSync(stamps, "utf8");
    const own = JSON.parse(before) as object;
    const altered: readonly (readonly [string, string])[] = [
      ["a proof about another checkpoint", JSON.stringify({ ...own, stamps: foreign?.stamps })],
      ["a checkpoint of another log", JSON.stringify({ ...own, checkpoint: foreign?.checkpoint })],
      ["a checkpoint that the log never signed", before.replace(/\\n\d+\\n/, "\\n1\\n")],
      ["no file of timestamps at all", "{}"],
    ];
    for (const [what, text] of altered) {
      writeFileSync(stamps, text);
      expect(
        (await found()).map(({ where }) => where),
        what,
      ).to.deep.equal([`timestamps ${size}`]);
    }
    writeFileSync(stamps, before);
  });

  it("is refuted where a file was altered", async () => {
    const entries = join(files, "bodies", "000.p");
    const [name = ""] = readdirSync(entries);
    const bytes = readFileSync(join(entries, name));
    bytes[bytes.length - 3]! ^= 1;
    writeFileSync(join(entries, name), bytes);
    const audited = await runHere(["audit", "--from", files, "--policy", join(files, "policy.json")], folder);
    expect(audited.code, audited.stdout).to.equal(1);
  });
});
