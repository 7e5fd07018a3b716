/** A post of the reader's own: its progress, what was decided about it and why, what can be done about that, and deletion. */
import { addressOf } from "../app/router.ts";
import { OutcomeSign } from "../components/badge.tsx";
import { language, textsIn } from "../texts/language.ts";
import type { Post } from "./answers.ts";
import { categoryName } from "./city.ts";
import { Decision } from "./decision.tsx";
import { PostBody } from "./post-card.tsx";
import { MINE } from "./texts/mine.ts";
import { POSTS } from "./texts/posts.ts";
import { RECEIPTS } from "./texts/receipts.ts";
import { WithdrawButton } from "./withdraw-button.tsx";

export function OwnPost({ post }: { readonly post: Post }) {
  const { id, category, moderation } = post;
  return (
    <article class="post" aria-labelledby={`own-${id}`}>
      <h3 id={`own-${id}`}>
        <a href={addressOf(`/app/posts/${id}`)}>{categoryName(category)}</a>
      </h3>
      <Way post={post} />
      <PostBody post={post} isBrief />
      {moderation && <Decision id={id} moderation={moderation} />}
      <OwnDeeds post={post} />
    </article>
  );
}

/** From this phone to the proof. */
function Way({ post: { state } }: { readonly post: Post }) {
  const { steps } = textsIn(MINE);
  const { stateText } = textsIn(POSTS);
  const isProven = state === "proven";
  return (
    <>
      <ol class="way">
        {(["phone", "received", "proven"] as const).map((step) => {
          const isDone = step !== "proven" || isProven;
          return (
            <li key={step} class={isDone ? "way-done" : ""}>
              {isDone ? <OutcomeSign outcome="holds" /> : <span class="step-empty" aria-hidden="true" />}
              {steps[step]}
            </li>
          );
        })}
      </ol>
      <p class="quiet">{stateText[state]}</p>
    </>
  );
}

function OwnDeeds({ post: { id, text = "" } }: { readonly post: Post }) {
  const { open } = textsIn(RECEIPTS);
  return (
    <div class="post-deeds">
      <a class="button button-plain" href={`/receipts/${id}?lang=${language.value}`}>
        {open}
      </a>
      <WithdrawButton id={id} of="post" words={text} />
    </div>
  );
}
