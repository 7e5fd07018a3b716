/** What the accounts of officers and those of citizens have in common as they are stored: passkeys and sessions. */

/** A passkey: the public half, and how often it says that it was used. */
export interface PasskeyRow {
  /** Base64url. */
  readonly credentialId: string;
  /** COSE, as the authenticator made it. */
  readonly publicKey: Uint8Array;
  readonly counter: number;
  /** How browsers reach it, in the words of WebAuthn. */
  readonly transports: readonly string[];
  /** POSIX milliseconds. */
  readonly createdAt: number;
  readonly usedAt: number | null;
}

/** Somebody who has signed in and not out. */
export interface SessionRow {
  readonly sessionId: string;
  /** SHA-256 of its secret, 32 bytes. */
  readonly secretHash: Uint8Array;
  /** POSIX milliseconds. */
  readonly begunAt: number;
  /** Updated from time to time. */
  readonly seenAt: number;
}

/** What a passkey says when it is used. */
export interface PasskeyUse {
  readonly counter: number;
  /** POSIX milliseconds. */
  readonly usedAt: number;
}
