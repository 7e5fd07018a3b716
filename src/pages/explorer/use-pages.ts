/** Pages of a list, one after the other. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { useEnd } from "../components/use-end.ts";
import { ask, type Failure, type Page } from "./api.ts";

/** What was read so far. */
export interface Pages<T> {
  readonly items: readonly T[];
  /** `null` when nothing is left. */
  readonly next: string | null;
  /** Whether more of it is on its way. */
  readonly isBusy: boolean;
  readonly failure?: Failure;
  /** Reads the next page. */
  readonly more: () => void;
}

/**
 * @param path what is asked for, without `limit` and `cursor`
 * @param looks how many pages are read one after the other, each shown as it comes
 */
export function usePages<T>(path: string, limit: number, looks = 1): Pages<T> {
  const state = useSignal<Omit<Pages<T>, "more">>({ items: [], next: "", isBusy: false });
  const end = useEnd();
  const look = async (): Promise<boolean> => {
    const { items, next } = state.value;
    if (next === null) return false;
    const answer = await ask<Page<T>>(addressOf(path, limit, next), end);
    if (end.aborted) return false;
    if ("failure" in answer) state.value = { ...state.value, failure: answer.failure };
    else state.value = { items: [...items, ...answer.value.items], next: answer.value.nextCursor, isBusy: true };
    return "value" in answer;
  };
  const more = async (): Promise<void> => {
    // A second one would read the same pages.
    if (state.peek().isBusy) return;
    state.value = { ...state.peek(), isBusy: true };
    for (let looked = 0; looked < looks && (await look()); looked++);
    state.value = { ...state.peek(), isBusy: false };
  };
  useEffect(() => void more(), []);
  return { ...state.value, more: () => void more() };
}

function addressOf(path: string, limit: number, cursor: string): string {
  const [place = "", query = ""] = path.split("?");
  const asked = new URLSearchParams(query);
  asked.set("limit", String(limit));
  if (cursor !== "") asked.set("cursor", cursor);
  return `${place}?${asked.toString()}`;
}
