/**
 * What submitting would make public for good, and what it would conceal. Records are checked against the profiles in force,
 * and none is sent; what depends on the log, such as a used key, only a submission tells. A record under the wrong type cannot be taken back.
 */
import { WarifuError, type ErrorCode } from "../core/errors.ts";
import type { Profile } from "../core/profile.ts";
import { assertRecord, checkSourceSignature } from "../core/record.ts";
import type { Item, Items } from "./items.ts";
import { counted, type Output } from "./output.ts";
import { toRecord, type Wrapping } from "./submission.ts";

/** What would become of the items. */
export interface Preview {
  /** By the type of the records. Claims are named, never quoted: a preview may be kept where the data may not. */
  readonly types: Map<string, { records: number; readonly public: Set<string>; readonly concealed: Set<string> }>;
  refused: number;
  /** The first refused ones, by their number in the input, from 1. */
  readonly refusals: { readonly item: number; readonly code: ErrorCode; readonly message: string }[];
}

const MAX_REFUSALS = 20;

/**
 * Looks at all items.
 * @throws what reading the items throws
 */
export async function preview(
  items: Items,
  wrapping: Wrapping,
  profiles: ReadonlyMap<string, Profile>,
): Promise<Preview> {
  const seen: Preview = { types: new Map(), refused: 0, refusals: [] };
  let number = 0;
  for await (const item of items.items()) {
    number++;
    try {
      look(item, { seen, wrapping, profiles });
    } catch (error) {
      if (!(error instanceof WarifuError)) throw error;
      seen.refused++;
      if (seen.refusals.length < MAX_REFUSALS)
        seen.refusals.push({ item: number, code: error.code, message: error.message });
    }
  }
  return seen;
}

interface Looking {
  readonly seen: Preview;
  readonly wrapping: Wrapping;
  readonly profiles: ReadonlyMap<string, Profile>;
}

function look(item: Item, { seen, wrapping, profiles }: Looking): void {
  const value = toRecord(item, "dry-run", wrapping);
  if (value instanceof WarifuError) throw value;
  const record = assertRecord(value);
  const { type } = record;
  const profile = profiles.get(type);
  if (!profile)
    throw new WarifuError(
      "PROFILE_UNKNOWN",
      `there is no profile for this type of record: the types in force are ${[...profiles.keys()].join(", ")}`,
    );
  profile.assertClaims(record.claims);
  checkSourceSignature(record);
  const names = seen.types.get(type) ?? { records: 0, public: new Set(), concealed: new Set() };
  seen.types.set(type, names);
  names.records++;
  for (const name of Object.keys(record.claims)) (profile.isPublic(name) ? names.public : names.concealed).add(name);
  if (record.evidence !== undefined) (profile.isPublic("evidence") ? names.public : names.concealed).add("evidence");
}

/** Prints it. */
export function sayPreview({ types, refused, refusals }: Preview, notes: readonly string[], output: Output): void {
  const listed = [...types].map(([type, names]) => ({
    type,
    records: names.records,
    public: [...names.public],
    concealed: [...names.concealed],
  }));
  output.document({ dryRun: true, types: listed, refused, refusals, notes });
  for (const { item, code, message } of refusals) output.say(`item ${item}: ${message} [${code}]`, { mark: "refuted" });
  if (refused > refusals.length) output.say(`… and ${counted(refused - refusals.length, "more refused item")}`);
  for (const { type, records, public: open, concealed } of listed) {
    output.say(`${counted(records, "record")} of the type ${type}`, { isBold: true });
    output.say(`  public for ever: ${open.join(", ") || "nothing"}`);
    output.say(`  concealed:       ${concealed.join(", ") || "nothing"}`);
  }
  output.say("nothing was sent: this was a dry run");
}
