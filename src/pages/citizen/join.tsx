/** Where somebody signs in, joins, or comes back with a recovery code. */
import { useSignal, type Signal } from "@preact/signals";
import { goTo, place } from "../app/router.ts";
import { Button } from "../components/button.tsx";
import { Section } from "../components/layout.tsx";
import { Notice } from "../components/notice.tsx";
import { textsIn } from "../texts/language.ts";
import type { Citizen, ConsentReceipt } from "./answers.ts";
import { AppLayout } from "./app-layout.tsx";
import { FailureNotice } from "./failure-notice.tsx";
import { JoinForm } from "./join-form.tsx";
import { hasPasskeys, showPasskey, type Outcome } from "./passkey.ts";
import { RecoverForm } from "./recover-form.tsx";
import { RecoveryCode } from "./recovery-code.tsx";
import { sendWaiting } from "./queue/sending.ts";
import { signedIn } from "./session.ts";
import { ABOUT } from "./texts/about.ts";

/** What is handed out once, to whoever has just come in. */
export interface HandedOut {
  readonly citizen: Citizen;
  readonly recoveryCode: string;
  readonly receipts: readonly ConsentReceipt[];
}

export function JoinView() {
  const texts = textsIn(ABOUT);
  const handed = useSignal<HandedOut | undefined>(undefined);
  if (handed.value) return <Welcome {...handed.value} />;
  return (
    <AppLayout title={texts.joinTitle} lead={texts.joinLead}>
      {hasPasskeys() ? <Ways handed={handed} /> : <Notice kind="warning">{texts.notSupported}</Notice>}
    </AppLayout>
  );
}

function Ways({ handed }: { readonly handed: Signal<HandedOut | undefined> }) {
  const texts = textsIn(ABOUT);
  const onIn = (value: HandedOut): void => {
    handed.value = value;
    signedIn(value.citizen);
  };
  return (
    <>
      <Section title={texts.signInTitle}>
        <SignIn />
      </Section>
      <Section title={texts.joinPart}>
        <JoinForm onIn={onIn} />
      </Section>
      <Section title={texts.recoverTitle}>
        <RecoverForm onIn={onIn} />
      </Section>
    </>
  );
}

function SignIn() {
  const texts = textsIn(ABOUT);
  const outcome = useSignal<Outcome<unknown> | "waiting" | undefined>(undefined);
  const signIn = async (): Promise<void> => {
    outcome.value = "waiting";
    const came = await showPasskey<{ readonly citizen: Citizen }>("/v1/citizens/session");
    outcome.value = came;
    if (came.state === "done") comeIn(came.value.citizen);
  };
  return (
    <>
      <OutcomeNotice outcome={outcome.value} refused={texts.refused} />
      <p>
        <Button kind="main" isDisabled={outcome.value === "waiting"} onPress={() => void signIn()}>
          {texts.signIn}
        </Button>
      </p>
    </>
  );
}

/** Goes on where whoever came here was before; only to a view of this app. */
function comeIn(citizen: Citizen): void {
  signedIn(citizen);
  void sendWaiting({ isByHand: true });
  const back = place.peek().query.get("back") ?? "";
  goTo(/^\/app(\/|$|\?)/.test(back) ? back : "/app/mine");
}

function Welcome({ citizen, recoveryCode, receipts }: HandedOut) {
  const texts = textsIn(ABOUT);
  return (
    <AppLayout title={texts.welcome(citizen.pseudonym)}>
      <Section title={texts.code}>
        <RecoveryCode code={recoveryCode} receipts={receipts} />
        <p class="buttons">
          <Button
            kind="main"
            onPress={() => {
              comeIn(citizen);
            }}
          >
            {texts.codeKept}
          </Button>
        </p>
      </Section>
    </AppLayout>
  );
}

interface OutcomeNoticeProps {
  readonly outcome: Outcome<unknown> | "waiting" | undefined;
  /** What is said where the service does not take what the device gave. */
  readonly refused: string;
}

/** What became of asking the device. */
export function OutcomeNotice({ outcome, refused }: OutcomeNoticeProps) {
  const { waiting, givenUp } = textsIn(ABOUT);
  if (outcome === "waiting") return <Notice kind="info">{waiting}</Notice>;
  if (outcome?.state === "given-up") return <Notice kind="warning">{givenUp}</Notice>;
  if (outcome?.state !== "failed") return null;
  if (outcome.failure.status === 401) return <Notice kind="error">{refused}</Notice>;
  return <FailureNotice failure={outcome.failure} />;
}
