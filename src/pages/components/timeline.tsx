/** What happened one after another, each thing with its time. */
import type { ComponentChildren } from "preact";
import { Time } from "./time.tsx";

/** Something that happened; without a time where nobody knows it. */
export interface TimelineEvent {
  readonly what: string;
  /** POSIX seconds. */
  readonly at?: number;
  readonly detail?: ComponentChildren;
}

export function Timeline({ events }: { readonly events: readonly TimelineEvent[] }) {
  return (
    <ol class="timeline">
      {events.map(({ what, at, detail }, place) => (
        <li key={place}>
          <h3>{what}</h3>
          {at !== undefined && <Time at={at} />}
          {detail !== undefined && <div class="quiet">{detail}</div>}
        </li>
      ))}
    </ol>
  );
}
