/** Giving records to a recipient: the gate is asked, and says why not and which ways there are, or makes the file. */
import { useSignal } from "@preact/signals";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";
import { Form } from "../components/form.tsx";
import { Notice } from "../components/notice.tsx";
import { textsIn } from "../texts/language.ts";
import { sendForFile } from "./api.ts";
import { SaveLink } from "./download-button.tsx";
import { given, idsIn } from "./entered.ts";
import { Checks, Choice, Submit, Text } from "./fields.tsx";
import { useClaimChoices } from "./labels.ts";
import { picked } from "./picked.ts";
import { IdsField } from "./record-fields.tsx";
import { Ways, type RecipientView } from "./recipients.tsx";
import { TRANSFERS } from "./texts/transfers.ts";
import { WORDS } from "./texts/words.ts";
import { useSending } from "./use-answer.ts";

interface GiveProps {
  readonly recipients: readonly RecipientView[];
}

/** What is entered, what of it is missing, and how it is sent. */
function useGiving({ recipients }: GiveProps) {
  const records = useSignal(picked.peek().records.join("\n"));
  const claims = useSignal<readonly string[]>([]);
  const [purpose, basis, name] = [useSignal(""), useSignal(""), useSignal(recipients[0]?.name ?? "")];
  const sending = useSending<Blob>();
  const ids = idsIn(records.value) ?? [];
  const recipient = recipients.find((one) => one.name === name.value) ?? recipients[0];
  const isMissing = { records: ids.length === 0, purpose: purpose.value.trim() === "" };
  const give = (): void => {
    const what = { records: ids, claims: claims.value, purpose: purpose.value.trim() };
    const wanted = { ...what, recipient: recipient?.name ?? "", ...given("basis", basis.value) };
    void sending.run(() => sendForFile("/v1/privacy/provisions", wanted));
  };
  return { records, ids, claims, purpose, basis, name, recipient, isMissing, sending, give };
}

export function GiveForm({ recipients }: GiveProps) {
  const texts = textsIn(TRANSFERS);
  const form = useGiving({ recipients });
  const [isTried, isAsking] = [useSignal(false), useSignal(false)];
  const { done, failure } = form.sending.state.value;
  const onSend = (): void => {
    isTried.value = true;
    isAsking.value = !Object.values(form.isMissing).includes(true);
  };
  if (done)
    return (
      <Notice kind="info">
        <p>{texts.made}</p>
        <SaveLink blob={done} file="provision.json" />
      </Notice>
    );
  return (
    <>
      <Form onSend={onSend}>
        <GiveFields form={form} recipients={recipients} isTried={isTried.value} />
        <Submit says={texts.giveSays} conceals={texts.giveConceals} sending={form.sending} word={texts.giveSend} />
      </Form>
      {failure?.code === "TRANSFER_REFUSED" && form.recipient && (
        <div class="refused-ways">
          <h3>{texts.refused}</h3>
          <Ways ways={form.recipient.ways} />
        </div>
      )}
      <ConfirmDialog
        title={texts.give}
        ids={form.ids}
        word={texts.giveSend}
        isOpen={isAsking.value}
        onConfirm={form.give}
        onClose={() => (isAsking.value = false)}
      >
        <p>{texts.giveConfirm}</p>
      </ConfirmDialog>
    </>
  );
}

interface GiveFieldsProps extends GiveProps {
  readonly form: ReturnType<typeof useGiving>;
  readonly isTried: boolean;
}

function GiveFields({ form, recipients, isTried }: GiveFieldsProps) {
  const texts = textsIn(TRANSFERS);
  const names = recipients.map(({ name, country }) => ({ value: name, name: `${name} (${country})` }));
  const bases = (form.recipient?.ways ?? []).map(({ id, title }) => ({ value: id, name: `${title} (${id})` }));
  const missingPurpose = isTried && form.isMissing.purpose ? textsIn(WORDS).needed : undefined;
  return (
    <>
      <IdsField text={form.records} isWrong={isTried && form.isMissing.records} />
      <Choice label={texts.recipient} choices={names} of={form.name} />
      <Checks label={texts.claims} hint={texts.claimsHint} choices={useClaimChoices()} of={form.claims} />
      <Text label={texts.purpose} hint={texts.purposeHint} error={missingPurpose} of={form.purpose} isCode />
      <Choice label={texts.basis} choices={[{ value: "", name: texts.basisAny }, ...bases]} of={form.basis} />
    </>
  );
}
