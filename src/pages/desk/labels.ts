/** What claims are called in the reader's language, as the profiles say. */
import { language } from "../texts/language.ts";
import type { ProfileView } from "./answers.ts";
import { useAnswer } from "./use-answer.ts";

/** The profiles in force. */
export function useProfiles(): readonly ProfileView[] {
  return useAnswer<{ readonly items: readonly ProfileView[] }>("/v1/profiles").value?.items ?? [];
}

/** A function that names a claim; by its own name where no profile does. */
export function useLabels(): (claim: string) => string {
  const profiles = useProfiles();
  return (claim) => {
    for (const { labels } of profiles) {
      const label = labels?.[claim]?.[language.value];
      if (label !== undefined) return label;
    }
    return claim;
  };
}

/** What records may conceal, by the profiles in force, to choose from. */
export function useClaimChoices(): { readonly value: string; readonly name: string }[] {
  const labelOf = useLabels();
  const concealed = useProfiles().flatMap(({ public: open = [], claims }) =>
    Object.keys(claims?.properties ?? {}).filter((name) => !open.includes(name) && !open.includes("*")),
  );
  return [...new Set(concealed)].map((name) => ({ value: name, name: labelOf(name) }));
}
