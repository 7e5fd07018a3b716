/** The steps that a request can take next, each behind its own heading, with what the law wants confirmed. */
import { useSignal } from "@preact/signals";
import { Act } from "../components/act.tsx";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";
import { Form } from "../components/form.tsx";
import { textsIn } from "../texts/language.ts";
import type { RequestView } from "./answers.ts";
import { send } from "./api.ts";
import { given } from "./entered.ts";
import { Checks, Choice, Submit, Text } from "./fields.tsx";
import { provisionChoices, useLaw } from "./law.ts";
import { REQUESTS } from "./texts/requests.ts";
import { WORDS } from "./texts/words.ts";
import { useSending } from "./use-answer.ts";

export function RequestSteps({ request }: { readonly request: RequestView }) {
  const texts = textsIn(REQUESTS);
  const has = (state: string): boolean => request.steps.some((step) => step.state === state);
  return (
    <>
      {!has("identity-checked") && (
        <Act title={texts.identity}>
          <StepForm request={request} kind="identity" />
        </Act>
      )}
      {!has("extended") && (
        <Act title={texts.extend}>
          <StepForm request={request} kind="extend" />
        </Act>
      )}
      <Act title={texts.finish}>
        <StepForm request={request} kind="finish" />
      </Act>
      <Act title={texts.refuse}>
        <StepForm request={request} kind="refuse" />
      </Act>
    </>
  );
}

type Kind = "identity" | "extend" | "finish" | "refuse";
const NEEDS = { extend: "extended", finish: "done", refuse: "refused" } as const;

interface StepFormProps {
  readonly request: RequestView;
  readonly kind: Kind;
}

/** What is entered for a step, what of it is wrong, and how it is sent. */
function useStep({ request, kind }: StepFormProps) {
  const needs = kind === "identity" ? [] : (request.needs?.[NEEDS[kind]] ?? []);
  const needsReason = kind === "extend" || kind === "refuse";
  const [told, provision, reason] = [useSignal<readonly string[]>([]), useSignal(""), useSignal("")];
  const sending = useSending<RequestView>();
  const isWrong = {
    told: needs.some((one) => !told.value.includes(one)),
    reason: needsReason && reason.value.trim() === "",
    provision: kind === "refuse" && provision.value === "",
  };
  const take = (): void => {
    const said = {
      ...(kind !== "identity" && { told: needs, ...given("reason", reason.value.trim()) }),
      ...(kind === "refuse" && { provisions: [provision.value] }),
    };
    void sending.run(() => send<RequestView>(`/v1/privacy/requests/${request.id}/${kind}`, said));
  };
  return { needs, needsReason, told, provision, reason, isWrong, sending, take };
}

function StepForm({ request, kind }: StepFormProps) {
  const texts = textsIn(REQUESTS);
  const step = useStep({ request, kind });
  const [isTried, isAsking] = [useSignal(false), useSignal(false)];
  const onSend = (): void => {
    isTried.value = true;
    if (Object.values(step.isWrong).includes(true)) return;
    // What closes the request is asked for again.
    if (kind === "finish" || kind === "refuse") isAsking.value = true;
    else step.take();
  };
  return (
    <>
      <Form onSend={onSend}>
        <p class="quiet before-facts">{texts[`${kind}Lead`]}</p>
        {kind !== "identity" && <StepFields request={request} kind={kind} step={step} isTried={isTried.value} />}
        <Submit
          says={texts[`${kind}Says`]}
          conceals={kind === "identity" ? [] : texts.reasonConceals}
          sending={step.sending}
          word={texts[kind]}
        />
      </Form>
      <ConfirmDialog
        title={texts[kind]}
        ids={[request.id]}
        word={texts[kind]}
        isOpen={isAsking.value}
        onConfirm={step.take}
        onClose={() => (isAsking.value = false)}
      >
        <p>{texts.confirmEnd}</p>
      </ConfirmDialog>
    </>
  );
}

interface StepFieldsProps extends StepFormProps {
  readonly step: ReturnType<typeof useStep>;
  readonly isTried: boolean;
}

function StepFields({ request, kind, step, isTried }: StepFieldsProps) {
  const texts = textsIn(REQUESTS);
  const words = textsIn(WORDS);
  const toldWords: Readonly<Record<string, string>> = words.told;
  const provisions = [{ value: "", name: "—" }, ...provisionChoices(useLaw(), request.operation)];
  const { needs, needsReason, isWrong } = step;
  const wrong = (name: keyof typeof isWrong, text: string) => (isTried && isWrong[name] ? text : undefined);
  const told = needs.map((one) => ({ value: one, name: toldWords[one] ?? one }));
  return (
    <>
      {told.length > 0 && (
        <Checks label={texts.told} error={wrong("told", texts.toldMissing)} choices={told} of={step.told} />
      )}
      {kind === "refuse" && (
        <Choice
          label={texts.allows}
          error={wrong("provision", words.needed)}
          choices={provisions}
          of={step.provision}
        />
      )}
      <Text
        label={needsReason ? texts.reason : texts.reasonOptional}
        error={wrong("reason", words.needed)}
        rows={3}
        of={step.reason}
      />
    </>
  );
}
