/** What the client does about translations of records. */
import type { TranslationView } from "../read/translations.ts";

/** A translation with the words by which it is labelled. */
export interface LabelledTranslation extends TranslationView {
  readonly label: Readonly<Record<"en" | "es" | "ja", string>>;
}

/** What is asked for: a translation into a language, or a person's own words, by the names of claims. */
export interface NewTranslation {
  readonly to: string;
  readonly texts?: Readonly<Record<string, string>> | undefined;
}

/** The part of the client that is about translations. */
export interface TranslationClient {
  /** All of a record; with an officer's key and a language, with the texts of concealed claims. */
  translations(id: string, to?: string): Promise<{ readonly items: readonly LabelledTranslation[] }>;
  /** @throws NOT_TRANSLATED, TRANSFER_REFUSED */
  translate(id: string, wanted: NewTranslation): Promise<{ readonly items: readonly LabelledTranslation[] }>;
}

/** This part of the client, built on JSON requests. */
export function translationClient(
  read: <T>(path: string) => Promise<T>,
  post: <T>(path: string, value: object) => Promise<T>,
): TranslationClient {
  const pathOf = (id: string): string => `/v1/records/${encodeURIComponent(id)}/translations`;
  return {
    translations: (id, to) => read(`${pathOf(id)}${to === undefined ? "" : `?to=${encodeURIComponent(to)}`}`),
    translate: (id, wanted) => post(pathOf(id), wanted),
  };
}
