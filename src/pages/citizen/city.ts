/** The city that this app is of: its name, categories and areas. Kept on the phone, so that a post can be written anywhere. */
import { signal } from "@preact/signals";
import { LANGUAGES } from "../../texts/languages.ts";
import { language } from "../texts/language.ts";
import type { Area, City, Labels } from "./answers.ts";
import { ask } from "./api.ts";
import { noted, noteDown } from "./noted.ts";

const NOTE = "city";

/** The city, once it is known. */
export const city = signal<City | undefined>(noted<City>(NOTE));

/** Asks the service for it. */
export async function lookUpCity(): Promise<void> {
  const answer = await ask<City>("/v1/city");
  if (!("value" in answer)) return;
  city.value = answer.value;
  noteDown(NOTE, answer.value);
}

/** A text in the reader's language, else in one that there is. */
export function said(labels: Labels | string | undefined): string {
  if (labels === undefined || typeof labels === "string") return labels ?? "";
  return labels[language.value] ?? LANGUAGES.map((one) => labels[one]).find((text) => text !== undefined) ?? "";
}

/** The city's name, or that of another one; its code where this city does not know it any more. */
export function cityName(code?: string): string {
  const own = city.value;
  if (!own) return code ?? "";
  if (code === undefined || code === own.city) return said(own.names);
  const other = own.others?.find((one) => one.city === code);
  return said(other?.names) || capitalised(code);
}

/** Whether a text in one language is to be had in another: nothing is offered that nobody does. */
export function canTranslate(from: string, to: string, translated: readonly string[] = []): boolean {
  const pairs = city.value?.translations ?? [];
  return translated.includes(to) || pairs.some((pair) => pair.from === from.slice(0, 2) && pair.to === to);
}

/** A code in the place of a name that is not known here. */
function capitalised(code: string): string {
  return code.charAt(0).toUpperCase() + code.slice(1);
}

/** What a category is called. */
export function categoryName(code: string): string {
  return said(city.value?.categories.find((one) => one.code === code)?.labels) || code;
}

/** What an area is called; one of another city by its code. */
export function areaName(code: string): string {
  return said(city.value?.areas.find((one) => one.code === code)?.labels) || capitalised(code);
}

/** The smallest area that a place lies in. */
export function areaAt(areas: readonly Area[], latitude: number, longitude: number): Area | undefined {
  const size = ({ box: [south, west, north, east] }: Area): number => (north - south) * (east - west);
  return areas
    .filter(
      ({ box: [south, west, north, east] }) =>
        latitude >= south && latitude <= north && longitude >= west && longitude <= east,
    )
    .sort((a, b) => size(a) - size(b))[0];
}
