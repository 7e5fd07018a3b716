/** A dialog over the page: the browser's own, which keeps the focus inside and gives it back. */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { textsIn } from "../texts/language.ts";
import { SHARED } from "../texts/shared.ts";
import { Button } from "./button.tsx";

interface DialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  /** Whether what is inside has a button that closes it. */
  readonly hasOwnClose?: boolean;
  readonly children: ComponentChildren;
}

export function Dialog({ title, isOpen, onClose, hasOwnClose = false, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isOpen]);
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby={heading} onClose={onClose}>
      <h2 id={heading}>{title}</h2>
      {children}
      {!hasOwnClose && <Button onPress={onClose}>{textsIn(SHARED).close}</Button>}
    </dialog>
  );
}
