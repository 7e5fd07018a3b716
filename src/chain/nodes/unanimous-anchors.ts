/**
 * All anchors of a contract, as shown by every node that an auditor chose, for both audits. All must answer and agree: a
 * single node could hide the anchor that refutes a log, or invent one that refutes a good log.
 */
import { keccak256 } from "ethers";

import { toHex } from "../../core/bytes.ts";
import { WarifuError } from "../../core/errors.ts";
import { auditFinalityOf, type AuditFinality, type Policy } from "../../core/policy.ts";
import type { NodesBehind } from "../../verify/finding-fact.ts";
import type { AnchorEventReader, ShownAnchors } from "../../verify/shown-anchors.ts";
import { readHead } from "../rpc/anchor-contract.ts";
import { buildEvidence } from "../rpc/evidence.ts";
import { readAnchorEvents } from "../rpc/anchor-events.ts";
import type { AnchorEvent } from "../chain.ts";
import { agreed, rpcChainView, type Said } from "./chain-view.ts";
import { codeAt, finalizedHeight, newestHeight } from "../rpc/queries.ts";
import { openRpc, type Rpc } from "../rpc/rpc.ts";
import { assertChain } from "../rpc/transactions.ts";

/** The anchors with their positions on the chain. */
export interface AgreedAnchors extends AnchorEventReader<AnchorEvent> {
  anchorEvents(): Promise<ShownAnchors<AnchorEvent> & { readonly open: readonly AnchorEvent[] }>;
}

/** Whose anchors, and when they count. */
export interface AnchorsWanted {
  readonly chainId: number;
  readonly contract: string;
  /** Without a rule, every anchor counts immediately. */
  readonly finality?: AuditFinality | undefined;
}

/** What one node shows, and up to which height. */
interface Shown {
  readonly newest: number;
  /** The height up to which it calls blocks final. */
  readonly final: number;
  readonly events: readonly AnchorEvent[];
}

/**
 * The reader of these nodes. It connects only when asked, so that a node that is down leaves an audit undecided. Its methods
 * throw CHAIN_UNREACHABLE, CHAIN_WRONG when a node serves another chain or has no such contract, and CHAIN_MISMATCH when two
 * contradict each other; a node that lags behind contradicts nobody.
 * @param urls at least one http or https address
 */
export function agreedAnchors(urls: readonly string[], { chainId, contract, finality }: AnchorsWanted): AgreedAnchors {
  const askAll = <T>(question: (rpc: Rpc) => Promise<T>): Promise<Said<T>[]> =>
    Promise.all(
      urls.map(async (url) => {
        const rpc = await openRpc(url);
        try {
          assertChain(rpc.chainId, chainId);
          return { node: rpc.host, value: await question(rpc) };
        } catch (error) {
          throw named(error, rpc.host);
        } finally {
          rpc.close();
        }
      }),
    );
  return {
    blockHashAt: rpcChainView(urls).blockHashAt,
    // It proves itself, so one node is enough.
    evidenceOf: async ({ transactionHash }) => {
      const rpc = await openRpc(urls[0] as string);
      return buildEvidence(rpc, contract, transactionHash)
        .then(({ evidence }) => evidence)
        .finally(() => rpc.close());
    },
    codeHash: async () => agreed("contract's code", await askAll((rpc) => codeAt(rpc, contract).then(keccak256))),
    anchorEvents: async () =>
      common(
        await askAll(async (rpc) => {
          const newest = await newestHeight(rpc);
          const final = finality ? await finalizedHeight(rpc, finality.confirmations) : newest;
          const { treeSize } = await readHead(rpc, contract, newest);
          return { newest, final, events: await readAnchorEvents(rpc, contract, newest, treeSize) };
        }),
      ),
  };
}

/** The anchors of a policy's contract as an auditor's nodes show them; only nodes that were named are asked. */
export function anchorsUnder(policy: Policy, urls: readonly string[]): AgreedAnchors | undefined {
  const { id: chainId, contract } = policy.chain;
  if (urls.length === 0) return undefined;
  return agreedAnchors(urls, { chainId, contract, finality: auditFinalityOf(policy) });
}

/** What all nodes show up to the height that all have. */
function common(nodes: readonly Said<Shown>[]): Awaited<ReturnType<AgreedAnchors["anchorEvents"]>> {
  const height = Math.min(...nodes.map(({ value }) => value.newest));
  const upTo = nodes.map(({ node, value }) => ({
    node,
    events: value.events.filter(({ blockNumber }) => blockNumber <= height),
  }));
  const most = Math.max(...upTo.map(({ events }) => events.length));
  for (let at = 0; at < most; at++)
    agreed(
      `anchor ${at + 1} up to block ${height}`,
      upTo.map(({ node, events }) => ({ node, value: nameOf(events[at]) })),
    );
  // Final for all is only what even the slowest calls final.
  const final = Math.min(...nodes.map(({ value }) => value.final));
  const shown = upTo[0]?.events ?? [];
  return {
    anchors: shown.filter(({ blockNumber }) => blockNumber <= final),
    open: shown.filter(({ blockNumber }) => blockNumber > final),
    lacking: lackingAbove(height, nodes),
  };
}

function nameOf(anchor: AnchorEvent | undefined): string {
  return anchor === undefined
    ? "there is none"
    : `size ${anchor.treeSize} with root ${toHex(anchor.rootHash)} by ${anchor.transactionHash}`;
}

/** A node stuck at an old block would otherwise hide every anchor since. */
function lackingAbove(height: number, nodes: readonly Said<Shown>[]): NodesBehind | undefined {
  const hosts = (those: (shown: Shown) => boolean): string[] =>
    nodes.filter(({ value }) => those(value)).map(({ node }) => node);
  const ahead = hosts(({ events }) => events.some(({ blockNumber }) => blockNumber > height));
  if (ahead.length === 0) return undefined;
  return { height, ahead, behind: hosts(({ newest }) => newest === height) };
}

/** The worth of an answer depends on whose it is; other messages already name the host. */
function named(error: unknown, host: string): unknown {
  if (!(error instanceof WarifuError) || error.code !== "CHAIN_WRONG") return error;
  return new WarifuError(error.code, `${host}: ${error.message}`, { cause: error, details: error.details });
}
