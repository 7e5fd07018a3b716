/**
 * Sends items in batches and counts the results. Whatever the number of items, one batch is in flight while the next is
 * read, and leaves are in the log in the order of the file.
 */
import { WarifuError, type ErrorCode } from "../core/errors.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../core/json.ts";
import type { Record } from "../core/record.ts";
import type { Client, SubmitResult } from "../client/client.ts";
import type { Acknowledgement } from "../write/outcome.ts";
import type { Item, Items } from "./items.ts";

/** How items become records. */
export interface Wrapping {
  /** Each item holds the claims of a record of this type; without it, each is a whole record. */
  readonly type?: string | undefined;
  readonly source: string;
}

/** An item that was refused. */
export interface Refusal {
  /** Its number in the input, from 1. */
  readonly item: number;
  readonly code: ErrorCode;
  readonly message: string;
}

/** The results so far. */
export interface Tally {
  new: number;
  repeated: number;
  firstLeafIndex: number | null;
  /** Of the record there. */
  firstId: string | null;
  lastLeafIndex: number | null;
  /** All refused ones, in order. */
  readonly refusals: Refusal[];
}

export interface SubmissionOptions {
  readonly client: Client;
  readonly items: Items;
  readonly wrapping: Wrapping;
  readonly batchSize: number;
  /** Leaves below this one were in the log before: an acknowledgement of one of them repeats an earlier one. */
  readonly sizeBefore: number;
  readonly tally: Tally;
  readonly onAcknowledged: (number: number, acknowledgement: Acknowledgement) => void;
  readonly onRefused: (item: Item) => void;
  readonly onBatch: () => void;
}

// The client has already retried for a while: the remaining items would only fail the same way.
const ENDS_IT: ReadonlySet<ErrorCode> = new Set(["SERVICE_UNREACHABLE", "BUSY", "STOPPED", "RATE_LIMITED", "TOO_SLOW"]);

/** An empty tally. */
export function emptyTally(): Tally {
  return { new: 0, repeated: 0, firstLeafIndex: null, firstId: null, lastLeafIndex: null, refusals: [] };
}

/**
 * Submits all items; the tally is up to date even when this throws.
 * @throws SERVICE_UNREACHABLE, BUSY, STOPPED, RATE_LIMITED, TOO_SLOW, UNAUTHENTICATED, FORBIDDEN, and whatever reading
 * throws
 */
export async function submitItems(options: SubmissionOptions): Promise<void> {
  const { items, wrapping, batchSize, onBatch } = options;
  let number = 0;
  let batch: Numbered[] = [];
  let sending: Promise<void> = Promise.resolve();
  const flush = async (): Promise<void> => {
    await sending;
    sending = sendBatch(batch, options).then(onBatch);
    // Awaited above or below; a rejection in between must not count as unhandled.
    sending.catch(() => undefined);
    batch = [];
  };
  for await (const item of items.items()) {
    const key = `${items.keyPrefix}-${String(number).padStart(9, "0")}`;
    batch.push({ number: ++number, item, record: toRecord(item, key, wrapping) });
    if (batch.length >= batchSize) await flush();
  }
  await flush();
  await sending;
}

interface Numbered {
  readonly number: number;
  readonly item: Item;
  readonly record: JsonObject | WarifuError;
}

/** The record of an item. The service reports what it lacks; only an item that is not an object cannot be sent. */
export function toRecord(item: Item, key: string, { type, source }: Wrapping): JsonObject | WarifuError {
  if (item instanceof WarifuError) return item;
  if (!isJsonObject(item)) return new WarifuError("RECORD_INVALID", `the item is not an object${remedyFor(item)}`);
  if (type !== undefined) return { key, type, source, claims: item };
  // An item signed as a whole cannot be changed, and carries its own number.
  return Object.hasOwn(item, "key") || Object.hasOwn(item, "jws") ? item : { key, ...item };
}

function remedyFor(item: JsonValue): string {
  return Array.isArray(item) ? " but a list: write its values with their names, or as rows of CSV below a header" : "";
}

async function sendBatch(batch: readonly Numbered[], options: SubmissionOptions): Promise<void> {
  const { client, items, tally, onRefused } = options;
  const sendable = batch.filter(({ record }) => !(record instanceof WarifuError));
  const results =
    sendable.length === 0 ? [] : await client.submit(sendable.map(({ record }) => record as JsonValue as Record));
  const resultOf = new Map(sendable.map(({ number }, at) => [number, results[at] as SubmitResult]));
  let ending: WarifuError | undefined;
  for (const { number, item, record } of batch) {
    const result = record instanceof WarifuError ? { ok: false as const, error: record } : resultOf.get(number);
    if (result?.ok) count(number, result.acknowledgement, options);
    else if (result && ENDS_IT.has(result.error.code)) ending ??= result.error;
    else if (result) {
      tally.refusals.push(refusalOf(number, result.error, items.rowOf?.(item)));
      onRefused(item);
    }
  }
  if (ending) throw ending;
}

function count(number: number, acknowledgement: Acknowledgement, options: SubmissionOptions): void {
  const { tally, sizeBefore, onAcknowledged } = options;
  const { id, leafIndex } = acknowledgement;
  const newest = Math.max(tally.lastLeafIndex ?? -1, sizeBefore - 1);
  tally[leafIndex > newest ? "new" : "repeated"]++;
  if (tally.firstLeafIndex === null || leafIndex < tally.firstLeafIndex)
    [tally.firstLeafIndex, tally.firstId] = [leafIndex, id];
  tally.lastLeafIndex = Math.max(tally.lastLeafIndex ?? leafIndex, leafIndex);
  onAcknowledged(number, acknowledgement);
}

/** The refusal of the item with that number, which a table has in a certain row. */
export function refusalOf(item: number, { code, message }: WarifuError, row?: number): Refusal {
  return { item, code, message: row === undefined ? message : `row ${row}: ${message}` };
}
