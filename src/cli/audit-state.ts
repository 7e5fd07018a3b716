/**
 * The file in which `warifu audit --state` remembers what it saw. It is written whole every few seconds, so that an audit that
 * is cut off goes on, and carries a hash of itself: a damaged file must not look like a log whose history was changed.
 */
import { existsSync } from "node:fs";
import { toHex, utf8 } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import { keysOfLog } from "../core/log-keys.ts";
import { formatVerifierKey } from "../core/note.ts";
import type { Policy } from "../core/policy.ts";
import { sha256 } from "../core/sha256.ts";
import { writeWholeFile } from "../files/whole-file.ts";
import type { AuditMemory, AuditState } from "../verify/audit-memory.ts";
import { readNamedFile, unusable } from "./named-files.ts";

const FORMAT = "warifu-audit-state/1";
const KEEP_EVERY_MS = 5_000;

interface StateFile {
  readonly format: typeof FORMAT;
  /** Verifier key of the log. */
  readonly log: string;
  /** SHA-256 of the text of `state`, hexadecimal. */
  readonly sha256: string;
  readonly state: AuditState;
}

/** A memory in a file. */
export interface AuditStateFile extends AuditMemory {
  /** @throws USAGE the file could not be written: that is no fault of the log, and does not end an audit */
  assertKept(): void;
}

/**
 * The memory in a file, which may not be there yet.
 * @throws USAGE it is damaged, of another log, or cannot be read
 */
export function auditStateFile(path: string, policy: Policy, now: () => number = Date.now): AuditStateFile {
  // While its key is replaced, a log is the same under either one.
  const [log, ...further] = keysOfLog(policy.log).map(formatVerifierKey) as [string, ...string[]];
  const before = existsSync(path) ? stateIn(path, [log, ...further]) : undefined;
  let keptAt = now();
  let failure: WarifuError | undefined;
  return {
    before,
    isDue: () => now() - keptAt >= KEEP_EVERY_MS,
    keep(state) {
      keptAt = now();
      const file: StateFile = { format: FORMAT, log, sha256: hashOf(state), state };
      try {
        writeWholeFile(path, `${JSON.stringify(file)}\n`);
      } catch (error) {
        failure ??= unusable(`the state cannot be written to ${path}`, error);
      }
    },
    assertKept() {
      if (failure) throw failure;
    },
  };
}

function stateIn(path: string, logs: readonly string[]): AuditState {
  const text = Buffer.from(readNamedFile(path, "state")).toString("utf8");
  let file: Partial<StateFile>;
  try {
    file = JSON.parse(text) as Partial<StateFile>;
  } catch (cause) {
    throw new WarifuError("USAGE", `${path} is not the state of an audit: it is no JSON`, { cause });
  }
  if (file?.format !== FORMAT)
    throw new WarifuError(
      "USAGE",
      `${path} is not the state of an audit: name a file that is not there yet, or one of --state`,
    );
  if (!logs.includes(file.log ?? ""))
    throw new WarifuError("USAGE", `${path} remembers another log than the policy's: keep one file for each log`);
  if (file.state === undefined || file.sha256 !== hashOf(file.state))
    throw new WarifuError("USAGE", `${path} is damaged: put a copy back, or remove it and begin anew`);
  return file.state;
}

function hashOf(state: AuditState): string {
  return toHex(sha256(utf8(JSON.stringify(state))));
}
