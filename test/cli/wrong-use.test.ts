// Wrong use is told apart from everything else: exit code 2, one clear line on stderr, nothing on stdout, no stack. And
// help is there for every verb, with examples.

import { expect } from "chai";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";

import { patientServer } from "../support/patient-server.ts";
import { openWorkplace, type Workplace } from "./support/command.ts";
import { runHere } from "./support/run-here.ts";

const ID = "01a2027c-2159-7a69-9866-d7239d86bfb2";
const NOBODY = `0x${"00".repeat(20)}`;

describe("the command, wrongly used", () => {
  let place: Workplace;

  before(async () => {
    place = await openWorkplace();
    mkdirSync(place.path("folder"));
    writeFileSync(place.path("bundle.json"), "{}");
    writeFileSync(place.path("rows.csv"), "a,b\n1,2\n");
    writeFileSync(place.path("twice.csv"), "a,a\n1,2\n");
    writeFileSync(place.path("open.csv"), 'a,b\n1,"2\n');
    writeFileSync(place.path("policy.json"), "{}");
    writeFileSync(place.path("list.json"), '{"items":{}}');
    symlinkSync("circle", place.path("circle"));
  });

  after(() => place.remove());

  const WRONG: readonly (readonly [args: string, says: RegExp])[] = [
    ["", /^Usage: warifu/],
    ["bogus", /unknown command 'bogus'/],
    ["help bogus", /unknown command 'bogus'/],
    ["help sbumit", /unknown command 'sbumit'\n\(Did you mean submit\?\)/],
    ["status --bogus", /unknown option '--bogus'/],
    ["submit", /missing required argument 'file'/],
    ["submit none.json", /^error: none\.json cannot be read: there is no such file or folder\n$/],
    ["submit folder", /^error: folder cannot be read: it is a folder\n$/],
    ["submit rows.csv", /whose rows are claims: name their type with --type/],
    ["submit rows.csv --source s", /--source goes with --type/],
    ["submit rows.csv --type t --items /x --format csv", /--items points into JSON/],
    ["submit twice.csv --type t", /row 1, column 2 \(a\): column 1 has the same name: rename one/],
    ["submit open.csv --type t", /row 2, column 2: a quote is opened and never closed/],
    ["submit list.json --items items", /a JSON pointer begins with a slash/],
    ["submit list.json --items /items", /there is no array at \/items/],
    ["submit list.json --items /items/0", /there is nothing at \/items\/0/],
    ["submit list.json --batch 0", /It is a whole number from 1 to 20000/],
    ["submit list.json --format xml", /Allowed choices are json, ndjson, csv/],
    [`prove ${ID.toUpperCase()}`, /a record id is a lower-case UUID of version 7/],
    [`prove ${ID} --wait soon`, /It is a number of seconds/],
    ["verify", /missing required argument 'bundles'/],
    ["verify bundle.json", /there is no policy to verify by: name one with --policy FILE/],
    ["verify bundle.json --policy none.json", /the policy none\.json cannot be read: there is no such file/],
    ["verify bundle.json --policy policy.json", /policy\.format/],
    ["verify bundle.json --block-hash 0x12", /It is 0x and 64 hexadecimal digits/],
    ["verify bundle.json --rpc localhost", /It is an http or https address/],
    [
      "audit bundle.json",
      /bundle\.json is a file: name a folder or the log's address; `warifu verify` checks a bundle/,
    ],
    ["export-log bundle.json", /bundle\.json is a file: name a folder for the log's files/],
    ["submit circle", /^error: circle cannot be read: its links lead in a circle\n$/],
    ["audit --from none", /there is no folder .*none/],
    ["audit --source bad~name --from 1 --to 2", /It is a name of 1 to 128 of the characters A-Z a-z 0-9/],
    ["prove --source ~ -o x", /It is a name of 1 to 128/],
    ["list --since 1h --until 2h", /--until is earlier than --since, so no record can fit/],
    ["list --source ~", /It is a name of 1 to 128/],
    ["audit --sample -1", /It is a whole number/],
    ["status --url localhost:8080", /It is an http or https address/],
    ["submit list.json --url localhost", /It is an http or https address/],
    [`prove ${ID} --url localhost`, /It is an http or https address/],
    ["key list --url localhost", /It is an http or https address/],
    ["key add x --role boss", /Allowed choices are submitter, auditor, officer, admin/],
    ["key add x", /required option '--role <role>' not specified/],
    ["key revoke x", /A key's id has 16 hexadecimal digits/],
    ["key account new --keystore x", /required option '--password-file <file>' not specified/],
    ["contract status --contract 0x12", /It is 0x and 40 hexadecimal digits/],
    ["contract grant-anchorer 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92267", /Its checksum is wrong/],
    ["contract grant-anchorer", /missing required argument 'address'/],
    [`contract close --signer-url http://x`, /both, --signer-url and --address/],
    [
      `contract deploy --admin ${NOBODY} --closer ${NOBODY} --anchorer ${NOBODY} --contract x`,
      /unknown option '--contract'/,
    ],
    ["contract deploy", /required option '--admin <address>' not specified/],
  ];

  for (const [args, says] of WRONG)
    it(`warifu ${args}`, async () => {
      const run = await runHere(args === "" ? [] : args.split(" "), place.folder);
      expect([run.code, run.stdout]).to.deep.equal([2, ""]);
      expect(run.stderr).to.match(says);
      expect(run.stderr)
        .to.not.match(/^ +at /m)
        .and.not.include("\u001b");
    });

  it("ends as a process does: the code goes to the shell, the line to stderr", async () => {
    const run = await place.run(["submit", "none.json", "--bogus"]);
    expect(run).to.deep.equal({
      code: 2,
      stdout: "",
      stderr: "error: unknown option '--bogus'\n(--help tells more)\n",
    });
  });

  it("tells a program the same with --json", async () => {
    const run = await runHere(["submit", "none.json", "--json"], place.folder);
    expect(run.code).to.equal(2);
    expect(JSON.parse(run.stdout)).to.have.nested.property("error.code", "USAGE");
  });

  it("says what the system refuses, as a line and not as a defect", async () => {
    const run = await place.run(["start"], { settings: { WARIFU_DATA_DIR: place.path("policy.json/data") } });
    expect(run.code, run.stderr).to.equal(2);
    expect(run.stderr).to.match(/^error: the system refused: .*policy\.json.*\n$/);
  });

  it("names settings that are wrong, never their values", async () => {
    const settings = { WARIFU_HTTP_PORT: "12x45", WARIFU_ANCHOR_KEY: "0xsecret", WARIFU_NOPE: "1" };
    const run = await place.run(["status"], { settings });
    expect(run.code).to.equal(2);
    for (const name of Object.keys(settings)) expect(run.stderr).to.include(name);
    expect(run.stderr).to.not.match(/12x45|secret/);
    const origin = await place.run(["status"], { settings: { WARIFU_ORIGIN: "https://x" } });
    expect([origin.code, /an origin is a URL without its scheme/.test(origin.stderr)]).to.deep.equal([2, true]);
  });

  it("says of a server that is no service that it is none, and nothing of what it answered", async () => {
    const answers = ["{}", '{"origin":"a.example","vkey":"k","treeSize":1,"anchoring":{}}', "[]", "null"];
    const server = patientServer((_, response) => {
      response.setHeader("content-type", "application/json").end(answers[0]);
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    for (; answers.length > 0; answers.shift()) {
      const run = await runHere(["status", "--url", url], place.folder);
      expect([run.code, run.stdout], answers[0]).to.deep.equal([3, ""]);
      expect(run.stderr).to.match(
        /^error: \S+ answered with what is no status of this service \[SERVICE_UNREACHABLE\]/,
      );
      const { stdout } = await runHere(["status", "--url", url, "--json"], place.folder);
      expect(JSON.parse(stdout)).to.have.nested.property("error.code", "SERVICE_UNREACHABLE");
    }
    await new Promise((closed) => server.close(closed));
  });

  it("prints help with examples for every verb, and exits with 0", async () => {
    const verbs = ["start", "submit", "prove", "verify", "audit", "status", "key", "contract"];
    const whole = await runHere(["--help"], place.folder);
    expect(whole.code).to.equal(0);
    for (const verb of verbs) {
      expect(whole.stdout).to.match(new RegExp(`^  ${verb}\\b`, "m"));
      const run = await runHere(["help", verb], place.folder);
      expect([run.code, run.stderr], verb).to.deep.equal([0, ""]);
      expect(run.stdout, verb).to.match(new RegExp(`Examples:\n.*warifu ${verb}`, "s"));
    }
    const version = await runHere(["--version"], place.folder);
    expect(version).to.deep.equal({ code: 0, stdout: version.stdout, stderr: "" });
    expect(version.stdout).to.match(/^\d+\.\d+\.\d+\n$/);
  });
});
