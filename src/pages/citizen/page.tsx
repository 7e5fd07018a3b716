/**
 * The citizens' app: what people see in their city, told to it, followed until it is solved. It begins without a network, shows
 * nothing that it has not asked the service for, and keeps on the phone only what its owner has written and not sent yet.
 */
import { effect } from "@preact/signals";
import { render, type JSX } from "preact";
import { place, startRouter } from "../app/router.ts";
import { language, startLanguage } from "../texts/language.ts";
import { AboutView } from "./about.tsx";
import { watchPlace } from "./app-layout.tsx";
import { lookUpCity } from "./city.ts";
import { ComposeView } from "./compose.tsx";
import { JoinView } from "./join.tsx";
import { MineView } from "./mine.tsx";
import { watchNetwork } from "./network.ts";
import { noted, noteDown } from "./noted.ts";
import { install } from "./own-scripts.ts";
import { Missing, PostView } from "./post.tsx";
import { startPhone } from "./queue/phone.ts";
import { startSending } from "./queue/sending.ts";
import { lookAtRoom } from "./queue/storage.ts";
import { ResultsView } from "./results.tsx";
import { lookUpSession } from "./session.ts";
import { startInvitations, ThemeJoinView } from "./theme-join.tsx";
import { ThemesView, ThemeView } from "./themes.tsx";
import { TimelineView } from "./timeline.tsx";

const VIEWS: Readonly<Record<string, () => JSX.Element>> = {
  "/app": () => <TimelineView />,
  "/app/themes": () => <ThemesView />,
  "/app/new": () => <ComposeView />,
  "/app/mine": () => <MineView />,
  "/app/about": () => <AboutView />,
  "/app/join": () => <JoinView />,
};

const POST = /^\/app\/posts\/([0-9a-f-]{36})$/;
const THEME = /^\/app\/themes\/([a-z][a-z0-9-]{0,63})(\/(results|join))?$/;

function App() {
  const { path } = place.value;
  const [, id] = POST.exec(path) ?? [];
  if (id !== undefined) return <PostView key={id} id={id} />;
  const [, theme, , part] = THEME.exec(path) ?? [];
  if (theme === undefined) return VIEWS[path]?.() ?? <Missing />;
  if (part === "results") return <ResultsView key={theme} code={theme} />;
  return part === "join" ? <ThemeJoinView key={theme} code={theme} /> : <ThemeView key={theme} code={theme} />;
}

const LANGUAGE = "language";

/** An installed app has no address bar: what was chosen once is chosen until something else is. */
function startOwnLanguage(): void {
  const chosen = noted<string>(LANGUAGE);
  startLanguage(location.href, [...(chosen === undefined ? [] : [chosen]), ...navigator.languages]);
  effect(() => {
    noteDown(LANGUAGE, language.value);
  });
}

startInvitations();
startRouter([/^\/app(\/(themes|new|mine|about|join))?$/, POST, THEME]);
startOwnLanguage();
watchNetwork();
watchPlace();
startPhone();
render(<App />, document.body);
install();
void lookUpCity();
void lookAtRoom();
void lookUpSession();
startSending();
