/**
 * Signing keys of sources as files: created here as a private JWK (RFC 7517), and read in the forms in which devices
 * and their tools export a public key.
 */
import { existsSync } from "node:fs";
import { createPublicKey, generateKeyPairSync, type JsonWebKey } from "node:crypto";
import { fromBase64, fromUtf8, withoutByteOrderMark } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import { parseJson, type JsonValue } from "../core/json.ts";
import { ed25519SourceKey, keyThumbprint, parseSourceKey, type SourceKey } from "../core/source-key.ts";
import { writePrivateFile } from "./key-files.ts";

/** Kinds of key that a source may have. */
export const SOURCE_CURVES = ["Ed25519", "P-256"] as const;
export type SourceCurve = (typeof SOURCE_CURVES)[number];

/**
 * Creates a key: the private one in a file that only its owner can read, the public one in `<path>.pub` next to it.
 * @returns the public key
 * @throws CONFIG_INVALID a file of that name already exists
 */
export function makeSourceKeyFile(path: string, curve: SourceCurve): SourceKey {
  const publicPath = `${path}.pub`;
  for (const one of [path, publicPath])
    if (existsSync(one)) throw new WarifuError("CONFIG_INVALID", `${one} is there already, and a key is not replaced`);
  const { privateKey } =
    curve === "Ed25519" ? generateKeyPairSync("ed25519") : generateKeyPairSync("ec", { namedCurve: curve });
  const jwk = privateKey.export({ format: "jwk" });
  const publicKey = publicPartOf(jwk);
  writePrivateFile(path, `${JSON.stringify({ ...jwk, kid: keyThumbprint(publicKey) }, null, 2)}\n`);
  writePrivateFile(publicPath, `${JSON.stringify(publicKey)}\n`);
  return publicKey;
}

/**
 * The public key in a file: a JWK, PEM (SPKI), or 32 bytes of Ed25519 in base64.
 * @throws KEY_INVALID (for a private key, too), KEY_TYPE_UNKNOWN, ENCODING_INVALID
 */
export function readSourceKey(bytes: Uint8Array): SourceKey {
  const text = fromUtf8(withoutByteOrderMark(bytes), "key").trim();
  if (text.startsWith("{")) return parseSourceKey(parseJson(text, "key"));
  if (/^-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text))
    throw new WarifuError("KEY_INVALID", "this is a private key: give the public one, and keep this one to the source");
  if (text.startsWith("-----BEGIN PUBLIC KEY-----")) return keyInPem(text);
  if (/^[A-Za-z0-9+/]{43}=$/.test(text)) return ed25519SourceKey(fromBase64(text, "key", 32));
  throw new WarifuError(
    "KEY_INVALID",
    "this is no public key that is known here: a JWK, PEM (BEGIN PUBLIC KEY), or 32 bytes of Ed25519 in base64",
  );
}

function keyInPem(pem: string): SourceKey {
  let jwk: JsonWebKey;
  try {
    jwk = createPublicKey(pem).export({ format: "jwk" });
  } catch (cause) {
    throw new WarifuError("KEY_INVALID", "the PEM holds no public key that can be read", { cause });
  }
  return parseSourceKey(jwk as JsonValue);
}

function publicPartOf({ d: _, ...publicPart }: JsonWebKey): SourceKey {
  return parseSourceKey(publicPart as JsonValue);
}
