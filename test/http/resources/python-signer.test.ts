// Requests signed by a library that was written from RFC 9421 in another language: http-message-signatures of PyPI.

import { expect } from "chai";
import { generateKeyPairSync } from "node:crypto";

import { createClient } from "../../../src/client/client.ts";
import { utf8 } from "../../../src/core/bytes.ts";
import type { JsonValue } from "../../../src/core/json.ts";
import { keyThumbprint, parseSourceKey, type SourceKey } from "../../../src/core/source-key.ts";
import { verifyBundle } from "../../../src/verify/verify-bundle.ts";
import { pythonWith, runProgram } from "../../support/programs.ts";
import { anchoredService } from "../support/anchored-service.ts";
import { call, submit } from "../support/call.ts";

const NAME = "santander/env-9";
const PYTHON = pythonWith("http_message_signatures");
if (PYTHON === undefined)
  process.stdout.write(
    "left out: requests signed in Python, because TEST_PYTHON names no python3 with the package http-message-signatures\n",
  );

/** Arguments: algorithm, key id, address, private key in PEM; its input is the content. Prints the headers. */
const SIGNER = `
import json, sys
from http_message_signatures import HTTPMessageSigner, HTTPSignatureKeyResolver, algorithms
from cryptography.hazmat.primitives.serialization import load_pem_private_key

algorithm, key_id, url, pem = sys.argv[1:]

class Keys(HTTPSignatureKeyResolver):
    def resolve_private_key(self, key_id):
        return load_pem_private_key(pem.encode(), password=None)

class Request:
    method = "POST"
    headers = {"Content-Type": "application/json"}

request = Request()
request.url = url
signer = HTTPMessageSigner(signature_algorithm=getattr(algorithms, algorithm), key_resolver=Keys())
signer.sign(request, key_id=key_id, nonce="of-python", label="device", body=sys.stdin.buffer.read(),
            covered_component_ids=("@method", "@authority", "@target-uri", "content-type"))
print(json.dumps(request.headers))
`;

if (PYTHON !== undefined)
  describe("requests signed by a library in Python", () => {
    const running = anchoredService();

    for (const [curve, algorithm] of [
      ["Ed25519", "ED25519"],
      ["P-256", "ECDSA_P256_SHA256"],
    ] as const)
      it(`are taken, and verified from the bundle: ${curve}`, async () => {
        const { privateKey, publicKey } =
          curve === "Ed25519" ? generateKeyPairSync("ed25519") : generateKeyPairSync("ec", { namedCurve: curve });
        const key: SourceKey = parseSourceKey(publicKey.export({ format: "jwk" }) as JsonValue);
        const name = `${NAME}/${curve}`;
        const officer = createClient({ url: running.service.url, apiKey: running.service.keys.officer, attempts: 1 });
        await officer.registerSource(name, { key });
        const pem = privateKey.export({ format: "pem", type: "pkcs8" }).toString();
        const body = `{"type": "sensor-reading", "source": "${name}", "seq": 1, "claims": {"temperature": 16.40}}`;
        const args = ["-c", SIGNER, algorithm, keyThumbprint(key), `${running.service.url}/v1/records`, pem];
        const { stdout, stderr } = await runProgram(PYTHON, args, { input: body });
        const headers = JSON.parse(stdout || stderr) as Record<string, string>;
        const { "Content-Type": _, ...signed } = headers;
        const answer = await submit(running.service, body, { headers: signed });
        expect(answer.status, answer.text).to.equal(201);
        await running.service.anchorAll();
        const { text } = await call(running.service, `/v1/records/${(answer.json as { id: string }).id}/bundle`);
        const policy = { ...running.service.policy, sources: [{ name, key }] };
        const { outcome, record } = await verifyBundle(utf8(text), policy);
        expect([outcome, record?.signature]).to.deep.equal(["holds", "verified"]);
      });
  });
