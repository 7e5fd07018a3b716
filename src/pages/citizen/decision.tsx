/** What was decided about a post of the reader's own, by whom, under which rule and why, and what can be done against that. */
import { useSignal } from "@preact/signals";
import { Button } from "../components/button.tsx";
import { TextField } from "../components/field.tsx";
import { Form } from "../components/form.tsx";
import { Notice } from "../components/notice.tsx";
import { textsIn } from "../texts/language.ts";
import type { Moderation, Rule } from "./answers.ts";
import { send } from "./api.ts";
import { said } from "./city.ts";
import { FailureNotice } from "./failure-notice.tsx";
import { MINE } from "./texts/mine.ts";
import { useAnswer, useSending } from "./use-answer.ts";

interface DecisionProps {
  /** Of the post. */
  readonly id: string;
  readonly moderation: Moderation;
  /** Code of the city that decided, where it is another one. */
  readonly city?: string;
}

export function Decision({ id, moderation, city }: DecisionProps) {
  const { moderation: texts } = textsIn(MINE);
  const rules = useAnswer<{ readonly rules: readonly Rule[] }>("/v1/moderation/rules").value?.rules ?? [];
  const { visibility, rule, automatic, reason, appealable, appealed, outcome } = moderation;
  const name = said(rules.find(({ code }) => code === rule)?.labels) || rule;
  const isShown = visibility === "shown";
  const was = isShown ? texts.shown : texts[visibility];
  return (
    <Notice kind={isShown ? "info" : "warning"} title={was}>
      <p>{isShown ? texts.wasAway : automatic === true ? texts.automatic : texts.human}</p>
      {name !== undefined && <p>{texts.rule(name)}</p>}
      <Reason text={reason} />
      {outcome && (
        <>
          <p>{texts.outcome[outcome.decision]}</p>
          <Reason text={outcome.reason} />
        </>
      )}
      {appealed === true && <p>{texts.appealed}</p>}
      {appealable === true && appealed !== true && <AppealForm id={id} city={city} />}
    </Notice>
  );
}

/** The statement of reasons. */
function Reason({ text }: { readonly text: string | undefined }) {
  const { moderation } = textsIn(MINE);
  if (text === undefined) return null;
  return (
    <>
      <p>{moderation.reason}</p>
      <blockquote class="reasons said">{text}</blockquote>
    </>
  );
}

function AppealForm({ id, city }: Pick<DecisionProps, "id"> & { readonly city: string | undefined }) {
  const { moderation: texts } = textsIn(MINE);
  const text = useSignal("");
  const sending = useSending<unknown>();
  const { isBusy, failure } = sending.state.value;
  const submit = (): void => {
    const words = text.peek().trim();
    const appeal = { text: words, ...(city !== undefined && { city }) };
    if (words !== "") void sending.run(() => send("POST", `/v1/posts/${id}/appeal`, appeal));
  };
  return (
    <Form onSend={submit}>
      <TextField
        label={texts.appeal}
        hint={texts.appealHint}
        rows={3}
        value={text.value}
        onInput={(words) => (text.value = words)}
      />
      <FailureNotice failure={failure} />
      <Button isDisabled={isBusy}>{texts.sendAppeal}</Button>
    </Form>
  );
}
