/**
 * Opens a log for writing: the tree is derived from the store, what a crash left between vault and ledger is settled, and
 * the profiles in force are entered. Others are given only the parts of it that they need.
 */
import type { LogSigner } from "../core/checkpoint.ts";
import { codeOf, WarifuError } from "../core/errors.ts";
import type { RandomBytes } from "../core/random.ts";
import { receivedAtOf } from "../core/record-id.ts";
import type { SeqRepair } from "../core/source-event.ts";
import type { LogKeys } from "../core/log-keys.ts";
import type { LogEvent } from "../events/event.ts";
import { logKeysEvent } from "../events/log-keys.ts";
import { profileEvent } from "../events/profile.ts";
import { EventRegister } from "../events/register.ts";
import { verifierEvent, type VerifierFile } from "../events/verifier.ts";
import type { Profiles } from "../profiles/profile.ts";
import type { Committer } from "../store/committer.ts";
import type { AnchoredLogStore } from "../store/ledger-store.ts";
import type { SharedLog } from "../store/shared-log.ts";
import type { Vault } from "../store/vault.ts";
import { DEFAULT_MAX_SEQ_GAP } from "./batch-numbering.ts";
import { SourceIds, type AppendedEntry } from "./append.ts";
import { isWithheldFrom } from "./follow-head.ts";
import { LogClock, type LogClockParts } from "./log-clock.ts";
import { LogTree } from "./log-tree.ts";
import { LineThreads } from "./line-threads.ts";
import { Pipeline } from "./pipeline.ts";
import { Publisher } from "./publish.ts";
import type { KeyNames } from "./derived-keys.ts";
import { repeatErasures } from "./repeat-erasures.ts";
import { repairSource } from "./repair-source.ts";
import { changeSource, type SourceChange } from "./change-source.ts";
import { SourceQuotas } from "./source-quotas.ts";
import { SourceRules } from "./source-rules.ts";
import { TrafficWatch } from "./source-traffic.ts";
import { hasEnded, type Term } from "./term.ts";
import { damageOf, StoredCheck, type Damage } from "./stored-check.ts";
import { Writer } from "./writer.ts";

export interface OpenLogOptions extends LogClockParts {
  readonly store: AnchoredLogStore;
  /** Where other services write to the same log: how to take turns with them. */
  readonly shared?: SharedLog | undefined;
  readonly vault: Vault;
  /** Commits batches to both of them. */
  readonly committer: Committer;
  readonly signer: LogSigner;
  readonly profiles: Profiles;
  /** The verifier's files that the service hands out; none where the pages were not built. */
  readonly verifier?: readonly VerifierFile[] | undefined;
  readonly randomBytes: RandomBytes;
  /** Most records in one batch. */
  readonly maxBatch: number;
  /** Most records that may wait; beyond that, submissions are refused as BUSY. */
  readonly maxQueue: number;
  /** How far a seq may run ahead of its source's numbers so far. */
  readonly maxSeqGap?: number | undefined;
  /** Names idempotency keys for the store; unchanged by default. */
  readonly keyNames?: KeyNames | undefined;
  /** Quota of each source; none if left out. */
  readonly recordsPerSecond?: number | undefined;
  /** When records are taken; at any time if left out. */
  readonly term?: Term | undefined;
  /** Called once when writing to the log has stopped permanently. */
  readonly onStop: (reason: WarifuError) => void;
  /**
   * Called before anything is written or erased: throws if this tree must not be built on, and the log is not opened.
   * Without it, putting back an older copy of the ledger would cost the vault its newer openings.
   */
  readonly beforeWriting?: (tree: LogTree) => Promise<void>;
  /** Called for each leaf whose entry or openings were found damaged. */
  readonly onDamage?: ((damage: Damage) => void) | undefined;
  /**
   * Called at the start with the number of records whose openings were set aside: a crash kept their entries from being
   * committed.
   */
  readonly onSetAside?: ((records: number) => void) | undefined;
}

/** Look-ups of people in the vault. */
export type PersonIndex = Pick<Vault, "findPerson" | "recordsOf" | "subjectsOf">;

