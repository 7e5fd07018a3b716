/** How something is granted: which claims of which records, to whom, what for, until when. */
import { useSignal } from "@preact/signals";
import { DISCLOSURE_PURPOSES } from "../../core/disclosure-event.ts";
import { Code } from "../components/code.tsx";
import { Form } from "../components/form.tsx";
import { Notice } from "../components/notice.tsx";
import { textsIn } from "../texts/language.ts";
import { send } from "./api.ts";
import { idsIn } from "./entered.ts";
import { Checks, Choice, Submit, Text } from "./fields.tsx";
import { useClaimChoices } from "./labels.ts";
import { picked } from "./picked.ts";
import { IdsField } from "./record-fields.tsx";
import { GRANTS } from "./texts/grants.ts";
import { WORDS } from "./texts/words.ts";
import { useSending } from "./use-answer.ts";

interface Granted {
  readonly disclosure: number;
  readonly token: string;
}

/** What is entered, what of it is missing, and how it is sent. */
function useGrant() {
  const records = useSignal(picked.peek().records.join("\n"));
  const claims = useSignal<readonly string[]>([]);
  const [recipient, purposeText, until] = [useSignal(""), useSignal(""), useSignal("")];
  const purpose = useSignal<string>("other");
  const sending = useSending<Granted>();
  const ids = idsIn(records.value) ?? [];
  const isMissing = {
    records: ids.length === 0,
    claims: claims.value.length === 0,
    recipient: recipient.value.trim() === "",
    purposeText: purposeText.value.trim() === "",
    until: until.value === "",
  };
  const grant = (): void => {
    const said = { recipient: recipient.value.trim(), purpose: purpose.value, purposeText: purposeText.value.trim() };
    const wanted = { records: ids, claims: claims.value, ...said, until: until.value };
    void sending.run(() => send<Granted>("/v1/privacy/disclosures", wanted));
  };
  return { records, claims, recipient, purpose, purposeText, until, isMissing, sending, grant };
}

export function GrantForm() {
  const texts = textsIn(GRANTS);
  const words = textsIn(WORDS);
  const form = useGrant();
  const isTried = useSignal(false);
  const { done } = form.sending.state.value;
  const onSend = (): void => {
    isTried.value = true;
    if (!Object.values(form.isMissing).includes(true)) form.grant();
  };
  const missing = (name: keyof typeof form.isMissing) =>
    isTried.value && form.isMissing[name] ? words.needed : undefined;
  const bytes = [
    { value: "originals", name: texts.originals },
    { value: "received", name: texts.received },
  ];
  const purposes = DISCLOSURE_PURPOSES.map((one) => ({ value: one, name: words.purposes[one] }));
  if (done) return <GrantedNotice granted={done} />;
  return (
    <Form onSend={onSend}>
      <IdsField text={form.records} isWrong={isTried.value && form.isMissing.records} />
      <Checks
        label={texts.claims}
        hint={texts.claimsHint}
        error={missing("claims")}
        choices={[...useClaimChoices(), ...bytes]}
        of={form.claims}
      />
      <div class="fields">
        <Text label={texts.recipient} error={missing("recipient")} of={form.recipient} />
        <Text type="date" label={texts.end} hint={texts.endHint} error={missing("until")} of={form.until} />
      </div>
      <Choice label={texts.purpose} choices={purposes} of={form.purpose} />
      <Text label={texts.purposeText} error={missing("purposeText")} rows={2} of={form.purposeText} />
      <Submit says={texts.says} conceals={texts.conceals} sending={form.sending} word={texts.send} />
    </Form>
  );
}

function GrantedNotice({ granted: { disclosure, token } }: { readonly granted: Granted }) {
  const texts = textsIn(GRANTS);
  return (
    <Notice kind="info" title={`${texts.granted}: ${texts.number(disclosure)}`}>
      <p>{texts.token}</p>
      <p class="token">
        <Code value={token} canCopy />
      </p>
      <p>{texts.tokenOnce}</p>
      <p class="quiet">{texts.how}</p>
    </Notice>
  );
}
