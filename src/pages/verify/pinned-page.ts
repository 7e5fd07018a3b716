/**
 * The page with a policy inside: somebody who has compared a policy once keeps both as one file, which asks for none. What
 * the page may do is fixed by the hash of its script, so the policy is data and can be nothing else.
 */
import { formatPolicy, type Policy } from "../../core/policy.ts";
import { saveAs } from "./saved-file.ts";

const PLACE = /(<script type="application\/json" id="pinned-policy">)[^<]*(<\/script>)/;

/** The document before anything was drawn in it. */
let pristine = "";

/** Keeps the document as it was loaded. To be called before the page is drawn. */
export function keepDocument(): void {
  pristine = `<!doctype html>\n${document.documentElement.outerHTML}\n`;
}

/** The policy that the page was made with; empty if it was made with none. */
export function pinnedPolicy(): string {
  return document.getElementById("pinned-policy")?.textContent.trim() ?? "";
}

/** Saves the page with that policy inside. */
export function savePageWith(policy: Policy): void {
  saveAs("warifu-verify.html", "text/html", pageWith(pristine, policy));
}

/** In JSON, a `<` only stands in strings, where it can be written otherwise: nothing in a policy ends the element. */
export function pageWith(page: string, policy: Policy): string {
  const text = formatPolicy(policy).replaceAll("<", "\\u003c");
  return page.replace(PLACE, (_all, begin: string, end: string) => `${begin}${text}${end}`);
}
