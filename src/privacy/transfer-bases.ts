/**
 * The bases on which a record may be given to another controller, as data: one file in `laws/transfers/` for each area with
 * one law. A basis is for some kinds of recipients in some countries, from one day to another, and may require a contract or
 * consent. The program knows what a basis may require, and no basis itself. Nothing here is legal advice.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { withoutByteOrderMark } from "../core/bytes.ts";
import { isCountry } from "../core/countries.ts";
import { messageOf, WarifuError } from "../core/errors.ts";
import { parseJsonBytes, type JsonValue } from "../core/json.ts";
import { LEGAL_BASIS } from "../core/legal-basis.ts";
import { JURISDICTION } from "../core/provision-event.ts";
import { RECIPIENT_KINDS } from "../core/recipient.ts";

const INSTRUMENTS = [
  ...(["domestic", "adequacy-decision", "designated-country", "standard-clauses"] as const),
  ...(["administrative-arrangement", "consent", "supplementary-rule"] as const),
] as const;

/**
 * What a basis may require: a contract or arrangement with the recipient; that people were told about the recipient's
 * country; the person's consent to the purpose; or their consent to recipients in that country for it.
 */
const REQUIREMENTS = ["contract", "information", "consent", "consent-for-country"] as const;
export type Requirement = (typeof REQUIREMENTS)[number];

const words = z.strictObject({ en: z.string().min(1), es: z.string().min(1), ja: z.string().min(1) });
const jurisdiction = z.string().regex(JURISDICTION);
const country = z.string().refine(isCountry, "is the code of a country, ISO 3166-1");
const id = z.string().regex(LEGAL_BASIS);

/** Where the law says so. */
const reference = {
  law: z.string().min(1).max(32),
  article: z.string().min(1).max(64),
  lawVersion: z.iso.date(),
  source: z.url({ protocol: /^https$/ }),
  /** Whether somebody has checked it against the source. */
  verified: z.boolean(),
  title: words,
};

const basisSchema = z.strictObject({
  id,
  instrument: z.enum(INSTRUMENTS),
  /** Whose records may leave on it: some of the file's jurisdictions. */
  from: z.array(jurisdiction).min(1),
  /** Where to: the file's own countries, all others, any, or these. */
  to: z.union([z.enum(["home", "abroad", "anywhere"]), z.array(country).min(1)]),
  recipients: z.array(z.enum(RECIPIENT_KINDS)).min(1),
  /**
   * Where the records come from: they were first recorded by the city (`own`), or came under the law of these jurisdictions.
   */
  origins: z.array(z.union([z.literal("own"), jurisdiction])).min(1),
  requires: z.array(z.enum(REQUIREMENTS)),
  /** First and last day on which it is valid. */
  validFrom: z.iso.date(),
  validUntil: z.iso.date().exactOptional(),
  /** Rule that stays with the record. */
  onward: id.exactOptional(),
  ...reference,
  /** Limits of the basis that a program cannot check. */
  limit: words.exactOptional(),
});

/** Claims that are nobody's personal data if the city itself said them: no basis is needed for them. */
const ownWordsSchema = z.strictObject({
  id,
  from: z.array(jurisdiction).min(1),
  /** Type of the records. */
  type: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/),
  claims: z.array(z.string().min(1).max(64)).min(1),
  /** The claim that names who said it. */
  saidBy: z.string().min(1).max(64),
  ...reference,
});

const fileSchema = z.strictObject({
  jurisdictions: z.array(jurisdiction).min(1),
  /** The countries where their law applies. */
  countries: z.array(country).min(1),
  bases: z.array(basisSchema).min(1),
  ownWords: z.array(ownWordsSchema).default([]),
});

/** A basis of transfers. */
export type TransferBasis = z.infer<typeof basisSchema>;
/** The rule for what counts as the city's own words. */
export type OwnWordsRule = z.infer<typeof ownWordsSchema>;
/** The bases of an area with one law. */
export type TransferLaw = z.infer<typeof fileSchema>;

/** @throws CONFIG_INVALID naming the places that are wrong */
export function parseTransferLaw(value: JsonValue): TransferLaw {
  const parsed = fileSchema.safeParse(value);
  if (!parsed.success) {
    const reasons = parsed.error.issues.slice(0, 5).map(({ path, message }) => `${path.join(".") || "it"}: ${message}`);
    throw new WarifuError("CONFIG_INVALID", `no bases of transfers: ${reasons.join("; ")}`);
  }
  const { bases, ownWords, jurisdictions } = parsed.data;
  const all = [...bases, ...ownWords];
  const stray = all.find(({ from }) => !from.every((one) => jurisdictions.includes(one)));
  if (stray)
    throw new WarifuError("CONFIG_INVALID", `${stray.id}: from: names a jurisdiction that the file is not for`);
  if (new Set(all.map((one) => one.id)).size < all.length)
    throw new WarifuError("CONFIG_INVALID", "no bases of transfers: two of them have the same id");
  return parsed.data;
}

/**
 * The bases for a jurisdiction, from the folders `transfers` in these folders; a file in a later folder replaces one of the
 * same name in an earlier folder. If there are none for it, no personal data may leave.
 * @throws CONFIG_INVALID a file is wrong
 */
export function readTransferLaw(folders: readonly string[], jurisdiction: string): TransferLaw {
  const laws = readAll(folders);
  const none: TransferLaw = { jurisdictions: [jurisdiction], countries: [], bases: [], ownWords: [] };
  return laws.find(({ jurisdictions }) => jurisdictions.includes(jurisdiction)) ?? none;
}

/** The jurisdictions for which there is law data, and the countries where their laws apply. */
export interface Jurisdictions {
  readonly names: ReadonlySet<string>;
  readonly countries: ReadonlySet<string>;
}

/** All of the files that {@link readTransferLaw} reads. @throws CONFIG_INVALID a file is wrong */
export function readJurisdictions(folders: readonly string[]): Jurisdictions {
  const laws = readAll(folders);
  return {
    names: new Set(laws.flatMap(({ jurisdictions }) => jurisdictions)),
    countries: new Set(laws.flatMap(({ countries }) => countries)),
  };
}

function readAll(folders: readonly string[]): TransferLaw[] {
  const files = new Map(folders.flatMap(filesIn));
  return [...files.values()].map(readLawFile);
}

function filesIn(folder: string): [name: string, path: string][] {
  const transfers = join(folder, "transfers");
  if (!existsSync(transfers)) return [];
  const names = readdirSync(transfers).filter((name) => name.endsWith(".json") && !name.startsWith("."));
  return names.sort().map((name) => [name, join(transfers, name)]);
}

function readLawFile(path: string): TransferLaw {
  try {
    return parseTransferLaw(parseJsonBytes(withoutByteOrderMark(readFileSync(path)), "the JSON"));
  } catch (cause) {
    throw new WarifuError("CONFIG_INVALID", `${path}: ${messageOf(cause)}`, { cause });
  }
}

/** Whether a basis is for recipients in that country. */
export function reaches({ to }: TransferBasis, where: string, { countries }: TransferLaw): boolean {
  if (typeof to !== "string") return to.includes(where);
  return to === "anywhere" || (to === "home") === countries.includes(where);
}
