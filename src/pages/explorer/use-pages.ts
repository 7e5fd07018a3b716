/** Pages of a list, one after the other. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ask, type Failure, type Page } from "./api.ts";

/** What was read so far. */
export interface Pages<T> {
  readonly items: readonly T[];
  /** `null` when nothing is left. */
  readonly next: string | null;
  readonly failure?: Failure;
  /** Reads the next page. */
  readonly more: () => void;
}

/** @param path what is asked for, without `limit` and `cursor` */
export function usePages<T>(path: string, limit: number): Pages<T> {
  const state = useSignal<Omit<Pages<T>, "more">>({ items: [], next: "" });
  const more = async (): Promise<void> => {
    const { items, next } = state.value;
    const [place, query = ""] = path.split("?");
    const asked = new URLSearchParams(query);
    asked.set("limit", String(limit));
    if (next !== "" && next !== null) asked.set("cursor", next);
    const answer = await ask<Page<T>>(`${place ?? ""}?${asked.toString()}`);
    if ("failure" in answer) state.value = { ...state.value, failure: answer.failure };
    else state.value = { items: [...items, ...answer.value.items], next: answer.value.nextCursor };
  };
  useEffect(() => void more(), [path]);
  return { ...state.value, more: () => void more() };
}
