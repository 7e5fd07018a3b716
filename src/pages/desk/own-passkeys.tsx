/** The devices with which somebody signs in: listed, added, removed. Whoever signs in with a provider has none here. */
import { useSignal } from "@preact/signals";
import { Button } from "../components/button.tsx";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";
import { Section } from "../components/layout.tsx";
import { Notice } from "../components/notice.tsx";
import { Table } from "../components/table.tsx";
import { Time } from "../components/time.tsx";
import { textsIn } from "../texts/language.ts";
import { remove } from "./api.ts";
import { FailureNotice } from "./failure-notice.tsx";
import { addPasskey, hasPasskeys, type Outcome } from "./passkey.ts";
import { OutcomeNotice } from "./sign-in.tsx";
import { PASSKEYS } from "./texts/passkeys.ts";
import { useAnswer, useSending } from "./use-answer.ts";

/** A passkey, as `/v1/session/passkeys` lists it. */
interface OwnPasskey {
  readonly id: string;
  readonly at: string;
  readonly lastUsed?: string;
}

export function OwnPasskeys() {
  const texts = textsIn(PASSKEYS);
  const { value, failure } = useAnswer<{ readonly passkeys: readonly OwnPasskey[] }>("/v1/session/passkeys");
  const { passkeys } = value ?? {};
  if (passkeys?.length === 0) return null;
  return (
    <Section title={texts.title}>
      <p>{texts.lead}</p>
      <FailureNotice failure={failure} />
      {passkeys && <List passkeys={passkeys} />}
      {hasPasskeys() && <Add />}
    </Section>
  );
}

function List({ passkeys }: { readonly passkeys: readonly OwnPasskey[] }) {
  const texts = textsIn(PASSKEYS);
  const isOnly = passkeys.length === 1;
  return (
    <>
      <Table
        caption={texts.caption}
        rows={passkeys}
        keyOf={({ id }) => id}
        columns={[
          { title: texts.made, cell: ({ at }) => <Time at={secondsOf(at)} /> },
          {
            title: texts.used,
            cell: ({ lastUsed }) => (lastUsed === undefined ? texts.never : <Time at={secondsOf(lastUsed)} />),
          },
          { title: texts.action, cell: ({ id }) => <Remove id={id} isOnly={isOnly} /> },
        ]}
      />
      {isOnly && <p class="quiet after-facts">{texts.only}</p>}
    </>
  );
}

function Remove({ id, isOnly }: { readonly id: string; readonly isOnly: boolean }) {
  const texts = textsIn(PASSKEYS);
  const isAsking = useSignal(false);
  const sending = useSending<undefined>();
  return (
    <>
      <FailureNotice failure={sending.state.value.failure} />
      <Button isDisabled={isOnly} onPress={() => (isAsking.value = true)}>
        {texts.remove}
      </Button>
      <ConfirmDialog
        title={texts.question}
        ids={[id]}
        word={texts.remove}
        isOpen={isAsking.value}
        onConfirm={() => void sending.run(() => remove(`/v1/session/passkeys/${encodeURIComponent(id)}`))}
        onClose={() => (isAsking.value = false)}
      >
        <p>{texts.consequence}</p>
      </ConfirmDialog>
    </>
  );
}

function Add() {
  const texts = textsIn(PASSKEYS);
  const outcome = useSignal<Outcome | "waiting" | undefined>(undefined);
  const sending = useSending<undefined>();
  const add = async (): Promise<void> => {
    outcome.value = "waiting";
    await sending.run(async () => {
      outcome.value = await addPasskey();
      return { value: undefined };
    });
  };
  const { value } = outcome;
  return (
    <>
      <OutcomeNotice outcome={value} />
      {value !== "waiting" && value?.state === "done" && <Notice kind="info">{texts.added}</Notice>}
      <p class="quiet">{texts.addHint}</p>
      <p class="onward">
        <Button isDisabled={value === "waiting"} onPress={() => void add()}>
          {texts.add}
        </Button>
      </p>
    </>
  );
}

const secondsOf = (time: string): number => Date.parse(time) / 1_000;
