/**
 * The file that says which identity provider vouches for officers, and whom it makes what:
 * `{"format": "warifu-oidc/1", "issuer": …, "clientId": …, "clientSecretFile": …, "accounts": [{"group": …, "role": …}]}`.
 * It is read strictly, before anything is opened, and names the file of the secret instead of holding it.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import { withoutByteOrderMark } from "../core/bytes.ts";
import { messageOf, WarifuError } from "../core/errors.ts";
import { parseJsonBytes } from "../core/json.ts";
import { readSharedSecret } from "../keys/key-files.ts";
import { OFFICER_ROLES, type OfficerRole } from "./officers.ts";
import { isLoopbackHost } from "./desk-url.ts";

/** Format of the file. */
const OIDC_FORMAT = "warifu-oidc/1";

/** Whom the provider's word makes what; the first that fits counts. */
export interface OidcAccount {
  readonly group?: string | undefined;
  readonly subject?: string | undefined;
  readonly role: OfficerRole;
  readonly sources?: readonly string[] | undefined;
}

/** An identity provider, and what is believed of it. */
export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Scopes to ask for besides `openid`. */
  readonly scopes: readonly string[];
  /** Claim that lists the groups of a person. */
  readonly groupsClaim: string;
  readonly accounts: readonly OidcAccount[];
}

const short = z.string().min(1).max(256);

const account = z
  .strictObject({
    group: short.optional(),
    subject: short.optional(),
    role: z.enum(OFFICER_ROLES),
    sources: z.array(short).min(1).max(256).optional(),
  })
  .refine(
    ({ group, subject }) => (group === undefined) !== (subject === undefined),
    "must have group or subject, not both",
  )
  .refine(({ role, sources }) => role !== "admin" || sources === undefined, "an admin cannot be limited to sources");

const settings = z.strictObject({
  format: z.literal(OIDC_FORMAT),
  issuer: z.url({ protocol: /^https?$/ }).refine(isProtected, "must be https, or http on this machine"),
  clientId: short,
  clientSecretFile: short,
  scopes: z
    .array(z.string().regex(/^[!#-[\]-~]{1,64}$/))
    .max(16)
    .default(["profile"]),
  groupsClaim: short.default("groups"),
  accounts: z.array(account).min(1).max(256),
});

/**
 * The provider that a file names; without a file, none.
 * @throws CONFIG_INVALID naming each member that is wrong, never its value
 */
export function readOidcSettings(file: string | undefined): OidcSettings | undefined {
  if (file === undefined) return undefined;
  if (!existsSync(file)) throw new WarifuError("CONFIG_INVALID", `WARIFU_OIDC: there is no file ${file}`);
  try {
    const value = parseJsonBytes(withoutByteOrderMark(readFileSync(file)), "the settings");
    const { format: _, clientSecretFile, ...rest } = settings.parse(value);
    return { ...rest, clientSecret: readSharedSecret(resolve(dirname(file), clientSecretFile)).trim() };
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? inWords(cause) : messageOf(cause);
    throw new WarifuError("CONFIG_INVALID", `the identity provider of ${file} cannot be used: ${reason}`, { cause });
  }
}

function isProtected(issuer: string): boolean {
  const { protocol, hostname } = new URL(issuer);
  return protocol === "https:" || isLoopbackHost(hostname);
}

function inWords({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => `${path.join(".") || "file"}: ${message}`).join("; ");
}
