/** Sources: how complete what they sent is, what the log says of them, and in which state they are. */
import { Meter } from "../components/meter.tsx";
import { Layout, Section } from "../components/layout.tsx";
import { Table, type TableColumn } from "../components/table.tsx";
import { numberInWords } from "../texts/formats.ts";
import { textsIn } from "../texts/language.ts";
import type { Source } from "./api-sources.ts";
import { FailureNotice, Navigation } from "./navigation.tsx";
import { Onward } from "./onward.tsx";
import { addressOf, place } from "../app/router.ts";
import { SourcePage } from "./source.tsx";
import { SourceState } from "./source-state.tsx";
import { SOURCES } from "./texts/sources.ts";
import { usePages } from "./use-pages.ts";

/** Reputations take a look at many records: a few at a time. */
const [PAGE, LOOKS] = [5, 4];

/** All of them, or the one that the address names. */
export function SourcesRoute() {
  const name = place.value.query.get("name");
  return name === null ? <SourcesView /> : <SourcePage key={name} name={name} />;
}

function SourcesView() {
  const texts = textsIn(SOURCES);
  const pages = usePages<Source>("/v1/sources?reputation=true", PAGE, LOOKS);
  return (
    <Layout title={texts.title} lead={texts.lead} nav={<Navigation />}>
      <Section title={texts.all}>
        <FailureNotice failure={pages.failure} />
        {pages.items.length === 0 ? (
          <p class="quiet">{pages.next === null ? texts.none : pages.isBusy && texts.loading}</p>
        ) : (
          <Table caption={texts.list} columns={columns()} rows={pages.items} keyOf={({ name }) => name} />
        )}
        <Onward pages={pages} label={texts.more} />
        <p class="quiet after-facts">{texts.reputationLead}</p>
      </Section>
    </Layout>
  );
}

function columns(): TableColumn<Source>[] {
  const texts = textsIn(SOURCES);
  return [
    { title: texts.source, cell: ({ name }) => <a href={addressOf("/sources", { name })}>{name}</a> },
    { title: texts.records, isNumber: true, cell: ({ records }) => numberInWords(records) },
    { title: texts.missing, cell: (source) => <Missing source={source} /> },
    { title: texts.conflicts, isNumber: true, cell: ({ conflicts }) => numberInWords(conflicts) },
    { title: texts.state, cell: (source) => <SourceState source={source} /> },
    { title: texts.reputation, cell: ({ reputation }) => <Score score={reputation?.score} /> },
  ];
}

function Missing({ source: { missing, records } }: { readonly source: Source }) {
  const texts = textsIn(SOURCES);
  if (records === 0) return <>–</>;
  return missing === 0 ? (
    <span class="state state-finalized">{texts.complete}</span>
  ) : (
    <span class="state state-orphaned">{texts.missingCount(missing)}</span>
  );
}

function Score({ score }: { readonly score: number | undefined }) {
  if (score === undefined) return <>–</>;
  return <Meter share={score / 100}>{numberInWords(score)}</Meter>;
}
