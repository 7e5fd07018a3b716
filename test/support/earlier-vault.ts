// Rows of a vault as programs kept them before records had ChaCha20-Poly1305: AES-256-GCM throughout.

import { createCipheriv, randomBytes } from "node:crypto";

import type { Attachment } from "../../src/store/vault.ts";
import { MASTER_KEY } from "./ledger.ts";

export interface EarlierRows {
  readonly wrappedKey: Uint8Array;
  readonly sealed: Uint8Array;
  /** One a row, in order. */
  readonly attachments: readonly Uint8Array[];
}

/** What such a program kept of a record, under {@link MASTER_KEY}. */
export function earlierRows(
  leafIndex: number,
  openings: readonly string[],
  attachments: readonly Attachment[] = [],
): EarlierRows {
  const key = randomBytes(32);
  const place = `warifu-vault/1 ${leafIndex}`;
  return {
    wrappedKey: seal(MASTER_KEY, key, place),
    sealed: seal(key, Buffer.from(openings.join("~")), place),
    attachments: attachments.map(({ mediaType, bytes }, at) =>
      seal(
        key,
        Buffer.concat([Buffer.from(`${JSON.stringify(mediaType)}\n`), bytes]),
        `${place} attachment ${at + 1}/${attachments.length}`,
      ),
    ),
  };
}

function seal(key: Uint8Array, plain: Uint8Array, place: string): Uint8Array {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  cipher.setAAD(Buffer.from(place));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}
