// An authority, a certificate of a server called localhost, and one of a client, all made by OpenSSL.

import { execFileSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes `ca.pem`, `server.pem`, `client.pem` and their keys, `….key`, into a folder. */
export function certificates(folder: string): void {
  const openssl = (...words: string[]): void => void execFileSync("openssl", words, { cwd: folder, stdio: "ignore" });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  openssl("req", "-x509", ...key, "-days", "2", "-subj", "/CN=test authority", "-keyout", "ca.key", "-out", "ca.pem");
  for (const [name, subject] of [
    ["server", "/CN=localhost"],
    ["client", "/CN=warifu"],
  ] as const) {
    writeFileSync(join(folder, `${name}.ext`), name === "server" ? "subjectAltName=DNS:localhost" : "");
    openssl("req", ...key, "-subj", subject, "-keyout", `${name}.key`, "-out", `${name}.csr`);
    const ca = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", `${name}.ext`];
    openssl("x509", "-req", "-in", `${name}.csr`, "-out", `${name}.pem`, ...ca);
    chmodSync(join(folder, `${name}.key`), 0o600);
  }
}
