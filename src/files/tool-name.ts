/** What this program calls itself in the files that it makes. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROGRAM_DIR } from "./program-dir.ts";

/** Name and version of this program. */
export function toolName(): string {
  const { version } = JSON.parse(readFileSync(join(PROGRAM_DIR, "package.json"), "utf8")) as { version: string };
  return `warifu ${version}`;
}
