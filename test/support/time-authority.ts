// Time-stamping authorities that are real as far as a test goes: OpenSSL makes the certificates and answers the requests.

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import { createHash } from "node:crypto";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import { patientServer } from "./patient-server.ts";

/** How a certificate is made. */
export interface CertificateOptions {
  /** Days from now. */
  readonly from?: number;
  readonly to?: number;
  /** Lines of its extensions. */
  readonly extensions?: string;
  /** Words that say what key. */
  readonly key?: readonly string[];
  /** Words that say how it is signed. */
  readonly signing?: readonly string[];
}

export const KEYS = {
  rsa: ["rsa", "-pkeyopt", "rsa_keygen_bits:2048"],
  short: ["rsa", "-pkeyopt", "rsa_keygen_bits:1024"],
  p256: ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
  p384: ["EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
  p521: ["EC", "-pkeyopt", "ec_paramgen_curve:P-521"],
} as const;
const AUTHORITY = "basicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign,cRLSign";
export const STAMPS =
  "basicConstraints=CA:false\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping";
const TST_INFO = "1.2.840.113549.1.9.16.1.4";
const DAY_MS = 86_400_000;

/** What `openssl ts` reads, and what `openssl ca` reads. */
const configuration = (digest: string, essAlgorithm: string): string => `
[tsa]
default_tsa = own
[own]
serial = tsa-serial
crypto_device = builtin
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
signer_digest = ${digest}
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_alg = ${essAlgorithm}
[ca]
default_ca = authority
[authority]
database = index.txt
new_certs_dir = .
rand_serial = yes
default_md = sha256
unique_subject = no
policy = anything
[anything]
commonName = supplied
`;

/** A folder of certificates and keys, each called by its name. */
export class TimeAuthorities {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "index.txt"), "");
    writeFileSync(join(folder, "tsa-serial"), "01\n");
    writeFileSync(join(folder, "openssl.cnf"), configuration("sha256", "sha256"));
  }

  /** Makes the certificate of `name`, signed by itself or by another one. */
  make(name: string, issuer: string, options: CertificateOptions = {}): this {
    const { from = -2, to = 400, key = KEYS.p256, signing = [] } = options;
    const { extensions = name === issuer ? AUTHORITY : STAMPS } = options;
    writeFileSync(join(this.folder, `${name}.ext`), extensions);
    const [algorithm, ...parameters] = key;
    this.openssl("genpkey", "-quiet", "-algorithm", String(algorithm), ...parameters, "-out", `${name}.key`);
    this.openssl("req", "-new", "-key", `${name}.key`, "-subj", `/CN=${name}`, "-out", `${name}.csr`);
    const issuing = name === issuer ? ["-selfsign"] : ["-cert", `${issuer}.pem`];
    this.openssl(
      ...["ca", "-batch", "-notext", "-config", "openssl.cnf", "-in", `${name}.csr`, "-out", `${name}.pem`],
      ...[...issuing, "-keyfile", `${issuer}.key`, "-extfile", `${name}.ext`],
      ...["-startdate", dateOf(from), "-enddate", dateOf(to), ...signing],
    );
    return this;
  }

  /** Base64 of DER, as policies have it. */
  certificate(name: string): string {
    return this.pem(name).replaceAll(/-----[^-]+-----|\s/g, "");
  }

  pem(name: string): string {
    return readFileSync(join(this.folder, `${name}.pem`), "utf8");
  }

  /** What `name` answers to a request: a TimeStampResp. */
  reply(name: string, query: Uint8Array, chain: readonly string[] = [], digest = "sha256", ess = "sha256"): Buffer {
    writeFileSync(join(this.folder, "ts.cnf"), configuration(digest, ess));
    writeFileSync(join(this.folder, "query.tsq"), query);
    writeFileSync(join(this.folder, "chain.pem"), chain.map((one) => this.pem(one)).join(""));
    this.openssl(
      ...["ts", "-reply", "-config", "ts.cnf", "-section", "own", "-queryfile", "query.tsq", "-out", "reply.tsr"],
      ...["-signer", `${name}.pem`, "-inkey", `${name}.key`, ...(chain.length > 0 ? ["-chain", "chain.pem"] : [])],
    );
    return readFileSync(join(this.folder, "reply.tsr"));
  }

  /** A token by `name` over the bytes, base64. */
  stamp(
    name: string,
    bytes: Uint8Array,
    options: { chain?: string[]; hash?: string; digest?: string; ess?: string } = {},
  ) {
    const { chain, hash = "sha256", digest, ess } = options;
    writeFileSync(join(this.folder, "data"), bytes);
    this.openssl("ts", "-query", "-data", "data", `-${hash}`, "-cert", "-out", "own.tsq");
    this.reply(name, readFileSync(join(this.folder, "own.tsq")), chain, digest, ess);
    this.openssl("ts", "-reply", "-in", "reply.tsr", "-token_out", "-out", "token.der");
    return readFileSync(join(this.folder, "token.der")).toString("base64");
  }

  /** The statement of a token, signed by `name`: OpenSSL signs so with certificates that its authority would not take. */
  sign(name: string, token: string, change: (statement: string) => string = (same) => same): string {
    writeFileSync(join(this.folder, "from.der"), Buffer.from(token, "base64"));
    this.openssl("cms", "-verify", "-noverify", "-inform", "DER", "-in", "from.der", "-out", "statement");
    const statement = readFileSync(join(this.folder, "statement"), "latin1");
    writeFileSync(join(this.folder, "statement"), change(statement), "latin1");
    this.openssl(
      ...["cms", "-sign", "-binary", "-nodetach", "-econtent_type", TST_INFO, "-in", "statement", "-md", "sha256"],
      ...["-signer", `${name}.pem`, "-inkey", `${name}.key`, "-outform", "DER", "-out", "signed.der", "-cades"],
    );
    return readFileSync(join(this.folder, "signed.der")).toString("base64");
  }

  openssl(...words: string[]): void {
    try {
      execFileSync("openssl", words, { cwd: this.folder, stdio: "pipe" });
    } catch (error) {
      throw new Error(`openssl ${words.join(" ")}: ${String((error as { stderr?: Buffer }).stderr)}`, { cause: error });
    }
  }

  /** Whether `openssl ts -verify` accepts a token over the bytes. */
  accepts(token: Uint8Array, bytes: Uint8Array, root: string): boolean {
    writeFileSync(join(this.folder, "checked.der"), token);
    writeFileSync(join(this.folder, "checked"), bytes);
    try {
      const words = ["-token_in", "-in", "checked.der", "-data", "checked", "-CAfile", `${root}.pem`];
      this.openssl("ts", "-verify", ...words);
      return true;
    } catch {
      return false;
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function dateOf(days: number): string {
  const text = new Date(Date.now() + days * DAY_MS).toISOString();
  return `${text.slice(0, 19).replaceAll(/[-:T]/g, "")}Z`;
}

/** What an authority over HTTP does otherwise than it should. */
export type Misbehaviour = (reply: Buffer) => Buffer | number | "silent";

/** An authority that is reached over HTTP, as RFC 3161 section 3.4 has it. */
export class ServedAuthority {
  readonly #server: Server;
  readonly requests: string[] = [];
  misbehaves: Misbehaviour | undefined;

  constructor(authorities: TimeAuthorities, name: string, chain: readonly string[] = []) {
    this.#server = patientServer((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        const query = Buffer.concat(parts);
        this.requests.push(
          `${request.method} ${request.headers["content-type"]} ${createHash("sha256").update(query).digest("hex")}`,
        );
        const reply = authorities.reply(name, query, chain);
        const answer = this.misbehaves?.(reply) ?? reply;
        if (answer === "silent") return;
        if (typeof answer === "number") response.writeHead(answer).end();
        else response.writeHead(200, { "content-type": "application/timestamp-reply" }).end(answer);
      });
    });
  }

  /** @returns the address */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/tsr`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
