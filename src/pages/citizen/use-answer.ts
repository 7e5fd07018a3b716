/** Answers for views: asked for when a view is shown, again after something was sent, and when the app comes back into view. */
import { answering, type KnownOf } from "../app/answering.ts";
import { ask, type Failure } from "./api.ts";
import { changes, noteSent } from "./queue/phone.ts";
import { sessionEnded } from "./session.ts";

export type Known<T> = KnownOf<T, Failure>;

export const { useAnswer, useSending } = answering<Failure>({
  ask: (path, { signal }) => ask(path, signal),
  version: () => changes.value,
  whenever(look) {
    document.addEventListener("visibilitychange", look);
    addEventListener("online", look);
    return () => {
      document.removeEventListener("visibilitychange", look);
      removeEventListener("online", look);
    };
  },
  ...{ noteSent, sessionEnded },
});
