/**
 * Where somebody who was invited makes a passkey. The token stands after `#` in the address, which no browser sends to a
 * server; it is taken out of the address at once, so that nobody reads it over a shoulder or in the history.
 */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { addressOf, goTo } from "../app/router.ts";
import { Button } from "../components/button.tsx";
import { Layout } from "../components/layout.tsx";
import { Notice } from "../components/notice.tsx";
import { textsIn } from "../texts/language.ts";
import { send, type Failure } from "./api.ts";
import { FailureNotice } from "./failure-notice.tsx";
import { hasPasskeys, join, type Invited, type Outcome } from "./passkey.ts";
import { lookUpSession } from "./session.ts";
import { OutcomeNotice } from "./sign-in.tsx";
import { FRAME } from "./texts/frame.ts";
import { SIGN_IN } from "./texts/sign-in.ts";

const UNAUTHENTICATED = 401;

/** Of this document: it outlives the address, from which it is removed. */
let token = "";

function takeToken(): string {
  if (location.hash.length > 1) {
    token = location.hash.slice(1);
    history.replaceState(null, "", `${location.pathname}${location.search}`);
  }
  return token;
}

/** What the service says of the invitation. */
type Look = { readonly invited: Invited } | { readonly failure: Failure } | undefined;

async function lookUp(): Promise<Look> {
  const answer = await send<Invited>("/v1/session/join/options", { token });
  return "value" in answer ? { invited: answer.value } : answer;
}

export function Join() {
  const texts = textsIn(SIGN_IN);
  const look = useSignal<Look>(undefined);
  useEffect(() => {
    if (takeToken() !== "") void lookUp().then((found) => (look.value = found));
  }, []);
  return (
    <Layout title={texts.join.title} lead={texts.join.lead}>
      <div class="sign-in">
        {takeToken() === "" && <Notice kind="warning">{texts.join.noToken}</Notice>}
        {look.value && "failure" in look.value && <NoInvitation failure={look.value.failure} />}
        {look.value && "invited" in look.value && <Make invited={look.value.invited} />}
      </div>
    </Layout>
  );
}

function NoInvitation({ failure }: { readonly failure: Failure }) {
  if (failure.status !== UNAUTHENTICATED) return <FailureNotice failure={failure} />;
  return <Notice kind="error">{textsIn(SIGN_IN).join.refused}</Notice>;
}

function Make({ invited }: { readonly invited: Invited }) {
  const { join: texts, notSupported } = textsIn(SIGN_IN);
  const { roles } = textsIn(FRAME);
  const outcome = useSignal<Outcome | "waiting" | undefined>(undefined);
  const asked = useSignal(invited);
  const make = async (): Promise<void> => {
    outcome.value = "waiting";
    outcome.value = await join(asked.value);
    if (outcome.value.state === "done") {
      token = "";
      await lookUpSession();
      goTo(addressOf("/desk"));
      return;
    }
    // What was asked of the device counts once, and for a few minutes.
    const again = await lookUp();
    if (again && "invited" in again) asked.value = again.invited;
  };
  const { name, role } = invited.officer;
  return (
    <>
      <OutcomeNotice outcome={outcome.value} />
      <p>
        <strong>{texts.invited(name, roles[role])}</strong>
      </p>
      {hasPasskeys() ? (
        <>
          <p>{texts.hint}</p>
          <p>
            <Button kind="main" isDisabled={outcome.value === "waiting"} onPress={() => void make()}>
              {texts.make}
            </Button>
          </p>
        </>
      ) : (
        <Notice kind="warning">{notSupported}</Notice>
      )}
    </>
  );
}
