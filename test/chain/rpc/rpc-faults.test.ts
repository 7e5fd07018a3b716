// Nodes that stall, break off, answer something else or answer too much: a bounded refusal with a code, never a crash,
// never a wrong value, and never the credentials or the key in what is said about it.

import { expect } from "chai";
import { Transaction } from "ethers";
import type { ServerResponse } from "node:http";

import { freePort } from "../../../scripts/free-port.ts";
import { LOCAL_DEV_KEY } from "../../../src/chain/signers/development-keys.ts";
import type { Chain } from "../../../src/chain/chain.ts";
import { connectChain } from "../../../src/chain/nodes/connect-chain.ts";
import { openRpc } from "../../../src/chain/rpc/rpc.ts";
import { codeOf, WarifuError } from "../../../src/core/errors.ts";
import { startAnvil, type TestChain } from "../../support/chains.ts";
import { expectRejection } from "../../support/expect-rejection.ts";
import { startFaultyNode, type FaultyNode, type RpcRequest } from "../../support/faulty-node.ts";
import { anchorMined, connect, connectDeployed, growingLog } from "../../support/anchored-log.ts";

/** Of what is to be answered: never over. */
const PATIENT_MS = 60_000;
const HASTY_MS = 400;

/** Answers with this status and body, whatever was asked. */
const say =
  (status: number, body: (request: RpcRequest) => string) =>
  (request: RpcRequest, _forward: unknown, { response }: { response: ServerResponse }): undefined => {
    response.statusCode = status;
    response.end(body(request));
  };

const answer = (value: object): string => JSON.stringify({ jsonrpc: "2.0", ...value });

