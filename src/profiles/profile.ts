/**
 * A profile says what a type of record may contain: a JSON Schema (2020-12) for its claims, which claims are public,
 * whether it concerns people and how long it is kept. Claims that a profile does not list as public are concealed.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import { z } from "zod";
import { DIGESTS_STEP, MAX_DIGESTS } from "../core/body.ts";
import { messageOf, WarifuError } from "../core/errors.ts";
import { nestsDeeper } from "../core/json-depth.ts";
import { FORBIDDEN_NAMES, isJsonObject, MAX_JSON_DEPTH, type JsonObject, type JsonValue } from "../core/json.ts";
import { PICTURES_CLAIM } from "../core/picture.ts";
import { CREDENTIALS_CLAIM } from "../core/content-credentials.ts";
import { RECEIVED_CLAIM } from "../core/received.ts";
import { isTimestamp } from "../core/timestamp.ts";
import { assertStep, stepsSchema } from "./generalise.ts";
import { assertLabels, labelsSchema } from "./labels.ts";
import { assertTexts, textsSchema } from "./texts.ts";

/** The longest pattern, in characters, that a message still shows. */
const SHOWN_PATTERN = 80;

/**
 * What is done with pictures that come with a record: nothing is shown of them; a copy without metadata is published; or
 * such a copy in which faces were hidden. A profile without this member takes no pictures.
 */
const PICTURE_RULES = ["sealed", "published", "faces-hidden"] as const;
export type PictureRule = (typeof PICTURE_RULES)[number];

/** Structure of a profile's parsed file. */
export const profileSchema = z.strictObject({
  type: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/),
  version: z.int().min(1).max(9999),
  title: z.string().max(200),
  concernsPeople: z.boolean(),
  retentionDays: z.int().min(1).nullable(),
  public: z.union([z.literal("*"), z.array(z.string().min(1).max(64)).max(64)]),
  pictures: z.enum(PICTURE_RULES).exactOptional(),
  person: z.array(z.string().min(1).max(64)).min(1).max(16).exactOptional(),
  deidentify: stepsSchema.exactOptional(),
  labels: labelsSchema.exactOptional(),
  texts: textsSchema.exactOptional(),
  claims: z.custom<JsonObject>((value) => isJsonObject(value as JsonValue), "must be a JSON Schema object"),
});

/**
 * A profile's parsed file. `public: "*"` makes every claim public and is only for data that does not concern people.
 * `person` names concealed claims that identify the person whose record it is, the surest one first. `deidentify` names
 * those that may leave in a de-identified table, and how their values are made coarser. `labels` has
 * what claims are called for people. `texts` names those that people write, and in which language.
 */
export type ProfileDocument = z.infer<typeof profileSchema>;

/** A profile ready for use. */
export interface Profile {
  readonly document: ProfileDocument;
  /** `warifu:<type>:<version>`, the `vct` of its bodies. */
  readonly vct: string;
  /**
   * How many digests each body carries, including decoys: the same for all records of the profile. 0: nothing is
   * concealed.
   */
  readonly digestSlots: number;
  /** Whether the claim of this name is public. */
  isPublic(claimName: string): boolean;
  /**
   * @throws CLAIMS_INVALID naming the claim (a value is never quoted)
   */
  assertClaims(claims: JsonObject): void;
}

/** The profiles in force, by record type. */
export type Profiles = ReadonlyMap<string, Profile>;

/** @throws PROFILE_UNKNOWN naming the existing types */
export function profileFor(profiles: Profiles, type: string): Profile {
  const profile = profiles.get(type);
  if (profile) return profile;
  const types = [...profiles.keys()].join(", ");
  throw new WarifuError(
    "PROFILE_UNKNOWN",
    `there is no profile for this type of record: the types in force are ${types}`,
  );
}

