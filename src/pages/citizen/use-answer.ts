/** Answers for views: asked for when a view is shown, again after something was sent, and when the app comes back into view. */
import { useSignal, type ReadonlySignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ask, type Answer, type Failure } from "./api.ts";
import { changes, noteSent } from "./queue/phone.ts";
import { sessionEnded } from "./session.ts";

/** The newest answer, and what is wrong if the last question had none. */
export interface Known<T> {
  readonly value?: T;
  readonly failure?: Failure;
}

const UNAUTHENTICATED = 401;

/** Asks; nothing for no path. */
export function useAnswer<T>(path: string | undefined): Known<T> {
  const known = useSignal<Known<T>>({});
  const change = changes.value;
  useEffect(() => {
    known.value = {};
  }, [path]);
  useEffect(() => {
    if (path === undefined) return;
    const end = new AbortController();
    const look = async (): Promise<void> => {
      const answer = await ask<T>(path, end.signal);
      if (end.signal.aborted) return;
      noteEnd(answer);
      known.value = "value" in answer ? answer : { ...known.peek(), ...answer };
    };
    const lookIfSeen = (): void => {
      if (!document.hidden) void look();
    };
    document.addEventListener("visibilitychange", lookIfSeen);
    addEventListener("online", lookIfSeen);
    void look();
    return () => {
      end.abort();
      document.removeEventListener("visibilitychange", lookIfSeen);
      removeEventListener("online", lookIfSeen);
    };
  }, [path, change]);
  return known.value;
}

/** How sending goes. */
export interface Sending<T> {
  readonly state: ReadonlySignal<{ readonly isBusy: boolean; readonly done?: T; readonly failure?: Failure }>;
  /** @returns what came back; nothing when it failed */
  run(what: () => Promise<Answer<T>>): Promise<T | undefined>;
}

/**
 * Sends, one thing at a time, and keeps the outcome to be shown.
 * @param isQuiet whether the views stay as they are: what was reported may be gone, and its thanks with it
 */
export function useSending<T>({ isQuiet = false } = {}): Sending<T> {
  const state = useSignal<{ readonly isBusy: boolean; readonly done?: T; readonly failure?: Failure }>({
    isBusy: false,
  });
  return {
    state,
    async run(what) {
      if (state.peek().isBusy) return undefined;
      state.value = { isBusy: true };
      const answer = await what();
      noteEnd(answer);
      if ("failure" in answer) {
        state.value = { isBusy: false, failure: answer.failure };
        return undefined;
      }
      state.value = { isBusy: false, done: answer.value };
      if (!isQuiet) noteSent();
      return answer.value;
    },
  };
}

/** A session that is over is said so everywhere at once. */
function noteEnd(answer: Answer<unknown>): void {
  if ("failure" in answer && answer.failure.status === UNAUTHENTICATED) sessionEnded();
}
