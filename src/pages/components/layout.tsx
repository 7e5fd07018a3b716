/** The frame of every page: a way past the header, what page this is, the language, the content, the footer. */
import type { ComponentChildren } from "preact";
import { SHARED } from "../texts/shared.ts";
import { textsIn } from "../texts/language.ts";
import { LanguageSwitch } from "./language-switch.tsx";
import { Mark } from "./mark.tsx";

interface LayoutProps {
  readonly title: string;
  readonly lead?: ComponentChildren;
  /** Links to other pages. */
  readonly nav?: ComponentChildren;
  /** Stands beside the content where there is room, else before it. */
  readonly side?: ComponentChildren;
  readonly footer?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A whole page. Its title is also the document's. */
export function Layout({ title, lead, nav, side, footer, children }: LayoutProps) {
  const { skipToContent, about } = textsIn(SHARED);
  document.title = `${title} · Warifu`;
  return (
    <>
      <a class="skip" href="#content">
        {skipToContent}
      </a>
      <header class="masthead">
        <div class="masthead-inner">
          <span class="brand">
            <Mark />
            Warifu
          </span>
          {nav !== undefined && <nav>{nav}</nav>}
          <LanguageSwitch />
        </div>
      </header>
      <div class={side === undefined ? "" : "with-side"}>
        {side}
        <main id="content" tabIndex={-1}>
          <div class="opening">
            <h1>{title}</h1>
            {lead !== undefined && <p class="lead">{lead}</p>}
          </div>
          {children}
        </main>
      </div>
      <footer class="colophon">{footer ?? <p>{about}</p>}</footer>
    </>
  );
}

/** A part of a page under a heading of its own. */
export function Section(props: {
  readonly title: string;
  readonly class?: string;
  readonly children: ComponentChildren;
}) {
  return (
    <section class={props.class ?? ""}>
      <h2>{props.title}</h2>
      {props.children}
    </section>
  );
}
