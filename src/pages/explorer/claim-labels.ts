/** What the claims of a record are called in the reader's language, as the profile says that it was taken by. */
import { language } from "../texts/language.ts";
import type { RecordView } from "./api.ts";
import { useLive } from "./live.ts";

const HOUR = 3_600;

/** What is read of a profile. */
interface LabellingProfile {
  readonly type: string;
  readonly version: number;
  readonly labels?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** A function that names a claim: by its own name where that profile is no longer in force, or has no word for it. */
export function useClaimLabels({ vct }: Pick<RecordView, "vct">): (claim: string) => string {
  const { value } = useLive<{ readonly items: readonly LabellingProfile[] }>("/v1/profiles", HOUR);
  const profile = value?.items.find(({ type, version }) => `warifu:${type}:${version}` === vct);
  return (claim) => profile?.labels?.[claim]?.[language.value] ?? claim;
}
