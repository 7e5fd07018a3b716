/**
 * Where `warifu key` issues, lists and revokes: at a service over HTTP, or in a data folder whose service does not run.
 */
import type { Access, IssueOptions, Role } from "../access.ts";
import { WarifuError } from "../core/errors.ts";
import type { JsonValue } from "../core/json.ts";
import { withAccess } from "../folder-access.ts";
import { createClient, type ClientOptions } from "../http/client.ts";
import { errorOfProblem } from "../http/problem.ts";

/** A key as it is listed; `null` stands for no limit, and for never. */
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

/** What can be done with keys. */
export interface KeyAdmin {
  issue(name: string, role: Role, options: IssueOptions): Promise<{ readonly keyId: string; readonly key: string }>;
  list(): Promise<KeyView[]>;
  revoke(keyId: string): Promise<void>;
}

/** Keys of a running service. */
export function keysOfService(options: Pick<ClientOptions, "url" | "apiKey" | "attempts">): KeyAdmin {
  const client = createClient(options);
  return {
    issue: (name, role, scope) => client.issueKey(name, role, scope),
    list: () => listKeys(options),
    revoke: (keyId) => client.revokeKey(keyId),
  };
}

/** Keys in a data folder; nobody else may write there meanwhile. */
export function keysOfFolder(folder: string): KeyAdmin {
  return {
    issue: (name, role, options) => withAccess(folder, (access) => access.issue(name, role, options)),
    list: () => withAccess(folder, async (access) => access.list().map(viewOf)),
    revoke: (keyId) => withAccess(folder, (access) => access.revoke(keyId)),
  };
}

type Listed = ReturnType<Access["list"]>[number];

function viewOf({ keyId, name, role, sources, types, ratePerMinute, ...times }: Listed): KeyView {
  const timeOf = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
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

/** @throws UNAUTHENTICATED, FORBIDDEN, SERVICE_UNREACHABLE */
async function listKeys({ url, apiKey }: Pick<ClientOptions, "url" | "apiKey">): Promise<KeyView[]> {
  const headers = { authorization: `Bearer ${apiKey ?? ""}` };
  const response = await fetch(`${url.replace(/\/+$/, "")}/v1/keys`, { headers, redirect: "error" }).catch(
    (cause: unknown) => {
      throw new WarifuError("SERVICE_UNREACHABLE", `${url} does not answer`, { cause });
    },
  );
  const answer = (await response.json().catch(() => undefined)) as { items?: KeyView[] } | undefined;
  if (response.ok && Array.isArray(answer?.items)) return answer.items;
  const error = errorOfProblem(answer as JsonValue | undefined);
  throw error ?? new WarifuError("SERVICE_UNREACHABLE", `${url} answered ${response.status}, not as this service does`);
}
