/** The rows of a record in PostgreSQL: its wrapped key and openings, its attachments, and whether pictures of it are to be published. */
import { fromUtf8, utf8 } from "../../core/bytes.ts";
import type { MasterKeys } from "../rows/master-keys.ts";
import type { Attachment, RecordOpenings } from "../vault.ts";
import type { Queries } from "./sessions.ts";

/** Tables that have rows of a record, by `leaf_index`; they are deleted when it is erased. */
export const RECORD_TABLES = ["attachment", "to_publish", "person", "opening"] as const;

const LINE_END = 0x0a;

/** A record as it is kept. */
interface SealedRecord {
  readonly leafIndex: number;
  readonly wrapped: Uint8Array;
  readonly sealed: Uint8Array;
  readonly attachments: readonly Uint8Array[];
  readonly isToPublish: boolean;
}

/** Inserts what is kept of records. Within a transaction. */
export async function insertRecords(
  queries: Queries,
  records: readonly RecordOpenings[],
  keys: MasterKeys,
): Promise<void> {
  const rows = records.map((record) => sealedRecord(record, keys));
  await queries.run(
    `INSERT INTO opening (leaf_index, wrapped_key, sealed) SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::bytea[])`,
    rows.map(({ leafIndex }) => leafIndex),
    rows.map(({ wrapped }) => wrapped),
    rows.map(({ sealed }) => sealed),
  );
  const toPublish = rows.filter(({ isToPublish }) => isToPublish).map(({ leafIndex }) => leafIndex);
  if (toPublish.length > 0) await queries.run("INSERT INTO to_publish SELECT * FROM unnest($1::bigint[])", toPublish);
  // One by one: a picture has megabytes.
  const insert = "INSERT INTO attachment (leaf_index, place, sealed) VALUES ($1, $2, $3)";
  for (const { leafIndex, attachments } of rows)
    for (const [place, sealed] of attachments.entries()) await queries.run(insert, leafIndex, place, sealed);
}

function sealedRecord(record: RecordOpenings, keys: MasterKeys): SealedRecord {
  const { leafIndex, openings, attachments = [], isToPublish = false } = record;
  const { key, wrapped } = keys.newRecordKey(leafIndex);
  return {
    leafIndex,
    wrapped,
    sealed: key.seal(utf8(openings.join("~")), { leafIndex }),
    attachments: attachments.map(({ mediaType, bytes }, place) => {
      const plain = Buffer.concat([utf8(`${JSON.stringify(mediaType)}\n`), bytes]);
      return key.seal(plain, { leafIndex, part: attachmentPart(place, attachments.length) });
    }),
    isToPublish,
  };
}

/** What an attachment is bound to, besides the record. */
export function attachmentPart(place: number, count: number): string {
  return `attachment ${place + 1}/${count}`;
}

export function attachmentOf(plain: Uint8Array): Attachment {
  const end = plain.indexOf(LINE_END);
  const mediaType = JSON.parse(fromUtf8(plain.subarray(0, end), "media type")) as string;
  return { mediaType, bytes: Uint8Array.from(plain.subarray(end + 1)) };
}
