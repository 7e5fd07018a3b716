// A whole data folder is put back from an older copy, head guard and all: what the machine itself remembers went back with
// it. Whoever lies elsewhere is asked before anything is written: a head guard on another disk, the witnesses, the chain.

import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import { expect } from "chai";

import { freePort } from "../../scripts/free-port.ts";
import { LOCAL_DEV_KEY } from "../../src/chain/signers/development-keys.ts";
import { parseConfig } from "../../src/config.ts";
import { createClient } from "../../src/client/client.ts";
import { formatVerifierKey, verifierKey } from "../../src/core/note.ts";
import { openLogSigner } from "../../src/keys/key-files.ts";
import { startService, type Service } from "../../src/main.ts";
import { readSqliteLedger } from "../../src/store/sqlite/ledger.ts";
import { startWitness, type WitnessService } from "../../src/witness/start.ts";
import { startSwiftChain, type TestChain } from "../support/chains.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { reading, temporaryFolder } from "../support/ledger.ts";
import { patientServer } from "../support/patient-server.ts";
import { signingKey } from "../support/signing-key.ts";

const ORIGIN = "put-back.test/ledger";

type Liar = { readonly url: string; readonly vkey: string; readonly stop: () => Promise<unknown> };

/** A witness that claims to have cosigned that size, whatever it is asked. */
async function startLiar(treeSize: number): Promise<Liar> {
  const server = patientServer((request, response) => {
    request.resume();
    response.writeHead(409, { "content-type": "text/x.tlog.size" }).end(`${treeSize}\n`);
  });
  await new Promise<void>((go) => server.listen(0, "127.0.0.1", go));
  const { port } = server.address() as AddressInfo;
  const vkey = formatVerifierKey(verifierKey(`liar.example/${port}`, signingKey(port % 200).publicKey, "cosignature"));
  const stop = (): Promise<unknown> => new Promise((done) => server.close(done));
  return { url: `http://127.0.0.1:${port}`, vkey, stop };
}

