// `warifu contract` for people: what it says, whose key it takes, and that it takes no other.

import { join } from "node:path";

import { getAddress, id } from "ethers";
import { expect } from "chai";

import { parseConfig } from "../../src/config.ts";
import { startService } from "../../src/main.ts";
import { administratorsOn, type Administrators, type Changed } from "../support/administrator.ts";
import { startAnvil, type TestChain } from "../support/chains.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { startFaultyNode, type FaultyNode } from "../support/faulty-node.ts";
import { runHere } from "../cli/support/run-here.ts";

/** Root of the empty tree. */
const EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

describe("warifu contract", () => {
  let node: TestChain;
  let people: Administrators;
  let deployed: Changed;

  before(async () => {
    node = await startAnvil({ chainId: 5_151 });
    people = await administratorsOn(node);
    deployed = await people.deploy();
  });
  after(() => node.stop());

  const run = (args: readonly string[]) =>
    runHere(["contract", ...args, "--rpc", node.rpcUrl, "--contract", deployed.contract], people.folder);

  it("says how the contract stands, for people", async () => {
    const { code, stdout, stderr } = await run(["status"]);
    expect([code, stderr]).to.deep.equal([0, ""]);
    for (const line of [
      `contract    ${deployed.contract} on chain 5151, at block`,
      `code hash   ${deployed.codeHash}`,
      "head        0 entries, root 0xe3b0c44298fc1c14",
      "closed      no",
      `admin       ${people.admin.address}`,
      `anchorers   ${people.anchorer.address}`,
      `closers     ${people.closer.address}`,
    ])
      expect(stdout).to.include(line);
  });

  it("is asked for by a service on a chain that is not local", async () => {
    const { keystore, passwordFile } = people.anchorer;
    const starting = startService(
      parseConfig({
        WARIFU_DATA_DIR: join(people.folder, "without-contract"),
        WARIFU_HTTP_PORT: "0",
        WARIFU_RPC_URL: node.rpcUrl,
        WARIFU_ANCHOR_KEYSTORE: keystore,
        WARIFU_ANCHOR_PASSWORD_FILE: passwordFile,
        WARIFU_LOG_LEVEL: "silent",
      }),
    );
    await expectRejection(
      "CONFIG_INVALID",
      starting,
      /set WARIFU_CONTRACT to the one that `warifu contract deploy` made$/,
    );
  });

  it("makes a change, says so, and says when there was nothing to do", async () => {
    const account = `0x${"22".repeat(20)}`;
    const first = await run(["grant-closer", account, ...people.admin.signsWith]);
    expect([first.code, first.stdout]).to.deep.equal([0, `✓ ${account} may close the log\n`]);
    expect(first.stderr).to.match(/^transaction 0x[0-9a-f]{64} in block \d+\n$/);
    const again = await run(["grant-closer", account, ...people.admin.signsWith]);
    expect([again.code, again.stdout, again.stderr]).to.deep.equal([
      0,
      first.stdout,
      "it was so already: nothing was sent\n",
    ]);
    const taken = await run(["revoke-closer", account, ...people.admin.signsWith]);
    expect(taken.stdout).to.equal(`✓ ${account} may not close the log\n`);
    const offered = await run(["offer-admin", account, ...people.admin.signsWith]);
    expect(offered.stdout).to.include("warifu contract accept-admin");
    expect((await run(["status"])).stdout).to.match(new RegExp(`offered to ${account}, from 20`));
  });

  it("exits with 2 when the account may not, and with 3 when the chain does not answer", async () => {
    const denied = await run(["close", ...people.anchorer.signsWith]);
    expect([denied.code, denied.stdout]).to.deep.equal([2, ""]);
    expect(denied.stderr).to.match(/may not close the contract \[CHAIN_REFUSED\]/);
    const nobody = ["contract", "status", "--rpc", "http://127.0.0.1:9", "--contract", deployed.contract];
    expect((await runHere(nobody, people.folder)).code).to.equal(3);
    const silent = ["--signer-url", "http://127.0.0.1:9", "--address", people.closer.address];
    const unsigned = await run(["close", ...silent]);
    expect([unsigned.code, /SIGNER_FAILED/.test(unsigned.stderr)]).to.deep.equal([3, true]);
  });

  it("takes the key that is named for it, and never the one that anchors", async () => {
    const settings = { WARIFU_ANCHOR_KEY: `0x${"33".repeat(32)}`, WARIFU_RPC_URL: node.rpcUrl };
    const withSettings = async (more: NodeJS.ProcessEnv, args: readonly string[]) => {
      Object.assign(process.env, settings, more);
      try {
        return await run(args);
      } finally {
        for (const name of Object.keys({ ...settings, ...more })) Reflect.deleteProperty(process.env, name);
      }
    };
    const none = await withSettings({}, ["close"]);
    expect(none.code).to.equal(2);
    expect(none.stderr).to.match(/^error: whose key signs\? name it with --keystore/);
    const key = `0x${"44".repeat(32)}`;
    const named = await withSettings({ WARIFU_ADMIN_KEY: key }, ["close"]);
    // The account of that key, which may not.
    expect(named.stderr).to.match(/^error: 0x7564105e977516c53be337314c7e53838967bdac may not close/);
    expect(`${none.stderr}${named.stderr}`).not.to.match(/3333|4444/);
    const half = await run(["close", "--keystore", people.closer.keystore]);
    expect([half.code, /both, --keystore and --password-file/.test(half.stderr)]).to.deep.equal([2, true]);
    const two = [...people.closer.signsWith, "--signer-url", "http://127.0.0.1:9", "--address", people.closer.address];
    expect((await run(["close", ...two])).stderr).to.match(/one key signs/);
    const dear = await run(["close", ...people.closer.signsWith, "--max-cost", "0.000000000000001"]);
    expect([dear.code, /nothing was sent: .* could cost .* ether/.test(dear.stderr)]).to.deep.equal([2, true]);
    const odd = await run(["close", ...people.closer.signsWith, "--max-cost", "-1"]);
    expect([odd.code, /an amount such as 0\.5/.test(odd.stderr)]).to.deep.equal([2, true]);
  });

  it("needs no anchoring account in the settings, and no service", async () => {
    process.env["WARIFU_RPC_URL"] = node.rpcUrl;
    process.env["WARIFU_CONTRACT"] = deployed.contract;
    try {
      const { code, stdout } = await runHere(["contract", "status", "--json"], people.folder);
      expect([code, (JSON.parse(stdout) as Changed).contract]).to.deep.equal([0, deployed.contract]);
    } finally {
      delete process.env["WARIFU_RPC_URL"];
      delete process.env["WARIFU_CONTRACT"];
    }
  });

  describe("where WARIFU_RPC_URL names several endpoints", () => {
    const account = `0x${"66".repeat(20)}`;
    let second: FaultyNode;
    // One that is still open.
    before(async () => {
      deployed = await people.deploy();
    });
    beforeEach(async () => {
      second = await startFaultyNode(node.rpcUrl);
    });
    afterEach(() => second.stop());

    /** Over those nodes; the first is the one that sends. */
    const runOver = async (urls: readonly string[], args: readonly string[]) => {
      process.env["WARIFU_RPC_URL"] = urls.join(",");
      try {
        return await runHere(["contract", ...args, "--contract", deployed.contract], people.folder);
      } finally {
        delete process.env["WARIFU_RPC_URL"];
      }
    };
    /** Calls of that function get this answer from the second node. */
    const lieAbout = (signature: string, word: 0 | 1): void =>
      second.setFault(({ method, params: [call] }, forward) =>
        method === "eth_call" &&
        String((Object(call) as { data?: unknown }).data).startsWith(id(signature).slice(0, 10))
          ? { result: `0x${String(word).padStart(64, "0")}` }
          : forward(),
      );
    const orders = (): (readonly [string, string])[] => [
      [node.rpcUrl, second.rpcUrl],
      [second.rpcUrl, node.rpcUrl],
    ];
    const hosts = (): string[] => [node.rpcUrl, second.rpcUrl].map((url) => new URL(url).host);
    const expectContradiction = ({ code, stdout, stderr }: Awaited<ReturnType<typeof runHere>>, what: string): void => {
      expect([code, stdout], stderr).to.deep.equal([1, ""]);
      expect(stderr).to.contain("CHAIN_MISMATCH").and.contain(what);
      for (const host of hosts()) expect(stderr).to.contain(`${host} says `);
    };
    const sent = (): number => second.seen.filter(({ method }) => method === "eth_sendRawTransaction").length;

    it("says how it stands and makes changes, over the first, when all agree", async () => {
      for (const urls of orders()) {
        const status = await runOver(urls, ["status"]);
        expect([status.code, status.stderr], status.stdout).to.deep.equal([0, ""]);
        for (const verb of ["grant-anchorer", "revoke-anchorer"])
          expect((await runOver(urls, [verb, account, ...people.admin.signsWith])).code).to.equal(0);
      }
      expect(sent()).to.equal(2);
    });

    it("believes no node alone that a thief's right was taken already, and sends nothing", async () => {
      lieAbout("hasRole(bytes32,address)", 0);
      for (const urls of orders()) {
        const { address } = people.anchorer;
        expectContradiction(await runOver(urls, ["revoke-anchorer", address, ...people.admin.signsWith]), "revoke");
        expectContradiction(await runOver(urls, ["status"]), "holders of roles");
      }
      expect(sent()).to.equal(0);
    });

    it("believes no node alone that the contract is closed already, nor makes a successor of an open one", async () => {
      lieAbout("isClosed()", 1);
      for (const urls of orders()) {
        expectContradiction(await runOver(urls, ["close", ...people.closer.signsWith]), "isClosed");
        expectContradiction(await runOver(urls, ["status"]), "isClosed");
      }
      process.env["WARIFU_RPC_URL"] = [second.rpcUrl, node.rpcUrl].join(",");
      const { address } = people.admin;
      const roles = ["--admin", address, "--anchorer", address, "--closer", address];
      const args = ["deploy", "--successor-of", deployed.contract, "--size", "0", "--root", EMPTY, ...roles];
      const successor = await runHere(["contract", ...args, ...people.admin.signsWith], people.folder).finally(() =>
        Reflect.deleteProperty(process.env, "WARIFU_RPC_URL"),
      );
      expectContradiction(successor, "isClosed");
      expect(sent()).to.equal(0);
    });

    it("calls nothing made that a node still shows as it was before", async () => {
      const { signsWith } = people.admin;
      expect((await runOver([node.rpcUrl], ["grant-closer", account, ...signsWith])).code).to.equal(0);
      lieAbout("hasRole(bytes32,address)", 1);
      const args = ["revoke-closer", account, ...signsWith];
      expectContradiction(await runOver([node.rpcUrl, second.rpcUrl], args), "revoke");
      second.setFault();
      expect((await runOver([node.rpcUrl, second.rpcUrl], args)).code).to.equal(0);
    });

    it("waits for a node that lags behind, and names it when it stays there", async () => {
      const height: unknown = await node.ask("eth_blockNumber");
      second.setFault(({ method }, forward) => (method === "eth_blockNumber" ? { result: height } : forward()));
      const args = ["grant-closer", account, ...people.admin.signsWith, "--wait", "1"];
      const late = await runOver([node.rpcUrl, second.rpcUrl], args);
      expect([late.code, late.stdout], late.stderr).to.deep.equal([3, ""]);
      expect(late.stderr).to.contain(`${hosts()[1]} does not have block ${Number(height) + 1} yet`);
      let looks = 0;
      second.setFault(({ method }, forward) =>
        method === "eth_blockNumber" && ++looks < 3 ? { result: height } : forward(),
      );
      const patient = [...args.slice(0, -1), "60"];
      expect((await runOver([node.rpcUrl, second.rpcUrl], patient)).code).to.equal(0);
      expect(looks).to.be.at.least(3);
    });

    it("does nothing over nodes of two chains", async () => {
      second.setFault(({ method }, forward) => (method === "eth_chainId" ? { result: "0x1" } : forward()));
      expectContradiction(await runOver([node.rpcUrl, second.rpcUrl], ["status"]), "chain id");
    });
  });

  it("closes for good, and deploys a successor that takes over log and limits", async () => {
    const closed = await run(["close", ...people.closer.signsWith]);
    expect([closed.code, closed.stdout]).to.deep.equal([0, "✓ the log is closed for good at 0 entries\n"]);
    expect((await run(["status"])).stdout).to.include("closed      yes, for good");
    const empty = ["--size", "0", "--root", EMPTY];
    const roles = [
      "--admin",
      people.admin.address,
      "--anchorer",
      people.anchorer.address,
      "--closer",
      people.closer.address,
    ];
    const args = [
      "contract",
      "deploy",
      "--successor-of",
      deployed.contract,
      ...roles,
      "--rpc",
      node.rpcUrl,
      ...people.admin.signsWith,
    ];
    const without = await runHere(args, people.folder);
    expect(without.stderr).to.match(/has no final anchor in 0x.*: name the last honest head with --size and --root/);
    expect(without.code).to.equal(2);
    const { code, stdout, stderr } = await runHere([...args, ...empty], people.folder);
    expect(code, stderr).to.equal(0);
    expect(stdout).to.match(/^✓ contract 0x[0-9a-f]{40} is deployed on chain 5151\nlog id +0x/);
    // Log id and limit are in the code, so the same hash says that both were taken over.
    expect(stdout).to.include(`code hash   ${deployed.codeHash}`);
    expect(stderr).to.match(/verifiers' policies must name this address and code hash/);
  });

  describe("truth E5: what is unwise about a new contract", () => {
    const EVERYBODY = `0x${"77".repeat(20)}`;
    const OTHER = `0x${"88".repeat(20)}`;
    const THIRD = `0x${"99".repeat(20)}`;

    const warningsOf = async (
      { rpcUrl }: TestChain,
      [admin, anchorer, closer]: readonly [string, string, string],
      more: readonly string[] = [],
    ): Promise<string[]> => {
      const roles = ["--admin", admin, "--anchorer", anchorer, "--closer", closer];
      const args = ["contract", "deploy", ...roles, ...more, "--rpc", rpcUrl, ...people.admin.signsWith];
      const { code, stderr } = await runHere(args, people.folder);
      expect(code, stderr).to.equal(0);
      return stderr.split("\n").filter((line) => line.startsWith("warning: "));
    };

    it("one account with all roles, no delay, an anchor of one entry: each has its warning", async () => {
      const careless = ["--admin-delay", "0", "--max-growth", "1"];
      const warnings = await warningsOf(node, [EVERYBODY, EVERYBODY, EVERYBODY], careless);
      expect(warnings).to.have.length(3);
      expect(warnings[0]).to.include(`${EVERYBODY} is admin and anchorer and closer`);
      expect(warnings[1]).to.include("handed over after 0 s");
      expect(warnings[2]).to.include("--max-growth is 1: no anchor adds more");
    });

    it("two roles of one account, however the address is written", async () => {
      const plain = `0x${"ab".repeat(20)}`;
      const checksummed = getAddress(plain);
      expect(checksummed).not.to.equal(plain);
      const warnings = await warningsOf(node, [EVERYBODY, checksummed, plain]);
      expect(warnings).to.have.length(1);
      expect(warnings[0]).to.include(`${plain} is anchorer and closer`);
    });

    it("nothing where three accounts, two days and the usual growth are named", async () => {
      expect(await warningsOf(node, [EVERYBODY, OTHER, THIRD])).to.deep.equal([]);
    });

    it("nothing on a local chain, which is for trying things out", async () => {
      const local = await startAnvil();
      try {
        await local.ask("anvil_setBalance", people.admin.address, "0x56bc75e2d63100000");
        const careless = ["--admin-delay", "0", "--max-growth", "1"];
        expect(await warningsOf(local, [EVERYBODY, EVERYBODY, EVERYBODY], careless)).to.deep.equal([]);
      } finally {
        await local.stop();
      }
    });
  });

  it("makes keys whose files the commands take", async () => {
    const args = ["key", "account", "new", "--keystore", "new.json", "--password-file", "new.password"];
    const made = await runHere(args, people.folder);
    expect(made.code, made.stderr).to.equal(0);
    expect(made.stdout).to.match(/^0x[0-9a-f]{40}\n$/);
    expect(made.stderr).to.match(/its password was made as well: new\.password\n.*apart/);
    const again = await runHere([...args, "--json"], people.folder);
    expect([again.code, JSON.parse(again.stdout).error.code]).to.deep.equal([2, "CONFIG_INVALID"]);
    const refused = await run([
      "grant-anchorer",
      people.admin.address,
      "--keystore",
      "new.json",
      "--password-file",
      "new.password",
    ]);
    expect(refused.stderr).to.include(`error: ${made.stdout.trim()} is not the contract's admin`);
  });
});
