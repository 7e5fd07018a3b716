/**
 * Answers for views: asked for at once, after each change, in another language when the reader chooses one, and every half a
 * minute in a tab that somebody sees.
 */
import { signal } from "@preact/signals";
import { answering, type KnownOf, type SendingOf } from "../app/answering.ts";
import { language } from "../texts/language.ts";
import { ask, type Failure } from "./api.ts";
import { sessionState } from "./session.ts";

export type Known<T> = KnownOf<T, Failure>;
export type Sending<T> = SendingOf<T, Failure>;

/** Rises whenever something was sent. */
const changes = signal(0);
const AGAIN_MS = 30_000;

export const { useAnswer, useSending } = answering<Failure>({
  ask,
  version: () => `${changes.value} ${language.value}`,
  whenever(look) {
    const timer = setInterval(look, AGAIN_MS);
    return () => {
      clearInterval(timer);
    };
  },
  noteSent: () => void changes.value++,
  sessionEnded: () => (sessionState.value = { state: "none" }),
});
