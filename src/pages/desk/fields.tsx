/** Fields that keep what is entered in a signal, and the end of a form: what the log will say, what failed, and the button. */
import type { Signal } from "@preact/signals";
import { Button } from "../components/button.tsx";
import {
  ChecksField,
  ChoiceField,
  TextField,
  type ChecksFieldProps,
  type ChoiceFieldProps,
  type TextFieldProps,
} from "../components/field.tsx";
import { LogNotice } from "../components/log-notice.tsx";
import { FailureNotice } from "./failure-notice.tsx";
import type { Sending } from "./use-answer.ts";

export function Text({ of, ...rest }: Omit<TextFieldProps, "value" | "onInput"> & { readonly of: Signal<string> }) {
  return <TextField {...rest} value={of.value} onInput={(text) => (of.value = text)} />;
}

export function Choice({
  of,
  ...rest
}: Omit<ChoiceFieldProps, "value" | "onChoose"> & { readonly of: Signal<string> }) {
  return <ChoiceField {...rest} value={of.value} onChoose={(chosen) => (of.value = chosen)} />;
}

export function Checks({
  of,
  ...rest
}: Omit<ChecksFieldProps, "checked" | "onCheck"> & { readonly of: Signal<readonly string[]> }) {
  return <ChecksField {...rest} checked={of.value} onCheck={(checked) => (of.value = checked)} />;
}

interface SubmitProps {
  /** What the log will say, and what the vault keeps. */
  readonly says: readonly string[];
  readonly conceals?: readonly string[];
  readonly sending: Pick<Sending<unknown>, "state">;
  readonly word: string;
  /** Whether what is chosen by itself is there, such as the provision that it rests on. */
  readonly isReady?: boolean;
}

export function Submit({ says, conceals = [], sending, word, isReady = true }: SubmitProps) {
  const { isBusy, failure } = sending.state.value;
  return (
    <>
      <LogNotice says={says} conceals={conceals} />
      <FailureNotice failure={failure} />
      <Button kind="main" isDisabled={isBusy || !isReady}>
        {word}
      </Button>
    </>
  );
}
