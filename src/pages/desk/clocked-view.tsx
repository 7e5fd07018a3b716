/** The frame of the views whose items have clocks of the law: which of them are shown, the list, and how a new one is entered. */
import type { ComponentChildren, JSX } from "preact";
import { addressOf, goTo, place } from "../app/router.ts";
import { ChoiceField } from "../components/field.tsx";
import { Section } from "../components/layout.tsx";
import { Notice } from "../components/notice.tsx";
import { textsIn } from "../texts/language.ts";
import { DeskLayout } from "./desk-layout.tsx";
import { FailureNotice } from "./failure-notice.tsx";
import { mayAct } from "./session.ts";
import { FRAME } from "./texts/frame.ts";
import { useAnswer } from "./use-answer.ts";

const FILTERS = ["open", "soon", "overdue", "closed", "all"] as const;

interface ClockedViewProps<T> {
  /** Which view of the desk it is; the API lists the same name under /v1/privacy. */
  readonly name: "requests" | "breaches";
  readonly texts: {
    readonly title: string;
    readonly lead: string;
    readonly list: string;
    readonly filter: string;
    readonly filters: Readonly<Record<(typeof FILTERS)[number], string>>;
  };
  readonly table: (items: readonly T[]) => JSX.Element;
  /** How a new one is entered, for whoever may. */
  readonly entry: { readonly title: string; readonly lead: string; readonly form: ComponentChildren };
}

export function ClockedView<T>({ name, texts, table, entry }: ClockedViewProps<T>) {
  const { loading, auditorOnly } = textsIn(FRAME);
  const filter = FILTERS.find((one) => one === place.value.query.get("state")) ?? "open";
  const { value, failure } = useAnswer<{ readonly items: readonly T[] }>(`/v1/privacy/${name}?state=${filter}`);
  return (
    <DeskLayout title={texts.title} lead={texts.lead}>
      <Section title={texts.list}>
        <ChoiceField
          label={texts.filter}
          value={filter}
          choices={FILTERS.map((one) => ({ value: one, name: texts.filters[one] }))}
          onChoose={(state) => {
            goTo(addressOf(`/desk/${name}`, { state }));
          }}
        />
        <FailureNotice failure={failure} />
        {value ? table(value.items) : !failure && <p class="quiet">{loading}</p>}
      </Section>
      {mayAct() ? (
        <Section title={entry.title}>
          <p class="quiet before-facts">{entry.lead}</p>
          {entry.form}
        </Section>
      ) : (
        <Notice kind="info">{auditorOnly}</Notice>
      )}
    </DeskLayout>
  );
}
