// The proof that other contracts take: fetched over HTTP, checked by the deployed contract itself, and used by the example
// of a contract that makes a record a condition.

import { expect } from "chai";
import { HDNodeWallet, JsonRpcProvider, NonceManager, Mnemonic, type ContractTransactionResponse } from "ethers";

import { CheckpointAnchor__factory } from "../../../types/ethers-contracts/factories/CheckpointAnchor__factory.ts";
import { RecordGate__factory } from "../../../types/ethers-contracts/factories/examples/RecordGate__factory.ts";
import { LOCAL_DEV_KEY } from "../../../src/chain/signers/development-keys.ts";
import { sourceIdOf } from "../../../src/core/record.ts";
import { createClient, type ContractProofView } from "../../../src/client/client.ts";
import { startSwiftChain, type TestChain } from "../../support/chains.ts";
import { expectRejection } from "../../support/expect-rejection.ts";
import { startService, type TestService } from "../../support/service.ts";
import { call, expectProblem, readingText, submit, submitLines, type Result } from "../support/call.ts";

/** The second account of the development chains: the service uses the first. */
const STRANGER = HDNodeWallet.fromMnemonic(
  Mnemonic.fromPhrase("test test test test test test test test test test test junk"),
  "m/44'/60'/0'/0/1",
);

describe("truth A10: the proof of a record for other contracts", () => {
  let chain: TestChain;
  let service: TestService;
  let provider: JsonRpcProvider;
  let first: string;
  let moved = 0;
  before(async () => {
    chain = await startSwiftChain();
    service = await startService({ chain, now: () => Date.now() + moved });
    provider = new JsonRpcProvider(chain.rpcUrl, undefined, { cacheTimeout: -1 });
    first = await idOf(20.5);
  });
  after(async () => {
    provider?.destroy();
    await service?.stop();
    await chain?.stop();
  });

  const idOf = async (temperature: number): Promise<string> =>
    ((await submit(service, readingText(temperature))).json as Required<Result>).id;
  const proofOf = async (id: string): Promise<ContractProofView> =>
    (await call(service, `/v1/records/${id}/contract-proof`)).json as ContractProofView;
  /** The service keeps the contract's head for a moment, which is over then. */
  const freshProofOf = (id: string): Promise<ContractProofView> => {
    moved += 3_000;
    return proofOf(id);
  };
  const holds = ({ leafHash, leafIndex, inclusionProof }: ContractProofView): Promise<boolean> =>
    CheckpointAnchor__factory.connect(service.policy.chain.contract, provider).verifyInclusion(leafHash, leafIndex, [
      ...inclusionProof,
    ]);

  it("is not there before the contract's head covers the record, nor for a record that is none", async () => {
    expectProblem(await call(service, `/v1/records/${first}/contract-proof`), 409, "NOT_ANCHORED_YET");
    expectProblem(
      await call(service, `/v1/records/${first.replace(/.{4}$/, "0000")}/contract-proof`),
      404,
      "NOT_FOUND",
    );
    expectProblem(await call(service, "/v1/records/nothing/contract-proof"), 400, "ENCODING_INVALID");
  });

  it("is what the contract's verifyInclusion takes; the bundle's, against the record's own anchor, is not", async () => {
    await service.anchorAll();
    await submitLines(service, Array.from({ length: 300 }, (_, i) => readingText(i)).join("\n"));
    await service.anchorAll();
    await submitLines(service, Array.from({ length: 5 }, (_, i) => readingText(i)).join("\n"));
    await service.anchorAll();
    const proof = await freshProofOf(first);
    expect(proof).to.include({ chainId: 31_337, contract: service.policy.chain.contract, leafIndex: 2 });
    expect(proof.treeSize).to.equal(service.log.tree.publishedSize);
    expect(await holds(proof)).to.equal(true);
    expect(await holds({ ...proof, leafIndex: 3 })).to.equal(false);
    // What was fetched before the last anchor no longer fits.
    await idOf(99);
    await service.anchorAll();
    expect(await holds(proof)).to.equal(false);
    expect(await holds(await freshProofOf(first))).to.equal(true);
    expect(await createClient({ url: service.url }).contractProof(first)).to.include({ leafIndex: 2 });
  });

  it("lets the example contract admit a record once, and no record of another source or outside of the log", async () => {
    const signer = new NonceManager(STRANGER.connect(provider));
    const source = sourceIdOf(service.ledger.origin, "santander/env-419");
    const gate = await new RecordGate__factory(signer).deploy(service.policy.chain.contract, source);
    await gate.waitForDeployment();
    const admit = async ({ entry, leafIndex, inclusionProof }: ContractProofView): Promise<unknown> => {
      const sent: ContractTransactionResponse = await gate.admit(entry, leafIndex, [...inclusionProof]);
      return sent.wait();
    };
    const refusal = async (proof: ContractProofView): Promise<string | undefined> => {
      try {
        await gate.admit.staticCall(proof.entry, proof.leafIndex, [...proof.inclusionProof]);
        return undefined;
      } catch (error) {
        return gate.interface.parseError((error as { data: string }).data)?.name;
      }
    };
    const proof = await freshProofOf(first);
    expect(await refusal({ ...proof, leafIndex: proof.leafIndex + 1 })).to.equal("NotInLog");
    expect(await refusal({ ...proof, entry: proof.entry.replace(/.{12}$/, "000000000001") })).to.equal("NotInLog");
    expect(await refusal({ ...proof, entry: `${proof.entry}00` })).to.equal("NotARecordOfSource");
    const elsewhere = ((await submit(service, readingText(1, { source: "another/source" }))).json as Required<Result>)
      .id;
    await service.anchorAll();
    expect(await refusal(await freshProofOf(elsewhere))).to.equal("NotARecordOfSource");
    const fresh = await proofOf(first);
    await admit(fresh);
    expect(await gate.isAdmitted(0)).to.equal(true);
    expect(await refusal(fresh)).to.equal("AdmittedBefore");
  });

  it("is fetched by the client, whose errors say what to wait for", async () => {
    const id = await idOf(77);
    await expectRejection("NOT_ANCHORED_YET", createClient({ url: service.url, attempts: 1 }).contractProof(id));
    expect(LOCAL_DEV_KEY).not.to.equal(STRANGER.privateKey);
  });
});
