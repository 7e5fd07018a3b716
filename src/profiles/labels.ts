/** What claims are called for people, in the language of whoever reads: by their profile, else by their names. */
import { z } from "zod";
import { WarifuError } from "../core/errors.ts";
import { isJsonObject } from "../core/json.ts";
import type { ProfileDocument, Profiles } from "./profile.ts";

const LANGUAGE = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;

/** Structure of a profile's member `labels`: words by language, by the name of the claim. */
export const labelsSchema = z.record(
  z.string().min(1).max(64),
  z.record(z.string().regex(LANGUAGE, "is a language such as es"), z.string().min(1).max(80)),
);

/** Claims that the service adds to those of profiles, and what a grant may name besides. */
const OWN_LABELS: z.infer<typeof labelsSchema> = {
  c2pa: { en: "Content credentials of the pictures", es: "Credenciales de las imágenes", ja: "画像の来歴情報" },
  evidence: { en: "Signature of the source", es: "Firma de la fuente", ja: "送信元の署名" },
  originals: { en: "Pictures as received", es: "Imágenes tal como llegaron", ja: "受信した元の画像" },
  received: { en: "Data as received", es: "Datos tal como llegaron", ja: "受信した元のデータ" },
};
const FALLBACK = "en";

/** Languages that something is labelled in. */
export function labelLanguages(profiles: Profiles): string[] {
  const labels = [...profiles.values()].flatMap(({ document }) => Object.values(document.labels ?? {}));
  return [...new Set([...Object.values(OWN_LABELS), ...labels].flatMap((one) => Object.keys(one)))];
}

/**
 * The label of each of these claims.
 * @param vct of their record; another version of the profile than the one in force labels nothing
 */
export function labelsFor(
  names: readonly string[],
  {
    vct,
    profiles,
    language,
  }: { readonly vct: string | undefined; readonly profiles: Profiles; readonly language: string },
): Record<string, string> {
  const document = [...profiles.values()].find((one) => one.vct === vct)?.document;
  return Object.fromEntries(names.map((name) => [name, labelIn(name, document, language)]));
}

function labelIn(name: string, document: ProfileDocument | undefined, language: string): string {
  const words = { ...OWN_LABELS, ...document?.labels }[name] ?? {};
  return words[language] ?? words[FALLBACK] ?? titleOf(name, document) ?? name;
}

function titleOf(name: string, document: ProfileDocument | undefined): string | undefined {
  const properties = document?.claims["properties"];
  const schema = isJsonObject(properties) ? properties[name] : undefined;
  const title = isJsonObject(schema) ? schema["title"] : undefined;
  return typeof title === "string" ? title : undefined;
}

/** @throws PROFILE_INVALID a label is of no claim */
export function assertLabels({ type, labels = {}, claims }: ProfileDocument): void {
  const { properties } = claims;
  const stray = Object.keys(labels).find((name) => !isJsonObject(properties) || !Object.hasOwn(properties, name));
  if (stray !== undefined)
    throw new WarifuError("PROFILE_INVALID", `${type}: "${stray}" has a label but is not among the claims`);
}
