/** What the holder of the right to write can do with it (see writer.ts). */
import type { Checkpoint } from "../core/checkpoint.ts";
import type { LogEvent } from "../events/event.ts";
import type { Appended, AppendedEntry, Sealable } from "./append.ts";

/** A batch in the log and the checkpoint over it; no checkpoint if the batch brought nothing new. */
export interface SealedBatch {
  readonly sealed: readonly Appended[];
  readonly checkpoint: Checkpoint | undefined;
}

/** A batch that has its place in the tree, and is signed. Nothing of it may be handed out before it is durable. */
export interface PreparedBatch extends SealedBatch {
  readonly durable: Promise<void>;
}

export interface ErasureOptions {
  /** Whether the public bodies are erased, too. */
  readonly bodies?: boolean;
}

/** What can be done while nobody else writes. Not to be used after the call that it was passed to. */
export interface Turn {
  /** The time at which whatever enters now was received, POSIX seconds. @throws CLOCK_BACKWARDS, CLOCK_AHEAD */
  tick(): Promise<number>;
  /** Makes the items durable, under a checkpoint. */
  enter(items: readonly Sealable[]): Promise<SealedBatch>;
  /** Makes one of the log's own events durable. */
  enterEvent(event: LogEvent): Promise<AppendedEntry>;
  /** Makes several of them durable at once, in their order. */
  enterEvents(events: readonly LogEvent[]): Promise<AppendedEntry[]>;
  /**
   * Erases what is kept of records, as {@link Writer.erase} does.
   * @returns whether no file holds any of it any longer
   */
  erase(leafIndexes: readonly number[], options?: ErasureOptions): Promise<boolean>;
}

/**
 * What can be done while earlier batches are still being made durable. Not to be used after the call that it was passed
 * to.
 */
export interface Preparation extends Pick<Turn, "tick"> {
  /** The highest number of a source that is in the log but not in the store yet; -1 if there is none. */
  numberAhead(source: string): number;
  /** Gives the items their places, under a checkpoint. They become durable after all that came before. */
  enter(items: readonly Sealable[]): PreparedBatch;
}
