/** What came of a theme: the cities side by side, what they share and where they differ. */
import { addressOf } from "../app/router.ts";
import { Section } from "../components/layout.tsx";
import { Meter } from "../components/meter.tsx";
import { Notice } from "../components/notice.tsx";
import { numberInWords } from "../texts/formats.ts";
import { language, textsIn } from "../texts/language.ts";
import type { CityResults, Theme, ThemeResults } from "./answers.ts";
import { AppLayout } from "./app-layout.tsx";
import { categoryName, cityName, said } from "./city.ts";
import { FailureNotice } from "./failure-notice.tsx";
import { Missing } from "./post.tsx";
import { FRAME } from "./texts/frame.ts";
import { THEMES } from "./texts/themes.ts";
import { questionOf } from "./themes.tsx";
import { useAnswer } from "./use-answer.ts";

const SHOWN = 12;

export function ResultsView({ code }: { readonly code: string }) {
  const { results } = textsIn(THEMES);
  const { loading } = textsIn(FRAME);
  const theme = useAnswer<Theme>(`/v1/themes/${code}`);
  const came = useAnswer<ThemeResults>(`/v1/themes/${code}/results?language=${language.value}`);
  const failure = theme.failure ?? came.failure;
  if (failure?.status === 404) return <Missing />;
  if (!theme.value || !came.value)
    return (
      <AppLayout title={results}>
        {failure ? <FailureNotice failure={failure} /> : <p class="quiet">{loading}</p>}
      </AppLayout>
    );
  return <ResultsPage theme={theme.value} results={came.value} />;
}

function ResultsPage({ theme, results }: { readonly theme: Theme; readonly results: ThemeResults }) {
  const texts = textsIn(THEMES);
  const { cities, shared, partial = false } = results;
  return (
    <AppLayout title={texts.resultsTitle(said(theme.titles))} lead={texts.resultsLead}>
      {questionOf(theme) !== undefined && <p class="question">{questionOf(theme)}</p>}
      <div class="cities-beside">
        {cities.map((one) => (
          <CityColumn key={one.city} results={one} shared={shared} />
        ))}
      </div>
      <Section title={texts.sharedWords}>
        {shared.length === 0 ? <p class="quiet">{texts.noShared}</p> : <Words words={shared} />}
      </Section>
      {cities.some(({ suppressed }) => suppressed) && <Notice kind="info">{texts.suppressed}</Notice>}
      {partial && <p class="quiet">{texts.partial}</p>}
      <p>
        <a href={addressOf(`/app/themes/${theme.theme}`)}>{texts.toTheme}</a>
      </p>
    </AppLayout>
  );
}

function CityColumn({ results, shared }: { readonly results: CityResults; readonly shared: readonly string[] }) {
  const texts = textsIn(THEMES);
  const { city, posts, words, categories, untranslated = 0 } = results;
  const own = words.map(({ word }) => word).filter((word) => !shared.includes(word));
  return (
    <Section title={cityName(city)}>
      <p class="figure-value">{texts.postsOf(posts)}</p>
      <h3>{texts.words}</h3>
      {words.length === 0 ? (
        <p class="quiet">{texts.noWords}</p>
      ) : (
        <Bars items={words.slice(0, SHOWN).map(({ word, count }) => ({ name: word, count }))} />
      )}
      {untranslated > 0 && <p class="quiet">{texts.untranslated(untranslated)}</p>}
      {categories.length > 0 && (
        <>
          <h3>{texts.categories}</h3>
          <Bars items={categories.map(({ category, count }) => ({ name: categoryName(category), count }))} />
        </>
      )}
      {own.length > 0 && (
        <>
          <h3>{texts.onlyHere}</h3>
          <Words words={own.slice(0, SHOWN)} />
        </>
      )}
    </Section>
  );
}

function Bars({ items }: { readonly items: readonly { readonly name: string; readonly count: number }[] }) {
  const most = Math.max(1, ...items.map(({ count }) => count));
  return (
    <ul class="bars">
      {items.map(({ name, count }) => (
        <li key={name}>
          <span>{name}</span>
          <Meter share={count / most}>{numberInWords(count)}</Meter>
        </li>
      ))}
    </ul>
  );
}

function Words({ words }: { readonly words: readonly string[] }) {
  return (
    <ul class="word-list">
      {words.map((word) => (
        <li key={word}>{word}</li>
      ))}
    </ul>
  );
}
