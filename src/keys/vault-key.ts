/**
 * Where the vault's master key comes from: a file, the environment, or a program that prints it, such as the command line of
 * a key service. It is never in the vault itself, nor in a log or an error: nothing that a program printed is repeated.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fromBase64Url, fromHex } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import { openSecretKey, readPrivateFile, type KeyFileOptions } from "./key-files.ts";

/** Bytes of the master key. */
const VAULT_KEY_BYTES = 32;

const COMMAND_TIMEOUT_MS = 30_000;
const COMMAND_MAX_BYTES = 4_096;

/** The settings of which one at most is set. */
const WAYS = ["WARIFU_VAULT_KEY_FILE", "WARIFU_VAULT_KEY", "WARIFU_VAULT_KEY_COMMAND"] as const;

/** What the settings say, if not that the key is in a file. */
export type VaultKeySetting =
  { readonly kind: "value"; readonly text: string } | { readonly kind: "command"; readonly argv: readonly string[] };

/** The master key; two of them while it is being changed. */
export interface VaultKeys {
  readonly masterKey: Uint8Array;
  /** The one that it is taking the place of. */
  readonly formerKey?: Uint8Array | undefined;
}

/** Something that has the master key. */
export interface VaultKeySource {
  /** The file that holds it, if it is one. */
  readonly file: string | undefined;
  /** Whether there is a key to read, as far as can be said without reading it. */
  isThere(): boolean;
  /** @throws CONFIG_INVALID it cannot be had, or is no key */
  read(options?: KeyFileOptions): VaultKeys;
}

/** The place of the key, as the configuration has it. */
export interface VaultKeyConfig {
  readonly files: { readonly vaultKey: string };
  readonly vaultKey: VaultKeySetting | undefined;
}

/**
 * What the settings say about the key.
 * @throws CONFIG_INVALID when there is more than one
 */
export function vaultKeyIn(
  s: Readonly<Partial<Record<(typeof WAYS)[number], string | undefined>>>,
): VaultKeySetting | undefined {
  const given = WAYS.filter((name) => s[name] !== undefined);
  if (given.length > 1)
    throw new WarifuError("CONFIG_INVALID", `the vault's key is named more than once: keep one of ${given.join(", ")}`);
  const { WARIFU_VAULT_KEY: text, WARIFU_VAULT_KEY_COMMAND: command } = s;
  if (text !== undefined) return { kind: "value", text };
  return command === undefined ? undefined : { kind: "command", argv: argvOf(command) };
}

/** The source that the configuration names. */
export function vaultKeySource({ files, vaultKey: setting }: VaultKeyConfig): VaultKeySource {
  if (setting === undefined) return new FileSource(files.vaultKey);
  const read = (): VaultKeys => ({
    masterKey:
      setting.kind === "value"
        ? parseKey(setting.text, "WARIFU_VAULT_KEY")
        : parseKey(printedBy(setting.argv), COMMAND),
  });
  return { file: undefined, isThere: () => true, read };
}

/** The file that the new key is in until it takes the place of the former one. */
export function nextKeyFile(file: string): string {
  return `${file}.next`;
}

class FileSource implements VaultKeySource {
  readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  isThere(): boolean {
    return existsSync(this.file) || existsSync(nextKeyFile(this.file));
  }

  /** As long as the next key is beside it, a change is under way, which may have been cut off. */
  read(options?: KeyFileOptions): VaultKeys {
    const next = nextKeyFile(this.file);
    if (!existsSync(next)) return { masterKey: openSecretKey(this.file, options) };
    const masterKey = openSecretKey(next, { mayMake: false });
    if (isDestroyed(this.file)) return { masterKey };
    return { masterKey, formerKey: openSecretKey(this.file, { mayMake: false }) };
  }
}

/** Whether a key file was overwritten, or has even gone, because the key after it is in place. */
export function isDestroyed(file: string): boolean {
  return !existsSync(file) || /^0+$/.test(readPrivateFile(file).trim());
}

const COMMAND = "what the program of WARIFU_VAULT_KEY_COMMAND printed";

/** Key services print base64 with padding. @throws CONFIG_INVALID, without the text */
function parseKey(text: string, what: string): Uint8Array {
  const given = text.trim();
  try {
    return given.length === 2 * VAULT_KEY_BYTES
      ? fromHex(given, "key", VAULT_KEY_BYTES)
      : fromBase64Url(given.replaceAll("+", "-").replaceAll("/", "_").replace(/=$/, ""), "key", VAULT_KEY_BYTES);
  } catch {
    throw new WarifuError(
      "CONFIG_INVALID",
      `${what} is not a key: it has ${VAULT_KEY_BYTES} bytes, as base64url, base64 or hexadecimal`,
    );
  }
}

/** No shell takes part, so quotes mean nothing: arguments with spaces are written as a JSON array. */
function argvOf(command: string): readonly string[] {
  const argv = command.startsWith("[") ? jsonArgv(command) : command.split(/\s+/).filter((word) => word !== "");
  if (argv.length > 0 && argv.every((word) => typeof word === "string")) return argv as readonly string[];
  throw new WarifuError(
    "CONFIG_INVALID",
    'WARIFU_VAULT_KEY_COMMAND: must be a program and its arguments, apart by spaces or as ["program", "argument"]',
  );
}

function jsonArgv(text: string): readonly unknown[] {
  try {
    return JSON.parse(text) as readonly unknown[];
  } catch {
    return [];
  }
}

/** @throws CONFIG_INVALID, without anything that the program printed */
function printedBy([program = "", ...args]: readonly string[]): string {
  const { error, status, signal, stdout } = spawnSync(program, args, {
    timeout: COMMAND_TIMEOUT_MS,
    killSignal: "SIGKILL",
    maxBuffer: COMMAND_MAX_BYTES,
    // What it says may be secret too.
    stdio: ["ignore", "pipe", "ignore"],
    encoding: "utf8",
    windowsHide: true,
  });
  const why = error ? faultOf(error) : status === 0 ? undefined : `it ended with ${signal ?? `exit code ${status}`}`;
  if (why === undefined) return stdout;
  throw new WarifuError(
    "CONFIG_INVALID",
    `WARIFU_VAULT_KEY_COMMAND: the program gave no key: ${why}. Run it by hand to see what it says; nothing of that is kept here`,
  );
}

function faultOf(error: NodeJS.ErrnoException): string {
  if (error.code === "ETIMEDOUT") return `it took longer than ${COMMAND_TIMEOUT_MS / 1_000} s`;
  if (error.code === "ENOBUFS") return `it printed more than ${COMMAND_MAX_BYTES} bytes`;
  return `it cannot be run (${error.code ?? "unknown"})`;
}
