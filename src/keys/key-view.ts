/**
 * An API key as listed by the service and by the command line: everything but its secret.
 */
import type { Access, Role } from "./api-keys.ts";

/** `null` stands for no limit, and for never. Times are ISO 8601 in UTC. */
export interface KeyView {
  readonly keyId: string;
  readonly name: string;
  readonly role: Role;
  readonly sources: readonly string[] | null;
  readonly types: readonly string[] | null;
  readonly ratePerMinute: number | null;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
}

type ListedKey = ReturnType<Access["list"]>[number];

/** How a stored key is listed. */
export function keyView({ keyId, name, role, sources, types, ratePerMinute, ...times }: ListedKey): KeyView {
  return {
    keyId,
    name,
    role: role as Role,
    sources,
    types,
    ratePerMinute,
    createdAt: new Date(times.createdAt).toISOString(),
    expiresAt: timeOf(times.expiresAt),
    lastUsedAt: timeOf(times.lastUsedAt),
    revokedAt: timeOf(times.revokedAt),
  };
}

function timeOf(milliseconds: number | null): string | null {
  return milliseconds === null ? null : new Date(milliseconds).toISOString();
}
