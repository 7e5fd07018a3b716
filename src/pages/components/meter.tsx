/** A share as a bar, beside the words that say it. */
import type { ComponentChildren } from "preact";

interface MeterProps {
  /** 0 to 1. */
  readonly share: number;
  readonly children: ComponentChildren;
}

export function Meter({ share, children }: MeterProps) {
  const width = Math.max(0, Math.min(1, share)) * 100;
  return (
    <span class="meter">
      <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        <rect class="meter-all" width="100" height="8" />
        <rect class="meter-share" width={width} height="8" />
      </svg>
      <span>{children}</span>
    </span>
  );
}
