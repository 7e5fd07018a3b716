/** Takes lines through ingest and conceal in its thread. */
import { constants, setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import type { JsonValue } from "../core/json.ts";
import { pagedRandomBytes } from "../core/random.ts";
import { parseProfile } from "../profiles/profile.ts";
import { concealLines } from "./concealed-lines.ts";
import type { LineThreadData } from "./line-threads.ts";

// Batches can wait; whoever sends little, or only asks, gets the core first. Elsewhere this would be said of the whole process.
if (process.platform === "linux") setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

const { documents, origin } = workerData as LineThreadData;
const profiles = new Map(documents.map((document) => [document.type, parseProfile(document as JsonValue)]));
const rules = { profiles, origin, randomBytes: pagedRandomBytes() };

parentPort?.on("message", (lines: Uint8Array<ArrayBuffer>) => {
  const packed = concealLines(Buffer.from(lines.buffer), rules);
  parentPort?.postMessage(packed, [packed.numbers.buffer, packed.bytes.buffer]);
});
