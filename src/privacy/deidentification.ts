/**
 * De-identified tables: how many records of a type came in on some days, by values that their profile releases in a coarser
 * form, without cells of few people (small-cells.ts). A table names no record, no person and no source.
 *
 * Invariant: there is one table of a type and day. Two that overlapped could be subtracted, so a second one is refused,
 * whether it is of other days, claims or limits, or of what has changed since; only the very same table can be had again.
 * Each is an event of the log before it is handed out. Nothing concealed goes into it without the gate's permit
 * (transfer-gate.ts).
 */
import { toHex } from "../core/bytes.ts";
import { DAY } from "../core/deidentification-event.ts";
import { DEIDENTIFIED_FORMAT, deidentifiedBytes, type DeidentifiedTable } from "../core/deidentified-table.ts";
import { parseOpening } from "../core/opening.ts";
import { codeOf, unreachable, WarifuError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import { receivedAtOf } from "../core/record-id.ts";
import { sha256 } from "../core/sha256.ts";
import { deidentificationEvent } from "../events/deidentification.ts";
import { generalised, type Steps } from "../profiles/generalise.ts";
import { profileFor, type Profile } from "../profiles/profile.ts";
import type { StoredEntry } from "../store/log-store.ts";
import type { OpenLog } from "../write/open-log.ts";
import { claimsAt } from "./concealed.ts";
import type { Law } from "./law.ts";
import { recordsOfType, type IntactRecord } from "./records-of-type.ts";
import { tableOf, type Column, type Row } from "./small-cells.ts";
import { ANYBODY, type Permit, type TransferGate } from "./transfer-gate.ts";
import type { WayOut } from "./way-out.ts";

/** The smallest number of people in a cell: default and minimum. */
export const DEFAULT_K = 10;
export const LEAST_K = 5;
export const MOST_K = 1_000;
/** The smallest number of values of a concealed claim wherever public values are the same: default and minimum. */
export const LEAST_L = 2;
export const MOST_L = 100;
/** Most records of one table. */
export const MOST_ROWS = 200_000;

export interface DeidentifyingParts {
  readonly log: Pick<OpenLog, "store" | "check" | "events" | "profiles" | "persons" | "writer">;
  readonly gate: Pick<TransferGate, "assertMayLeave">;
  readonly wayOut: Pick<WayOut, "openings">;
  readonly law: Law;
  /** POSIX milliseconds. */
  readonly now: () => number;
}

/** The table that an officer asks for. */
export interface NewTable {
  /** Type of record. */
  readonly type: string;
  /** First and last day on which records came in, in UTC. */
  readonly from: string;
  readonly to: string;
  readonly k?: number | undefined;
  readonly l?: number | undefined;
  /** Some of the claims that the profile releases; by default, all of them. */
  readonly claims?: readonly string[] | undefined;
  /** Id of the officer's key. */
  readonly by: string;
}

const PAGE = 256;
const DAY_SECONDS = 86_400;

/** The tables of one log. */
export class Deidentifying {
  readonly #parts: DeidentifyingParts;

  constructor(parts: DeidentifyingParts) {
    this.#parts = parts;
  }

  /**
   * Makes a table.
   * @throws PROFILE_UNKNOWN; REQUEST_INVALID no such claims or days, or too many records; TRANSFER_REFUSED there is another
   *   table of one of these days, or no cell is left; STOPPED, STORE_DAMAGED, STORE_FAILED, VAULT_FAILED
   */
  async make(wanted: NewTable): Promise<Uint8Array> {
    const { type, from, to, by } = wanted;
    const profile = profileFor(this.#parts.log.profiles, type);
    const steps = stepsFor(profile, wanted.claims);
    this.#assertDays(wanted);
    const { k = DEFAULT_K, l = LEAST_L } = wanted;
    const columns = Object.keys(steps).map((name): Column => ({ name, isPublic: profile.isPublic(name) }));
    const restrictions = this.#restrictions;
    const { cells, rows, leftOut } = tableOf(await this.#rows(wanted, steps, columns), columns, { k, l });
    const table: DeidentifiedTable = {
      ...{ format: DEIDENTIFIED_FORMAT, log: this.#parts.log.store.origin, profile: nameOf(profile), from, to, k, l },
      ...{ steps, dropped: droppedFrom(profile, steps), rows, leftOut },
      cells: cells.map((cell) => ({ values: named(columns, cell.values), rows: cell.rows })),
    };
    const bytes = deidentifiedBytes(table);
    await this.#enter(table, restrictions, { by, sha256: toHex(sha256(bytes)) });
    return bytes;
  }

  get #restrictions(): number {
    return this.#parts.log.events.restrictions.all.length;
  }

  /**
   * Decided in the writer's turn, so that there cannot be two tables of the same days.
   * @param restrictions how many there were when reading began
   */
  async #enter(
    table: DeidentifiedTable,
    restrictions: number,
    concealed: { readonly by: string; readonly sha256: string },
  ): Promise<void> {
    const { law, log } = this.#parts;
    const { from, to, k, l, leftOut, profile, rows } = table;
    const [basis = ""] = law.operations.deidentify.provisions;
    await log.writer.enterIf(async () => {
      if (this.#restrictions !== restrictions)
        throw new WarifuError("TRANSFER_REFUSED", "somebody's records were restricted meanwhile: ask once more");
      const [type = ""] = profile.split(":");
      for (const before of log.events.deidentifications.of(type, from, to))
        if ((await claimsAt(before.leafIndex, log))?.["sha256"] !== concealed.sha256) throw overlapping(before);
      if (rows === 0)
        throw new WarifuError("TRANSFER_REFUSED", "no cell has enough people: take more days, or fewer claims");
      const { jurisdiction, lawVersion } = law;
      const said = { basis, claims: Object.keys(table.steps), from, to, jurisdiction, k, l, lawVersion };
      return deidentificationEvent({ ...said, leftOut, profile, rows }, concealed);
    });
  }

  /** @throws REQUEST_INVALID */
  #assertDays({ from, to }: NewTable): void {
    const [first, last] = [secondOf(from), secondOf(to)];
    if (Number.isNaN(first) || Number.isNaN(last) || first > last)
      throw new WarifuError("REQUEST_INVALID", "from, to: two days such as 2026-11-28, the first one first");
    if (last * 1_000 > this.#parts.now()) throw new WarifuError("REQUEST_INVALID", "to: that day is still to come");
  }

  async #rows({ type, from, to }: NewTable, steps: Steps, columns: readonly Column[]): Promise<Row[]> {
    const { store, check, events } = this.#parts.log;
    const end = secondOf(to) + DAY_SECONDS;
    const rows: Row[] = [];
    for (let next = await this.#firstFrom(secondOf(from)); ; next += PAGE) {
      const entries = await store.entries(next, next + PAGE);
      const within = entries.filter((entry) => receivedAtOf(entry) < end);
      for (const record of await recordsOfType(type, within, check))
        if (events.erasures.erasedBy(record.entry.leafIndex) === undefined)
          rows.push(await this.#rowOf(record, steps, columns));
      if (rows.length > MOST_ROWS)
        throw new WarifuError(
          "REQUEST_INVALID",
          `from, to: more than ${MOST_ROWS} records came in then: take fewer days`,
        );
      if (within.length < PAGE) return rows;
      // Yields, so that submissions get their turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** The first leaf that was received at a second or later: the log is in the order of time. */
  async #firstFrom(second: number): Promise<number> {
    const { store } = this.#parts.log;
    let [low, high] = [0, store.treeSize()];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const [entry] = await store.entries(middle, middle + 1);
      if (receivedAtOf(entry ?? unreachable("an entry below the size")) < second) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  async #rowOf(record: IntactRecord, steps: Steps, columns: readonly Column[]): Promise<Row> {
    const { entry, body } = record;
    const person = await this.#personOf(entry);
    const permit = await this.#permitFor(record, Object.keys(steps));
    const concealed = permit && (await this.#concealedOf(record, permit, columns));
    const claims = { ...body.content, ...concealed };
    const values = Object.entries(steps).map(([name, step]) => generalised(claims[name], step));
    return { person, values, isLeftOut: concealed === undefined };
  }

  /** A person whom a record is about. If the vault knows nobody, all records of a source count as one person's. */
  async #personOf({ leafIndex, sourceName }: StoredEntry): Promise<string> {
    const [subject] = await this.#parts.log.persons.subjectsOf(leafIndex);
    return subject ?? `of ${sourceName}`;
  }

  async #permitFor(record: IntactRecord, claims: readonly string[]): Promise<Permit | undefined> {
    try {
      return await this.#parts.gate.assertMayLeave({ records: [record], recipient: ANYBODY, purpose: ANYBODY, claims });
    } catch (error) {
      if (codeOf(error) !== "TRANSFER_REFUSED") throw error;
      return undefined;
    }
  }

  /** The concealed claims that are columns; `undefined` once they are erased. */
  async #concealedOf(
    record: IntactRecord,
    permit: Permit,
    columns: readonly Column[],
  ): Promise<JsonObject | undefined> {
    const names = new Set(columns.filter(({ isPublic }) => !isPublic).map(({ name }) => name));
    if (names.size === 0) return {};
    const openings = await this.#parts.wayOut.openings(record, { role: "table", permit }, names);
    return openings && Object.fromEntries(openings.map(parseOpening).map(({ name, value }) => [name, value]));
  }
}

/** @throws REQUEST_INVALID */
function stepsFor({ document: { type, deidentify } }: Profile, claims: readonly string[] | undefined): Steps {
  if (!deidentify)
    throw new WarifuError("REQUEST_INVALID", `type: the profile ${type} lets no claim leave: it has no "deidentify"`);
  const wanted = claims === undefined ? Object.keys(deidentify) : [...new Set(claims)];
  const names = Object.keys(deidentify);
  if (wanted.length === 0 || !wanted.every((name) => names.includes(name)))
    throw new WarifuError(
      "REQUEST_INVALID",
      `claims: the profile lets ${names.sort().join(", ")} leave, and no others`,
    );
  return Object.fromEntries(Object.entries(deidentify).filter(([name]) => wanted.includes(name)));
}

function droppedFrom({ document: { claims } }: Profile, steps: Steps): string[] {
  return Object.keys(claims["properties"] ?? {})
    .filter((name) => !Object.hasOwn(steps, name))
    .sort();
}

function nameOf({ document: { type, version } }: Profile): string {
  return `${type}:${version}`;
}

function named(columns: readonly Column[], values: readonly (string | null)[]): { [claim: string]: string | null } {
  return Object.fromEntries(columns.map(({ name }, at) => [name, values[at] ?? null]));
}

function secondOf(day: string): number {
  const ms = DAY.test(day) ? Date.parse(`${day}T00:00:00Z`) : NaN;
  // Compared, since 31 February would be read as 3 March.
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day) ? ms / 1_000 : NaN;
}

function overlapping({ from, to, leafIndex }: { from: string; to: string; leafIndex: number }): WarifuError {
  return new WarifuError(
    "TRANSFER_REFUSED",
    `there is another table of these days, from ${from} to ${to} (the event at leaf ${leafIndex}): with two of them somebody could subtract`,
    { details: { leafIndex } },
  );
}
