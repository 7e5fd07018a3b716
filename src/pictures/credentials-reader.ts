/**
 * Reads content credentials (C2PA) with a package of the folder `faces/`, which is installed apart (docs/operations.md): the
 * reference implementation, in WebAssembly. Runs in the process that decodes pictures, because strangers feed it.
 *
 * Invariant: nothing is fetched, whatever credentials refer to, and of what is in them only the signer's name is used.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { isJsonObject, type JsonObject, type JsonValue } from "../core/json.ts";
import type { PictureType } from "../core/picture.ts";

/** What a reader says of credentials. */
export interface ReadCredentials {
  readonly state: "intact" | "invalid" | "unreadable";
  readonly signer?: string;
}

/** Reads the credentials of a picture. */
export type CredentialsReader = (bytes: Uint8Array, type: PictureType) => Promise<ReadCredentials>;

/** What is used of the package, which is not here when this is compiled. */
interface C2paPackage {
  default(parts: { readonly module_or_path: Uint8Array }): Promise<unknown>;
  readonly WasmReader: {
    fromBlob(type: string, blob: object, settings: string): Promise<{ json(): string; free(): void }>;
  };
}

const SETTINGS = JSON.stringify({ verify: { remote_manifest_fetch: false, ocsp_fetch: false } });

/** Whether the package is installed in a folder. */
export function hasCredentialsReader(folder: string): boolean {
  return existsSync(join(packageIn(folder), "c2pa_bg.wasm"));
}

/** Loads the reader of a folder, for which {@link hasCredentialsReader} holds. */
export async function openCredentialsReader(folder: string): Promise<CredentialsReader> {
  standIn();
  const { default: load, WasmReader } = (await import(
    pathToFileURL(join(packageIn(folder), "c2pa.js")).href
  )) as C2paPackage;
  await load({ module_or_path: readFileSync(join(packageIn(folder), "c2pa_bg.wasm")) });
  return async (bytes, type) => {
    let text: string;
    try {
      const reader = await WasmReader.fromBlob(type, new BytesBlob(bytes), SETTINGS);
      text = reader.json();
      reader.free();
    } catch (error) {
      // After a trap, what it has in memory is not to be used again: the process ends.
      if (error instanceof WebAssembly.RuntimeError) throw error;
      return { state: "unreadable" };
    }
    return saidIn(JSON.parse(text) as JsonValue);
  };
}

function packageIn(folder: string): string {
  return join(folder, "node_modules", "@contentauth", "c2pa-wasm", "pkg");
}

const STATES: ReadonlyMap<unknown, ReadCredentials["state"]> = new Map([
  ["Valid", "intact"],
  // By a list of certificates that somebody else keeps: it makes no difference here.
  ["Trusted", "intact"],
  ["Invalid", "invalid"],
]);

function saidIn(store: JsonValue): ReadCredentials {
  const { validation_state: validity, active_manifest: active, manifests } = objectOf(store);
  const manifest = typeof active === "string" ? objectOf(objectOf(manifests)[active]) : {};
  const { issuer, common_name: name } = objectOf(manifest["signature_info"]);
  const signer = [issuer, name].find((one) => typeof one === "string");
  return { state: STATES.get(validity) ?? "unreadable", ...(signer !== undefined && { signer: signer as string }) };
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return value !== undefined && isJsonObject(value) ? value : {};
}

/** As much of a `Blob` as the package asks for. */
class BytesBlob {
  readonly bytes: Uint8Array;
  readonly type = "";

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get size(): number {
    return this.bytes.length;
  }

  slice(from = 0, to = this.size): BytesBlob {
    return new BytesBlob(this.bytes.subarray(from, to));
  }
}

/** What the package expects of a browser's worker, and nothing that it could reach others with. */
function standIn(): void {
  Object.assign(globalThis, {
    FileReaderSync: class {
      readAsArrayBuffer({ bytes }: BytesBlob): ArrayBuffer {
        return new Uint8Array(bytes).buffer;
      }
    },
    fetch: undefined,
    WebSocket: undefined,
    EventSource: undefined,
  });
}
