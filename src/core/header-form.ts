/**
 * What the hash of a block's header covers. On Ethereum it covers the whole header. On chains whose validators agree on each
 * block before it counts, parts of `extraData` are written only after the hash is settled, and are left out of it: the
 * validators' seals and, in most forms, the round in which they agreed.
 *
 * Besu, QBFT and IBFT 2.0: consensus/{common,qbft,ibft} of hyperledger/besu, BftBlockHashing and the two ExtraDataCodecs.
 * GoQuorum, IBFT and QBFT: core/types/istanbul.go of Consensys/quorum. Its QBFT follows the same rules as Besu's; before its
 * release it left round and seals out, as IBFT 2.0 does, so that both count.
 *
 * Every other field of a header is covered in every form. So two headers of one hash differ in seals and round alone.
 */
import { concatBytes, equalBytes } from "./bytes.ts";
import { keccak256, type Keccak256 } from "./keccak256.ts";
import { decodeRlp, encodeRlp, type Rlp } from "./rlp.ts";

/** The forms; a policy names that of its chain. */
export const HEADER_FORMS = ["ethereum", "besu-qbft", "besu-ibft2", "quorum-ibft", "quorum-qbft"] as const;
export type HeaderForm = (typeof HEADER_FORMS)[number];

/** What the validators' seals sign. */
export interface Sealing {
  /** What a seal signs, 32 bytes. */
  readonly signedHash: Uint8Array;
  /** Signatures of 65 bytes: r, s and the parity of the point. */
  readonly seals: readonly Uint8Array[];
  /** Addresses of all validators of the block; empty where a contract names them. */
  readonly validators: readonly Uint8Array[];
}

/** How a header gives its block's hash. */
export interface HashedHeader {
  readonly form: HeaderForm;
  /** Absent on Ethereum, and for the first block, which nobody seals. */
  readonly sealing?: Sealing;
}

/** `extraData` as the block's hash covers it, and what the seals cover in its stead. */
interface OpenedExtra extends Pick<Sealing, "seals" | "validators"> {
  readonly hashed: Uint8Array;
  /** `undefined` if the seals cover the block's hash. */
  readonly sealed: Uint8Array | undefined;
}
type ExtraRule = (extraData: Uint8Array) => OpenedExtra | undefined;

const RULES: { readonly [Form in HeaderForm]: readonly ExtraRule[] } = {
  ethereum: [],
  "besu-qbft": [openQbft],
  "besu-ibft2": [openIbft2],
  "quorum-ibft": [openIbft],
  "quorum-qbft": [openQbft, openIbft2],
};

const [NUMBER_FIELD, EXTRA_FIELD] = [8, 12];
/** Today's headers have 21; more may be made up to cost time. */
const MOST_FIELDS = 64;
const VANITY_BYTES = 32;
/** Code of a commit message, which IBFT's seals cover after the block's hash: consensus/istanbul/ibft/types of GoQuorum. */
const COMMIT_CODE = 2;
const NOTHING = new Uint8Array(0);

/**
 * How the header gives that hash: in the form that is named, or else in the first form that fits.
 * @param hashOf computes Keccak-256
 * @returns `undefined` if it does not
 */
export function headerWithHash(
  header: Uint8Array,
  hash: Uint8Array,
  form?: HeaderForm,
  hashOf: Keccak256 = keccak256,
): HashedHeader | undefined {
  for (const name of form === undefined ? HEADER_FORMS : [form]) {
    const found = inForm(header, hash, name, hashOf);
    if (found) return found;
  }
  return undefined;
}

function inForm(header: Uint8Array, hash: Uint8Array, form: HeaderForm, hashOf: Keccak256): HashedHeader | undefined {
  const hasHash = (bytes: Uint8Array): boolean => equalBytes(hashOf(bytes), hash);
  if (form === "ethereum") return hasHash(header) ? { form } : undefined;
  const fields = decoded(header);
  if (fields === undefined || fields.length > MOST_FIELDS) return undefined;
  // The first block of a chain, which has no validators.
  if (sizeOf(fields[NUMBER_FIELD]) === 0) return hasHash(header) ? { form } : undefined;
  const extraData = fields[EXTRA_FIELD];
  if (!(extraData instanceof Uint8Array)) return undefined;
  const withExtra = (bytes: Uint8Array): Uint8Array => encodeRlp(fields.with(EXTRA_FIELD, bytes));
  for (const open of RULES[form]) {
    const extra = open(extraData);
    if (extra === undefined || !hasHash(withExtra(extra.hashed))) continue;
    const { sealed, seals, validators } = extra;
    const signed = sealed ? withExtra(sealed) : concatBytes(hash, Uint8Array.of(COMMIT_CODE));
    return { form, sealing: { signedHash: hashOf(signed), seals, validators } };
  }
  return undefined;
}

/** `[vanity, validators, vote, round, seals]`; round 0 and no seals in the block's hash, the round in what is sealed. */
function openQbft(extraData: Uint8Array): OpenedExtra | undefined {
  return openFive(extraData, (named, round) => ({
    hashed: encodeRlp([...named, NOTHING, []]),
    sealed: encodeRlp([...named, round, []]),
  }));
}

/** The same list; round and seals are left out of the block's hash, and the seals out of what they sign. */
function openIbft2(extraData: Uint8Array): OpenedExtra | undefined {
  return openFive(extraData, (named, round) => ({ hashed: encodeRlp(named), sealed: encodeRlp([...named, round]) }));
}

function openFive(
  extraData: Uint8Array,
  cover: (named: Rlp[], round: Uint8Array) => Pick<OpenedExtra, "hashed" | "sealed">,
): OpenedExtra | undefined {
  const fields = decoded(extraData);
  if (fields?.length !== 5) return undefined;
  const [validators, round, seals] = [stringsIn(fields[1]), fields[3], stringsIn(fields[4])];
  if (!validators || !seals || !(round instanceof Uint8Array)) return undefined;
  return { ...cover(fields.slice(0, 3), round), validators, seals };
}

/** 32 bytes, then `[validators, the proposer's seal, seals]`; no seals in the block's hash, which is what is sealed. */
function openIbft(extraData: Uint8Array): OpenedExtra | undefined {
  const fields = decoded(extraData.subarray(VANITY_BYTES));
  if (fields?.length !== 3) return undefined;
  const [validators, proposerSeal, seals] = [stringsIn(fields[0]), fields[1], stringsIn(fields[2])];
  if (!validators || !seals || !(proposerSeal instanceof Uint8Array)) return undefined;
  const hashed = concatBytes(extraData.subarray(0, VANITY_BYTES), encodeRlp([validators, proposerSeal, []]));
  return { hashed, sealed: undefined, validators, seals };
}

/** The list that the bytes encode, if they do. */
function decoded(bytes: Uint8Array): Rlp[] | undefined {
  try {
    const value = decodeRlp(bytes);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function stringsIn(value: Rlp | undefined): Uint8Array[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.every((item) => item instanceof Uint8Array) ? value : undefined;
}

function sizeOf(value: Rlp | undefined): number | undefined {
  return value instanceof Uint8Array ? value.length : undefined;
}
