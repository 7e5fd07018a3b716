/** In which state a source is, in a word. */
import { textsIn } from "../texts/language.ts";
import type { Source } from "./api-sources.ts";
import { SOURCES } from "./texts/sources.ts";

export function SourceState({ source: { suspended, registeredAt, keys } }: { readonly source: Source }) {
  const texts = textsIn(SOURCES);
  if (suspended) return <span class="state state-orphaned">{texts.suspended}</span>;
  if (registeredAt === null) return <span class="state">{texts.unregistered}</span>;
  const hasKey = keys.some(({ endedAt }) => endedAt === null);
  return <span class="state state-included">{hasKey ? texts.signing : texts.registered}</span>;
}
