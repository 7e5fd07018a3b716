/**
 * The rows of a record: its wrapped key and openings, its attachments, and whether pictures of it are to be published.
 */
import type { DatabaseSync } from "node:sqlite";
import { fromUtf8, utf8 } from "../../core/bytes.ts";
import type { Attachment, RecordOpenings } from "../vault.ts";
import type { Row } from "../rows/row.ts";
import { all, first, statement } from "./database.ts";
import type { Cipher } from "../rows/vault-cipher.ts";
import type { MasterKeys } from "../rows/master-keys.ts";
import { hasTable, isNoted } from "./vault-tables.ts";

/** Tables that have rows of a record, by `leaf_index`; they are deleted when it is erased. */
export const RECORD_TABLES = ["attachment", "to_publish", "person", "opening"] as const;

const SCHEMA = `CREATE TABLE IF NOT EXISTS opening (
  leaf_index INTEGER PRIMARY KEY, wrapped_key BLOB NOT NULL, sealed BLOB NOT NULL) STRICT`;
const ATTACHMENT_SCHEMA = `CREATE TABLE IF NOT EXISTS attachment (
  leaf_index INTEGER NOT NULL, place INTEGER NOT NULL, sealed BLOB NOT NULL,
  PRIMARY KEY (leaf_index, place)) STRICT`;
const TO_PUBLISH_SCHEMA = "CREATE TABLE IF NOT EXISTS to_publish (leaf_index INTEGER PRIMARY KEY) STRICT";

const LINE_END = 0x0a;

/** Creates the table that every vault has. */
export function createRecordTables(db: DatabaseSync): void {
  db.exec(SCHEMA);
}

/** The rows of all records of a vault. */
export class VaultRecords {
  readonly #db: DatabaseSync;
  readonly #master: MasterKeys;

  constructor(db: DatabaseSync, master: MasterKeys) {
    this.#db = db;
    this.#master = master;
  }

  /** Makes the tables that these records need. */
  prepare(records: readonly RecordOpenings[]): void {
    if (records.some(({ attachments }) => attachments?.length)) this.#db.exec(ATTACHMENT_SCHEMA);
    if (records.some(({ isToPublish }) => isToPublish)) this.#db.exec(TO_PUBLISH_SCHEMA);
  }

  /** Within a transaction. */
  keep({ leafIndex, openings, attachments = [], isToPublish = false }: RecordOpenings): void {
    const { key, wrapped } = this.#master.newRecordKey(leafIndex);
    const sealed = key.seal(utf8(openings.join("~")), { leafIndex });
    const insert = statement(this.#db, "INSERT INTO opening (leaf_index, wrapped_key, sealed) VALUES (?, ?, ?)");
    insert.run(leafIndex, wrapped, sealed);
    if (isToPublish) statement(this.#db, "INSERT INTO to_publish VALUES (?)").run(leafIndex);
    for (const [place, { mediaType, bytes }] of attachments.entries()) {
      const part = `attachment ${place + 1}/${attachments.length}`;
      const plain = Buffer.concat([utf8(`${JSON.stringify(mediaType)}\n`), bytes]);
      const add = statement(this.#db, "INSERT INTO attachment VALUES (?, ?, ?)");
      add.run(leafIndex, place, key.seal(plain, { leafIndex, part }));
    }
  }

  open(leafIndex: number): readonly string[] | undefined {
    const row = first(statement(this.#db, "SELECT wrapped_key, sealed FROM opening WHERE leaf_index = ?"), leafIndex);
    if (!row || isNoted(this.#db, leafIndex)) return undefined;
    const text = fromUtf8(this.#recordKey(row, leafIndex).unseal(bytesOf(row), { leafIndex }), "vault row");
    return text === "" ? [] : text.split("~");
  }

  attachments(leafIndex: number): readonly Attachment[] | undefined {
    const row = first(statement(this.#db, "SELECT wrapped_key FROM opening WHERE leaf_index = ?"), leafIndex);
    if (!row || isNoted(this.#db, leafIndex)) return undefined;
    const recordKey = this.#recordKey(row, leafIndex);
    const rows = this.#attachmentRows(leafIndex);
    return rows.map((row, place) => {
      const part = `attachment ${place + 1}/${rows.length}`;
      return attachmentOf(recordKey.unseal(bytesOf(row), { leafIndex, part }));
    });
  }

  #recordKey(row: Row, leafIndex: number): Cipher {
    return this.#master.recordKey(row["wrapped_key"] as Uint8Array, leafIndex);
  }

  #attachmentRows(leafIndex: number): Row[] {
    if (!hasTable(this.#db, "attachment")) return [];
    const sql = "SELECT sealed FROM attachment WHERE leaf_index = ? ORDER BY place";
    return all(statement(this.#db, sql), leafIndex);
  }
}

function bytesOf(row: Row): Uint8Array {
  return row["sealed"] as Uint8Array;
}

function attachmentOf(plain: Uint8Array): Attachment {
  const end = plain.indexOf(LINE_END);
  const mediaType = JSON.parse(fromUtf8(plain.subarray(0, end), "media type")) as string;
  return { mediaType, bytes: Uint8Array.from(plain.subarray(end + 1)) };
}
