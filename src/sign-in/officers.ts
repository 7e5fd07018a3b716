/**
 * The people who may sign in to the desk. An account is made by an administrator's invitation, which registers a passkey,
 * or by an identity provider that the city's settings believe; it has a role and a scope as an API key has. No password
 * exists anywhere. A removed account stays on record, so that what it did can be told, and is never valid again.
 */
import { toHex } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import type { RandomBytes } from "../core/random.ts";
import { Allowance, type Principal, type Role, type Scope } from "../keys/api-keys.ts";
import type { OfficerStore, StoredInvitation, StoredOfficer, StoredPasskey } from "../store/officer-store.ts";
import type { NewPasskey } from "./passkey-ceremonies.ts";
import { assertCounterRose } from "./passkey-counter.ts";
import { refusedSignIn } from "./refused.ts";
import { findSecret, newSecret } from "./secret-text.ts";

/** Roles of people: programs submit. */
export const OFFICER_ROLES = ["officer", "auditor", "admin"] as const satisfies readonly Role[];
export type OfficerRole = (typeof OFFICER_ROLES)[number];

/** What an account is limited to, within its role. */
export type OfficerScope = Omit<Scope, "types">;

/** Who is invited. */
export interface NewOfficer extends Partial<{ readonly [name in keyof OfficerScope]: OfficerScope[name] | undefined }> {
  readonly name: string;
  readonly role: OfficerRole;
  /** How long the invitation is valid. */
  readonly validMs?: number | undefined;
}

/** Somebody for whom an identity provider vouches. */
export interface VouchedPerson extends Pick<StoredOfficer, "name" | "sources"> {
  readonly role: OfficerRole;
  readonly issuer: string;
  readonly subject: string;
}

/** An invitation; the token is shown this once. */
export interface Invitation {
  readonly officerId: string;
  readonly token: string;
  /** POSIX milliseconds. */
  readonly expiresAt: number;
}

/** An account as listed. */
export interface ListedOfficer extends StoredOfficer {
  readonly passkeys: number;
  /** Until when an invitation is open; `null`: none is. */
  readonly invitedUntil: number | null;
}

const DAY_MS = 86_400_000;
/** Passkeys of one account. */
const MOST_PASSKEYS = 16;
/** How long an invitation is valid, if nothing else is said. */
export const INVITATION_MS = DAY_MS;

/** The accounts. */
export class Officers {
  readonly #store: OfficerStore;
  readonly #randomBytes: RandomBytes;
  readonly #now: () => number;
  #officers = new Map<string, StoredOfficer>();
  #passkeys = new Map<string, StoredPasskey>();
  #invitations = new Map<string, StoredInvitation>();
  readonly #allowances = new Map<string, Allowance>();

  private constructor(store: OfficerStore, randomBytes: RandomBytes, now: () => number) {
    this.#store = store;
    this.#randomBytes = randomBytes;
    this.#now = now;
  }

  static async open(store: OfficerStore, randomBytes: RandomBytes, now: () => number): Promise<Officers> {
    const opened = new Officers(store, randomBytes, now);
    opened.#officers = new Map((await store.officers()).map((one) => [one.officerId, one]));
    opened.#passkeys = new Map((await store.passkeys()).map((one) => [one.credentialId, one]));
    opened.#invitations = new Map((await store.invitations()).map((one) => [one.invitationId, one]));
    return opened;
  }

