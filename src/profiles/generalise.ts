/**
 * How values are made coarser before they leave in a de-identified table. A profile names the claims
 * that may be in such a table under `deidentify`, each with its step; all others are dropped.
 */
import { z } from "zod";
import { WarifuError } from "../core/errors.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../core/json.ts";

/** Degrees: about half a kilometre. Anything finer leads to a door. */
const FINEST_GRID = 0.005;
const MOST_CLAIMS = 16;
/** Further digits of a multiple of a width are an error of binary fractions. */
const DIGITS = 9;

export const stepSchema = z.discriminatedUnion("step", [
  /** As it is: a public claim, or one of a closed list. */
  z.strictObject({ step: z.literal("same") }),
  /** A time, in UTC. */
  z.strictObject({ step: z.enum(["hour", "day", "month"]) }),
  /** A number, to the band of that width that it is in; `grid` for a coordinate in degrees. */
  z.strictObject({ step: z.enum(["band", "grid"]), width: z.number().positive().max(1e9) }),
]);

/** A step. */
export type Step = z.infer<typeof stepSchema>;

export const stepsSchema = z
  .record(z.string().min(1).max(64), stepSchema)
  .refine((steps) => Object.keys(steps).length > 0 && Object.keys(steps).length <= MOST_CLAIMS, {
    error: `names 1 to ${MOST_CLAIMS} claims`,
  });
/** The steps of a profile, by the names of claims. */
export type Steps = z.infer<typeof stepsSchema>;

/** What a profile says of a claim. */
interface Described {
  readonly schema: JsonValue | undefined;
  readonly isPublic: boolean;
  readonly isOfPerson: boolean;
}

/** @throws PROFILE_INVALID the claim is not one that this step can make coarser */
export function assertStep(type: string, name: string, step: Step, { schema, isPublic, isOfPerson }: Described): void {
  const refuse = (why: string): never => {
    throw new WarifuError("PROFILE_INVALID", `${type}: deidentify: "${name}" ${why}`);
  };
  if (!isJsonObject(schema)) return refuse("is not among the claims");
  if (isOfPerson) refuse("identifies a person, whatever is done with it");
  const { step: kind } = step;
  if (kind === "same") {
    if (!isScalar(schema)) refuse("is no single value");
    if (!isPublic && !isClosed(schema))
      refuse("is concealed free text: only one of a closed list (enum) stays as it is");
  } else if (kind === "band" || kind === "grid") {
    if (schema["type"] !== "number" && schema["type"] !== "integer") refuse("is no number");
    if (kind === "grid" && step.width < FINEST_GRID) refuse(`needs a grid of ${FINEST_GRID} degrees or wider`);
  } else if (schema["format"] !== "date-time") refuse("is no time (format date-time)");
}

function isScalar({ type, enum: values }: JsonObject): boolean {
  return (
    Array.isArray(values) || (typeof type === "string" && ["string", "boolean", "integer", "number"].includes(type))
  );
}

function isClosed({ type, enum: values, const: value }: JsonObject): boolean {
  return Array.isArray(values) || value !== undefined || type === "boolean";
}

/** A value after its step, as text; `null` where the claim is absent or has no such value. */
export function generalised(value: JsonValue | undefined, step: Step): string | null {
  switch (step.step) {
    case "same":
      return typeof value === "object" || value === undefined ? null : String(value);
    case "hour":
    case "day":
    case "month":
      return typeof value === "string" ? timeOf(value, step.step) : null;
    case "band":
    case "grid":
      return typeof value === "number" ? bandOf(value, step.width) : null;
  }
}

const LENGTHS = { hour: "2026-11-28T09".length, day: "2026-11-28".length, month: "2026-11".length } as const;

function timeOf(text: string, step: keyof typeof LENGTHS): string | null {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) return null;
  const cut = new Date(ms).toISOString().slice(0, LENGTHS[step]);
  return step === "hour" ? `${cut}:00Z` : cut;
}

/** From the lower end to below the upper one. Bands begin at 0, so that they are the same in every table. */
function bandOf(value: number, width: number): string {
  const at = Math.floor(Number((value / width).toFixed(DIGITS)));
  return `${rounded(at * width)} to ${rounded((at + 1) * width)}`;
}

function rounded(value: number): string {
  return String(Number(value.toFixed(DIGITS)) + 0);
}
