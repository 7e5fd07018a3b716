/** Withholding records: their public bodies go too. Behind a heading of its own, since erasing is what most people ask for. */
import { useSignal } from "@preact/signals";
import { WITHHOLDING_REASONS } from "../../core/erasure-event.ts";
import { Act } from "../components/act.tsx";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";
import { Form } from "../components/form.tsx";
import { textsIn } from "../texts/language.ts";
import type { Erasures } from "./answers.ts";
import { send } from "./api.ts";
import { given } from "./entered.ts";
import { Choice, Submit } from "./fields.tsx";
import { provisionChoices, useLaw } from "./law.ts";
import { WITHHOLD } from "./texts/withhold.ts";
import { WORDS } from "./texts/words.ts";
import type { Sending } from "./use-answer.ts";

interface WithholdActProps {
  readonly ids: readonly string[];
  readonly sending: Sending<Erasures>;
}

export function WithholdAct({ ids, sending }: WithholdActProps) {
  const texts = textsIn(WITHHOLD);
  const [reason, basis] = [useSignal<string>(WITHHOLDING_REASONS[0]), useSignal("")];
  const isAsking = useSignal(false);
  const bases = [{ value: "", name: texts.basisNone }, ...provisionChoices(useLaw(), "erase")];
  const withhold = (): void => {
    const grounds = { reason: reason.value, ...given("basis", basis.value) };
    void sending.run(() => send("/v1/privacy/withholdings", { records: ids, ...grounds }));
  };
  return (
    <Act title={texts.title}>
      <p class="quiet before-facts">{texts.lead}</p>
      <Form onSend={() => (isAsking.value = true)}>
        <Choice
          label={texts.reason}
          choices={WITHHOLDING_REASONS.map((one) => ({ value: one, name: texts.reasons[one] }))}
          of={reason}
        />
        <Choice label={textsIn(WORDS).basis} choices={bases} of={basis} />
        <Submit says={texts.says} sending={sending} word={texts.withhold} />
      </Form>
      <ConfirmDialog
        title={texts.withhold}
        ids={ids}
        word={texts.withhold}
        isTyped
        isOpen={isAsking.value}
        onConfirm={withhold}
        onClose={() => (isAsking.value = false)}
      >
        <p>{texts.confirm(ids.length)}</p>
      </ConfirmDialog>
    </Act>
  );
}
