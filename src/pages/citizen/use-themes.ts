/** Themes on which whoever writes may post now; without a network those that were open to all when there last was one. */
import { useEffect } from "preact/hooks";
import type { Theme } from "./answers.ts";
import { noted, noteDown } from "./noted.ts";
import { mayPost } from "./themes.tsx";
import { useAnswer } from "./use-answer.ts";

const NOTE = "themes";

export function useOpenThemes(): readonly Theme[] {
  const { value } = useAnswer<{ readonly themes: readonly Theme[] }>("/v1/themes");
  useEffect(() => {
    // What is for members only is not left on the phone.
    if (value)
      noteDown(
        NOTE,
        value.themes.filter(({ visibility }) => visibility === "open"),
      );
  }, [value]);
  return (value?.themes ?? noted<readonly Theme[]>(NOTE) ?? []).filter(mayPost);
}
