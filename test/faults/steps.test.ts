// A1: the way of a few records fails at each step that changes something, in the vault, in the ledger or on the chain:
// the process ends, or the step throws without being done, or throws although it was done; n = 1, 2, 3 … until a run
// comes through. (Ending after step n is ending before step n + 1.) Whatever is left, an ordinary start settles.
// Each step fails in one way or two here, and in all three in the gate (WARIFU_EVERY_STEP).

import { expect } from "chai";

import { Anchoring } from "../../src/anchor/schedule.ts";
import { LOCAL_DEV_KEY } from "../../src/chain/signers/development-keys.ts";
import { connectChain } from "../../src/chain/nodes/connect-chain.ts";
import { WarifuError } from "../../src/core/errors.ts";
import type { Acknowledgement } from "../../src/write/outcome.ts";
import { anchoringDefaults } from "../support/anchoring-options.ts";
import { anchoringParts } from "../support/anchoring-parts.ts";
import { startAnvil, type TestChain } from "../support/chains.ts";
import { expectClean, openLedger, temporaryFolder } from "../support/ledger.ts";
import { startChild } from "./support/child.ts";
import { BATCHES, runScenario } from "./support/step-scenario.ts";

const RECORDS = BATCHES.flat();
const SIZE = 2 + RECORDS.length;
const EVERY_STEP = { first: 1, stride: 1 } as const;
const ALL_STEPS = [
  "vault.keep",
  "store.commit",
  "chain.deploy",
  "store.setContract",
  "chain.sign",
  "store.addAnchor",
  "chain.send",
  "store.updateAnchor submitted",
  "store.updateAnchor included",
  "store.updateAnchor finalized",
];

const ODD_STEPS = { first: 1, stride: 2 } as const;
const EVEN_STEPS = { first: 2, stride: 2 } as const;

/**
 * The process ends before the even steps, and those are said to have failed although they were done; the odd ones are said to
 * have failed and were not done. So what was done is left off behind each number of steps.
 */
const [KILLED, NOT_DONE, DONE] =
  process.env["WARIFU_EVERY_STEP"] === "on"
    ? [EVERY_STEP, EVERY_STEP, EVERY_STEP]
    : [EVEN_STEPS, ODD_STEPS, EVEN_STEPS];

/** How one run ended: at which step it failed, undefined when it came through, and what was acknowledged by then. */
interface Run {
  readonly failedAt: string | undefined;
  readonly acks: readonly Acknowledgement[];
}

describe("a ledger that fails at a step", () => {
  let node: TestChain;
  /** The kinds of steps at which something failed. */
  const met = new Set<string>();
  before(async () => {
    node = await startAnvil({ args: ["--slots-in-an-epoch", "1"] });
  });
  after(() => node.stop());

  const sweep = async (
    { first, stride }: { readonly first: number; readonly stride: number },
    run: (folder: string, step: number) => Promise<Run>,
  ): Promise<void> => {
    let failures = 0;
    for (let step = first; ; step += stride) {
      await node.ask("anvil_reset");
      const folder = temporaryFolder();
      const { failedAt, acks } = await run(folder, step);
      await settle(folder, acks, `step ${step}, ${failedAt}`);
      if (failedAt === undefined) break;
      met.add(failedAt);
      failures++;
    }
    expect(failures).to.be.greaterThan(15 / stride);
  };

  it("A1 leaves nothing half done when its process is killed before the n-th step", () =>
    sweep(KILLED, async (folder, step) => {
      const child = await startChild("step-process.ts", [folder, node.rpcUrl, String(step)]);
      const { lines, signal, code } = await child.ended;
      const failedAt = lines.find((line) => line.startsWith("killed "))?.slice("killed ".length);
      if (failedAt) expect(signal).to.equal("SIGKILL");
      else expect([code, lines.at(-1)]).to.deep.equal([0, "done"]);
      const acks = lines
        .filter((line) => line.startsWith("ack "))
        .map((line) => JSON.parse(line.slice(4)) as Acknowledgement);
      return { failedAt, acks };
    }));

  for (const [outcome, isDone, steps] of [
    ["is not done", false, NOT_DONE],
    ["was done all the same", true, DONE],
  ] as const)
    it(`A5 settles a step that is said to have failed and ${outcome}`, () =>
      sweep(steps, async (folder, step) => {
        const acks: Acknowledgement[] = [];
        let failedAt: string | undefined;
        const fault = async (name: string, call: () => unknown): Promise<never> => {
          failedAt = name;
          if (isDone) await call();
          const code = { store: "STORE_FAILED", vault: "VAULT_FAILED", chain: "CHAIN_UNREACHABLE" } as const;
          throw new WarifuError(code[name.split(".")[0] as keyof typeof code], "said to have failed");
        };
        try {
          await runScenario(folder, node.rpcUrl, step, fault, (ack) => acks.push(ack));
          expect(failedAt).to.equal(undefined);
        } catch (error) {
          // Nothing else may go wrong on the way.
          if (!(error instanceof WarifuError) || !/said to have failed|had to stop/.test(error.message)) throw error;
        }
        return { failedAt, acks };
      }));

  it("fails at every kind of step", () => {
    expect([...met]).to.include.members(ALL_STEPS);
  });

  /** An ordinary start over what was left, the same records again by their keys, and the rounds of anchoring. */
  async function settle(folder: string, acks: readonly Acknowledgement[], what: string): Promise<void> {
    const ledger = await openLedger({ folder });
    const contract = (await ledger.store.contract())?.contract;
    const chain = await connectChain({ rpcUrl: node.rpcUrl, anchorKey: LOCAL_DEV_KEY, contract });
    try {
      const outcomes = await ledger.pipeline.submit(RECORDS);
      for (const [i, outcome] of outcomes.entries()) {
        if (!outcome.ok) throw outcome.error;
        const first = acks[i] && { ok: true, isNew: false, acknowledgement: acks[i] };
        if (first) expect(outcome, `${what}: record ${i}`).to.deep.equal(first);
      }
      expect(ledger.log.tree.publishedSize, what).to.equal(SIZE);
      const anchoring = new Anchoring({
        ...anchoringDefaults(),
        ...anchoringParts(ledger, chain),
        everyRecords: 1,
        everyMs: 1,
        pollMs: 1_000,
        onEvent: () => undefined,
        onStop: ({ message }) => expect.fail(message),
      });
      for (let round = 0; round < 12 && anchoring.status.finalizedSize < SIZE; round++) {
        await anchoring.round();
        await node.ask("anvil_mine", "0x4");
      }
      expect(anchoring.status.finalizedSize, what).to.equal(SIZE);
      const events = await chain.anchorEvents();
      const final = await ledger.store.anchorsIn(["finalized"]);
      // Each anchor is on the chain once, and every one there is known as final.
      expect(
        events.map(({ treeSize }) => treeSize),
        what,
      ).to.deep.equal(final.map(({ treeSize }) => treeSize));
      expect(await ledger.store.anchorsIn(["pending", "submitted", "included"]), what).to.deep.equal([]);
      await ledger.close();
      const testimony = { chainId: chain.chainId, contract: chain.contract, events };
      const { checked } = await expectClean(folder, { chain: testimony });
      expect(checked.entries, what).to.equal(SIZE);
    } finally {
      await ledger.close();
      await chain.close();
    }
  }
});
