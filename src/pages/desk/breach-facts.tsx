/** Fields for what is known of a breach: words and approximate numbers, none of which enters the log in clear. */
import type { Signal } from "@preact/signals";
import { BREACH_NUMBERS, type BREACH_WORDS } from "../../core/breach-event.ts";
import { TextField } from "../components/field.tsx";
import { textsIn } from "../texts/language.ts";
import { BREACHES } from "./texts/breaches.ts";
import { WORDS } from "./texts/words.ts";

export type FactName = (typeof BREACH_WORDS)[number] | (typeof BREACH_NUMBERS)[number];
export type Facts = Readonly<Partial<Record<FactName, string>>>;

const isNumber = (name: FactName): boolean => (BREACH_NUMBERS as readonly string[]).includes(name);

interface FactFieldsProps {
  readonly facts: Signal<Facts>;
  readonly names: readonly FactName[];
  /** The first is needed, and is missing. */
  readonly isWrong?: boolean;
}

export function FactFields({ facts, names, isWrong = false }: FactFieldsProps) {
  const texts = textsIn(BREACHES);
  return (
    <>
      {names.map((name, at) => (
        <TextField
          key={name}
          label={texts.facts[name]}
          error={isWrong && at === 0 ? textsIn(WORDS).needed : undefined}
          value={facts.value[name] ?? ""}
          onInput={(text) => (facts.value = { ...facts.value, [name]: text })}
          {...(isNumber(name) ? { type: "number" as const } : { rows: 2 })}
        />
      ))}
    </>
  );
}

/** What was entered, as the API takes it; nothing of what was left empty. */
export function factsIn(facts: Facts): Readonly<Record<string, string | number>> {
  const entered = Object.entries(facts).filter(([, text]) => text.trim() !== "") as [FactName, string][];
  return Object.fromEntries(entered.map(([name, text]) => [name, isNumber(name) ? Number(text) : text.trim()]));
}
