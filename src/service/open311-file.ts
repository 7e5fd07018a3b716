/**
 * Reads the file with the city's Open311 services. People write it, so an error names the file and what is wrong with it.
 */
import { readFileSync } from "node:fs";
import { withoutByteOrderMark } from "../core/bytes.ts";
import { messageOf, WarifuError } from "../core/errors.ts";
import { parseJsonBytes } from "../core/json.ts";
import { parseOpen311Settings, type Open311Settings } from "../sources/open311-services.ts";

/**
 * The settings in a file.
 * @throws CONFIG_INVALID
 */
export function readOpen311File(path: string): Open311Settings {
  try {
    return parseOpen311Settings(parseJsonBytes(withoutByteOrderMark(readFileSync(path)), "the JSON"));
  } catch (cause) {
    throw new WarifuError("CONFIG_INVALID", `WARIFU_OPEN311: ${path} cannot be used: ${messageOf(cause)}`, { cause });
  }
}
