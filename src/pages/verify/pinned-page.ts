/**
 * The page with a policy inside: somebody who has compared a policy once keeps both as one file, which asks for none. What
 * the page may do is fixed by the hash of its script, so the policy is data and can be nothing else.
 */
import { formatPolicy, type Policy } from "../../core/policy.ts";

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
  const address = URL.createObjectURL(new Blob([pageWith(pristine, policy)], { type: "text/html" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = "warifu-verify.html";
  link.click();
  URL.revokeObjectURL(address);
}

/** In JSON, a `<` only stands in strings, where it can be written otherwise: nothing in a policy ends the element. */
export function pageWith(page: string, policy: Policy): string {
  const text = formatPolicy(policy).replaceAll("<", "\\u003c");
  return page.replace(PLACE, (_all, begin: string, end: string) => `${begin}${text}${end}`);
}
