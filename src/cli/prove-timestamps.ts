/**
 * Timestamps of a bundle as files, each beside the bytes that it is about: what programs take that know RFC 3161 or
 * OpenTimestamps alone.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseBundle, type BlockProof, type ProofBundle, type TimestampSeries } from "../core/bundle.ts";
import { concatBytes, fromBase64, utf8 } from "../core/bytes.ts";
import { parseCheckpoint } from "../core/checkpoint.ts";
import { WarifuError } from "../core/errors.ts";
import { parseNote } from "../core/note.ts";
import { stampedBytes } from "../core/stamped-checkpoint.ts";
import { parseTlogProof } from "../core/tlog-proof.ts";
import { unusable, writeNamedFile } from "./named-files.ts";
import type { Output } from "./output.ts";
import { proveTexts } from "./texts/prove/en.ts";
import { shellWord } from "./shell-word.ts";

const ED25519_SIGNATURE_BYTES = 64;

/** @throws NOT_FOUND when the bundle has none; USAGE when the folder cannot be written to */
export function saveTimestamps(id: string, folder: string, bundle: string, output: Output): void {
  const parsed = parseBundle(utf8(bundle));
  const { timestamps = [] } = parsed;
  if (timestamps.length === 0)
    throw new WarifuError("NOT_FOUND", `there is no timestamp of the checkpoint that the bundle of ${id} rests on`);
  const stamped = bytesOfLog(parsed);
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw unusable(`the timestamps cannot be written to ${folder}`, error);
  }
  for (const [at, timestamp] of timestamps.entries()) {
    const name = join(folder, String(at + 1));
    if ("tokens" in timestamp) saveTokens(name, timestamp, stamped);
    else saveProof(name, timestamp, stamped);
  }
  output.hint(proveTexts().timestampsSaved(folder, timestamps.length));
  const nameOf = (index: number, end: string): string => shellWord(join(folder, `${index + 1}${end}`));
  const token = timestamps.findIndex((one) => "tokens" in one);
  const proof = timestamps.findIndex((one) => "opentimestamps" in one);
  if (token >= 0) {
    const words = `-in ${nameOf(token, ".der")} -data ${nameOf(token, ".data")} -CAfile tsa-root.pem`;
    output.hint(proveTexts().verifyIt(`openssl ts -verify -token_in ${words}`));
  }
  if (proof >= 0) output.hint(proveTexts().verifyIt(`ots verify ${nameOf(proof, ".data.ots")}`));
}

function saveTokens(first: string, { tokens }: TimestampSeries, stamped: Uint8Array): void {
  let data = stamped;
  for (const [renewal, token] of tokens.entries()) {
    const name = renewal === 0 ? first : `${first}-renewal-${renewal}`;
    const bytes = fromBase64(token, "timestamp token");
    writeNamedFile(`${name}.der`, bytes, "timestamp");
    writeNamedFile(`${name}.data`, data, "timestamp's data");
    data = concatBytes(bytes, stamped);
  }
}

/** The standard client of OpenTimestamps takes the file's name without its end for that of the data. */
function saveProof(name: string, { opentimestamps }: BlockProof, stamped: Uint8Array): void {
  writeNamedFile(`${name}.data.ots`, fromBase64(opentimestamps, "OpenTimestamps proof"), "timestamp");
  writeNamedFile(`${name}.data`, stamped, "timestamp's data");
}

/** The checkpoint of a bundle with the log's own signature, which has the log's name. @throws NOTE_INVALID and the like */
export function bytesOfLog({ proof }: Pick<ProofBundle, "proof">): Uint8Array {
  const { checkpoint } = parseTlogProof(proof);
  const { origin } = parseCheckpoint(utf8(checkpoint));
  const own = parseNote(utf8(checkpoint)).signatures.find(
    ({ name, signature }) => name === origin && signature.length === ED25519_SIGNATURE_BYTES,
  );
  if (own === undefined) throw new WarifuError("NOTE_INVALID", "the checkpoint has no signature of its log");
  return stampedBytes(checkpoint, [own]);
}
