/** How something is decided about a record: what, under which rule, and why; what the log will say stands beside the button. */
import { useSignal } from "@preact/signals";
import { Form } from "../components/form.tsx";
import { Notice } from "../components/notice.tsx";
import { language, textsIn } from "../texts/language.ts";
import type { Entered, Moderated } from "./answers.ts";
import { send } from "./api.ts";
import { Choice, Submit, Text } from "./fields.tsx";
import { openOf, useRules } from "./moderation.tsx";
import { MODERATION } from "./texts/moderation.ts";
import { WORDS } from "./texts/words.ts";
import { useSending } from "./use-answer.ts";

type Decision = keyof ReturnType<typeof textsIn<(typeof MODERATION)["en"]>>["decisions"];

export function DecideForm({ one }: { readonly one: Moderated }) {
  const texts = textsIn(MODERATION);
  const { needed } = textsIn(WORDS);
  const tongue = language.value;
  const [decision, reason] = [useSignal(""), useSignal("")];
  const rule = useSignal(one.steps.at(-1)?.rule ?? "");
  const isTried = useSignal(false);
  const sending = useSending<Entered>();
  const isWrong = { decision: decision.value === "", rule: rule.value === "", reason: reason.value.trim() === "" };
  const decide = (): void => {
    isTried.value = true;
    if (Object.values(isWrong).includes(true)) return;
    const said = { record: one.record, decision: decision.value, rule: rule.value, text: reason.value.trim() };
    void sending.run(() => send<Entered>("/v1/moderation/decisions", said));
  };
  const wrong = (name: keyof typeof isWrong) => (isTried.value && isWrong[name] ? needed : undefined);
  return (
    <Form onSend={decide}>
      {hasAppeal(one) && <Notice kind="info">{texts.another}</Notice>}
      <Choice
        label={texts.decision}
        error={wrong("decision")}
        choices={[
          { value: "", name: texts.choose },
          ...possible(one).map((each) => ({ value: each, name: texts.decisions[each] })),
        ]}
        of={decision}
      />
      <Choice
        label={texts.rule}
        error={wrong("rule")}
        choices={[
          ...(rule.value === "" ? [{ value: "", name: texts.choose }] : []),
          ...useRules().map(({ code, labels }) => ({ value: code, name: labels[tongue] ?? code })),
        ]}
        of={rule}
      />
      <Text label={texts.reason} error={wrong("reason")} rows={4} of={reason} />
      <Submit says={texts.decideSays} conceals={texts.conceals} sending={sending} word={texts.send} />
    </Form>
  );
}

function hasAppeal(one: Moderated): boolean {
  return openOf(one).some(({ step }) => step === "appealed");
}

/** What can be decided as the record stands; the service has the last word. */
function possible(one: Moderated): readonly Decision[] {
  if (one.visibility === "hidden") return hasAppeal(one) ? ["restored", "upheld"] : ["restored"];
  if (one.visibility === "held") return ["kept", "hidden"];
  return openOf(one).length > 0 ? ["kept", "hidden", "held"] : ["hidden", "held"];
}
