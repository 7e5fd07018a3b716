/**
 * Asks again before something that cannot be undone, and names what it is about. For what cannot be undone at all, the end of
 * the id is to be typed: a second press on the same place is no second thought.
 */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { textsIn } from "../texts/language.ts";
import { SHARED } from "../texts/shared.ts";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { TextField } from "./field.tsx";
import { Form } from "./form.tsx";

interface ConfirmDialogProps {
  readonly title: string;
  /** What it is about; none where whoever is asked knows no ids, and sees it in their own words. */
  readonly ids: readonly string[];
  /** What the button says that does it. */
  readonly word: string;
  /** Whether the end of the first id is to be typed. */
  readonly isTyped?: boolean;
  readonly isOpen: boolean;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  /** What will happen. */
  readonly children: ComponentChildren;
}

const TYPED = 6;
const SHOWN = 5;

export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, isOpen, onClose } = props;
  return (
    <Dialog title={title} isOpen={isOpen} onClose={onClose} hasOwnClose>
      {isOpen && <Question {...props} />}
    </Dialog>
  );
}

function Question({ ids, word, isTyped = false, onConfirm, onClose, children }: ConfirmDialogProps) {
  const { typeId, typeIdWrong, andMore, cancel } = textsIn(SHARED);
  const [typed, isWrong] = [useSignal(""), useSignal(false)];
  const end = (ids[0] ?? "").slice(-TYPED);
  const confirm = (): void => {
    isWrong.value = isTyped && typed.value.trim().toLowerCase() !== end;
    if (isWrong.value) return;
    onClose();
    onConfirm();
  };
  return (
    <Form onSend={confirm}>
      {ids.length > 0 && (
        <ul class="ids">
          {ids.slice(0, SHOWN).map((id) => (
            <li key={id}>
              <code>{id}</code>
            </li>
          ))}
          {ids.length > SHOWN && <li>{andMore(ids.length - SHOWN)}</li>}
        </ul>
      )}
      <div class="dialog-text">{children}</div>
      {isTyped && (
        <TextField
          label={typeId(TYPED)}
          value={typed.value}
          error={isWrong.value ? typeIdWrong : undefined}
          onInput={(text) => (typed.value = text)}
          isCode
        />
      )}
      <p class="buttons">
        <Button kind={isTyped ? "danger" : "main"}>{word}</Button>
        <Button onPress={onClose}>{cancel}</Button>
      </p>
    </Form>
  );
}
