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
export function useClaimChoices(): readonly ClaimChoice[] {
  return claimChoices(useProfiles(), useLabels());
}

/** A claim by its name, and what it is called. */
interface ClaimChoice {
  readonly value: string;
  readonly name: string;
}

/** Where two claims are called the same, their own names tell which of them is given away. */
export function claimChoices(
  profiles: readonly Pick<ProfileView, "public" | "claims">[],
  labelOf: (claim: string) => string,
): readonly ClaimChoice[] {
  const concealed = profiles.flatMap(({ public: open = [], claims }) =>
    Object.keys(claims?.properties ?? {}).filter((name) => !open.includes(name) && !open.includes("*")),
  );
  const names = [...new Set(concealed)];
  const isShared = (label: string): boolean => names.filter((name) => labelOf(name) === label).length > 1;
  return names.map((name) => {
    const label = labelOf(name);
    return { value: name, name: isShared(label) ? `${label} (${name})` : label };
  });
}
