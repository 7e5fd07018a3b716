/**
 * The accounts of officers as they are stored: who may sign in, with which passkeys, and the sessions that last. Invitations
 * and sessions are stored as hashes, never the secrets.
 */
import type { PasskeyRow, PasskeyUse, SessionRow } from "./sign-in-rows.ts";

/** A person who may sign in to the desk. */
export interface StoredOfficer {
  /** `of_` and 16 hexadecimal digits. */
  readonly officerId: string;
  readonly name: string;
  readonly role: string;
  /** Scope, as that of an API key; `null`: all. */
  readonly sources: readonly string[] | null;
  /** POSIX milliseconds from which the account is refused; `null`: never. */
  readonly expiresAt: number | null;
  /** Requests per minute; `null`: as many as anybody. */
  readonly ratePerMinute: number | null;
  /**
   * The identity provider that vouches for this person, and the name it knows them by; both `null` for people who use
   * passkeys.
   */
  readonly issuer: string | null;
  readonly subject: string | null;
  /** POSIX milliseconds. */
  readonly createdAt: number;
  readonly removedAt: number | null;
}

/** A passkey of an account. */
export interface StoredPasskey extends PasskeyRow {
  readonly officerId: string;
}

/** An invitation to register a passkey for an account, once. */
export interface StoredInvitation {
  readonly invitationId: string;
  readonly officerId: string;
  /** SHA-256 of its secret, 32 bytes. */
  readonly secretHash: Uint8Array;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly usedAt: number | null;
}

/** A session of an account. */
export interface StoredSession extends SessionRow {
  readonly officerId: string;
}

/** The store of accounts. All methods throw STORE_FAILED when the engine fails; what they change is durable when they return. */
export interface OfficerStore {
  officers(): Promise<StoredOfficer[]>;
  passkeys(): Promise<StoredPasskey[]>;
  invitations(): Promise<StoredInvitation[]>;
  sessions(): Promise<StoredSession[]>;
  /** Adds an account or replaces the one of that id, and replaces its unused invitations by this one; all or nothing. */
  putOfficer(officer: StoredOfficer, invitation?: StoredInvitation): Promise<void>;
  /** Uses up an invitation and adds the passkey made with it, both or neither. @returns false if it was used before */
  acceptInvitation(invitationId: string, passkey: StoredPasskey): Promise<boolean>;
  /** Notes when an account was removed; its passkeys, invitations and sessions are gone. @returns false if it was before */
  removeOfficer(officerId: string, removedAt: number): Promise<boolean>;
  /** Adds a passkey to an account that has others. */
  addPasskey(passkey: StoredPasskey): Promise<void>;
  removePasskey(credentialId: string): Promise<void>;
  notePasskeyUse(credentialId: string, use: PasskeyUse): Promise<void>;
  addSession(session: StoredSession): Promise<void>;
  /** Removes sessions that have ended. */
  endSessions(sessionIds: readonly string[]): Promise<void>;
  /** Notes when sessions were last seen, POSIX milliseconds by id. */
  noteSessionUse(uses: ReadonlyMap<string, number>): Promise<void>;
}
