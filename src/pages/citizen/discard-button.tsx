/** Throws away what is on this phone only, after it was asked again. */
import { useSignal } from "@preact/signals";
import { Button } from "../components/button.tsx";
import { Dialog } from "../components/dialog.tsx";
import { textsIn } from "../texts/language.ts";
import { SHARED } from "../texts/shared.ts";
import { forgetPost } from "./queue/kept.ts";
import { noteKept } from "./queue/phone.ts";
import { COMPOSE } from "./texts/compose.ts";

interface DiscardButtonProps {
  readonly postKey: string;
  readonly onGone?: () => void;
}

export function DiscardButton({ postKey, onGone }: DiscardButtonProps) {
  const texts = textsIn(COMPOSE);
  const { cancel } = textsIn(SHARED);
  const isOpen = useSignal(false);
  const close = (): void => {
    isOpen.value = false;
  };
  const discard = async (): Promise<void> => {
    close();
    await forgetPost(postKey);
    noteKept();
    onGone?.();
  };
  return (
    <>
      <Button onPress={() => (isOpen.value = true)}>{texts.discard}</Button>
      <Dialog title={texts.discardTitle} isOpen={isOpen.value} onClose={close} hasOwnClose>
        <p>{texts.discardText}</p>
        <p class="buttons">
          <Button kind="danger" onPress={() => void discard()}>
            {texts.discard}
          </Button>
          <Button onPress={close}>{cancel}</Button>
        </p>
      </Dialog>
    </>
  );
}
