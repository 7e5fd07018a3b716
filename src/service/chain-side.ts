/**
 * The part of the service that faces the chain, put together: anchoring with its beacons and cosignatures, and the
 * index of what the contract recorded. Whatever these parts find wrong goes into one register of alarms.
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { errorFact } from "../alarms/alarm-fact.ts";
import type { Alarms } from "../alarms/alarms.ts";
import { Anchoring, type AnchoringEvent } from "../anchor/schedule.ts";
import { trackBlocks } from "../chain/block-tracker.ts";
import type { Chain } from "../chain/chain.ts";
import { sharedLook } from "../chain/shared-look.ts";
import type { Config } from "../config.ts";
import { equalBytes } from "../core/bytes.ts";
import { codeOf, messageOf, type WarifuError } from "../core/errors.ts";
import { logIdOf } from "../core/record.ts";
import { openCosigner } from "../cosign/witness-file.ts";
import { EVIDENCE_FOLDER } from "../watch/evidence-files.ts";
import type { JudgedLog } from "../watch/judge-anchors.ts";
import { Indexing } from "../watch/indexing.ts";
import type { OpenLog } from "../write/open-log.ts";
import { checkedHead } from "../anchor/write-anchor.ts";
import { recordBeacon } from "../anchor/beacon.ts";
import { authoritiesIn } from "../cosign/authorities-file.ts";
import type { Cosigner } from "../cosign/cosign.ts";
import { Stamping } from "../cosign/stamping.ts";
import { TimestampFiles } from "../cosign/timestamp-files.ts";
import type { LogTree } from "../write/log-tree.ts";
import { hasEnded } from "../write/term.ts";
import type { IndexedAnchor } from "../store/anchor-index.ts";
import type { AnchorJournal } from "../store/anchor-journal.ts";
import type { LogStore } from "../store/log-store.ts";
import { Witnessing } from "../cosign/witnessing.ts";
import { SHOWN_CHECKPOINT_FILE } from "../cosign/shown-checkpoint.ts";
import { openAnchorIndex } from "../store/open.ts";
import type { LogSigner } from "../core/checkpoint.ts";

const INDEX_PATIENCE_MS = 300_000;
const START_ATTEMPTS = 5;
const START_PAUSE_MS = 500;

type AnchoredStore = Pick<LogStore, "origin"> & Pick<AnchorJournal, "contract">;

export interface ChainSideOptions {
  readonly config: Config;
  readonly chain: Chain;
  readonly log: Pick<OpenLog, "store" | "tree" | "publisher" | "events" | "writer">;
  readonly signer: LogSigner;
  readonly alarms: Alarms;
  readonly logger: Logger;
  /** POSIX milliseconds. */
  readonly now: () => number;
  /** 0 <= random() < 1 */
  readonly random?: (() => number) | undefined;
  readonly onEvent: (event: AnchoringEvent) => void;
  readonly onStop: (reason: WarifuError) => void;
}

