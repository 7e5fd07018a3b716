/** The register of processing, to be read: it is kept in files, and held against the profiles. */
import { Facts } from "../components/facts.tsx";
import { Section } from "../components/layout.tsx";
import { Notice } from "../components/notice.tsx";
import { language, textsIn } from "../texts/language.ts";
import { DeskLayout } from "./desk-layout.tsx";
import { FailureNotice } from "./failure-notice.tsx";
import { provisionName, useLaw } from "./law.ts";
import { FRAME } from "./texts/frame.ts";
import { PROCESSING } from "./texts/processing.ts";
import { useAnswer } from "./use-answer.ts";

interface Activity {
  readonly id: string;
  readonly controller: string;
  readonly name: string;
  readonly purposes: readonly string[];
  readonly legalBases: readonly string[];
  readonly people: readonly string[];
  readonly data: readonly { readonly type: string; readonly retentionDays: number | null }[];
  readonly recipients: readonly string[];
  readonly countries: readonly string[];
  readonly measures: readonly string[];
}

export function ProcessingView() {
  const texts = textsIn(PROCESSING);
  const { loading } = textsIn(FRAME);
  const { value, failure } = useAnswer<{ readonly items: readonly Activity[] | null }>("/v1/privacy/processing");
  return (
    <DeskLayout title={texts.title} lead={texts.lead}>
      <FailureNotice failure={failure} />
      {!value && !failure && <p class="quiet">{loading}</p>}
      {value?.items === null && <Notice kind="info">{texts.none}</Notice>}
      {value?.items?.map((one) => (
        <Section key={one.id} title={one.name}>
          <ActivityFacts activity={one} />
        </Section>
      ))}
    </DeskLayout>
  );
}

function ActivityFacts({ activity }: { readonly activity: Activity }) {
  const texts = textsIn(PROCESSING);
  const law = useLaw();
  const countries = new Intl.DisplayNames(language.value, { type: "region" });
  const { controller, purposes, legalBases, people, data, recipients, measures } = activity;
  return (
    <Facts
      facts={[
        [texts.controller, controller],
        [texts.purposes, <Lines lines={purposes} />],
        [texts.legalBases, <Lines lines={legalBases.map((id) => provisionName(id, law))} />],
        [texts.people, <Lines lines={people} />],
        [texts.data, <Lines lines={data.map(({ type, retentionDays }) => texts.kept(type, retentionDays))} />],
        [texts.recipients, recipients.length === 0 ? texts.nobody : <Lines lines={recipients} />],
        [texts.countries, <Lines lines={activity.countries.map((code) => countries.of(code) ?? code)} />],
        [texts.measures, <Lines lines={measures} />],
      ]}
    />
  );
}

function Lines({ lines }: { readonly lines: readonly string[] }) {
  return (
    <ul class="plain-list">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}
