/**
 * Passkeys (https://www.w3.org/TR/webauthn-3/), by @simplewebauthn/server: registered with an invitation, and used to sign
 * in without a name. The device must have recognised its user. Every challenge is used once, by the browser that it was
 * made for, at the desk's own origin.
 */
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
} from "@simplewebauthn/server";
import { toBase64Url, utf8 } from "../core/bytes.ts";
import type { RandomBytes } from "../core/random.ts";
import type { StoredOfficer } from "../store/officer-store.ts";
import { FLOW_MS, Flows } from "./flows.ts";
import type { Officers } from "./officers.ts";
import { refusedSignIn } from "./refused.ts";

/** A step of which the browser has to give the answer. */
export interface Asked<Options> {
  readonly flow: string;
  readonly options: Options;
}

interface Registration {
  readonly challenge: string;
  readonly origin: string;
  readonly invitationId: string;
}

type Authentication = Pick<Registration, "challenge" | "origin">;
type Transports = NonNullable<RegistrationResponseJSON["response"]["transports"]>;

/** COSE: EdDSA, ES256, RS256, what devices have today. */
const ALGORITHMS = [-8, -7, -257];

/** Registers passkeys and signs in with them. */
export class Passkeys {
  readonly #officers: Officers;
  readonly #registrations: Flows<Registration>;
  readonly #authentications: Flows<Authentication>;

  constructor(officers: Officers, randomBytes: RandomBytes, now: () => number) {
    this.#officers = officers;
    this.#registrations = new Flows(randomBytes, now);
    this.#authentications = new Flows(randomBytes, now);
  }

  /**
   * Begins to register a passkey for whoever has the token of an invitation.
   * @throws UNAUTHENTICATED
   */
  async askToJoin(
    origin: string,
    token: string,
  ): Promise<Asked<PublicKeyCredentialCreationOptionsJSON> & { readonly officer: StoredOfficer }> {
    const { invitationId, officer } = this.#officers.invited(token);
    const known = this.#officers.passkeysOf(officer.officerId);
    const options = await generateRegistrationOptions({
      ...{ rpName: "Warifu", rpID: rpIdOf(origin), timeout: FLOW_MS },
      ...{ userID: new Uint8Array(utf8(officer.officerId)), userName: officer.name, userDisplayName: officer.name },
      attestationType: "none",
      supportedAlgorithmIDs: ALGORITHMS,
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
      excludeCredentials: known.map(({ credentialId, transports }) => ({
        ...{ id: credentialId, transports: transports as Transports },
      })),
    });
    const flow = this.#registrations.begin({ challenge: options.challenge, origin, invitationId });
    return { flow, options, officer };
  }

  /**
   * Registers the passkey that a browser has made.
   * @throws UNAUTHENTICATED
   */
  async join(flow: string | undefined, response: RegistrationResponseJSON): Promise<StoredOfficer> {
    const asked = this.#registrations.finish(flow);
    if (!asked) throw refusedSignIn("no-such-flow");
    const { registrationInfo } = await orRefused(
      verifyRegistrationResponse({
        ...{ response, expectedChallenge: asked.challenge, expectedOrigin: asked.origin },
        ...{ expectedRPID: rpIdOf(asked.origin), requireUserVerification: true, supportedAlgorithmIDs: ALGORITHMS },
      }),
    );
    if (!registrationInfo) throw refusedSignIn("passkey-invalid");
    const { id, publicKey, counter, transports = [] } = registrationInfo.credential;
    return this.#officers.join(asked.invitationId, { credentialId: id, publicKey, counter, transports });
  }

  /** Begins a sign-in; the browser offers the passkeys that it has for this service. */
  async ask(origin: string): Promise<Asked<PublicKeyCredentialRequestOptionsJSON>> {
    const options = await generateAuthenticationOptions({
      ...{ rpID: rpIdOf(origin), timeout: FLOW_MS, userVerification: "required" },
    });
    return { flow: this.#authentications.begin({ challenge: options.challenge, origin }), options };
  }

  /**
   * Whose passkey answered.
   * @throws UNAUTHENTICATED
   */
  async signIn(flow: string | undefined, response: AuthenticationResponseJSON): Promise<StoredOfficer> {
    const asked = this.#authentications.finish(flow);
    if (!asked) throw refusedSignIn("no-such-flow");
    const passkey = this.#officers.passkey(response.id);
    if (!passkey) throw refusedSignIn("no-such-passkey");
    if (response.response.userHandle !== toBase64Url(utf8(passkey.officerId))) throw refusedSignIn("passkey-invalid");
    const { credentialId: id, publicKey, transports } = passkey;
    const { verified, authenticationInfo } = await orRefused(
      verifyAuthenticationResponse({
        ...{ response, expectedChallenge: asked.challenge, expectedOrigin: asked.origin },
        ...{ expectedRPID: rpIdOf(asked.origin), requireUserVerification: true },
        // Its counter is compared below, where it is noted: between the two another answer could be accepted.
        credential: { id, publicKey: new Uint8Array(publicKey), counter: 0, transports: transports as Transports },
      }),
    );
    const officer = this.#officers.valid(passkey.officerId);
    if (!verified || !officer) throw refusedSignIn(officer ? "passkey-invalid" : "no-account");
    await this.#officers.noteUse(id, authenticationInfo.newCounter);
    return officer;
  }
}

function rpIdOf(origin: string): string {
  return new URL(origin).hostname;
}

/** What the library says of an answer that it does not take quotes that answer, so it is not passed on. */
async function orRefused<T>(verifying: Promise<T>): Promise<T> {
  try {
    return await verifying;
  } catch {
    throw refusedSignIn("passkey-invalid");
  }
}
