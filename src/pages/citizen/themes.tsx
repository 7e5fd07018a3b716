/** The themes that there are, and one of them. */
import { addressOf, goTo } from "../app/router.ts";
import { Button } from "../components/button.tsx";
import { Section } from "../components/layout.tsx";
import { dayInWords } from "../texts/formats.ts";
import { textsIn } from "../texts/language.ts";
import { secondsOf, type Theme } from "./answers.ts";
import { send } from "./api.ts";
import { AppLayout } from "./app-layout.tsx";
import { said } from "./city.ts";
import { FailureNotice } from "./failure-notice.tsx";
import { Missing } from "./post.tsx";
import { FRAME } from "./texts/frame.ts";
import { InviteButton } from "./invite-button.tsx";
import { POSTS } from "./texts/posts.ts";
import { THEMES } from "./texts/themes.ts";
import { PostList } from "./timeline.tsx";
import { useAnswer, useSending } from "./use-answer.ts";
import { useThemes } from "./use-themes.ts";

export function ThemesView() {
  const { title, lead, none } = textsIn(THEMES);
  const { loading } = textsIn(FRAME);
  const { value, failure } = useThemes();
  return (
    <AppLayout title={title} lead={lead}>
      <FailureNotice failure={failure} />
      {!value && !failure && <p class="quiet">{loading}</p>}
      {value?.themes.length === 0 && <p class="nothing">{none}</p>}
      <div class="posts">
        {value?.themes.map((theme) => (
          <ThemeCard key={theme.theme} theme={theme} />
        ))}
      </div>
    </AppLayout>
  );
}

function ThemeCard({ theme }: { readonly theme: Theme }) {
  const { answer, results } = textsIn(THEMES);
  const address = `/app/themes/${theme.theme}`;
  return (
    <article class="post theme" aria-labelledby={`theme-${theme.theme}`}>
      <h2 id={`theme-${theme.theme}`}>
        <a href={addressOf(address)}>{said(theme.titles)}</a>
      </h2>
      {questionOf(theme) !== undefined && <p class="question">{questionOf(theme)}</p>}
      <ThemeFacts theme={theme} />
      <p class="post-deeds">
        {mayPost(theme) && (
          <a class="button button-main" href={addressOf("/app/new", { theme: theme.theme })}>
            {answer}
          </a>
        )}
        <a class="button button-plain" href={addressOf(`${address}/results`)}>
          {results}
        </a>
      </p>
    </article>
  );
}

/** What a theme asks, unless its title does. */
export function questionOf({ question, titles }: Theme): string | undefined {
  const asked = said(question);
  return asked === "" || asked === said(titles) ? undefined : asked;
}

/** Who asks, who may take part, and until when. */
function ThemeFacts({ theme }: { readonly theme: Theme }) {
  const texts = textsIn(THEMES);
  const { owner, visibility, scope, until } = theme;
  const end = until === undefined ? undefined : secondsOf(until);
  return (
    <p class="byline">
      {owner !== "" && <span>{texts.by(owner)}</span>}
      <span>{visibility === "members" ? texts.members : texts.open}</span>
      <span>{texts[scope]}</span>
      {end !== undefined && (
        <span>{hasEnded(theme) ? texts.ended(dayInWords(end)) : texts.until(dayInWords(end))}</span>
      )}
    </p>
  );
}

function hasEnded({ until }: Theme): boolean {
  return until !== undefined && secondsOf(until) < Date.now() / 1_000;
}

/** Whether whoever looks may post on it now. */
export function mayPost(theme: Theme): boolean {
  const hasBegun = theme.from === undefined || secondsOf(theme.from) <= Date.now() / 1_000;
  return hasBegun && !hasEnded(theme) && (theme.visibility === "open" || theme.member === true);
}

export function ThemeView({ code }: { readonly code: string }) {
  const { title } = textsIn(THEMES);
  const { loading } = textsIn(FRAME);
  const { value: theme, failure } = useAnswer<Theme>(`/v1/themes/${code}`);
  if (failure?.status === 404) return <Missing />;
  if (!theme)
    return (
      <AppLayout title={title}>
        {failure ? <FailureNotice failure={failure} /> : <p class="quiet">{loading}</p>}
      </AppLayout>
    );
  return <ThemePage theme={theme} />;
}

function ThemePage({ theme }: { readonly theme: Theme }) {
  const texts = textsIn(THEMES);
  const { theme: code, titles, texts: about, notices } = theme;
  return (
    <AppLayout title={said(titles)} lead={questionOf(theme)}>
      <section aria-label={said(titles)}>
        <ThemeFacts theme={theme} />
        <p class="said">{said(about)}</p>
        <ThemeDeeds theme={theme} />
      </section>
      <Section title={texts.notice}>
        <p class="said">{said(notices)}</p>
        <p>{texts.faces}</p>
      </Section>
      <h2 class="list-title">{texts.posts}</h2>
      <PostList query={{ theme: code }} ifNone={textsIn(POSTS).none} />
    </AppLayout>
  );
}

function ThemeDeeds({ theme }: { readonly theme: Theme }) {
  const texts = textsIn(THEMES);
  const sending = useSending<unknown>();
  const leave = async (): Promise<void> => {
    await sending.run(() => send("DELETE", `/v1/themes/${theme.theme}/members`));
    if ("done" in sending.state.peek()) goTo(addressOf("/app/themes"));
  };
  return (
    <>
      <div class="buttons">
        {mayPost(theme) && (
          <a class="button button-main" href={addressOf("/app/new", { theme: theme.theme })}>
            {texts.answer}
          </a>
        )}
        <a class="button button-plain" href={addressOf(`/app/themes/${theme.theme}/results`)}>
          {texts.results}
        </a>
        {theme.mine === true && <InviteButton code={theme.theme} />}
        {theme.visibility === "members" && theme.member === true && (
          <Button isDisabled={sending.state.value.isBusy} onPress={() => void leave()}>
            {texts.leave}
          </Button>
        )}
      </div>
      <FailureNotice failure={sending.state.value.failure} />
    </>
  );
}
