/**
 * Asks whoever is signed in to show once more who they are, with a passkey or the recovery code, before anything that
 * cannot be undone or lets somebody in for good. Whoever found the phone unlocked, or stole the cookie, has neither.
 */
import { useSignal, type Signal } from "@preact/signals";
import { Button } from "../components/button.tsx";
import { Dialog } from "../components/dialog.tsx";
import { TextField } from "../components/field.tsx";
import { Form } from "../components/form.tsx";
import { Notice } from "../components/notice.tsx";
import { SHARED } from "../texts/shared.ts";
import { textsIn } from "../texts/language.ts";
import { send } from "./api.ts";
import { OutcomeNotice } from "./join.tsx";
import { showPasskey, type Outcome } from "./passkey.ts";
import { ABOUT } from "./texts/about.ts";

/** A question that is open. */
type Answered = (proof: string | undefined) => void;
type Proof = { readonly proof: string };

/** Asks for a proof; its dialog has to be shown. */
export interface Proving {
  readonly open: Signal<Answered | undefined>;
  /** @returns the proof, to be used once; nothing when it was called off */
  ask(): Promise<string | undefined>;
}

const PATH = "/v1/citizens/me/proof";
const FORBIDDEN = 403;

export function useProving(): Proving {
  const open = useSignal<Answered | undefined>(undefined);
  return {
    open,
    ask: () =>
      new Promise((resolve) => {
        open.value = (proof) => {
          open.value = undefined;
          resolve(proof);
        };
      }),
  };
}

export function ProofDialog({ proving: { open } }: { readonly proving: Proving }) {
  const { proofTitle } = textsIn(ABOUT);
  return (
    <Dialog title={proofTitle} isOpen={open.value !== undefined} onClose={() => open.peek()?.(undefined)} hasOwnClose>
      {open.value && <Question onAnswer={open.value} />}
    </Dialog>
  );
}

function Question({ onAnswer }: { readonly onAnswer: Answered }) {
  const texts = textsIn(ABOUT);
  const code = useSignal("");
  const outcome = useSignal<Outcome<Proof> | "waiting" | undefined>(undefined);
  const show = async (asking: () => Promise<Outcome<Proof>>): Promise<void> => {
    if (outcome.peek() === "waiting") return;
    outcome.value = "waiting";
    const came = await asking();
    outcome.value = came;
    if (came.state === "done") onAnswer(came.value.proof);
  };
  const isBusy = outcome.value === "waiting";
  return (
    <>
      <p class="dialog-text">{texts.proofText}</p>
      <ProofOutcome outcome={outcome.value} />
      <p>
        <Button kind="main" isDisabled={isBusy} onPress={() => void show(() => showPasskey(PATH))}>
          {texts.proofPasskey}
        </Button>
      </p>
      <Form onSend={() => void show(() => showCode(code.peek().trim()))}>
        <TextField label={texts.recoverCode} isCode value={code.value} onInput={(typed) => (code.value = typed)} />
        <p class="buttons">
          <Button isDisabled={isBusy || code.value.trim() === ""}>{texts.proofCode}</Button>
          <Button
            onPress={() => {
              onAnswer(undefined);
            }}
          >
            {textsIn(SHARED).cancel}
          </Button>
        </p>
      </Form>
    </>
  );
}

async function showCode(code: string): Promise<Outcome<Proof>> {
  const answer = await send<Proof>("POST", `${PATH}/verify`, { code });
  return "failure" in answer ? { state: "failed", failure: answer.failure } : { state: "done", value: answer.value };
}

function ProofOutcome({ outcome }: { readonly outcome: Outcome<unknown> | "waiting" | undefined }) {
  const { proofRefused } = textsIn(ABOUT);
  const isRefused = typeof outcome === "object" && outcome.state === "failed" && outcome.failure.status === FORBIDDEN;
  if (isRefused) return <Notice kind="error">{proofRefused}</Notice>;
  return <OutcomeNotice outcome={outcome} refused={proofRefused} />;
}
