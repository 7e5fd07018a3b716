/**
 * Sets up the cosigner: reads the file of witnesses, a JSON list of `{"vkey": "…", "url": "https://…"}` or a C2SP
 * tlog-policy, and asks them over HTTP.
 */
import { existsSync, readFileSync } from "node:fs";
import { equalBytes, withoutByteOrderMark } from "../core/bytes.ts";
import { WarifuError, messageOf } from "../core/errors.ts";
import { parseJsonBytes, type JsonValue } from "../core/json.ts";
import { keysOfLog } from "../core/log-keys.ts";
import { formatVerifierKey, lineLabel, parseVerifierKey } from "../core/note.ts";
import { ObjectReader } from "../core/object-reader.ts";
import { parseTlogPolicy, type TlogPolicy } from "../core/tlog-policy.ts";
import { namesOneTwice } from "../core/witness-keys.ts";
import { Cosigner, type CosignerOptions, type WitnessEndpoint } from "./cosign.ts";
import { witnessClient } from "./witness-client.ts";

/** With the log's own line added, a note still has no more signatures than every client must be able to read. */
const MAX_WITNESSES = 15;
/** Bytes that certainly contain the first character that is not space. */
const HEAD_BYTES = 1_024;

/** Whom to ask for cosignatures. */
export interface WitnessSettings {
  /** Path of the file that names them. */
  readonly file: string | undefined;
  /** How many of them must have cosigned. */
  readonly quorum: number;
  /** For one answer. */
  readonly timeoutMs: number;
}

/**
 * The cosigner for a configuration; without a file of witnesses, one that asks nobody.
 * @throws CONFIG_INVALID naming what is wrong with the file, or a quorum above the number of witnesses
 */
export function openCosigner(
  { file, quorum, timeoutMs }: WitnessSettings,
  parts: Pick<CosignerOptions, "logKey" | "tree" | "now">,
): Cosigner {
  const witnesses = witnessesIn(file);
  const own = keysOfLog(parts.logKey);
  if (witnesses.some(({ key }) => own.some(({ publicKey }) => equalBytes(key.publicKey, publicKey))))
    throw new WarifuError("CONFIG_INVALID", `${file} has the key of the log itself among the witnesses`);
  if (quorum > witnesses.length)
    throw new WarifuError(
      "CONFIG_INVALID",
      `WARIFU_WITNESS_QUORUM is ${quorum}, and WARIFU_WITNESSES names ${witnesses.length}`,
    );
  return new Cosigner({ ...parts, witnesses, quorum, ask: witnessClient({ timeoutMs }) });
}

/**
 * The witnesses, or mirrors, in a configuration's file; without a file, none.
 * @param setting that names the file
 * @throws CONFIG_INVALID naming what is wrong with the file
 */
export function witnessesIn(file: string | undefined, setting = "WARIFU_WITNESSES"): WitnessEndpoint[] {
  if (file === undefined) return [];
  if (!existsSync(file)) throw new WarifuError("CONFIG_INVALID", `${setting}: there is no file ${file}`);
  try {
    return parseWitnesses(withoutByteOrderMark(readFileSync(file)));
  } catch (cause) {
    const what = setting === "WARIFU_WITNESSES" ? "witnesses" : "mirrors";
    throw new WarifuError("CONFIG_INVALID", `the ${what} of ${file} cannot be used: ${messageOf(cause)}`, { cause });
  }
}

/**
 * The witnesses in a file's bytes.
 * @throws CONFIG_INVALID, KEY_INVALID, JSON_INVALID and the like
 */
export function parseWitnesses(bytes: Uint8Array): WitnessEndpoint[] {
  const list = isJsonList(bytes) ? parseJsonBytes(bytes, "witnesses") : listIn(parseTlogPolicy(bytes));
  if (!Array.isArray(list) || list.length > MAX_WITNESSES)
    throw new WarifuError("CONFIG_INVALID", `it must be a JSON list of at most ${MAX_WITNESSES} witnesses`);
  const witnesses = list.map((item, at) => readWitness(new ObjectReader(item, `witnesses[${at}]`, "CONFIG_INVALID")));
  const distinct = new Set(witnesses.map(({ key }) => key.publicKey.join()));
  // The same key under two names would count twice toward the quorum.
  if (distinct.size !== witnesses.length) throw new WarifuError("CONFIG_INVALID", "it names one key twice");
  if (new Set(witnesses.map(({ key }) => lineLabel(key))).size !== witnesses.length)
    throw new WarifuError("CONFIG_INVALID", "it has two keys of one name and key id, which no note tells apart");
  if (namesOneTwice(witnesses.map(({ key }) => key)))
    throw new WarifuError("CONFIG_INVALID", "it has both the Ed25519 and the ML-DSA-44 key of one witness: name one");
  return witnesses;
}

function isJsonList(bytes: Uint8Array): boolean {
  return /^\s*[[{]/.test(Buffer.from(bytes.subarray(0, HEAD_BYTES)).toString("latin1"));
}

/**
 * The witnesses of a policy, as the JSON list has them. Which of them must have cosigned is for the setting, and for
 * verifiers, to say.
 */
function listIn({ witnesses }: TlogPolicy): JsonValue[] {
  return witnesses.map(({ key, url }) => {
    if (url === undefined) throw new WarifuError("CONFIG_INVALID", `it names no address of ${key.name}`);
    return { vkey: formatVerifierKey(key), url };
  });
}

function readWitness(reader: ObjectReader): WitnessEndpoint {
  const key = parseVerifierKey(reader.string("vkey"));
  if (key.type === "ed25519")
    reader.fail("vkey", "must be a cosignature key: Ed25519 of type 4, or ML-DSA-44 of type 6");
  const url = URL.parse(reader.string("url"));
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== "" || url.search !== "" || url.hash !== "")
    reader.fail("url", "must be an http or https address without user, query or fragment");
  reader.end();
  return { key, url: url.href };
}
