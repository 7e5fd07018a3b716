/**
 * Profiles as files, one JSON document each. They are written by the people who run a log, so an error names the file
 * and its cause.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { withoutByteOrderMark } from "../core/bytes.ts";
import { messageOf, WarifuError } from "../core/errors.ts";
import { parseJsonBytes } from "../core/json.ts";
import { compileVocabularies, parseProfile, type Profile, type Profiles } from "./profile.ts";

/**
 * The profiles in the `.json` files of the folders; a profile in a later folder replaces one of the same type in an
 * earlier folder. A service that starts beside others reads them in turns: together they would hold its thread for 60 ms.
 * @throws CONFIG_INVALID there is no such folder; what {@link readProfileFile} throws
 */
export async function readProfileFolders(folders: readonly string[]): Promise<Profiles> {
  await compileVocabularies();
  const profiles = new Map<string, Profile>();
  for (const folder of folders) {
    if (!existsSync(folder)) throw new WarifuError("CONFIG_INVALID", `there is no folder of profiles at ${folder}`);
    // Systems and editors put files of their own next to others, under names that begin with a dot.
    const names = readdirSync(folder).filter((name) => name.endsWith(".json") && !name.startsWith("."));
    for (const name of names.sort()) {
      const profile = readProfileFile(join(folder, name));
      profiles.set(profile.document.type, profile);
      await nextTurn();
    }
  }
  return profiles;
}

/**
 * The profile in a file.
 * @throws CONFIG_INVALID the file cannot be read; PROFILE_INVALID with the file's path and what is wrong in it
 */
function readProfileFile(path: string): Profile {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new WarifuError("CONFIG_INVALID", `the profile ${path} cannot be read: ${messageOf(cause)}`, { cause });
  }
  return profileIn(bytes, path);
}

/**
 * The profile in the bytes of a file.
 * @throws PROFILE_INVALID as {@link readProfileFile}
 */
export function profileIn(bytes: Uint8Array, path: string): Profile {
  try {
    return parseProfile(parseJsonBytes(withoutByteOrderMark(bytes), "the JSON"));
  } catch (cause) {
    throw new WarifuError("PROFILE_INVALID", `${path}: ${messageOf(cause)}`, { cause });
  }
}
