/** The steps that a breach can take next, each behind its own heading. */
import { useSignal } from "@preact/signals";
import { Act } from "../components/act.tsx";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";
import { Form } from "../components/form.tsx";
import type { BreachReason } from "../../core/breach-event.ts";
import { BREACH_NUMBERS, BREACH_REPORTS, BREACH_TOLD, BREACH_WORDS } from "../../core/breach-event.ts";
import { textsIn } from "../texts/language.ts";
import type { BreachView } from "./answers.ts";
import { send } from "./api.ts";
import { FactFields, factsIn, type FactName, type Facts } from "./breach-facts.tsx";
import { given, idsIn, timeIn } from "./entered.ts";
import { Checks, Choice, Submit, Text } from "./fields.tsx";
import { useLaw } from "./law.ts";
import { IdsField } from "./record-fields.tsx";
import { BREACHES } from "./texts/breaches.ts";
import { WORDS } from "./texts/words.ts";
import { useSending } from "./use-answer.ts";

interface BreachProps {
  readonly breach: BreachView;
}

const ALL_FACTS: readonly FactName[] = [...BREACH_WORDS, ...BREACH_NUMBERS];

export function BreachSteps({ breach }: BreachProps) {
  const texts = textsIn(BREACHES);
  const hasReasons = Object.values(breach.reasons ?? {}).some((some) => some.length > 0);
  return (
    <>
      <Act title={texts.amend}>
        <AmendForm breach={breach} />
      </Act>
      <Act title={texts.tellAuthority}>
        <AuthorityForm breach={breach} />
      </Act>
      <Act title={texts.tellPeople}>
        <PeopleForm breach={breach} />
      </Act>
      {hasReasons && (
        <Act title={texts.notNeeded}>
          <NotNeededForm breach={breach} />
        </Act>
      )}
      <Act title={texts.close}>
        <CloseForm breach={breach} />
      </Act>
    </>
  );
}

/** Sends a step of a breach. */
function useStep({ id }: BreachView, verb: string) {
  const sending = useSending<BreachView>();
  const take = (said: object): void =>
    void sending.run(() => send<BreachView>(`/v1/privacy/breaches/${id}/${verb}`, said));
  return { sending, take };
}

function AmendForm({ breach }: BreachProps) {
  const texts = textsIn(BREACHES);
  const facts = useSignal<Facts>({});
  const records = useSignal("");
  const isTried = useSignal(false);
  const { sending, take } = useStep(breach, "amend");
  const ids = idsIn(records.value);
  const said = factsIn(facts.value);
  const onSend = (): void => {
    isTried.value = true;
    if (ids !== undefined) take({ records: ids, ...(Object.keys(said).length > 0 && { facts: said }) });
  };
  return (
    <Form onSend={onSend}>
      <FactFields facts={facts} names={ALL_FACTS} />
      <IdsField text={records} isWrong={isTried.value && ids === undefined} />
      <Submit says={texts.amendSays} conceals={texts.stepConceals} sending={sending} word={texts.amend} />
    </Form>
  );
}

function AuthorityForm({ breach }: BreachProps) {
  const texts = textsIn(BREACHES);
  const facts = useSignal<Facts>({});
  const [report, toldAt, lateReason] = [useSignal<string>("preliminary"), useSignal(""), useSignal("")];
  const { sending, take } = useStep(breach, "authority");
  const law = useLaw();
  const wanted = ALL_FACTS.filter((name) => law?.breachReport?.includes(name));
  const said = factsIn(facts.value);
  const onSend = (): void => {
    const when = { ...given("toldAt", timeIn(toldAt.value)), ...given("lateReason", lateReason.value.trim()) };
    take({ report: report.value, ...(Object.keys(said).length > 0 && { facts: said }), ...when });
  };
  return (
    <Form onSend={onSend}>
      <Choice
        label={texts.report}
        choices={BREACH_REPORTS.map((one) => ({ value: one, name: texts.reports[one] }))}
        of={report}
      />
      {report.value === "final" && (
        <>
          <p class="quiet before-facts">{texts.finalNeeds}</p>
          <FactFields facts={facts} names={wanted} />
        </>
      )}
      <Text type="datetime-local" label={texts.toldAt} hint={texts.toldAtHint} of={toldAt} />
      <Text label={texts.lateReason} rows={2} of={lateReason} />
      <Submit says={texts.authoritySays} conceals={texts.stepConceals} sending={sending} word={texts.tellAuthority} />
    </Form>
  );
}

