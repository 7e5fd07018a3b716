/**
 * The API keys issued at the first start.
 */
import { ROLES, type Access } from "../keys/api-keys.ts";
import { writePrivateFile } from "../keys/key-files.ts";

/** One key per role, at the first start only; this file is the only place that holds them in the clear. */
export async function issueFirstKeys(access: Access, path: string): Promise<void> {
  if (access.list().length > 0) return;
  const keys: Record<string, string> = {};
  for (const role of ROLES) keys[role] = (await access.issue(`first ${role}`, role)).key;
  writePrivateFile(path, `${JSON.stringify(keys, null, 2)}\n`);
}
