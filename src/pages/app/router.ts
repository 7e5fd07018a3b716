/**
 * Which view is shown, by the address: the History API and nothing else. A link to a view is an ordinary link, so it can be
 * copied, opened beside, or followed where no script runs.
 */
import { signal } from "@preact/signals";

/** Where the reader is: the path without its ending slash, and what is asked for. */
export interface Place {
  readonly path: string;
  readonly query: URLSearchParams;
}

const placeOf = ({ pathname, search }: Pick<Location, "pathname" | "search">): Place => ({
  path: pathname === "/" ? "/" : pathname.replace(/\/$/, ""),
  query: new URLSearchParams(search),
});

/** Where the reader is. Views that read it are drawn again when it changes. */
export const place = signal<Place>({ path: "/", query: new URLSearchParams() });

/** An address of a view; it keeps the language if the present one names one. */
export function addressOf(path: string, query: Readonly<Record<string, string>> = {}): string {
  const lang = place.value.query.get("lang");
  const given = Object.entries({ ...query, ...(lang !== null && { lang }) }).filter(([, value]) => value !== "");
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`;
}

/** Goes to a view; the reader starts at its top. */
export function goTo(address: string): void {
  history.pushState(null, "", address);
  place.value = placeOf(location);
  scrollTo(0, 0);
  document.getElementById("content")?.focus({ preventScroll: true });
}

/**
 * Takes the present address, and follows links and the browser's own buttons from now on.
 * @param views paths of the views of this page; other links load another one
 */
export function startRouter(views: readonly RegExp[]): void {
  place.value = placeOf(location);
  addEventListener("popstate", () => (place.value = placeOf(location)));
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!link || link.origin !== location.origin || link.download !== "" || link.hash !== "") return;
    if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!views.some((view) => view.test(link.pathname))) return;
    event.preventDefault();
    goTo(link.href);
  });
}
