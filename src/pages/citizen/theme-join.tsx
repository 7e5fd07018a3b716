/** Where somebody who was invited to a theme takes part. The token stands after `#`, which no browser sends to anybody. */
import { signal } from "@preact/signals";
import { addressOf } from "../app/router.ts";
import { Button } from "../components/button.tsx";
import { Notice } from "../components/notice.tsx";
import { textsIn } from "../texts/language.ts";
import { send } from "./api.ts";
import { AppLayout } from "./app-layout.tsx";
import { FailureNotice } from "./failure-notice.tsx";
import { whoIsHere } from "./session.ts";
import { FRAME } from "./texts/frame.ts";
import { THEMES } from "./texts/themes.ts";
import { useSending } from "./use-answer.ts";

/** Taken out of the address when the app begins, so that it is in no history and is not passed on by mistake. */
const token = signal<string | undefined>(undefined);

/** Takes a token out of the address from now on, at once and whenever somebody opens another link. */
export function startInvitations(): void {
  takeInvitation();
  addEventListener("hashchange", takeInvitation);
}

function takeInvitation(): void {
  if (!/^\/app\/themes\/[^/]+\/join$/.test(location.pathname) || location.hash.length < 2) return;
  token.value = location.hash.slice(1);
  history.replaceState(history.state, "", `${location.pathname}${location.search}`);
}

export function ThemeJoinView({ code }: { readonly code: string }) {
  const texts = textsIn(THEMES);
  const { signIn } = textsIn(FRAME);
  const sending = useSending<unknown>();
  const { isBusy, failure } = sending.state.value;
  const isJoined = "done" in sending.state.value;
  const join = (): void => {
    void sending.run(() => send("POST", `/v1/themes/${code}/members`, { token: token.peek() }));
  };
  const isRefused = failure?.status === 403 || failure?.status === 404 || failure?.status === 400;
  return (
    <AppLayout title={texts.joinTitle} lead={texts.joinLead}>
      {token.value === undefined && <Notice kind="warning">{texts.noToken}</Notice>}
      {isRefused ? <Notice kind="error">{texts.joinRefused}</Notice> : <FailureNotice failure={failure} />}
      {isJoined && (
        <Notice kind="info">
          <p>{texts.joined}</p>
          <p>
            <a href={addressOf(`/app/themes/${code}`)}>{texts.toTheme}</a>
          </p>
        </Notice>
      )}
      {!whoIsHere() && (
        <Notice kind="info">
          <p>{texts.joinFirst}</p>
          <p>
            <a href={addressOf("/app/join", { back: `/app/themes/${code}/join` })}>{signIn}</a>
          </p>
        </Notice>
      )}
      {whoIsHere() && token.value !== undefined && !isJoined && (
        <p>
          <Button kind="main" isDisabled={isBusy} onPress={join}>
            {texts.join}
          </Button>
        </p>
      )}
    </AppLayout>
  );
}
