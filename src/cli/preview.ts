/**
 * What submitting would make public for ever, and what it would conceal. A record under the wrong type cannot be taken back.
 * Records are checked against the profiles in force, and none is sent; what depends on the log, such as a used key, shows
 * only when submitting.
 */
import { WarifuError } from "../core/errors.ts";
import { parseJsonBytes, type JsonObject } from "../core/json.ts";
import { parseJws } from "../core/jws.ts";
import type { Profile } from "../profiles/profile.ts";
import { checkOwnSignature } from "../core/source-signature.ts";
import { assertRecord } from "../write/submitted-record.ts";
import type { Item, Items } from "./items.ts";
import { submitTexts } from "./texts/submit/en.ts";
import { refusalOf, toRecord, type Refusal, type Wrapping } from "./submission.ts";

/** What would happen to the records of one type. */
export interface TypePreview {
  records: number;
  /** Names of those that send; they are public, whatever the type conceals. */
  readonly sources: Set<string>;
  /** Names of claims. */
  readonly public: Set<string>;
  readonly concealed: Set<string>;
  /** What would be public of the first record, including its values. */
  readonly first: { readonly source: string; readonly claims: JsonObject };
}

/** What would happen to the items. */
export interface Preview {
  /** By type of record. */
  readonly types: ReadonlyMap<string, TypePreview>;
  readonly refusals: readonly Refusal[];
}

/**
 * Looks at all items.
 * @param profiles in force, by type
 * @throws whatever reading the items throws
 */
export async function preview(
  items: Items,
  wrapping: Wrapping,
  profiles: ReadonlyMap<string, Profile>,
  onItem: (count: number) => void,
): Promise<Preview> {
  const types = new Map<string, TypePreview>();
  const refusals: Refusal[] = [];
  let number = 0;
  for await (const item of items.items()) {
    onItem(++number);
    try {
      look(item, wrapping, profiles, types);
    } catch (error) {
      if (!(error instanceof WarifuError)) throw error;
      refusals.push(refusalOf(number, error, items.rowOf?.(item)));
    }
  }
  return { types, refusals };
}

function look(
  item: Item,
  wrapping: Wrapping,
  profiles: ReadonlyMap<string, Profile>,
  types: Map<string, TypePreview>,
): void {
  const value = toRecord(item, "preview", wrapping);
  if (value instanceof WarifuError) throw value;
  const { type, source, claims, all } = contentOf(value);
  const profile = profiles.get(type);
  if (!profile)
    throw new WarifuError(
      "PROFILE_UNKNOWN",
      `there is no profile for this type of record: the types in force are ${[...profiles.keys()].join(", ")}`,
    );
  profile.assertClaims(claims);
  const disclosed = Object.fromEntries(Object.entries(all).filter(([name]) => profile.isPublic(name)));
  const seen = types.get(type) ?? {
    ...{ records: 0, sources: new Set(), public: new Set(), concealed: new Set() },
    first: { source, claims: disclosed },
  };
  types.set(type, seen);
  seen.records++;
  seen.sources.add(source);
  for (const name of Object.keys(all)) (Object.hasOwn(disclosed, name) ? seen.public : seen.concealed).add(name);
}

/** Type, source and claims of an item, including its signature; for one that is signed as a whole, those of the record in it. */
function contentOf(value: JsonObject): {
  readonly type: string;
  readonly source: string;
  readonly claims: JsonObject;
  readonly all: JsonObject;
} {
  const jws = Object.keys(value).length === 1 ? value["jws"] : undefined;
  const isJws = typeof jws === "string";
  const record = assertRecord(isJws ? parseJsonBytes(parseJws(jws).payload, "payload of the JWS") : value);
  checkOwnSignature(record);
  const evidence = isJws ? { jws } : record.evidence;
  const { type, source, claims } = record;
  return { type, source, claims, all: evidence === undefined ? claims : { ...claims, evidence } };
}

/** Lines for people: the types, with the number of their sources and the names of their claims. */
export function linesOf({ types }: Preview): string[] {
  const texts = submitTexts();
  return [...types].flatMap(([type, { records, sources, public: open, concealed }]) => [
    texts.ofType(records, type),
    `  ${texts.publicForEver([texts.sourceNames(sources.size), ...open].join(", "))}`,
    `  ${texts.concealed([...concealed].join(", ") || texts.nothing)}`,
  ]);
}

/** For programs: as {@link linesOf}. Values are left out, since a preview may be kept where the data may not. */
export function documentOf({ types, refusals }: Preview): object {
  const named = [...types].map(([type, { records, sources, public: open, concealed }]) => ({
    type,
    records,
    sources: sources.size,
    public: [...open],
    concealed: [...concealed],
  }));
  return { dryRun: true, types: named, refused: refusals.length, refusals };
}
