/**
 * The right to write. Everything that enters the log or leaves the vault goes through here, one at a time: batches of
 * records from the pipeline, the log's own events, erasures.
 *
 * A batch is put together while the one before is being made durable, but they become durable one after the other.
 *
 * Invariant: nothing is signed with a future time or handed out before it is durable, and nothing is written after a
 * failure, when tree and store may differ: the writer stops permanently, and the next start finds out what is durable.
 */
import { trace } from "@opentelemetry/api";
import { formatEventBody, type Body } from "../core/body.ts";
import { toHex } from "../core/bytes.ts";
import { messageOf, WarifuError } from "../core/errors.ts";
import type { RandomBytes } from "../core/random.ts";
import type { LogEvent } from "../events/event.ts";
import type { EventRegister } from "../events/register.ts";
import type { Committer } from "../store/committer.ts";
import type { LogStore } from "../store/log-store.ts";
import type { SharedLog } from "../store/shared-log.ts";
import type { ErasedSetAside, RecordOpenings, Vault } from "../store/vault.ts";
import { append, type Appended, type AppendedEntry, type Sealable, type SourceIds } from "./append.ts";
import { concealInEvent, readableBodyOf } from "./conceal.ts";
import { followHead } from "./follow-head.ts";
import type { LogClock } from "./log-clock.ts";
import type { LogTree } from "./log-tree.ts";
import { NumbersAhead } from "./numbers-ahead.ts";
import type { Publisher } from "./publish.ts";
import type { ErasureOptions, PreparedBatch, Preparation, SealedBatch, Turn } from "./turn.ts";

/** Does nothing until the operator loads an SDK. */
const tracer = trace.getTracer("warifu");

/** How long openings that were set aside are kept: somebody may have to find out what a crash cut off. */
const SET_ASIDE_KEPT_MS = 30 * 86_400_000;

export interface WriterParts {
  readonly store: LogStore;
  /** Where other services write to the same log: how to take turns with them. */
  readonly shared?: SharedLog | undefined;
  readonly vault: Vault;
  readonly committer: Committer;
  readonly tree: LogTree;
  readonly publisher: Publisher;
  readonly clock: LogClock;
  readonly sourceIds: SourceIds;
  readonly randomBytes: RandomBytes;
  /** Notified of each event that enters. */
  readonly events: Pick<EventRegister, "follow" | "derivations" | "moderations" | "sources" | "translations">;
  /** Called once when the writer stops permanently. */
  readonly onStop: (reason: WarifuError) => void;
}

/** The writer of one log. */
export class Writer {
  readonly #parts: WriterParts;
  readonly #turn: Turn;
  readonly #preparation: Preparation;
  readonly #ahead = new NumbersAhead();
  #writing: Promise<unknown> = Promise.resolve();
  /** Settles when everything that was signed is durable, or nothing more will be. */
  #committed: Promise<unknown> = Promise.resolve();
  #stopReason: WarifuError | undefined;
  #failure: WarifuError | undefined;

