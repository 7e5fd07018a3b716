/** Rows of the store of a city, the same in both engines, and the checks that find rows which no program wrote. */
import type { StoredThemeInvitation } from "../city-store.ts";
import type { Row } from "./row.ts";

const LISTS: Readonly<Record<string, RegExp>> = {
  theme: /^[a-z][a-z0-9-]{0,63}$/,
  followed: /^[0-9a-f-]{36}$/,
  reported: /^[0-9a-f-]{36}\b/,
  blocked: /^[0-9a-f]{20}$/,
};
const SECRET_BYTES = 32;

export function themeInvitationOf(row: Row): StoredThemeInvitation {
  return {
    invitationId: row["invitation_id"] as string,
    theme: row["theme"] as string,
    secretHash: row["secret_hash"] as Uint8Array,
    expiresAt: row["expires_at"] as number,
    uses: row["uses"] as number,
  };
}

/** The fault of an item of somebody's list; `undefined` if it has none. */
export function faultOfListed({ list, item }: Row): string | undefined {
  return LISTS[String(list)]?.test(String(item)) === true
    ? undefined
    : "it is in no list that there is, or names nothing";
}

/** The fault of an invitation; `undefined` if it has none. */
export function faultOfInvitation({ theme, secret_hash: hash, uses }: Row): string | undefined {
  const isWhole =
    LISTS["theme"]?.test(String(theme)) && (hash as Uint8Array).length === SECRET_BYTES && Number(uses) >= 0;
  return isWhole ? undefined : "it is for no theme, or has no secret or uses";
}

/** The fault of lists whose account does not exist. */
export const NO_ACCOUNT = "there is no such account, or it left, and its lists are there";
