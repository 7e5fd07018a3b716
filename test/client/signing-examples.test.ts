// The ways to sign a record, with a fixed key: our own code, and the programs in examples/ that devices begin with, all give the
// same bytes (test/vectors/signing.json). And what the programs send, the service takes.

import { expect } from "chai";
import { createPrivateKey, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { createClient, createRecordSigner, type PrivateSourceKey } from "../../src/client/client.ts";
import { fromUtf8 } from "../../src/core/bytes.ts";
import { canonicalJson, parseJson, type JsonObject, type JsonValue } from "../../src/core/json.ts";
import { fitsKey, parseJws } from "../../src/core/jws.ts";
import type { Record } from "../../src/core/record.ts";
import { checkRecordSignature, signedBytesOf, type RecordSignature } from "../../src/core/source-signature.ts";
import { isSignedBy, parseSourceKey } from "../../src/core/source-key.ts";
import { temporaryFolder } from "../support/ledger.ts";
import { hasOpenssl, pythonWith, runProgram } from "../support/programs.ts";
import { startService, type TestService } from "../support/service.ts";

interface Vectors {
  readonly privateKey: PrivateSourceKey;
  readonly thumbprint: string;
  /** Texts: the record, and what is submitted for it. */
  readonly jws: { readonly record: string; readonly submission: string };
  readonly canonical: { readonly record: string; readonly signed: string; readonly evidence: RecordSignature };
  /** As programs print it, and as RFC 8785 writes it. */
  readonly numbers: readonly (readonly [printed: string, canonical: string])[];
}

const VECTORS = JSON.parse(
  readFileSync(new URL("../vectors/signing.json", import.meta.url), "utf8"),
) as unknown as Vectors;
const example = (name: string): string => fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));
const NAME = "santander/env-419";
const PYTHON = pythonWith("cryptography");
const HAS_OPENSSL = hasOpenssl();
if (PYTHON === undefined)
  process.stdout.write(
    "left out: examples/sign-record.py, because there is no python3 with the package cryptography\n",
  );
if (!HAS_OPENSSL) process.stdout.write("left out: examples/sign-record.sh, because there is no OpenSSL 3 or no curl\n");

const isInRange = ([printed]: readonly [string, string]): boolean => Math.abs(Number(printed)) <= 2 ** 53;
const privateKeyOf = (jwk: PrivateSourceKey): KeyObject => createPrivateKey({ key: jwk as JsonObject, format: "jwk" });
const reading = (seq: number): string =>
  JSON.stringify({ type: "sensor-reading", source: NAME, seq, claims: { temperature: 16.4 } });

describe("signing a record with a fixed key", () => {
  it("gives the same JWS in the client's helper", async () => {
    const signer = await createRecordSigner(VECTORS.privateKey);
    expect(signer.thumbprint).to.equal(VECTORS.thumbprint);
    const signed = await signer.sign(JSON.parse(VECTORS.jws.record) as Record);
    expect(JSON.stringify(signed)).to.equal(VECTORS.jws.submission);
  });

  it("gives the same canonical form, and the same signature over it, in our own code", () => {
    const { record, signed, evidence } = VECTORS.canonical;
    const parsed = parseJson(record, "record") as unknown as Record & { seq: number };
    expect(fromUtf8(signedBytesOf(parsed), "form")).to.equal(signed);
    expect(sign(null, Buffer.from(signed), privateKeyOf(VECTORS.privateKey)).toString("base64")).to.equal(evidence.sig);
    checkRecordSignature({ ...parsed, evidence });
    for (const [printed, canonical] of VECTORS.numbers) expect(JSON.stringify(Number(printed))).to.equal(canonical);
    for (const [printed, canonical] of VECTORS.numbers.filter(isInRange))
      expect(canonicalJson(parseJson(printed, "number"))).to.equal(canonical);
  });
});

