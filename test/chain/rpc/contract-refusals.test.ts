// What the contract refuses, as a client hands it out: each with its own named error and its values, on both clients.
// Invariant: no refused call changes the head.

import { expect } from "chai";
import { JsonRpcProvider, Wallet, isError } from "ethers";

import { LOCAL_DEV_KEY } from "../../../src/chain/signers/development-keys.ts";
import type { AnchorCall, Chain } from "../../../src/chain/chain.ts";
import { DEFAULT_MAX_GROWTH } from "../../../src/chain/max-growth.ts";
import { CheckpointAnchor__factory } from "../../../types/ethers-contracts/factories/CheckpointAnchor__factory.ts";
import { startAnvil, startHardhat, type TestChain } from "../../support/chains.ts";
import { anchorMined, connectDeployed, growingLog } from "../../support/anchored-log.ts";

const ROOT = new Uint8Array(32).fill(0x5e);

for (const { client, start } of [
  { client: "Hardhat", start: startHardhat },
  { client: "anvil", start: startAnvil },
])
  describe(`what the contract refuses over ${client}`, () => {
    let node: TestChain;
    let chain: Chain;
    let provider: JsonRpcProvider;
    const { first, next } = growingLog(256);
    before(async () => {
      node = await start();
      chain = await connectDeployed(node);
      provider = new JsonRpcProvider(node.rpcUrl, undefined, { cacheTimeout: -1 });
      await anchorMined(chain, first);
    });
    after(async () => {
      provider.destroy();
      await chain.close();
      await node.stop();
    });

    /** Name of the error that the call ends in; undefined when it goes through. */
    const refusal = async (
      size: number | bigint,
      { rootHash, consistencyProof }: Pick<AnchorCall, "rootHash" | "consistencyProof">,
      key = LOCAL_DEV_KEY,
    ): Promise<string | undefined> => {
      const contract = CheckpointAnchor__factory.connect(chain.contract, new Wallet(key, provider));
      try {
        await contract.anchor.staticCall(size, rootHash, [...consistencyProof]);
        return undefined;
      } catch (error) {
        if (!isError(error, "CALL_EXCEPTION")) throw error;
        return error.revert?.name ?? "no named error";
      }
    };
    const bare = { rootHash: ROOT, consistencyProof: [] };

    it("B22 size 0, another root, a smaller size, 2^64-1, a jump above the cap: a named error each", async () => {
      const { treeSize, rootHash } = first;
      expect(await refusal(0, bare)).to.equal("CheckpointAnchorSizeNotIncreasing");
      expect(await refusal(treeSize, bare)).to.equal("CheckpointAnchorRootConflict");
      expect(await refusal(treeSize - 1, bare)).to.equal("CheckpointAnchorSizeNotIncreasing");
      expect(await refusal(2n ** 64n - 1n, bare)).to.equal("CheckpointAnchorSizeTooLarge");
      expect(await refusal(treeSize + DEFAULT_MAX_GROWTH + 1, bare)).to.equal("CheckpointAnchorGrowthTooLarge");
      expect(await refusal(treeSize + 1, bare)).to.equal("CheckpointAnchorProofLengthMismatch");
      // The same head again is no error, and no second anchor.
      expect(await refusal(treeSize, { rootHash, consistencyProof: [] })).to.equal(undefined);
      await anchorMined(chain, first);
      expect(await chain.anchorEvents()).to.have.length(1);
      expect(await chain.head()).to.deep.equal({ treeSize, rootHash, isClosed: false });
    });

    it("B22 somebody without the role, and an honest proof with one hash changed: a named error each", async () => {
      const call = next(300);
      const stranger = Wallet.createRandom().privateKey;
      expect(await refusal(300, call, stranger)).to.equal("AccessControlUnauthorizedAccount");
      for (const at of call.consistencyProof.keys()) {
        const consistencyProof = call.consistencyProof.map((hash, i) => (i === at ? ROOT : hash));
        expect(await refusal(300, { ...call, consistencyProof })).to.match(/^CheckpointAnchor(Old|New)RootMismatch$/);
      }
      expect(await refusal(300, call)).to.equal(undefined);
      expect((await chain.head()).treeSize).to.equal(256);
    });

    it("B22 an empty log: no size 0 with another root, no first head that cannot be", async () => {
      const empty = await connectDeployed(node);
      const contract = CheckpointAnchor__factory.connect(empty.contract, new Wallet(LOCAL_DEV_KEY, provider));
      const refused = async (size: number, root: Uint8Array, proof: Uint8Array[]): Promise<string | undefined> => {
        const error: unknown = await contract.anchor.staticCall(size, root, proof).catch((reason: unknown) => reason);
        return isError(error, "CALL_EXCEPTION") ? error.revert?.name : undefined;
      };
      expect(await refused(0, ROOT, [])).to.equal("CheckpointAnchorRootConflict");
      expect(await refused(1, new Uint8Array(32), [])).to.equal("CheckpointAnchorImpossibleHead");
      expect(await refused(1, ROOT, [ROOT])).to.equal("CheckpointAnchorProofLengthMismatch");
      expect(await refused(1, ROOT, [])).to.equal(undefined);
      await empty.close();
    });
  });
