/** Answers for views: asked for when a view is shown, and again after something was sent. */
import { signal, useSignal, type ReadonlySignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { language } from "../texts/language.ts";
import { ask, type Answer, type Failure } from "./api.ts";
import { sessionState } from "./session.ts";

/** The newest answer, and what is wrong if the last question had none. */
export interface Known<T> {
  readonly value?: T;
  readonly failure?: Failure;
}

/** Rises whenever something was sent: what views show may be another thing by then. */
const changes = signal(0);

const UNAUTHENTICATED = 401;
const AGAIN_MS = 30_000;

/** Asks at once, after each change, in another language when the reader chooses one, and every half a minute in a tab that somebody sees; nothing for no path. */
export function useAnswer<T>(path: string | undefined): Known<T> {
  const known = useSignal<Known<T>>({});
  const change = changes.value;
  const tongue = language.value;
  useEffect(() => {
    known.value = {};
  }, [path]);
  useEffect(() => {
    if (path === undefined) return;
    const end = new AbortController();
    const look = async (isLook: boolean): Promise<void> => {
      const answer = await ask<T>(path, { signal: end.signal, isLook });
      if (end.signal.aborted) return;
      noteEnd(answer);
      known.value = "value" in answer ? answer : { ...known.peek(), ...answer };
    };
    const timer = setInterval(() => {
      if (!document.hidden) void look(true);
    }, AGAIN_MS);
    void look(false);
    return () => {
      end.abort();
      clearInterval(timer);
    };
  }, [path, change, tongue]);
  return known.value;
}

/** How sending goes. */
export interface Sending<T> {
  readonly state: ReadonlySignal<{ readonly isBusy: boolean; readonly done?: T; readonly failure?: Failure }>;
  /** @returns what came back; nothing when it failed */
  run(what: () => Promise<Answer<T>>): Promise<T | undefined>;
  /** Forgets the outcome. */
  clear(): void;
}

/** Sends, one thing at a time, and keeps the outcome to be shown. */
export function useSending<T>(): Sending<T> {
  const state = useSignal<{ readonly isBusy: boolean; readonly done?: T; readonly failure?: Failure }>({
    isBusy: false,
  });
  return {
    state,
    clear() {
      state.value = { isBusy: false };
    },
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
      changes.value++;
      return answer.value;
    },
  };
}

/** A session that is over is said so everywhere at once. */
function noteEnd(answer: Answer<unknown>): void {
  if ("failure" in answer && answer.failure.status === UNAUTHENTICATED) sessionState.value = { state: "none" };
}
