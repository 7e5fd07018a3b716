/** Comments that are on this phone only: begun, or not sent, with the way to send them again. */
import { addressOf } from "../app/router.ts";
import { Button } from "../components/button.tsx";
import { textsIn } from "../texts/language.ts";
import { FailureNotice } from "./failure-notice.tsx";
import { forgetComment, sendComment } from "./queue/comment-draft.ts";
import type { KeptComment } from "./queue/kept.ts";
import { phone } from "./queue/phone.ts";
import { whoIsHere } from "./session.ts";
import { COMPOSE } from "./texts/compose.ts";
import { MINE } from "./texts/mine.ts";
import { useSending } from "./use-answer.ts";

/** Those of whoever is here: another account on the same phone neither sees nor sends them. */
export function ownComments(): readonly KeptComment[] {
  const citizen = whoIsHere()?.id;
  return phone.value.comments.filter((one) => one.citizen === citizen);
}

export function KeptComments() {
  const comments = ownComments();
  if (comments.length === 0) return null;
  return (
    <ul class="kept">
      {comments.map((comment) => (
        <KeptCommentView key={comment.post} comment={comment} />
      ))}
    </ul>
  );
}

function KeptCommentView({ comment }: { readonly comment: KeptComment }) {
  const texts = textsIn(MINE);
  const { discard } = textsIn(COMPOSE);
  const sending = useSending<unknown>();
  const { isBusy, failure } = sending.state.value;
  return (
    <li class="kept-post">
      <div>
        <h3>{texts.comment}</h3>
        <p class="said">{comment.text}</p>
        <p class="state state-phone">{comment.isTried ? texts.commentUnsent : texts.draft}</p>
        <FailureNotice failure={failure} />
        <div class="buttons">
          <Button kind="main" isDisabled={isBusy} onPress={() => void sending.run(() => sendComment(comment))}>
            {comment.isTried ? texts.again : texts.sendNow}
          </Button>
          <a class="button button-plain" href={addressOf(`/app/posts/${comment.post}`)}>
            {texts.toPost}
          </a>
          <Button onPress={() => void forgetComment(comment)}>{discard}</Button>
        </div>
      </div>
    </li>
  );
}
