/**
 * The citizens who have joined: a pseudonym of their own choice, an age band and a language, and passkeys. No name, no
 * address, no password. Of an account that was removed, the id and the time stay, so that it never comes back.
 *
 * Invariant: an account that is being removed can do nothing any more, and its removal waits for what it had begun.
 */
import { toBase64Url, toHex } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import type { RandomBytes } from "../core/random.ts";
import type { NewPasskey } from "../sign-in/passkey-ceremonies.ts";
import { assertCounterRose } from "../sign-in/passkey-counter.ts";
import { refusedSignIn } from "../sign-in/refused.ts";
import type { CitizenPasskey, CitizenStore, StoredCitizen } from "../store/citizen-store.ts";
import { newRecoveryCode, recoveryHashOf } from "./recovery-code.ts";

/** What somebody says of themselves. */
export type OwnWords = Pick<StoredCitizen, "pseudonym" | "ageBand" | "language">;

/** An account, and what is shown to its owner once. */
export interface NewCitizen {
  readonly citizen: StoredCitizen;
  readonly recoveryCode: string;
}

export interface AccountParts {
  readonly store: CitizenStore;
  readonly randomBytes: RandomBytes;
  readonly now: () => number;
}

const ID_BYTES = 8;
const SUBJECT_BYTES = 16;
/** Passkeys of one account. */
const MOST_PASSKEYS = 16;

/** The accounts. */
export class CitizenAccounts {
  readonly #parts: AccountParts;
  #citizens = new Map<string, StoredCitizen>();
  readonly #passkeys = new Map<string, CitizenPasskey>();
  /** Ids of the passkeys of each account. */
  readonly #passkeysOf = new Map<string, Set<string>>();
  readonly #byRecovery = new Map<string, string>();
  readonly #bySubject = new Map<string, string>();
  readonly #leaving = new Set<string>();
  /** What people have begun to do. */
  readonly #acts = new Map<string, Set<Promise<unknown>>>();

  private constructor(parts: AccountParts) {
    this.#parts = parts;
  }

