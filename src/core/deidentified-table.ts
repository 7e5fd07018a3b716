/** The file of a de-identified table: counts of records by values that were made coarser, and the rules it was made by. */
import { utf8 } from "./bytes.ts";
import { canonicalJson, type JsonObject } from "./json.ts";

export const DEIDENTIFIED_FORMAT = "warifu-deidentified/1";

/** A table. */
export type DeidentifiedTable = {
  readonly format: typeof DEIDENTIFIED_FORMAT;
  /** Origin of the log that the records are in. */
  readonly log: string;
  /** Type and version. */
  readonly profile: string;
  /** Days, in UTC, both included. */
  readonly from: string;
  readonly to: string;
  readonly k: number;
  readonly l: number;
  /** The claims that are columns, each with how its values were made coarser. */
  readonly steps: { readonly [claim: string]: { readonly step: string; readonly width?: number } };
  /** Claims of the profile that are not columns. */
  readonly dropped: readonly string[];
  /** `null` where a claim is absent. */
  readonly cells: readonly {
    readonly values: { readonly [claim: string]: string | null };
    readonly rows: number;
  }[];
  readonly rows: number;
  /** At most how many records were left out: a multiple of k. */
  readonly leftOut: number;
};

/** The bytes of the file: the same for the same table. */
export function deidentifiedBytes(table: DeidentifiedTable): Uint8Array {
  return utf8(canonicalJson(table as unknown as JsonObject));
}
