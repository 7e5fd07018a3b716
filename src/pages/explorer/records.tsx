/** Records to look through, the newest first, and the ways to find one. The address says what is looked for. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Button } from "../components/button.tsx";
import { Layout, Section } from "../components/layout.tsx";
import { useEnd } from "../components/use-end.ts";
import { textsIn } from "../texts/language.ts";
import { ask, type Failure, type ListedRecord, type Page } from "./api.ts";
import { ExactForm, NarrowForm, OwnKeyForm } from "./find-forms.tsx";
import { FailureNotice, Navigation } from "./navigation.tsx";
import { RecordTable } from "./record-table.tsx";
import { place } from "../app/router.ts";
import { EXPLORER } from "./texts/explorer.ts";

const PAGE = 50;
/** A look at a bounded part of the log may find nothing: so many are made before the reader is asked. */
const MOST_LOOKS = 20;

export function RecordsView() {
  const { records } = textsIn(EXPLORER);
  return (
    <Layout title={records.title} lead={records.lead} nav={<Navigation />}>
      <Section title={records.find}>
        <ExactForm />
        <details class="more" open={isNarrowed(place.value.query)}>
          <summary>{records.narrow}</summary>
          <NarrowForm key={place.value.query.toString()} />
        </details>
        <details class="more">
          <summary>{records.own}</summary>
          <OwnKeyForm />
        </details>
      </Section>
      <FoundRecords key={questionOf(place.value.query)} query={questionOf(place.value.query)} />
    </Layout>
  );
}

const NARROWING = ["source", "type", "since", "until"];
const ASKED = [...NARROWING, "hash", "leaf"];

function isNarrowed(query: URLSearchParams): boolean {
  return NARROWING.some((name) => query.has(name));
}

/** What to ask the service, from what the address says. */
function questionOf(query: URLSearchParams): string {
  const asked = new URLSearchParams(ASKED.flatMap((name) => query.getAll(name).map((value) => [name, value])));
  if (asked.has("leaf")) return `leaf=${asked.get("leaf") ?? ""}`;
  if (!asked.has("hash")) asked.set("order", "newest");
  asked.set("limit", String(PAGE));
  return asked.toString();
}

interface Found {
  readonly items: readonly ListedRecord[];
  /** `null` when nothing is left. */
  readonly next: string | null;
  readonly isBusy: boolean;
  readonly failure?: Failure;
}

function FoundRecords({ query }: { readonly query: string }) {
  const { records, loading } = textsIn(EXPLORER);
  const { found, more } = useFound(query);
  const { items, next, isBusy, failure } = found;
  return (
    <Section title={records.list}>
      <FailureNotice failure={failure} />
      {items.length > 0 && <RecordTable caption={records.listCount(items.length)} records={items} />}
      {items.length === 0 && !isBusy && next === null && failure === undefined && <p>{records.none}</p>}
      <p class="onward" aria-live="polite">
        {isBusy && (items.length === 0 ? loading : records.searching)}
        {!isBusy && next !== null && <Button onPress={more}>{records.more}</Button>}
      </p>
    </Section>
  );
}

const NOTHING_YET: Found = { items: [], next: "", isBusy: true };

/** Pages of records, one after the other. */
function useFound(query: string): { readonly found: Found; readonly more: () => void } {
  const found = useSignal<Found>(NOTHING_YET);
  const end = useEnd();
  const look = async (): Promise<void> => {
    found.value = { ...found.value, isBusy: true };
    const enough = found.value.items.length + 1;
    for (let looks = 0; looks < MOST_LOOKS && found.value.next !== null; looks++) {
      const { next } = found.value;
      const answer = await ask<Page<ListedRecord>>(`/v1/records?${query}${next === "" ? "" : `&cursor=${next}`}`, end);
      if (end.aborted) return;
      if ("failure" in answer) {
        found.value = { ...found.value, isBusy: false, failure: answer.failure };
        return;
      }
      const { items, nextCursor } = answer.value;
      found.value = { items: [...found.value.items, ...items], next: nextCursor, isBusy: true };
      if (found.value.items.length >= enough) break;
    }
    found.value = { ...found.value, isBusy: false };
  };
  useEffect(() => void look(), []);
  return { found: found.value, more: () => void look() };
}
