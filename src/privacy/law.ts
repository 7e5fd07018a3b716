/**
 * The law as data: one file a jurisdiction, with the provisions that operations rest on, their deadlines, what is to be
 * recorded and what people are told. The program knows operations and clocks, and no law: what differs between the GDPR and
 * the APPI is in these files, each with its version and source. Nothing here is legal advice.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { withoutByteOrderMark } from "../core/bytes.ts";
import { BREACH_CLOCKS, BREACH_NUMBERS, BREACH_REASONS, BREACH_TOLD, BREACH_WORDS } from "../core/breach-event.ts";
import { LEGAL_BASIS } from "../core/legal-basis.ts";
import { messageOf, WarifuError } from "../core/errors.ts";
import { parseJsonBytes, type JsonValue } from "../core/json.ts";
import { REQUEST_OPERATIONS, type RequestOperation } from "../core/request-event.ts";
import { isTimeZone } from "./deadline.ts";
import { ownConsentSchema, type OwnConsent } from "./own-consent.ts";

/** Everything that a law says something about. */
export const OPERATIONS = [
  ...REQUEST_OPERATIONS,
  ...(["notice", "consent", "register", "provide", "receive", "onward-transfer"] as const),
  ...(["deidentify", "breach", "retention"] as const),
] as const;
export type Operation = (typeof OPERATIONS)[number];

/** Languages that titles are in. */
export const LANGUAGES = ["en", "es", "ja"] as const;
export type Language = (typeof LANGUAGES)[number];

/** What has to be on record, by operation. */
const RECORDS = [
  ...(["request", "identity-check", "decision", "human-review", "recipients-told"] as const),
  ...(["notice", "consent", "register", "provision-record", "reception-record"] as const),
  ...(["transfer-ground", "method", "key-destroyed", "breach", "erasure"] as const),
] as const;

/** What a person is told with a step of a request. */
export const TOLD = [
  ...(["outcome", "copy", "recipients", "provision-records", "before-lifting"] as const),
  ...(["reason", "extension-reason", "right-to-complain", "right-to-sue"] as const),
  ...(["review-request", "written-decision"] as const),
] as const;
export type Told = (typeof TOLD)[number];

/**
 * What is kept of the log's own events until its time is over: receipts of consents, what requests say of people, to whom
 * records were given or from whom they came, and what happened in breaches.
 */
export const KEPT = ["receipts", "requests", "provision-records", "breaches"] as const;
export type Kept = (typeof KEPT)[number];

const title = z.strictObject({ en: z.string().min(1), es: z.string().min(1), ja: z.string().min(1) });
const provisionId = z.string().regex(LEGAL_BASIS, "is no id of a provision, such as gdpr-17-1-a");
const span = z.int().min(1).max(3_660);
const told = z.array(z.enum(TOLD));

/** How long something may take: in exactly one of months, days and hours, also where the law only says "without delay". */
const deadline = z
  .strictObject({
    months: span.exactOptional(),
    days: span.exactOptional(),
    hours: span.exactOptional(),
    /** The law names no time: the span is the operator's own target. */
    without: z.literal("delay").exactOptional(),
    /** How much longer once, with reasons, counted from the end of the first time. */
    extension: z.strictObject({ months: span.exactOptional(), days: span.exactOptional() }).exactOptional(),
    isStatutory: z.boolean(),
  })
  .refine(hasOneSpan, "has exactly one of months, days and hours")
  .refine(({ extension }) => extension === undefined || hasOneSpan(extension), "has an extension without one span")
  .refine((one) => one.without === undefined || !one.isStatutory, "names a time, which is not the law's own");
export type Deadline = z.infer<typeof deadline>;

const operation = z.strictObject({
  provisions: z.array(provisionId).min(1),
  actor: z.enum(["controller", "business-operator", "head-of-public-body"]),
  deadline: deadline.exactOptional(),
  records: z.array(z.enum(RECORDS)),
  /** `lifted`: before what was stopped goes on. */
  tell: z.strictObject({ extended: told, done: told, refused: told, lifted: told.exactOptional() }).exactOptional(),
});

