/** Rectifications and restrictions. */
import { useSignal } from "@preact/signals";
import { Form } from "../components/form.tsx";
import { Section } from "../components/layout.tsx";
import { Notice } from "../components/notice.tsx";
import { textsIn } from "../texts/language.ts";
import type { Entered } from "./answers.ts";
import { send } from "./api.ts";
import { DeskLayout } from "./desk-layout.tsx";
import { given, idsIn } from "./entered.ts";
import { Checks, Choice, Submit, Text } from "./fields.tsx";
import { usePurposes } from "./notice.ts";
import { picked } from "./picked.ts";
import { BasisField, IdsField, RequestField } from "./record-fields.tsx";
import { StandingSection } from "./standing.tsx";
import { CORRECT } from "./texts/correct.ts";
import { WORDS } from "./texts/words.ts";
import { useSending } from "./use-answer.ts";

export function CorrectView() {
  const texts = textsIn(CORRECT);
  return (
    <DeskLayout title={texts.title} lead={texts.lead}>
      <Section title={texts.rectify}>
        <p class="quiet before-facts">{texts.rectifyLead}</p>
        <RectifyForm />
      </Section>
      <Section title={texts.restrict}>
        <RestrictForm />
      </Section>
      <StandingSection />
    </DeskLayout>
  );
}

interface Rectified extends Entered {
  readonly toTell: readonly number[];
}

function RectifyForm() {
  const texts = textsIn(CORRECT);
  const words = textsIn(WORDS);
  const [wrong, right] = [useSignal(picked.peek().records[0] ?? ""), useSignal("")];
  const [basis, request] = [useSignal(""), useSignal(picked.peek().request ?? "")];
  const isTried = useSignal(false);
  const sending = useSending<Rectified>();
  const { done } = sending.state.value;
  const [wrongId, rightId] = [idsIn(wrong.value)?.[0], idsIn(right.value)?.[0]];
  const rectify = (): void => {
    isTried.value = true;
    if (wrongId === undefined || rightId === undefined) return;
    const said = { wrong: wrongId, right: rightId, basis: basis.value, ...given("request", request.value) };
    void sending.run(() => send<Rectified>("/v1/privacy/rectifications", said));
  };
  const error = (id: string | undefined) => (isTried.value && id === undefined ? words.recordIdsWrong : undefined);
  if (done) return <RectifiedNotice rectified={done} />;
  return (
    <Form onSend={rectify}>
      <Text label={texts.wrong} error={error(wrongId)} of={wrong} isCode />
      <Text label={texts.right} error={error(rightId)} of={right} isCode />
      <BasisField basis={basis} operation="rectify" />
      <RequestField request={request} />
      <Submit
        {...{ says: texts.rectifySays, conceals: texts.rectifyConceals, sending, word: texts.rectify }}
        isReady={basis.value !== ""}
      />
    </Form>
  );
}

function RectifiedNotice({ rectified: { leafIndex, toTell } }: { readonly rectified: Rectified }) {
  const texts = textsIn(CORRECT);
  const words = textsIn(WORDS);
  return (
    <Notice kind={toTell.length > 0 ? "warning" : "info"} title={texts.rectified}>
      <p>{words.enteredAt(leafIndex)}</p>
      <p>{toTell.length > 0 ? texts.tell : texts.tellNobody}</p>
      {toTell.length > 0 && (
        <ul>
          {toTell.map((leaf) => (
            <li key={leaf}>
              <a href={`/records?leaf=${leaf}`}>{words.leaf(leaf)}</a>
            </li>
          ))}
        </ul>
      )}
    </Notice>
  );
}

const STATES = ["restricted", "objected", "provision-ceased"] as const;

interface Restricted extends Entered {
  readonly stillShownFor: readonly string[];
}

function RestrictForm() {
  const texts = textsIn(CORRECT);
  const records = useSignal(picked.peek().records.join("\n"));
  const [state, basis] = [useSignal<string>("restricted"), useSignal("")];
  const request = useSignal(picked.peek().request ?? "");
  const purposes = useSignal<readonly string[]>([]);
  const isTried = useSignal(false);
  const sending = useSending<Restricted>();
  const { done } = sending.state.value;
  const ids = idsIn(records.value) ?? [];
  const choices = usePurposes();
  const restrict = (): void => {
    isTried.value = true;
    if (ids.length === 0) return;
    const whose = { ...given("subject", picked.peek().subject), ...given("request", request.value) };
    const which = purposes.value.length > 0 && { purposes: purposes.value };
    const said = { state: state.value, basis: basis.value, records: ids, ...which, ...whose };
    void sending.run(() => send<Restricted>("/v1/privacy/restrictions", said));
  };
  if (done) return <RestrictedNotice restricted={done} />;
  return (
    <Form onSend={restrict}>
      <IdsField text={records} isWrong={isTried.value && ids.length === 0} />
      <Choice label={texts.state} choices={STATES.map((one) => ({ value: one, name: texts.states[one] }))} of={state} />
      {choices.length > 0 && (
        <Checks label={texts.purposes} hint={texts.purposesHint} choices={choices} of={purposes} />
      )}
      <BasisField basis={basis} operation="restrict" />
      <RequestField request={request} />
      <Submit
        {...{ says: texts.restrictSays, conceals: texts.restrictConceals, sending, word: texts.restrictSend }}
        isReady={basis.value !== ""}
      />
    </Form>
  );
}

function RestrictedNotice({ restricted: { leafIndex, stillShownFor } }: { readonly restricted: Restricted }) {
  const texts = textsIn(CORRECT);
  const words = textsIn(WORDS);
  const purposes: Readonly<Record<string, string>> = words.purposes;
  return (
    <Notice kind="info" title={texts.restricted}>
      <p>{words.enteredAt(leafIndex)}</p>
      {stillShownFor.length > 0 && (
        <p>{texts.stillShown(stillShownFor.map((one) => purposes[one] ?? one).join(", "))}</p>
      )}
    </Notice>
  );
}
