/** Where somebody signs in: with a passkey, or with the city's identity provider if there is one. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { place } from "../app/router.ts";
import { Button } from "../components/button.tsx";
import { Layout } from "../components/layout.tsx";
import { Notice } from "../components/notice.tsx";
import { textsIn } from "../texts/language.ts";
import { ask } from "./api.ts";
import { FailureNotice } from "./failure-notice.tsx";
import { hasPasskeys, signInByPasskey, type Outcome } from "./passkey.ts";
import { lookUpSession } from "./session.ts";
import { SIGN_IN } from "./texts/sign-in.ts";

/** What the service says before anybody is signed in. */
interface Ways {
  /** Where the desk is; null: the settings do not say. */
  readonly origin: string | null;
  /** Whether there is an identity provider. */
  readonly oidc: boolean;
}

const UNAUTHENTICATED = 401;

export function SignIn() {
  const { title, lead } = textsIn(SIGN_IN);
  const ways = useSignal<Ways | undefined>(undefined);
  useEffect(() => {
    void ask<Ways>("/v1/session/ways").then((answer) => {
      if ("value" in answer) ways.value = answer.value;
    });
  }, []);
  return (
    <Layout title={title} lead={lead}>
      {ways.value &&
        (ways.value.origin === location.origin ? <Here ways={ways.value} /> : <Elsewhere {...ways.value} />)}
    </Layout>
  );
}

/** Passkeys and cookies are of one origin: at another one it is of no use to try. */
function Elsewhere({ origin }: Ways) {
  const { elsewhere, notSet } = textsIn(SIGN_IN);
  if (origin === null) return <Notice kind="warning">{notSet}</Notice>;
  return (
    <Notice kind="warning">
      <p>{elsewhere}</p>
      <p>
        <a href={`${origin}/desk`}>{`${origin}/desk`}</a>
      </p>
    </Notice>
  );
}

function Here({ ways }: { readonly ways: Ways }) {
  const texts = textsIn(SIGN_IN);
  const outcome = useSignal<Outcome | "waiting" | undefined>(undefined);
  const signIn = async (): Promise<void> => {
    outcome.value = "waiting";
    outcome.value = await signInByPasskey();
    if (outcome.value.state === "done") await lookUpSession();
  };
  const isWaiting = outcome.value === "waiting";
  const cameBack = place.value.query.get("sign-in") === "refused" && outcome.value === undefined;
  return (
    <div class="sign-in">
      {cameBack && <Refused />}
      <OutcomeNotice outcome={outcome.value} />
      {hasPasskeys() ? (
        <>
          <p>{texts.byPasskeyHint}</p>
          <p>
            <Button kind="main" isDisabled={isWaiting} onPress={() => void signIn()}>
              {texts.byPasskey}
            </Button>
          </p>
        </>
      ) : (
        <Notice kind="warning">{texts.notSupported}</Notice>
      )}
      {ways.oidc && (
        <p>
          <a class="button button-plain" href="/v1/session/oidc">
            {texts.byProvider}
          </a>
        </p>
      )}
      <p class="quiet">{texts.noAccount}</p>
    </div>
  );
}

function Refused() {
  const { refused } = textsIn(SIGN_IN);
  return (
    <Notice kind="error" title={refused.title}>
      <p>{refused.text}</p>
    </Notice>
  );
}

/** What became of asking the device. */
export function OutcomeNotice({ outcome }: { readonly outcome: Outcome | "waiting" | undefined }) {
  const { waiting, givenUp } = textsIn(SIGN_IN);
  if (outcome === "waiting") return <Notice kind="info">{waiting}</Notice>;
  if (outcome?.state === "given-up") return <Notice kind="warning">{givenUp}</Notice>;
  if (outcome?.state !== "failed") return null;
  // Every refusal of a sign-in is alike, and is no end of a session.
  return outcome.failure.status === UNAUTHENTICATED ? <Refused /> : <FailureNotice failure={outcome.failure} />;
}
