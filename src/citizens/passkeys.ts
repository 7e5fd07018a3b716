/**
 * Joining, signing in and coming back, with passkeys. What somebody says of themselves is checked before the device is
 * asked, and kept with the challenge, so the account gets exactly what the device signed for.
 */
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from "@simplewebauthn/server";
import { WarifuError } from "../core/errors.ts";
import { assertConsentsAlone, type OwnConsent } from "../privacy/own-consent.ts";
import type { Beginning } from "../sign-in/flows.ts";
import { PasskeyCeremonies, type Asked, type CeremonyParts } from "../sign-in/passkey-ceremonies.ts";
import { refusedSignIn } from "../sign-in/refused.ts";
import type { CitizenPasskey, StoredCitizen } from "../store/citizen-store.ts";
import type { CitizenAccounts, NewCitizen, OwnWords } from "./accounts.ts";
import type { City } from "./city-file.ts";
import type { CitizenConsents, CitizenReceipt, GivenConsent } from "./consents.ts";
import { assertIsNobodyOfficial } from "./own-words.ts";

/** Whoever wants to join. */
export interface Joining extends OwnWords {
  readonly consents: readonly GivenConsent[];
}

/** Who has joined. */
export interface Joined extends NewCitizen {
  readonly receipts: readonly CitizenReceipt[];
}

/** What a passkey is made for. */
type Registration =
  | { readonly to: "join"; readonly citizenId: string; readonly joining: Joining }
  | { readonly to: "recover"; readonly citizen: StoredCitizen }
  | { readonly to: "add"; readonly citizenId: string };

export interface CitizenPasskeyParts extends CeremonyParts {
  readonly accounts: CitizenAccounts;
  readonly consents: CitizenConsents;
  readonly ownConsent: OwnConsent;
  readonly city: Pick<City, "names" | "controller" | "ownNames" | "joinConsents">;
}

type AskedToRegister = Asked<PublicKeyCredentialCreationOptionsJSON>;

/** The ways in. */
export class CitizenPasskeys {
  readonly #parts: CitizenPasskeyParts;
  readonly #ceremonies: PasskeyCeremonies<Registration>;

  constructor(parts: CitizenPasskeyParts) {
    this.#parts = parts;
    this.#ceremonies = new PasskeyCeremonies(parts);
  }

  /**
   * Begins to join.
   * @throws REQUEST_INVALID there is no such age band, or the notice is of another version, or consent is missing; FORBIDDEN
   *   too young to join alone; NOT_FOUND no notice in that language is in force
   */
  askToJoin(from: Beginning, joining: Joining): Promise<AskedToRegister> {
    const { accounts, consents, ownConsent, city } = this.#parts;
    assertIsNobodyOfficial(joining.pseudonym, city);
    assertConsentsAlone(ownConsent, joining.ageBand);
    for (const one of joining.consents) consents.assertShown(one);
    this.#assertComplete(joining);
    const citizenId = accounts.newId();
    const owner = { accountId: citizenId, name: joining.pseudonym, known: [] };
    return this.#ceremonies.askToRegister(from, owner, { to: "join", citizenId, joining });
  }

  /** Joins. @throws UNAUTHENTICATED; STORE_FAILED, STOPPED */
  async join(flow: string | undefined, response: RegistrationResponseJSON): Promise<Joined> {
    const { passkey, context } = await this.#ceremonies.register(flow, response);
    if (context.to !== "join") throw refusedSignIn("no-such-flow");
    const { accounts, consents } = this.#parts;
    const { consents: given, ...words } = context.joining;
    const joined = await accounts.add(context.citizenId, words, passkey);
    const receipts: CitizenReceipt[] = [];
    for (const one of given) receipts.push(await consents.give(joined.citizen, one));
    return { ...joined, receipts };
  }