/** The parts that others need. */
export interface ChainSide {
  readonly anchoring: Anchoring;
  readonly cosigner: Cosigner;
  readonly witnessing: Witnessing;
  readonly stamping: Stamping;
  /** @throws as {@link Anchoring.start} */
  start(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the index, and reads witnesses and time-stamping authorities; nothing runs before `start()`.
 * @throws CONFIG_INVALID, STORE_FAILED
 */
export function openChainSide(options: ChainSideOptions): ChainSide {
  const { config, chain, log, signer, alarms, now, random = Math.random, onEvent, onStop } = options;
  const { store, tree, publisher } = log;
  const cosigner = openCosigner(config.witnesses, { logKey: signer.key, tree, now });
  const look = sharedLook(chain);
  const { indexing, closeIndex } = openIndexing(options, look.chain);
  const openedAt = now();
  const witnessing = openWitnessing(options, cosigner);
  const stamping = openStamping(options);
  const anchoring = new Anchoring({
    store,
    chain: look.chain,
    tree,
    publisher,
    now,
    random,
    alarms,
    follow: () => log.writer.follow(),
    ...config.anchoring,
    // A local chain makes blocks only when there are transactions.
    ...(chain.isLocal && { maxHeadAgeMs: 0, maxFinalityAgeMs: 0 }),
    recordBeacon: () => enterBeacon(options),
    smallestSize: () => cosigner.smallestSize,
    isEnded: () => hasEnded(config.term, Math.floor(now() / 1_000)),
    cosign: ({ note }) => cosignFor(options, cosigner, note),
    // Called first in a round, before anything asks about finality.
    lookAtChain: () => {
      look.renew();
      return pollIndex(indexing, openedAt, options);
    },
    onEvent: (event) => {
      onEvent(event);
      // The rows of a lost chain say nothing about its successor.
      if (event.event === "deployed" && event.chainWasLost) void indexing.forget().catch(() => undefined);
    },
    onStop,
  });
  return {
    ...{ anchoring, cosigner, witnessing, stamping },
    start: async () => {
      await witnessing.start();
      await whileReorganising(() => anchoring.start());
      stamping.start();
    },
    close: async () => {
      for (const part of [stamping, witnessing, anchoring, indexing]) await part.close();
      await closeIndex();
    },
  };
}

async function enterBeacon({ log: { store, events, writer }, chain, logger }: ChainSideOptions): Promise<void> {
  await recordBeacon({
    ...{ store, events, chain, writer },
    onMissed: ({ code, message }) => logger.warn({ code, reason: message }, "no beacon"),
  });
}

/** The note with the cosignatures obtained; too few of them raise an alarm but do not delay the anchor. */
async function cosignFor({ alarms }: ChainSideOptions, cosigner: Cosigner, note: string): Promise<string> {
  const cosigned = await cosigner.cosign({ note });
  alarms.set("witness-quorum", cosigned.shortfall);
  return cosigned.note;
}

function openWitnessing(
  { config, log, signer, alarms, logger, now }: ChainSideOptions,
  cosigner: Cosigner,
): Witnessing {
  const { store, tree, publisher } = log;
  return new Witnessing({
    ...{ cosigner, store, tree, publisher, logKey: signer.key, alarms, now },
    file: join(config.dataDir, SHOWN_CHECKPOINT_FILE),
    everyMs: config.witnesses.everyMs,
    patienceMs: config.anchoring.maxLagMs,
    onFailure: ({ code, message }) => logger.warn({ code, reason: message }, "the witnesses could not be asked"),
  });
}

function openStamping({ config, log, signer, alarms, logger, now }: ChainSideOptions): Stamping {
  const { file, everyMs } = config.timeAuthorities;
  return new Stamping({
    ...{ store: log.store, logKey: signer.key, alarms, now, everyMs },
    authorities: authoritiesIn(file),
    files: new TimestampFiles(config.dataDir),
    onFailure: ({ code, message }) => logger.warn({ code, reason: message }, "timestamps could not be kept"),
  });
}

/**
 * Refuses to build on a ledger that the contract has overtaken, before the vault is touched: with an older copy, the
 * vault would lose its newer openings. A local chain that was restarted says nothing about this ledger.
 * @throws STORE_BEHIND, STORE_CORRUPT, CHAIN_UNREACHABLE
 */
export function assertNotBehindChain(chain: Chain, store: AnchoredStore, tree: LogTree): Promise<void> {
  return whileReorganising(() => compareWithChain(chain, store, tree));
}

/**
 * A node that is just switching to another branch refuses requests that it answers a moment later. That should not end
 * a service that is starting; a node that does not answer at all is reported right away.
 */
async function whileReorganising(action: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await action();
    } catch (error) {
      if (codeOf(error) !== "NODE_REFUSED" || attempt === START_ATTEMPTS) throw error;
      await sleep(START_PAUSE_MS);
    }
  }
}

async function compareWithChain(chain: Chain, store: AnchoredStore, tree: LogTree): Promise<void> {
  if (!(await chain.hasContract())) return;
  const known = await store.contract();
  if (known?.contract === chain.contract) {
    if (chain.isLocal && (await chain.blockHashAt(0)) !== known.genesis) return;
    // A contract that the store does not know comes from the settings: that of a successor, or of a log whose ledger is
    // lost.
  } else if (!equalBytes(await chain.logId(), logIdOf(store.origin))) return;
  await checkedHead({ chain, tree }).catch((error: unknown) => {
    if (codeOf(error) !== "CONTRACT_CLOSED") throw error;
  });
}

function openIndexing(
  { config, log, alarms, logger, now }: ChainSideOptions,
  chain: Chain,
): { readonly indexing: Indexing; readonly closeIndex: () => Promise<void> } {
  const { index, discarded } = openAnchorIndex(config.dataDir);
  if (discarded !== undefined) logger.warn({ reason: discarded }, "the index of anchors is rebuilt");
  const evidenceFolder = join(config.dataDir, EVIDENCE_FOLDER);
  const indexing = new Indexing({
    chain,
    tracker: trackBlocks(chain, { now }),
    index,
    log: judgedLog(log),
    evidenceFolder,
    now,
    alarms,
  });
  return { indexing, closeIndex: () => index.close() };
}

/** The log that anchors are compared with. */
export function judgedLog({ store, tree, publisher, writer }: ChainSideOptions["log"]): JudgedLog {
  return {
    publishedSize: () => tree.publishedSize,
    follow: () => writer.follow(),
    rootAt: (size) => tree.rootAt(size),
    checkpointAt: async (size) => (await publisher.publishAt(tree, size)).note,
    isOurs: async ({ treeSize, transactionHash }: IndexedAnchor) =>
      (await store.hasTransaction(transactionHash)) || treeSize <= ((await store.contract())?.startSize ?? 0),
  };
}

/** An error here stops no anchor; if it lasts for minutes, it is worth an alarm. */
async function pollIndex(
  indexing: Indexing,
  openedAt: number,
  { alarms, logger, now }: ChainSideOptions,
): Promise<boolean> {
  try {
    await indexing.poll();
    alarms.clear("index-behind");
    return indexing.isSettled;
  } catch (error) {
    logger.warn({ reason: messageOf(error) }, "the index of anchors could not be brought up to date");
    const lastRoundAt = Math.max(indexing.lastRoundAt, openedAt);
    if (now() - lastRoundAt > INDEX_PATIENCE_MS) alarms.raise("index-behind", errorFact(error));
    return false;
  }
}
