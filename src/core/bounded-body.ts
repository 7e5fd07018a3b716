/** Reads what a server answers without trusting it to end. */
import { concatBytes } from "./bytes.ts";
import { WarifuError } from "./errors.ts";

/**
 * The bytes of an answer; leaves the connection when there are more than `maxBytes`.
 * @throws SERVICE_UNREACHABLE when it is larger, or has no body at all
 */
export async function boundedBody(response: Response, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  // An empty file is an empty body; no body at all is what 204 means, and no file.
  if (!response.body) throw new WarifuError("SERVICE_UNREACHABLE", `the server answered ${response.status}`);
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop early ends the connection.
  for await (const chunk of response.body) {
    length += chunk.length;
    if (length > maxBytes) throw new WarifuError("SERVICE_UNREACHABLE", `the answer is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return concatBytes(...chunks) as Uint8Array<ArrayBuffer>;
}
