/** Something that the reader must know. An error is said aloud at once, everything else when there is time. */
import type { ComponentChildren } from "preact";

interface NoticeProps {
  readonly kind: "info" | "warning" | "error";
  readonly title?: string;
  readonly children: ComponentChildren;
}

export function Notice({ kind, title, children }: NoticeProps) {
  return (
    <div class={`notice notice-${kind}`} role={kind === "error" ? "alert" : "status"}>
      {title !== undefined && <p class="notice-title">{title}</p>}
      {children}
    </div>
  );
}