const breachClock = z
  .strictObject({
    clock: z.enum(BREACH_CLOCKS),
    hours: span.exactOptional(),
    days: span.exactOptional(),
    /** The law gives a span of days, of which `days` is the end. */
    atLeastDays: span.exactOptional(),
    /** Where somebody did it on purpose. */
    maliciousDays: span.exactOptional(),
    /** The day on which it became known is the first of the days. */
    countsFirstDay: z.literal(true).exactOptional(),
    without: z.literal("delay").exactOptional(),
    isStatutory: z.boolean(),
    /** Whoever is late says why. */
    lateNeedsReason: z.literal(true).exactOptional(),
    provisions: z.array(provisionId).min(1),
  })
  .refine(hasOneSpan, "has exactly one of days and hours");
export type BreachClock = z.infer<typeof breachClock>;

/** Where somebody need not be told of a breach. */
const breachExemption = z.strictObject({
  reason: z.enum(BREACH_REASONS),
  whom: z.array(z.enum(BREACH_TOLD)).min(1),
  provisions: z.array(provisionId).min(1),
});

const keepTime = z.strictObject({
  keepFor: z
    .strictObject({
      years: z.int().min(1).max(100),
      /** Whether it is the law's own time; otherwise the operator's. */
      isStatutory: z.boolean(),
    })
    .exactOptional(),
  provisions: z.array(provisionId).min(1),
  note: z.string(),
});

/** Structure of a law's parsed file. */
const lawSchema = z.strictObject({
  jurisdiction: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, "is a short name such as eu"),
  title,
  law: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 .-]{0,31}$/, "is the law's short name"),
  lawVersion: z.iso.date(),
  sources: z.array(z.url({ protocol: /^https$/ })).min(1),
  timeZone: z.string().refine(isTimeZone, "is a name of the IANA time zones"),
  language: z.enum(LANGUAGES),
  /** Profile of ISO/IEC TS 27560 that receipts follow, and what notices must say for it. */
  receiptProfile: z.url({ protocol: /^https$/ }),
  noticeSays: z.array(z.enum(["authority", "collection", "processing"])),
  provisions: z.record(
    provisionId,
    z.strictObject({
      article: z.string().min(1).max(64),
      title,
      /** Whether somebody has held it against the source. */
      verified: z.boolean(),
    }),
  ),
  operations: z.record(z.enum(OPERATIONS), operation),
  /** How long what events conceal is kept; without limit where `keepFor` is absent. */
  retention: z.partialRecord(z.enum(KEPT), keepTime),
  breachClocks: z.array(breachClock).min(1).refine(areOfOneEach, "has a clock twice"),
  breachExemptions: z.array(breachExemption),
  /** What a final report to the authority says. */
  breachReport: z.array(z.enum([...BREACH_WORDS, ...BREACH_NUMBERS])),
  /** From which age people consent alone; without it, no citizens join. */
  ownConsent: ownConsentSchema.exactOptional(),
});

/** The law of one jurisdiction. */
export type Law = z.infer<typeof lawSchema>;

/**
 * The law in a parsed JSON value.
 * @throws CONFIG_INVALID naming the places that are wrong
 */
export function parseLaw(value: JsonValue): Law {
  const parsed = lawSchema.safeParse(value);
  if (!parsed.success) {
    const reasons = parsed.error.issues.slice(0, 5).map(({ path, message }) => `${path.join(".") || "it"}: ${message}`);
    throw new WarifuError("CONFIG_INVALID", `not a law: ${reasons.join("; ")}`);
  }
  const unknown = namedProvisions(parsed.data).find(([, id]) => !Object.hasOwn(parsed.data.provisions, id));
  if (unknown)
    throw new WarifuError("CONFIG_INVALID", `not a law: ${unknown[0]}: names ${unknown[1]}, which it does not have`);
  return parsed.data;
}

/**
 * The law of a jurisdiction, from the `.json` files of the folders; one in a later folder replaces one of the same
 * jurisdiction in an earlier folder.
 * @throws CONFIG_INVALID there is no such folder or jurisdiction, or a file is wrong
 */