describe("a node that does not answer as it should", () => {
  let node: TestChain;
  let faulty: FaultyNode;
  let chain: Chain;
  /** The same, for what is never answered. */
  let hasty: Chain;
  before(async () => {
    node = await startAnvil();
    faulty = await startFaultyNode(node.rpcUrl);
    const deployed = await connectDeployed(node);
    await anchorMined(deployed, growingLog(256).first);
    const { contract } = deployed;
    chain = await connect(faulty, { contract, requestTimeoutMs: PATIENT_MS });
    hasty = await connect(faulty, { contract, requestTimeoutMs: HASTY_MS });
    await deployed.close();
  });
  afterEach(() => faulty.setFault());
  after(async () => {
    await Promise.all([chain.close(), hasty.close()]);
    await faulty.stop();
    await node.stop();
  });

  const questions = (chain: Chain, requestTimeoutMs: number): { readonly [name: string]: () => Promise<unknown> } => ({
    hasContract: () => chain.hasContract(),
    codeHash: () => chain.codeHash(),
    head: () => chain.head(),
    logId: () => chain.logId(),
    sign: () => chain.sign(growingLog(512).first),
    send: () => chain.send({ raw: "0x02", nonce: 0, transactionHash: `0x${"12".repeat(32)}` }),
    nextNonce: () => chain.nextNonce(),
    transactionState: () => chain.transactionState(`0x${"12".repeat(32)}`),
    blockHashAt: () => chain.blockHashAt(0),
    finalizedHeight: () => chain.finalizedHeight(),
    anchorEvents: () => chain.anchorEvents(),
    evidenceOf: () => chain.evidenceOf(`0x${"12".repeat(32)}`),
    deploy: () => chain.deploy(new Uint8Array(32).fill(1)),
    connect: () => connect(faulty, { requestTimeoutMs }),
  });

  const FAULTS: { readonly [name: string]: Parameters<FaultyNode["setFault"]>[0] } = {
    "never answers": () => undefined,
    "closes the connection": (_request, _forward, { response }) => void response.destroy(),
    "answers with status 500": say(500, () => "oops"),
    "answers with status 429": say(429, () => answer({ error: { code: 429, message: "slow down" } })),
    "answers with status 400 and a web page": say(400, () => "<!doctype html><title>Bad request</title>"),
    "answers with status 400 and a result": say(400, ({ id }) => answer({ id, result: "0x1" })),
    "answers with status 400 and bytes that are no text": (_request, _forward, { response }) =>
      void response.writeHead(400).end(Buffer.from([0xff, 0xfe, 0xfd])),
    "answers with a web page": say(200, () => "<!doctype html><title>Sign in</title>"),
    "answers with nothing": say(200, () => ""),
    "answers with null": say(200, () => "null"),
    "answers with a list": say(200, () => "[]"),
    "answers with another id": say(200, ({ id }) => answer({ id: id + 1, result: "0x1" })),
    "answers without an id": say(200, () => answer({ result: "0x1" })),
    "answers without a result": say(200, ({ id }) => answer({ id })),
    "answers with a result and an error": say(200, ({ id }) =>
      answer({ id, result: "0x1", error: { code: 1, message: "no" } }),
    ),
    "answers with an error that is none": say(200, ({ id }) => answer({ id, error: "no" })),
    "answers with a number": say(200, ({ id }) => answer({ id, result: 7 })),
    "answers with bytes that are no text": (_request, _forward, { response }) =>
      void response.end(Buffer.from([0xff, 0xfe, 0xfd])),
    "sends the client elsewhere": (_request, _forward, { response }) =>
      void response.writeHead(307, { location: node.rpcUrl }).end(),
    "breaks off in the middle": (request, _forward, { response }) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write(`{"jsonrpc":"2.0","id":${request.id},"resu`, () => response.destroy());
      return undefined;
    },
    "stalls in the middle": (request, _forward, { response }) =>
      void response.write(`{"jsonrpc":"2.0","id":${request.id},"resu`),
  };

  for (const [fault, respond] of Object.entries(FAULTS))
    it(`is unreachable when it ${fault}`, async () => {
      faulty.setFault(respond);
      // Side by side: every fault that stalls takes the whole time it is given.
      // A limited rate is worth other tries as long as there is time.
      const takesItsTime = ["never answers", "stalls in the middle", "answers with status 429"].includes(fault);
      const asked = takesItsTime ? questions(hasty, HASTY_MS) : questions(chain, PATIENT_MS);
      const outcomes = Object.entries(asked).map(async ([name, ask]) => {
        const error: unknown = await ask().then(
          () => expect.fail(`${name} was answered`),
          (reason: unknown) => reason,
        );
        expect(error, name).to.be.instanceOf(WarifuError);
        // Whatever else the answer is: an error to the estimate of a deployment is the chain's refusal.
        if (name === "deploy" && codeOf(error) === "CHAIN_REFUSED" && /an error/.test(fault)) return;
        // One that refuses to say what is final names nothing that is.
        const isRefusal = /an error/.test(fault) && name !== "finalizedHeight";
        const code = isRefusal ? "NODE_REFUSED" : "CHAIN_UNREACHABLE";
        expect((error as WarifuError).code, `${name}: ${(error as Error).message}`).to.equal(code);
        expect((error as WarifuError).message, name).to.match(/^eth_/);
      });
      const begun = performance.now();
      await Promise.all(outcomes);
      expect(performance.now() - begun).to.be.lessThan(PATIENT_MS);
    });

  it("names the method, the host and the cause, and keeps ethers' own error out", async () => {
    const { host } = new URL(faulty.rpcUrl);
    faulty.setFault(say(503, () => "no"));
    const down = await expectRejection("CHAIN_UNREACHABLE", chain.finalizedHeight());
    expect(down.message).to.equal(
      `eth_getBlockByNumber: the chain's node at ${host} gave no usable answer: HTTP status 503`,
    );
    expect(down.cause).to.equal(undefined);
    faulty.setFault(() => undefined);
    await expectRejection("CHAIN_UNREACHABLE", hasty.nextNonce(), new RegExp(`no answer within ${HASTY_MS} ms$`));
    const port = await freePort();
    await expectRejection("CHAIN_UNREACHABLE", openRpc(`http://127.0.0.1:${port}`), /^eth_chainId: .*ECONNREFUSED$/);
    await expectRejection(
      "CHAIN_UNREACHABLE",
      openRpc("http://node.invalid"),
      /^eth_chainId: .*(ENOTFOUND|EAI_AGAIN)$/,
    );
  });

  it("takes no more than it has room for, and stops reading there", async () => {
    let written = 0;
    faulty.setFault(async (_request, _forward, { response }) => {
      const chunk = Buffer.alloc(1024 * 1024, "7");
      response.write('{"jsonrpc":"2.0","id":1,"result":"');
      while (!response.destroyed && written < 100 * chunk.length) {
        written += chunk.length;
        await new Promise((resolve) => response.write(chunk, resolve));
      }
      response.end();
      return undefined;
    });
    const patient = openRpc(faulty.rpcUrl, 30_000);
    await expectRejection("CHAIN_UNREACHABLE", patient, /the answer is larger than \d+ bytes/);
    expect(written).to.be.within(32 * 1024 * 1024, 60 * 1024 * 1024);
  });

  it("is heard again as soon as it answers", async () => {
    faulty.setFault(say(500, () => ""));
    await expectRejection("CHAIN_UNREACHABLE", chain.head());
    faulty.setFault();
    expect((await chain.head()).treeSize).to.equal(256);
  });

  it("may take a transaction and lose the answer: it is sent again and anchors once", async () => {
    const fresh = await connectDeployed(node);
    const sender = await connect(faulty, { contract: fresh.contract, requestTimeoutMs: PATIENT_MS });
    const signed = await sender.sign(growingLog(300).first);
    faulty.setFault(async (request, forward) => {
      const result = await forward();
      return request.method === "eth_sendRawTransaction" ? undefined : result;
    });
    await expectRejection("CHAIN_UNREACHABLE", hasty.send(signed), /eth_sendRawTransaction: .* no answer within/);
    faulty.setFault();
    await sender.send(signed);
    while ((await sender.transactionState(signed.transactionHash)).state === "waiting");
    expect(await sender.anchorEvents()).to.have.length(1);
    await Promise.all([fresh.close(), sender.close()]);
  });

  it("does not get away with another hash for what it was sent", async () => {
    const signed = await chain.sign(growingLog(512).first);
    faulty.setFault(({ method }, forward) =>
      method === "eth_sendRawTransaction" ? { result: `0x${"12".repeat(32)}` } : forward(),
    );
    await expectRejection("CHAIN_UNREACHABLE", chain.send(signed));
  });

  it("may say that it has a transaction that it does not show, or that it has no room now", async () => {
    const signed = await chain.sign(growingLog(512).first);
    const refuse = (message: string): void =>
      faulty.setFault(({ method }, forward) =>
        method === "eth_sendRawTransaction" ? { error: { code: -32000, message } } : forward(),
      );
    refuse("already known");
    await chain.send(signed);
    refuse("txpool is full");
    await expectRejection("NODE_REFUSED", chain.send(signed), /refused: txpool is full$/);
    refuse("nonce too low");
    const refusal = await chain.send(signed);
    expect(refusal?.reason).to.equal("nonce-used");
    expect(refusal?.message).to.match(/\(nonce too low\): another transaction/);
  });

  it("does not get away with an answer without a result, or with a number that is too large", async () => {
    faulty.setFault(say(200, ({ id }) => answer({ id })));
    await expectRejection("CHAIN_UNREACHABLE", chain.nextNonce(), /the answer is empty$/);
    faulty.setFault(say(200, ({ id }) => answer({ id, result: "0x20000000000000" })));
    await expectRejection("CHAIN_UNREACHABLE", chain.nextNonce(), /wrong form/);
    faulty.setFault(say(200, ({ id }) => answer({ id, result: "0x1fffffffffffff" })));
    expect(await chain.nextNonce()).to.equal(Number.MAX_SAFE_INTEGER);
  });

  it("does not get away with the block or the receipt of something else", async () => {
    const [event] = await chain.anchorEvents();
    const other = `0x${"12".repeat(32)}`;
    faulty.setFault(async (_request, forward) => {
      const { result } = await forward();
      return { result: { ...(result as object), number: "0x63", transactionHash: other } };
    });
    await expectRejection("CHAIN_UNREACHABLE", chain.blockHashAt(1), /wrong form/);
    await expectRejection("CHAIN_UNREACHABLE", chain.transactionState(event!.transactionHash), /wrong form/);
  });

  it("is asked with a user name as it stands where that is no percent-encoding", async () => {
    let header: string | undefined;
    faulty.setFault((_request, forward, { request }) => {
      header = request.headers.authorization;
      return forward();
    });
    (await openRpc(faulty.rpcUrl.replace("//", "//%zz:half@"))).close();
    expect(Buffer.from(header!.replace("Basic ", ""), "base64").toString()).to.equal("%zz:half");
  });

  it("gets the credentials of its address in a header, and nobody sees them", async () => {
    const password = "pass word%:é";
    const url = new URL(faulty.rpcUrl);
    url.username = "city-of-example";
    url.password = encodeURIComponent(password);
    url.pathname = "/v3/0123456789abcdef";
    url.search = "?apikey=topsecret";
    let header: string | undefined;
    faulty.setFault((_request, forward, { request }) => {
      header = request.headers.authorization;
      return forward();
    });
    const rpc = await openRpc(url.href);
    expect(Buffer.from(header!.replace("Basic ", ""), "base64").toString()).to.equal(`city-of-example:${password}`);
    const faults = [
      say(500, () => ""),
      say(200, ({ id }) =>
        answer({ id, error: { code: -32005, message: `key 0123456789abcdef of ${url.href} is over its limit` } }),
      ),
      say(200, ({ id }) => answer({ id, error: { code: -32005, message: `not you: ${header}` } })),
      say(307, () => ""),
    ];
    const encoded = header!.replace("Basic ", "");
    for (const fault of faults) {
      faulty.setFault(fault);
      const error = await rpc.ask("eth_blockNumber", []).then(
        () => expect.fail("it was answered"),
        (reason: unknown) => reason as WarifuError,
      );
      expect(["NODE_REFUSED", "CHAIN_UNREACHABLE"]).to.include(error.code);
      const said = `${error.message} ${error.stack} ${JSON.stringify(error.details)} ${String(error.cause)}`;
      for (const secret of ["city-of-example", "pass", "0123456789abcdef", "topsecret", encoded])
        expect(said).not.to.contain(secret);
    }
    rpc.close();
  });

  it("is refused without a request when its address is none", async () => {
    for (const url of ["", "localhost:8545", "ws://127.0.0.1:8545", "file:///etc/passwd", "http://"])
      await expectRejection("CONFIG_INVALID", connectChain({ rpcUrl: url, anchorKey: LOCAL_DEV_KEY }));
    const shouting = connectChain({ rpcUrl: node.rpcUrl, anchorKey: LOCAL_DEV_KEY, contract: "0xABC" });
    await expectRejection("CONFIG_INVALID", shouting, /contract's address/);
  });
});

