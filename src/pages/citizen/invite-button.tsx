/** A link to a theme for those who are invited, and the same as a code to be scanned from this phone. */
import { useSignal } from "@preact/signals";
import { qrCodeOf } from "../../receipt/qr-code.ts";
import { Button } from "../components/button.tsx";
import { Code } from "../components/code.tsx";
import { Dialog } from "../components/dialog.tsx";
import { QrCode } from "../components/qr-code.tsx";
import { textsIn } from "../texts/language.ts";
import { send } from "./api.ts";
import { FailureNotice } from "./failure-notice.tsx";
import { THEMES } from "./texts/themes.ts";
import { useSending } from "./use-answer.ts";

/** How long an invitation counts, and for how many. */
const TERMS = { days: 14, uses: 30 };

export function InviteButton({ code }: { readonly code: string }) {
  const { invite, inviteText } = textsIn(THEMES);
  const isOpen = useSignal(false);
  const sending = useSending<{ readonly link: string }>({ isQuiet: true });
  const { done, failure } = sending.state.value;
  const open = (): void => {
    isOpen.value = true;
    void sending.run(() => send("POST", `/v1/themes/${code}/invitations`, TERMS));
  };
  const address = done && `${location.origin}${done.link}`;
  return (
    <>
      <Button onPress={open}>{invite}</Button>
      <Dialog title={invite} isOpen={isOpen.value} onClose={() => (isOpen.value = false)}>
        <p>{inviteText}</p>
        <FailureNotice failure={failure} />
        {address !== undefined && (
          <>
            <QrCode {...qrCodeOf(address)} label={address} />
            <p>
              <Code value={address} canCopy />
            </p>
          </>
        )}
      </Dialog>
    </>
  );
}
