/**
 * The officer's desk: what an officer does for the people whom records are about. It shows nothing to anybody who has not
 * signed in, and asks the API like every other program.
 */
import type { JSX } from "preact";
import { place, startRouter } from "../app/router.ts";
import { Layout } from "../components/layout.tsx";
import { mount } from "../components/mount.tsx";
import { Notice } from "../components/notice.tsx";
import { textsIn } from "../texts/language.ts";
import { AccountView } from "./account.tsx";
import { BreachRoute } from "./breach.tsx";
import { BreachesView } from "./breaches.tsx";
import { ConsentsView } from "./consents.tsx";
import { CorrectView } from "./correct.tsx";
import { DeskLayout } from "./desk-layout.tsx";
import { EraseView } from "./erase.tsx";
import { GrantsView } from "./grants.tsx";
import { HomeView } from "./home.tsx";
import { Join } from "./join.tsx";
import { ModeratedRoute } from "./moderated.tsx";
import { ModerationView } from "./moderation.tsx";
import { PersonsView } from "./persons.tsx";
import { ProcessingView } from "./processing.tsx";
import { RequestRoute } from "./request.tsx";
import { RequestsView } from "./requests.tsx";
import { lookUpSession, sessionState } from "./session.ts";
import { SignIn } from "./sign-in.tsx";
import { TablesView } from "./tables.tsx";
import { FRAME } from "./texts/frame.ts";
import { TransfersView } from "./transfers.tsx";

const VIEWS: Readonly<Record<string, () => JSX.Element>> = {
  "/desk": () => <HomeView />,
  "/desk/moderation": () => <ModerationView />,
  "/desk/requests": () => <RequestsView />,
  "/desk/persons": () => <PersonsView />,
  "/desk/grants": () => <GrantsView />,
  "/desk/consents": () => <ConsentsView />,
  "/desk/transfers": () => <TransfersView />,
  "/desk/erase": () => <EraseView />,
  "/desk/correct": () => <CorrectView />,
  "/desk/tables": () => <TablesView />,
  "/desk/breaches": () => <BreachesView />,
  "/desk/processing": () => <ProcessingView />,
  "/desk/account": () => <AccountView />,
};

/** The view of a path, if there is one. */
function viewAt(path: string): JSX.Element | undefined {
  const [, kind, id] = /^\/desk\/(requests|breaches|moderation)\/([0-9a-f-]{36})$/.exec(path) ?? [];
  if (id !== undefined && kind === "requests") return <RequestRoute key={id} id={id} />;
  if (id !== undefined && kind === "breaches") return <BreachRoute key={id} id={id} />;
  if (id !== undefined) return <ModeratedRoute key={id} id={id} />;
  return VIEWS[path]?.();
}

function Desk() {
  const { path } = place.value;
  const { desk, loading, unreachable, notFound } = textsIn(FRAME);
  if (path === "/desk/join") return <Join />;
  switch (sessionState.value.state) {
    case "unknown":
      return (
        <Layout title={desk}>
          <p class="quiet">{loading}</p>
        </Layout>
      );
    case "unreachable":
      return (
        <Layout title={desk}>
          <Notice kind="warning">{unreachable}</Notice>
        </Layout>
      );
    case "none":
      return <SignIn />;
    case "here":
      return viewAt(path) ?? <DeskLayout title={notFound}>{null}</DeskLayout>;
  }
}

startRouter([
  /^\/desk(\/(moderation|requests|persons|grants|consents|transfers|erase|correct|breaches|tables|processing|account))?$/,
  /^\/desk\/(moderation|requests|breaches)\/[0-9a-f-]{36}$/,
]);
mount(Desk);
void lookUpSession();
