/**
 * The accounts of citizens as they are stored: a pseudonym, an age band and a language, passkeys, and the sessions that
 * last. No name, no address. Recovery codes and sessions are stored as hashes, never the secrets; of a removed account only
 * its id and the time of its removal are kept.
 */
import type { PasskeyRow, PasskeyUse, SessionRow } from "./sign-in-rows.ts";

/** A citizen who has an account. */
export interface StoredCitizen {
  /** `ct_` and 16 hexadecimal digits. */
  readonly citizenId: string;
  /** Chosen by its owner; several accounts may have the same. */
  readonly pseudonym: string;
  /** One of the age bands that the law data names. */
  readonly ageBand: string;
  readonly language: string;
  /** The pseudonym that the log's events conceal for this person's consents. */
  readonly subject: string;
  /** SHA-256 of the recovery code, 32 bytes. */
  readonly recoveryHash: Uint8Array;
  /** POSIX milliseconds. */
  readonly createdAt: number;
}

/** What remains of an account that was removed. */
export interface FormerCitizen {
  readonly citizenId: string;
  /** POSIX milliseconds. */
  readonly removedAt: number;
}

/** A passkey of an account. */
export interface CitizenPasskey extends PasskeyRow {
  readonly citizenId: string;
}

/** A session of an account. */
export interface CitizenSession extends SessionRow {
  readonly citizenId: string;
}

/**
 * The store of citizens' accounts. All methods throw STORE_FAILED when the engine fails; what they change is durable when they
 * return.
 */
export interface CitizenStore {
  citizens(): Promise<StoredCitizen[]>;
  formerCitizens(): Promise<FormerCitizen[]>;
  citizenPasskeys(): Promise<CitizenPasskey[]>;
  citizenSessions(): Promise<CitizenSession[]>;
  /** Adds an account or replaces the one of that id, with a further passkey if one is given; all or nothing. */
  putCitizen(citizen: StoredCitizen, passkey?: CitizenPasskey): Promise<void>;
  /**
   * Removes an account with everything that belongs to it, and keeps a note of the removal.
   * @returns whether no file contains any of it any more
   */
  removeCitizen(former: FormerCitizen): Promise<boolean>;
  removeCitizenPasskey(credentialId: string): Promise<void>;
  noteCitizenPasskeyUse(credentialId: string, use: PasskeyUse): Promise<void>;
  addCitizenSession(session: CitizenSession): Promise<void>;
  /** Removes sessions that have ended. */
  endCitizenSessions(sessionIds: readonly string[]): Promise<void>;
  /** Notes when sessions were last seen, POSIX milliseconds by id. */
  noteCitizenSessionUse(uses: ReadonlyMap<string, number>): Promise<void>;
}