  /** All accounts ever made. */
  list(): ListedOfficer[] {
    return [...this.#officers.values()].map((officer) => ({
      ...officer,
      passkeys: this.passkeysOf(officer.officerId).length,
      invitedUntil: this.#invitedUntil(officer),
    }));
  }

  #invitedUntil({ officerId, removedAt }: StoredOfficer): number | null {
    const open = [...this.#invitations.values()].filter((one) => one.officerId === officerId && this.#isOpen(one));
    return removedAt !== null || open.length === 0 ? null : Math.max(...open.map(({ expiresAt }) => expiresAt));
  }

  #isOpen({ usedAt, expiresAt }: StoredInvitation): boolean {
    return usedAt === null && this.#now() < expiresAt;
  }

  /**
   * Makes an account and an invitation for it.
   * @throws REQUEST_INVALID an administrator with a scope
   */
  async invite({ name, role, sources, expiresAt, ratePerMinute, validMs }: NewOfficer): Promise<Invitation> {
    assertScopeLimits(role, sources);
    const officer: StoredOfficer = {
      ...{ officerId: this.#newId(), name, role, sources: sources ?? null },
      ...{ expiresAt: expiresAt ?? null, ratePerMinute: ratePerMinute ?? null },
      ...{ issuer: null, subject: null, createdAt: this.#now(), removedAt: null },
    };
    return this.#inviteTo(officer, validMs);
  }

  /**
   * Another invitation for an account, for a further device or after the loss of one; what was open before is not valid
   * any more.
   * @throws NOT_FOUND
   */
  async inviteAgain(officerId: string, validMs?: number): Promise<Invitation> {
    const officer = this.#officers.get(officerId);
    if (!officer || !this.#isValid(officer) || officer.issuer !== null)
      throw new WarifuError("NOT_FOUND", "there is no account of that id that signs in with passkeys");
    return this.#inviteTo(officer, validMs);
  }

  async #inviteTo(officer: StoredOfficer, validMs = INVITATION_MS): Promise<Invitation> {
    const { id, secretHash, text } = newSecret("wi", this.#randomBytes);
    const [createdAt, officerId] = [this.#now(), officer.officerId];
    const invitation = {
      ...{ invitationId: id, officerId, secretHash, createdAt },
      ...{ expiresAt: createdAt + validMs, usedAt: null },
    };
    await this.#store.putOfficer(officer, invitation);
    this.#officers.set(officerId, officer);
    this.#forgetInvitationsOf(officerId);
    this.#invitations.set(id, invitation);
    return { officerId, token: text, expiresAt: invitation.expiresAt };
  }

  #forgetInvitationsOf(officerId: string): void {
    for (const [id, one] of this.#invitations) if (one.officerId === officerId) this.#invitations.delete(id);
  }

  /**
   * Who is invited with this token.
   * @throws UNAUTHENTICATED alike for one that never was, was used, has expired, or is of a removed account
   */
  invited(token: string | undefined): { readonly invitationId: string; readonly officer: StoredOfficer } {
    const invitation = findSecret("wi", token, this.#invitations);
    const officer = invitation && this.#officers.get(invitation.officerId);
    if (!invitation || !officer || !this.#isOpen(invitation) || !this.#isValid(officer))
      throw refusedSignIn("no-such-invitation");
    return { invitationId: invitation.invitationId, officer };
  }

  /**
   * Registers a passkey with an invitation, which is used up.
   * @throws UNAUTHENTICATED it is not valid any more, or the passkey is known already
   */
  async join(invitationId: string, passkey: NewPasskey) {
    const invitation = this.#invitations.get(invitationId);
    const officer = invitation && this.#officers.get(invitation.officerId);
    if (!invitation || !officer || !this.#isOpen(invitation) || !this.#isValid(officer))
      throw refusedSignIn("no-such-invitation");
    if (this.#passkeys.has(passkey.credentialId)) throw refusedSignIn("passkey-invalid");
    const { officerId } = officer;
    const stored = { ...passkey, officerId, createdAt: this.#now(), usedAt: null };
    // Before anything is waited for: a second request with the same invitation finds it used.
    this.#invitations.set(invitationId, { ...invitation, usedAt: stored.createdAt });
    if (!(await this.#store.acceptInvitation(invitationId, stored))) throw refusedSignIn("no-such-invitation");
    this.#passkeys.set(passkey.credentialId, stored);
    return officer;
  }

  /**
   * Adds a passkey for a further device of whoever is signed in.
   * @throws FORBIDDEN a provider vouches for this person; UNAUTHENTICATED the account is not valid any more, or the passkey
   *   is known already; REQUEST_INVALID there are too many
   */
  async addPasskey(officerId: string, passkey: NewPasskey): Promise<StoredPasskey> {
    this.assertHasPasskeys(officerId);
    if (this.#passkeys.has(passkey.credentialId)) throw refusedSignIn("passkey-invalid");
    if (this.passkeysOf(officerId).length >= MOST_PASSKEYS)
      throw new WarifuError("REQUEST_INVALID", `an account has ${MOST_PASSKEYS} passkeys at most: remove one first`);
    const stored = { ...passkey, officerId, createdAt: this.#now(), usedAt: null };
    this.#passkeys.set(passkey.credentialId, stored);
    await this.#store.addPasskey(stored);
    return stored;
  }

  /** @throws NOT_FOUND the account has no such passkey; REQUEST_INVALID it is the only one */
  async removePasskey(officerId: string, credentialId: string): Promise<void> {
    if (this.#passkeys.get(credentialId)?.officerId !== officerId)
      throw new WarifuError("NOT_FOUND", "you have no passkey of that id");
    if (this.passkeysOf(officerId).length === 1)
      throw new WarifuError("REQUEST_INVALID", "this is your only passkey: add another one first");
    this.#passkeys.delete(credentialId);
    await this.#store.removePasskey(credentialId);
  }

  /** Asserts that an account signs in with passkeys. @throws as {@link Officers.addPasskey} */
  assertHasPasskeys(officerId: string): void {
    const officer = this.valid(officerId);
    if (!officer) throw refusedSignIn("no-account");
    if (officer.issuer === null) return;
    throw new WarifuError("FORBIDDEN", "you sign in with the city's identity provider: this account has no passkeys");
  }

  passkey(credentialId: string): StoredPasskey | undefined {
    return this.#passkeys.get(credentialId);
  }

  passkeysOf(officerId: string): StoredPasskey[] {
    return [...this.#passkeys.values()].filter((one) => one.officerId === officerId);
  }

  /**
   * Notes that a passkey was used.
   * @throws UNAUTHENTICATED its counter did not rise: somebody has a copy of it
   */
  async noteUse(credentialId: string, counter: number): Promise<void> {
    const passkey = this.#passkeys.get(credentialId);
    if (!passkey) throw refusedSignIn("no-such-passkey");
    assertCounterRose(passkey.counter, counter);
    const usedAt = this.#now();
    this.#passkeys.set(credentialId, { ...passkey, counter, usedAt });
    await this.#store.notePasskeyUse(credentialId, { counter, usedAt });
  }

  /**
   * The account of somebody for whom a provider vouches: made at the first time, and with the role and sources that the
   * provider's word gives it today.
   * @throws UNAUTHENTICATED it was removed
   */
  async vouchedFor({ issuer, subject, name, role, sources }: VouchedPerson): Promise<StoredOfficer> {
    const isSame = (one: StoredOfficer): boolean => one.issuer === issuer && one.subject === subject;
    const former = [...this.#officers.values()].find(isSame);
    if (former && !this.#isValid(former)) throw refusedSignIn("no-account");
    const officer: StoredOfficer = {
      ...{ officerId: this.#newId(), expiresAt: null, ratePerMinute: null, createdAt: this.#now(), removedAt: null },
      ...former,
      ...{ issuer, subject, name, role, sources },
    };
    this.#officers.set(officer.officerId, officer);
    await this.#store.putOfficer(officer);
    return officer;
  }

  /**
   * Removes an account: what it signed in with and its sessions count no more from this moment on.
   * @throws NOT_FOUND
   */
  async remove(officerId: string): Promise<void> {
    const officer = this.#officers.get(officerId);
    if (!officer || officer.removedAt !== null)
      throw new WarifuError("NOT_FOUND", "there is no account of that id, or it was removed before");
    const removedAt = this.#now();
    // First in memory: whatever becomes of the store, nobody gets in.
    this.#officers.set(officerId, { ...officer, removedAt });
    this.#forgetInvitationsOf(officerId);
    for (const { credentialId } of this.passkeysOf(officerId)) this.#passkeys.delete(credentialId);
    await this.#store.removeOfficer(officerId, removedAt);
  }

  /** The account, if it is valid. */
  valid(officerId: string): StoredOfficer | undefined {
    const officer = this.#officers.get(officerId);
    return officer && this.#isValid(officer) ? officer : undefined;
  }

  /** What {@link Access.take} is for keys. @returns how many it may do now */
  take(officerId: string, count: number): number {
    const rate = this.#officers.get(officerId)?.ratePerMinute ?? null;
    if (rate === null) return count;
    const allowance = this.#allowances.get(officerId) ?? new Allowance(rate, this.#now);
    this.#allowances.set(officerId, allowance);
    return allowance.take(count);
  }

  #isValid({ removedAt, expiresAt }: StoredOfficer): boolean {
    return removedAt === null && (expiresAt === null || this.#now() < expiresAt);
  }

  #newId(): string {
    return `of_${toHex(this.#randomBytes(8))}`;
  }
}

/** An account as the holder of a key: everything that asks who somebody is takes both alike. */
export function principalOfOfficer({ officerId, name, role, sources }: StoredOfficer): Principal {
  return { keyId: officerId, name, role: role as Role, sender: officerId, sources, types: null };
}

/** An administrator could invite somebody without the scope: it would limit nothing. */
function assertScopeLimits(role: OfficerRole, sources: NewOfficer["sources"]): void {
  if (role === "admin" && sources && !sources.includes("*"))
    throw new WarifuError(
      "REQUEST_INVALID",
      "an administrator cannot be limited to sources: it can invite others for all",
    );
}
