/** Answers for views: asked for when a view is shown, again after something was sent, and whenever there may be something new. */
import { useSignal, type ReadonlySignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

/** An answer, or why there is none. */
type Answer<T, F> = { readonly value: T } | { readonly failure: F };

/** What every reason has. */
interface Failed {
  readonly status: number;
}

/** The newest answer, and what is wrong if the last question had none. */
export interface KnownOf<T, F> {
  readonly value?: T;
  readonly failure?: F;
}

/** How sending goes. */
export interface SendingOf<T, F> {
  readonly state: ReadonlySignal<{ readonly isBusy: boolean; readonly done?: T; readonly failure?: F }>;
  /** @returns what came back; nothing when it failed */
  run(what: () => Promise<Answer<T, F>>): Promise<T | undefined>;
  /** Forgets the outcome. */
  clear(): void;
}

/** What a page asks with. */
export interface Asking<F> {
  /** @param isLook by the page itself, to show what is new */
  ask<T>(path: string, how: { readonly signal: AbortSignal; readonly isLook: boolean }): Promise<Answer<T, F>>;
  /** Another value whenever views have to ask again; read in views. */
  version(): unknown;
  /** Looks whenever there may be something new. @returns what ends that */
  whenever(look: () => void): () => void;
  /** Something was sent: what views show may be another thing by then. */
  noteSent(): void;
  sessionEnded(): void;
}

const UNAUTHENTICATED = 401;

/** What views of a page ask and send with. */
export function answering<F extends Failed>(page: Asking<F>) {
  return {
    /** Asks; nothing for no path. */
    useAnswer: <T>(path: string | undefined) => useAnswerOf<T, F>(page, path),
    /**
     * Sends, one thing at a time, and keeps the outcome to be shown.
     * @param isQuiet whether the views stay as they are: what was reported may be gone, and its thanks with it
     */
    useSending: <T>({ isQuiet = false } = {}) => useSendingOf<T, F>(page, isQuiet),
  };
}

interface AnswerTo<T, F> {
  readonly path: string | undefined;
  readonly known: KnownOf<T, F>;
}

function useAnswerOf<T, F extends Failed>(page: Asking<F>, path: string | undefined): KnownOf<T, F> {
  const last = useSignal<AnswerTo<T, F>>({ path, known: {} });
  const version = page.version();
  useEffect(() => {
    if (last.peek().path !== path) last.value = { path, known: {} };
  }, [path]);
  useEffect(() => {
    if (path === undefined) return;
    const end = new AbortController();
    let [asked, shown] = [0, 0];
    const look = async (isLook: boolean): Promise<void> => {
      const turn = ++asked;
      const answer = await page.ask<T>(path, { signal: end.signal, isLook });
      // Of two that are under way, the older one may be answered last.
      if (end.signal.aborted || turn < shown) return;
      shown = turn;
      noteEnd(answer, page);
      last.value = { path, known: "value" in answer ? answer : { ...last.peek().known, ...answer } };
    };
    const enough = page.whenever(() => {
      if (!document.hidden) void look(true);
    });
    void look(false);
    return () => {
      end.abort();
      enough();
    };
  }, [path, version]);
  // What was answered to another question is no answer to this one, even before this one is asked.
  return last.value.path === path ? last.value.known : {};
}

function useSendingOf<T, F extends Failed>(page: Asking<F>, isQuiet: boolean): SendingOf<T, F> {
  const state = useSignal<{ readonly isBusy: boolean; readonly done?: T; readonly failure?: F }>({ isBusy: false });
  return {
    state,
    clear() {
      state.value = { isBusy: false };
    },
    async run(what) {
      if (state.peek().isBusy) return undefined;
      state.value = { isBusy: true };
      const answer = await what();
      noteEnd(answer, page);
      if ("failure" in answer) {
        state.value = { isBusy: false, failure: answer.failure };
        return undefined;
      }
      state.value = { isBusy: false, done: answer.value };
      if (!isQuiet) page.noteSent();
      return answer.value;
    },
  };
}

/** A session that is over is said so everywhere at once. */
function noteEnd<F extends Failed>(answer: Answer<unknown, F>, page: Asking<F>): void {
  if ("failure" in answer && answer.failure.status === UNAUTHENTICATED) page.sessionEnded();
}
