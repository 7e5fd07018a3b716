/** A post on its own page, with what became of it and what others say. */
import { useSignal } from "@preact/signals";
import { addressOf } from "../app/router.ts";
import { Button } from "../components/button.tsx";
import { Section } from "../components/layout.tsx";
import { Notice } from "../components/notice.tsx";
import { Timeline } from "../components/timeline.tsx";
import { textsIn } from "../texts/language.ts";
import { secondsOf, type Post } from "./answers.ts";
import { send, type Failure } from "./api.ts";
import { AppLayout } from "./app-layout.tsx";
import { categoryName } from "./city.ts";
import { Comments } from "./comments.tsx";
import { ElsewherePart } from "./elsewhere.tsx";
import { FailureNotice } from "./failure-notice.tsx";
import { PostBody } from "./post-card.tsx";
import { Receipt } from "./receipt.tsx";
import { ReportParts } from "./report.tsx";
import { whoIsHere } from "./session.ts";
import { SmileButton } from "./smile.tsx";
import { FRAME } from "./texts/frame.ts";
import { POSTS } from "./texts/posts.ts";
import { useAnswer, useSending } from "./use-answer.ts";

export function PostView({ id }: { readonly id: string }) {
  const { loading } = textsIn(FRAME);
  const { post: word } = textsIn(POSTS);
  const { value: post, failure } = useAnswer<Post>(`/v1/posts/${id}`);
  if (failure?.status === 404) return <Missing />;
  if (!post)
    return (
      <AppLayout title={word}>
        {failure ? <FailureNotice failure={failure} /> : <p class="quiet">{loading}</p>}
      </AppLayout>
    );
  return <PostPage post={post} failure={failure} />;
}

/** Said alike of what is gone, of what never was, and of what is not for this reader. */
export function Missing() {
  const { notFound, notFoundText, toTimeline } = textsIn(FRAME);
  return (
    <AppLayout title={notFound} lead={notFoundText}>
      <p>
        <a href={addressOf("/app")}>{toTimeline}</a>
      </p>
    </AppLayout>
  );
}

function PostPage({ post, failure }: { readonly post: Post; readonly failure: Failure | undefined }) {
  const texts = textsIn(POSTS);
  const isHeld = useSignal(false);
  return (
    <AppLayout title={categoryName(post.category)}>
      <FailureNotice failure={failure} />
      <section class="post post-whole" aria-label={texts.post}>
        <PostBody post={isHeld.value ? { ...post, pictures: [] } : post} />
        <Deeds post={post} />
        <p class="quiet">{texts.stateText[post.state]}</p>
      </section>
      <Section title={texts.history}>
        <History post={post} />
      </Section>
      <Section title={texts.commentsTitle}>
        <Comments post={post} />
      </Section>
      <Section title={texts.proof}>
        <Receipt id={post.id} />
      </Section>
      {post.mine === true && <ElsewherePart id={post.id} />}
      {post.mine !== true && (
        <Section title={texts.more}>
          <ReportParts post={post} onHeld={() => (isHeld.value = true)} />
        </Section>
      )}
    </AppLayout>
  );
}

function History({ post: { statusHistory = [] } }: { readonly post: Post }) {
  const { noHistory, status: words } = textsIn(POSTS);
  if (statusHistory.length === 0) return <p class="quiet">{noHistory}</p>;
  const events = statusHistory.map(({ status, at, text }) => ({
    ...{ what: words[status], at: secondsOf(at) },
    ...(text !== undefined && { detail: text }),
  }));
  return <Timeline events={events} />;
}

function Deeds({ post }: { readonly post: Post }) {
  const { follow, unfollow, share, shared } = textsIn(POSTS);
  const sending = useSending<unknown>();
  const isShared = useSignal(false);
  const { isBusy, failure } = sending.state.value;
  const isFollowed = post.followed === true;
  const press = (): void => {
    void sending.run(() => send(isFollowed ? "DELETE" : "PUT", `/v1/posts/${post.id}/follow`));
  };
  return (
    <>
      <p class="post-deeds">
        <SmileButton post={post} />
        {whoIsHere() && (
          <Button isDisabled={isBusy} onPress={press}>
            {isFollowed ? unfollow : follow}
          </Button>
        )}
        <Button onPress={() => void shareLink(post).then((copied) => (isShared.value = copied))}>{share}</Button>
      </p>
      {isShared.value && <Notice kind="info">{shared}</Notice>}
      <FailureNotice failure={failure} />
    </>
  );
}

/** By what the phone shares with, else by the clipboard. @returns whether it was copied */
async function shareLink({ id, category }: Post): Promise<boolean> {
  const url = `${location.origin}/app/posts/${id}`;
  if (typeof navigator.share === "function") {
    await navigator.share({ title: categoryName(category), url }).catch(() => undefined);
    return false;
  }
  return navigator.clipboard.writeText(url).then(
    () => true,
    () => false,
  );
}
