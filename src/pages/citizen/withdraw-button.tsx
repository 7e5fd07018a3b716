/** Takes back what one has written, after a second question: it cannot be undone. */
import { useSignal } from "@preact/signals";
import { Button } from "../components/button.tsx";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";
import { textsIn } from "../texts/language.ts";
import { send } from "./api.ts";
import { FailureNotice } from "./failure-notice.tsx";
import { MINE } from "./texts/mine.ts";
import { useSending } from "./use-answer.ts";

interface WithdrawButtonProps {
  /** Of the post or the comment. */
  readonly id: string;
  readonly of: "post" | "comment";
  /** What it says, by which its author knows it. */
  readonly words: string;
}

const SHOWN = 120;

export function WithdrawButton({ id, of, words }: WithdrawButtonProps) {
  const { withdraw, withdrawing } = textsIn(MINE);
  const { title, text } = withdrawing[of];
  const isAsked = useSignal(false);
  const sending = useSending<unknown>();
  const { isBusy, failure } = sending.state.value;
  return (
    <>
      <Button isDisabled={isBusy} onPress={() => (isAsked.value = true)}>
        {withdraw}
      </Button>
      <FailureNotice failure={failure} />
      <ConfirmDialog
        {...{ title, ids: [], word: withdraw, isOpen: isAsked.value }}
        onConfirm={() => void sending.run(() => send("POST", `/v1/posts/${id}/withdraw`))}
        onClose={() => (isAsked.value = false)}
      >
        {words !== "" && (
          <blockquote class="reasons said">{words.length > SHOWN ? `${words.slice(0, SHOWN)}…` : words}</blockquote>
        )}
        <p>{text}</p>
      </ConfirmDialog>
    </>
  );
}
