/** The law in force, as the service has it: what provisions are called, and which an operation rests on. */
import { language } from "../texts/language.ts";
import { useAnswer } from "./use-answer.ts";

/** The parts of the law data that are shown. */
export interface Law {
  readonly jurisdiction: string;
  readonly law: string;
  readonly lawVersion: string;
  readonly provisions: Readonly<
    Record<string, { readonly article: string; readonly title: Readonly<Record<"en" | "es" | "ja", string>> }>
  >;
  readonly operations: Readonly<Record<string, { readonly provisions: readonly string[] }>>;
  readonly breachReport?: readonly string[];
}

/** The law; nothing until the service has answered. */
export function useLaw(): Law | undefined {
  return useAnswer<Law>("/v1/privacy/law").value;
}

/** What a provision is called: its article and its title, or the id where the law in force does not have it. */
export function provisionName(id: string, law: Law | undefined): string {
  const found = law?.provisions[id];
  return found ? `${law.law} ${found.article}: ${found.title[language.value]}` : id;
}

/** Provisions to choose from; those of an operation come first. */
export function provisionChoices(law: Law | undefined, operation: string): { value: string; name: string }[] {
  const own = law?.operations[operation]?.provisions ?? [];
  const others = Object.keys(law?.provisions ?? {}).filter((id) => !own.includes(id));
  return [...own, ...others].map((id) => ({ value: id, name: provisionName(id, law) }));
}