/** A log that is open for writing. */
export interface OpenLog {
  readonly store: AnchoredLogStore;
  readonly tree: LogTree;
  readonly publisher: Publisher;
  /** Checks what is read from the store. */
  readonly check: StoredCheck;
  /** The state that the log's own events add up to. */
  readonly events: EventRegister;
  readonly profiles: Profiles;
  readonly writer: Writer;
  readonly pipeline: Pipeline;
  /** Reads the lines of large batches. */
  readonly lines: LineThreads;
  /** What comes from each source at present. */
  readonly traffic: TrafficWatch;
  readonly keyNames: KeyNames;
  /** Which records are of one person; for officers alone. */
  readonly persons: PersonIndex;
  /** Lets only that sender send for a source from now on. */
  reserveSource(source: string, sender: string): void;
  /** Enters the repair of a source's numbers. @throws as {@link repairSource} */
  repairSource(repair: SeqRepair): Promise<AppendedEntry>;
  /** Enters what an officer does with a source. @throws as {@link changeSource} */
  changeSource(change: SourceChange): Promise<AppendedEntry>;
}

/**
 * Opens the log of a store.
 * @throws STORE_CORRUPT, STORE_FAILED, VAULT_FAILED; STORE_BEHIND when the vault is ahead by more than a crash leaves;
 *   CONFIG_INVALID when another key signed the newest checkpoint;
 *   CLOCK_BACKWARDS when the clock is behind the newest entry; CLOCK_AHEAD; what `beforeWriting` throws
 */
export async function openLog(options: OpenLogOptions): Promise<OpenLog> {
  const {
    store,
    vault,
    profiles,
    shared,
    maxSeqGap = DEFAULT_MAX_SEQ_GAP,
    recordsPerSecond,
    keyNames = String,
  } = options;
  const sourceIds = new SourceIds(store.origin);
  const { tree, publisher, clock, check, events } = await whileOthersWait(options, () => load(options, sourceIds));
  const writer = new Writer({ ...options, tree, publisher, clock, sourceIds, events });
  await assertMayWrite(options, tree, writer);
  // Other services may have written above this tree by now: in a turn of the writer, the tree has caught up.
  if (shared) await writer.exclusively(() => settleVault(options, tree.size));
  else await settleVault(options, tree.size);
  await writer.eraseSetAside();
  await repeatErasures({ events, store, vault, writer });
  // A log that takes no more records does not grow by itself: its contract may be closed.
  if (!hasEnded(options.term ?? {}, Math.floor(options.now() / 1_000))) {
    await enterProfiles(profiles, events, writer);
    await enterVerifier(options.verifier ?? [], events, writer);
  }
  await enterLogKeys(options.signer.key, events, writer);
  const rules = new SourceRules({ store, check, sources: events.sources, erasures: events.erasures });
  const quotas = recordsPerSecond === undefined ? undefined : new SourceQuotas(recordsPerSecond, options.now);
  const traffic = new TrafficWatch(options.now);
  const parts = { ...options, maxSeqGap, keyNames, writer, check, events, rules, sourceIds, quotas, traffic };
  const pipeline = new Pipeline(parts);
  const lines = new LineThreads(profiles, store.origin);
  return {
    ...{ store, tree, publisher, check, events, profiles, writer, pipeline, lines, traffic, keyNames, persons: vault },
    reserveSource: (source, sender) => rules.reserve(source, sender),
    repairSource: (repair) => repairSource(repair, { store, writer, maxSeqGap }),
    changeSource: (change) => changeSource(change, { store, writer, events, rules }),
  };
}

/** What the writer continues from, derived from the store. */
interface Loaded {
  readonly tree: LogTree;
  readonly publisher: Publisher;
  readonly clock: LogClock;
  readonly check: StoredCheck;
  readonly events: EventRegister;
}

