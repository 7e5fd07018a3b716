/**
 * Passkeys of officers (https://www.w3.org/TR/webauthn-3/): registered with an invitation, and used to sign in without a
 * name.
 */
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from "@simplewebauthn/server";
import type { RandomBytes } from "../core/random.ts";
import type { StoredOfficer, StoredPasskey } from "../store/officer-store.ts";
import type { Beginning } from "./flows.ts";
import type { Officers } from "./officers.ts";
import { PasskeyCeremonies, type Asked } from "./passkey-ceremonies.ts";
import { refusedSignIn } from "./refused.ts";

/** What a passkey is made for. */
type Registration =
  { readonly to: "join"; readonly invitationId: string } | { readonly to: "add"; readonly officerId: string };

/** Registers passkeys and signs in with them. */
export class Passkeys {
  readonly #officers: Officers;
  readonly #ceremonies: PasskeyCeremonies<Registration>;

  constructor(officers: Officers, randomBytes: RandomBytes, now: () => number) {
    this.#officers = officers;
    this.#ceremonies = new PasskeyCeremonies({ serviceName: "Warifu", randomBytes, now });
  }

  /**
   * Begins to register a passkey for whoever has the token of an invitation.
   * @throws UNAUTHENTICATED
   */
  async askToJoin(
    from: Beginning,
    token: string,
  ): Promise<Asked<PublicKeyCredentialCreationOptionsJSON> & { readonly officer: StoredOfficer }> {
    const { invitationId, officer } = this.#officers.invited(token);
    const { officerId: accountId, name } = officer;
    const known = this.#officers.passkeysOf(accountId);
    const owner = { accountId, name, known };
    const asked = await this.#ceremonies.askToRegister(from, owner, { to: "join", invitationId });
    return { ...asked, officer };
  }

  /**
   * Registers the passkey that a browser has made.
   * @throws UNAUTHENTICATED
   */
  async join(flow: string | undefined, response: RegistrationResponseJSON): Promise<StoredOfficer> {
    const { passkey, context } = await this.#ceremonies.register(flow, response);
    if (context.to !== "join") throw refusedSignIn("no-such-flow");
    return this.#officers.join(context.invitationId, passkey);
  }

  /** Begins to add a passkey for whoever is signed in. @throws FORBIDDEN a provider vouches for this person */
  async askToAdd(
    from: Beginning,
    { officerId, name }: StoredOfficer,
  ): Promise<Asked<PublicKeyCredentialCreationOptionsJSON>> {
    this.#officers.assertHasPasskeys(officerId);
    const owner = { accountId: officerId, name, known: this.#officers.passkeysOf(officerId) };
    return this.#ceremonies.askToRegister(from, owner, { to: "add", officerId });
  }

  /** Adds it, to the account that asked for it. @throws UNAUTHENTICATED; as {@link Officers.addPasskey} */
  async add(
    flow: string | undefined,
    response: RegistrationResponseJSON,
    { officerId }: StoredOfficer,
  ): Promise<StoredPasskey> {
    const { passkey, context } = await this.#ceremonies.register(flow, response);
    if (context.to !== "add" || context.officerId !== officerId) throw refusedSignIn("no-such-flow");
    return this.#officers.addPasskey(officerId, passkey);
  }

  /** Begins a sign-in; the browser offers the passkeys that it has for this service. */
  ask(from: Beginning): Promise<Asked<PublicKeyCredentialRequestOptionsJSON>> {
    return this.#ceremonies.askToSignIn(from);
  }

  /**
   * Whose passkey answered.
   * @throws UNAUTHENTICATED
   */
  async signIn(flow: string | undefined, response: AuthenticationResponseJSON): Promise<StoredOfficer> {
    const { accountId, credentialId, counter } = await this.#ceremonies.signIn(flow, response, (id) => {
      const passkey = this.#officers.passkey(id);
      return passkey && { ...passkey, accountId: passkey.officerId };
    });
    const officer = this.#officers.valid(accountId);
    if (!officer) throw refusedSignIn("no-account");
    await this.#officers.noteUse(credentialId, counter);
    return officer;
  }
}
