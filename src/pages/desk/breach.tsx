/** A breach: its clocks, what was done, and what comes next. */
import { Code } from "../components/code.tsx";
import { Facts } from "../components/facts.tsx";
import { Section } from "../components/layout.tsx";
import { LogNotice } from "../components/log-notice.tsx";
import { Notice } from "../components/notice.tsx";
import { Time } from "../components/time.tsx";
import { Timeline } from "../components/timeline.tsx";
import { textsIn } from "../texts/language.ts";
import type { BreachView } from "./answers.ts";
import { BreachSteps } from "./breach-steps.tsx";
import { BreachClocks } from "./breaches.tsx";
import { DeskLayout } from "./desk-layout.tsx";
import { DownloadButton } from "./download-button.tsx";
import { FailureNotice } from "./failure-notice.tsx";
import { mayAct } from "./session.ts";
import { ACCESS } from "./texts/access.ts";
import { BREACHES } from "./texts/breaches.ts";
import { FRAME } from "./texts/frame.ts";
import { WORDS } from "./texts/words.ts";
import { useAnswer } from "./use-answer.ts";

/** The page of a breach's id. */
export function BreachRoute({ id }: { readonly id: string }) {
  const texts = textsIn(BREACHES);
  const { loading } = textsIn(FRAME);
  const { value, failure } = useAnswer<BreachView>(`/v1/privacy/breaches/${id}`);
  const isOpen = value !== undefined && value.state !== "closed";
  return (
    <DeskLayout title={texts.breach} lead={texts.lead}>
      <FailureNotice failure={failure} />
      {!value && !failure && <p class="quiet">{loading}</p>}
      {value && <Where breach={value} />}
      {isOpen && mayAct() && (
        <Section title={texts.next}>
          <BreachSteps breach={value} />
        </Section>
      )}
      {value?.state === "closed" && <Notice kind="info">{texts.closed}</Notice>}
      {value && mayAct() && (
        <Section title={texts.file}>
          <p>{texts.fileLead}</p>
          <LogNotice says={textsIn(ACCESS).says} conceals={textsIn(ACCESS).conceals} />
          <DownloadButton path={`/v1/privacy/breaches/${id}/report`} file="breach.json" word={texts.fileGet} />
        </Section>
      )}
      {value && (
        <Section title={texts.steps}>
          <Steps breach={value} />
        </Section>
      )}
    </DeskLayout>
  );
}

function Where({ breach }: { readonly breach: BreachView }) {
  const texts = textsIn(BREACHES);
  const words = textsIn(WORDS);
  const { id, leafIndex, state, knownAt, records } = breach;
  return (
    <Section title={texts.where}>
      <Facts
        facts={[
          [words.state, texts.states[state]],
          [words.clock, <BreachClocks breach={breach} />],
          [texts.known, <Time at={knownAt} />],
          [texts.concerned, records],
          ["Id", <Code value={id} canCopy />],
          [words.inLog, <a href={`/records/${id}`}>{words.leaf(leafIndex)}</a>],
        ]}
      />
    </Section>
  );
}

function Steps({ breach: { steps } }: { readonly breach: BreachView }) {
  const texts = textsIn(BREACHES);
  const words = textsIn(WORDS);
  const reports: Readonly<Record<string, string>> = texts.reports;
  return (
    <Timeline
      events={steps.map(({ state, at, leafIndex, report, people, whom, reason }) => {
        const said = [
          report !== undefined && (reports[report] ?? report),
          people,
          whom && texts.whom[whom],
          reason && texts.reasons[reason],
          words.leaf(leafIndex),
        ];
        return { what: texts.states[state], at, detail: <p>{said.filter(Boolean).join(" · ")}</p> };
      })}
    />
  );
}
