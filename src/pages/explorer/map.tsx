/** Where the newest records are from, as far as they say so in public, on outlines that are part of the page. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Button } from "../components/button.tsx";
import { ChoiceField } from "../components/field.tsx";
import { Layout, Section } from "../components/layout.tsx";
import { Table, type TableColumn } from "../components/table.tsx";
import { Time } from "../components/time.tsx";
import { useEnd } from "../components/use-end.ts";
import { numberInWords } from "../texts/formats.ts";
import { textsIn } from "../texts/language.ts";
import { ask, type Failure } from "./api.ts";
import type { Area, Places, PlaceCount, Square } from "./api-sources.ts";
import { useLive } from "./live.ts";
import { MapDrawing, Steps } from "./map-drawing.tsx";
import { mergePlaces, NO_PLACES, type MergedPlaces } from "./merge-places.ts";
import { FailureNotice, Navigation } from "./navigation.tsx";
import { regionsOf } from "./regions.ts";
import { addressOf, goTo, place } from "../app/router.ts";
import { MAP } from "./texts/map.ts";

export function MapView() {
  const texts = textsIn(MAP);
  const type = place.value.query.get("type") ?? "";
  return (
    <Layout title={texts.title} lead={texts.lead} nav={<Navigation />}>
      <Section title={texts.places}>
        <TypeChoice type={type} />
        <Found key={type} type={type} />
      </Section>
    </Layout>
  );
}

function TypeChoice({ type }: { readonly type: string }) {
  const texts = textsIn(MAP);
  const { value } = useLive<{ readonly items: readonly { readonly type: string }[] }>("/v1/profiles", 3_600);
  const types = (value?.items ?? []).map((profile) => ({ value: profile.type, name: profile.type }));
  return (
    <div class="map-choice">
      <ChoiceField
        label={texts.type}
        value={type}
        choices={[{ value: "", name: texts.anyType }, ...types]}
        onChoose={(chosen) => {
          goTo(addressOf("/map", { type: chosen }));
        }}
      />
    </div>
  );
}

function Found({ type }: { readonly type: string }) {
  const texts = textsIn(MAP);
  const { places, failure, isBusy, more } = usePlaces(type);
  const { squares, areas, looked, next, gridDegrees } = places;
  const regions = regionsOf(squares, gridDegrees);
  return (
    <>
      <FailureNotice failure={failure} />
      {regions.map((region) => (
        <MapDrawing key={`${region.box.west} ${region.box.south}`} region={region} gridDegrees={gridDegrees} />
      ))}
      {regions.length > 0 && <Steps />}
      {next !== "" && squares.length === 0 && areas.length === 0 && <p>{texts.none}</p>}
      <p class="onward" aria-live="polite">
        {next === "" ? isBusy && texts.loading : texts.looked(looked)}{" "}
        {next !== null && next !== "" && (
          <Button isDisabled={isBusy} onPress={more}>
            {texts.more}
          </Button>
        )}
      </p>
      {areas.length > 0 && (
        <Table caption={texts.areas} columns={areaColumns()} rows={areas} keyOf={({ area }) => area} />
      )}
      {squares.length > 0 && (
        <details class="more">
          <summary>{texts.sameAsList}</summary>
          <Table
            caption={texts.squares}
            columns={squareColumns()}
            rows={squares}
            keyOf={({ south, west }) => `${south} ${west}`}
          />
        </details>
      )}
    </>
  );
}

function areaColumns(): TableColumn<Area>[] {
  return [{ title: textsIn(MAP).area, cell: ({ area }) => area }, ...countColumns()];
}

function squareColumns(): TableColumn<Square>[] {
  const corner = (degrees: number): string => degrees.toFixed(3);
  return [
    { title: textsIn(MAP).square, cell: ({ south, west }) => `${corner(south)}, ${corner(west)}` },
    ...countColumns(),
  ];
}

function countColumns(): TableColumn<PlaceCount>[] {
  const texts = textsIn(MAP);
  return [
    { title: texts.records, isNumber: true, cell: ({ records }) => numberInWords(records) },
    { title: texts.types, cell: ({ types }) => typesInWords(types) },
    {
      title: texts.newest,
      cell: ({ newest: { id, at } }) => (
        <a href={addressOf(`/records/${id}`)}>
          <Time at={at} />
        </a>
      ),
    },
  ];
}

function typesInWords(types: Readonly<Record<string, number>>): string {
  const most = Object.entries(types).sort(([, a], [, b]) => b - a);
  return most.map(([type, count]) => `${type} ${numberInWords(count)}`).join(", ");
}

interface FoundPlaces {
  readonly places: MergedPlaces;
  readonly isBusy: boolean;
  readonly failure?: Failure;
}

/** Places of the newest records, and of older ones as they are asked for. */
function usePlaces(type: string) {
  const found = useSignal<FoundPlaces>({ places: NO_PLACES, isBusy: true });
  const end = useEnd();
  const look = async (): Promise<void> => {
    const { next } = found.value.places;
    const query = new URLSearchParams({ ...(type !== "" && { type }), ...(next && { cursor: next }) });
    const answer = await ask<Places>(`/v1/places?${query.toString()}`, end);
    if (end.aborted) return;
    const { places } = found.value;
    if ("failure" in answer) found.value = { places, isBusy: false, failure: answer.failure };
    else found.value = { places: mergePlaces(places, answer.value), isBusy: false };
  };
  const more = (): void => {
    // What is looked at twice would be counted twice.
    if (found.peek().isBusy) return;
    found.value = { ...found.peek(), isBusy: true };
    void look();
  };
  useEffect(() => void look(), []);
  return { ...found.value, more };
}
