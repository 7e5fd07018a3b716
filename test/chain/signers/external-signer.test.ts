// B21: a signer in another program may be down, slow, confused or stolen. Whatever it gives, nothing passes but the
// transaction that was asked for, signed by the account that was named.

import { getAddress, Signature, Transaction, Wallet } from "ethers";
import { expect } from "chai";

import { freePort } from "../../../scripts/free-port.ts";
import type { UnsignedTransaction } from "../../../src/chain/signer.ts";
import { openExternalSigner } from "../../../src/chain/signers/external-signer.ts";
import { startAnvil } from "../../support/chains.ts";
import { expectCode } from "../../support/expect-code.ts";
import { expectRejection } from "../../support/expect-rejection.ts";
import type { Fault } from "../../support/faulty-node.ts";
import { startSigner, unsigned, withHighS, type TestSigner } from "../../support/signer.ts";

const CHAIN_ID = 5_151;
const WALLET = new Wallet(`0x${"21".repeat(32)}`);
const ADDRESS = WALLET.address.toLowerCase();
const CALL: UnsignedTransaction = {
  chainId: CHAIN_ID,
  nonce: 7,
  to: `0x${"ab".repeat(20)}`,
  data: "0x12345678",
  gasLimit: 100_000,
  maxFeePerGas: 9_000_000_000n,
  maxPriorityFeePerGas: 1n,
};