  /** Begins to come back with a recovery code. @throws UNAUTHENTICATED */
  askToRecover(from: Beginning, code: string): Promise<AskedToRegister> {
    const { accounts } = this.#parts;
    const citizen = accounts.recovering(code);
    const { citizenId: accountId, pseudonym: name } = citizen;
    const owner = { accountId, name, known: accounts.passkeysOf(accountId) };
    return this.#ceremonies.askToRegister(from, owner, { to: "recover", citizen });
  }

  /** Comes back: with a further passkey, and another code in the place of the used one. @throws UNAUTHENTICATED */
  async recover(flow: string | undefined, response: RegistrationResponseJSON): Promise<NewCitizen> {
    const { passkey, context } = await this.#ceremonies.register(flow, response);
    if (context.to !== "recover") throw refusedSignIn("no-such-flow");
    return this.#parts.accounts.recover(context.citizen, passkey);
  }

  /** Begins to add a passkey. */
  askToAdd(from: Beginning, { citizenId, pseudonym }: StoredCitizen): Promise<AskedToRegister> {
    const owner = { accountId: citizenId, name: pseudonym, known: this.#parts.accounts.passkeysOf(citizenId) };
    return this.#ceremonies.askToRegister(from, owner, { to: "add", citizenId });
  }

  /** Adds the passkey, to the account that asked for it. @throws UNAUTHENTICATED; REQUEST_INVALID there are too many */
  async add(
    flow: string | undefined,
    response: RegistrationResponseJSON,
    citizen: StoredCitizen,
  ): Promise<CitizenPasskey> {
    const { passkey, context } = await this.#ceremonies.register(flow, response);
    if (context.to !== "add" || context.citizenId !== citizen.citizenId) throw refusedSignIn("no-such-flow");
    return this.#parts.accounts.addPasskey(citizen.citizenId, passkey);
  }

  /** Begins a sign-in; the browser offers the passkeys that it has for this service. */
  ask(from: Beginning): Promise<Asked<PublicKeyCredentialRequestOptionsJSON>> {
    return this.#ceremonies.askToSignIn(from);
  }

  /** Begins to show once more who one is. */
  askToProve(from: Beginning, { citizenId }: StoredCitizen): Promise<Asked<PublicKeyCredentialRequestOptionsJSON>> {
    const owner = { accountId: citizenId, known: this.#parts.accounts.passkeysOf(citizenId) };
    return this.#ceremonies.askToSignIn(from, owner);
  }

  /** Asserts that a passkey of that account answered. @throws UNAUTHENTICATED */
  async prove(flow: string | undefined, response: AuthenticationResponseJSON, citizen: StoredCitizen): Promise<void> {
    await this.#answered(flow, response, citizen.citizenId);
  }

  /** Asserts that it is the recovery code of that account, which is not used up. @throws UNAUTHENTICATED */
  proveByCode(code: string, { citizenId }: StoredCitizen): void {
    if (this.#parts.accounts.recovering(code).citizenId !== citizenId) throw refusedSignIn("no-such-code");
  }

  /** Whose passkey answered. @throws UNAUTHENTICATED */
  signIn(flow: string | undefined, response: AuthenticationResponseJSON): Promise<StoredCitizen> {
    return this.#answered(flow, response);
  }

  async #answered(
    flow: string | undefined,
    response: AuthenticationResponseJSON,
    asked?: string,
  ): Promise<StoredCitizen> {
    const { accounts } = this.#parts;
    const find = (id: string) => {
      const passkey = accounts.passkey(id);
      return passkey && { ...passkey, accountId: passkey.citizenId };
    };
    const { accountId, credentialId, counter } = await this.#ceremonies.signIn(flow, response, find, asked);
    const citizen = accounts.valid(accountId);
    if (!citizen) throw refusedSignIn("no-account");
    await accounts.noteUse(credentialId, counter);
    return citizen;
  }

  #assertComplete({ consents }: Joining): void {
    const missing = this.#parts.city.joinConsents.filter((purpose) => !consents.some((one) => one.purpose === purpose));
    if (missing.length > 0)
      throw new WarifuError("REQUEST_INVALID", `whoever joins also consents to: ${missing.join(", ")}`);
  }
}
