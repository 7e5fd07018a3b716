/** A record: what it says in public, its life, its lineage, and its proof. An event of the log has a page too. */
import { Code } from "../components/code.tsx";
import { Facts, type Fact } from "../components/facts.tsx";
import { Layout, Section } from "../components/layout.tsx";
import { Notice } from "../components/notice.tsx";
import { Timeline } from "../components/timeline.tsx";
import { numberInWords } from "../texts/formats.ts";
import { language, textsIn } from "../texts/language.ts";
import { typeOf, type Graph, type Life, type LifeStep, type RecordView } from "./api.ts";
import { useClaimLabels } from "./claim-labels.ts";
import { LineageGraph } from "./lineage-graph.tsx";
import { useLive } from "./live.ts";
import { FailureNotice, Navigation } from "./navigation.tsx";
import { AnchorStateWord, valueInWords } from "./record-table.tsx";
import { addressOf } from "../app/router.ts";
import { EXPLORER } from "./texts/explorer.ts";

const LIVE_SECONDS = 10;

/** The page of an id. */
export function RecordRoute({ id }: { readonly id: string }) {
  const { record: texts, loading } = textsIn(EXPLORER);
  const { value: record, failure } = useLive<RecordView>(`/v1/records/${id}`, LIVE_SECONDS);
  if (record) return <RecordPage record={record} />;
  const isMissing = failure?.status === 404 || failure?.status === 400;
  return (
    <Layout title={texts.titleUnknown} nav={<Navigation />}>
      {isMissing ? <Notice kind="error">{texts.missing}</Notice> : <FailureNotice failure={failure} />}
      {failure === undefined && <p class="quiet">{loading}</p>}
    </Layout>
  );
}

function RecordPage({ record }: { readonly record: RecordView }) {
  const { record: texts } = textsIn(EXPLORER);
  const isRecord = record.kind === "record";
  const type = typeOf(record.vct);
  const title = isRecord ? (type ? texts.title(type) : texts.titleUnknown) : texts.eventTitle(type ?? record.kind);
  return (
    <Layout title={title} lead={texts.lead(record.source)} nav={<Navigation />}>
      <Gone record={record} />
      {!record.withheld && (
        <Section title={texts.said}>
          <Said record={record} />
        </Section>
      )}
      <Section title={texts.proof}>
        <Proof record={record} />
        {isRecord && (
          <p class="onward">
            <a href={addressOf(`/receipts/${record.id}`)}>{texts.receipt}</a>
          </p>
        )}
      </Section>
      {isRecord && <LifeSection id={record.id} state={record.state} />}
      {isRecord && <LineageSection id={record.id} state={record.state} />}
      <Section title={texts.details}>
        <Details record={record} />
      </Section>
    </Layout>
  );
}

/** What is no longer there, in plain words. */
function Gone({ record: { erased, withheld } }: { readonly record: RecordView }) {
  const { record: texts } = textsIn(EXPLORER);
  return (
    <>
      {withheld && (
        <Notice kind="warning" title={texts.withheld}>
          <p>{texts.withheldText(withheld.basis ?? withheld.reason)}</p>
        </Notice>
      )}
      {erased && (
        <Notice kind="warning" title={texts.erased}>
          <p>{texts.erasedText(erased.basis)}</p>
        </Notice>
      )}
    </>
  );
}

function Said({ record }: { readonly record: RecordView }) {
  const { claims = {}, concealed, erased } = record;
  const { record: texts } = textsIn(EXPLORER);
  const labelOf = useClaimLabels(record);
  const facts = Object.entries(claims).map(([name, value]): Fact => [labelOf(name), valueInWords(value)]);
  const isConcealing = concealed !== undefined && concealed > 0 && !erased;
  return (
    <>
      {facts.length === 0 ? <p>{texts.saidNone}</p> : <Facts facts={facts} />}
      {concealed !== undefined && !erased && (
        <p class="quiet after-facts">{isConcealing ? texts.concealed : texts.notConcealed}</p>
      )}
    </>
  );
}

function Proof({ record: { id, state } }: { readonly record: RecordView }) {
  const { record: texts } = textsIn(EXPLORER);
  return (
    <>
      <p>
        <AnchorStateWord state={state} /> {texts.proofState[state]}
      </p>
      {state === "finalized" && (
        <p class="buttons">
          <a class="button button-main" href={`/v1/records/${id}/bundle`} download={`${id}.json`}>
            {texts.download}
          </a>
          <a class="button" href={`/verify?lang=${language.value}`}>
            {texts.verify}
          </a>
        </p>
      )}
      <p class="quiet after-facts">{texts.verifyLead}</p>
    </>
  );
}

/** @param state when it changes, there is more to tell */
function LifeSection({ id, state }: Pick<RecordView, "id" | "state">) {
  const { record: texts, steps: names, loading } = textsIn(EXPLORER);
  const { value, failure } = useLive<Life>(`/v1/records/${id}/lineage?form=steps#${state}`, LIVE_SECONDS);
  const events = value?.steps.map((step) => ({ what: names[step.what] ?? step.what, at: step.at, ...detailOf(step) }));
  return (
    <Section title={texts.life}>
      <FailureNotice failure={failure} />
      {value?.isCut && <p class="quiet">{texts.lifeCut}</p>}
      {events ? <Timeline events={events} /> : <p class="quiet">{loading}</p>}
      <p class="quiet after-facts">{texts.lifeConcealed}</p>
    </Section>
  );
}

/** What is worth saying about a step. */
function detailOf({ what, says, event }: LifeStep) {
  const { stepDetail } = textsIn(EXPLORER);
  const { blockNumber, treeSize, source } = says;
  if (event) return { detail: <a href={addressOf(`/records/${event.id}`)}>{stepDetail.event}</a> };
  if (typeof blockNumber === "number") return { detail: stepDetail.block(blockNumber) };
  if (typeof treeSize === "number") return { detail: stepDetail.covers(treeSize) };
  return what === "received" && typeof source === "string" ? { detail: stepDetail.from(source) } : {};
}

function LineageSection({ id, state }: Pick<RecordView, "id" | "state">) {
  const { record: texts, loading } = textsIn(EXPLORER);
  const { value, failure } = useLive<Graph>(`/v1/records/${id}/lineage?form=graph#${state}`, 6 * LIVE_SECONDS);
  return (
    <Section title={texts.lineage}>
      <p class="quiet before-chart">{texts.lineageLead}</p>
      <FailureNotice failure={failure} />
      {value ? <LineageGraph graph={value} /> : <p class="quiet">{loading}</p>}
    </Section>
  );
}

function Details({ record }: { readonly record: RecordView }) {
  const { record: texts } = textsIn(EXPLORER);
  const { id, leafIndex, leafHash, seq, signed } = record;
  const facts: Fact[] = [
    [texts.id, <Code value={id} canCopy />],
    [texts.leaf, numberInWords(leafIndex)],
    [texts.leafHash, <Code value={leafHash} canCopy />],
    [texts.sequence, numberInWords(seq)],
  ];
  if (signed !== undefined) facts.push([texts.signature, signed ? texts.signed : texts.unsigned]);
  return <Facts facts={facts} />;
}
