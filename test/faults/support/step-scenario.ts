// The way of a few records, from an empty folder to final anchors, in steps that can be made to fail one by one: each
// call that changes something in the vault, in the ledger or on the chain is a step.

import { Anchoring } from "../../../src/anchor/schedule.ts";
import { LOCAL_DEV_KEY } from "../../../src/chain/signers/development-keys.ts";
import { connectChain } from "../../../src/chain/nodes/connect-chain.ts";
import type { Acknowledgement } from "../../../src/write/outcome.ts";
import { anchoringDefaults } from "../../support/anchoring-options.ts";
import { anchoringParts } from "../../support/anchoring-parts.ts";
import { interpose, type Around } from "../../support/interpose.ts";
import { acknowledged, openLedger } from "../../support/ledger.ts";
import { recordsOf } from "./numbered-records.ts";

/** Two submissions; with the second, a tile fills up, so there are two anchors. */
export const BATCHES = [recordsOf(0, 2), recordsOf(2, 256)] as const;

/** What a step does instead of what it is there for. `name` is such as `store.commit`, or `store.updateAnchor included`. */
export type Fault = (name: string, call: () => unknown) => unknown;

const STEPS = new Set([
  "commit",
  "keep",
  "setAsideFrom",
  "addAnchor",
  "updateAnchor",
  "setContract",
  "deploy",
  "sign",
  "send",
]);

/** Runs the scenario with a fault at its n-th step. Ends early, and throws, when the fault stops the ledger. */
export async function runScenario(
  folder: string,
  rpcUrl: string,
  step: number,
  fault: Fault,
  onAcknowledged: (acknowledgement: Acknowledgement) => void,
): Promise<void> {
  let left = step;
  const failing =
    (part: string): Around =>
    (method, call, args) =>
      STEPS.has(method) && --left === 0 ? fault(`${part}.${method}${stateIn(args)}`, call) : call();
  const ledger = await openLedger({
    folder,
    wrapStore: (store) => interpose(store, failing("store")),
    wrapVault: (vault) => interpose(vault, failing("vault")),
  });
  const chain = await connectChain({ rpcUrl, anchorKey: LOCAL_DEV_KEY });
  try {
    const anchoring = new Anchoring({
      ...anchoringDefaults(),
      ...anchoringParts(ledger, interpose(chain, failing("chain"))),
      everyRecords: 1,
      everyMs: 1,
      pollMs: 1_000,
      onEvent: () => undefined,
      onStop: () => undefined,
    });
    for (const batch of BATCHES) acknowledged(await ledger.pipeline.submit(batch)).forEach(onAcknowledged);
    for (let round = 0; round < 3; round++) {
      await anchoring.round();
      await mineUntilFinal(rpcUrl);
    }
  } finally {
    await chain.close();
    await ledger.close();
  }
}

/** The state that an anchor is brought to, where a call does that. */
function stateIn([, change]: readonly unknown[]): string {
  const { state } = Object(change) as { readonly state?: string };
  return state === undefined ? "" : ` ${state}`;
}

/** As many blocks as make everything before them final. */
async function mineUntilFinal(rpcUrl: string): Promise<void> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "anvil_mine", params: ["0x4"] });
  await fetch(rpcUrl, { method: "POST", headers: { "content-type": "application/json" }, body });
}
