/**
 * Evidence that a log has two histories, `warifu-fork-evidence/1`: two tree heads that cannot both be of one log, in a file of
 * a few KB (docs/formats.md, section 23). Each head is a checkpoint that the log's key signed, or an anchor that the contract
 * recorded; at least one of them is a checkpoint. This module knows the form only; `verify/` knows what it proves.
 */
import { fromHex, fromUtf8, toHex } from "./bytes.ts";
import { readChainEvidence, type ChainEvidence } from "./chain-evidence.ts";
import { WarifuError } from "./errors.ts";
import { parseJson } from "./json.ts";
import { HASH_BYTES } from "./merkle.ts";
import { ObjectReader } from "./object-reader.ts";

/** Value of the member `format`. */
export const FORK_FORMAT = "warifu-fork-evidence/1";
/** Largest evidence that is read. */
export const MAX_FORK_BYTES = 1_048_576;

/** A tree head, with its proof: a note that the log's key signed, or the contract's record of it. */
export type ForkHead = { readonly checkpoint: string } | { readonly anchor: ChainEvidence };

/** How the larger tree begins, as it shows itself. */
export interface ForkedPrefix {
  /** Root that the larger tree had at the size of the smaller one. */
  readonly rootHash: Uint8Array;
  /** RFC 9162 consistency proof from that root to the larger one. */
  readonly proof: readonly Uint8Array[];
}

/** The parts of the evidence. */
export interface ForkEvidence {
  readonly smaller: ForkHead;
  readonly larger: ForkHead;
  /** Absent where both are of one size. */
  readonly prefix?: ForkedPrefix;
}

/** Text of the evidence: JSON, indented for people. */
export function formatForkEvidence({ smaller, larger, prefix }: ForkEvidence): string {
  const value = {
    format: FORK_FORMAT,
    smaller,
    larger,
    ...(prefix && { prefix: { rootHash: toHex(prefix.rootHash), proof: prefix.proof.map(toHex) } }),
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}

/**
 * The evidence in a file; nothing it says is verified.
 * @throws PROOF_INVALID unknown format, unknown or missing member, wrong form, above {@link MAX_FORK_BYTES}
 */
export function parseForkEvidence(bytes: Uint8Array): ForkEvidence {
  if (bytes.length > MAX_FORK_BYTES)
    throw new WarifuError("PROOF_INVALID", `the evidence is larger than ${MAX_FORK_BYTES} bytes`);
  try {
    return readEvidence(
      new ObjectReader(parseJson(fromUtf8(bytes, "evidence"), "evidence"), "evidence", "PROOF_INVALID"),
    );
  } catch (cause) {
    if (cause instanceof WarifuError && cause.code !== "PROOF_INVALID")
      throw new WarifuError("PROOF_INVALID", `the evidence is not readable: ${cause.message}`, { cause });
    throw cause;
  }
}

function readEvidence(reader: ObjectReader): ForkEvidence {
  if (reader.string("format") !== FORK_FORMAT) reader.fail("format", `must be "${FORK_FORMAT}"`);
  const [smaller, larger] = [readHead(reader.object("smaller")), readHead(reader.object("larger"))];
  if ("anchor" in smaller && "anchor" in larger)
    reader.fail("smaller", "or larger must be a checkpoint: the contract itself refuses two histories");
  const evidence = {
    smaller,
    larger,
    ...(reader.has("prefix") ? { prefix: readPrefix(reader.object("prefix")) } : {}),
  };
  reader.end();
  return evidence;
}

function readHead(reader: ObjectReader): ForkHead {
  const head = reader.has("anchor")
    ? { anchor: readChainEvidence(reader.object("anchor")) }
    : { checkpoint: reader.string("checkpoint") };
  reader.end();
  return head;
}

function readPrefix(reader: ObjectReader): ForkedPrefix {
  const prefix = {
    rootHash: fromHex(reader.string("rootHash"), "prefix.rootHash", HASH_BYTES),
    proof: reader.strings("proof").map((hash) => fromHex(hash, "prefix.proof", HASH_BYTES)),
  };
  reader.end();
  return prefix;
}
