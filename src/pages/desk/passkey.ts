/**
 * Passkeys in the browser: the service says what to ask of the device, the device answers, the service looks at the answer.
 * https://www.w3.org/TR/webauthn-3/
 */
import { send, type Failure } from "./api.ts";
import type { Session } from "./session.ts";

/** How it went. */
export type Outcome =
  | { readonly state: "done" }
  /** The device gave nothing, or its user called it off. */
  | { readonly state: "given-up" }
  | { readonly state: "failed"; readonly failure: Failure };

/** Who is invited, and what to ask of the device. */
export interface Invited {
  readonly officer: Session["officer"];
  readonly options: PublicKeyCredentialCreationOptionsJSON;
}

/** Whether this browser has passkeys, and speaks of them in JSON. */
export function hasPasskeys(): boolean {
  return "PublicKeyCredential" in globalThis && "parseRequestOptionsFromJSON" in PublicKeyCredential;
}

/** Signs in with a passkey that the device has. */
export async function signInByPasskey(): Promise<Outcome> {
  const asked = await send<{ readonly options: PublicKeyCredentialRequestOptionsJSON }>(
    "/v1/session/passkey/options",
    {},
  );
  if ("failure" in asked) return { state: "failed", failure: asked.failure };
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(asked.value.options);
  return answerWith("/v1/session/passkey/verify", () => navigator.credentials.get({ publicKey }));
}

/** Makes the passkey of somebody who was invited, who is signed in then. */
export async function join({ options }: Invited): Promise<Outcome> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  return answerWith("/v1/session/join/verify", () => navigator.credentials.create({ publicKey }));
}

/** Makes a passkey for a further device of whoever is signed in. */
export async function addPasskey(): Promise<Outcome> {
  const asked = await send<Pick<Invited, "options">>("/v1/session/passkeys/options", {});
  if ("failure" in asked) return { state: "failed", failure: asked.failure };
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(asked.value.options);
  return answerWith("/v1/session/passkeys/verify", () => navigator.credentials.create({ publicKey }));
}

async function answerWith(path: string, act: () => Promise<Credential | null>): Promise<Outcome> {
  const credential = await act().catch(() => null);
  if (!(credential instanceof PublicKeyCredential)) return { state: "given-up" };
  const answer = await send(path, { credential: credential.toJSON() as object });
  return "failure" in answer ? { state: "failed", failure: answer.failure } : { state: "done" };
}
