/**
 * Reads the rules by which records may be hidden. People write them, so an error names the file and what is wrong with it.
 */
import { readFileSync } from "node:fs";
import { withoutByteOrderMark } from "../core/bytes.ts";
import { messageOf, WarifuError } from "../core/errors.ts";
import { parseJsonBytes } from "../core/json.ts";
import { parseModerationRules, type ModerationRules } from "../moderation/rules.ts";

/**
 * The rules in a file.
 * @throws CONFIG_INVALID
 */
export function readModerationRules(path: string): ModerationRules {
  try {
    return parseModerationRules(parseJsonBytes(withoutByteOrderMark(readFileSync(path)), "the JSON"));
  } catch (cause) {
    const message = `WARIFU_MODERATION_RULES: ${path} cannot be used: ${messageOf(cause)}`;
    throw new WarifuError("CONFIG_INVALID", message, { cause });
  }
}
