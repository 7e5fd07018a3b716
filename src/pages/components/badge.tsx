/** A verdict in one word, with a sign of its own: colour alone says nothing to some readers. */
import { textsIn } from "../texts/language.ts";
import { SHARED } from "../texts/shared.ts";

/** How something ended. */
export type Outcome = "holds" | "refuted" | "undecided" | "unchecked";

const SIGNS: Readonly<Record<Outcome, string>> = {
  holds: "M4.5 10.5l3.5 3.5 7.5-8",
  refuted: "M5.5 5.5l9 9M14.5 5.5l-9 9",
  undecided: "M7 7.5a3 3 0 1 1 4.5 2.6c-1 .6-1.5 1.1-1.5 2.2M10 15.2v.1",
  unchecked: "M5 10h10",
};

/** The sign alone; whoever uses it says the same in words. */
export function OutcomeSign({ outcome }: { readonly outcome: Outcome }) {
  return (
    <svg class={`sign sign-${outcome}`} viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
      <circle cx="10" cy="10" r="9" />
      <path d={SIGNS[outcome]} />
    </svg>
  );
}

/** Sign and word. */
export function VerdictBadge({ outcome }: { readonly outcome: Outcome }) {
  return (
    <span class={`badge badge-${outcome}`}>
      <OutcomeSign outcome={outcome} />
      {textsIn(SHARED).outcome[outcome]}
    </span>
  );
}
