/**
 * What is and is not shown of a record's claims, in words. Which digests are decoys nobody can tell but the vault, so of
 * digests that were not opened it is never said that they conceal something, nor that they conceal nothing.
 */
import type { Client } from "../client/client.ts";
import { isJsonObject, type JsonObject } from "../core/json.ts";
import type { ProfileDocument } from "../profiles/profile.ts";
import type { RecordView } from "../read/records.ts";
import type { StepResult } from "../verify/verdict.ts";
import { language } from "./language.ts";
import { verdictTexts } from "./texts/verdict/en.ts";
import { padded, widest } from "./width.ts";

const WIDEST_NAME = 24;

/** The claims that are in clear, one a line, names and values in columns. */
export function claimLines(claims: JsonObject): string[] {
  const width = Math.min(widest(Object.keys(claims)), WIDEST_NAME);
  return Object.entries(claims).map(([name, value]) => `${padded(name, width)}  ${JSON.stringify(value)}`);
}

/** The profile of a record, if it is the one in force. */
export async function profileOf(
  { vct, concealed = 0 }: RecordView,
  client: Client,
): Promise<ProfileDocument | undefined> {
  if (concealed === 0) return undefined;
  return (await client.profiles()).find(({ type, version }) => vct === `warifu:${type}:${version}`);
}

/** What a record may conceal, by the titles and names of its profile. */
export function concealedLine({ concealed = 0 }: RecordView, profile: ProfileDocument | undefined): string {
  const { nothingConcealed, concealedDigests, concealedNames } = verdictTexts();
  if (concealed === 0) return nothingConcealed;
  const labels = profile ? labelsOf(profile) : [];
  return labels.length === 0 ? concealedDigests(concealed) : concealedNames(labels.join(", "), concealed);
}

function labelsOf({ claims, labels, public: names }: ProfileDocument): string[] {
  const { properties } = claims;
  const concealed = isJsonObject(properties)
    ? Object.entries(properties).filter(([name]) => !names.includes(name))
    : [];
  return concealed.map(([name, schema]) => {
    const title =
      labels?.[name]?.[language()] ?? labels?.[name]?.["en"] ?? (isJsonObject(schema) ? schema["title"] : undefined);
    return typeof title === "string" ? `${title} (${name})` : name;
  });
}

/** What the digests of a body leave open once some openings were shown; `undefined` where they leave nothing open. */
export function unopenedLine(concealed: number, steps: readonly StepResult[]): string | undefined {
  if (concealed === 0) return undefined;
  const { unopened, leftOut } = verdictTexts();
  return openedIn(steps) === 0 ? unopened(concealed) : leftOut(concealed);
}

/** Whether everything that the body conceals was opened, which shows only if none of its digests is left. */
export function isAllOpened(concealed: number, steps: readonly StepResult[]): boolean {
  return concealed === 0 && openedIn(steps) > 0;
}

function openedIn(steps: readonly StepResult[]): number {
  const fact = steps.find(({ step }) => step === "openings")?.fact;
  return fact?.id === "opened" ? fact.count : 0;
}
