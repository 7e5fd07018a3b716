/** Who sits at the desk: the session that the service knows by its cookie, which no script can read. */
import { signal } from "@preact/signals";
import { ask, remove } from "./api.ts";

/** A session. */
export interface Session {
  readonly officer: {
    readonly id: string;
    readonly name: string;
    readonly role: "officer" | "auditor" | "administrator" | "admin";
    readonly scope?: { readonly sources?: readonly string[] | null };
  };
  readonly signedInAt: string | number;
  readonly until: string | number;
}

/** Whether there is one; before the first answer, that is not known. */
export type SessionState =
  { readonly state: "unknown" | "none" | "unreachable" } | { readonly state: "here"; readonly session: Session };

/** The session at present. */
export const sessionState = signal<SessionState>({ state: "unknown" });

/** Asks the service who sits here: at the start, and after somebody has signed in. */
export async function lookUpSession(): Promise<void> {
  const answer = await ask<Session>("/v1/session");
  if ("value" in answer) sessionState.value = { state: "here", session: answer.value };
  else sessionState.value = { state: answer.failure.status === 0 ? "unreachable" : "none" };
}

/** Ends the session here and at the service. Whatever was typed or shown is gone with the page. */
export async function signOut(): Promise<void> {
  await remove("/v1/session");
  location.assign("/desk");
}

/** What the role of whoever sits here allows. */
export function mayAct(): boolean {
  const { value } = sessionState;
  return value.state === "here" && value.session.officer.role === "officer";
}
