// `warifu witness` as somebody else than the log's operator runs it: a command, a folder, and a log that it is told of.

import { existsSync, statSync, writeFileSync } from "node:fs";

import { expect } from "chai";

import { formatVerifierKey, parseVerifierKey } from "../../src/core/note.ts";
import { acceptCosignature } from "../../src/core/tlog-witness.ts";
import { ORIGIN, smallLog } from "../witness/support/small-log.ts";
import { openWorkplace, stopService, type Running, type Workplace } from "./support/command.ts";
import { runHere } from "./support/run-here.ts";

const log = smallLog();
const LOG_VKEY = formatVerifierKey(log.key);

describe("warifu witness", () => {
  let workplace: Workplace;

  before(async () => {
    workplace = await openWorkplace();
  });
  after(() => workplace.remove());

  const start = async (...args: string[]): Promise<{ running: Running; url: string; vkey: string }> => {
    const running = workplace.start(["witness", "--port", "0", ...args]);
    await running.until(/Ctrl-C stops it\./);
    const [, url = ""] = await running.until(/address +(http\S+)/);
    const [, vkey = ""] = await running.until(/vkey +(\S+)/);
    return { running, url, vkey };
  };
  const submit = async (url: string, body: Uint8Array): Promise<[status: number, bytes: Uint8Array]> => {
    const answer = await fetch(`${url}/add-checkpoint`, { method: "POST", body: Buffer.from(body) });
    return [answer.status, new Uint8Array(await answer.arrayBuffer())];
  };

  it("makes its key, says who it is, cosigns, stops on Ctrl-C, and goes on where it was", async () => {
    const first = await start("--name", "witness.example/w1", "--log", LOG_VKEY, "--data", "w1");
    expect(statSync(workplace.path("w1/witness.key")).mode & 0o777).to.equal(0o600);
    const key = parseVerifierKey(first.vkey);
    expect(key).to.include({ name: "witness.example/w1", type: "cosignature" });
    const [status, line] = await submit(first.url, log.request(0, 8));
    expect(status).to.equal(200);
    expect(acceptCosignature(log.text(8), line, key).name).to.equal("witness.example/w1");
    expect((await stopService(first.running)).code).to.equal(0);

    // The name is known by now; the log comes from a list, and another claims its origin there, which --log settles.
    const thief = smallLog({ seed: 99 });
    writeFileSync(workplace.path("thief.txt"), `logs/v0\nvkey ${formatVerifierKey(thief.key)}\n`);
    const named = await start("--log", LOG_VKEY, "--logs", "thief.txt", "--data", "w1");
    expect((await submit(named.url, thief.request(8, 9)))[0]).to.equal(403);
    expect((await stopService(named.running)).code).to.equal(0);
    writeFileSync(workplace.path("logs.txt"), `logs/v0\n\nvkey ${LOG_VKEY}\nqpd 1440\n`);
    const again = await start("--logs", "logs.txt", "--data", "w1");
    expect(again.vkey).to.equal(first.vkey);
    expect((await submit(again.url, smallLog({ forkAt: 4 }).request(8, 8)))[0]).to.equal(422);
    await again.running.until(/ALARM: the log log\.example\/one signed two different trees of one size/);
    expect((await submit(again.url, log.request(8, 9)))[0]).to.equal(200);
    expect((await stopService(again.running, "SIGTERM")).code).to.equal(0);
  });

  it("tells programs what it tells people", async () => {
    const running = workplace.start([
      "witness",
      "--json",
      "--name",
      "w.example",
      "--log",
      LOG_VKEY,
      "--data",
      "w2",
      "--port",
      "0",
    ]);
    await running.until(/\n}\n/);
    const { code, stdout } = await stopService(running);
    expect(code).to.equal(0);
    const document = JSON.parse(stdout) as Record<string, unknown>;
    expect(document).to.include({ name: "w.example", dataDir: workplace.path("w2") });
    expect(document["logs"]).to.deep.equal([ORIGIN]);
    expect(document["url"]).to.match(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  const WRONG: readonly [what: string, args: readonly string[], pattern: RegExp][] = [
    ["no log", ["--name", "w.example"], /no log to witness/],
    ["a log that is none", ["--log", "x"], /form <name>/],
    ["a witness in the place of a log", ["--log", "w.example+x"], /form/],
    ["a list that is not there", ["--logs", "nothing.txt"], /cannot be read/],
    ["a name with a scheme", ["--name", "https://w.example", "--log", LOG_VKEY], /without its scheme/],
    ["a port that is none", ["--log", LOG_VKEY, "--port", "70000"], /0 to 65535/],
    ["no name at the first start", ["--log", LOG_VKEY, "--data", "w3"], /needs a name/],
  ];
  for (const [what, args, pattern] of WRONG)
    it(`is used wrongly with ${what}`, async () => {
      const { code, stderr } = await runHere(["witness", ...args], workplace.folder);
      expect(code).to.equal(2);
      expect(stderr).to.match(pattern);
      expect(existsSync(workplace.path("w3/witness.key"))).to.equal(false);
    });

  it("is used wrongly on a port that is taken", async () => {
    const taken = await start("--name", "w4.example", "--log", LOG_VKEY, "--data", "w4");
    const { port } = new URL(taken.url);
    const args = ["witness", "--name", "w5.example", "--log", LOG_VKEY, "--data", "w5", "--port", port];
    expect(await runHere(args, workplace.folder)).to.include({ code: 2 });
    await stopService(taken.running);
  });
});
