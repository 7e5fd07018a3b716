/**
 * Answers that are kept up to date while somebody looks: asked for again every few seconds, less and less often while the
 * service does not answer, and not at all in a tab that nobody sees.
 */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ask, type Failure } from "./api.ts";

/** The newest answer, and what is wrong if the last question had none. */
export interface Live<T> {
  readonly value?: T;
  readonly failure?: Failure;
}

/** Twice as long after each failure, up to 32 times. */
const MOST_DOUBLINGS = 5;

/** Asks at once, then every so many seconds. */
export function useLive<T>(path: string, seconds: number, key?: string): Live<T> {
  const live = useSignal<Live<T>>({});
  useEffect(() => {
    const end = new AbortController();
    let [failures, asked, shown] = [0, 0, 0];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async (): Promise<void> => {
      clearTimeout(timer);
      const turn = ++asked;
      const answer = await ask<T>(path, end.signal, key);
      // Of two that are under way, the older one may be answered last.
      if (end.signal.aborted || turn < shown) return;
      shown = turn;
      const isThere = "value" in answer;
      failures = isThere ? 0 : failures + 1;
      live.value = isThere ? answer : { ...live.peek(), ...answer };
      clearTimeout(timer);
      if (document.hidden) return;
      timer = setTimeout(() => void look(), seconds * 1_000 * 2 ** Math.min(failures, MOST_DOUBLINGS));
    };
    const onVisibility = (): void => {
      clearTimeout(timer);
      if (!document.hidden) void look();
    };
    live.value = {};
    document.addEventListener("visibilitychange", onVisibility);
    void look();
    return () => {
      end.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", onVisibility);
    };
  }, [path, key]);
  return live.value;
}
