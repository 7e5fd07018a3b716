/**
 * What browsers and this service say to each other about passkeys (https://www.w3.org/TR/webauthn-3/), by
 * @simplewebauthn/server, for officers and citizens alike. The device must have recognised its user. Every challenge is
 * used once, by the browser that it was made for, at the service's own origin.
 */
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from "@simplewebauthn/server";
import { toBase64Url, utf8 } from "../core/bytes.ts";
import type { RandomBytes } from "../core/random.ts";
import type { PasskeyRow } from "../store/sign-in-rows.ts";
import { FLOW_MS, Flows, type Beginning } from "./flows.ts";
import { refusedSignIn } from "./refused.ts";

/** A step of which the browser has to give the answer. */
export interface Asked<Options> {
  readonly flow: string;
  readonly options: Options;
}

/** Whose passkey is to be made, as the device shows it. */
export interface PasskeyOwner {
  readonly accountId: string;
  readonly name: string;
  /** Passkeys of the account: a device makes one. */
  readonly known: readonly Pick<PasskeyRow, "credentialId" | "transports">[];
}

/** A passkey that a device has made. */
export type NewPasskey = Pick<PasskeyRow, "credentialId" | "publicKey" | "counter" | "transports">;

/** A passkey that is on record. */
export interface KnownPasskey extends NewPasskey {
  readonly accountId: string;
}

/** A passkey that answered. Whether its counter rose is asked where it is noted. */
export interface UsedPasskey {
  readonly accountId: string;
  readonly credentialId: string;
  readonly counter: number;
}

export interface CeremonyParts {
  /** As devices show it. */
  readonly serviceName: string;
  readonly randomBytes: RandomBytes;
  readonly now: () => number;
}

interface Challenge {
  readonly challenge: string;
  readonly origin: string;
}

interface Authentication extends Challenge {
  /** The one that has to answer; without it, any may sign in. */
  readonly accountId: string | undefined;
}

interface Registration<Context> extends Challenge {
  readonly context: Context;
}

type Transports = NonNullable<RegistrationResponseJSON["response"]["transports"]>;

/** Loaded with the first passkey: with all that it brings along, it is a tenth of what a start would have to load. */
const webAuthn = () => import("@simplewebauthn/server");

/** COSE: EdDSA, ES256, RS256, what devices have today. */
const ALGORITHMS = [-8, -7, -257];

/** Registers passkeys, each for something that was said when it was begun, and recognises them. */
export class PasskeyCeremonies<Context> {
  readonly #serviceName: string;
  readonly #registrations: Flows<Registration<Context>>;
  readonly #authentications: Flows<Authentication>;

  constructor({ serviceName, randomBytes, now }: CeremonyParts) {
    this.#serviceName = serviceName;
    this.#registrations = new Flows(randomBytes, now);
    this.#authentications = new Flows(randomBytes, now);
  }

  /** Begins to register a passkey; `context` comes back with it. */
  async askToRegister(
    { origin, client }: Beginning,
    { accountId, name, known }: PasskeyOwner,
    context: Context,
  ): Promise<Asked<PublicKeyCredentialCreationOptionsJSON>> {
    const { generateRegistrationOptions } = await webAuthn();
    const options = await generateRegistrationOptions({
      ...{ rpName: this.#serviceName, rpID: rpIdOf(origin), timeout: FLOW_MS },
      ...{ userID: new Uint8Array(utf8(accountId)), userName: name, userDisplayName: name },
      attestationType: "none",
      supportedAlgorithmIDs: ALGORITHMS,
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
      excludeCredentials: known.map(({ credentialId, transports }) => ({
        ...{ id: credentialId, transports: transports as Transports },
      })),
    });
    return { flow: this.#registrations.begin({ challenge: options.challenge, origin, context }, client), options };
  }

  /**
   * The passkey that a browser has made.
   * @throws UNAUTHENTICATED
   */
  async register(
    flow: string | undefined,
    response: RegistrationResponseJSON,
  ): Promise<{ readonly passkey: NewPasskey; readonly context: Context }> {
    const asked = this.#registrations.finish(flow);
    if (!asked) throw refusedSignIn("no-such-flow");
    const { verifyRegistrationResponse } = await webAuthn();
    const { registrationInfo } = await orRefused(
      verifyRegistrationResponse({
        ...{ response, expectedChallenge: asked.challenge, expectedOrigin: asked.origin },
        ...{ expectedRPID: rpIdOf(asked.origin), requireUserVerification: true, supportedAlgorithmIDs: ALGORITHMS },
      }),
    );
    if (!registrationInfo) throw refusedSignIn("passkey-invalid");
    const { id, publicKey, counter, transports = [] } = registrationInfo.credential;
    return { passkey: { credentialId: id, publicKey, counter, transports }, context: asked.context };
  }

  /**
   * Begins a sign-in; the browser offers the passkeys that it has for this service.
   * @param owner whoever is signed in already, and shows once more who they are: only their own passkeys may answer
   */
  async askToSignIn(
    { origin, client }: Beginning,
    owner?: Pick<PasskeyOwner, "accountId" | "known">,
  ): Promise<Asked<PublicKeyCredentialRequestOptionsJSON>> {
    const allowed = owner?.known.map(({ credentialId: id, transports }) => ({
      id,
      transports: transports as Transports,
    }));
    const { generateAuthenticationOptions } = await webAuthn();
    const options = await generateAuthenticationOptions({
      ...{ rpID: rpIdOf(origin), timeout: FLOW_MS, userVerification: "required" },
      ...(allowed && { allowCredentials: allowed }),
    });
    const asked = { challenge: options.challenge, origin, accountId: owner?.accountId };
    return { flow: this.#authentications.begin(asked, client), options };
  }

  /**
   * Which passkey answered.
   * @param find the passkey of a credential's id
   * @param accountId of whoever was asked to show once more who they are
   * @throws UNAUTHENTICATED
   */
  async signIn(
    flow: string | undefined,
    response: AuthenticationResponseJSON,
    find: (credentialId: string) => KnownPasskey | undefined,
    accountId?: string,
  ): Promise<UsedPasskey> {
    const asked = this.#authentications.finish(flow);
    // A question of one kind is no answer to the other.
    if (asked?.accountId !== accountId || !asked) throw refusedSignIn("no-such-flow");
    const passkey = find(response.id);
    if (!passkey || (accountId ?? passkey.accountId) !== passkey.accountId) throw refusedSignIn("no-such-passkey");
    const { accountId: owner, credentialId: id, publicKey, transports } = passkey;
    // Where passkeys are named, devices need not say whose they are.
    const handle = toBase64Url(utf8(owner));
    const said = response.response.userHandle ?? (accountId === undefined ? undefined : handle);
    if (said !== handle) throw refusedSignIn("passkey-invalid");
    const { verifyAuthenticationResponse } = await webAuthn();
    const { verified, authenticationInfo } = await orRefused(
      verifyAuthenticationResponse({
        ...{ response, expectedChallenge: asked.challenge, expectedOrigin: asked.origin },
        ...{ expectedRPID: rpIdOf(asked.origin), requireUserVerification: true },
        // Its counter is compared where it is noted: between the two another answer could be accepted.
        credential: { id, publicKey: new Uint8Array(publicKey), counter: 0, transports: transports as Transports },
      }),
    );
    if (!verified) throw refusedSignIn("passkey-invalid");
    return { accountId: owner, credentialId: id, counter: authenticationInfo.newCounter };
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
