/** How a post of the reader's own stands in the other cities that have it: each decides for its own people. */
import { Section } from "../components/layout.tsx";
import { textsIn } from "../texts/language.ts";
import type { Elsewhere } from "./answers.ts";
import { cityName } from "./city.ts";
import { Decision } from "./decision.tsx";
import { MINE } from "./texts/mine.ts";
import { useAnswer } from "./use-answer.ts";

/** Nothing where no other city has it. */
export function ElsewherePart({ id }: { readonly id: string }) {
  const { elsewhere } = textsIn(MINE);
  const cities = useAnswer<Elsewhere>(`/v1/posts/${id}/elsewhere`).value?.cities ?? [];
  if (cities.length === 0) return null;
  return (
    <Section title={elsewhere.title}>
      <p class="quiet">{elsewhere.text}</p>
      {cities.map(({ city, isReached, moderation }) => (
        <div key={city} class="elsewhere">
          <h3>{cityName(city)}</h3>
          {!isReached && <p>{elsewhere.unreachable}</p>}
          {isReached && !moderation && <p>{elsewhere.shown}</p>}
          {moderation && <Decision id={id} moderation={moderation} city={city} />}
        </div>
      ))}
    </Section>
  );
}
