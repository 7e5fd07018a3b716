/** What stands against the use of a record, and how each of it is lifted. */
import { useSignal } from "@preact/signals";
import { Act } from "../components/act.tsx";
import { Button } from "../components/button.tsx";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";
import { Form } from "../components/form.tsx";
import { Section } from "../components/layout.tsx";
import { Notice } from "../components/notice.tsx";
import { Time } from "../components/time.tsx";
import { textsIn } from "../texts/language.ts";
import type { Entered } from "./answers.ts";
import { send } from "./api.ts";
import { given, idsIn } from "./entered.ts";
import { FailureNotice } from "./failure-notice.tsx";
import { Checks, Submit, Text } from "./fields.tsx";
import { provisionName, useLaw } from "./law.ts";
import { picked } from "./picked.ts";
import { BasisField, RequestField } from "./record-fields.tsx";
import { CORRECT } from "./texts/correct.ts";
import { WORDS } from "./texts/words.ts";
import { useAnswer, useSending } from "./use-answer.ts";

interface Standing {
  readonly id: string;
  readonly leafIndex: number;
  readonly at: number;
  readonly state: "restricted" | "objected" | "provision-ceased";
  readonly purposes: readonly string[];
  readonly basis: string;
  readonly needs: readonly string[];
}

export function StandingSection() {
  const texts = textsIn(CORRECT);
  const [record, asked] = [useSignal(picked.peek().records[0] ?? ""), useSignal<string | undefined>(undefined)];
  const isTried = useSignal(false);
  const id = idsIn(record.value)?.[0];
  const path = asked.value === undefined ? undefined : `/v1/privacy/records/${asked.value}/restrictions`;
  const { value, failure } = useAnswer<{ readonly items: readonly Standing[] }>(path);
  const show = (): void => {
    isTried.value = true;
    if (id !== undefined) asked.value = id;
  };
  return (
    <Section title={texts.standing}>
      <Form onSend={show}>
        <Text
          label={texts.record}
          error={isTried.value && id === undefined ? textsIn(WORDS).recordIdsWrong : undefined}
          of={record}
          isCode
        />
        <FailureNotice failure={failure} />
        <Button>{texts.show}</Button>
      </Form>
      {value?.items.length === 0 && <Notice kind="info">{texts.nothing}</Notice>}
      {value?.items.map((standing) => (
        <StandingView key={standing.id} standing={standing} />
      ))}
    </Section>
  );
}

function StandingView({ standing }: { readonly standing: Standing }) {
  const texts = textsIn(CORRECT);
  const words = textsIn(WORDS);
  const law = useLaw();
  const { state, at, purposes, basis, leafIndex } = standing;
  const which = purposes.includes("*") ? texts.all : purposes.join(", ");
  return (
    <article class="preview">
      <h3>{texts.states[state]}</h3>
      <p>
        {which} · <Time at={at} /> · {words.leaf(leafIndex)}
      </p>
      <p class="quiet">{provisionName(basis, law)}</p>
      <Act title={texts.lift}>
        <LiftForm standing={standing} />
      </Act>
    </article>
  );
}

function LiftForm({ standing: { id, needs } }: { readonly standing: Standing }) {
  const texts = textsIn(CORRECT);
  const words = textsIn(WORDS);
  const toldWords: Readonly<Record<string, string>> = words.told;
  const told = useSignal<readonly string[]>([]);
  const [basis, request] = [useSignal(""), useSignal("")];
  const [isTried, isAsking] = [useSignal(false), useSignal(false)];
  const sending = useSending<Entered>();
  const isMissing = needs.some((one) => !told.value.includes(one));
  const ask = (): void => {
    isTried.value = true;
    isAsking.value = !isMissing;
  };
  const lift = (): void => {
    const said = { basis: basis.value, told: needs, ...given("request", request.value) };
    void sending.run(() => send<Entered>(`/v1/privacy/restrictions/${id}/lift`, said));
  };
  return (
    <>
      <Form onSend={ask}>
        {needs.length > 0 && (
          <Checks
            label={words.needed}
            error={isTried.value && isMissing ? words.needed : undefined}
            choices={needs.map((one) => ({ value: one, name: toldWords[one] ?? one }))}
            of={told}
          />
        )}
        <BasisField basis={basis} operation="restrict" />
        <RequestField request={request} />
        <Submit says={texts.liftSays} sending={sending} word={texts.lift} isReady={basis.value !== ""} />
      </Form>
      <ConfirmDialog
        title={texts.lift}
        ids={[id]}
        word={texts.lift}
        isOpen={isAsking.value}
        onConfirm={lift}
        onClose={() => (isAsking.value = false)}
      >
        <p>{texts.liftConfirm}</p>
      </ConfirmDialog>
    </>
  );
}
