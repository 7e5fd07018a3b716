/** De-identified tables. */
import { useSignal } from "@preact/signals";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";
import { Form } from "../components/form.tsx";
import { Section } from "../components/layout.tsx";
import { Notice } from "../components/notice.tsx";
import { textsIn } from "../texts/language.ts";
import { send } from "./api.ts";
import { DeskLayout } from "./desk-layout.tsx";
import { SaveLink } from "./download-button.tsx";
import { Checks, Choice, Submit, Text } from "./fields.tsx";
import { useLabels, useProfiles } from "./labels.ts";
import { TABLES } from "./texts/tables.ts";
import { WORDS } from "./texts/words.ts";
import { useSending } from "./use-answer.ts";

interface MadeTable {
  readonly rows: number;
  readonly leftOut: number;
  readonly cells: readonly object[];
}

export function TablesView() {
  const texts = textsIn(TABLES);
  const types = useProfiles().filter(({ deidentify }) => deidentify !== undefined);
  return (
    <DeskLayout title={texts.title} lead={texts.lead}>
      <Section title={texts.make}>{types.length === 0 ? <p>{texts.none}</p> : <TableForm types={types} />}</Section>
    </DeskLayout>
  );
}

/** As the service has it. */
const DEFAULT_K = "10";

function TableForm({ types }: { readonly types: ReturnType<typeof useProfiles> }) {
  const texts = textsIn(TABLES);
  const labelOf = useLabels();
  const [type, from, to, k] = [useSignal(types[0]?.type ?? ""), useSignal(""), useSignal(""), useSignal(DEFAULT_K)];
  const claims = useSignal<readonly string[]>([]);
  const [isTried, isAsking] = [useSignal(false), useSignal(false)];
  const sending = useSending<MadeTable>();
  const { done } = sending.state.value;
  const choices = Object.keys(types.find((one) => one.type === type.value)?.deidentify ?? {});
  const missing = (day: string) => (isTried.value && day === "" ? textsIn(WORDS).needed : undefined);
  const onSend = (): void => {
    isTried.value = true;
    isAsking.value = from.value !== "" && to.value !== "";
  };
  const make = (): void => {
    const some = claims.value.length > 0 && { claims: claims.value };
    const wanted = { type: type.value, from: from.value, to: to.value, k: Number(k.value), ...some };
    void sending.run(() => send<MadeTable>("/v1/privacy/deidentifications", wanted));
  };
  if (done) return <TableNotice table={done} />;
  return (
    <>
      <Form onSend={onSend}>
        <Choice label={texts.type} choices={types.map((one) => ({ value: one.type, name: one.type }))} of={type} />
        <div class="fields">
          <Text type="date" label={texts.from} error={missing(from.value)} of={from} />
          <Text type="date" label={texts.to} error={missing(to.value)} of={to} />
          <Text type="number" label={texts.k} of={k} />
        </div>
        <Checks
          label={texts.claims}
          hint={texts.claimsHint}
          choices={choices.map((one) => ({ value: one, name: labelOf(one) }))}
          of={claims}
        />
        <Submit says={texts.says} sending={sending} word={texts.send} />
      </Form>
      <ConfirmDialog
        title={texts.make}
        ids={[`${type.value} ${from.value} – ${to.value}`]}
        word={texts.send}
        isOpen={isAsking.value}
        onConfirm={make}
        onClose={() => (isAsking.value = false)}
      >
        <p>{texts.confirm}</p>
      </ConfirmDialog>
    </>
  );
}

function TableNotice({ table }: { readonly table: MadeTable }) {
  const texts = textsIn(TABLES);
  const blob = new Blob([JSON.stringify(table)], { type: "application/json" });
  return (
    <Notice kind="info">
      <p>{texts.made(table.rows, table.cells.length, table.leftOut)}</p>
      <SaveLink blob={blob} file="table.json" />
    </Notice>
  );
}
