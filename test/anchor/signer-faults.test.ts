// B21 through all of anchoring: a signer in another program that is down, slow or crooked delays an anchor, loudly, and
// costs nothing else. Real chain, real log, real signer.

import { setTimeout as sleep } from "node:timers/promises";

import { Wallet } from "ethers";
import { expect } from "chai";

import { openAnchorSigner } from "../../src/keys/account-keys.ts";
import { Alarms } from "../../src/alarms/alarms.ts";
import { Anchoring } from "../../src/anchor/schedule.ts";
import { connectChain } from "../../src/chain/nodes/connect-chain.ts";
import { anchoringDefaults } from "../support/anchoring-options.ts";
import { startAnvil, startHardhat, type TestChain } from "../support/chains.ts";
import { openLedger, reading } from "../support/ledger.ts";
import { startSigner, withHighS, type TestSigner } from "../support/signer.ts";
import { anchoringParts } from "../support/anchoring-parts.ts";

const CLIENTS: [name: string, start: () => Promise<TestChain>, prefix: string][] = [
  ["anvil", startAnvil, "anvil"],
  ["hardhat", startHardhat, "hardhat"],
];

for (const [name, start, prefix] of CLIENTS)
  describe(`a signer that fails while the log is anchored on ${name}`, () => {
    it("B21 sends nothing, raises the alarm, and anchors once it signs again", async () => {
      const node = await start();
      const wallet = Wallet.createRandom();
      const { address } = wallet;
      await node.ask(`${prefix}_setBalance`, address, "0x56bc75e2d63100000");
      const program = await startSigner(wallet);
      const signer = { kind: "external", url: program.url, address, timeoutMs: 300 } as const;
      const chain = await connectChain({ rpcUrl: node.rpcUrl, signer: (id) => openAnchorSigner(signer, id) });
      const ledger = await openLedger();
      const alarms = new Alarms(Date.now);
      const anchoring = new Anchoring({
        ...anchoringDefaults(),
        ...anchoringParts(ledger, chain),
        alarms,
        pollMs: 10,
        everyRecords: 50,
        everyMs: 86_400_000,
      });
      await ledger.submit([reading(1)]);
      await anchoring.start();
      const until = async (what: () => boolean | Promise<boolean>): Promise<void> => {
        for (let tries = 0; !(await what()); tries++) {
          expect(
            tries,
            alarms
              .active()
              .map(({ message }) => message)
              .join("; "),
          ).to.be.below(10_000);
          await sleep(10);
        }
      };
      const anchored = async (): Promise<number> => (await chain.head()).treeSize;
      await until(async () => (await anchored()) > 0);
      const before = await anchored();
      const nonce = await chain.nextNonce();

      const faults: ((at: TestSigner) => void)[] = [
        (at) => at.giveInstead(withHighS),
        (at) => at.signInstead((wanted) => ({ ...wanted, nonce: Number(wanted.nonce) + 1 })),
        (at) => at.behave((_, __, { response }) => void response.end("<html>")),
        (at) => at.behave(() => undefined),
      ];
      faults[0]?.(program);
      await ledger.submit(Array.from({ length: 50 }, (_, at) => reading(at)));
      for (const fault of faults) {
        fault(program);
        const asked = program.seen.length;
        await until(() => program.seen.length > asked + 1);
        expect(alarms.active().map(({ code }) => code)).to.include("signer-failed");
      }
      expect([await anchored(), await chain.nextNonce()]).to.deep.equal([before, nonce]);
      expect(await node.ask("eth_getTransactionCount", address, "pending")).to.equal(`0x${nonce.toString(16)}`);
      program.giveInstead((raw) => raw);
      await until(async () => (await anchored()) > before);
      await until(() => !alarms.active().some(({ code }) => code === "signer-failed"));
      expect((await ledger.store.anchors(1_000, 100)).map((one) => one.account)).to.deep.equal(
        Array.from({ length: 2 }, () => address.toLowerCase()),
      );
      await anchoring.close();
      await Promise.all([ledger.close(), chain.close(), program.stop(), node.stop()]);
    });
  });
