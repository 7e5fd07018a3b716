/** The notice in force: what people are told of the use of their data. */
import { useAnswer, type Known } from "./use-answer.ts";

/** The parts of a notice that are shown. */
export interface ShownNotice {
  readonly leafIndex: number;
  /** POSIX seconds. */
  readonly since: number;
  readonly languages: readonly string[];
  readonly notice: {
    readonly language: string;
    readonly version: number;
    readonly text: string;
    readonly purposes: readonly { readonly code: string; readonly text: string; readonly needsConsent: boolean }[];
  };
}

/** The notice in the reader's language, else in the one that there is. */
export function useNotice(): Known<ShownNotice> {
  return useAnswer<ShownNotice>("/v1/privacy/notices");
}

/** Its purposes to choose from. */
export function usePurposes(): { readonly value: string; readonly name: string }[] {
  const { value } = useNotice();
  return (value?.notice.purposes ?? []).map(({ code, text }) => ({ value: code, name: `${text} (${code})` }));
}
