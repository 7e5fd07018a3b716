// What must hold: whenever an anchor is called final, and when everything has settled.

import { join } from "node:path";

import { toHex, utf8 } from "../../../src/core/bytes.ts";
import { parseCheckpoint } from "../../../src/core/checkpoint.ts";
import { formatRecordId } from "../../../src/core/record-id.ts";
import type { StoredAnchor } from "../../../src/store/anchor-journal.ts";
import { LogTree } from "../../../src/write/log-tree.ts";
import { readHeadGuard } from "../../../src/store/head-guard.ts";
import { readLedger } from "../../../src/store/open.ts";
import { LEDGER_FILES } from "../../../src/store/sqlite/ledger.ts";
import { auditFolder } from "../../support/ledger.ts";
import { ancestorAt, eventsIn, type Block } from "./block-tree.ts";
import type { ChainModel } from "./chain-model.ts";
import { CHAIN_ID, CONTRACT } from "./contract-model.ts";
import type { Life, Service } from "./service.ts";
import type { SharedDatabase } from "./shared-database.ts";
import type { SignedHead } from "./signed-heads.ts";
import type { Submitter } from "./submitter.ts";
import type { Settings, World } from "./world.ts";

/** @returns why an anchor must not be called final now */
export function checkFinal(
  model: ChainModel,
  { anchorId, blockHash, blockNumber, transactionHash }: StoredAnchor,
): string | undefined {
  const block = model.blockByHash(blockHash ?? "");
  const what = `anchor ${anchorId} was called final in block ${blockNumber} ${blockHash?.slice(0, 10)}`;
  if (!block) return `${what}, which never was`;
  if (!block.mined.some(({ sent, recorded }) => recorded && sent.hash === transactionHash))
    return `${what}, which does not hold it`;
  if (!model.wasFinal(block.hash)) return `${what}, which was not final`;
  if (!model.hasRevertedFinality && ancestorAt(model.tip, block.number) !== block)
    return `${what}, which is not canonical`;
  return undefined;
}

/** Everything that must hold in the end. @returns what does not */
export async function checkEnd(
  { model, submitter, settings }: World,
  services: readonly Service[],
  shared?: SharedDatabase,
): Promise<string[]> {
  const failures: string[] = [];
  const database = shared?.addressFor("audit");
  const folders = services.map(({ process }) => process.folder);
  const [folder = ""] = folders;
  const store = await readLedger({ dataDir: folder, database });
  try {
    const rows = await store.anchors(Number.MAX_SAFE_INTEGER, 10_000);
    const size = store.treeSize();
    failures.push(...checkRows(model, rows), ...checkMoney(model, rows, settings));
    failures.push(...checkRecords(await store.entries(0, size), submitter));
    const tree = await LogTree.load(store);
    failures.push(...(await checkEvents(model, tree, size)), ...(await checkHeads(tree, headsOf(model, submitter))));
    for (const life of services.flatMap(({ lives }) => lives)) failures.push(...(await checkLife(tree, life, shared)));
    failures.push(...(await checkHeads(tree, folders.flatMap(guardIn))));
  } finally {
    await store.close();
  }
  const blockHashAt = async (height: number): Promise<string | undefined> => ancestorAt(model.tip, height)?.hash;
  const report = await auditFolder(folder, {
    database,
    chain: {
      chainId: CHAIN_ID,
      contract: CONTRACT,
      events: canonical(model).flatMap(eventsIn),
      // A beacon below a reorg that went deeper than finality names a block that is gone.
      ...(model.hasRevertedFinality ? {} : { blockHashAt }),
    },
  });
  failures.push(...report.findings.map(({ where, message }) => `audit: ${where}: ${message}`));
  if (report.outcome !== "holds") failures.push(`the audit's outcome is ${report.outcome}`);
  return failures;
}

/** A head that was signed, and by whose account. */
interface Claim extends SignedHead {
  readonly by: string;
}

/** What others were given: with acknowledgements, and with transactions that any node ever took. */
function headsOf(model: ChainModel, { acknowledged }: Submitter): Claim[] {
  const shown = [...acknowledged].map(([key, { checkpoint }]) => ({ by: key, ...parseCheckpoint(utf8(checkpoint)) }));
  const sent = model.sentTransactions().map(({ hash, treeSize, rootHash }) => ({ by: hash, treeSize, rootHash }));
  return [...shown, ...sent].map(({ by, treeSize, rootHash }) => ({ by, treeSize, root: toHex(rootHash) }));
}

function guardIn(folder: string): Claim[] {
  const guard = readHeadGuard(join(folder, LEDGER_FILES.guard));
  return guard ? [{ by: folder, treeSize: guard.treeSize, root: toHex(guard.rootHash) }] : [];
}

