/** What people have posted, the newest first. */
import { useSignal } from "@preact/signals";
import { addressOf, goTo, place } from "../app/router.ts";
import { Button } from "../components/button.tsx";
import { ChoiceField } from "../components/field.tsx";
import { textsIn } from "../texts/language.ts";
import { AppLayout } from "./app-layout.tsx";
import { categoryName, city, cityName, said } from "./city.ts";
import { FailureNotice } from "./failure-notice.tsx";
import { PostCard } from "./post-card.tsx";
import { FRAME } from "./texts/frame.ts";
import { POSTS } from "./texts/posts.ts";
import { usePosts } from "./use-posts.ts";
import { useThemes } from "./use-themes.ts";

export function TimelineView() {
  const { title, lead, none, noneHere } = textsIn(POSTS);
  const { query } = place.value;
  const chosen = { category: query.get("category") ?? "", theme: query.get("theme") ?? "" };
  const isAll = Object.values(chosen).every((value) => value === "");
  return (
    <AppLayout title={title} lead={city.value && lead(cityName())}>
      <Filter chosen={chosen} />
      <PostList query={chosen} ifNone={isAll ? none : noneHere} key={JSON.stringify(chosen)} />
    </AppLayout>
  );
}

interface PostListProps {
  readonly query: Readonly<Record<string, string>>;
  /** What is said if no post fits. */
  readonly ifNone: string;
}

/** Posts that fit, page by page. */
export function PostList({ query, ifNone }: PostListProps) {
  const { loading, more } = textsIn(FRAME);
  const { posts, failure, next, isBusy, goOn } = usePosts(query);
  return (
    <>
      <FailureNotice failure={failure} />
      {posts === undefined && failure === undefined && <p class="quiet">{loading}</p>}
      {posts?.length === 0 && <p class="nothing">{ifNone}</p>}
      <div class="posts">
        {posts?.map((post) => (
          <PostCard key={post.id} post={post} />
        ))}
      </div>
      {next !== undefined && (
        <p class="onward">
          <Button isDisabled={isBusy} onPress={goOn}>
            {more}
          </Button>
        </p>
      )}
    </>
  );
}

function Filter({ chosen }: { readonly chosen: { readonly category: string; readonly theme: string } }) {
  const texts = textsIn(POSTS);
  const themes = useThemes().value?.themes ?? [];
  const isOpen = useSignal(chosen.category !== "" || chosen.theme !== "");
  const choose = (part: Partial<typeof chosen>): void => {
    goTo(addressOf("/app", { ...chosen, ...part }));
  };
  return (
    <details class="filter" open={isOpen.value} onToggle={({ currentTarget }) => (isOpen.value = currentTarget.open)}>
      <summary>{texts.filter}</summary>
      <div class="fields">
        <ChoiceField
          label={texts.category}
          value={chosen.category}
          choices={[
            { value: "", name: texts.allCategories },
            ...(city.value?.categories ?? []).map(({ code }) => ({ value: code, name: categoryName(code) })),
          ]}
          onChoose={(category) => {
            choose({ category });
          }}
        />
        <ChoiceField
          label={texts.theme}
          value={chosen.theme}
          choices={[
            { value: "", name: texts.allThemes },
            ...themes.map(({ theme, titles }) => ({ value: theme, name: said(titles) })),
          ]}
          onChoose={(theme) => {
            choose({ theme });
          }}
        />
      </div>
    </details>
  );
}
