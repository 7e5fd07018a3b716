// A service copies its log, and `warifu serve-log` serves the copy when the service is gone. With TEST_FSCK and TEST_MOTO, the
// copy is in a bucket, and Tessera's fsck and `warifu audit` find it whole there.

import { execFile } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";

import { S3Store } from "../../src/object-storage/s3-store.ts";
import type { AuditReport } from "../../src/verify/audit-findings.ts";
import { MOTO, CREDENTIALS, startMoto } from "../support/moto.ts";
import { startSwiftChain, type TestChain } from "../support/chains.ts";
import { anchoringOn, openWorkplace, startService, stopService, type Workplace } from "./support/command.ts";
import { runHere } from "./support/run-here.ts";

describe("warifu serve-log", () => {
  let workplace: Workplace;
  let chain: TestChain;
  before(async () => {
    chain = await startSwiftChain();
    workplace = await openWorkplace(anchoringOn(chain));
    const settings = { format: "warifu-log-storage/1", kind: "folder", path: "public", everySeconds: 0.1 };
    writeFileSync(workplace.path("log-storage.json"), JSON.stringify(settings));
  });
  after(async () => {
    await workplace.remove();
    await chain.stop();
  });

  it("serves what the service copied, after the service has gone", async () => {
    const service = await startService(workplace, { settings: { WARIFU_LOG_STORAGE: "log-storage.json" } });
    expect(service.said()).to.match(/log copied to \S+public/);
    // A service that ends does not wait for the copy.
    while (!existsSync(workplace.path("public/checkpoint"))) await sleep(25);
    await stopService(service);

    const serving = workplace.start(["serve-log", "log-storage.json", "--port", "0"]);
    const [, url = ""] = await serving.until(/log +(http\S+)/);
    await serving.until(/Ctrl-C stops it\./);
    const checkpoint = await fetch(`${url}/checkpoint`);
    expect(checkpoint.status).to.equal(200);
    expect(await checkpoint.text()).to.match(/^warifu\.localhost\/ledger\n[1-9]/);
    expect((await stopService(serving, "SIGTERM")).code).to.equal(0);
  });

  it("says what is wrong with its file and its options", async () => {
    const none = await runHere(["serve-log", "nothing.json"], workplace.folder);
    expect([none.code, none.stderr]).to.satisfy(
      ([code, words]: [number, string]) => code === 2 && /no file/.test(words),
    );
    const port = await runHere(["serve-log", "log-storage.json", "--port", "70000"], workplace.folder);
    expect(port.code).to.equal(2);
    expect(port.stderr).to.contain("a whole number from 0 to 65535");
  });
});

const FSCK = process.env["TEST_FSCK"] || undefined;

if (FSCK === undefined || MOTO === undefined)
  process.stdout.write(
    "left out: fsck over a log in a bucket, because TEST_FSCK and TEST_MOTO do not name both programs\n",
  );
else auditedInBucket(FSCK, MOTO);

function auditedInBucket(fsck: string, program: string): void {
  describe("a log in a bucket, with the service and its ledger gone", () => {
    it("is whole to Tessera's fsck and to an audit of everything, bodies too", async () => {
      const [moto, chain] = [await startMoto(program), await startSwiftChain()];
      const workplace = await openWorkplace(anchoringOn(chain));
      try {
        writeFileSync(workplace.path("s3.json"), JSON.stringify(CREDENTIALS), { mode: 0o600 });
        const place = await moto.place();
        const more = { kind: "s3", credentialsFile: "s3.json", everySeconds: 0.1, bodies: true };
        const storage = { format: "warifu-log-storage/1", ...place, ...more };
        writeFileSync(workplace.path("log-storage.json"), JSON.stringify(storage));
        const service = await startService(workplace, { settings: { WARIFU_LOG_STORAGE: "log-storage.json" } });
        const lines = Array.from({ length: 700 }, (_, at) =>
          JSON.stringify({ type: "sensor-reading", source: "s1", claims: { metric: "noise", value: at, unit: "dB" } }),
        );
        const sent = await workplace.run(["submit", "-", "--acks", "acks.ndjson"], { input: lines.join("\n") });
        expect(sent.code, sent.stderr).to.equal(0);
        const [first = ""] = readFileSync(workplace.path("acks.ndjson"), "utf8").split("\n");
        const { id } = JSON.parse(first) as { id: string };
        const withheld = await workplace.run(["withhold", id, "--reason", "personal-data", "--yes"]);
        expect(withheld.code, withheld.stderr).to.equal(0);
        // Of the same size as the service's own: it is what was signed last.
        const bucket = new S3Store({ ...place, credentials: CREDENTIALS, timeoutMs: 60_000 });
        const shown = async (): Promise<string> =>
          Buffer.from((await bucket.read("checkpoint", 10_000))?.bytes ?? []).toString();
        const log = `http://127.0.0.1:${workplace.settings["WARIFU_HTTP_PORT"]}/log`;
        while ((await shown()) !== (await (await fetch(`${log}/checkpoint`)).text())) await sleep(50);
        await stopService(service);
        const policy = JSON.parse(readFileSync(workplace.path("data/policy.json"), "utf8")) as {
          log: { vkey: string };
        };
        writeFileSync(workplace.path("policy.json"), JSON.stringify({ ...policy, rpc: [] }));
        writeFileSync(workplace.path("vkey"), policy.log.vkey);
        rmSync(workplace.path("data"), { recursive: true });

        const serving = workplace.start(["serve-log", "log-storage.json", "--port", "0"]);
        const [, url = ""] = await serving.until(/log +(http\S+)/);
        const words = ["-storage_url", `${url}/`, "-public_key", workplace.path("vkey"), "-ui=false"];
        const { stderr } = await promisify(execFile)(fsck, words, { timeout: 150_000 });
        const [, size] = /Successfully fsck'd log with size ([0-9]+) /.exec(stderr) ?? [];
        expect(Number(size)).to.be.greaterThan(700);
        const audit = await workplace.run(["audit", "--from", url, "--policy", "policy.json", "--json"]);
        const { checked, findings, noteFacts } = JSON.parse(audit.stdout) as AuditReport;
        expect(findings).to.deep.equal([]);
        expect(checked).to.include({ entries: Number(size), bodies: Number(size) - 1 });
        expect(noteFacts).to.deep.include({ id: "bodies-withheld", count: 1 });
        await stopService(serving, "SIGTERM");
      } finally {
        await workplace.remove();
        await chain.stop();
        await moto.remove();
      }
    });
  });
}
