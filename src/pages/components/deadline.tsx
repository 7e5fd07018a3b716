/** How much time is left until something is due: as a bar and in words. */
import { spanInWords } from "../texts/formats.ts";
import { textsIn } from "../texts/language.ts";
import { SHARED } from "../texts/shared.ts";
import { Time } from "./time.tsx";

interface DeadlineProps {
  /** POSIX seconds, like all times here. */
  readonly from: number;
  readonly due: number;
  /** When it was met, or given up; absent while it runs. */
  readonly ended?: { readonly isLate: boolean } | undefined;
}

const SOON_SHARE = 0.75;

/** How it stands. */
function standing({ from, due, ended }: DeadlineProps, now = Date.now() / 1_000) {
  if (ended) return ended.isLate ? "late" : "met";
  if (now > due) return "overdue";
  return (now - from) / Math.max(1, due - from) >= SOON_SHARE ? "soon" : "runs";
}

export function Deadline(props: DeadlineProps) {
  const { from, due } = props;
  const { dueIn, overdueFor, inTime, late, dueAt } = textsIn(SHARED);
  const now = Date.now() / 1_000;
  const state = standing(props, now);
  const words = {
    met: inTime,
    late,
    overdue: overdueFor(spanInWords(now - due)),
    soon: dueIn(spanInWords(due - now)),
    runs: dueIn(spanInWords(due - now)),
  };
  const share = props.ended ? 1 : Math.min(1, Math.max(0, (now - from) / Math.max(1, due - from)));
  return (
    <div class={`deadline deadline-${state}`}>
      <span class="deadline-words">{words[state]}</span>
      <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        <rect class="deadline-whole" width="100" height="6" rx="1" />
        <rect class="deadline-gone" width={Math.max(2, share * 100)} height="6" rx="1" />
      </svg>
      <span class="quiet">
        {dueAt} <Time at={due} />
      </span>
    </div>
  );
}
