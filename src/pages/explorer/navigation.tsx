/** Links to the views, and what is said where an answer is missing. */
import { Notice } from "../components/notice.tsx";
import { language, textsIn } from "../texts/language.ts";
import type { Failure } from "./api.ts";
import { addressOf, place } from "../app/router.ts";
import { EXPLORER } from "./texts/explorer.ts";

const VIEWS = [
  ["/", "home"],
  ["/records", "records"],
  ["/map", "map"],
  ["/sources", "sources"],
  ["/anchors", "anchors"],
  ["/monitoring", "monitoring"],
  ["/rights", "rights"],
] as const;

export function Navigation() {
  const { nav, research } = textsIn(EXPLORER);
  const { path } = place.value;
  const isAt = (view: string): boolean => path === view || (view !== "/" && path.startsWith(`${view}/`));
  return (
    <>
      {VIEWS.map(([view, name]) => (
        <a key={view} href={addressOf(view)} aria-current={isAt(view) ? "page" : undefined}>
          {nav[name]}
        </a>
      ))}
      <a href={`/verify?lang=${language.value}`}>{nav.verify}</a>
      <a href={`/research?lang=${language.value}`}>{research}</a>
    </>
  );
}

/** Why something is missing; nothing while nothing is. */
export function FailureNotice({ failure }: { readonly failure: Failure | undefined }) {
  const { unreachable, tooMany, other } = textsIn(EXPLORER).failure;
  if (failure === undefined) return null;
  const { status } = failure;
  return <Notice kind="warning">{status === 0 ? unreachable : status === 429 ? tooMany : other(status)}</Notice>;
}
