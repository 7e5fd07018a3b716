// Witnesses that a log can ask over HTTP: real ones, and servers that answer whatever a test tells them to.

import type { RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

import type { VerifierKey } from "../../../src/core/note.ts";
import type { WitnessEndpoint } from "../../../src/cosign/cosign.ts";
import { startWitnessServer } from "../../../src/witness/server.ts";
import { patientServer } from "../../support/patient-server.ts";
import { openWitness, witnessSigner, type OpenWitness, type OpenWitnessOptions } from "./open-witness.ts";

/** A server that counts what it is asked. */
export type Served = { readonly endpoint: WitnessEndpoint; readonly close: () => Promise<void> };

/** A real witness on a port of its own. */
export async function serveWitness(options: OpenWitnessOptions = {}): Promise<Served & { readonly one: OpenWitness }> {
  const one = await openWitness(options);
  const server = await startWitnessServer({ witness: one.witness, host: "127.0.0.1", port: 0 });
  return {
    one,
    endpoint: { key: one.signer.key, url: server.url },
    close: async () => {
      await server.close();
      await one.store.close();
    },
  };
}

/** A server that claims to be the witness with that key. */
export async function serveAnswers(
  listener: RequestListener,
  key: VerifierKey = witnessSigner(29).key,
): Promise<Served> {
  const server = patientServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: { key, url: `http://127.0.0.1:${port}` },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
