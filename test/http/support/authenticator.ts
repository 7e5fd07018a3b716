// A device with passkeys, in software: what a security key does (https://www.w3.org/TR/webauthn-3/#sctn-authenticator-data),
// with each part open to being wrong.

import { createHash, createSign, generateKeyPairSync, randomBytes, type KeyObject } from "node:crypto";

import { encode } from "cborg";

/** What a test bends. */
export interface Bent {
  readonly origin?: string;
  readonly rpId?: string;
  readonly challenge?: string;
  readonly userHandle?: string;
  readonly counter?: number;
  /** Without having recognised its user. */
  readonly isUnverified?: boolean;
  readonly type?: string;
}

interface CreationOptions {
  readonly challenge: string;
  readonly rp: { readonly id: string };
  readonly user: { readonly id: string };
}

const PRESENT = 0x01;
const VERIFIED = 0x04;
const ATTESTED = 0x40;

/** One passkey on one device, at one origin. */
export class Authenticator {
  readonly id = randomBytes(16).toString("base64url");
  readonly #origin: string;
  readonly #privateKey: KeyObject;
  readonly #coseKey: Uint8Array;
  #userHandle = "";
  #counter = 0;

  constructor(origin: string) {
    this.#origin = origin;
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    this.#privateKey = privateKey;
    const { x = "", y = "" } = publicKey.export({ format: "jwk" });
    const [bytesX, bytesY] = [x, y].map((one) => Buffer.from(one, "base64url"));
    // COSE_Key, RFC 9053: EC2, ES256, P-256.
    const cose = new Map<number, unknown>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, bytesX],
      [-3, bytesY],
    ]);
    this.#coseKey = encode(cose);
  }

  /** The answer to `navigator.credentials.create()`. */
  create(options: object, bent: Bent = {}) {
    const { challenge, rp, user } = options as CreationOptions;
    this.#userHandle = user.id;
    const id = Buffer.from(this.id, "base64url");
    const attested = [Buffer.alloc(16), Buffer.from([0, id.length]), id, this.#coseKey];
    const authData = Buffer.concat([this.#head(rp.id, ATTESTED, bent), ...attested]);
    const attestationObject = encode({ fmt: "none", attStmt: {}, authData });
    return this.#credential({
      clientDataJSON: this.#clientData("webauthn.create", challenge, bent).toString("base64url"),
      attestationObject: Buffer.from(attestationObject).toString("base64url"),
      transports: ["internal"],
    });
  }

  /** The answer to `navigator.credentials.get()`. */
  get(options: object, bent: Bent = {}) {
    const { challenge, rpId } = options as { readonly challenge: string; readonly rpId: string };
    this.#counter++;
    const authData = this.#head(rpId, 0, bent);
    const clientData = this.#clientData("webauthn.get", challenge, bent);
    const signed = Buffer.concat([authData, createHash("sha256").update(clientData).digest()]);
    return this.#credential({
      clientDataJSON: clientData.toString("base64url"),
      authenticatorData: authData.toString("base64url"),
      signature: createSign("sha256").update(signed).sign(this.#privateKey).toString("base64url"),
      userHandle: bent.userHandle ?? this.#userHandle,
    });
  }

  #head(rpId: string, flags: number, { rpId: bentId, counter = this.#counter, isUnverified = false }: Bent): Buffer {
    const hash = createHash("sha256")
      .update(bentId ?? rpId)
      .digest();
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    return Buffer.concat([hash, Buffer.from([flags | PRESENT | (isUnverified ? 0 : VERIFIED)]), count]);
  }

  #clientData(type: string, challenge: string, bent: Bent): Buffer {
    const data = {
      type: bent.type ?? type,
      challenge: bent.challenge ?? challenge,
      origin: bent.origin ?? this.#origin,
    };
    return Buffer.from(JSON.stringify({ ...data, crossOrigin: false }));
  }

  #credential(response: object) {
    return { id: this.id, rawId: this.id, type: "public-key", clientExtensionResults: {}, response };
  }
}
