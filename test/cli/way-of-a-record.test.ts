// The command end to end, as people and scripts use it: a service that really runs, records in every format, their
// proofs, tampered ones, audits. The exit code and the step that is named are what each test is about. One run of each verb is
// a process; the others are the same call within this one.

import { expect } from "chai";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { parseBundle } from "../../src/core/bundle.ts";
import { askerOf } from "../support/chains.ts";
import { startFaultyNode } from "../support/faulty-node.ts";
import { temporaryFolder } from "../support/ledger.ts";
import { ServedAuthority, TimeAuthorities } from "../support/time-authority.ts";
import { openWorkplace, startService, stopService, type Run, type Running, type Workplace } from "./support/command.ts";

type Summary = {
  readonly acknowledged: { readonly new: number; readonly repeated: number };
  readonly refused: number;
  readonly firstLeafIndex: number | null;
  readonly lastLeafIndex: number | null;
  readonly refusals: readonly { readonly item: number; readonly code: string; readonly message: string }[];
};
type VerdictDocument = {
  readonly outcome: string;
  readonly steps: readonly { readonly step: string; readonly outcome: string; readonly code?: string }[];
  readonly record?: {
    readonly leafIndex: number;
    readonly claims: object;
    readonly anchor: { readonly blockHash: string };
  };
};

const READINGS = [
  { "ayto:temperature": "16.45", "dc:identifier": "419" },
  { "ayto:temperature": "", "dc:identifier": "742" },
  { "ayto:temperature": "-48.83", "dc:identifier": "237" },
];
const REPORT = {
  type: "citizen-report",
  source: "city/reports",
  claims: { category: "pothole", text: "A hole, invented.", reporterName: "Ana Ejemplo" },
};

