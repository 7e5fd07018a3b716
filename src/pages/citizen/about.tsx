/** What the app is, the account of whoever uses it, what they agreed to, and what they can ask for. */
import { useEffect } from "preact/hooks";
import { addressOf } from "../app/router.ts";
import { Button } from "../components/button.tsx";
import { Section } from "../components/layout.tsx";
import { language, textsIn } from "../texts/language.ts";
import { AccountPart } from "./account.tsx";
import { AppLayout } from "./app-layout.tsx";
import { city, cityName } from "./city.ts";
import { ConsentsPart } from "./consents.tsx";
import { NoticeText } from "./notice-text.tsx";
import { OwnDataPart } from "./own-data.tsx";
import { askToKeep, lookAtRoom, room } from "./queue/storage.ts";
import { whoIsHere } from "./session.ts";
import { ABOUT } from "./texts/about.ts";
import { FRAME } from "./texts/frame.ts";

export function AboutView() {
  const texts = textsIn(ABOUT);
  const citizen = whoIsHere();
  return (
    <AppLayout title={texts.title} lead={city.value && texts.lead(cityName())}>
      <Section title={texts.account}>{citizen ? <AccountPart citizen={citizen} /> : <SignedOut />}</Section>
      {citizen && (
        <Section title={texts.consents}>
          <ConsentsPart />
        </Section>
      )}
      {citizen && (
        <Section title={texts.data}>
          <OwnDataPart citizen={citizen} />
        </Section>
      )}
      <Section title={texts.storage}>
        <RoomPart />
      </Section>
      <Section title={texts.how}>
        <HowItWorks />
      </Section>
    </AppLayout>
  );
}

function SignedOut() {
  const { signedOut } = textsIn(ABOUT);
  return (
    <>
      <p>{signedOut}</p>
      <p>
        <a class="button button-main" href={addressOf("/app/join", { back: "/app/about" })}>
          {textsIn(FRAME).signIn}
        </a>
      </p>
    </>
  );
}

function RoomPart() {
  const texts = textsIn(ABOUT);
  useEffect(() => void lookAtRoom(), []);
  const { used, quota, isLasting } = room.value;
  return (
    <>
      {used !== undefined && quota !== undefined && <p>{texts.used(sizeInWords(used), sizeInWords(quota))}</p>}
      {isLasting !== undefined && <p>{isLasting ? texts.lasting : texts.notLasting}</p>}
      <p class="quiet">{texts.install}</p>
      {isLasting === false && (
        <p>
          <Button onPress={() => void askToKeep()}>{texts.askToKeep}</Button>
        </p>
      )}
    </>
  );
}

const [MEGA, GIGA] = [1_000_000, 1_000_000_000];

function sizeInWords(bytes: number): string {
  const [unit, size] = bytes < GIGA ? (["megabyte", MEGA] as const) : (["gigabyte", GIGA] as const);
  return new Intl.NumberFormat(language.value, { style: "unit", unit, maximumFractionDigits: 1 }).format(bytes / size);
}

function HowItWorks() {
  const texts = textsIn(ABOUT);
  const { controller } = city.value ?? {};
  return (
    <>
      <ul class="statements">
        {texts.howTexts.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
      <NoticeText />
      {controller && (
        <p>
          {texts.contact}: {controller.name}, {controller.contact}
        </p>
      )}
      <ul class="links">
        <li>
          <a href={`/rights?lang=${language.value}`}>{texts.counts}</a>
        </li>
        <li>
          <a href={`/verify?lang=${language.value}`}>{texts.verify}</a>
        </li>
      </ul>
    </>
  );
}
