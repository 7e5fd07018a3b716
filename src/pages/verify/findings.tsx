/** What was found: of many bundles a table first, of each one the verdict and its reasons; then the originals. */
import { useSignal } from "@preact/signals";
import { VerdictBadge } from "../components/badge.tsx";
import { Button } from "../components/button.tsx";
import { Code } from "../components/code.tsx";
import { Facts } from "../components/facts.tsx";
import { Section } from "../components/layout.tsx";
import { Table } from "../components/table.tsx";
import { Time } from "../components/time.tsx";
import { textsIn } from "../texts/language.ts";
import { ForkView } from "./fork-view.tsx";
import type { JudgedBundle, Judgement } from "./judge.ts";
import { OriginalsView } from "./originals-view.tsx";
import { RecordView } from "./record-view.tsx";
import { chosen } from "./state.ts";
import { StepsView } from "./steps-view.tsx";
import { VERIFY } from "./texts/catalogue.ts";
import { VerdictView } from "./verdict-view.tsx";

export function Findings({ judgement }: { readonly judgement: Judgement }) {
  const shown = useSignal<number | undefined>(undefined);
  const { bundles, forks, originals } = judgement;
  const bundle = bundles[shown.value ?? worstOf(bundles)] ?? bundles[0];
  const evidence = forks.map((fork, place) => <ForkView key={place} fork={fork} />);
  if (!bundle) return <>{evidence}</>;
  return (
    <>
      {evidence}
      {bundles.length > 1 && (
        <ManyBundles
          bundles={bundles}
          onShow={(place) => {
            shown.value = place;
          }}
        />
      )}
      <VerdictView bundle={bundle} isOneOfMany={bundles.length > 1} />
      {originals.length > 0 && <OriginalsView judgement={judgement} />}
      <RecordView verdict={bundle.verdict} />
      <StepsView verdict={bundle.verdict} />
      <HowItWasChecked bundle={bundle} at={judgement.at} />
    </>
  );
}

const MOST_ROWS = 500;
/** What does not hold is to be seen first. */
const ORDER = ["refuted", "undecided", "holds"] as const;

/** Place of the first bundle with the worst outcome. */
function worstOf(bundles: readonly JudgedBundle[]): number {
  const places = ORDER.map((outcome) => bundles.findIndex(({ verdict }) => verdict.outcome === outcome));
  return places.find((place) => place >= 0) ?? 0;
}

interface ManyBundlesProps {
  readonly bundles: readonly JudgedBundle[];
  readonly onShow: (place: number) => void;
}

function ManyBundles({ bundles, onShow }: ManyBundlesProps) {
  const { verdict: texts } = textsIn(VERIFY);
  const countOf = (outcome: string): number => bundles.filter(({ verdict }) => verdict.outcome === outcome).length;
  const sorted = bundles
    .map((bundle, place) => ({ bundle, place }))
    .sort((a, b) => ORDER.indexOf(a.bundle.verdict.outcome) - ORDER.indexOf(b.bundle.verdict.outcome));
  return (
    <Section title={texts.many}>
      <Table
        caption={texts.sum(countOf("holds"), countOf("refuted"), countOf("undecided"))}
        rows={sorted.slice(0, MOST_ROWS)}
        keyOf={({ place }) => String(place)}
        columns={[
          {
            title: texts.bundle,
            cell: ({ bundle, place }) => (
              <button
                type="button"
                class="as-link"
                onClick={() => {
                  onShow(place);
                }}
              >
                {bundle.name}
              </button>
            ),
          },
          { title: texts.outcome, cell: ({ bundle }) => <VerdictBadge outcome={bundle.verdict.outcome} /> },
          { title: texts.record, cell: ({ bundle }) => <RecordPlace bundle={bundle} /> },
        ]}
      />
    </Section>
  );
}

function RecordPlace({ bundle: { verdict } }: { readonly bundle: JudgedBundle }) {
  const { verdict: texts, kinds, step } = textsIn(VERIFY);
  const { record, steps } = verdict;
  if (record) return <>{texts.place(kinds[record.kind], record.leafIndex, record.source)}</>;
  const last = steps.at(-1);
  return <>{last && texts.at(step[last.step].name)}</>;
}

/** What somebody else needs to repeat it. */
function HowItWasChecked({ bundle: { name, sha256 }, at }: { readonly bundle: JudgedBundle; readonly at: number }) {
  const { report: texts } = textsIn(VERIFY);
  return (
    <Section title={texts.title}>
      <Facts
        facts={[
          [texts.time, <Time at={at} />],
          [texts.tool, texts.toolValue],
          [texts.policy, <Code value={chosen.value?.fingerprint ?? ""} />],
          [`${texts.file} ${name}`, <Code value={sha256} canCopy />],
          [texts.repeat, <Code value={texts.repeatValue} />],
        ]}
      />
      <p class="after">
        <Button
          kind="main"
          onPress={() => {
            print();
          }}
        >
          {texts.print}
        </Button>
      </p>
    </Section>
  );
}