describe("the way of a record on the command line", () => {
  let place: Workplace;
  let service: Running;
  let authorities: TimeAuthorities;
  let served: ServedAuthority;

  before(async () => {
    authorities = new TimeAuthorities(join(temporaryFolder(), "tsa")).make("root", "root").make("tsa", "root");
    served = new ServedAuthority(authorities, "tsa");
    const settings = [{ name: "tsa", url: await served.listen(), certificates: ["root.pem"] }];
    writeFileSync(join(authorities.folder, "authorities.json"), JSON.stringify(settings));
    place = await openWorkplace({
      WARIFU_TSA: join(authorities.folder, "authorities.json"),
      WARIFU_TSA_SECONDS: "0.5",
    });
    service = await startService(place);
    writeFileSync(place.path("city.json"), JSON.stringify({ summary: { items: 3 }, resources: READINGS }));
    const report = await place.run(["submit", "-", "--acks", "report.ack"], { input: JSON.stringify(REPORT) });
    expect(report, report.stderr).to.include({ code: 0 });
    await submit(["city.json", "--type", "sensor-reading", "--items", "/resources", "--acks", "acks.ndjson"]);
    await place.run(["prove", reportId(), "-o", "report.json", "--wait", "30"]);
  });

  after(async () => {
    expect((await stopService(service)).code, service.said()).to.equal(0);
    await place.remove();
    served.close();
    authorities.remove();
  });

  const submit = async (args: readonly string[], input?: string): Promise<Summary & { readonly run: Run }> => {
    const run = await place.here(["submit", ...args, "--json"], input === undefined ? {} : { input });
    return { ...(JSON.parse(run.stdout) as Summary), run };
  };
  const verify = async (args: readonly string[]): Promise<VerdictDocument & { readonly run: Run }> => {
    const run = await place.here(["verify", ...args, "--json"]);
    return { ...(JSON.parse(run.stdout) as VerdictDocument), run };
  };
  const acknowledged = (file: string): { readonly item: number; readonly id: string; readonly leafIndex: number }[] =>
    readFileSync(place.path(file), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { item: number; id: string; leafIndex: number });
  const reportId = (): string => acknowledged("report.ack")[0]!.id;
  const bundleWith = (change: (bundle: Record<string, unknown>) => void, name: string): string => {
    const bundle = JSON.parse(readFileSync(place.path("report.json"), "utf8")) as Record<string, unknown>;
    change(bundle);
    writeFileSync(place.path(name), JSON.stringify(bundle));
    return name;
  };

  describe("submit", () => {
    it("takes the array at a JSON pointer, and adds nothing when the same file is submitted again", async () => {
      const again = await submit(["city.json", "--type", "sensor-reading", "--items", "/resources"]);
      expect(again.run.code).to.equal(0);
      expect(again.acknowledged).to.deep.equal({ new: 0, repeated: 3 });
      expect(acknowledged("acks.ndjson").map(({ item }) => item)).to.deep.equal([1, 2, 3]);
      expect([again.firstLeafIndex, again.lastLeafIndex]).to.deep.equal([
        acknowledged("acks.ndjson")[0]!.leafIndex,
        acknowledged("acks.ndjson")[2]!.leafIndex,
      ]);
    });

    it("takes NDJSON in several batches, keeps the order of the file, and goes on with a file that was half sent", async () => {
      const lines = Array.from({ length: 50 }, (_, i) => JSON.stringify({ temperature: i }));
      writeFileSync(place.path("many.ndjson"), `${lines.join("\n")}\n`);
      const args = ["many.ndjson", "--type", "sensor-reading", "--source", "gateway-7", "--batch", "7"];
      const first = await submit([...args, "--acks", "many.ack"]);
      expect(first.run.code, first.run.stderr).to.equal(0);
      expect(first.acknowledged).to.deep.equal({ new: 50, repeated: 0 });
      const leaves = acknowledged("many.ack").map(({ leafIndex }) => leafIndex);
      // Rising, but not always without a gap: a beacon may come between two batches.
      expect(leaves).to.deep.equal([...new Set(leaves)].sort((a, b) => a - b));
      expect((await submit(args)).acknowledged).to.deep.equal({ new: 0, repeated: 50 });
    });

    it("takes CSV with semicolons and a byte order mark, every value as text", async () => {
      writeFileSync(place.path("r.csv"), '\ufefftemperature;place\r\n16.40;"Calle ""A"";1"\r\n\r\n007;\r\n');
      const { run, acknowledged: counts } = await submit(["r.csv", "--type", "sensor-reading", "--acks", "csv.ack"]);
      expect(run.code, run.stderr).to.equal(0);
      expect(counts).to.deep.equal({ new: 2, repeated: 0 });
      const { id } = acknowledged("csv.ack")[0]!;
      await place.here(["prove", id, "-o", "csv.json", "--wait", "30"]);
      const { record } = await verify(["csv.json"]);
      expect(record?.claims).to.deep.equal({ temperature: "16.40", place: 'Calle "A";1' });
    });

    it("truth B5: says with --dry-run what would be public for ever and what concealed, and sends nothing", async () => {
      const reports = JSON.stringify([REPORT, { ...REPORT, claims: { ...REPORT.claims, surprise: 1 } }]);
      const { run } = await submit(["-", "--dry-run"], reports);
      expect(run.code).to.equal(1);
      const seen = JSON.parse(run.stdout) as { types: unknown[]; refused: number; refusals: { item: number }[] };
      expect(seen.types).to.deep.equal([
        { type: "citizen-report", records: 1, sources: 1, public: ["category"], concealed: ["text", "reporterName"] },
      ]);
      expect([seen.refused, seen.refusals.map(({ item }) => item)]).to.deep.equal([1, [2]]);
      const said = await place.here(["submit", "-", "--dry-run"], { input: JSON.stringify(REPORT) });
      expect(said.code).to.equal(0);
      expect(said.stdout).to.match(
        /public for ever: source \(1 name\), category\n.*concealed: +text, reporterName\n.*nothing was sent/,
      );
      expect(said.stdout).to.not.match(/Ana Ejemplo|A hole/);
      // A file tried dry is new when it is sent.
      writeFileSync(place.path("dry.json"), JSON.stringify({ ...REPORT, claims: { category: "graffiti" } }));
      await submit(["dry.json", "--dry-run"]);
      expect((await submit(["dry.json"])).acknowledged).to.deep.equal({ new: 1, repeated: 0 });
    });

    it("acknowledges what is right, names each item that is not, and exits with 1", async () => {
      const lines = [
        JSON.stringify({ ...REPORT, key: "r-1" }),
        '{"type":"citizen-report","source":"city/reports","claims":{"category":"pothole","surprise":1}}',
        '{"type":"sensor-reading","source":"s","claims":{"count":9007199254740993}}',
        "[1]",
        "{",
      ];
      const { run, ...summary } = await submit(["-", "--format", "ndjson"], lines.join("\n"));
      expect(run.code).to.equal(1);
      expect(summary.acknowledged).to.deep.equal({ new: 1, repeated: 0 });
      expect(summary.refusals.map(({ item, code }) => [item, code])).to.deep.equal([
        [2, "CLAIMS_INVALID"],
        [3, "JSON_NUMBER_INEXACT"],
        [4, "RECORD_INVALID"],
        [5, "JSON_INVALID"],
      ]);
    });

    it("points at the array that may have been meant, when one object is refused that holds it", async () => {
      const run = await place.here(["submit", "city.json", "--type", "sensor-reading"]);
      expect(run.code).to.equal(1);
      expect(run.stderr).to.equal("if its items are at /resources, give --items /resources\n");
    });

    it("takes stdin for new each time, and one object as one record", async () => {
      const both = await Promise.all([1, 2].map(() => submit(["-"], JSON.stringify(REPORT))));
      for (const { acknowledged: counts } of both) expect(counts).to.deep.equal({ new: 1, repeated: 0 });
    });

    it("says that a key is needed where there is none", async () => {
      const run = await place.here(["submit", "city.json", "--type", "t", "--items", "/resources"], {
        settings: { WARIFU_DATA_DIR: place.path("elsewhere") },
      });
      expect([run.code, run.stdout]).to.deep.equal([2, ""]);
      expect(run.stderr).to.match(/^error: send a valid API key.*\nhint: give a key with --key/);
    });
  });

  describe("prove and verify", () => {
    it("holds under the policy that the service wrote, and says what is shown and what is not", async () => {
      const run = await place.run(["verify", "report.json"]);
      expect(run.code, run.stdout).to.equal(0);
      expect(run.stdout)
        .to.match(/^✓ bundle/)
        .and.match(/✓ holds: the record at leaf \d+ from city\/reports/);
      expect(run.stdout)
        .to.include('category  "pothole"')
        .and.match(/what \d+ digests conceal/);
      expect(run.stdout).to.not.include("Ana Ejemplo");
      expect(run.stdout).to.include(reportId()).and.include("whether the chain has that block");
      expect(run.stdout).to.match(
        /^under the policy \/\S+policy\.json, SHA-256 [0-9a-f]{64}, fingerprint \d{4}( \d{4}){5}$/m,
      );
      expect(run.stderr).to.equal("");
    });

    it("truth D2: opens concealed claims for an officer only, says how many, into a file that only its owner can read", async () => {
      const run = await place.here(["prove", reportId(), "--openings", "-o", "open.json", "--json"]);
      expect(run.code, run.stderr).to.equal(0);
      expect(JSON.parse(run.stdout)).to.include({ id: reportId(), file: "open.json", openings: 2 });
      expect(statSync(place.path("open.json")).mode & 0o777).to.equal(0o600);
      expect((await verify(["open.json"])).record?.claims).to.deep.equal(REPORT.claims);
      const refused = await place.run(["prove", reportId(), "--openings", "--key", submitterKey()]);
      expect([refused.code, refused.stdout]).to.deep.equal([2, ""]);
    });

    const submitterKey = (): string =>
      (JSON.parse(readFileSync(place.path("data/api-keys.json"), "utf8")) as { submitter: string }).submitter;

    it("refutes what was changed, and names the step and the record", async () => {
      const changes: [step: string, change: (bundle: Record<string, unknown>) => void][] = [
        ["bundle", (bundle) => delete bundle["entry"]],
        ["body", (bundle) => (bundle["body"] = String(bundle["body"]).replace("pothole", "pathole"))],
        ["checkpoint", (bundle) => (bundle["proof"] = String(bundle["proof"]).replace(/\n(\d+)\n/, "\n9$1\n"))],
        ["inclusion", (bundle) => (bundle["proof"] = String(bundle["proof"]).replace(/index \d+/, "index 0"))],
      ];
      const runs = await Promise.all(
        changes.map(([, change], at) => place.here(["verify", bundleWith(change, `changed-${at}.json`)])),
      );
      for (const [at, [step]] of changes.entries()) {
        const run = runs[at]!;
        expect(run.code, step).to.equal(1);
        expect(run.stdout).to.match(new RegExp(`^✗ ${step} .*\\[[A-Z_]+\\]$`, "m"));
        expect(run.stdout).to.match(new RegExp(`✗ refuted at step "${step}": `));
        if (step !== "bundle") expect(run.stdout).to.match(/claims leaf \d+ from city\/reports; do not rely on it/);
      }
    });

    it("refutes under another log's policy", async () => {
      const policy = JSON.parse(readFileSync(place.path("data/policy.json"), "utf8")) as { chain: object };
      writeFileSync(
        place.path("other.json"),
        JSON.stringify({ ...policy, chain: { ...policy.chain, contract: `0x${"1".repeat(40)}` } }),
      );
      const { run, steps } = await verify(["report.json", "--policy", "other.json"]);
      expect(run.code).to.equal(1);
      expect(steps.at(-1)).to.include({ step: "anchor", outcome: "refuted", code: "CHAIN_MISMATCH" });
    });

    it("believes a block that the verifier trusts, and no other", async () => {
      const { record } = await verify(["report.json"]);
      const { blockHash } = record!.anchor;
      const [right, wrong] = await Promise.all([
        verify(["report.json", "--block-hash", blockHash.toUpperCase().replace("0X", "0x")]),
        verify(["report.json", "--block-hash", `0x${"0".repeat(64)}`]),
      ]);
      expect([right.run.code, right.outcome]).to.deep.equal([0, "holds"]);
      expect([wrong.run.code, wrong.steps.at(-1)?.step]).to.deep.equal([1, "chain"]);
    });

    it("asks the node that the verifier names, and leaves undecided what it cannot ask", async () => {
      const chain = `http://127.0.0.1:${place.settings["WARIFU_CHAIN_PORT"]}`;
      const [asked, unasked] = await Promise.all([
        place.here(["verify", "report.json", "--rpc", chain]),
        place.here(["verify", "report.json", "--rpc", "http://127.0.0.1:9"]),
      ]);
      expect(asked.code, asked.stdout).to.equal(0);
      expect(asked.stdout).to.match(/✓ chain +the chain has block \d+, and it is final/);
      expect(asked.stdout).to.not.include("whether the chain has");
      expect(unasked.code).to.equal(3);
      expect(unasked.stdout)
        .to.match(/^– chain .*\[CHAIN_UNREACHABLE\]$/m)
        .and.match(/\? cannot be decided: /);
    });

    it("takes several bundles, one line each, the worst of them deciding", async () => {
      const bad = bundleWith((bundle) => (bundle["source"] = "somebody/else"), "source.json");
      const run = await place.here(["verify", "report.json", bad]);
      expect(run.code).to.equal(1);
      expect(
        run.stdout
          .split("\n")
          .slice(0, 2)
          .map((line) => line.slice(0, 16)),
      ).to.deep.equal(["✓ report.json: h", "✗ source.json: r"]);
    });

    it("passes a bundle from prove to verify through a pipe", async () => {
      const proved = await place.run(["prove", reportId()]);
      const [run, endless] = await Promise.all([
        place.run(["verify", "-"], { input: proved.stdout }),
        place.run(["verify", "-"], { input: Buffer.alloc(3_000_000, " ") }),
      ]);
      expect(run.code, run.stdout).to.equal(0);
      expect(endless.code).to.equal(1);
      expect(endless.stdout).to.match(/^✗ bundle +the bundle is larger than 1048576 bytes/);
    });

    it("gives the bare proof and its entry to who reads C2SP's formats alone", async () => {
      const bare = ["prove", reportId(), "--format", "tlog-proof"];
      const run = await place.here([...bare, "-o", "report.tlog-proof", "--entry", "report.entry", "--json"]);
      expect(run.code, run.stderr).to.equal(0);
      expect(JSON.parse(run.stdout)).to.deep.equal({
        id: reportId(),
        file: "report.tlog-proof",
        entry: "report.entry",
      });
      const { proof, entry } = parseBundle(readFileSync(place.path("report.json")));
      expect(readFileSync(place.path("report.tlog-proof"), "utf8")).to.equal(proof);
      expect(readFileSync(place.path("report.entry"))).to.deep.equal(Buffer.from(entry));
      for (const more of [[], ["--json"], ["--json", "--entry", "report.entry"]])
        expect(await place.here([...bare, ...more])).to.include({ code: 0, stdout: proof });
      for (const wrong of [["--openings"], ["--for-contract"], ["--source", "city/reports", "-o", "x"]])
        expect((await place.here([...bare, ...wrong])).code, wrong.join(" ")).to.equal(2);
      expect((await place.here(["prove", reportId(), "--entry", "x"])).code).to.equal(2);
    });

    it("carries what a time-stamping authority said of the anchor, which OpenSSL checks alone", async () => {
      const prove = () => place.here(["prove", reportId(), "-o", "dated.json", "--timestamps", "stamps"]);
      let run = await prove();
      for (let tries = 0; run.code !== 0 && tries < 600; tries++) {
        await sleep(100);
        run = await prove();
      }
      expect(run.code, run.stderr).to.equal(0);
      const [token, data] = ["1.der", "1.data"].map((name) => readFileSync(place.path(join("stamps", name))));
      expect(authorities.accepts(token!, data!, "root")).to.equal(true);
      expect(authorities.accepts(token!, Buffer.from("other"), "root")).to.equal(false);
      const verdict = await verify(["dated.json"]);
      expect(verdict.steps.find(({ step }) => step === "time")).to.include({ outcome: "holds" });
      expect((await place.here(["prove", reportId(), "--for-contract", "--timestamps", "x"])).code).to.equal(2);
    });

    it("says by its exit code that a record is not known, or a bundle not there", async () => {
      const [unknown, missing] = await Promise.all([
        place.here(["prove", "01a2027c-2159-7a69-9866-d7239d86bfb2"]),
        place.here(["verify", "none.json"]),
      ]);
      expect([missing.code, missing.stderr]).to.deep.equal([
        2,
        "error: the bundle none.json cannot be read: there is no such file or folder\n",
      ]);
      expect([unknown.code, unknown.stdout]).to.deep.equal([2, ""]);
      expect(unknown.stderr).to.equal("error: there is no record of that id [NOT_FOUND]\n");
    });
  });

  describe("audit", () => {
    it("holds for the data folder of the running service, and for its log over HTTP", async () => {
      const { WARIFU_HTTP_PORT: http, WARIFU_CHAIN_PORT: chain } = place.settings;
      const log = ["audit", "--from", `http://127.0.0.1:${http}/log`];
      const [own, whole, some] = await Promise.all([
        place.run(["audit", "--json", "--report", "audit.json"]),
        place.here([...log, "--rpc", `http://127.0.0.1:${chain}`, "--json"]),
        place.here([...log, "--sample", "5"]),
      ]);
      expect(own.code, own.stdout + own.stderr).to.equal(0);
      expect(JSON.parse(readFileSync(place.path("audit.json"), "utf8"))).to.deep.include(JSON.parse(own.stdout));
      const report = JSON.parse(whole.stdout) as { outcome: string; checked: { entries: number; anchors: number } };
      expect([whole.code, report.outcome], whole.stdout).to.deep.equal([0, "holds"]);
      expect(report.checked.anchors).to.be.greaterThan(0);
      expect(some.code, some.stdout).to.equal(0);
      expect(some.stdout).to.include("checked 5 entries, 5 bodies").and.include("no chain was asked");
    });

    it("asks all nodes that the policy names, and is undecided while one of them is silent", async () => {
      const { WARIFU_HTTP_PORT: http, WARIFU_CHAIN_PORT: chain } = place.settings;
      const own = JSON.parse(readFileSync(place.path("data/policy.json"), "utf8")) as object;
      const rpc = [`http://127.0.0.1:${chain}`, "http://127.0.0.1:9"];
      writeFileSync(place.path("two-nodes.json"), JSON.stringify({ ...own, rpc }));
      const run = await place.here(["audit", "--from", `http://127.0.0.1:${http}/log`, "--policy", "two-nodes.json"]);
      expect(run.code, run.stdout + run.stderr).to.equal(3);
      expect(run.stdout).to.match(/not all could be read: .*127\.0\.0\.1:9/);
      // The data folder's audit likewise, and it says once what it could not do.
      const folder = await place.here(["audit", "--policy", "two-nodes.json", "--json"]);
      const { outcome, notes } = JSON.parse(folder.stdout) as { outcome: string; notes: string[] };
      expect([folder.code, outcome]).to.deep.equal([3, "undecided"]);
      const told = notes.filter((note) => /could be read/.test(note));
      expect(told).to.have.length(1);
      expect(told[0]).to.match(/not all could be read: .*127\.0\.0\.1:9/);
      expect(notes).to.include("anchors were checked against their stored evidence only");
    });

    it("truth E3: goes by the policy's finality on a chain whose nodes name no final block", async () => {
      const { WARIFU_HTTP_PORT: http, WARIFU_CHAIN_PORT: chain } = place.settings;
      const node = await startFaultyNode(`http://127.0.0.1:${chain}`);
      node.setFault(({ params }, forward) =>
        params[0] === "finalized" ? { error: { code: -39001, message: "unknown block" } } : forward(),
      );
      await askerOf(node.rpcUrl)("hardhat_mine", "0x3");
      const own = JSON.parse(readFileSync(place.path("data/policy.json"), "utf8")) as { chain: object };
      const audit = async (finality: unknown): Promise<Run> => {
        const policy = { ...own, chain: { ...own.chain, accept: "trusted-block", finality } };
        writeFileSync(place.path("finality.json"), JSON.stringify(policy));
        const from = ["--from", `http://127.0.0.1:${http}/log`, "--rpc", node.rpcUrl, "--policy", "finality.json"];
        return place.here(["audit", ...from]);
      };
      try {
        const [unnamed, deep, shallow] = [await audit(undefined), await audit(100_000), await audit(3)];
        expect(unnamed.code, unnamed.stdout).to.equal(3);
        expect(unnamed.stdout).to.include("names no finalized block: set a number of confirmations");
        expect(deep.code, deep.stdout).to.equal(3);
        expect(deep.stdout).to.match(/not final yet by the policy's rule were left open: \d+/);
        expect(shallow.code, shallow.stdout).to.equal(0);
        expect(shallow.stdout).not.to.include("left open");
      } finally {
        await node.stop();
      }
    });

    it("is undecided where there is nobody to read from", async () => {
      const run = await place.here(["audit", "--from", "http://127.0.0.1:9/log"]);
      expect(run.code).to.equal(3);
      expect(run.stdout).to.match(/\? cannot be decided yet/);
    });
  });

  describe("status and key", () => {
    it("says how the service stands", async () => {
      const run = await place.here(["status"]);
      expect(run.code, run.stdout).to.equal(0);
      expect(run.stdout)
        .to.match(/^entries +\d+, \d+ of them anchored and final$/m)
        .and.match(/^✓ healthy$/m);
      const { health } = JSON.parse((await place.here(["status", "--json"])).stdout) as { health: { ok: boolean } };
      expect(health.ok).to.equal(true);
    });

    it("exits with 3 when nobody answers", async () => {
      const run = await place.run(["status", "--url", "http://127.0.0.1:9", "--json"]);
      expect(run.code).to.equal(3);
      expect(JSON.parse(run.stdout)).to.have.nested.property("error.code", "SERVICE_UNREACHABLE");
    });

    it("issues a key that works, lists it and revokes it", async () => {
      const issued = JSON.parse(
        (await place.here(["key", "add", "gateway-7", "--role", "submitter", "--source", "*", "--json"])).stdout,
      ) as {
        keyId: string;
        key: string;
      };
      const use = ["submit", "-", "--key", issued.key];
      expect((await place.here(use, { input: JSON.stringify(REPORT) })).code).to.equal(0);
      const listed = await place.here(["key", "list"]);
      expect(listed.stdout).to.match(new RegExp(`^${issued.keyId}  submitter .*  gateway-7  \\(last used .*\\)$`, "m"));
      expect((await place.here(["key", "revoke", issued.keyId])).code).to.equal(0);
      expect((await place.here(use, { input: JSON.stringify(REPORT) })).code).to.equal(2);
      expect((await place.here(["key", "revoke", issued.keyId])).code).to.equal(2);
    });
  });
});