async function load(options: OpenLogOptions, sourceIds: SourceIds): Promise<Loaded> {
  const { store, vault, onDamage, shared } = options;
  const tree = await LogTree.load(store, { onDamaged: (tile) => onDamage?.(damageOf(tile)) });
  const publisher = new Publisher(options.signer, await store.newestCheckpoint());
  const [last] = await store.entries(tree.size - 1, tree.size);
  const clock = new LogClock(options, last ? receivedAtOf(last) : 0);
  await clock.tick();
  let events: EventRegister | undefined = undefined;
  // Events themselves are never withheld, so nothing is while they are read.
  const isWithheld = (leafIndex: number): boolean => events?.erasures.withheldBy(leafIndex) !== undefined;
  const isWithheldAbove = shared && ((leafIndex: number) => isWithheldFrom(tree.publishedSize, leafIndex, store));
  const check = new StoredCheck({ tree, vault, sourceIds, isWithheld, isWithheldAbove, onDamage });
  events = await EventRegister.open({
    page: (kinds, from, limit) => store.events(kinds, from, limit),
    newestOfKind: (kind) => store.newestOfKind(kind),
    bodyOf: (entry) => check.bodyOf(entry),
  });
  return { tree, publisher, clock, check, events };
}

/** Keeps other services of the log from writing during the action, so that all it reads is of one head. */
async function whileOthersWait<T>({ shared }: OpenLogOptions, action: () => Promise<T>): Promise<T> {
  await shared?.begin();
  try {
    return await action();
  } finally {
    await shared?.end();
  }
}

/** Asks `beforeWriting` again while it knows of entries that other services have written since the tree was read. */
async function assertMayWrite({ beforeWriting, shared }: OpenLogOptions, tree: LogTree, writer: Writer): Promise<void> {
  for (let { size } = tree; ; size = tree.size) {
    try {
      return await beforeWriting?.(tree);
    } catch (error) {
      if (!shared || codeOf(error) !== "STORE_BEHIND") throw error;
      await writer.follow();
      if (tree.size === size) throw error;
    }
  }
}

/**
 * The vault is written first, so a crash leaves openings above the tree: those of at most one batch, none of them
 * acknowledged. They are set aside. If there are more, they were once acknowledged: then the ledger has lost something, and
 * the vault holds the only copy of what people were promised, so nothing is touched.
 * @throws STORE_BEHIND
 */
async function settleVault({ vault, maxBatch, onSetAside }: OpenLogOptions, size: number): Promise<void> {
  const { records, highest } = await vault.beyond(size);
  if (records === 0) return;
  if (size === 0 || highest >= size + maxBatch)
    throw new WarifuError(
      "STORE_BEHIND",
      `the ledger (ledger.sqlite) holds ${size} entries, but the vault (vault.sqlite) holds openings up to leaf ${highest}: ` +
        "the ledger is lost, or an older copy or another log's. Put the ledger that belongs to this vault back; nothing was erased. " +
        "(If WARIFU_MAX_BATCH was larger when the service ended, set it so again.)",
      { details: { entries: size, records, highest } },
    );
  onSetAside?.(await vault.setAsideFrom(size));
}

/** Enters each profile whose newest form in the log is not the one in force. */
async function enterProfiles(profiles: Profiles, { profiles: entered }: EventRegister, writer: Writer): Promise<void> {
  for (const { document } of profiles.values())
    await enterUnless(
      () => entered.isNewest(document),
      () => profileEvent(document),
      writer,
    );
}

/** Enters the verifier's files, unless the log names them already. */
async function enterVerifier(
  files: readonly VerifierFile[],
  { verifier: entered }: EventRegister,
  writer: Writer,
): Promise<void> {
  if (files.length === 0) return;
  await enterUnless(
    () => entered.isNewest(files),
    () => verifierEvent(files),
    writer,
  );
}

/** Enters the log's keys when they are others than the log names. */
async function enterLogKeys(keys: LogKeys, { logKeys: entered }: EventRegister, writer: Writer): Promise<void> {
  await enterUnless(
    () => entered.isNewest(keys),
    () => logKeysEvent(keys),
    writer,
  );
}

/**
 * Enters an event unless it is there already. Looks again in the writer's turn: another service that is starting may
 * have entered it.
 */
async function enterUnless(isThere: () => boolean, event: () => LogEvent, writer: Writer): Promise<void> {
  if (isThere()) return;
  await writer.exclusively(async (turn) => {
    if (!isThere()) await turn.enterEvent(event());
  });
}
