/** Who sits at the desk, what that allows, and until when. */
import { Button } from "../components/button.tsx";
import { Code } from "../components/code.tsx";
import { Facts, type Fact } from "../components/facts.tsx";
import { Section } from "../components/layout.tsx";
import { Time } from "../components/time.tsx";
import { textsIn } from "../texts/language.ts";
import { DeskLayout } from "./desk-layout.tsx";
import { OwnPasskeys } from "./own-passkeys.tsx";
import { sessionState, signOut } from "./session.ts";
import { FRAME } from "./texts/frame.ts";
import { HOME } from "./texts/home.ts";

export function AccountView() {
  const texts = textsIn(HOME);
  const { roles, signOut: signOutWord } = textsIn(FRAME);
  const { value } = sessionState;
  if (value.state !== "here") return <></>;
  const { officer, signedInAt, until } = value.session;
  const { sources } = officer.scope ?? {};
  const facts: Fact[] = [
    [texts.name, officer.name],
    [texts.role, `${roles[officer.role]}: ${texts.roleText[officer.role]}`],
    [texts.scope, sources ? sources.join(", ") : texts.allSources],
    [texts.id, <Code value={officer.id} />],
    [texts.since, <Time at={secondsOf(signedInAt)} />],
    [texts.until, <Time at={secondsOf(until)} />],
  ];
  return (
    <DeskLayout title={texts.account} lead={texts.accountLead}>
      <Section title={officer.name}>
        <Facts facts={facts} />
        <p class="onward">
          <Button onPress={() => void signOut()}>{signOutWord}</Button>
        </p>
      </Section>
      <OwnPasskeys />
    </DeskLayout>
  );
}

const secondsOf = (time: string | number): number => (typeof time === "number" ? time : Date.parse(time) / 1_000);