  constructor(parts: WriterParts) {
    this.#parts = parts;
    this.#turn = {
      tick: () => parts.clock.tick(),
      enter: (items) => this.#seal(items),
      enterEvent: async (event) => (await this.#enterEvents([event]))[0] as AppendedEntry,
      enterEvents: (events) => this.#enterEvents(events),
      erase: (leafIndexes, erasure) => this.#erase(leafIndexes, erasure),
    };
    this.#preparation = {
      tick: this.#turn.tick,
      numberAhead: (source) => this.#ahead.highestOf(source),
      enter: (items) => this.#enterAhead(items),
    };
  }

  /** Why nothing more is taken, if so. */
  get stopReason(): WarifuError | undefined {
    return this.#stopReason;
  }

  /**
   * Runs `write` alone: nobody else writes to the log meanwhile, not even another service. If it throws, the writer
   * stops permanently.
   * @throws the error that stopped the writer, or what `write` throws
   */
  exclusively<T>(write: (turn: Turn) => Promise<T>): Promise<T> {
    return this.#alone(() => this.#inTurn(() => write(this.#turn)));
  }

  /**
   * Runs `write` alone as well, but while earlier batches are still being made durable; others get their turn before
   * what it entered is durable. It must not rely on anything in the store that those batches change, except for what
   * its {@link Preparation} tells.
   * @throws as {@link exclusively}
   */
  prepare<T>(write: (preparation: Preparation) => Promise<T>): Promise<T> {
    return this.#next(() =>
      this.#inTurn(async () => {
        const prepared = await write(this.#preparation);
        // The next service to write starts from the head in the store, so everything must be there before its turn.
        if (this.#parts.shared) await this.#committed;
        return prepared;
      }),
    );
  }

  /** Catches up with what other services have written to the log. @throws the error that stopped the writer */
  async follow(): Promise<void> {
    const { shared } = this.#parts;
    if (shared) await this.#alone(async () => followHead(await shared.head(), this.#parts));
  }

  /** Runs an action alone, once everything in the log is durable. */
  #alone<T>(action: () => Promise<T>): Promise<T> {
    return this.#next(async () => {
      await this.#committed;
      if (this.#failure) throw this.#failure;
      return action();
    });
  }

  #next<T>(action: () => Promise<T>): Promise<T> {
    const done = this.#writing.then(async () => {
      if (this.#failure) throw this.#failure;
      try {
        return await action();
      } catch (cause) {
        throw this.#fail(cause);
      }
    });
    this.#writing = done.catch(() => undefined);
    return done;
  }

  /** Runs `write` in this service's turn among all that share the log, from the head that the store has by then. */
  async #inTurn<T>(write: () => Promise<T>): Promise<T> {
    const { shared } = this.#parts;
    if (!shared) return write();
    const head = await shared.begin();
    try {
      await followHead(head, this.#parts);
      return await write();
    } finally {
      await shared.end();
    }
  }

  /**
   * Enters one of the log's own events.
   * @throws STOPPED; whatever stops the writer while this runs
   */
  enter(event: LogEvent): Promise<AppendedEntry> {
    return this.enterIf(() => event);
  }

  /**
   * Enters an event that is decided while nobody else writes, so that it fits what the log says at its own place.
   * @throws what `decide` throws, without effect; as {@link Writer.enter}
   */
  async enterIf(decide: () => LogEvent | Promise<LogEvent>): Promise<AppendedEntry> {
    if (this.#stopReason) throw this.#stopReason;
    const outcome = await this.exclusively(async (turn) => {
      const event = await decided(decide);
      return event instanceof WarifuError ? event : turn.enterEvent(event);
    });
    if (outcome instanceof WarifuError) throw outcome;
    return outcome;
  }

  async #enterEvents(events: readonly LogEvent[]): Promise<AppendedEntry[]> {
    const { store, sourceIds, events: register } = this.#parts;
    const { origin } = store;
    const receivedAt = await this.#turn.tick();
    const sourceId = sourceIds.of(origin).bytes;
    const first = ((await store.numbering(origin))?.last ?? -1) + 1;
    const items = events.map((event, at) => this.#sealable(event, { sourceId, seq: first + at, receivedAt }));
    const bodies = items.map(readableBodyOf);
    const { sealed } = await this.#seal(items);
    const entries = sealed.map(({ entry }) => entry);
    for (const [at, entry] of entries.entries()) register.follow(entry, bodies[at] as Body);
    return entries;
  }

  #sealable(event: LogEvent, at: Pick<Sealable, "sourceId" | "seq" | "receivedAt">): Sealable {
    const { kind, vct, contentName, attachments } = event;
    const { store, randomBytes } = this.#parts;
    const head = { iat: at.receivedAt, iss: store.origin, seq: at.seq, src: toHex(at.sourceId), vct };
    const { content, openings } = concealInEvent(event, randomBytes);
    const body = formatEventBody(head, contentName, content);
    return { kind, sourceName: store.origin, ...at, body, openings, attachments };
  }

  /**
   * Permanently erases what is kept of an entry besides its leaf and body: see {@link Vault.erase}, {@link LogStore.forget}.
   * What was made of its pictures goes too, and what a record of the same number said. The log's event about it comes first.
   * The vault notes it last: if something interrupts this, repeating it completes it.
   * @returns whether no file holds any of it any longer
   * @throws NOT_FOUND there is no such entry; VAULT_FAILED; STOPPED
   */
  async erase(leafIndex: number): Promise<boolean> {
    if (this.#stopReason) throw this.#stopReason;
    if (!(leafIndex < this.#parts.tree.publishedSize))
      throw new WarifuError("NOT_FOUND", "the log has no entry at that place");
    return this.exclusively(() => this.#erase([leafIndex]));
  }

  async #erase(leafIndexes: readonly number[], { bodies = false }: ErasureOptions = {}): Promise<boolean> {
    const { store, vault } = this.#parts;
    const copies: number[] = [];
    for (const leafIndex of leafIndexes) copies.push(...(await this.#copiesOf(leafIndex)));
    const isForgotten = await store.forget(leafIndexes, { bodies });
    return (await vault.eraseAll([...copies, ...leafIndexes])) && isForgotten;
  }

  /** Leaf indexes of events that conceal what a record said, or what was said about it. */
  async #copiesOf(leafIndex: number): Promise<number[]> {
    const { store, events } = this.#parts;
    const [entry] = await store.entries(leafIndex, leafIndex + 1);
    const { conflicts } = events.sources.of(entry?.sourceName ?? "");
    const moderated = events.moderations.of(leafIndex)?.steps ?? [];
    const sameNumber = conflicts.filter(({ seq }) => seq === entry?.seq);
    const made = [...events.derivations.of(leafIndex), ...events.translations.of(leafIndex)];
    return [...made, ...moderated, ...sameNumber].map((event) => event.leafIndex);
  }

  /** Leaf indexes above `after` of records with pictures that are still to be published. */
  toPublish(after: number, limit: number): Promise<readonly number[]> {
    return this.#parts.vault.toPublish(after, limit);
  }

  /** Notes that nothing of a record is left to publish. @throws VAULT_FAILED */
  markPublished(leafIndex: number): Promise<void> {
    return this.exclusively(() => this.#parts.vault.markPublished(leafIndex));
  }

  /**
   * Checks that what was acknowledged is still where the next start looks for it; otherwise the writer stops permanently.
   * @throws STORE_FAILED, VAULT_FAILED; STOPPED
   */
  assertInPlace(): Promise<void> {
    const { store, vault } = this.#parts;
    return this.exclusively(async () => {
      store.assertInPlace();
      vault.assertInPlace();
    });
  }

  /**
   * Erases openings that were set aside so long ago that nobody will look for them any more.
   * @returns as {@link Vault.eraseSetAside}
   */
  eraseSetAside(): Promise<ErasedSetAside> {
    const { store, vault, clock } = this.#parts;
    return this.exclusively(async () => {
      // Forgets nothing more, but takes what was forgotten before out of the engine's log.
      const isForgotten = await store.forget([], { bodies: false });
      const { records, isGone } = await vault.eraseSetAside(clock.now, SET_ASIDE_KEPT_MS);
      return { records, isGone: isGone && isForgotten };
    });
  }

  /** Takes no more events; turns are still given, for records that were taken before. */
  refuseMore(): void {
    this.#stopReason ??= new WarifuError("STOPPED", "the service is stopping: send again when it is back");
  }

  /** Waits for what is being written. */
  async close(): Promise<void> {
    this.refuseMore();
    await this.#writing;
    await this.#committed;
  }

  /** Appends, publishes and makes durable. */
  async #seal(items: readonly Sealable[]): Promise<SealedBatch> {
    const batch = this.#append(items);
    await this.#commit(batch);
    return batch;
  }

  #enterAhead(items: readonly Sealable[]): PreparedBatch {
    const batch = this.#append(items);
    const durable = this.#committed.then(() => this.#commit(batch));
    this.#committed = durable.catch(() => undefined);
    return { ...batch, durable };
  }

  /** Appends and publishes. */
  #append(items: readonly Sealable[]): SealedBatch {
    if (items.length === 0) return { sealed: [], checkpoint: undefined };
    const { tree, publisher } = this.#parts;
    const sealed = append(tree, items);
    this.#ahead.add(items);
    return { sealed, checkpoint: publisher.publish(tree) };
  }

  /** Makes a batch durable: in the vault and the ledger, then published. */
  async #commit({ sealed, checkpoint }: SealedBatch): Promise<void> {
    if (this.#failure) throw this.#failure;
    if (!checkpoint) return;
    const { committer, tree } = this.#parts;
    const entries = sealed.map(({ entry }) => entry);
    const tiles = tree.filledTiles(checkpoint.treeSize);
    const span = tracer.startSpan("commit", { attributes: { "warifu.entries": entries.length } });
    try {
      await committer.commit({ entries, tiles, checkpoint }, sealed.flatMap(openingsToKeep));
    } catch (cause) {
      throw this.#fail(cause);
    } finally {
      span.end();
    }
    this.#ahead.dropFirst();
    tree.markPublished(checkpoint.treeSize);
  }

  /** Stops the writer permanently. */
  #fail(cause: unknown): WarifuError {
    if (this.#failure) return this.#failure;
    const reason =
      cause instanceof WarifuError
        ? cause
        : new WarifuError("STOPPED", `writing failed: ${messageOf(cause)}`, { cause });
    this.#failure = reason;
    this.#stopReason = reason;
    this.#parts.onStop(reason);
    return reason;
  }
}

/** The event, or the error that says why there is none. */
async function decided(decide: () => LogEvent | Promise<LogEvent>): Promise<LogEvent | WarifuError> {
  try {
    return await decide();
  } catch (error) {
    if (error instanceof WarifuError) return error;
    throw error;
  }
}

function openingsToKeep({ entry: { leafIndex }, openings, attachments, ...more }: Appended): RecordOpenings[] {
  const { isToPublish, persons } = more;
  return openings || attachments ? [{ leafIndex, openings: openings ?? [], attachments, isToPublish, persons }] : [];
}
