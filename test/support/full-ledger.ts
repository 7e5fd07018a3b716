// A stopped ledger with something in every table: entries of both profiles with keys, full tiles, checkpoints, anchors of
// a real chain with real evidence, a contract, API keys and officers. What the chain recorded comes along.

import { Access } from "../../src/keys/api-keys.ts";
import { LOCAL_DEV_KEY } from "../../src/chain/signers/development-keys.ts";
import type { Chain } from "../../src/chain/chain.ts";
import { connectChain } from "../../src/chain/nodes/connect-chain.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { logIdOf } from "../../src/core/record.ts";
import { pagedRandomBytes } from "../../src/core/random.ts";
import { anchor } from "../../src/anchor/rounds.ts";
import { confirm } from "../../src/anchor/follow-anchors.ts";
import { openDesk } from "../../src/sign-in/desk.ts";
import { startAnvil, type TestChain } from "./chains.ts";
import { copyFolder, openLedger, ORIGIN, reading, report, type ChainTestimony, type TestLedger } from "./ledger.ts";
import { letIn } from "./let-in.ts";
import { anchoringParts, storedContract } from "./anchoring-parts.ts";

export interface FullLedger {
  readonly folder: string;
  readonly chain: ChainTestimony;
  readonly size: number;
  /** A copy of the folder as it was at the first stage. */
  readonly older: string;
}

/** How many records are there at each of the three stages. */
export interface FullLedgerSizes {
  /** With an anchor that is final: what {@link FullLedger.older} holds. */
  readonly older: number;
  /** With further anchors that are final. */
  readonly anchored: number;
  /** In all: the last ones are in no anchor that was mined. */
  readonly whole: number;
}

/** Two full tiles, and 140 leaves beside them. */
const TWO_TILES: FullLedgerSizes = { older: 300, anchored: 640, whole: 650 };
/** One full tile: what an audit of it takes is a third. */
export const ONE_TILE: FullLedgerSizes = { older: 100, anchored: 265, whole: 270 };

/** About half a second. */
export async function makeFullLedger(sizes = TWO_TILES): Promise<FullLedger> {
  // The block that anvil calls final lags two behind with this.
  const node = await startAnvil({ args: ["--slots-in-an-epoch", "1"] });
  const chain = await connectChain({ rpcUrl: node.rpcUrl, anchorKey: LOCAL_DEV_KEY });
  let ledger = await openLedger();
  const { folder } = ledger;
  try {
    await chain.deploy(logIdOf(ORIGIN));
    await ledger.store.setContract(await storedContract(chain));
    await issueKeys(ledger);
    await letIn(await openDesk({ store: ledger.store, randomBytes: pagedRandomBytes(), now: Date.now }));
    await fill(ledger, 0, sizes.older);
    await anchorFinally(ledger, chain, node);
    await ledger.close();
    const older = copyFolder(folder);
    ledger = await openLedger({ folder });
    await fill(ledger, sizes.older, sizes.anchored);
    await anchorFinally(ledger, chain, node);
    await fill(ledger, sizes.anchored, sizes.whole);
    // A block that the first one was in, before a reorg.
    const left = { blockNumber: 7, blockHash: `0x${"07".repeat(32)}`, leftAt: 1_795_334_412 };
    await ledger.store.updateAnchor(1, {}, left);
    // One more anchor that is not mined: its columns about the block stay empty.
    await node.ask("evm_setAutomine", false);
    await anchor(anchoringParts(ledger, chain));
    const events = await chain.anchorEvents();
    const { size } = ledger.log.tree;
    return { folder, older, size, chain: { chainId: chain.chainId, contract: chain.contract, events } };
  } finally {
    await ledger.close();
    await chain.close();
    await node.stop();
  }
}

async function issueKeys({ store }: TestLedger): Promise<void> {
  const access = await Access.open(store, pagedRandomBytes(), Date.now);
  const scope = {
    sources: ["santander/*"],
    types: ["sensor-reading"],
    expiresAt: 4_102_444_800_000,
    ratePerMinute: 60,
  };
  const gateway = await access.issue("gateway", "submitter", scope);
  access.recognise(gateway.key);
  await access.noteUses();
  const old = await access.issue("old", "admin");
  await access.issue("new", "admin");
  await access.revoke(old.keyId);
}

/** Records `from` to `to` - 1 in batches of 100: every third concealed, every fourth without a key. */
async function fill({ pipeline }: TestLedger, from: number, to: number): Promise<void> {
  for (let begin = from; begin < to; begin += 100) {
    const records = Array.from({ length: Math.min(100, to - begin) }, (_, i): JsonObject => {
      const key = (begin + i) % 4 === 0 ? {} : { key: `key-${begin + i}` };
      return ((begin + i) % 3 === 0 ? report : reading)(begin + i, key);
    });
    const sender = begin % 200 === 0 ? "one" : "other";
    const submitter = { sender, assertMaySend: () => undefined };
    const outcomes = await pipeline.submit(records, submitter);
    if (outcomes.some(({ ok }) => !ok)) throw new TypeError("a record was refused");
    // The source's first again, by its number and under another key.
    if (begin === 0) await pipeline.submit([reading(1, { key: "again", seq: 0 })], submitter);
  }
}

/** Anchors what there is, at a tile boundary and then the rest, and follows both until they are final. */
async function anchorFinally(ledger: TestLedger, chain: Chain, { ask }: TestChain): Promise<void> {
  const parts = anchoringParts(ledger, chain);
  while ((await anchor(parts)).step !== "idle") {
    let states: string[];
    do {
      await ask("anvil_mine", "0x1");
      await confirm(parts);
      states = (await ledger.store.anchors(1_000, 1)).map(({ state }) => state);
    } while (states[0] !== "finalized");
  }
}
