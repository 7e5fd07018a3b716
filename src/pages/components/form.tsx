/** A form that a script sends: Enter sends it too, and nothing leaves the page by itself. */
import type { ComponentChildren } from "preact";

interface FormProps {
  readonly onSend: () => void;
  readonly children: ComponentChildren;
}

export function Form({ onSend, children }: FormProps) {
  return (
    <form
      class="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSend();
      }}
    >
      {children}
    </form>
  );
}
