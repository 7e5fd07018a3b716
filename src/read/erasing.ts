/**
 * Erasing and withholding records by their ids, for the edges: the records that an officer named are looked up, and each has
 * an outcome of its own.
 */
import { codeOf, WarifuError } from "../core/errors.ts";
import {
  eraseRecords,
  withholdRecords,
  type ErasureGrounds,
  type ErasureResult,
  type WithholdingGrounds,
} from "../privacy/erasure.ts";
import { assertProvision, type Law } from "../privacy/law.ts";
import type { OpenLog } from "../write/open-log.ts";
import { erasurePreview, type ErasurePreview, type PreviewParts } from "./erasure-preview.ts";
import type { CheckedEntry, ErasedView, Records, WithheldView } from "./records.ts";

/** The outcome for one record. */
export type ErasedRecord =
  | {
      readonly id: string;
      readonly leafIndex: number;
      /** Leaf index of the event that states it. */
      readonly event: number;
      /** Whether it was entered by this call. */
      readonly isNew: boolean;
    }
  | { readonly id: string; readonly error: WarifuError };

/** The outcomes in the order of the ids. */
export interface ErasedRecords {
  readonly items: readonly ErasedRecord[];
  /** As {@link ErasureResult.isGone}. */
  readonly gone: boolean;
}

/** What would happen to a record. */
export type PreviewedRecord = ErasurePreview | { readonly id: string; readonly error: WarifuError };

/** What has happened to a record. */
export interface ErasureView {
  readonly id: string;
  readonly leafIndex: number;
  readonly erased: ErasedView | null;
  readonly withheld: WithheldView | null;
  /** Whether the vault still keeps something of it. */
  readonly kept: boolean;
}

/** Whether the caller may act for records of a source. */
export type MaySee = (source: string) => boolean;

/** Records looked up before other work gets its turn. */
const AT_ONCE = 100;

export interface ErasingParts extends PreviewParts {
  readonly log: PreviewParts["log"] & Pick<OpenLog, "writer">;
  readonly records: Records;
  readonly law: Law;
}

/** Erases records of one log. */
export class Erasing {
  readonly #log: ErasingParts["log"];
  readonly #records: Records;
  readonly #law: Law;
  readonly #parts: PreviewParts;

  constructor(parts: ErasingParts) {
    this.#parts = parts;
    this.#log = parts.log;
    this.#records = parts.records;
    this.#law = parts.law;
  }

  /** What erasing these records would take and leave. Changes nothing. @throws STORE_FAILED, VAULT_FAILED */
  async preview(ids: readonly string[], maySee: MaySee): Promise<PreviewedRecord[]> {
    const items: PreviewedRecord[] = [];
    for (const id of new Set(ids)) {
      const read = await orError(() => this.#find(id, maySee));
      const item = read instanceof WarifuError ? read : await orError(() => erasurePreview(read, this.#parts));
      items.push(item instanceof WarifuError ? { id, error: item } : item);
    }
    return items;
  }

  /**
   * Erases the concealed claims of records, and what they came with.
   * @throws REQUEST_INVALID the law has no such provision; as {@link eraseRecords}
   */
  async erase(ids: readonly string[], grounds: ErasureGrounds, maySee: MaySee): Promise<ErasedRecords> {
    assertProvision(this.#law, grounds.basis);
    return this.#all(ids, maySee, (records) => eraseRecords(records, grounds, this.#log));
  }

  /** Withholds the bodies of records, and erases them. @throws as {@link Erasing.erase} */
  async withhold(ids: readonly string[], grounds: WithholdingGrounds, maySee: MaySee): Promise<ErasedRecords> {
    if (grounds.basis !== undefined) assertProvision(this.#law, grounds.basis);
    return this.#all(ids, maySee, (records) => withholdRecords(records, grounds, this.#log));
  }

  /**
   * The state of one record.
   * @throws ENCODING_INVALID; NOT_FOUND, the same for a record that does not exist and one that the caller may not see
   */
  async of(id: string, maySee: MaySee): Promise<ErasureView> {
    const leafIndex = await this.#place(id, maySee);
    const { erased = null, withheld = null } = await this.#records.erasureOf(leafIndex);
    const { check } = this.#log;
    const kept = !(await check.isErased(leafIndex)) || (await check.keeps(leafIndex));
    return { id, leafIndex, erased, withheld, kept };
  }

  async #all(
    ids: readonly string[],
    maySee: MaySee,
    act: (records: readonly number[]) => Promise<ErasureResult>,
  ): Promise<ErasedRecords> {
    const places = new Map<string, number | WarifuError>();
    for (const [at, id] of ids.entries()) {
      places.set(id, await orError(() => this.#place(id, maySee)));
      if (at % AT_ONCE === AT_ONCE - 1) await new Promise((resolve) => setImmediate(resolve));
    }
    const records = [...places.values()].filter((place) => typeof place === "number");
    const { erased, isGone } = await act(records);
    const byRecord = new Map(erased.map((one) => [one.record, one]));
    const items = [...places].map(([id, place]): ErasedRecord => {
      if (place instanceof WarifuError) return { id, error: place };
      const { event = 0, isNew = false } = byRecord.get(place) ?? {};
      return { id, leafIndex: place, event, isNew };
    });
    return { items, gone: isGone };
  }

  async #place(id: string, maySee: MaySee): Promise<number> {
    return (await this.#find(id, maySee)).entry.leafIndex;
  }

  async #find(id: string, maySee: MaySee): Promise<CheckedEntry> {
    const read = await this.#records.entry(id);
    if (read.entry.kind !== "record" || !maySee(read.entry.sourceName))
      throw new WarifuError("NOT_FOUND", "there is no record of that id");
    return read;
  }
}

/** A fault of one record must not keep others from their outcome. */
async function orError<T>(find: () => Promise<T>): Promise<T | WarifuError> {
  try {
    return await find();
  } catch (error) {
    if (!["ENCODING_INVALID", "NOT_FOUND", "STORE_DAMAGED"].includes(codeOf(error) ?? "")) throw error;
    return error as WarifuError;
  }
}
