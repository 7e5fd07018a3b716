/**
 * The one who moves the head of a log on, from one service: a connection of its own, on which it waits for its turn, holds the
 * head's row, and commits. If that connection breaks, the server lets the next service in, and a commit that was under way is
 * there or not: this service then writes nothing more, and its next start finds out.
 */
import { WarifuError } from "../../core/errors.ts";
import type { Committer } from "../committer.ts";
import type { HeadGuard } from "../head-guard.ts";
import type { Batch, StoredCheckpoint } from "../log-store.ts";
import type { Row } from "../rows/row.ts";
import type { RecordOpenings } from "../vault.ts";
import { lockKey, type DatabaseAddress } from "./address.ts";
import { assertContinues, insertBatch, KnownNames } from "./batch.ts";
import type { Holding } from "./holding.ts";
import { commit, openSession, together, type Queries, type Session } from "./sessions.ts";

/** The newest checkpoint, and nobody else moves it until this transaction ends. */
const HOLD_HEAD = "SELECT tree_size, root_hash, note FROM head WHERE id = 1 FOR UPDATE";
export const READ_HEAD = "SELECT tree_size, root_hash, note FROM head WHERE id = 1";

/** Keeps what the vault has of records, within a transaction. */
export type KeepIn = (queries: Queries, records: readonly RecordOpenings[]) => Promise<void>;

export interface HeadWriterParts {
  readonly address: DatabaseAddress;
  readonly guard: HeadGuard;
  readonly holding: Holding;
}

/** Moves the head of one log on. */
export class HeadWriter implements Committer {
  readonly #parts: HeadWriterParts;
  readonly #known = { sources: new KnownNames("source"), senders: new KnownNames("sender") };
  #session!: Session;
  #closeSession!: () => Promise<void>;
  #keepIn: KeepIn | undefined;
  #isInTurn = false;
  #hasFailed = false;
  #lost: WarifuError | undefined;
  /** The newest head that this service knows of. */
  #head: StoredCheckpoint | undefined;

  private constructor(parts: HeadWriterParts) {
    this.#parts = parts;
  }

  /** @throws STORE_FAILED; STORE_LOCKED the vault's key is being replaced */
  static async open(parts: HeadWriterParts): Promise<HeadWriter> {
    const writer = new HeadWriter(parts);
    const lost = (error: WarifuError): void => {
      writer.#lost ??= error;
    };
    const { session, close } = await openSession(parts.address, "STORE_FAILED", lost);
    writer.#session = session;
    writer.#closeSession = close;
    try {
      const open = await session.first(
        `SELECT pg_try_advisory_lock_shared(${lockKey("open", parts.address)}) AS is_open`,
      );
      if ((open?.["is_open"] as unknown) !== true)
        throw new WarifuError("STORE_LOCKED", "the key of this log's vault is being replaced: wait until that is done");
      writer.#head = headOf(await session.first(READ_HEAD));
    } catch (error) {
      await close();
      throw error;
    }
    return writer;
  }

  get treeSize(): number {
    return this.#head?.treeSize ?? 0;
  }

  /** From now on, openings go with the batch that they belong to. */
  keepWith(keepIn: KeepIn): void {
    this.#keepIn = keepIn;
  }

  /** @throws STORE_FAILED the connection is lost */
  assertConnected(): void {
    if (this.#lost) throw this.#lost;
  }

  /** See {@link SharedLog.begin}. */
  async begin(): Promise<StoredCheckpoint | undefined> {
    this.assertConnected();
    // The lock lasts for several commits, the row for one; both go with the connection.
    const { rows } = await this.#session.script(`SELECT pg_advisory_lock(${this.#turnKey}); BEGIN; ${HOLD_HEAD}`);
    this.#isInTurn = true;
    this.#head = headOf(rows[0]);
    return this.#head;
  }

  /** See {@link SharedLog.end}. */
  async end(): Promise<void> {
    this.#isInTurn = false;
    if (this.#lost) return;
    await this.#session.script(`ROLLBACK; SELECT pg_advisory_unlock(${this.#turnKey})`);
  }

  /** Outside of a turn, takes one of its own. */
  async commit(batch: Batch, openings: readonly RecordOpenings[] = []): Promise<void> {
    const known = this.treeSize;
    await this.#inTurn(async () => {
      if (this.treeSize !== known)
        throw new WarifuError("STORE_CORRUPT", `the log has grown from ${known} to ${this.treeSize} entries elsewhere`);
      await this.#commit(batch, openings);
    });
  }

  /**
   * Changes what belongs to entries, in one transaction. What is changed was decided in the turn, so it goes over the connection
   * that holds it: with that, the right to change anything is lost.
   */
  async change(change: (queries: Queries) => Promise<void>): Promise<void> {
    await this.#inTurn(async () => {
      this.assertConnected();
      await this.#parts.holding.assertIn(this.#session);
      await change(this.#session);
      await commit(this.#session, `BEGIN; ${HOLD_HEAD}`);
    });
  }

  async #inTurn(action: () => Promise<void>): Promise<void> {
    if (this.#isInTurn) return action();
    await this.begin();
    try {
      await action();
    } finally {
      await this.end();
    }
  }

  async #commit(batch: Batch, openings: readonly RecordOpenings[]): Promise<void> {
    const { guard, holding } = this.#parts;
    const { checkpoint } = batch;
    assertContinues(batch, this.treeSize);
    if (this.#hasFailed)
      throw new WarifuError("STORE_FAILED", "an earlier commit failed: what is durable is known after a restart");
    guard.assertWritable();
    this.#hasFailed = true;
    await together(
      holding.assertIn(this.#session),
      this.#keep(openings),
      insertBatch(this.#session, batch, this.#known),
      this.#moveHead(checkpoint),
    );
    // The next head of this turn is held before it is signed.
    await commit(this.#session, `BEGIN; ${HOLD_HEAD}`);
    this.#hasFailed = false;
    this.#head = checkpoint;
    guard.note(checkpoint.note);
  }

  async #keep(openings: readonly RecordOpenings[]): Promise<void> {
    if (openings.length === 0) return;
    if (!this.#keepIn) throw new WarifuError("VAULT_FAILED", "there is no vault for these openings");
    await this.#keepIn(this.#session, openings);
  }

  /** Compare and swap: the head that was signed follows the one that is there. */
  async #moveHead({ treeSize, rootHash, note }: StoredCheckpoint): Promise<void> {
    const sql = `UPDATE head SET tree_size = $1, root_hash = $2, note = $3
      WHERE id = 1 AND tree_size = $4 AND note IS NOT DISTINCT FROM $5`;
    const moved = await this.#session.run(sql, treeSize, rootHash, note, this.treeSize, this.#head?.note ?? null);
    if (moved !== 1)
      throw new WarifuError("STORE_FAILED", "the head was moved by somebody who does not wait for a turn");
  }

  get #turnKey(): string {
    return lockKey("turn", this.#parts.address);
  }

  async close(): Promise<void> {
    try {
      this.#parts.guard.flush();
    } finally {
      await this.#closeSession();
    }
  }
}

/** The checkpoint of a row of the head; `undefined` before the first one. */
export function headOf(row: Row | undefined): StoredCheckpoint | undefined {
  if (!row || row["note"] === null) return undefined;
  return {
    treeSize: row["tree_size"] as number,
    rootHash: row["root_hash"] as Uint8Array,
    note: row["note"] as string,
  };
}