const RESERVED_CLAIMS = new Set(["_sd_alg", "evidence", RECEIVED_CLAIM, CREDENTIALS_CLAIM]);
// RFC 9901 section 4.1: a verifier would take members of the first two names for digests, at any depth. With the others,
// which no parser lets through but an adapter may, nobody could read the body.
const NO_NAMES = new Set(["_sd", "...", ...FORBIDDEN_NAMES]);

/**
 * The profile in a parsed JSON value.
 * @throws PROFILE_INVALID
 */
export function parseProfile(value: JsonValue): Profile {
  // The log holds the document one level deeper, in the body of an event.
  if (nestsDeeper(value, MAX_JSON_DEPTH - 1))
    throw new WarifuError("PROFILE_INVALID", `not a profile: it nests deeper than ${MAX_JSON_DEPTH - 1} levels`);
  const parsed = profileSchema.safeParse(value, { error: ({ input }) => (input === undefined ? "is missing" : null) });
  if (!parsed.success) {
    const reasons = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "it"}: ${message}`);
    throw new WarifuError("PROFILE_INVALID", `not a profile: ${reasons.join("; ")}`);
  }
  const document = parsed.data;
  const concealed = concealedNames(document);
  assertPicturesClaim(document);
  assertPersonClaims(document, concealed);
  assertSteps(document);
  assertLabels(document);
  assertTexts(document);
  const publicNames = document.public === "*" ? undefined : new Set(document.public);
  const validate = compile(document);
  return {
    document,
    vct: `warifu:${document.type}:${document.version}`,
    // One more than the claims: the source's signature is concealed with what it signs.
    digestSlots: concealed === undefined ? 0 : Math.ceil((concealed.length + 1) / DIGESTS_STEP) * DIGESTS_STEP,
    isPublic: (name) => publicNames === undefined || publicNames.has(name),
    assertClaims(claims) {
      const reserved = Object.keys(claims).find((name) => RESERVED_CLAIMS.has(name)) ?? noName(claims);
      if (reserved !== undefined) throw new WarifuError("CLAIMS_INVALID", `the claim name "${reserved}" is reserved`);
      if (!validate(claims)) throw claimsError(document, validate.errors as ErrorObject[]);
    },
  };
}

/** A name that no member may have, anywhere within the value. */
function noName(value: JsonValue): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  for (const [name, member] of Object.entries(value)) {
    const found = NO_NAMES.has(name) ? name : noName(member);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Names that the profile conceals, or `undefined` if everything is public. */
function concealedNames(document: ProfileDocument): string[] | undefined {
  if (document.public === "*") {
    if (document.concernsPeople)
      throw new WarifuError("PROFILE_INVALID", `${document.type}: a profile about people must list its public claims`);
    return undefined;
  }
  const { properties, additionalProperties } = document.claims;
  if (!isJsonObject(properties) || additionalProperties !== false)
    throw new WarifuError(
      "PROFILE_INVALID",
      `${document.type}: a profile that conceals must list its claims under "properties" and set "additionalProperties" to false`,
    );
  const names = Object.keys(properties);
  const unknown = document.public.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new WarifuError("PROFILE_INVALID", `${document.type}: "${unknown}" is public but not among the claims`);
  const concealed = names.filter((name) => !(document.public as readonly string[]).includes(name));
  if (concealed.length >= MAX_DIGESTS)
    throw new WarifuError("PROFILE_INVALID", `${document.type}: a profile conceals at most ${MAX_DIGESTS - 1} claims`);
  return concealed;
}

/** The hash of a picture tells whoever has the picture that it is here. */
function assertPicturesClaim({ type, pictures, concernsPeople, public: names, claims }: ProfileDocument): void {
  if (pictures === undefined) return;
  const { properties } = claims;
  if (!isJsonObject(properties) || properties[PICTURES_CLAIM] === undefined)
    throw new WarifuError("PROFILE_INVALID", `${type}: a profile that takes pictures lists the claim "pictures"`);
  if (concernsPeople && names.includes(PICTURES_CLAIM))
    throw new WarifuError("PROFILE_INVALID", `${type}: a profile about people conceals the claim "pictures"`);
}

/** By these claims records are found: those of one person must be told from those of another, and be hidden. */
function assertPersonClaims({ type, person = [], concernsPeople }: ProfileDocument, concealed: string[] = []): void {
  if (person.length > 0 && !concernsPeople)
    throw new WarifuError("PROFILE_INVALID", `${type}: a profile that names claims under "person" is about people`);
  const shown = person.find((name) => !concealed.includes(name));
  if (shown !== undefined)
    throw new WarifuError(
      "PROFILE_INVALID",
      `${type}: "${shown}" identifies a person but is not among the concealed claims`,
    );
}

function assertSteps({ type, person = [], deidentify = {}, public: shown, claims }: ProfileDocument): void {
  const { properties } = claims;
  for (const [name, step] of Object.entries(deidentify))
    assertStep(type, name, step, {
      schema: isJsonObject(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined,
      isPublic: shown === "*" || shown.includes(name),
      isOfPerson: person.includes(name),
    });
}

/** Knows what a schema may look like. Shared: to compile that takes ten times as long as any profile's own schema. */
const SCHEMAS = new Ajv2020();

/** Compiles the parts of the schema of schemas, a turn of the event loop for each. Without, the first profile compiles all. */
export async function compileVocabularies(): Promise<void> {
  for (const id of Object.keys(SCHEMAS.schemas).filter((name) => name.includes("/meta/"))) {
    SCHEMAS.getSchema(id);
    await nextTurn();
  }
}

function compile(document: ProfileDocument): ValidateFunction {
  // Of its own, so that no profile's "$id" meets another's.
  const ajv = new Ajv2020({
    strict: true,
    allowUnionTypes: true,
    allErrors: false,
    validateSchema: false,
    formats: { "date-time": isTimestamp },
  });
  let validate: ValidateFunction;
  try {
    void SCHEMAS.validateSchema(document.claims, true);
    validate = ajv.compile(document.claims);
  } catch (cause) {
    const why = `the schema of its claims does not compile: ${messageOf(cause)}`;
    throw new WarifuError("PROFILE_INVALID", `${document.type}: ${why}`, { cause });
  }
  // Such a schema returns a promise, which every caller would take for a yes.
  if ("$async" in validate)
    throw new WarifuError("PROFILE_INVALID", `${document.type}: the schema must not be "$async"`);
  return validate;
}

function claimsError(document: ProfileDocument, [error]: readonly ErrorObject[]): WarifuError {
  // Ajv's messages describe the schema ("must be string"); the offending name is a parameter, which we leave out: if a
  // table has no header, its names are values.
  const path = `claims${error?.instancePath.replaceAll("/", ".")}`;
  const where = error?.propertyName === undefined ? path : `a name in ${path}`;
  return new WarifuError(
    "CLAIMS_INVALID",
    `${where} ${complaintOf(error)}${remedyFor(document, error)} (profile ${document.type})`,
  );
}

/** Ajv's own words, except for a pattern that nobody would read. */
function complaintOf(error: ErrorObject | undefined): string | undefined {
  const isLongPattern = error?.keyword === "pattern" && String(error.params["pattern"]).length > SHOWN_PATTERN;
  return isLongPattern
    ? "does not have the form that the profile asks for: look for control characters and unusual signs in it"
    : error?.message;
}

/** What would be right instead, if the schema's words do not say so. */
function remedyFor({ claims }: ProfileDocument, error: ErrorObject | undefined): string {
  if (error?.keyword === "format")
    return ": write it as 2026-11-28T09:30:00Z, a time that exists in the years 1990 to 2100";
  const isUnknownName = error?.keyword === "additionalProperties" && error.instancePath === "";
  return isUnknownName ? `: it may have ${Object.keys(claims["properties"] ?? {}).join(", ") || "none"}` : "";
}
