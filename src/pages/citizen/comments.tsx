/** What others say about a post. A comment that could not be sent stays in its field, and is the same one when it is sent again. */
import { useSignal } from "@preact/signals";
import { addressOf } from "../app/router.ts";
import { Button } from "../components/button.tsx";
import { TextField } from "../components/field.tsx";
import { Form } from "../components/form.tsx";
import { Notice } from "../components/notice.tsx";
import { language, textsIn } from "../texts/language.ts";
import type { Comment, Post } from "./answers.ts";
import { send } from "./api.ts";
import { FailureNotice } from "./failure-notice.tsx";
import { Whose } from "./post-card.tsx";
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
      {whoIsHere() ? <CommentForm post={post} /> : <a href={addressOf("/app/join")}>{signIn}</a>}
    </>
  );
}

function CommentView({ comment }: { readonly comment: Comment }) {
  const { id, at, text, language: written } = comment;
  return (
    <li>
      <p class="byline">
        <Whose of={comment} />
        <When at={at} />
      </p>
      <Translatable id={id} text={text} language={written} />
      {comment.mine === true ? <WithdrawButton id={id} of="comment" /> : <ReportButton id={id} />}
    </li>
  );
}

const MOST_LETTERS = 2_000;

function CommentForm({ post }: { readonly post: Post }) {
  const { comment, commentHint, sendComment, commentKept } = textsIn(POSTS);
  const text = useSignal("");
  const key = useSignal<string>(crypto.randomUUID());
  const sending = useSending<unknown>();
  const { isBusy, failure } = sending.state.value;
  const submit = async (): Promise<void> => {
    const words = text.peek().trim();
    if (words === "") return;
    const sent = { key: key.peek(), text: words, language: language.peek() };
    if ((await sending.run(() => send("POST", `/v1/posts/${post.id}/comments`, sent))) === undefined) return;
    text.value = "";
    key.value = crypto.randomUUID();
  };
  return (
    <Form onSend={() => void submit()}>
      <TextField
        label={comment}
        hint={commentHint}
        rows={3}
        value={text.value}
        onInput={(words) => (text.value = words.slice(0, MOST_LETTERS))}
      />
      {failure &&
        (failure.status === 0 ? <Notice kind="warning">{commentKept}</Notice> : <FailureNotice failure={failure} />)}
      <Button isDisabled={isBusy}>{sendComment}</Button>
    </Form>
  );
}
