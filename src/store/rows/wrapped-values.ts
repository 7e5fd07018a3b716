/**
 * The values that are stored under the vault's master key: their tables and columns, and how they are put under another
 * master key.
 */
import type { RandomBytes } from "../../core/random.ts";
import type { MasterKeyBytes, MasterKeys } from "./master-keys.ts";
import type { Row } from "./row.ts";
import type { Place } from "./vault-cipher.ts";

/** Name by which the note of an erasure is bound to its purpose. */
export const ERASED = "erased";

/** Rows of a batch, which is one transaction. */
export const BATCH_ROWS = 1_000;

/** Values of a table that are under the master key. */
export interface Wrapped {
  readonly table: string;
  readonly column: string;
  /** The column that says where a value belongs. */
  readonly id: string;
  readonly placeOf: (row: Row) => Place;
}

const leafOf = (row: Row): number => row["leaf_index"] as number;

/** All values under the master key. */
export const WRAPPED: readonly Wrapped[] = [
  { table: "opening", column: "wrapped_key", id: "leaf_index", placeOf: (row) => ({ leafIndex: leafOf(row) }) },
  { table: "set_aside", column: "wrapped_key", id: "leaf_index", placeOf: (row) => ({ leafIndex: leafOf(row) }) },
  { table: "erased", column: "note", id: "leaf_index", placeOf: (row) => ({ leafIndex: leafOf(row), part: ERASED }) },
  { table: "secret", column: "wrapped", id: "name", placeOf: (row) => ({ secret: row["name"] as string }) },
];

/** What a rotation works with. */
export interface RewrapOptions extends Required<MasterKeyBytes> {
  readonly randomBytes: RandomBytes;
  /** Called after each batch, once it is durable. */
  readonly onBatch?: ((done: number, total: number) => void) | undefined;
  readonly batchRows?: number | undefined;
}

/** The result of a rotation. */
export interface Rewrapped {
  readonly values: number;
  /** Values that open with neither key: they were damaged before, and stay as they are. */
  readonly damaged: number;
}

/** A row's value under the newest key: see {@link MasterKeys.rewrapped}. */
export function rewrapped(
  keys: MasterKeys,
  { column, placeOf }: Wrapped,
  row: Row,
): Uint8Array | "is-newest" | undefined {
  return keys.rewrapped(row[column] as Uint8Array, placeOf(row));
}
