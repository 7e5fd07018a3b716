/** What the stored accounts of officers and of citizens have in common: passkeys and sessions. */

/** A passkey: its public key, and its counter of uses. */
export interface PasskeyRow {
  /** Base64url. */
  readonly credentialId: string;
  /** COSE, as the authenticator made it. */
  readonly publicKey: Uint8Array;
  readonly counter: number;
  /** Transports by which browsers reach it, in the words of WebAuthn. */
  readonly transports: readonly string[];
  /** POSIX milliseconds. */
  readonly createdAt: number;
  readonly usedAt: number | null;
}

/** A session: from signing in until signing out or its end. */
export interface SessionRow {
  readonly sessionId: string;
  /** SHA-256 of its secret, 32 bytes. */
  readonly secretHash: Uint8Array;
  /** POSIX milliseconds. */
  readonly begunAt: number;
  /** Updated from time to time. */
  readonly seenAt: number;
}

/** What changes when a passkey is used. */
export interface PasskeyUse {
  readonly counter: number;
  /** POSIX milliseconds. */
  readonly usedAt: number;
}
