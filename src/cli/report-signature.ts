/**
 * The signature of a report, `warifu-report-signature/1`, in a file beside it: by a key of the auditor's own, which says
 * nothing about the log. What is signed names the file's hash and the time. Whoever checks it must know the key.
 */
import { readFileSync } from "node:fs";
import { fromBase64Url, fromUtf8, SHA256_HEX, toBase64Url, toHex, utf8 } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import { parseJson, type JsonValue } from "../core/json.ts";
import { sha256 } from "../core/sha256.ts";
import { ObjectReader } from "../core/object-reader.ts";
import { isSignedBy, keyThumbprint, parseSourceKey, type SourceKey } from "../core/source-key.ts";
import { openSigningKey, type PrivateSourceKey } from "../client/signing-key.ts";
import { readNamedFile, unusable, writeNamedFile } from "./named-files.ts";

/** Value of the member `format`. */
const FORMAT = "warifu-report-signature/1";
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Who signed a report, and when, as the signer says. */
export interface SignedReport {
  readonly sha256: string;
  readonly signedAt: string;
  readonly thumbprint: string;
}

/** Signs a report's bytes with the key in a file. @throws USAGE, KEY_INVALID, KEY_TYPE_UNKNOWN */
export async function signReport(
  path: string,
  content: string | Uint8Array,
  keyFile: string,
  signedAt: string,
): Promise<SignedReport> {
  const privateKey = jwkIn(keyFile, "private key") as unknown as PrivateSourceKey;
  const signer = await openSigningKey(privateKey);
  const { d: _, ...publicPart } = privateKey;
  const key = parseSourceKey(publicPart as unknown as JsonValue);
  const hash = toHex(sha256(typeof content === "string" ? utf8(content) : content));
  const signature = toBase64Url(await signer.sign(signedText(hash, signedAt)));
  const file = { format: FORMAT, sha256: hash, signedAt, key, signature };
  writeNamedFile(`${path}.sig`, `${JSON.stringify(file, null, 2)}\n`, "signature");
  return { sha256: hash, signedAt, thumbprint: keyThumbprint(key) };
}

/**
 * Checks the signature beside a report.
 * @throws USAGE a file cannot be read; SIGNATURE_MISMATCH the report or its signature was changed; KEY_INVALID it is by
 *   another key than the one in `keyFile`
 */
export async function checkReport(path: string, keyFile: string | undefined): Promise<SignedReport> {
  const { key, signature, ...signed } = signatureIn(readNamedFile(`${path}.sig`, "signature"));
  const hash = toHex(sha256(readBytes(path)));
  if (hash !== signed.sha256) throw new WarifuError("SIGNATURE_MISMATCH", "the report is not the one that was signed");
  if (!(await isSignedBy(key, signedText(signed.sha256, signed.signedAt), signature)))
    throw new WarifuError("SIGNATURE_MISMATCH", "the signature is not by the key that it names");
  const thumbprint = keyThumbprint(key);
  if (keyFile !== undefined && keyThumbprint(parseSourceKey(jwkIn(keyFile, "key"))) !== thumbprint)
    throw new WarifuError("SIGNATURE_MISMATCH", `the report is signed by another key: ${thumbprint}`);
  return { ...signed, thumbprint };
}

function signedText(hash: string, signedAt: string): Uint8Array {
  return utf8(`${FORMAT}\n${hash}\n${signedAt}\n`);
}

function signatureIn(bytes: Uint8Array): Omit<SignedReport, "thumbprint"> & {
  readonly key: SourceKey;
  readonly signature: Uint8Array;
} {
  const reader = new ObjectReader(
    parseJson(fromUtf8(bytes, "signature"), "signature"),
    "signature",
    "SIGNATURE_MISMATCH",
  );
  if (reader.string("format") !== FORMAT) reader.fail("format", `must be "${FORMAT}"`);
  const signature = {
    sha256: reader.string("sha256", SHA256_HEX),
    signedAt: reader.string("signedAt", TIME),
    key: parseSourceKey(reader.value("key")),
    signature: fromBase64Url(reader.string("signature"), "signature", 64),
  };
  reader.end();
  return signature;
}

function jwkIn(path: string, what: string): JsonValue {
  return parseJson(fromUtf8(readNamedFile(path, what), what), what);
}

/** Byte for byte: a byte order mark belongs to the file. */
function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw unusable(`the report ${path} cannot be read`, error);
  }
}
