/** Erasing records, or withholding them: first what goes and what stays, then the question again, then the outcome of each. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";
import { Button } from "../components/button.tsx";
import { Form } from "../components/form.tsx";
import { Section } from "../components/layout.tsx";
import { Notice } from "../components/notice.tsx";
import { textsIn } from "../texts/language.ts";
import type { ErasedItem, Erasures, ErasurePreviews, PreviewedRecord } from "./answers.ts";
import { send } from "./api.ts";
import { DeskLayout } from "./desk-layout.tsx";
import { given, idsIn } from "./entered.ts";
import { PreviewOf } from "./erase-preview.tsx";
import { FailureNotice } from "./failure-notice.tsx";
import { Submit } from "./fields.tsx";
import { picked } from "./picked.ts";
import { BasisField, IdsField, RequestField } from "./record-fields.tsx";
import { ERASE } from "./texts/erase.ts";
import { WITHHOLD } from "./texts/withhold.ts";
import { useSending, type Sending } from "./use-answer.ts";
import { WithholdAct } from "./withhold.tsx";

export function EraseView() {
  const texts = textsIn(ERASE);
  const records = useSignal(picked.peek().records.join("\n"));
  const isTried = useSignal(false);
  const looking = useSending<ErasurePreviews>();
  const erasing = useSending<Erasures>();
  const withholding = useSending<Erasures>();
  const ids = idsIn(records.value) ?? [];
  const { isBusy, done: previews, failure } = looking.state.value;
  const look = (): void => {
    isTried.value = true;
    erasing.clear();
    withholding.clear();
    if (ids.length > 0) void looking.run(() => send("/v1/privacy/erasure-previews", { records: ids }));
  };
  const items = previews?.items ?? [];
  const known = items.flatMap((one) => ("error" in one ? [] : [one.id]));
  const left = items.flatMap((one) => ("error" in one || one.erased ? [] : [one.id]));
  const erased = erasing.state.value.done;
  const withheld = withholding.state.value.done;
  return (
    <DeskLayout title={texts.title} lead={texts.lead}>
      <Section title={texts.which}>
        <Form onSend={look}>
          <IdsField text={records} isWrong={isTried.value && ids.length === 0} />
          <FailureNotice failure={failure} />
          <p class="quiet before-facts">{texts.previewLead}</p>
          <Button kind="main" isDisabled={isBusy}>
            {texts.preview}
          </Button>
        </Form>
      </Section>
      {items.length > 0 && !erased && !withheld && (
        <Found items={items} left={left} erasing={erasing}>
          {known.length > 0 && <WithholdAct ids={known} sending={withholding} />}
        </Found>
      )}
      {erased && <Outcome outcome={erased} said={texts.done} />}
      {withheld && <Outcome outcome={withheld} said={textsIn(WITHHOLD).done} />}
    </DeskLayout>
  );
}

interface FoundProps {
  readonly items: readonly PreviewedRecord[];
  /** Ids of those that can be erased. */
  readonly left: readonly string[];
  readonly erasing: Sending<Erasures>;
  /** What else can be done with them. */
  readonly children: ComponentChildren;
}

function Found({ items, left, erasing, children }: FoundProps) {
  const texts = textsIn(ERASE);
  const [basis, request] = [useSignal(""), useSignal(picked.peek().request ?? "")];
  const isAsking = useSignal(false);
  const erase = (): void => {
    const grounds = { basis: basis.value, ...given("request", request.value) };
    void erasing.run(() => send("/v1/privacy/erasures", { records: left, ...grounds }));
  };
  return (
    <Section title={texts.found}>
      {items.map((one) => (
        <PreviewOf key={one.id} item={one} />
      ))}
      {left.length > 0 && (
        <Form onSend={() => (isAsking.value = true)}>
          <BasisField basis={basis} operation="erase" />
          <RequestField request={request} />
          {left.length > 1 && <Notice kind="warning">{texts.sayOne}</Notice>}
          <Submit says={texts.says} sending={erasing} word={texts.erase} isReady={basis.value !== ""} />
        </Form>
      )}
      {children}
      <ConfirmDialog
        title={texts.erase}
        ids={left}
        word={texts.erase}
        isTyped
        isOpen={isAsking.value}
        onConfirm={erase}
        onClose={() => (isAsking.value = false)}
      >
        <p>{texts.confirm(left.length)}</p>
      </ConfirmDialog>
    </Section>
  );
}

interface OutcomeProps {
  readonly outcome: Erasures;
  /** How many it was done with, in words. */
  readonly said: (count: number) => string;
}

function Outcome({ outcome: { items, gone }, said }: OutcomeProps) {
  const texts = textsIn(ERASE);
  const isError = (one: ErasedItem): one is Extract<ErasedItem, { error: object }> => "error" in one;
  const failed = items.filter(isError);
  return (
    <Section title={texts.title}>
      <Notice kind="info" title={said(items.length - failed.length)}>
        <p>{gone ? texts.gone : texts.notGone}</p>
        <ul class="plain-list">
          {items.map(({ id }) => (
            <li key={id}>
              <a href={`/records/${id}`}>
                <code>{id}</code>
              </a>
            </li>
          ))}
        </ul>
      </Notice>
      {failed.map(({ id, error: { code, status } }) => (
        <div key={id}>
          <p>
            {texts.failed}: <code>{id}</code>
          </p>
          <FailureNotice failure={{ status, code }} />
        </div>
      ))}
    </Section>
  );
}
