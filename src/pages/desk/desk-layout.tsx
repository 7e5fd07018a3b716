/** The frame of each view of the desk: the menu beside it, and who sits here. */
import type { ComponentChildren } from "preact";
import { addressOf, place } from "../app/router.ts";
import { Button } from "../components/button.tsx";
import { Layout } from "../components/layout.tsx";
import { SideMenu } from "../components/side-menu.tsx";
import { textsIn } from "../texts/language.ts";
import { mayAct, sessionState, signOut } from "./session.ts";
import { FRAME } from "./texts/frame.ts";

type View = keyof ReturnType<typeof textsIn<(typeof FRAME)["en"]>>["nav"];

/** Views in groups; those of the second change things, and auditors do not see them. */
const EVERYBODY: readonly View[] = ["/desk", "/desk/requests", "/desk/breaches", "/desk/processing"];
const OFFICERS: readonly View[] = [
  ...(["/desk/moderation", "/desk/persons", "/desk/erase", "/desk/correct"] as const),
  ...(["/desk/grants", "/desk/transfers", "/desk/consents", "/desk/tables"] as const),
];
const OWN: readonly View[] = ["/desk/account"];

interface DeskLayoutProps {
  readonly title: string;
  readonly lead?: ComponentChildren;
  readonly children: ComponentChildren;
}

export function DeskLayout({ title, lead, children }: DeskLayoutProps) {
  return (
    <Layout title={title} lead={lead} side={<DeskMenu />}>
      {children}
    </Layout>
  );
}

function DeskMenu() {
  const { parts, nav, roles, signOut: signOutWord } = textsIn(FRAME);
  const { path } = place.value;
  const item = (view: View) => ({
    href: addressOf(view),
    name: nav[view],
    isCurrent: path === view || (view !== "/desk" && path.startsWith(`${view}/`)),
  });
  const groups = [EVERYBODY, ...(mayAct() ? [OFFICERS] : []), OWN].map((views) => views.map(item));
  const { value } = sessionState;
  return (
    <SideMenu label={parts} groups={groups}>
      {value.state === "here" && (
        <div class="who">
          <p>
            <strong>{value.session.officer.name}</strong>
            <span class="quiet">{roles[value.session.officer.role]}</span>
          </p>
          <Button onPress={() => void signOut()}>{signOutWord}</Button>
        </div>
      )}
    </SideMenu>
  );
}
