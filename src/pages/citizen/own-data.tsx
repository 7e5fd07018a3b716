/** A copy of the reader's own data, and the removal of the account with everything in it. */
import { useSignal } from "@preact/signals";
import { Button } from "../components/button.tsx";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";
import { Notice } from "../components/notice.tsx";
import { textsIn } from "../texts/language.ts";
import type { Citizen, Removal } from "./answers.ts";
import { askForFile, send } from "./api.ts";
import { FailureNotice } from "./failure-notice.tsx";
import { ProofDialog, useProving } from "./proof.tsx";
import { forgetEverything } from "./queue/kept.ts";
import { noteKept } from "./queue/phone.ts";
import { saveJson } from "./recovery-code.tsx";
import { saveFile } from "./save-file.ts";
import { sessionEnded } from "./session.ts";
import { ABOUT } from "./texts/about.ts";
import { useSending } from "./use-answer.ts";

export function OwnDataPart({ citizen }: { readonly citizen: Citizen }) {
  const texts = textsIn(ABOUT);
  const copying = useSending<Blob>({ isQuiet: true });
  const { isBusy, failure } = copying.state.value;
  const copy = async (): Promise<void> => {
    const file = await copying.run(() => askForFile("/v1/citizens/me/export"));
    if (file) saveFile(file, "warifu-my-data.json");
  };
  return (
    <>
      <p>{texts.exportText}</p>
      <FailureNotice failure={failure} />
      <p>
        <Button isDisabled={isBusy} onPress={() => void copy()}>
          {texts.export}
        </Button>
      </p>
      <h3>{texts.removeTitle}</h3>
      <Leave citizen={citizen} />
    </>
  );
}

/** What came of leaving; kept until the page is left, since nobody is signed in any more. */
function Leave({ citizen }: { readonly citizen: Citizen }) {
  const texts = textsIn(ABOUT);
  const isAsked = useSignal(false);
  const sending = useSending<Removal>({ isQuiet: true });
  const { isBusy, done, failure } = sending.state.value;
  const proving = useProving();
  const leave = async (): Promise<void> => {
    const proof = await proving.ask();
    if (proof === undefined) return;
    if (!(await sending.run(() => send("DELETE", "/v1/citizens/me", undefined, proof)))) return;
    await forgetEverything().catch(() => undefined);
    noteKept();
  };
  if (done) return <Left removal={done} />;
  return (
    <>
      <p>{texts.removeText}</p>
      <FailureNotice failure={failure} />
      <p>
        <Button kind="danger" isDisabled={isBusy} onPress={() => (isAsked.value = true)}>
          {texts.remove}
        </Button>
      </p>
      <ConfirmDialog
        {...{ title: texts.removeTitle, ids: [citizen.id], word: texts.remove, isTyped: true, isOpen: isAsked.value }}
        onConfirm={() => void leave()}
        onClose={() => (isAsked.value = false)}
      >
        <p>{texts.removeText}</p>
      </ConfirmDialog>
      <ProofDialog proving={proving} />
    </>
  );
}

function Left({ removal }: { readonly removal: Removal }) {
  const texts = textsIn(ABOUT);
  return (
    <Notice kind="info" title={texts.removed}>
      <p>{texts.removedText(removal.erased.length)}</p>
      <p class="buttons">
        <Button
          kind="main"
          onPress={() => {
            saveJson(removal, "warifu-erasure.json");
          }}
        >
          {texts.saveRemoval}
        </Button>
        <Button onPress={sessionEnded}>{texts.signOut}</Button>
      </p>
    </Notice>
  );
}
