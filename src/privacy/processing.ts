/**
 * The register of processing: what a controller does with data about people, one JSON file an activity, as GDPR Art. 30
 * and APPI Art. 75 ask for. How long records are kept is held against their profiles, so that the register states what the
 * program does.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { withoutByteOrderMark } from "../core/bytes.ts";
import { messageOf, WarifuError } from "../core/errors.ts";
import { parseJsonBytes, type JsonValue } from "../core/json.ts";
import { LEGAL_BASIS } from "../core/legal-basis.ts";
import type { Profiles } from "../profiles/profile.ts";

const words = z.string().trim().min(1).max(500);
const some = z.array(words).min(1);

const activitySchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, "is a short name such as citizen-reports"),
  /** Who answers for it, and how to reach them. */
  controller: words,
  name: words,
  purposes: some,
  legalBases: z.array(z.string().regex(LEGAL_BASIS, "is no id of a provision, such as gdpr-6-1-e")).min(1),
  /** Kinds of people whom the data are about. */
  people: some,
  /** Types of records, and how long each is kept; null without limit. */
  data: z.array(z.strictObject({ type: words, retentionDays: z.int().min(1).nullable() })).min(1),
  recipients: z.array(words),
  countries: z.array(z.string().regex(/^[A-Z]{2}$/, "is a code of two capitals such as ES")).min(1),
  measures: some,
});

/** One activity of the register. */
export type Activity = z.infer<typeof activitySchema>;

/**
 * The activities in the `.json` files of a folder, by the names of the files.
 * @throws CONFIG_INVALID no folder, no activity or two of one id, a file is wrong or does not agree with the profiles
 */
export function readProcessing(folder: string, profiles: Profiles): readonly Activity[] {
  if (!existsSync(folder)) throw new WarifuError("CONFIG_INVALID", `there is no folder ${folder}`);
  const names = readdirSync(folder).filter((name) => name.endsWith(".json") && !name.startsWith("."));
  if (names.length === 0) throw new WarifuError("CONFIG_INVALID", `${folder} has no .json file`);
  const ids = new Set<string>();
  return names.sort().map((name) => {
    const path = join(folder, name);
    const activity = readActivity(path, profiles);
    if (ids.has(activity.id)) throw new WarifuError("CONFIG_INVALID", `${path}: id: another file has it`);
    ids.add(activity.id);
    return activity;
  });
}

/** The register as a table (RFC 4180); a cell that a spreadsheet would compute is text. */
export function processingTable(activities: readonly Activity[]): string {
  const columns = Object.keys(activitySchema.shape) as (keyof Activity)[];
  const rows = activities.map((activity) => columns.map((column) => cellOf(activity[column])));
  return [columns, ...rows].map(csvRow).join("");
}

/** A row of such a table, with the end of its line. */
export function csvRow(cells: readonly string[]): string {
  return `${cells.map(quoted).join(",")}\r\n`;
}

function readActivity(path: string, profiles: Profiles): Activity {
  try {
    return parseActivity(parseJsonBytes(withoutByteOrderMark(readFileSync(path)), "the JSON"), profiles);
  } catch (cause) {
    throw new WarifuError("CONFIG_INVALID", `${path}: ${messageOf(cause)}`, { cause });
  }
}

function parseActivity(value: JsonValue, profiles: Profiles): Activity {
  const parsed = activitySchema.safeParse(value);
  if (!parsed.success) {
    const reasons = parsed.error.issues.slice(0, 5).map(({ path, message }) => `${path.join(".") || "it"}: ${message}`);
    throw new WarifuError("CONFIG_INVALID", `not a record of processing: ${reasons.join("; ")}`);
  }
  for (const [at, { type, retentionDays }] of parsed.data.data.entries()) {
    const kept = profiles.get(type)?.document.retentionDays;
    if (kept === undefined) throw new WarifuError("CONFIG_INVALID", `data.${at}.type: there is no profile of it`);
    if (kept !== retentionDays)
      throw new WarifuError(
        "CONFIG_INVALID",
        `data.${at}.retentionDays: the profile says ${kept ?? "null"}: change the one that is wrong`,
      );
  }
  return parsed.data;
}

function cellOf(value: Activity[keyof Activity]): string {
  if (typeof value === "string") return value;
  return value
    .map((one) => (typeof one === "string" ? one : `${one.type} (${one.retentionDays ?? "no limit"})`))
    .join("; ");
}

function quoted(cell: string): string {
  const inert = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return `"${inert.replaceAll('"', '""')}"`;
}
