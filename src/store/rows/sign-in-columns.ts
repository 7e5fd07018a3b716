/** Columns of passkeys and sessions, which are the same for officers and citizens. */
import type { PasskeyRow, SessionRow } from "../sign-in-rows.ts";
import type { Row } from "./row.ts";

export function columnsOfPasskey(passkey: PasskeyRow): Row {
  return {
    credential_id: passkey.credentialId,
    public_key: passkey.publicKey,
    counter: passkey.counter,
    transports: JSON.stringify(passkey.transports),
    created_at: passkey.createdAt,
    used_at: passkey.usedAt,
  };
}

export function passkeyIn(row: Row): PasskeyRow {
  return {
    credentialId: row["credential_id"] as string,
    publicKey: row["public_key"] as Uint8Array,
    counter: row["counter"] as number,
    transports: JSON.parse(row["transports"] as string) as string[],
    createdAt: row["created_at"] as number,
    usedAt: row["used_at"] as number | null,
  };
}

export function columnsOfSession({ sessionId, secretHash, begunAt, seenAt }: SessionRow): Row {
  return { session_id: sessionId, secret_hash: secretHash, begun_at: begunAt, seen_at: seenAt };
}

export function sessionIn(row: Row): SessionRow {
  return {
    sessionId: row["session_id"] as string,
    secretHash: row["secret_hash"] as Uint8Array,
    begunAt: row["begun_at"] as number,
    seenAt: row["seen_at"] as number,
  };
}
