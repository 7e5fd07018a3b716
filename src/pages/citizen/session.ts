/**
 * Who uses the app: the session that the service knows by its cookie, which no script can read. Without a network the app goes
 * by who was signed in last, so that a post can be written and wait for its own author.
 */
import { signal } from "@preact/signals";
import type { Citizen, Session } from "./answers.ts";
import { ask, send } from "./api.ts";
import { forgetNote, noted, noteDown } from "./noted.ts";

/** Whether somebody is signed in. `kept` is who was so last: the service has not said anything yet, or cannot be asked. */
export type SessionState =
  | { readonly state: "unknown" | "none" }
  | { readonly state: "kept"; readonly citizen: Citizen }
  | { readonly state: "here"; readonly citizen: Citizen };

const NOTE = "citizen";

export const sessionState = signal<SessionState>({ state: "unknown" });

/** Whoever is signed in, as far as is known. */
export function whoIsHere(): Citizen | undefined {
  const state = sessionState.value;
  return "citizen" in state ? state.citizen : undefined;
}

/** Begins with who was here last, then asks the service. */
export async function lookUpSession(): Promise<void> {
  const citizen = noted<Citizen>(NOTE);
  if (sessionState.peek().state === "unknown" && citizen) sessionState.value = { state: "kept", citizen };
  const before = sessionState.peek();
  const answer = await ask<Session | { readonly citizen: null }>("/v1/citizens/session");
  // On a slow line somebody may have signed in or out meanwhile, of which this answer knows nothing.
  if (sessionState.peek() !== before) return;
  if ("value" in answer && answer.value.citizen) signedIn(answer.value.citizen);
  else if ("value" in answer) sessionEnded();
  else if (!citizen) sessionState.value = { state: "none" };
}

/** Somebody has signed in. */
export function signedIn(citizen: Citizen): void {
  noteDown(NOTE, citizen);
  sessionState.value = { state: "here", citizen };
}

/** The session is over; what waits on this phone waits for its author. */
export function sessionEnded(): void {
  forgetNote(NOTE);
  sessionState.value = { state: "none" };
}

/** Ends the session here and at the service. */
export async function signOut(): Promise<void> {
  await send("DELETE", "/v1/citizens/session");
  sessionEnded();
}
