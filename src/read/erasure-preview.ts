/**
 * What erasing a record would take and what it would leave, for the officer who is about to decide. Of concealed claims it
 * gives names and numbers but no values, so it does not count as an access.
 */
import { openClaims } from "../core/body.ts";
import { picturesIn } from "../core/picture.ts";
import { receivedIn } from "../core/received.ts";
import { formatRecordId } from "../core/record-id.ts";
import { isInForce } from "../events/disclosure.ts";
import type { Restrictions } from "../privacy/restrictions.ts";
import type { OpenLog } from "../write/open-log.ts";
import type { CheckedEntry } from "./records.ts";

/** What would be erased. */
export interface ErasureTakes {
  /** Names of the concealed claims, including the source's signature. */
  readonly claims: readonly string[];
  /** Media type of the bytes that it was made from; `null` if there are none. */
  readonly received: string | null;
  /** Number of original pictures. */
  readonly pictures: number;
  /** Number of published copies of its pictures. */
  readonly copies: number;
  /** Number of people who would no longer be found by it. */
  readonly people: number;
}

/** What would stay. */
export interface ErasureLeaves {
  /** Names of the public claims. */
  readonly claims: readonly string[];
  /** Events of the log about the record. */
  readonly events: number;
  /** Grants of the record, and how often each was used: what was handed out is with others. */
  readonly grants: readonly { readonly number: number; readonly inForce: boolean; readonly accesses: number }[];
  /** Countries of the controllers that it was given to. */
  readonly givenTo: readonly string[];
  /** Other records of the same people, which are not touched. */
  readonly otherRecords: number;
}

/** The effect of erasing a record. */
export interface ErasurePreview {
  readonly id: string;
  readonly leafIndex: number;
  readonly source: string;
  /** Whether there is nothing left to erase. */
  readonly erased: boolean;
  /** Whether its use is restricted: whoever asked for that may need the record. */
  readonly restricted: boolean;
  readonly takes: ErasureTakes;
  readonly leaves: ErasureLeaves;
}

export interface PreviewParts {
  readonly log: Pick<OpenLog, "check" | "events" | "persons">;
  readonly restrictions: Pick<Restrictions, "of">;
  /** POSIX milliseconds. */
  readonly now: () => number;
}

/** The most other records that are counted for each person. */
const MOST_COUNTED = 1_000;

/** The preview of one record. @throws STORE_DAMAGED, STORE_FAILED, VAULT_FAILED */
export async function erasurePreview(read: CheckedEntry, parts: PreviewParts): Promise<ErasurePreview> {
  const { leafIndex, id, sourceName: source } = read.entry;
  const { check, events } = parts.log;
  const erased = (await check.isErased(leafIndex)) || events.erasures.erasedBy(leafIndex) !== undefined;
  const subjects = erased ? [] : await parts.log.persons.subjectsOf(leafIndex);
  return {
    ...{ id: formatRecordId(id), leafIndex, source, erased },
    restricted: (await parts.restrictions.of(leafIndex)).some(({ state }) => state === "restricted"),
    takes: await takesOf(read, erased, subjects, parts),
    leaves: {
      claims: Object.keys(read.body?.content ?? {}),
      events: events.aboutRecords.of(leafIndex).length,
      grants: grantsOf(leafIndex, parts),
      givenTo: events.provisions.of(leafIndex).map(({ country }) => country),
      otherRecords: await othersOf(leafIndex, subjects, parts),
    },
  };
}

async function takesOf(
  { entry: { leafIndex }, body }: CheckedEntry,
  erased: boolean,
  subjects: readonly string[],
  { log: { check, events } }: PreviewParts,
): Promise<ErasureTakes> {
  const openings = erased ? undefined : await check.openingsOf(leafIndex, body);
  if (!body || !openings) return { claims: [], received: null, pictures: 0, copies: 0, people: 0 };
  const opened = openClaims(body, openings).map(({ name, value }) => [name, value] as const);
  const claims = { ...body.content, ...Object.fromEntries(opened) };
  const derived = events.derivations.of(leafIndex);
  return {
    claims: opened.map(([name]) => name).sort(),
    received: receivedIn(claims)?.type ?? null,
    pictures: picturesIn(claims).length,
    copies: new Set(derived.map(({ picture }) => picture)).size,
    people: subjects.length,
  };
}

function grantsOf(record: number, { log: { events }, now }: PreviewParts): ErasureLeaves["grants"] {
  const { disclosures } = events;
  const at = Math.floor(now() / 1_000);
  return disclosures
    .from(0, disclosures.nextNumber)
    .filter((grant) => grant.record === record)
    .map((grant) => ({
      number: grant.number,
      inForce: isInForce(grant, at),
      accesses: disclosures.accessesBy(grant.leafIndex),
    }));
}

async function othersOf(
  leafIndex: number,
  subjects: readonly string[],
  { log: { persons } }: PreviewParts,
): Promise<number> {
  const others = new Set<number>();
  for (const subject of subjects)
    for (const record of await persons.recordsOf(subject, -1, MOST_COUNTED))
      if (record !== leafIndex) others.add(record);
  return others.size;
}
