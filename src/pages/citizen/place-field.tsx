/** Where it is: not at all, the area for everybody, or the exact place for the city alone. */
import { useSignal, type Signal } from "@preact/signals";
import { Button } from "../components/button.tsx";
import { ChoiceField } from "../components/field.tsx";
import { Notice } from "../components/notice.tsx";
import { textsIn } from "../texts/language.ts";
import { areaAt, areaName, city } from "./city.ts";
import type { Place } from "./pictures/gps.ts";
import type { Draft } from "./queue/drafts.ts";
import type { KeptPost } from "./queue/kept.ts";
import { COMPOSE } from "./texts/compose.ts";

/** How much is said of the place. */
export type Precision = "none" | "area" | "exact";

const PRECISIONS: readonly Precision[] = ["none", "area", "exact"];
/** About ten metres: what a phone knows, and enough to find a hole in a street. */
const DIGITS = 4;

/** As it was chosen when the draft was left. */
export function precisionOf({ area, exact }: KeptPost): Precision {
  if (exact) return "exact";
  return area === "" ? "none" : "area";
}

interface PlaceFieldProps {
  readonly draft: Draft;
  readonly precision: Signal<Precision>;
  /** Where a picture of the draft was taken, if its camera noted it. */
  readonly ofPicture: Place | undefined;
  readonly error: string | undefined;
}

export function PlaceField({ draft, precision, ofPicture, error }: PlaceFieldProps) {
  const texts = textsIn(COMPOSE);
  const { area } = draft.post.value;
  const choose = (chosen: Precision): void => {
    precision.value = chosen;
    if (chosen !== "exact") forgetExact(draft);
    if (chosen === "none") draft.change({ area: "" });
  };
  return (
    <fieldset class="place-field">
      <legend>{texts.place}</legend>
      {PRECISIONS.map((one) => (
        <label key={one} class="check">
          <input
            type="radio"
            name="precision"
            checked={precision.value === one}
            onChange={() => {
              choose(one);
            }}
          />
          <span>{texts.places[one]}</span>
        </label>
      ))}
      <p class="hint">{texts.placeText[precision.value]}</p>
      {precision.value === "exact" && <Exact draft={draft} ofPicture={ofPicture} />}
      {precision.value !== "none" && (
        <ChoiceField
          label={texts.area}
          error={error}
          value={area}
          choices={[
            { value: "", name: texts.choice },
            ...(city.value?.areas ?? []).map(({ code }) => ({ value: code, name: areaName(code) })),
          ]}
          onChoose={(chosen) => {
            draft.change({ area: chosen });
          }}
        />
      )}
    </fieldset>
  );
}

function forgetExact(draft: Draft): void {
  const { exact: _, ...rest } = draft.post.peek();
  draft.replace(rest);
}

function Exact({ draft, ofPicture }: { readonly draft: Draft; readonly ofPicture: Place | undefined }) {
  const texts = textsIn(COMPOSE);
  const state = useSignal<"locating" | "notLocated" | "outside" | undefined>(undefined);
  const { exact } = draft.post.value;
  const take = (place: Place): void => {
    const rounded = { latitude: round(place.latitude), longitude: round(place.longitude) };
    const area = areaAt(city.peek()?.areas ?? [], rounded.latitude, rounded.longitude);
    draft.change({ exact: rounded, ...(area && { area: area.code }) });
    state.value = area ? undefined : "outside";
  };
  const locate = async (): Promise<void> => {
    state.value = "locating";
    const found = await placeOfPhone();
    if (found) take(found);
    else state.value = "notLocated";
  };
  return (
    <>
      <p class="buttons">
        <Button onPress={() => void locate()} isDisabled={state.value === "locating"}>
          {texts.here}
        </Button>
        {ofPicture && (
          <Button
            onPress={() => {
              take(ofPicture);
            }}
          >
            {texts.fromPicture}
          </Button>
        )}
        {exact && (
          <Button
            onPress={() => {
              forgetExact(draft);
            }}
          >
            {texts.forget}
          </Button>
        )}
      </p>
      {state.value !== undefined && <Notice kind="info">{texts[state.value]}</Notice>}
      {exact && <p>{texts.located(`${exact.latitude}, ${exact.longitude}`)}</p>}
    </>
  );
}

function round(value: number): number {
  return Number(value.toFixed(DIGITS));
}

const LOCATE = { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 };

/** What the phone says; nothing where its owner does not let it, or where it does not know. */
function placeOfPhone(): Promise<Place | undefined> {
  return new Promise((resolve) => {
    if (!("geolocation" in navigator)) resolve(undefined);
    navigator.geolocation.getCurrentPosition(
      ({ coords: { latitude, longitude } }) => {
        resolve({ latitude, longitude });
      },
      () => {
        resolve(undefined);
      },
      LOCATE,
    );
  });
}
