/** The themes that there are. Those that are open to all are noted wherever they are seen, for when there is no network. */
import { useLayoutEffect } from "preact/hooks";
import type { Theme } from "./answers.ts";
import { noted, noteDown } from "./noted.ts";
import { mayPost } from "./themes.tsx";
import { useAnswer, type Known } from "./use-answer.ts";

const NOTE = "themes";

/** What the service answers. */
export function useThemes(): Known<{ readonly themes: readonly Theme[] }> {
  const known = useAnswer<{ readonly themes: readonly Theme[] }>("/v1/themes");
  const { value } = known;
  // Before anybody sees them: a phone may end the app right after.
  useLayoutEffect(() => {
    // What is for members only is not left on the phone.
    if (value)
      noteDown(
        NOTE,
        value.themes.filter(({ visibility }) => visibility === "open"),
      );
  }, [value]);
  return known;
}

/** Themes on which whoever writes may post now; without a network those that were open to all when there last was one. */
export function useOpenThemes(): readonly Theme[] {
  const { value } = useThemes();
  return (value?.themes ?? noted<readonly Theme[]>(NOTE) ?? []).filter(mayPost);
}
