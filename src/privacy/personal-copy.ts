/**
 * What a person gets who asks to see their data, or to take it along: everything that their records say, what happened to
 * them, and to whom they went, as one JSON document that other programs can read.
 */
import type { Body } from "../core/body.ts";
import type { EntryKind } from "../core/entry.ts";
import type { JsonObject, JsonValue } from "../core/json.ts";
import { formatRecordId } from "../core/record-id.ts";
import { formatSecond } from "../core/timestamp.ts";
import type { EventRegister } from "../events/register.ts";
import type { LogStore, StoredEntry } from "../store/log-store.ts";
import type { StoredCheck } from "../write/stored-check.ts";
import type { Consents } from "./consent.ts";
import type { Law } from "./law.ts";
import type { Restrictions } from "./restrictions.ts";

const FORMAT = "warifu:personal-copy:1";
/** Events of which the person is told all: who was shown their data, and who was given it. */
const TOLD_IN_FULL: readonly EntryKind[] = ["disclosure", "provision"];
const PAGE = 1_000;

export interface CopyParts {
  readonly store: Pick<LogStore, "entries" | "events">;
  readonly check: Pick<StoredCheck, "bodyOf" | "claimsOf" | "missing">;
  readonly events: Pick<EventRegister, "aboutRecords">;
}

/** Whose copy it is. */
export interface CopyOf {
  readonly subject?: string | undefined;
  /** Leaf indexes, ascending. */
  readonly records: readonly number[];
  /** POSIX seconds. */
  readonly at: number;
  /** Throws if who asks may not see records of a source. */
  readonly assertMaySee: (source: string) => void;
}

/**
 * The copy.
 * @throws STORE_DAMAGED, STORE_FAILED, VAULT_FAILED
 */
export async function personalCopy(
  { subject, records, at, assertMaySee }: CopyOf,
  parts: CopyParts,
  rights: { readonly law: Law; readonly consents: Consents; readonly restrictions: Restrictions },
): Promise<JsonObject> {
  const { law, consents } = rights;
  const given = subject === undefined ? [] : await consents.of(subject);
  const provided = await provisionsOf(new Set(records), parts);
  const items: JsonObject[] = [];
  for (const leaf of records) items.push(await recordItem(leaf, parts, rights.restrictions, assertMaySee));
  return {
    format: FORMAT,
    made: formatSecond(at),
    law: { jurisdiction: law.jurisdiction, name: law.law, version: law.lawVersion },
    ...(subject !== undefined && { subject }),
    records: items,
    provisions: provided,
    consents: given.map(({ at: said, purpose, country, state }) => ({
      at: formatSecond(said),
      purpose,
      state,
      ...(country !== undefined && { country }),
    })),
  };
}

async function recordItem(
  leafIndex: number,
  parts: CopyParts,
  restrictions: Restrictions,
  assertMaySee: CopyOf["assertMaySee"],
): Promise<JsonObject> {
  const { entry, body, claims } = await read(leafIndex, parts);
  assertMaySee(entry.sourceName);
  const events: JsonObject[] = [];
  for (const event of parts.events.aboutRecords.of(leafIndex)) events.push(await eventItem(event, parts));
  const standing = await restrictions.of(leafIndex);
  return {
    id: formatRecordId(entry.id),
    leafIndex,
    source: entry.sourceName,
    ...(body && { type: body.vct, received: formatSecond(body.iat) }),
    ...(claims ? { claims } : { erased: true }),
    events,
    restrictions: standing.map(({ at, state, purposes, basis }) => ({
      at: formatSecond(at),
      ...{ state, basis, purposes: [...purposes] },
    })),
  };
}

async function eventItem(leafIndex: number, parts: CopyParts): Promise<JsonObject> {
  const { entry, body, claims } = await read(leafIndex, parts);
  const isInFull = TOLD_IN_FULL.includes(entry.kind);
  return {
    id: formatRecordId(entry.id),
    leafIndex,
    kind: entry.kind,
    ...(body && { type: body.vct, at: formatSecond(body.iat), says: (isInFull && claims) || body.content }),
  };
}

/** Provisions and receptions say in the vault alone which records they are about, so each is looked at. */
async function provisionsOf(records: ReadonlySet<number>, parts: CopyParts): Promise<JsonObject[]> {
  const found: JsonObject[] = [];
  for (let from = 0, isLast = false; !isLast;) {
    const page = await parts.store.events(["provision"], from, PAGE);
    for (const { leafIndex } of page) {
      const { claims } = await read(leafIndex, parts);
      if (claims && namesAny(claims, records)) found.push(await eventItem(leafIndex, parts));
    }
    isLast = page.length < PAGE;
    from = (page.at(-1)?.leafIndex ?? 0) + 1;
  }
  return found;
}

function namesAny(claims: JsonObject, records: ReadonlySet<number>): boolean {
  const named: JsonValue = claims["records"] ?? [];
  return Array.isArray(named) && named.some((one) => typeof one === "number" && records.has(one));
}

async function read(
  leafIndex: number,
  { store, check }: CopyParts,
): Promise<{ readonly entry: StoredEntry; readonly body: Body | undefined; readonly claims: JsonObject | undefined }> {
  const [entry] = await store.entries(leafIndex, leafIndex + 1);
  if (!entry) throw check.missing(leafIndex);
  const body = await check.bodyOf(entry);
  return { entry, body, claims: await check.claimsOf(leafIndex, body) };
}