export function readLaw(folders: readonly string[], jurisdiction: string): Law {
  const laws = new Map(folders.flatMap(lawsIn).map((law) => [law.jurisdiction, law]));
  const law = laws.get(jurisdiction);
  if (law) return law;
  throw new WarifuError(
    "CONFIG_INVALID",
    `WARIFU_JURISDICTION: there is no law for it, only for ${[...laws.keys()].join(", ")}`,
  );
}

function lawsIn(folder: string): Law[] {
  if (!existsSync(folder)) throw new WarifuError("CONFIG_INVALID", `WARIFU_LAWS: there is no folder ${folder}`);
  const names = readdirSync(folder).filter((name) => name.endsWith(".json") && !name.startsWith("."));
  return names.sort().map((name) => readLawFile(join(folder, name)));
}

function readLawFile(path: string): Law {
  try {
    return parseLaw(parseJsonBytes(withoutByteOrderMark(readFileSync(path)), "the JSON"));
  } catch (cause) {
    throw new WarifuError("CONFIG_INVALID", `${path}: ${messageOf(cause)}`, { cause });
  }
}

/** @throws REQUEST_INVALID the law has no provision of that id */
export function assertProvision({ jurisdiction, provisions }: Law, id: string): void {
  if (!Object.hasOwn(provisions, id))
    throw new WarifuError(
      "REQUEST_INVALID",
      `the law of ${jurisdiction} has no such provision: see \`provisions\` at /v1/privacy/law, or its file in laws/`,
    );
}

/**
 * Asserts that a step says of everything that the law wants told that it was, and of nothing else.
 * @throws REQUEST_INVALID naming what the law data has and the step has not, or the other way round
 */
export function assertTold({ jurisdiction }: Law, wanted: readonly string[], told: readonly string[]): void {
  const missing = wanted.filter((one) => !told.includes(one));
  if (missing.length > 0)
    throw new WarifuError(
      "REQUEST_INVALID",
      `by the law of ${jurisdiction} this step also takes: ${missing.join(", ")}; confirm each`,
    );
  if (told.some((one) => !wanted.includes(one)))
    throw new WarifuError("REQUEST_INVALID", `of this step there is to confirm: ${wanted.join(", ") || "nothing"}`);
}

/** How long a request may take. @throws CONFIG_INVALID the law data does not say */
export function deadlineOf({ jurisdiction, operations }: Law, operation: RequestOperation): Deadline {
  const { deadline: found } = operations[operation];
  if (found) return found;
  throw new WarifuError("CONFIG_INVALID", `the law of ${jurisdiction} has no deadline for ${operation}`);
}

/** Every mention of a provision, with its place. */
function namedProvisions({
  operations,
  retention,
  breachClocks,
  breachExemptions,
  ownConsent,
}: Law): [place: string, id: string][] {
  const under = (place: string, named: Readonly<Record<string, { readonly provisions: readonly string[] }>>) =>
    Object.entries(named).flatMap(([name, { provisions }]) =>
      provisions.map((id): [string, string] => [`${place}.${name}.provisions`, id]),
    );
  return [
    ...under("operations", operations),
    ...under("retention", retention),
    ...under("breachClocks", Object.fromEntries(breachClocks.entries())),
    ...under("breachExemptions", Object.fromEntries(breachExemptions.entries())),
    ...(ownConsent ? namedByOwnConsent(ownConsent) : []),
  ];
}

function namedByOwnConsent({ provisions, withdrawn }: OwnConsent): [place: string, id: string][] {
  return [...provisions, withdrawn].map((id) => ["ownConsent", id]);
}

function areOfOneEach(clocks: readonly BreachClock[]): boolean {
  return new Set(clocks.map(({ clock }) => clock)).size === clocks.length;
}

function hasOneSpan({ months, days, hours }: { months?: number; days?: number; hours?: number }): boolean {
  return [months, days, hours].filter((one) => one !== undefined).length === 1;
}
