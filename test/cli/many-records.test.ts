// Records are listed, shown, proven and verified in numbers, with the command, against a service that really runs.

import { expect } from "chai";
import { parse } from "csv-parse/sync";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import type { AnchorView } from "../../src/client/answers.ts";
import type { AuditReport } from "../../src/verify/audit-findings.ts";
import type { RecordView } from "../../src/read/records.ts";
import { startSwiftChain, type TestChain } from "../support/chains.ts";
import { temporaryFolder } from "../support/ledger.ts";
import { startService, type TestService } from "../support/service.ts";
import { formatPolicy } from "../../src/core/policy.ts";
import { submitLines, readingText, type Result } from "../http/support/call.ts";
import type { Run } from "./support/command.ts";
import { runHere } from "./support/run-here.ts";

const START = Date.UTC(2026, 10, 1, 10);
const HOUR_MS = 3_600_000;
const SOURCE = "many/1";

interface Written {
  readonly written: number;
  readonly kept: number;
  readonly notAnchoredYet: readonly string[];
  readonly failed: readonly { readonly id: string; readonly error: { readonly code: string } }[];
}

describe("many records on the command line", () => {
  let chain: TestChain;
  let service: TestService;
  let folder: string;
  let now = START;
  let sent: Required<Result>[];
  let waiting: Required<Result>[];
  before(async () => {
    chain = await startSwiftChain();
    service = await startService({ chain, now: () => now });
    folder = temporaryFolder();
    writeFileSync(join(folder, "policy.json"), formatPolicy(service.policy));
    const lines = Array.from({ length: 20 }, (_, i) => readingText(i, { source: SOURCE }));
    lines.push(
      JSON.stringify({ type: "citizen-report", source: "city/desk", claims: { category: "pothole", text: "deep" } }),
    );
    sent = (await submitLines(service, lines.join("\n"))).results as Required<Result>[];
    await service.anchorAll();
    now += HOUR_MS;
    const later = [readingText(1, { source: SOURCE }), readingText(2, { source: SOURCE })];
    waiting = (await submitLines(service, later.join("\n"))).results as Required<Result>[];
  });
  after(async () => {
    await service?.stop();
    await chain?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const run = (args: string, role: "auditor" | "officer" = "auditor"): Promise<Run> =>
    runHere([...args.split(" "), "--url", service.url, "--key", service.keys[role]], folder);
  const verify = (args: string): Promise<Run> =>
    runHere(["verify", ...args.split(" "), "--policy", "policy.json"], folder);
  const ids = (): string[] => sent.slice(0, 20).map(({ id }) => id);

  describe("are listed", () => {
    it("a line each, in the log's order, by source, type and time", async () => {
      const { code, stdout } = await run(`list --source ${SOURCE}`);
      expect(code).to.equal(0);
      const lines = stdout.trimEnd().split("\n");
      expect(lines).to.have.length(22);
      expect(lines[0]).to.equal(`2026-11-01T10:00:00Z  leaf 2  sensor-reading  ${SOURCE}  seq 0  finalized`);
      expect(lines[21]).to.match(
        /^2026-11-01T11:00:00Z {2}leaf \d+ {2}sensor-reading {2}many\/1 {2}seq 21 {2}pending$/,
      );
      const count = async (args: string): Promise<number> =>
        (JSON.parse((await run(`list --json ${args}`)).stdout) as object[]).length;
      expect(await count("--type citizen-report")).to.equal(1);
      expect(await count("--since 2026-11-01T11:00Z")).to.equal(2);
      expect(await count("--since 2026-11-01 --until 2026-11-01T10:30+00:00")).to.equal(21);
      expect(await count("--until 2026-11-01")).to.equal(0);
    });

    it("up to a limit, which is said", async () => {
      const { stdout, stderr } = await run("list --limit 3");
      expect(stdout.trimEnd().split("\n")).to.have.length(3);
      expect(stderr).to.contain("these are the first 3");
      expect((await run("list --source nobody")).stderr).to.contain("no record fits");
    });

    it("or not at all with a wrong time or key", async () => {
      for (const time of ["yesterday", "2026-02-30", "90", "0m", "2026-11-01T25:00Z"])
        expect((await run(`list --since ${time}`)).stderr, time).to.contain("It is a time such as");
      const { code } = await runHere(["list", "--url", service.url, "--key", "wk_unknown"], folder);
      expect(code).to.equal(2);
    });
  });

  describe("are anchored, and the anchors listed with what they took", () => {
    it("a line each, or as CSV and JSON with every figure", async () => {
      const { code, stdout } = await run("list --anchors");
      expect(code).to.equal(0);
      expect(stdout).to.match(
        /^2026-11-01T10:00:00Z {2}anchor 1 {2}size 2\d {2}finalized {2}21 records {2}block \d+ {2}\d\d,\d{3} gas {2}[\d,.]+ a record {2}0\.0\d+ ETH {2}final after 0\.0 s\n$/,
      );
      const [anchor] = JSON.parse((await run("list --anchors --json")).stdout) as [AnchorView];
      const table = parse((await run("list --anchors --csv")).stdout, { columns: true }) as Record<string, string>[];
      expect(table).to.have.lengthOf(1);
      expect(table[0]).to.include({
        transactionHash: anchor.transactionHash,
        records: "21",
        costWei: anchor.costWei,
        finalAt: "2026-11-01T10:00:00.000Z",
      });
      expect(BigInt(anchor.costWei ?? 0)).to.equal(BigInt(anchor.gasUsed ?? 0) * BigInt(anchor.gasPriceWei ?? 0));
    });

    it("or not at all, where records and anchors are mixed up", async () => {
      for (const [args, why] of [
        ["--csv", "give --anchors with it"],
        ["--anchors --csv --json", "not both"],
        [`--anchors --source ${SOURCE}`, "are for records"],
      ] as const) {
        const { code, stderr } = await run(`list ${args}`);
        expect(code, args).to.equal(2);
        expect(stderr).to.contain(why);
      }
    });
  });

  describe("are shown", () => {
    it("by id, leaf, and either hash, with state, anchor and source", async () => {
      const { id, leafIndex, leafHash } = sent[3] as Required<Result>;
      const [entry] = await service.log.store.entries(leafIndex, leafIndex + 1);
      const names = [
        id,
        String(leafIndex),
        leafHash,
        `0x${leafHash.toUpperCase()}`,
        Buffer.from(entry!.bodyDigest).toString("hex"),
      ];
      for (const name of names) {
        const { code, stdout } = await run(`show ${name}`);
        expect(code, name).to.equal(0);
        expect(stdout)
          .to.contain(`sensor-reading ${id}`)
          .and.contain("anchored, in a final block")
          .and.contain("of chain 31337");
        expect(stdout).to.contain("temperature  3").and.contain("its source has no signing key");
      }
      const { stdout } = await runHere(["show", id, "--url", service.url, "--json"], folder);
      const { record, anchor } = JSON.parse(stdout) as { record: RecordView; anchor: { treeSize: number } };
      expect(record.id).to.equal(id);
      expect(anchor.treeSize).to.be.above(leafIndex);
    });

    it("with what is concealed by its number, also an event, also while there is no anchor", async () => {
      expect((await run(`show ${sent[20]?.id}`)).stdout).to.match(
        /concealed  any of Description \(text\), .*\(reporterName\).*: \d+ digests of such claims and decoys/,
      );
      expect((await run("show 0")).stdout).to.contain("(profile)");
      const { stdout } = await run(`show ${waiting[0]?.id}`);
      expect(stdout).to.contain("pending: in the log, and waits for the next anchor").and.not.contain("of chain");
    });

    it("or are not there", async () => {
      for (const name of ["99999", "0".repeat(64)]) expect((await run(`show ${name}`)).stderr).to.contain("NOT_FOUND");
      expect((await run("show 12ab")).stderr).to.contain("a record is named by its id");
    });
  });

  describe("are proven", () => {
    const prove = async (args: string, role: "auditor" | "officer" = "auditor") => {
      const { code, stdout, stderr } = await run(`prove ${args} --json`, role);
      expect(stdout, stderr).to.not.equal("");
      return { code, ...(JSON.parse(stdout) as Written) };
    };

    it("into a folder, each once; those that are not anchored are counted and named", async () => {
      const args = `--source ${SOURCE} -o proofs`;
      const first = await prove(args);
      const open = waiting.map(({ id }) => id);
      expect(first).to.deep.include({ code: 3, written: 20, kept: 0, notAnchoredYet: open, failed: [] });
      expect(readdirSync(join(folder, "proofs")).sort()).to.deep.equal(
        ids()
          .map((id) => `${id}.json`)
          .sort(),
      );
      // One is damaged, one is another record's, one is gone.
      const at = (n: number): string => join(folder, "proofs", `${ids()[n]}.json`);
      appendFileSync(at(0), "x");
      writeFileSync(at(1), readFileSync(at(2)));
      rmSync(at(3));
      expect(await prove(args)).to.deep.include({ code: 3, written: 3, kept: 17 });
      expect((await verify("proofs")).stdout).to.contain("20 bundles: 20 hold, 0 refuted, 0 undecided");
      const { stdout } = await run(`prove ${args}`);
      expect(stdout).to.contain("proofs: 0 bundles written, 20 there already");
      expect(stdout).to.contain("verify them: npx warifu verify proofs --policy FILE");
      expect(stdout).to.contain(`2 records are not anchored yet: ${open.join(", ")}`);
    });

    it("into a file, one a line, which a run that was cut off goes on with", async () => {
      const args = `--since 2026-11-01 --until 2026-11-01T11:00Z -o all.ndjson`;
      expect(await prove(args)).to.deep.include({ code: 0, written: 21, kept: 0 });
      const whole = readFileSync(join(folder, "all.ndjson"), "utf8");
      const lines = whole.trimEnd().split("\n");
      writeFileSync(join(folder, "all.ndjson"), whole.slice(0, lines.slice(0, 5).join("\n").length + 100));
      expect(await prove(args)).to.deep.include({ code: 0, written: 16, kept: 5 });
      expect(readFileSync(join(folder, "all.ndjson"), "utf8")).to.equal(whole);
      expect(await prove(args)).to.deep.include({ code: 0, written: 0, kept: 21 });
      const { code, stdout } = await verify("all.ndjson");
      expect(code).to.equal(0);
      expect(stdout).to.contain("21 bundles: 21 hold");
    });

    it("by their ids, with openings that nobody else may read", async () => {
      const report = sent[20]!.id;
      const { code, written } = await prove(`${report} ${ids()[0]} -o opened --openings`, "officer");
      expect([code, written]).to.deep.equal([0, 2]);
      expect(statSync(join(folder, "opened")).mode & 0o777).to.equal(0o700);
      expect(statSync(join(folder, "opened", `${report}.json`)).mode & 0o777).to.equal(0o600);
      expect(readFileSync(join(folder, "opened", `${report}.json`), "utf8")).to.contain('"openings": [');
    });

    it("but for those that there are not, which are named", async () => {
      const unknown = "019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f";
      const { code, written, failed } = await prove(`${ids()[0]} ${unknown} -o some`);
      expect([code, written, failed.map(({ id, error }) => [id, error.code])]).to.deep.equal([
        2,
        1,
        [[unknown, "NOT_FOUND"]],
      ]);
    });

    it("or the command is refused", async () => {
      writeFileSync(join(folder, "notes.ndjson"), "a note\n");
      writeFileSync(join(folder, "file"), "");
      const [one, two] = ids();
      const wrong: [string, RegExp][] = [
        ["prove --source s/1 --original file", /--original goes with one record/],
        ["prove", /name a record by its id, or records by --source/],
        [`prove ${one} ${two}`, /say with -o where the bundles go/],
        [`prove ${one} --source s -o x`, /by their ids, or by --source/],
        ["prove --source nobody -o x", /no record fits/],
        [`prove ${one} ${two} --for-contract -o x`, /--for-contract goes with one record/],
        [`prove ${one} nonsense -o x`, /"nonsense": a record id is a lower-case UUID/],
        [`prove ${one} ${two} -o notes.ndjson`, /notes\.ndjson holds something else than bundles/],
        [`prove ${one} ${two} -o file`, /file is a file: name a folder/],
      ];
      for (const [args, says] of wrong) {
        const { code, stderr } = await run(args);
        expect([code, says.test(stderr)], `${args}: ${stderr}`).to.deep.equal([2, true]);
      }
      expect(readFileSync(join(folder, "notes.ndjson"), "utf8")).to.equal("a note\n");
      expect(existsSync(join(folder, "x")), "a folder without anything in it").to.equal(false);
    });

    it("after a wait, when the anchor is there", async () => {
      const done = prove(`--since 2026-11-01T11:00Z -o late --wait 60`);
      await service.anchorAll();
      expect(await done).to.deep.include({ code: 0, written: 2, notAnchoredYet: [] });
    });
  });

  describe("are audited by the numbers of their source", () => {
    const audit = async (args: string) => {
      const { code, stdout, stderr } = await runHere(["audit", "--policy", "policy.json", ...args.split(" ")], folder);
      return { code, stdout, stderr };
    };

    it("over HTTP and in a folder: all there, each at its leaf, or named", async () => {
      for (const place of [`${service.url}/log`, service.folder]) {
        const { code, stdout, stderr } = await audit(`--from ${place} --source ${SOURCE} --from 0 --to 21 --json`);
        const { completeness, findings } = JSON.parse(stdout) as AuditReport;
        expect([code, findings], stderr).to.deep.equal([0, []]);
        expect(completeness).to.deep.include({ state: "complete", highest: 21, missing: [], notYet: [] });
        expect(completeness?.present[0]).to.deep.equal({ from: 0, to: 19, leafIndex: 2 });
      }
      const { code, stdout } = await audit(`--from ${service.url}/log --source ${SOURCE} --from 3 --to 23`);
      expect(code).to.equal(3);
      expect(stdout).to.contain(`source ${SOURCE}, 3 to 23: 19 of 21 are in the log, each once`);
      expect(stdout).to.contain("the log does not have 22-23 yet");
    });

    it("or the command is refused", async () => {
      const wrong = [`--source ${SOURCE}`, "--to 3", `--source ${SOURCE} --from 1`, `--source ${SOURCE} --to 3`];
      wrong.push(`--source ${SOURCE} --from 4 --to 3`, `--source ${SOURCE} --from 1 --from 2 --to 3`);
      wrong.push(`--source ${SOURCE} --from 1 --to 3 --sample 5`, "--from a --from b");
      for (const args of wrong) expect((await audit(`--from ${service.url}/log ${args}`)).code, args).to.equal(2);
    });
  });

  describe("are verified", () => {
    it("in a folder or a file: the first refuted one is named, and what is no bundle", async () => {
      mkdirSync(join(folder, "mixed"));
      const bundle = JSON.stringify(JSON.parse(readFileSync(join(folder, "proofs", `${ids()[5]}.json`), "utf8")));
      const changed = bundle.replace(/temperature/, "temperaturf");
      writeFileSync(join(folder, "mixed", "a.ndjson"), `${bundle}\n\n${changed}\n${changed}\n${bundle}`);
      writeFileSync(join(folder, "mixed", "b.json"), "no bundle");
      writeFileSync(join(folder, "mixed", "c.txt"), "not looked at");
      const { code, stdout, stderr } = await verify("mixed");
      expect(code).to.equal(1);
      expect(stdout).to.contain("5 bundles: 2 hold, 2 refuted, 0 undecided, 1 not a bundle");
      expect(stdout).to.contain("the first refuted one: mixed/a.ndjson:3");
      expect(stderr).to.contain("mixed/b.json is not a proof bundle");
      const documents = JSON.parse((await verify("mixed --json")).stdout) as { bundle: string; outcome?: string }[];
      expect(documents.map(({ bundle: name, outcome }) => [name, outcome])).to.deep.equal([
        ["mixed/a.ndjson:1", "holds"],
        ["mixed/a.ndjson:3", "refuted"],
        ["mixed/a.ndjson:4", "refuted"],
        ["mixed/a.ndjson:5", "holds"],
        ["mixed/b.json", undefined],
      ]);
    });

    it("or there is none", async () => {
      mkdirSync(join(folder, "empty"));
      writeFileSync(join(folder, "empty.ndjson"), "\n");
      for (const path of ["empty", "empty.ndjson", "none.ndjson"]) {
        const { code, stderr } = await verify(path);
        expect([code, /has no bundle in it|cannot be read: there is no such file/.test(stderr)], stderr).to.deep.equal([
          2,
          true,
        ]);
      }
    });
  });
});
