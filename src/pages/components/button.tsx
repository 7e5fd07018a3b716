/** Buttons. One on a page is the main one. */
import type { ComponentChildren } from "preact";

interface ButtonProps {
  readonly kind?: "main" | "plain";
  readonly isDisabled?: boolean;
  readonly onPress: () => void;
  readonly children: ComponentChildren;
}

export function Button({ kind = "plain", isDisabled = false, onPress, children }: ButtonProps) {
  return (
    <button type="button" class={`button button-${kind}`} disabled={isDisabled} onClick={onPress}>
      {children}
    </button>
  );
}
