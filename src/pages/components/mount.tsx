/** Puts a page into its document. */
import { render, type ComponentType } from "preact";
import { startLanguage } from "../texts/language.ts";

/** Draws the page, in the language that its address or the browser asks for. */
export function mount(Page: ComponentType): void {
  startLanguage(location.href, navigator.languages);
  render(<Page />, document.body);
}