async function checkHeads(tree: LogTree, claims: readonly Claim[]): Promise<string[]> {
  const failures: string[] = [];
  for (const { by, treeSize, root } of claims)
    if (treeSize > tree.size || toHex(await tree.rootAt(treeSize)) !== root)
      failures.push(`the log does not have the head of ${treeSize} entries that ${by} was given`);
  return failures;
}

/**
 * All that a process has signed is in the log, but for what was on its way to it when something befell the process: one batch
 * where others write too, and one more that was put together meanwhile where nobody does. Those are its largest heads, and not
 * always the last ones: an anchoring that was under way may still sign a smaller head, of what was published before.
 */
async function checkLife(tree: LogTree, { name, heads, wasHurt }: Life, shared?: SharedDatabase): Promise<string[]> {
  const mayLack = wasHurt ? (shared ? 1 : 2) : 0;
  const durable = heads.toSorted((one, other) => one.treeSize - other.treeSize).slice(0, heads.length - mayLack);
  return checkHeads(
    tree,
    durable.map((head) => ({ ...head, by: `${name}, which signed it and lived on,` })),
  );
}

function canonical({ tip }: ChainModel): Block[] {
  const blocks: Block[] = [];
  for (let at: Block | undefined = tip; at; at = at.parent) blocks.unshift(at);
  return blocks;
}

/** Each row is final and canonical; or recorded nowhere, and orphaned or overtaken by a larger final one. */
function checkRows(model: ChainModel, rows: readonly StoredAnchor[]): string[] {
  const finalSize = Math.max(0, ...rows.filter(isFinal).map(({ treeSize }) => treeSize));
  return rows.flatMap((row) => {
    const { anchorId, state, treeSize, transactionHash, blockHash } = row;
    const block = model.blockWith(transactionHash);
    const hasRecorded = block?.mined.some(({ sent, recorded }) => recorded && sent.hash === transactionHash) ?? false;
    if (!isFinal(row)) {
      if (hasRecorded) return [`anchor ${anchorId} is ${state}, and on the chain`];
      return state === "orphaned" || treeSize <= finalSize ? [] : [`anchor ${anchorId} is ${state}`];
    }
    return hasRecorded && block?.hash === blockHash ? [] : [`anchor ${anchorId} is final, and not on the chain`];
  });
}

function isFinal({ state }: StoredAnchor): boolean {
  return state === "finalized";
}

function checkMoney(model: ChainModel, rows: readonly StoredAnchor[], { spending }: Settings): string[] {
  const mined = canonical(model).flatMap((block) => block.mined);
  const total = mined.reduce((sum, { paid }) => sum + paid, 0n);
  const dear = model
    .sentTransactions()
    .filter(({ maxFee, gasLimit }) => maxFee * BigInt(gasLimit) > spending.perAnchor);
  const noted = rows.reduce((sum, { paid }) => sum + (paid ?? 0n), 0n);
  return [
    ...dear.map(({ hash }) => `transaction ${hash} could have cost more than an anchor may`),
    ...(total > spending.perDay ? [`${total} wei were spent, more than a day may`] : []),
    ...(noted === total ? [] : [`${total} wei were spent, the store has ${noted}`]),
  ];
}

/** Each acknowledged record is in the log exactly once, where it was said to be. */
function checkRecords(
  entries: readonly { readonly kind: string; readonly id: Uint8Array; readonly leafIndex: number }[],
  submitter: Submitter,
): string[] {
  const records = entries.filter(({ kind }) => kind === "record");
  const byId = new Map(records.map((entry) => [formatRecordId(entry.id), entry.leafIndex]));
  const failures: string[] = [];
  for (const [key, { id, leafIndex }] of submitter.acknowledged)
    if (byId.get(id) !== leafIndex)
      failures.push(`${key} was acknowledged as leaf ${leafIndex}, the log has it at ${byId.get(id)}`);
  if (records.length !== submitter.acknowledged.size)
    failures.push(`${submitter.acknowledged.size} records were acknowledged, the log has ${records.length}`);
  return failures;
}

/** Sizes grow from link to link, and every root is the log's. */
async function checkEvents(model: ChainModel, tree: LogTree, size: number): Promise<string[]> {
  const failures: string[] = [];
  let previous = 0;
  for (const { treeSize, previousSize, rootHash } of canonical(model).flatMap(eventsIn)) {
    if (previousSize !== previous || treeSize <= previous)
      failures.push(`size ${treeSize} was anchored upon ${previousSize}, after ${previous}`);
    if (treeSize > size) failures.push(`size ${treeSize} was anchored, the log has ${size}`);
    else if (toHex(await tree.rootAt(treeSize)) !== toHex(rootHash))
      failures.push(`the root of size ${treeSize} is another one`);
    previous = treeSize;
  }
  return failures;
}
