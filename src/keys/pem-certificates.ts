/**
 * Certificates in PEM files, as authorities hand them out.
 */
import { fromUtf8 } from "../core/bytes.ts";
import { parseCertificate, type Certificate } from "../core/certificate.ts";
import { WarifuError, messageOf } from "../core/errors.ts";

const PEM = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g;

/**
 * The certificates in the file's bytes, in their order.
 * @param name of the file, for the message
 * @throws CONFIG_INVALID when there is none, or one cannot be read
 */
export function certificatesInPem(bytes: Uint8Array, name: string): Certificate[] {
  try {
    const found = [...fromUtf8(bytes, "the file").matchAll(PEM)].map(([, text]) =>
      Buffer.from(text as string, "base64"),
    );
    if (found.length === 0) throw new WarifuError("CONFIG_INVALID", "there is no certificate in PEM");
    return found.map((der) => parseCertificate(new Uint8Array(der)));
  } catch (cause) {
    throw new WarifuError("CONFIG_INVALID", `the certificate ${name} cannot be used: ${messageOf(cause)}`, { cause });
  }
}
