/**
 * Somebody who joins a city's app and posts, for trying out: a browser that keeps its cookie, and a passkey in software
 * (https://www.w3.org/TR/webauthn-3/#sctn-authenticator-data) that is forgotten when the program ends.
 */
import { createHash, generateKeyPairSync, randomBytes } from "node:crypto";
import { encode } from "cborg";

const PRESENT_VERIFIED_ATTESTED = 0x01 | 0x04 | 0x40;

/** With what somebody joins. */
export interface Joining {
  readonly pseudonym: string;
  readonly language: string;
  readonly purposes: readonly string[];
}

/** A citizen of the city whose service is at an address. */
export class SampleCitizen {
  readonly #url: string;
  #cookie = "";

  constructor(url: string) {
    this.#url = url;
  }

  async join({ pseudonym, language, purposes }: Joining): Promise<void> {
    const consents = purposes.map((purpose) => ({ purpose, noticeVersion: 1, language }));
    const said = { pseudonym, ageBand: "18-64", language, consents };
    const { options } = (await this.post("/v1/citizens/join/options", said)) as { options: CreationOptions };
    await this.post("/v1/citizens/join/verify", { credential: credentialFor(options, this.#url) });
  }

  /** Sends a picture as the app does. @returns what a post names it by */
  async upload(picture: Buffer): Promise<{ readonly sha256: string }> {
    const sha256 = createHash("sha256").update(picture).digest("hex");
    const place = { "upload-offset": "0", "upload-length": String(picture.length) };
    const headers = { "content-type": "application/octet-stream", ...place };
    await this.#send("PUT", `/v1/uploads/${sha256}`, { headers, body: new Uint8Array(picture) });
    return { sha256 };
  }

  /** @throws TypeError with the answer, if it is none that went well */
  async post(path: string, value: object): Promise<unknown> {
    const headers = { "content-type": "application/json" };
    return this.#send("POST", path, { headers, body: JSON.stringify(value) });
  }

  async #send(
    method: string,
    path: string,
    {
      headers,
      body,
    }: { readonly headers: Readonly<Record<string, string>>; readonly body: string | Uint8Array<ArrayBuffer> },
  ): Promise<unknown> {
    const own = { origin: this.#url, "sec-fetch-site": "same-origin", "warifu-app": "1", cookie: this.#cookie };
    const answer = await fetch(`${this.#url}${path}`, { method, headers: { ...headers, ...own }, body });
    const text = await answer.text();
    if (!answer.ok) throw new TypeError(`${path} answers ${answer.status}: ${text}`);
    const cookies = answer.headers.getSetCookie().map((line) => line.split(";")[0]);
    if (cookies.length > 0) this.#cookie = cookies.join("; ");
    return text === "" ? undefined : JSON.parse(text);
  }
}

interface CreationOptions {
  readonly challenge: string;
  readonly rp: { readonly id: string };
}

/** What a device answers that makes a passkey, without saying which make it is. */
function credentialFor({ challenge, rp }: CreationOptions, origin: string): object {
  const { x = "", y = "" } = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ format: "jwk" });
  const [pointX, pointY] = [x, y].map((one) => Buffer.from(one, "base64url"));
  // COSE_Key, RFC 9053: EC2, ES256, P-256.
  const publicKey = encode(
    new Map<number, unknown>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, pointX],
      [-3, pointY],
    ]),
  );
  const id = randomBytes(16);
  const rpHash = createHash("sha256").update(rp.id).digest();
  const head = Buffer.concat([rpHash, Buffer.from([PRESENT_VERIFIED_ATTESTED]), Buffer.alloc(4)]);
  const authData = Buffer.concat([head, Buffer.alloc(16), Buffer.from([0, id.length]), id, publicKey]);
  const clientData = JSON.stringify({ type: "webauthn.create", challenge, origin, crossOrigin: false });
  const response = {
    clientDataJSON: Buffer.from(clientData).toString("base64url"),
    attestationObject: Buffer.from(encode({ fmt: "none", attStmt: {}, authData })).toString("base64url"),
    transports: ["internal"],
  };
  const name = id.toString("base64url");
  return { id: name, rawId: name, type: "public-key", clientExtensionResults: {}, response };
}