function PeopleForm({ breach }: BreachProps) {
  const texts = textsIn(BREACHES);
  const whom = useSignal<readonly string[]>(["all"]);
  const [others, toldAt, lateReason] = [useSignal(""), useSignal(""), useSignal("")];
  const { sending, take } = useStep(breach, "people");
  const onSend = (): void => {
    const when = { ...given("toldAt", timeIn(toldAt.value)), ...given("lateReason", lateReason.value.trim()) };
    const told = {
      ...(whom.value.includes("all") && { subjects: "all" }),
      ...(others.value !== "" && { others: Number(others.value) }),
    };
    take({ ...told, complete: whom.value.includes("complete"), ...when });
  };
  const choices = [
    { value: "all", name: texts.allKnown },
    { value: "complete", name: texts.complete },
  ];
  return (
    <Form onSend={onSend}>
      <Checks label={texts.whom.people} choices={choices} of={whom} />
      <Text type="number" label={texts.others} of={others} />
      <Text type="datetime-local" label={texts.toldAt} hint={texts.toldAtHint} of={toldAt} />
      <Text label={texts.lateReason} rows={2} of={lateReason} />
      <Submit says={texts.peopleSays} conceals={texts.stepConceals} sending={sending} word={texts.tellPeople} />
    </Form>
  );
}

function NotNeededForm({ breach }: BreachProps) {
  const texts = textsIn(BREACHES);
  const [whom, reason, words] = [useSignal<string>("authority"), useSignal<string>(""), useSignal("")];
  const isTried = useSignal(false);
  const { sending, take } = useStep(breach, "not-needed");
  const reasons: readonly BreachReason[] = breach.reasons?.[whom.value === "people" ? "people" : "authority"] ?? [];
  const chosen = reasons.find((one) => one === reason.value) ?? reasons[0];
  const isMissing = words.value.trim() === "";
  const onSend = (): void => {
    isTried.value = true;
    if (!isMissing && chosen) take({ whom: whom.value, reason: chosen, words: words.value.trim() });
  };
  return (
    <Form onSend={onSend}>
      <Choice
        label={texts.whose}
        choices={BREACH_TOLD.map((one) => ({ value: one, name: texts.whom[one] }))}
        of={whom}
      />
      <Choice
        label={texts.reason}
        choices={reasons.map((one) => ({ value: one, name: texts.reasons[one] }))}
        of={reason}
      />
      <Text
        label={texts.words}
        error={isTried.value && isMissing ? textsIn(WORDS).needed : undefined}
        rows={3}
        of={words}
      />
      <Submit says={texts.notNeededSays} conceals={texts.stepConceals} sending={sending} word={texts.notNeeded} />
    </Form>
  );
}

function CloseForm({ breach }: BreachProps) {
  const texts = textsIn(BREACHES);
  const isAsking = useSignal(false);
  const { sending, take } = useStep(breach, "close");
  return (
    <>
      <Form onSend={() => (isAsking.value = true)}>
        <Submit says={texts.closeSays} sending={sending} word={texts.close} />
      </Form>
      <ConfirmDialog
        title={texts.close}
        ids={[breach.id]}
        word={texts.close}
        isOpen={isAsking.value}
        onConfirm={() => {
          take({});
        }}
        onClose={() => (isAsking.value = false)}
      >
        <p>{texts.closeConfirm}</p>
      </ConfirmDialog>
    </>
  );
}
