/** What waits for a decision of moderation, with its clocks. */
import { addressOf } from "../app/router.ts";
import { Deadline } from "../components/deadline.tsx";
import { Section } from "../components/layout.tsx";
import { Table } from "../components/table.tsx";
import { Time } from "../components/time.tsx";
import { language, textsIn } from "../texts/language.ts";
import type { Moderated, ModerationRule } from "./answers.ts";
import { DeskLayout } from "./desk-layout.tsx";
import { FailureNotice } from "./failure-notice.tsx";
import { FRAME } from "./texts/frame.ts";
import { MODERATION } from "./texts/moderation.ts";
import { WORDS } from "./texts/words.ts";
import { useAnswer } from "./use-answer.ts";

export function ModerationView() {
  const texts = textsIn(MODERATION);
  const { loading } = textsIn(FRAME);
  const { value, failure } = useAnswer<{ readonly items: readonly Moderated[] }>("/v1/moderation/queue");
  return (
    <DeskLayout title={texts.title} lead={texts.lead}>
      <Section title={texts.list}>
        <FailureNotice failure={failure} />
        {value ? <QueueTable items={value.items} /> : !failure && <p class="quiet">{loading}</p>}
      </Section>
    </DeskLayout>
  );
}

function QueueTable({ items }: { readonly items: readonly Moderated[] }) {
  const texts = textsIn(MODERATION);
  const nameOf = useRuleNames();
  if (items.length === 0) return <p>{texts.none}</p>;
  return (
    <Table
      caption=""
      columns={[
        {
          title: texts.rule,
          cell: (one: Moderated) => (
            <a href={addressOf(`/desk/moderation/${one.record}`)}>{nameOf(openOf(one).at(-1)?.rule ?? "")}</a>
          ),
        },
        {
          title: texts.waits,
          cell: (one) => [...new Set(openOf(one).map(({ step }) => texts.stepWords[step]))].join(", "),
        },
        { title: texts.since, cell: (one) => <Time at={openOf(one)[0]?.at ?? 0} /> },
        { title: textsIn(WORDS).clock, cell: (one) => <QueueClock one={one} /> },
      ]}
      rows={items}
      keyOf={({ record }) => record}
    />
  );
}

/** The clock of what is due first; nothing where nothing is open. */
export function QueueClock({ one }: { readonly one: Moderated }) {
  const first = openOf(one)[0];
  if (first === undefined || one.due === undefined) return null;
  return <Deadline from={first.at} due={one.due} />;
}

/** Steps after the last decision: each of them waits for one. */
export function openOf({ steps }: Moderated): Moderated["steps"] {
  return steps.slice(steps.findLastIndex(({ due }) => due === undefined) + 1);
}

/** The rules in force. */
export function useRules(): readonly ModerationRule[] {
  const { value } = useAnswer<{ readonly rules: readonly ModerationRule[] }>("/v1/moderation/rules");
  return value?.rules ?? [];
}

/** A function that names a rule in the reader's language. */
export function useRuleNames(): (code: string) => string {
  const rules = useRules();
  const tongue = language.value;
  return (code) => rules.find((one) => one.code === code)?.labels[tongue] ?? code;
}