describe("the programs for devices in examples/", () => {
  let folder: string;
  let service: TestService;
  let env: NodeJS.ProcessEnv;
  const inFolder = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const pemFile = (key: KeyObject): string =>
    inFolder("key.pem", key.export({ format: "pem", type: "pkcs8" }).toString());
  before(async () => {
    folder = temporaryFolder();
    service = await startService();
    env = { WARIFU_API_KEY: service.keys.submitter };
    const { d: _, ...publicPart } = VECTORS.privateKey;
    const officer = createClient({ url: service.url, apiKey: service.keys.officer, attempts: 1 });
    await officer.registerSource(NAME, { key: parseSourceKey(publicPart as JsonValue) });
  });
  after(async () => {
    await service?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  if (PYTHON !== undefined) {
    const python = (args: readonly string[], input = "") =>
      runProgram(PYTHON, [example("sign-record.py"), ...args], { input, env });

    it("sign-record.py prints the same JWS, with the key as a JWK and in PEM", async () => {
      const jwk = inFolder("key.jwk", JSON.stringify(VECTORS.privateKey));
      const record = inFolder("record.json", VECTORS.jws.record);
      const pem = pemFile(privateKeyOf(VECTORS.privateKey));
      for (const { stdout, stderr } of [await python([jwk, record]), await python([pem], `${VECTORS.jws.record}\n`)])
        expect(stdout, stderr).to.equal(`${VECTORS.jws.submission}\n`);
    });

    it("sign-record.py signs the same canonical form, whatever Python prints its numbers as", async () => {
      const jwk = inFolder("key.jwk", JSON.stringify(VECTORS.privateKey));
      const { stdout, stderr } = await python([jwk, "--canonical"], VECTORS.canonical.record);
      const { evidence, ...record } = parseJson(stdout, stderr) as JsonObject;
      expect(evidence).to.deep.equal(VECTORS.canonical.evidence);
      expect(record).to.deep.equal(parseJson(VECTORS.canonical.record, "record"));
      const print = "import json, runpy, sys\nwrite = runpy.run_path(sys.argv[1])['canonical']";
      const lines = `${print}\nfor text in sys.argv[2:]: print(write(json.loads(text)))`;
      const texts = VECTORS.numbers.map(([printed]) => printed);
      const numbers = await runProgram(PYTHON, ["-c", lines, example("sign-record.py"), ...texts]);
      expect(numbers.stdout.trimEnd().split("\n"), numbers.stderr).to.deep.equal(VECTORS.numbers.map((one) => one[1]));
    });

    it("sign-record.py signs with a P-256 key, and says what a record lacks", async () => {
      const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const jwk = privateKey.export({ format: "jwk" });
      const { d: _, ...publicPart } = jwk;
      const key = parseSourceKey(publicPart as JsonValue);
      for (const file of [inFolder("p256.jwk", JSON.stringify(jwk)), pemFile(privateKey)]) {
        const { stdout, stderr } = await python([file], VECTORS.jws.record);
        const jws = parseJws((JSON.parse(stdout || stderr) as { jws: string }).jws);
        const { thumbprint } = await createRecordSigner(jwk as PrivateSourceKey);
        expect([fitsKey(jws, key), jws.kid]).to.deep.equal([true, thumbprint]);
        expect(await isSignedBy(key, jws.signingInput, jws.signature)).to.equal(true);
      }
      const marked = await python([pemFile(privateKey)], `\ufeff${VECTORS.jws.record}`);
      const { jws: text } = JSON.parse(marked.stdout || marked.stderr) as { jws: string };
      expect(fromUtf8(parseJws(text).payload, "payload")).to.equal(VECTORS.jws.record);
      for (const [record, pattern] of [
        ['{"seq": 1,}', /^the record is not JSON, at line 1, character \d+\n$/],
        ["[1]", /^the record is not an object\n$/],
      ] as const) {
        const { code, stderr } = await python([pemFile(privateKey)], record);
        expect([code, pattern.test(stderr)], stderr).to.deep.equal([1, true]);
      }
      const refused = await python([pemFile(privateKey)], "{}");
      expect([refused.code, refused.stderr]).to.deep.equal([
        1,
        "the record has no seq: a signed record carries its own, so that nobody can send it twice\n",
      ]);
    });

    it("sign-record.py sends what it signed, in both forms, and fails with what the service says", async () => {
      const jwk = inFolder("key.jwk", JSON.stringify(VECTORS.privateKey));
      for (const [seq, more] of [
        [1, []],
        [2, ["--canonical"]],
      ] as const) {
        const { stdout, stderr } = await python([jwk, "--url", service.url, ...more], reading(seq));
        expect(JSON.parse(stdout || stderr)).to.have.property("checkpoint");
      }
      const { code, stderr } = await python([jwk, "--url", service.url], reading(3).replace(NAME, "nobody/knows"));
      expect([code, (JSON.parse(stderr) as { code: string }).code]).to.deep.equal([1, "SOURCE_KEY_REFUSED"]);
    });
  }

  if (HAS_OPENSSL) {
    const shell = (...args: string[]) => runProgram("sh", [example("sign-record.sh"), ...args], { env });

    it("sign-record.sh prints the same JWS, and refuses a key of another kind", async () => {
      const record = inFolder("record.json", `${VECTORS.jws.record}\n`);
      const { stdout, stderr } = await shell(pemFile(privateKeyOf(VECTORS.privateKey)), record);
      expect(stdout, stderr).to.equal(`${VECTORS.jws.submission}\n`);
      const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const refused = await shell(pemFile(privateKey), record);
      expect([refused.code, refused.stdout]).to.deep.equal([1, ""]);
      expect(refused.stderr).to.match(/gives no Ed25519 signature\n$/);
    });

    it("sign-record.sh sends what it signed, and fails with what the service says", async () => {
      const pem = pemFile(privateKeyOf(VECTORS.privateKey));
      const sent = await shell(pem, inFolder("record.json", reading(11)), `${service.url}/`);
      expect(JSON.parse(sent.stdout || sent.stderr)).to.have.property("checkpoint");
      const foreign = inFolder("record.json", reading(12).replace(NAME, "nobody/knows"));
      const { code, stdout } = await shell(pem, foreign, service.url);
      expect(code).not.to.equal(0);
      expect(stdout).to.contain("SOURCE_KEY_REFUSED");
    });
  }
});
