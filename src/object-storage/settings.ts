/**
 * The file that says where the log's files are copied to: `{"format": "warifu-log-storage/1", "kind": "s3", …}` or
 * `{…, "kind": "folder", "path": …}`. It is read strictly; credentials are in a file of their own, which it names.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import { utf8, withoutByteOrderMark } from "../core/bytes.ts";
import { messageOf, WarifuError } from "../core/errors.ts";
import { parseJsonBytes } from "../core/json.ts";
import { readSharedSecret } from "../keys/key-files.ts";
import { FolderStore } from "./folder-store.ts";
import type { ObjectStore } from "./object-store.ts";
import { S3Store, type S3Credentials } from "./s3-store.ts";

/** Format of the file. */
const LOG_STORAGE_FORMAT = "warifu-log-storage/1";

/** Where to, and how often. */
export interface LogStorage {
  readonly storage: ObjectStore;
  readonly everyMs: number;
  /** Whether bodies are copied too. */
  readonly hasBodies: boolean;
}

const common = {
  format: z.literal(LOG_STORAGE_FORMAT),
  everySeconds: z.number().min(0.1).max(3_600).default(1),
  bodies: z.boolean().default(false),
};
const line = z.string().min(1).max(1_000);
const s3 = z.strictObject({
  ...common,
  kind: z.literal("s3"),
  endpoint: z
    .url({ protocol: /^https?$/ })
    // Nor with a name and password, which would be shown wherever the storage is named.
    .refine((url) => new URL(url).href === `${new URL(url).origin}/`, "is a server's address, without a path"),
  region: z.string().regex(/^[a-z0-9-]{1,64}$/, "is a region such as eu-west-1"),
  bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "is a bucket's name"),
  prefix: z
    .string()
    .regex(/^([A-Za-z0-9.-]*[A-Za-z0-9-][A-Za-z0-9.-]*\/)*$/, "is empty, or a path that ends with a slash")
    .default(""),
  credentialsFile: line.optional(),
  timeoutSeconds: z.number().positive().max(300).default(10),
});
const folder = z.strictObject({ ...common, kind: z.literal("folder"), path: line });
const fileSchema = z.discriminatedUnion("kind", [s3, folder]);

const credentialsSchema = z.strictObject({
  accessKeyId: line,
  secretAccessKey: line,
  sessionToken: z.string().min(1).max(10_000).optional(),
});

/**
 * What a file says.
 * @param file absolute; names in it are relative to it
 * @throws CONFIG_INVALID naming each member that is wrong, never its value
 */
export function readLogStorage(file: string): LogStorage {
  if (!existsSync(file)) throw new WarifuError("CONFIG_INVALID", `the storage of the log: there is no file ${file}`);
  const settings = strictly(file, fileSchema, () => readFileSync(file));
  const common = { everyMs: settings.everySeconds * 1_000, hasBodies: settings.bodies };
  const base = dirname(file);
  if (settings.kind === "folder") return { storage: new FolderStore(resolve(base, settings.path)), ...common };
  const { credentialsFile, timeoutSeconds, ...place } = settings;
  const credentials = credentialsFile === undefined ? undefined : credentialsIn(resolve(base, credentialsFile));
  return { storage: new S3Store({ ...place, credentials, timeoutMs: timeoutSeconds * 1_000 }), ...common };
}

/**
 * The storage that a file names, or a folder with a log's files itself.
 * @param path absolute
 * @throws CONFIG_INVALID as {@link readLogStorage}
 */
export function storageAt(path: string): ObjectStore {
  return existsSync(path) && statSync(path).isDirectory() ? new FolderStore(path) : readLogStorage(path).storage;
}

function credentialsIn(file: string): S3Credentials {
  const { sessionToken, ...lasting } = strictly(file, credentialsSchema, () => utf8(readSharedSecret(file)));
  return { ...lasting, ...(sessionToken !== undefined && { sessionToken }) };
}

function strictly<T>(file: string, schema: z.ZodType<T>, read: () => Uint8Array): T {
  try {
    return schema.parse(parseJsonBytes(withoutByteOrderMark(read()), "the settings"));
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? inWords(cause) : messageOf(cause);
    throw new WarifuError("CONFIG_INVALID", `the storage of the log: ${file} cannot be used: ${reason}`, { cause });
  }
}

function inWords({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => `${path.map(String).join(".") || "it"}: ${message}`).join("; ");
}
