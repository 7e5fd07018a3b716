/** A sampled audit as the browser remembers it, so that it goes on after the page was closed. Without a place, it is held here. */
import type { SampleOrder } from "./sample-worker.ts";

const KEY = "warifu-sample";

let held: SampleOrder | undefined;

export function keepSample(order: SampleOrder): void {
  held = order;
  store((place) => {
    place.setItem(KEY, JSON.stringify(order));
  });
}

export function keptSample(): SampleOrder | undefined {
  held ??= store((place) => {
    const text = place.getItem(KEY);
    return text === null ? undefined : (JSON.parse(text) as SampleOrder);
  });
  return held;
}

export function forgetSample(): void {
  held = undefined;
  store((place) => {
    place.removeItem(KEY);
  });
}

/** A browser may keep nothing for a page, or have no room. */
function store<T>(use: (place: Storage) => T): T | undefined {
  try {
    return use(localStorage);
  } catch {
    return undefined;
  }
}