  static async open(parts: AccountParts): Promise<CitizenAccounts> {
    const opened = new CitizenAccounts(parts);
    opened.#citizens = new Map((await parts.store.citizens()).map((one) => [one.citizenId, one]));
    for (const passkey of await parts.store.citizenPasskeys()) opened.#notePasskey(passkey);
    for (const citizen of opened.#citizens.values()) opened.#note(citizen);
    return opened;
  }

  /** How many there are. */
  get count(): number {
    return this.#citizens.size;
  }

  /** The account, unless it was removed or is being removed. */
  valid(citizenId: string): StoredCitizen | undefined {
    return this.#leaving.has(citizenId) ? undefined : this.#citizens.get(citizenId);
  }

  /** The account whose consents are under that pseudonym. */
  bySubject(subject: string): StoredCitizen | undefined {
    return this.valid(this.#bySubject.get(subject) ?? "");
  }

  /** An id for somebody who is about to join. */
  newId(): string {
    return `ct_${toHex(this.#parts.randomBytes(ID_BYTES))}`;
  }

  /** Makes an account with its first passkey. @throws UNAUTHENTICATED the passkey is known already */
  async add(citizenId: string, words: OwnWords, passkey: NewPasskey): Promise<NewCitizen> {
    const { randomBytes, now } = this.#parts;
    const subject = `own_${toBase64Url(randomBytes(SUBJECT_BYTES))}`;
    const { recoveryHash, code } = newRecoveryCode(randomBytes);
    const citizen = { citizenId, ...words, subject, recoveryHash, createdAt: now() };
    await this.#put(citizen, passkey);
    return { citizen, recoveryCode: code };
  }

  /** Changes what somebody says of themselves. */
  async change(citizenId: string, words: Partial<OwnWords>): Promise<StoredCitizen> {
    return this.#put({ ...this.#current(citizenId), ...words });
  }

  /** A new recovery code in the place of the former one. */
  async renewCode(citizenId: string): Promise<NewCitizen> {
    const { recoveryHash, code } = newRecoveryCode(this.#parts.randomBytes);
    return { citizen: await this.#put({ ...this.#current(citizenId), recoveryHash }), recoveryCode: code };
  }

  /** Whose code it is. @throws UNAUTHENTICATED nobody's */
  recovering(typed: string): StoredCitizen {
    const hash = recoveryHashOf(typed);
    const citizen = hash && this.valid(this.#byRecovery.get(toHex(hash)) ?? "");
    if (!citizen) throw refusedSignIn("no-such-code");
    return citizen;
  }

  /**
   * Adds a passkey for somebody who came with a recovery code, which is used up: another one takes its place.
   * @throws UNAUTHENTICATED the code was used or renewed meanwhile
   */
  async recover({ citizenId, recoveryHash }: StoredCitizen, passkey: NewPasskey): Promise<NewCitizen> {
    const citizen = this.valid(citizenId);
    if (!citizen || toHex(citizen.recoveryHash) !== toHex(recoveryHash)) throw refusedSignIn("no-such-code");
    const renewed = newRecoveryCode(this.#parts.randomBytes);
    const changed = await this.#put({ ...citizen, recoveryHash: renewed.recoveryHash }, passkey);
    return { citizen: changed, recoveryCode: renewed.code };
  }

  passkey(credentialId: string): CitizenPasskey | undefined {
    return this.#passkeys.get(credentialId);
  }

  passkeysOf(citizenId: string): CitizenPasskey[] {
    const ids = this.#passkeysOf.get(citizenId) ?? new Set<string>();
    return [...ids].flatMap((id) => this.#passkeys.get(id) ?? []);
  }

  /** @throws UNAUTHENTICATED the passkey is known already; REQUEST_INVALID there are too many */
  async addPasskey(citizenId: string, passkey: NewPasskey): Promise<CitizenPasskey> {
    await this.#put(this.#current(citizenId), passkey);
    return this.#passkeys.get(passkey.credentialId) as CitizenPasskey;
  }

  /** @throws NOT_FOUND the account has no such passkey; REQUEST_INVALID it is the only one */
  async removePasskey(citizenId: string, credentialId: string): Promise<void> {
    this.#current(citizenId);
    if (this.#passkeys.get(credentialId)?.citizenId !== citizenId)
      throw new WarifuError("NOT_FOUND", "you have no passkey of that id");
    if (this.passkeysOf(citizenId).length === 1)
      throw new WarifuError("REQUEST_INVALID", "this is your only passkey: add another one first");
    this.#passkeys.delete(credentialId);
    this.#passkeysOf.get(citizenId)?.delete(credentialId);
    await this.#parts.store.removeCitizenPasskey(credentialId);
  }

  /** Notes that a passkey was used. @throws UNAUTHENTICATED its counter did not rise: somebody has a copy of it */
  async noteUse(credentialId: string, counter: number): Promise<void> {
    const passkey = this.#passkeys.get(credentialId);
    if (!passkey) throw refusedSignIn("no-such-passkey");
    assertCounterRose(passkey.counter, counter);
    const usedAt = this.#parts.now();
    this.#passkeys.set(credentialId, { ...passkey, counter, usedAt });
    await this.#parts.store.noteCitizenPasskeyUse(credentialId, { counter, usedAt });
  }

  /**
   * Does something in somebody's name, which their removal waits for.
   * @throws UNAUTHENTICATED the account is being removed, or was
   */
  async acting<T>(citizenId: string, act: () => Promise<T>): Promise<T> {
    this.#current(citizenId);
    const acts = this.#acts.get(citizenId) ?? new Set();
    this.#acts.set(citizenId, acts);
    const acted = act();
    acts.add(acted);
    try {
      return await acted;
    } finally {
      acts.delete(acted);
      if (acts.size === 0) this.#acts.delete(citizenId);
    }
  }

  /**
   * Removes an account: from this moment on nobody acts in it; then `erase` takes what it has elsewhere, and it is gone. If
   * that fails, the account is there as before, and may be removed again.
   * @returns what `erase` did, and whether no file holds any of the account any more
   */
  async remove<T>(
    citizenId: string,
    erase: () => Promise<T>,
  ): Promise<{ readonly erased: T; readonly isGone: boolean }> {
    this.#current(citizenId);
    this.#leaving.add(citizenId);
    try {
      await Promise.allSettled(this.#acts.get(citizenId) ?? new Set<Promise<unknown>>());
      const erased = await erase();
      const isGone = await this.#parts.store.removeCitizen({ citizenId, removedAt: this.#parts.now() });
      this.#forget(citizenId);
      return { erased, isGone };
    } finally {
      this.#leaving.delete(citizenId);
    }
  }

  #current(citizenId: string): StoredCitizen {
    const citizen = this.valid(citizenId);
    if (!citizen) throw refusedSignIn("no-account");
    return citizen;
  }

  #forget(citizenId: string): void {
    const citizen = this.#citizens.get(citizenId);
    this.#byRecovery.delete(toHex(citizen?.recoveryHash ?? new Uint8Array()));
    this.#bySubject.delete(citizen?.subject ?? "");
    for (const { credentialId } of this.passkeysOf(citizenId)) this.#passkeys.delete(credentialId);
    this.#passkeysOf.delete(citizenId);
    this.#citizens.delete(citizenId);
  }

  /** In memory first: a second request with the same code or passkey finds it used. */
  async #put(citizen: StoredCitizen, passkey?: NewPasskey): Promise<StoredCitizen> {
    const { citizenId } = citizen;
    if (passkey && this.#passkeys.has(passkey.credentialId)) throw refusedSignIn("passkey-invalid");
    if (passkey && this.passkeysOf(citizenId).length >= MOST_PASSKEYS)
      throw new WarifuError("REQUEST_INVALID", `an account has ${MOST_PASSKEYS} passkeys at most: remove one first`);
    const stored = passkey && { ...passkey, citizenId, createdAt: this.#parts.now(), usedAt: null };
    const former = this.#citizens.get(citizenId);
    if (former) this.#byRecovery.delete(toHex(former.recoveryHash));
    this.#citizens.set(citizenId, citizen);
    this.#note(citizen);
    if (stored) this.#notePasskey(stored);
    await this.#parts.store.putCitizen(citizen, stored);
    return citizen;
  }

  #notePasskey(passkey: CitizenPasskey): void {
    const { citizenId, credentialId } = passkey;
    this.#passkeys.set(credentialId, passkey);
    this.#passkeysOf.set(citizenId, (this.#passkeysOf.get(citizenId) ?? new Set<string>()).add(credentialId));
  }

  #note({ citizenId, subject, recoveryHash }: StoredCitizen): void {
    this.#byRecovery.set(toHex(recoveryHash), citizenId);
    this.#bySubject.set(subject, citizenId);
  }
}
