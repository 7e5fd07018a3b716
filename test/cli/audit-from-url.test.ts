// `warifu audit --from URL` as an outsider runs it, with a policy file and an address: its memory in a file, samples that can be
// repeated, and a fork that anybody can verify.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { formatPolicy } from "../../src/core/policy.ts";
import { temporaryFolder } from "../support/ledger.ts";
import { entryOf, logFiles, serveLog, type LogFiles } from "../verify/support/served-log.ts";
import type { Run } from "./support/command.ts";
import { runHere } from "./support/run-here.ts";

describe("warifu audit --from URL", () => {
  const folder = temporaryFolder();
  const [log, grown] = [logFiles(300), logFiles(700)];
  const forked = logFiles(700, { entry: (at) => entryOf(at === 10 ? 100_000 : at), withAddenda: false });
  before(() => writeFileSync(join(folder, "policy.json"), formatPolicy(log.policy)));

  const audit = async (of: LogFiles, ...args: string[]): Promise<Run> => {
    const served = await serveLog(of);
    const all = ["audit", "--from", served.url, "--policy", "policy.json", ...args];
    return runHere(all, folder).finally(() => served.stop());
  };
  const checked = ({ stdout }: Run): number => (JSON.parse(stdout) as { checked: { entries: number } }).checked.entries;

  it("remembers what it saw, goes on from there, and refuses another history with evidence that verifies", async () => {
    expect((await audit(log, "--state", "log.audit")).code).to.equal(0);
    expect(checked(await audit(grown, "--state", "log.audit", "--json"))).to.equal(700);
    const kept = readFileSync(join(folder, "log.audit"), "utf8");
    const refused = await audit(forked, "--state", "log.audit");
    expect([refused.code, refused.stdout]).to.satisfy(([code]: [number]) => code === 1);
    expect(refused.stdout).to.include("its history was changed").and.include("`warifu verify fork-700-700.json`");
    expect(readFileSync(join(folder, "log.audit"), "utf8")).to.equal(kept);
    const verified = await runHere(["verify", "fork-700-700.json", "--policy", "policy.json"], folder);
    expect(verified.code, verified.stderr).to.equal(0);
    expect(verified.stdout).to.include("proven: the log's key signed two histories");
    const shrunk = await audit(log, "--state", "log.audit", "--report", "shrunk.json");
    expect([shrunk.code, existsSync(join(folder, "fork-300-700.json"))]).to.deep.equal([1, false]);
    expect(shrunk.stdout).to.include("now the log shows 300");
  });

  it("verifies evidence among bundles, in a folder and as JSON, and says what proves nothing", async () => {
    const text = readFileSync(join(folder, "fork-700-700.json"), "utf8");
    const value = JSON.parse(text) as Record<string, unknown>;
    writeFileSync(join(folder, "same.json"), JSON.stringify({ ...value, larger: value["smaller"] }));
    const same = await runHere(["verify", "same.json", "--policy", "policy.json"], folder);
    expect([same.code, same.stdout.includes('refuted at step "contradiction": it proves nothing')]).to.deep.equal([
      1,
      true,
    ]);
    const both = await runHere(["verify", "fork-700-700.json", "same.json", "--policy", "policy.json"], folder);
    expect([both.code, both.stdout.includes("2 bundles: 1 holds, 1 refuted")]).to.deep.equal([1, true]);
    const json = await runHere(["verify", "fork-700-700.json", "--policy", "policy.json", "--json"], folder);
    expect(JSON.parse(json.stdout)).to.include({ outcome: "holds" }).and.have.property("steps");
  });

  it("takes no state that is damaged, of another log, or no state, and no options that do not go together", async () => {
    const state = readFileSync(join(folder, "log.audit"), "utf8");
    const wrong: Record<string, [text: string, says: RegExp]> = {
      "damaged.audit": [state.replace('"position":512', '"position":256'), /damaged: put a copy back/],
      "cut.audit": [state.slice(0, 100), /it is no JSON/],
      "other.audit": [state.replace("audited.example/log", "other.example/log"), /remembers another log/],
      "none.audit": ['{"format":"warifu-policy/1"}', /is not the state of an audit/],
      "null.audit": ["null", /is not the state of an audit/],
    };
    for (const [name, [text, says]] of Object.entries(wrong)) {
      writeFileSync(join(folder, name), text);
      const run = await audit(grown, "--state", name);
      expect([run.code, run.stderr], name).to.satisfy(
        ([code, said]: [number, string]) => code === 2 && says.test(said),
      );
    }
    for (const [args, says] of [
      [["--state", "a", "--sample", "3"], /without --sample and --acks/],
      [["--state", "a", "--acks", "b"], /without --sample and --acks/],
      [["--seed", "a"], /give both/],
      [["--state", "a", "--source", "s", "--from", "1", "--to", "2"], /without --sample and --state/],
    ] as const) {
      const run = await audit(grown, ...args);
      expect([run.code, says.test(run.stderr)], run.stderr).to.deep.equal([2, true]);
    }
    const inFolder = await runHere(["audit", "--from", ".", "--state", "a", "--policy", "policy.json"], folder);
    expect([inFolder.code, inFolder.stderr.includes("--state remembers a log over HTTP")]).to.deep.equal([2, true]);
    expect((await audit(log, "--state", join("nowhere", "a"))).code).to.equal(2);
  });

  it("takes the place without --from too, and one place alone", async () => {
    const served = await serveLog(log);
    const run = (...args: string[]): Promise<Run> => runHere(["audit", ...args, "--policy", "policy.json"], folder);
    const [named, usual] = [await run(served.url, "--json"), await run("--from", served.url, "--json")];
    const both = await run(served.url, "--from", ".");
    await served.stop();
    expect(named).to.deep.equal(usual);
    expect([both.code, both.stderr.includes("names one folder or address")]).to.deep.equal([2, true]);
  });

  it("repeats a sample from its seed, and says what it is worth", async () => {
    const sampled = async (...args: string[]): Promise<{ note: string; seed: string }> => {
      const { stdout } = await audit(grown, "--sample", "40", "--json", ...args);
      const { notes, noteFacts } = JSON.parse(stdout) as { notes: string[]; noteFacts: { id: string; seed: string }[] };
      const at = noteFacts.findIndex(({ id }) => id === "sampled");
      return { note: notes[at] ?? "", seed: noteFacts[at]?.seed ?? "" };
    };
    const first = await sampled();
    expect(first.seed).to.match(/^[0-9a-f]{32}$/);
    expect((await sampled()).seed).not.to.equal(first.seed);
    expect(await sampled("--seed", first.seed)).to.deep.equal(first);
    expect(first.note).to.include("at most 7.3 % of all leaves are altered, with 95 % confidence");
  });
});