describe("truth D3: a data folder that is put back as a whole", () => {
  let root: string;
  let chain: TestChain;
  let environment: NodeJS.ProcessEnv;
  let service: Service | undefined;
  const dataDir = (): string => join(root, "data");
  const copy = (): string => join(root, "copy");

  const told: string[] = [];
  const start = async (more: NodeJS.ProcessEnv = {}): Promise<void> => {
    told.length = 0;
    const config = parseConfig({ ...environment, WARIFU_HTTP_PORT: String(await freePort()), ...more });
    service = await startService(config, { tell: (line) => void told.push(line) });
  };
  const stop = async (): Promise<void> => {
    await service?.close();
    service = undefined;
  };
  const submitOne = async (number: number): Promise<void> => {
    const { submitter: apiKey } = JSON.parse(readFileSync(service!.apiKeysFile, "utf8")) as Record<string, string>;
    await createClient({ url: service!.url, apiKey }).submit([reading(number)] as never);
  };
  const putBack = (from: string): void => {
    rmSync(dataDir(), { recursive: true, maxRetries: 20 });
    cpSync(from, dataDir(), { recursive: true });
  };
  const sizeOf = async (folder: string): Promise<number> => {
    const store = readSqliteLedger(folder);
    const size = store.treeSize();
    await store.close();
    return size;
  };
  /** Two records, a copy of the folder, one more record. */
  const growBeyondCopy = async (more: NodeJS.ProcessEnv): Promise<void> => {
    await start(more);
    await submitOne(1);
    await submitOne(2);
    await stop();
    cpSync(dataDir(), copy(), { recursive: true });
    await start(more);
    await submitOne(3);
  };

  before(async () => {
    chain = await startSwiftChain();
  });
  after(() => chain.stop());
  beforeEach(() => {
    root = temporaryFolder();
    environment = {
      WARIFU_ORIGIN: ORIGIN,
      WARIFU_DATA_DIR: dataDir(),
      WARIFU_RPC_URL: chain.rpcUrl,
      WARIFU_ANCHOR_KEY: LOCAL_DEV_KEY,
      WARIFU_ANCHOR_SECONDS: "3600",
    };
  });
  afterEach(stop);

  it("is refused by a head guard that lies elsewhere, also when the folder is gone", async () => {
    const head = { WARIFU_HEAD_FILE: join(root, "elsewhere", "head") };
    await expectRejection("CONFIG_INVALID", start(head), /WARIFU_HEAD_FILE: there is no folder/);
    mkdirSync(join(root, "elsewhere"));
    await growBeyondCopy(head);
    await stop();
    expect(readdirSync(dataDir())).not.to.include("head");
    putBack(copy());
    const size = await sizeOf(dataDir());
    await expectRejection("STORE_BEHIND", start(head), /an older copy of the database was put back/);
    expect(await sizeOf(dataDir())).to.equal(size);
    rmSync(dataDir(), { recursive: true, maxRetries: 20 });
    for (let round = 0; round < 2; round++)
      await expectRejection("STORE_BEHIND", start(head), /there is no ledger .* was handed out/);
    expect(readdirSync(dataDir())).not.to.include("ledger.sqlite");
  });

  it("is guarded from the first start on with a head guard that lies elsewhere", async () => {
    await growBeyondCopy({});
    await stop();
    const head = join(root, "head");
    await start({ WARIFU_HEAD_FILE: head });
    const noted = readFileSync(head, "utf8");
    await stop();
    expect(Number(noted.split("\n")[1])).to.be.at.least(await sizeOf(copy()));
    putBack(copy());
    await expectRejection("STORE_BEHIND", start({ WARIFU_HEAD_FILE: head }));
  });

  it("is told of when the head guard is gone, and has one again", async () => {
    const warnings = (): string[] => told.filter((line) => line.startsWith(`there is no head guard ${head}`));
    const head = join(dataDir(), "head");
    await growBeyondCopy({});
    expect(warnings(), "a new log has none to lose").to.deep.equal([]);
    await stop();
    rmSync(head);
    await start();
    expect(warnings()).to.have.length(1);
    await stop();
    expect(readFileSync(join(dataDir(), "service.log"), "utf8")).to.match(/"level":40.*"no head guard"/);
    await start();
    expect(warnings()).to.deep.equal([]);
  });

  describe("with a witness", () => {
    let witness: WitnessService;
    // Nothing was anchored there, so that the chain has nothing to say.
    let other: TestChain;
    let witnesses: NodeJS.ProcessEnv;

    before(async () => {
      other = await startSwiftChain();
    });
    after(() => other.stop());
    beforeEach(async () => {
      const logKey = join(root, "log.key");
      witness = await startWitness({
        dataDir: join(root, "witness"),
        name: "witness.example/one",
        logs: [{ origin: ORIGIN, keys: [openLogSigner(logKey, ORIGIN).key] }],
        host: "127.0.0.1",
        port: 0,
        onConflict: () => expect.fail("an older copy is no split view"),
      });
      const { url, vkey } = witness;
      writeFileSync(join(root, "witnesses.json"), JSON.stringify([{ url, vkey }]));
      witnesses = {
        WARIFU_WITNESSES: join(root, "witnesses.json"),
        WARIFU_WITNESS_QUORUM: "1",
        WARIFU_WITNESS_SECONDS: "0.1",
        WARIFU_LOG_KEY_FILE: logKey,
      };
    });
    afterEach(() => witness.close());

    const untilCosigned = async (): Promise<void> => {
      const size = service!.ledger.origin === ORIGIN ? (await service!.ledger.status()).treeSize : 0;
      while (((await witness.witness.head(ORIGIN))?.treeSize ?? 0) < size)
        await new Promise((go) => setTimeout(go, 20));
    };

    it("is refused when it is behind what the witness cosigned last, also when nothing but its key is left", async () => {
      await growBeyondCopy(witnesses);
      await untilCosigned();
      await stop();
      const seen = (await witness.witness.head(ORIGIN))!.treeSize;
      witnesses["WARIFU_RPC_URL"] = other.rpcUrl;
      putBack(copy());
      const size = await sizeOf(dataDir());
      const { message, details } = await expectRejection(
        "STORE_BEHIND",
        start(witnesses),
        /take it out of WARIFU_WITN/,
      );
      expect(details).to.deep.equal({ stored: size, cosigned: seen });
      expect(message).to.include("witness.example/one");
      expect(await sizeOf(dataDir())).to.equal(size);
      rmSync(dataDir(), { recursive: true, maxRetries: 20 });
      await expectRejection("STORE_BEHIND", start(witnesses), /the store has 0/);
    });

    it("truth D2: is no claim of one witness among others: a false size is an alarm, one that most tell a refusal", async () => {
      await growBeyondCopy(witnesses);
      await untilCosigned();
      await stop();
      witnesses["WARIFU_RPC_URL"] = other.rpcUrl;
      const liars = [await startLiar(1_000_000), await startLiar(1_000_000)];
      const { url, vkey } = witness;
      const list = (...others: readonly object[]): void =>
        writeFileSync(join(root, "witnesses.json"), JSON.stringify([{ url, vkey }, ...others]));
      try {
        list(liars[0]!);
        await start(witnesses);
        const { alarms } = service!.ledger.health();
        expect(alarms.find(({ code }) => code === "witness-ahead")?.message).to.match(/liar\S* \(1000000\)/);
        expect((await fetch(`${service!.url}/healthz`)).status).to.equal(503);
        await stop();
        // What is claimed by most is believed, and so is what the true one knows with another's word.
        list(...liars);
        await expectRejection("STORE_BEHIND", start(witnesses), /has cosigned 1000000 entries/);
        putBack(copy());
        list(liars[0]!);
        await expectRejection("STORE_BEHIND", start(witnesses), /older copy was put back/);
      } finally {
        for (const { stop: end } of liars) await end();
      }
    });

    it("is only said in the log when the witness does not answer", async () => {
      await growBeyondCopy(witnesses);
      await untilCosigned();
      await stop();
      await witness.close();
      putBack(copy());
      await start({ ...witnesses, WARIFU_RPC_URL: other.rpcUrl });
      expect(readFileSync(join(dataDir(), "service.log"), "utf8")).to.match(/a witness did not say/);
    });
  });

  it("is refused when the contract is ahead and the store does not know the contract, before anything is entered", async () => {
    await start({ WARIFU_ANCHOR_SECONDS: "0.1", WARIFU_CHAIN_POLL_SECONDS: "0.05" });
    await submitOne(1);
    while ((await service!.ledger.status()).finalizedSize === 0) await new Promise((go) => setTimeout(go, 20));
    const { contract } = await service!.ledger.status();
    await stop();
    cpSync(join(dataDir(), "log.key"), join(root, "log.key"));
    rmSync(dataDir(), { recursive: true, maxRetries: 20 });
    const lost = { WARIFU_CONTRACT: contract, WARIFU_LOG_KEY_FILE: join(root, "log.key") };
    await expectRejection("STORE_BEHIND", start(lost), /the contract holds a head of/);
    expect(await sizeOf(dataDir())).to.equal(0);
  });
});
