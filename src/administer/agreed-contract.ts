/**
 * A contract as all nodes of an administrator show it, at one height. A single node could claim "already closed" or "already
 * revoked" when neither is true.
 */
import { setTimeout as sleep } from "node:timers/promises";

import { WarifuError } from "../core/errors.ts";
import { agreed } from "../chain/nodes/chain-view.ts";
import { isMade, type ContractChange } from "./contract-admin.ts";
import { readContract, type ContractState } from "./contract-state.ts";
import { newestHeight } from "../chain/rpc/queries.ts";
import type { Rpc } from "../chain/rpc/rpc.ts";

const POLL_MS = 200;

/** What is asked about, and by whom. */
export interface Question {
  readonly contract: string;
  /** A change; all nodes must agree on whether it is already made. */
  readonly change?: { readonly change: ContractChange; readonly sender: string } | undefined;
}

/**
 * The contract's state at a height that all nodes have, as they all agree on it.
 * @param nodes at least one
 * @throws CHAIN_MISMATCH naming which node says what; CHAIN_WRONG, CHAIN_UNREACHABLE
 */
export async function agreedContract(nodes: readonly Rpc[], question: Question): Promise<ContractState> {
  return agreedContractAt(nodes, Math.min(...(await Promise.all(nodes.map(newestHeight)))), question);
}

/**
 * The same at a given height, once all nodes have it.
 * @throws as {@link agreedContract}; CHAIN_UNREACHABLE naming the node that does not reach it within `waitMs`
 */
export async function agreedContractFrom(
  nodes: readonly Rpc[],
  height: number,
  question: Question,
  waitMs: number,
): Promise<ContractState> {
  const deadline = performance.now() + waitMs;
  for (const node of nodes)
    while ((await newestHeight(node)) < height) {
      if (performance.now() > deadline)
        throw new WarifuError(
          "CHAIN_UNREACHABLE",
          `${node.host} does not have block ${height} yet, so nothing is sure`,
        );
      await sleep(POLL_MS);
    }
  return agreedContractAt(nodes, height, question);
}

async function agreedContractAt(
  nodes: readonly Rpc[],
  height: number,
  { contract, change: asked }: Question,
): Promise<ContractState> {
  const states = await Promise.all(nodes.map((node) => readContract(node, contract, height)));
  const [state] = states as [ContractState];
  const compare = (what: string, values: readonly unknown[]): unknown =>
    agreed(
      `${what} of contract ${contract} at block ${height}`,
      nodes.map(({ host }, at) => ({ node: host, value: JSON.stringify(values[at]) })),
    );
  for (const name of Object.keys(state) as (keyof ContractState)[])
    compare(
      name,
      states.map((one) => one[name]),
    );
  if (asked) {
    const made = nodes.map((node) => isMade(node, state, asked.change, asked.sender, height));
    compare(`change "${asked.change.kind}"`, await Promise.all(made));
  }
  return state;
}
