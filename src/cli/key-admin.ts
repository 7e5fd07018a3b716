/**
 * Where `warifu key` issues, lists and revokes keys: at a service over HTTP, or in a data folder whose service is not
 * running.
 */
import type { IssueOptions, Role } from "../keys/api-keys.ts";
import type { withAccess } from "../keys/offline-api-keys.ts";
import { createClient, type ClientOptions } from "../client/client.ts";
import { keyView, type KeyView } from "../keys/key-view.ts";

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
    list: () => client.keys(),
    revoke: (keyId) => client.revokeKey(keyId),
  };
}

/** Keys in a data folder; nobody else may write there in the meantime. */
export function keysOfFolder(place: Parameters<typeof withAccess>[0]): KeyAdmin {
  // What opens ledgers is loaded where one is opened: most commands about keys ask a service.
  const within: typeof withAccess = async (...given) =>
    (await import("../keys/offline-api-keys.ts")).withAccess(...given);
  return {
    issue: (name, role, options) => within(place, (access) => access.issue(name, role, options)),
    list: () => within(place, async (access) => access.list().map(keyView)),
    revoke: (keyId) => within(place, (access) => access.revoke(keyId)),
  };
}
