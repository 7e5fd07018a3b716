/** Something that can be done, under a heading that opens it: what is not being done takes no room. */
import type { ComponentChildren } from "preact";

export function Act({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <details class="act">
      <summary>{title}</summary>
      <div class="act-inside">{children}</div>
    </details>
  );
}
