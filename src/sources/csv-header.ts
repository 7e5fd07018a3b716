/**
 * The header row of a CSV as columns. A name is taken without spaces around it; a column without a name may be empty and
 * nothing else. What cannot name claims is refused before anything is sent, by the column's number and with the remedy.
 *
 * Invariant: where records are about people, a message names a column only if the profile does: a file without a header
 * has a record in its place. What looks like JSON is never repeated.
 */
import { WarifuError } from "../core/errors.ts";
import { FORBIDDEN_NAMES } from "../core/json.ts";
import type { ProfileDocument } from "../profiles/profile.ts";
import type { CsvRow } from "./csv-rows.ts";
import { asText, cellReader, claimNames, isNameAllowed, type CellReader } from "./typed-cells.ts";

/** A column of the table. */
export interface Column {
  /** `undefined`: it has none, so its cells must be empty. */
  readonly name: string | undefined;
  /** How messages call it: its number, and its name where that is not personal. */
  readonly label: string;
  readonly read: CellReader;
}

const VALUE_LIKE = /^[-+]?[0-9][0-9.,:/ -]*$/;

/**
 * The columns of a header row.
 * @throws USAGE naming row, column and what to do
 */
export function columnsOf({ number, cells }: CsvRow, profile: ProfileDocument | undefined): Column[] {
  const names = cells.map((cell) => cell.trim());
  if (names.every((name) => name === "" || VALUE_LIKE.test(name)))
    throw new WarifuError("USAGE", `row ${number} gives no names but numbers: put a row with names above the values`);
  const labels = names.map((name, at) => labelOf(name, at, profile));
  const refuse = (at: number, reason: string): never => {
    throw new WarifuError("USAGE", `row ${number}, ${labels[at]}: ${reason}`);
  };
  for (const [at, name] of names.entries()) {
    const reason = reasonAgainst(name, names.indexOf(name), at, profile);
    if (reason !== undefined) refuse(at, reason);
  }
  return names.map((name, at) => ({
    name: name === "" ? undefined : name,
    label: labels[at] as string,
    read: profile === undefined ? asText : cellReader(profile, name),
  }));
}

function labelOf(name: string, at: number, profile: ProfileDocument | undefined): string {
  const isShown =
    /^[^"{}\p{Cc}]+$/u.test(name) && (profile?.concernsPeople !== true || claimNames(profile)?.includes(name) === true);
  return `column ${at + 1}${isShown ? ` (${name.slice(0, 64)})` : ""}`;
}

/** What is against a column's name, or `undefined`. */
function reasonAgainst(
  name: string,
  firstAt: number,
  at: number,
  profile: ProfileDocument | undefined,
): string | undefined {
  if (name === "") return undefined;
  if (at === 0 && /^#[ \t!#]/.test(name))
    return "it begins with #: take the row away if it is a comment, or the # if it is the header";
  if (firstAt < at) return `column ${firstAt + 1} has the same name: rename one`;
  if (FORBIDDEN_NAMES.has(name)) return "a claim cannot have this name: rename it";
  if (profile === undefined) return undefined;
  const known = claimNames(profile);
  if (known !== undefined && !known.includes(name))
    return `the profile ${profile.type} has no claim of this name: rename it to one of ${known.join(", ")}, or take it away`;
  return isNameAllowed(profile, name)
    ? undefined
    : `the profile ${profile.type} does not take this name: rename it, or submit under a profile of your own`;
}