describe("a chain without some of the questions", () => {
  let node: TestChain;
  let faulty: FaultyNode;
  before(async () => {
    node = await startAnvil();
    faulty = await startFaultyNode(node.rpcUrl);
  });
  afterEach(() => faulty.setFault());
  after(async () => {
    await faulty.stop();
    await node.stop();
  });

  it("signs with a tip of 1 gwei where the node suggests none", async () => {
    const chain = await connect(faulty);
    faulty.setFault(({ method }, forward) =>
      method === "eth_maxPriorityFeePerGas" ? { error: { code: -32601, message: "unknown method" } } : forward(),
    );
    expect((await chain.sign(growingLog(256).first)).raw).to.match(/^0x02/);
    await chain.close();
  });

  it("truth F6: signs a transaction of type 0 at the node's price where there is no base fee, or for nothing", async () => {
    for (const price of ["0x0", "0x3b9aca00"]) {
      const chain = await connect(faulty);
      faulty.setFault(async ({ method }, forward) => {
        const { result } = await forward();
        if (method === "eth_gasPrice") return { result: price };
        return { result: method === "eth_getBlockByNumber" ? { ...(result as object), baseFeePerGas: null } : result };
      });
      const signed = Transaction.from((await chain.sign(growingLog(256).first)).raw);
      expect(signed).to.include({ type: 0, gasPrice: BigInt(price), chainId: 31_337n });
      await chain.close();
    }
  });

  for (const transactionType of [0, 1, 2] as const)
    it(`truth F6: signs a transaction of type ${transactionType} where that is set`, async () => {
      const chain = await connect(faulty, { transactionType });
      expect(Transaction.from((await chain.sign(growingLog(256).first)).raw).type).to.equal(transactionType);
      await chain.close();
    });

  it("truth F6: takes each client's way to say that the chain calls no block final", async () => {
    const WAYS = [
      { client: "Besu, Erigon", answer: { error: { code: -39_001, message: "Unknown block" } } },
      { client: "geth", answer: { error: { code: -32_000, message: "finalized block not found" } } },
      { client: "Nethermind, reth, ethrex", answer: { result: null } },
    ];
    for (const { client, answer } of WAYS) {
      const [tag, depth, bft] = [
        await connect(faulty),
        await connect(faulty, { confirmations: 3 }),
        await connect(faulty, { confirmations: 0 }),
      ];
      faulty.setFault(({ params }, forward) => (params[0] === "finalized" ? answer : forward()));
      const newest = Number(await node.ask("eth_blockNumber"));
      await expectRejection("CHAIN_UNREACHABLE", tag.finalizedHeight(), /names no finalized block: set/);
      expect(await depth.finalizedHeight(), client).to.equal(Math.max(0, newest - 3));
      expect(await bft.finalizedHeight(), client).to.equal(newest);
      expect((await bft.block("finalized"))?.number, client).to.equal(newest);
      expect([tag.finality, depth.finality, bft.finality]).to.deep.equal(["tag", "depth:3", "bft"]);
      await Promise.all([tag.close(), depth.close(), bft.close()]);
    }
  });

  it("truth F6: where every block is final, it is not asked which one the node calls so: that may be the first for ever", async () => {
    const chain = await connect(faulty, { confirmations: 0 });
    const asked = faulty.seen.length;
    await chain.finalizedHeight();
    await chain.block("finalized");
    expect(faulty.seen.slice(asked).filter(({ params }) => params[0] === "finalized")).to.deep.equal([]);
    await chain.close();
  });

  it("is final so many blocks below the head where it names no finalized block and a number was set", async () => {
    await node.ask("anvil_mine", "0x14");
    const withoutTag = [{ result: null }, { error: { code: -32602, message: "unknown block tag" } }];
    const [unset, set, deep] = await Promise.all([
      connect(faulty),
      connect(faulty, { confirmations: 7 }),
      connect(faulty, { confirmations: 100 }),
    ]);
    for (const fault of withoutTag) {
      faulty.setFault(({ params }, forward) => (params[0] === "finalized" ? fault : forward()));
      await expectRejection("CHAIN_UNREACHABLE", unset.finalizedHeight(), /names no finalized block/);
      expect(await set.finalizedHeight()).to.equal(13);
      expect(await deep.finalizedHeight()).to.equal(0);
    }
    // A node that is down has not said that there is no such block.
    faulty.setFault(({ params }, forward) => (params[0] === "finalized" ? { result: 7 } : forward()));
    await expectRejection("CHAIN_UNREACHABLE", set.finalizedHeight());
    await Promise.all([unset.close(), set.close(), deep.close()]);
  });

  it("stays final by the chain's own word where it has named a final block, also while a node has forgotten it", async () => {
    const chain = await connect(faulty, { confirmations: 1 });
    const named = await chain.finalizedHeight();
    faulty.setFault(({ params }, forward) =>
      params[0] === "finalized" ? { error: { code: -39001, message: "finalized block not found" } } : forward(),
    );
    await expectRejection("CHAIN_UNREACHABLE", chain.finalizedHeight(), /names no finalized block any more/);
    faulty.setFault();
    expect(await chain.finalizedHeight()).to.equal(named);
    await chain.close();
  });
});
