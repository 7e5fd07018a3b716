/** One's own posts: what is on this phone only, what the city has, and what one follows. */
import { addressOf } from "../app/router.ts";
import { Section } from "../components/layout.tsx";
import { Notice } from "../components/notice.tsx";
import { dayInWords } from "../texts/formats.ts";
import { language, textsIn } from "../texts/language.ts";
import type { Post } from "./answers.ts";
import { AppLayout } from "./app-layout.tsx";
import { FailureNotice } from "./failure-notice.tsx";
import { OnPhone } from "./on-phone.tsx";
import { OwnPost } from "./own-post.tsx";
import { PostCard } from "./post-card.tsx";
import { phone } from "./queue/phone.ts";
import { whoIsHere } from "./session.ts";
import { FRAME } from "./texts/frame.ts";
import { MINE } from "./texts/mine.ts";
import { useAnswer } from "./use-answer.ts";

interface Posts {
  readonly posts: readonly Post[];
}

export function MineView() {
  const texts = textsIn(MINE);
  const citizen = whoIsHere();
  const mine = useAnswer<Posts>(citizen && "/v1/citizens/me/posts");
  const followed = useAnswer<Posts>(citizen && "/v1/citizens/me/followed");
  return (
    <AppLayout title={texts.title} lead={texts.lead}>
      <Section title={texts.onPhone}>
        <OnPhone />
      </Section>
      <h2 class="list-title">{texts.atCity}</h2>
      {citizen ? <AtCity posts={mine.value?.posts} failure={mine.failure} /> : <SignInFirst />}
      <Receipts except={mine.value?.posts ?? []} />
      {citizen && <Followed posts={followed.value?.posts} />}
    </AppLayout>
  );
}

function SignInFirst() {
  const { signIn } = textsIn(MINE);
  return (
    <Notice kind="info">
      <p>{signIn}</p>
      <p>
        <a href={addressOf("/app/join", { back: "/app/mine" })}>{textsIn(FRAME).signIn}</a>
      </p>
    </Notice>
  );
}

interface AtCityProps {
  readonly posts: readonly Post[] | undefined;
  readonly failure: Parameters<typeof FailureNotice>[0]["failure"];
}

function AtCity({ posts, failure }: AtCityProps) {
  const { none } = textsIn(MINE);
  const { loading } = textsIn(FRAME);
  return (
    <>
      <FailureNotice failure={failure} />
      {!posts && !failure && <p class="quiet">{loading}</p>}
      {posts?.length === 0 && <p class="nothing">{none}</p>}
      <div class="posts">
        {posts?.map((post) => (
          <OwnPost key={post.id} post={post} />
        ))}
      </div>
    </>
  );
}

const SHOWN = 20;

/** Of what was sent from here, as far as the list above does not have it: such as without a network. */
function Receipts({ except }: { readonly except: readonly Post[] }) {
  const texts = textsIn(MINE);
  const sent = phone.value.sent.filter(({ id }) => !except.some((post) => post.id === id)).slice(0, SHOWN);
  if (sent.length === 0) return null;
  return (
    <Section title={texts.receipts}>
      <p class="quiet">{texts.receiptsText}</p>
      <ul class="plain-list">
        {sent.map(({ key, id, sentAt }) => (
          <li key={key}>
            <a href={`/receipts/${id}?lang=${language.value}`}>{texts.receiptOf(dayInWords(sentAt / 1_000))}</a>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Followed({ posts }: { readonly posts: readonly Post[] | undefined }) {
  const { followed, nothingFollowed } = textsIn(MINE);
  return (
    <>
      <h2 class="list-title">{followed}</h2>
      {posts?.length === 0 && <p class="nothing">{nothingFollowed}</p>}
      <div class="posts">
        {posts?.map((post) => (
          <PostCard key={post.id} post={post} />
        ))}
      </div>
    </>
  );
}
