/**
 * Passkeys in the browser: the service says what to ask of the device, the device answers, the service looks at the answer. Older
 * browsers cannot read the service's form of it themselves.
 * https://www.w3.org/TR/webauthn-3/
 */
import { send, type Answer, type Failure } from "./api.ts";

/** How it went. */
export type Outcome<T> =
  | { readonly state: "done"; readonly value: T }
  /** The device gave nothing, or its owner called it off. */
  | { readonly state: "given-up" }
  | { readonly state: "failed"; readonly failure: Failure };

/** Whether this browser has passkeys. */
export function hasPasskeys(): boolean {
  return "PublicKeyCredential" in globalThis && "credentials" in navigator;
}

/**
 * Makes a passkey on this device.
 * @param path where options are asked for and, at its neighbour, what came of it is sent
 * @param proof that its owner has shown just now who they are
 */
export async function makePasskey<T>(path: string, given: object = {}, proof?: string): Promise<Outcome<T>> {
  const asked = await send<{ readonly options: PublicKeyCredentialCreationOptionsJSON }>(
    "POST",
    `${path}/options`,
    given,
    proof,
  );
  if ("failure" in asked) return { state: "failed", failure: asked.failure };
  return answerWith(path, () => navigator.credentials.create({ publicKey: creation(asked.value.options) }));
}

/** Shows a passkey that this device has. */
export async function showPasskey<T>(path: string): Promise<Outcome<T>> {
  const asked = await send<{ readonly options: PublicKeyCredentialRequestOptionsJSON }>("POST", `${path}/options`, {});
  if ("failure" in asked) return { state: "failed", failure: asked.failure };
  return answerWith(path, () => navigator.credentials.get({ publicKey: request(asked.value.options) }));
}

async function answerWith<T>(path: string, act: () => Promise<Credential | null>): Promise<Outcome<T>> {
  const credential = await act().catch(() => null);
  if (!(credential instanceof PublicKeyCredential)) return { state: "given-up" };
  const answer: Answer<T> = await send("POST", `${path}/verify`, { credential: asJson(credential) });
  return "failure" in answer ? { state: "failed", failure: answer.failure } : { state: "done", value: answer.value };
}

function creation(options: PublicKeyCredentialCreationOptionsJSON): PublicKeyCredentialCreationOptions {
  if ("parseCreationOptionsFromJSON" in PublicKeyCredential)
    return PublicKeyCredential.parseCreationOptionsFromJSON(options);
  const { challenge, user, excludeCredentials = [], ...rest } = options;
  return {
    // Nothing that is asked for here has a form of its own in JSON.
    ...(rest as object as Omit<PublicKeyCredentialCreationOptions, "challenge" | "user">),
    challenge: bytesOf(challenge),
    user: { ...user, id: bytesOf(user.id) },
    excludeCredentials: excludeCredentials.map(described),
  };
}

function request(options: PublicKeyCredentialRequestOptionsJSON): PublicKeyCredentialRequestOptions {
  if ("parseRequestOptionsFromJSON" in PublicKeyCredential)
    return PublicKeyCredential.parseRequestOptionsFromJSON(options);
  const { challenge, allowCredentials = [], ...rest } = options;
  return {
    ...(rest as object as Omit<PublicKeyCredentialRequestOptions, "challenge">),
    challenge: bytesOf(challenge),
    allowCredentials: allowCredentials.map(described),
  };
}

function described({ id }: { readonly id: string }): PublicKeyCredentialDescriptor {
  return { id: bytesOf(id), type: "public-key" };
}

function asJson(credential: PublicKeyCredential): object {
  if ("toJSON" in credential) return credential.toJSON() as object;
  const { id, rawId, type, response, authenticatorAttachment } = credential as PublicKeyCredential;
  return {
    ...{ id, type, rawId: textOf(rawId), authenticatorAttachment, clientExtensionResults: {} },
    response: Object.fromEntries(
      PARTS.flatMap((name): [string, string][] => {
        const part = (response as unknown as Readonly<Record<string, unknown>>)[name];
        return part instanceof ArrayBuffer ? [[name, textOf(part)]] : [];
      }),
    ),
  };
}

/** What a device may answer, in bytes. */
const PARTS = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"] as const;

function bytesOf(text: string): ArrayBuffer {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (one) => one.charCodeAt(0)).buffer;
}

function textOf(bytes: ArrayBuffer): string {
  const binary = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
