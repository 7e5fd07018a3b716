/** The register of recipients: who may get records, by which ways, and what each way lacks. */
import { useSignal } from "@preact/signals";
import { RECIPIENT_KINDS, PAPER_KINDS } from "../../core/recipient.ts";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";
import { OutcomeSign } from "../components/badge.tsx";
import { Button } from "../components/button.tsx";
import { Form } from "../components/form.tsx";
import { language, textsIn } from "../texts/language.ts";
import { remove, send } from "./api.ts";
import { FailureNotice } from "./failure-notice.tsx";
import { Choice, Submit, Text } from "./fields.tsx";
import { TRANSFERS } from "./texts/transfers.ts";
import { WORDS } from "./texts/words.ts";
import { useAnswer, useSending, type Known } from "./use-answer.ts";

/** A way by which records may go to a recipient. */
export interface Way {
  readonly id: string;
  /** In the reader's language. */
  readonly title: string;
  readonly limit?: string;
  readonly verified: boolean;
  readonly lacks: readonly string[];
}

/** A recipient of the register. */
export interface RecipientView {
  readonly number: number;
  readonly name: string;
  readonly country: string;
  readonly kind: (typeof RECIPIENT_KINDS)[number];
  readonly jurisdiction: string;
  readonly ways: readonly Way[];
}

/** The register. */
export function useRecipients(): Known<{ readonly items: readonly RecipientView[] }> {
  return useAnswer("/v1/privacy/recipients");
}

export function RecipientList({ recipients }: { readonly recipients: readonly RecipientView[] }) {
  const texts = textsIn(TRANSFERS);
  if (recipients.length === 0) return <p>{texts.none}</p>;
  return (
    <>
      {recipients.map((one) => (
        <RecipientCard key={one.number} recipient={one} />
      ))}
    </>
  );
}

function RecipientCard({ recipient }: { readonly recipient: RecipientView }) {
  const texts = textsIn(TRANSFERS);
  const isAsking = useSignal(false);
  const sending = useSending<undefined>();
  const { number, name, country, kind, jurisdiction, ways } = recipient;
  return (
    <article class="preview">
      <h3>{name}</h3>
      <p class="quiet">
        {texts.kinds[kind]} · {country} · {jurisdiction}
      </p>
      <Ways ways={ways} />
      <FailureNotice failure={sending.state.value.failure} />
      <p class="onward">
        <Button onPress={() => (isAsking.value = true)}>{texts.remove}</Button>
      </p>
      <ConfirmDialog
        title={texts.remove}
        ids={[name]}
        word={texts.remove}
        isOpen={isAsking.value}
        onConfirm={() => void sending.run(() => remove(`/v1/privacy/recipients/${number}`))}
        onClose={() => (isAsking.value = false)}
      >
        <p>{texts.removeText}</p>
      </ConfirmDialog>
    </article>
  );
}

/** Ways, and what each lacks. */
export function Ways({ ways }: { readonly ways: readonly Way[] }) {
  const texts = textsIn(TRANSFERS);
  const lackWords: Readonly<Record<string, string>> = texts.lackWords;
  const list = new Intl.ListFormat(language.value);
  if (ways.length === 0) return <p>{texts.noWay}</p>;
  return (
    <ul class="ways">
      {ways.map(({ id, title, limit, verified, lacks }) => (
        <li key={id}>
          <OutcomeSign outcome={lacks.length === 0 ? "holds" : "undecided"} />
          <div>
            <p>{title}</p>
            {limit !== undefined && <p class="quiet">{limit}</p>}
            <p class="quiet">
              <code>{id}</code> ·{" "}
              {lacks.length === 0 ? texts.open : texts.lacks(list.format(lacks.map((one) => lackWords[one] ?? one)))}
              {!verified && ` · ${texts.unverified}`}
            </p>
          </div>
        </li>
      ))}
    </ul>
  );
}

const COUNTRY = /^[A-Z]{2}$/;

/** What is entered of a recipient, and how it is sent. */
function useRecipient() {
  const [name, country, kind] = [useSignal(""), useSignal(""), useSignal<string>("public-body")];
  const [jurisdiction, basis, paperKind] = [useSignal(""), useSignal(""), useSignal<string>("contract")];
  const [reference, until] = [useSignal(""), useSignal("")];
  const sending = useSending<RecipientView>();
  const land = country.value.trim().toUpperCase();
  const isWrong = {
    name: name.value.trim() === "",
    country: !COUNTRY.test(land),
    jurisdiction: jurisdiction.value.trim() === "",
  };
  const keep = (): void => {
    const paper = {
      ...{ basis: basis.value.trim(), kind: paperKind.value, reference: reference.value.trim() },
      ...(until.value !== "" && { until: until.value }),
    };
    const who = { name: name.value.trim(), country: land, kind: kind.value, jurisdiction: jurisdiction.value.trim() };
    const kept = { ...who, papers: paper.basis === "" ? [] : [paper] };
    void sending.run(() => send<RecipientView>("/v1/privacy/recipients", kept));
  };
  return { name, country, kind, jurisdiction, basis, paperKind, reference, until, isWrong, sending, keep };
}

export function RecipientForm() {
  const texts = textsIn(TRANSFERS);
  const { needed } = textsIn(WORDS);
  const form = useRecipient();
  const isTried = useSignal(false);
  const onSend = (): void => {
    isTried.value = true;
    if (!Object.values(form.isWrong).includes(true)) form.keep();
  };
  const wrong = (name: keyof typeof form.isWrong, text: string) =>
    isTried.value && form.isWrong[name] ? text : undefined;
  const kinds = RECIPIENT_KINDS.map((one) => ({ value: one, name: texts.kinds[one] }));
  const papers = PAPER_KINDS.map((one) => ({ value: one, name: texts.paperKinds[one] }));
  return (
    <Form onSend={onSend}>
      <Text label={texts.name} error={wrong("name", needed)} of={form.name} />
      <div class="fields">
        <Choice label={texts.kind} choices={kinds} of={form.kind} />
        <Text
          label={texts.country}
          hint={texts.countryHint}
          error={wrong("country", texts.countryWrong)}
          of={form.country}
        />
      </div>
      <Text
        label={texts.jurisdiction}
        hint={texts.jurisdictionHint}
        error={wrong("jurisdiction", needed)}
        of={form.jurisdiction}
      />
      <h3>{texts.paper}</h3>
      <div class="fields">
        <Text label={texts.paperBasis} of={form.basis} isCode />
        <Choice label={texts.paperKind} choices={papers} of={form.paperKind} />
      </div>
      <div class="fields">
        <Text label={texts.paperReference} of={form.reference} />
        <Text type="date" label={texts.paperUntil} of={form.until} />
      </div>
      <Submit says={texts.addSays} conceals={texts.addConceals} sending={form.sending} word={texts.addSend} />
    </Form>
  );
}
