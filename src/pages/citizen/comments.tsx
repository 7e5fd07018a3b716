/** What others say about a post, and what somebody says of it: kept on the phone until the service has it. */
import { addressOf } from "../app/router.ts";
import { Button } from "../components/button.tsx";
import { TextField } from "../components/field.tsx";
import { Form } from "../components/form.tsx";
import { Notice } from "../components/notice.tsx";
import { textsIn } from "../texts/language.ts";
import type { Citizen, Comment, Post } from "./answers.ts";
import { FailureNotice } from "./failure-notice.tsx";
import { Whose } from "./post-card.tsx";
import { useCommentDraft } from "./queue/comment-draft.ts";
import { whoIsHere } from "./session.ts";
import { FRAME } from "./texts/frame.ts";
import { POSTS } from "./texts/posts.ts";
import { ReportButton } from "./report.tsx";
import { Translatable } from "./translatable.tsx";
import { useAnswer, useSending } from "./use-answer.ts";
import { When } from "./when.tsx";
import { WithdrawButton } from "./withdraw-button.tsx";

export function Comments({ post }: { readonly post: Post }) {
  const { noComments } = textsIn(POSTS);
  const { signIn } = textsIn(FRAME);
  const citizen = whoIsHere();
  const { value, failure } = useAnswer<{ readonly comments: readonly Comment[] }>(`/v1/posts/${post.id}/comments`);
  return (
    <>
      <FailureNotice failure={failure} />
      {value?.comments.length === 0 && <p class="quiet">{noComments}</p>}
      <ol class="comments">
        {value?.comments.map((comment) => (
          <CommentView key={comment.id} comment={comment} />
        ))}
      </ol>
      {citizen ? (
        <CommentForm key={citizen.id} post={post} citizen={citizen} />
      ) : (
        <a href={addressOf("/app/join")}>{signIn}</a>
      )}
    </>
  );
}

function CommentView({ comment }: { readonly comment: Comment }) {
  const { id, at, text, language: written, translated } = comment;
  return (
    <li>
      <p class="byline">
        <Whose of={comment} />
        <When at={at} />
      </p>
      <Translatable {...{ id, text, language: written, translated }} />
      {comment.mine === true ? <WithdrawButton id={id} of="comment" words={text} /> : <ReportButton id={id} />}
    </li>
  );
}

const MOST_LETTERS = 2_000;

function CommentForm({ post, citizen }: { readonly post: Post; readonly citizen: Citizen }) {
  const { comment, commentHint, sendComment, commentKept } = textsIn(POSTS);
  const draft = useCommentDraft(citizen.id, post.id);
  const sending = useSending<unknown>();
  const { isBusy, failure } = sending.state.value;
  const { text, isTried } = draft.comment.value;
  const isKept = isTried && (failure === undefined || failure.status === 0);
  const submit = async (): Promise<void> => {
    if (draft.comment.peek().text.trim() !== "") await sending.run(draft.send);
  };
  return (
    <Form onSend={() => void submit()}>
      <TextField
        label={comment}
        hint={commentHint}
        rows={3}
        value={text}
        onInput={(words) => {
          draft.write(words.slice(0, MOST_LETTERS));
        }}
      />
      {isKept && !isBusy && <Notice kind="warning">{commentKept}</Notice>}
      {failure?.status !== 0 && <FailureNotice failure={failure} />}
      <Button isDisabled={isBusy}>{sendComment}</Button>
    </Form>
  );
}
