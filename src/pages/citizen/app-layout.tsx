/** The frame of each view: the tabs, at the bottom where the thumb is on a phone, and what there is to know about the network. */
import { effect } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { addressOf, place } from "../app/router.ts";
import { Layout } from "../components/layout.tsx";
import { Notice } from "../components/notice.tsx";
import { numberInWords } from "../texts/formats.ts";
import { textsIn } from "../texts/language.ts";
import { city, said } from "./city.ts";
import { isOnline } from "./network.ts";
import { phone } from "./queue/phone.ts";
import { FRAME } from "./texts/frame.ts";

/** Whether the reader has gone on since the page was loaded. */
let hasGoneOn = false;

/** Notices from now on whether the reader goes on. */
export function watchPlace(): void {
  const first = place.peek();
  effect(() => {
    hasGoneOn ||= place.value !== first;
  });
}

/** Reading goes on where the next view begins: what had the focus is gone with the one before. */
function useFocusHere(): void {
  useEffect(() => {
    if (hasGoneOn && document.activeElement === document.body)
      document.getElementById("content")?.focus({ preventScroll: true });
  }, []);
}

interface AppLayoutProps {
  readonly title: string;
  readonly lead?: ComponentChildren;
  readonly children: ComponentChildren;
}

export function AppLayout({ title, lead, children }: AppLayoutProps) {
  const { footer, offline } = textsIn(FRAME);
  useFocusHere();
  const controller = city.value?.controller.name ?? said(city.value?.names);
  return (
    <div class="app">
      <Layout title={title} lead={lead} nav={<Tabs />} footer={<p>{controller !== "" && footer(controller)}</p>}>
        {!isOnline.value && <Notice kind="warning">{offline}</Notice>}
        {children}
      </Layout>
    </div>
  );
}

type Tab = "timeline" | "themes" | "compose" | "mine" | "about";

const TABS: readonly (readonly [Tab, string, RegExp])[] = [
  ["timeline", "/app", /^\/app(\/posts\/.*)?$/],
  ["themes", "/app/themes", /^\/app\/themes/],
  ["compose", "/app/new", /^\/app\/new$/],
  ["mine", "/app/mine", /^\/app\/mine$/],
  ["about", "/app/about", /^\/app\/(about|join)$/],
];

/** Drawn with lines of two units on a square of 24. */
const SIGNS: Readonly<Record<Tab, string>> = {
  timeline: "M4 6h16M4 12h16M4 18h10",
  themes: "M12 20s-7-4.6-7-9.4A3.8 3.8 0 0 1 12 8a3.8 3.8 0 0 1 7 2.6C19 15.4 12 20 12 20z",
  compose: "M12 5v14M5 12h14",
  mine: "M8 4h8v17l-4-3-4 3zM8 9h8",
  about: "M12 3l7 3v5c0 5-3 8-7 10-4-2-7-5-7-10V6z",
};

function Tabs() {
  const { nav, short } = textsIn(FRAME);
  const { path } = place.value;
  const waiting = phone.value.posts.length;
  return (
    <>
      {TABS.map(([tab, address, here]) => (
        <a key={tab} class="tab" href={addressOf(address)} aria-current={here.test(path) ? "page" : undefined}>
          <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
            <path d={SIGNS[tab]} />
          </svg>
          <span class="tab-short">{short[tab]}</span>
          <span class="tab-long">{nav[tab]}</span>
          {tab === "mine" && waiting > 0 && <span class="tab-count">{numberInWords(waiting)}</span>}
        </a>
      ))}
    </>
  );
}
