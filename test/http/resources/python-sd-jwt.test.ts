// What is disclosed as an SD-JWT is accepted by a library that others wrote: sd-jwt of PyPI, the OpenWallet Foundation's.

import { expect } from "chai";

import { createClient } from "../../../src/client/client.ts";
import { report } from "../../support/ledger.ts";
import { pythonWith, runProgram, type Ended } from "../../support/programs.ts";
import { startService, type TestService } from "../../support/service.ts";
import { call, submit, type Result } from "../support/call.ts";

const PYTHON = pythonWith("sd_jwt", "jwcrypto");
if (PYTHON === undefined)
  process.stdout.write(
    "left out: SD-JWTs read in Python, because TEST_PYTHON names no python3 with the package sd-jwt\n",
  );

/** Verifies a presentation under the issuer's published keys, and prints the payload with what was disclosed. */
const VERIFIER = `
import json, sys
from jwcrypto.jwk import JWK
from sd_jwt.verifier import SDJWTVerifier

said = json.load(sys.stdin)

def key_of(issuer, header):
    assert issuer == said["issuer"]["issuer"]
    [key] = [one for one in said["issuer"]["jwks"]["keys"] if one["kid"] == header["kid"]]
    return JWK(**key)

print(json.dumps(SDJWTVerifier(said["presentation"], key_of).get_verified_payload()))
`;

if (PYTHON !== undefined)
  describe("an SD-JWT, read by a library in Python", () => {
    let service: TestService;
    before(async () => (service = await startService()));
    after(() => service.stop());

    it("holds with the granted claims, and no longer with any other", async () => {
      const { id } = (await submit(service, JSON.stringify(report(1)))).json as Required<Result>;
      const officer = createClient({ url: service.url, apiKey: service.keys.officer, attempts: 1 });
      const grant = { records: [id], claims: ["reporterEmail"], recipient: "Kenji", purpose: "audit" } as const;
      const until = Math.floor(Date.now() / 1_000) + 3_600;
      const { disclosure, token } = await officer.grantDisclosure({ ...grant, purposeText: "file 1", until });
      const recipient = createClient({ url: service.url, apiKey: token, attempts: 1 });
      const text = await recipient.sdJwt(disclosure, id);
      const issuer = (await call(service, "/.well-known/jwt-vc-issuer")).json;
      const verify = (presentation: string): Promise<Ended> =>
        runProgram(PYTHON, ["-c", VERIFIER], { input: JSON.stringify({ presentation, issuer }) });

      const { stdout, stderr } = await verify(text);
      expect(stderr).to.equal("");
      const { record, iss } = JSON.parse(stdout) as { record: Record<string, unknown>; iss: string };
      expect(iss).to.equal(service.log.store.origin);
      expect(record).to.include({ reporterEmail: "canary-1@example.org" }).and.to.not.have.property("reporterName");

      const [, , signature = ""] = text.split(/[.~]/);
      const forged = text.replace(signature, `${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`);
      expect((await verify(forged)).stderr).to.include("InvalidJWSSignature");
      const [jwt = "", opening = ""] = text.split("~");
      const said = JSON.parse(Buffer.from(opening, "base64url").toString()) as string[];
      const other = Buffer.from(JSON.stringify([said[0], said[1], "else@example.org"])).toString("base64url");
      const changed = await verify(`${jwt}~${other}~`);
      expect(changed.stdout).to.not.include("else@example.org");
    });
  });
