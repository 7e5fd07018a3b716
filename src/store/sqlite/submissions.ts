/**
 * How a SQLite ledger recognises entries that are sent again: by idempotency keys, further keys of the same entry, and the
 * sender of the record.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { NewEntry } from "../log-store.ts";
import { first, prepareAll } from "./database.ts";
import { replaceSealed } from "./sealed-rows.ts";

/** Keys and senders of one ledger. */
export class SqliteSubmissions {
  readonly #db: DatabaseSync;
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, StatementSync>>;
  readonly #senders = new Map<string, number>();
  // Sender of the newest record; `undefined` while none is on record.
  #newestSender: number | undefined;
  #hasAliases: boolean;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#statements = prepareAll(db, STATEMENTS);
    this.#hasAliases = first(this.#statements.anyAlias) !== undefined;
    this.#newestSender = first(this.#statements.senderAt, Number.MAX_SAFE_INTEGER)?.["sender_ref"] as
      number | undefined;
  }

  /**
   * Stores key and sender of a new entry.
   * @returns the sender's number if another one begins with it
   */
  entered(sourceRef: number, { kind, key, leafIndex, sender = "" }: NewEntry): number | undefined {
    if (key !== undefined) this.#statements.insertKey.run(sourceRef, key, leafIndex);
    return kind === "record" ? this.#noteSender(leafIndex, sender) : undefined;
  }

  /** The leaf index that a source's key stands for. Most logs have no further keys, and then they cost nothing. */
  keyed(sourceRef: number, key: string): number | undefined {
    const { byKey, byAlias } = this.#statements;
    const found = first(byKey, sourceRef, key) ?? (this.#hasAliases ? first(byAlias, sourceRef, key) : undefined);
    return found?.["leaf_index"] as number | undefined;
  }

  /** Remembers a further key of an entry. */
  bind(sourceRef: number, key: string, leafIndex: number): void {
    replaceSealed(this.#db, "alias", { source_ref: sourceRef, key, leaf_index: leafIndex });
    this.#hasAliases = true;
  }

  senderOf(leafIndex: number): string | undefined {
    return first(this.#statements.senderAt, leafIndex)?.["name"] as string | undefined;
  }

  /** One row for many records: a row only where another sender begins. */
  #noteSender(leafIndex: number, sender: string): number | undefined {
    const ref = this.#senders.get(sender) ?? this.#addSender(sender);
    if (ref === this.#newestSender) return undefined;
    this.#newestSender = ref;
    this.#statements.insertSent.run(leafIndex, ref);
    return ref;
  }

  #addSender(name: string): number {
    const known = first(this.#statements.senderByName, name)?.["sender_ref"] as number | undefined;
    const ref = known ?? (first(this.#statements.nextSender)?.["ref"] as number);
    if (known === undefined) replaceSealed(this.#db, "sender", { sender_ref: ref, name });
    this.#senders.set(name, ref);
    return ref;
  }
}

const STATEMENTS = {
  insertKey: "INSERT INTO submission (source_ref, key, leaf_index) VALUES (?, ?, ?)",
  byKey: "SELECT leaf_index FROM submission WHERE source_ref = ? AND key = ?",
  byAlias: "SELECT leaf_index FROM alias WHERE source_ref = ? AND key = ?",
  anyAlias: "SELECT 1 FROM alias LIMIT 1",
  insertSent: "INSERT INTO sent (leaf_index, sender_ref) VALUES (?, ?)",
  senderAt: `SELECT sender_ref, name FROM sent LEFT JOIN sender USING (sender_ref)
    WHERE leaf_index <= ? ORDER BY leaf_index DESC LIMIT 1`,
  senderByName: "SELECT sender_ref FROM sender WHERE name = ?",
  nextSender: "SELECT coalesce(max(sender_ref), 0) + 1 AS ref FROM sender",
} as const;