describe("a signer in another program", () => {
  let signer: TestSigner;
  const open = (url = signer.url, address = ADDRESS, timeoutMs = 60_000) =>
    openExternalSigner({ url, address, timeoutMs }, CHAIN_ID);
  const refused = (pattern: RegExp) => expectRejection("SIGNER_FAILED", open().sign(CALL), pattern);

  beforeEach(async () => {
    signer = await startSigner(WALLET);
  });
  afterEach(() => signer.stop());

  it("signs what was asked for, and is asked for nothing else", async () => {
    const opened = open(signer.url, WALLET.address);
    expect(opened.address).to.equal(ADDRESS);
    expect(signer.seen).to.deep.equal([]);
    const raw = await opened.sign(CALL);
    expect(raw).to.equal(await WALLET.signTransaction({ type: 2, ...CALL }));
    expect(signer.seen).to.have.lengthOf(1);
    const [{ method, params }] = signer.seen as [(typeof signer.seen)[number]];
    expect(method).to.equal("eth_signTransaction");
    expect(params).to.deep.equal([
      {
        from: ADDRESS,
        to: CALL.to,
        data: CALL.data,
        value: "0x0",
        nonce: "0x7",
        gas: "0x186a0",
        maxFeePerGas: "0x218711a00",
        maxPriorityFeePerGas: "0x1",
        chainId: "0x141f",
      },
    ]);
  });

  it("signs a deployment, which has no recipient", async () => {
    const raw = await open().sign({ ...CALL, to: null });
    expect(Transaction.from(raw).to).to.equal(null);
    expect(signer.seen[0]?.params[0]).not.to.have.property("to");
  });

  it("is understood in geth's form as well, and in capitals", async () => {
    const expected = await open().sign(CALL);
    signer.giveInstead((raw) => ({ raw, tx: { nonce: "0x99" } }));
    expect(await open().sign(CALL)).to.equal(expected);
    signer.giveInstead((raw) => `0x${raw.slice(2).toUpperCase()}`);
    expect(await open().sign(CALL)).to.equal(expected);
  });

  it("can be Clef, which has another name for it, and reads addresses with their checksum alone", async () => {
    const noSuchMethod = { error: { code: -32_601, message: "the method does not exist/is not available" } };
    const raw = await WALLET.signTransaction({ type: 2, ...CALL });
    signer.behave(({ method }) => (method === "account_signTransaction" ? { result: { raw, tx: {} } } : noSuchMethod));
    expect(await open().sign(CALL)).to.equal(raw);
    expect(signer.seen.map(({ method }) => method)).to.deep.equal(["eth_signTransaction", "account_signTransaction"]);
    expect(signer.seen[1]?.params[0]).to.deep.equal({
      ...(signer.seen[0]?.params[0] as object),
      to: getAddress(CALL.to as string),
    });
    signer.behave(() => noSuchMethod);
    await refused(/it refused: the method does not exist/);
    // Whatever else is refused is not asked for twice.
    signer.behave(() => ({ error: { code: -32_000, message: "Request denied" } }));
    const asked = signer.seen.length;
    await refused(/it refused: Request denied/);
    expect(signer.seen.length).to.equal(asked + 1);
  });

  it("can be anvil, a signer that nobody here wrote", async () => {
    const node = await startAnvil();
    const account = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";
    const opened = openExternalSigner({ url: node.rpcUrl, address: account }, 31_337);
    for (const to of [CALL.to, null]) {
      const { from, nonce } = Transaction.from(await opened.sign({ ...CALL, chainId: 31_337, to }));
      expect([from?.toLowerCase(), nonce]).to.deep.equal([account, 7]);
    }
    await node.stop();
  });

  const OTHER_ORDERS: [what: string, change: Parameters<TestSigner["signInstead"]>[0], says: RegExp][] = [
    ["chain id", (wanted) => ({ ...wanted, chainId: 1 }), /another chain id/],
    ["nonce", (wanted) => ({ ...wanted, nonce: 8 }), /another nonce/],
    ["recipient", (wanted) => ({ ...wanted, to: WALLET.address }), /another recipient/],
    ["recipient, none", (wanted) => ({ ...wanted, to: null }), /another recipient/],
    ["data", (wanted) => ({ ...wanted, data: "0x1234567890" }), /another data/],
    ["value", (wanted) => ({ ...wanted, value: 1n }), /another value/],
    ["gas limit", (wanted) => ({ ...wanted, gasLimit: 100_001n }), /another gas limit/],
    ["fee cap", (wanted) => ({ ...wanted, maxFeePerGas: 90_000_000_000n }), /another fee cap/],
    ["tip", (wanted) => ({ ...wanted, maxPriorityFeePerGas: 2n }), /another tip/],
    [
      "type",
      ({ maxFeePerGas, maxPriorityFeePerGas: _, ...rest }) => ({ ...rest, type: 0, gasPrice: maxFeePerGas ?? 0n }),
      /another type/,
    ],
    [
      "access list",
      (wanted) => ({ ...wanted, accessList: [{ address: WALLET.address, storageKeys: [] }] }),
      /something added/,
    ],
  ];
  for (const [what, change, says] of OTHER_ORDERS)
    it(`B21 refuses a transaction with another ${what}`, async () => {
      signer.signInstead(change);
      const { message } = await refused(says);
      expect(message).to.match(/nothing was sent$/);
    });

  const OTHER_BYTES: [what: string, change: (raw: string) => unknown, says: RegExp][] = [
    ["a high s", withHighS, /high s/],
    ["no signature", unsigned, /without a signature/],
    ["a byte behind it", (raw) => `${raw}00`, /cannot be read|something added/],
    ["a byte missing", (raw) => raw.slice(0, -2), /cannot be read/],
    ["half a byte", (raw) => raw.slice(0, -1), /holds no signed transaction/],
    ["other bytes", () => "0x1234", /cannot be read/],
    ["no bytes", () => "0x", /holds no signed transaction/],
    ["null", () => null, /holds no signed transaction/],
    ["a number", () => 1, /holds no signed transaction/],
    ["an object without bytes", () => ({ tx: {} }), /holds no signed transaction/],
    ["a hash", () => `0x${"12".repeat(32)}`, /cannot be read/],
  ];
  for (const [what, change, says] of OTHER_BYTES)
    it(`B21 refuses an answer with ${what}`, async () => {
      signer.giveInstead(change);
      await refused(says);
    });

  it("B21 refuses the signature of another key, and one of nobody", async () => {
    const other = Wallet.createRandom();
    signer.behave(async () => ({ result: await other.signTransaction({ type: 2, ...CALL }) }));
    await refused(new RegExp(`signed by ${other.address.toLowerCase()}, not by ${ADDRESS}`));
    signer.giveInstead((raw) => {
      const transaction = Transaction.from(raw);
      // No point of the curve has this x coordinate.
      transaction.signature = Signature.from({ r: `0x${"00".repeat(31)}05`, s: `0x${"11".repeat(32)}`, v: 27 });
      return transaction.serialized;
    });
    await refused(/a signature of nobody/);
  });

  const ANSWERS: [what: string, fault: Fault, says: RegExp][] = [
    ["HTML", (_, __, { response }) => void response.end("<html><body>Sign in</body></html>"), /not that of a JSON-RPC/],
    ["nothing", (_, __, { response }) => void response.end(), /not that of a JSON-RPC/],
    ["cut JSON", (_, __, { response }) => void response.end('{"jsonrpc":"2.0","id":1,"resu'), /not that of a JSON-RPC/],
    ["no UTF-8", (_, __, { response }) => void response.end(Buffer.from([0xff, 0xfe])), /UTF-8/],
    ["a list", (_, __, { response }) => void response.end("[]"), /not that of a JSON-RPC/],
    ["the id of another request", (_, __, { response }) => void response.end('{"id":2,"result":"0x"}'), /not that of/],
    ["an error", () => ({ error: { code: -32000, message: "account\nlocked" } }), /it refused: account locked$/],
    ["an error without words", () => ({ error: true }), /it refused: no reason given/],
    ["an error beside a result", () => ({ result: "0x12", error: { message: "no" } }), /it refused: no/],
    ["HTTP 500", (_, __, { response }) => void response.writeHead(500).end("oops"), /HTTP status 500/],
    ["a redirect", (_, __, { response }) => void response.writeHead(307, { location: "/" }).end(), /no signature/],
    ["a broken connection", (_, __, { response }) => void response.destroy(), /no signature/],
  ];
  for (const [what, fault, says] of ANSWERS)
    it(`B21 takes ${what} for no signature, and does not ask again`, async () => {
      signer.behave(fault);
      await refused(says);
      expect(signer.seen).to.have.lengthOf(1);
    });

  it("B21 gives up when it is slow, down, or never ends", async () => {
    signer.behave(() => undefined);
    await expectRejection("SIGNER_FAILED", open(signer.url, ADDRESS, 100).sign(CALL), /no answer within 100 ms/);
    // The head comes at once, the body never.
    signer.behave((_, __, { response }) => void response.writeHead(200).write("{"));
    await expectRejection("SIGNER_FAILED", open(signer.url, ADDRESS, 100).sign(CALL), /no answer within 100 ms/);
    signer.behave((_, __, { response }) => {
      const flood = (): void => void (response.destroyed || response.write(Buffer.alloc(65_536, 0x20), flood));
      flood();
      return undefined;
    });
    await refused(/the answer is larger than \d+ bytes/);
    const nobody = `http://127.0.0.1:${await freePort()}`;
    await expectRejection("SIGNER_FAILED", open(nobody).sign(CALL), /ECONNREFUSED/);
  });

  it("is sent the password in its address, and no error carries that, nor the path", async () => {
    const withSecrets = signer.url.replace("//", "//operator:hunter%262222@") + "/v1/0123456789abcdef?token=fedcba98";
    const heard: (string | undefined)[] = [];
    signer.behave((_, __, { request }) => {
      heard.push(request.headers.authorization, request.url);
      return { error: { message: `operator hunter&2222 ${request.url} ${request.headers.authorization}` } };
    });
    const { message, stack, cause } = await expectRejection("SIGNER_FAILED", open(withSecrets).sign(CALL));
    expect(heard[0]).to.equal(`Basic ${Buffer.from("operator:hunter&2222").toString("base64")}`);
    expect(heard[1]).to.equal("/v1/0123456789abcdef?token=fedcba98");
    expect(cause).to.equal(undefined);
    for (const secret of ["hunter", "0123456789", "fedcba98", heard[0]!.slice(6)])
      expect(`${message} ${String(stack)}`).not.to.include(secret);
    await signer.stop();
    const down = await expectRejection("SIGNER_FAILED", open(withSecrets).sign(CALL));
    expect(`${down.message} ${String(down.stack)}`).not.to.match(/hunter|0123456789|fedcba98/);
  });

  it("is quoted without its address's secrets in whatever spelling, and where one begins with another", async () => {
    const withSecrets =
      signer.url.replace("//", "//admin:admin-s3cr%C3%A9t-tail@") + "/v1/k%2Fey01?t=a%2Bb99+c77&plainkey";
    for (const echo of [
      "admin-s3crét-tail",
      "admin-s3cr%C3%A9t-tail",
      "k/ey01",
      "k%2Fey01",
      "a+b99 c77",
      "a%2Bb99+c77",
    ]) {
      signer.behave(() => ({ error: { message: `no: ${echo}, plainkey` } }));
      const { message } = await expectRejection("SIGNER_FAILED", open(withSecrets).sign(CALL));
      expect(message, echo).to.match(/refused: no: \*\*\*, \*\*\*$/);
    }
  });

  it("D11 signs for the chain that it was opened for, and refuses at once what can never work", async () => {
    await expectRejection("SIGNER_FAILED", open().sign({ ...CALL, chainId: 1 }), /opened for chain 5151/);
    expect(signer.seen).to.deep.equal([]);
    for (const url of ["ftp://signer.example", "signer", ""])
      expectCode("CONFIG_INVALID", () => openExternalSigner({ url, address: ADDRESS }, 1), /http:\/\/ or https/);
    const development = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
    expectCode("CONFIG_INVALID", () => open(signer.url, development), /published development key/);
    expect(openExternalSigner({ url: signer.url, address: development }, 31_337).address).to.equal(
      development.toLowerCase(),
    );
  });
});
