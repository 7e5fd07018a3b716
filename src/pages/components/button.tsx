/** Buttons. One on a page is the main one. */
import type { ComponentChildren } from "preact";

interface ButtonProps {
  /** `danger` for what cannot be undone. */
  readonly kind?: "main" | "plain" | "danger";
  readonly isDisabled?: boolean;
  /** Absent for the button that sends its form, which says what happens then. */
  readonly onPress?: () => void;
  readonly children: ComponentChildren;
}

export function Button({ kind = "plain", isDisabled = false, onPress, children }: ButtonProps) {
  return (
    <button
      type={onPress ? "button" : "submit"}
      class={`button button-${kind}`}
      disabled={isDisabled}
      onClick={onPress}
    >
      {children}
    </button>
  );
}
