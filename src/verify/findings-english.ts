/**
 * What an audit found, in English sentences. Another language is another table of the same shape.
 */
import type {
  AcknowledgementFact,
  FindingFact,
  KeyNotCounting,
  NodesBehind,
  NoteFact,
  NumbersAsked,
} from "./finding-fact.ts";

type AuditFact = FindingFact | AcknowledgementFact | NoteFact;
type Sentences = { readonly [Id in AuditFact["id"]]: (fact: Extract<AuditFact, { readonly id: Id }>) => string };

/** The sentence about a fact. */
export function findingInEnglish(fact: AuditFact): string {
  const sentence = SENTENCES[fact.id] as (fact: AuditFact) => string;
  return sentence(fact);
}

const SENTENCES: Sentences = {
  error: ({ message }) => message,

  "quorum-missing": ({ cosigned, quorum }) => `${cosigned} witnesses cosigned, the policy asks for ${quorum}`,
  "seq-used-before": ({ seq }) => `its source has used seq ${seq} before`,
  "body-missing": () => "its body is missing, and no event of the log withholds it",
  "nothing-served": ({ leafIndex }) => `neither entries nor hashes are available from leaf ${leafIndex} on`,
  "entry-against-tile": ({ tileIndex }) => `the entry and tile 0/${tileIndex} disagree: one of them was changed`,
  "tile-hash-wrong": ({ position }) => `hash ${position} is not the one that the tiles below lead to`,
  "checkpoint-root-wrong": ({ first, last }) =>
    `the entries do not lead to its root: one of the leaves ${first} to ${last} was changed`,

  "log-shrank": ({ treeSize, size }) =>
    `the log's key signed for ${treeSize} entries, as an earlier audit saw; now the log shows ${size}`,
  "history-differs": ({ treeSize }) =>
    `the log has another root at ${treeSize} entries than the signed one that an earlier audit saw: its history was changed`,

  "source-was-suspended": ({ source }) => `source ${source} was suspended when it entered`,
  "signature-missing": ({ source, since }) =>
    `it is not signed, and source ${source} has had a signing key since leaf ${since}`,
  "source-key-not-counting": keyNotCounting,

  "contract-code-differs": () => "its code is not the one that the policy names",
  "anchored-beyond": ({ treeSize, size }) => `the contract has ${treeSize} entries, the log ${size} only`,
  "anchored-root-differs": () => "its root is not the one this log has at that size",
  "beacon-block-differs": ({ blockNumber }) => `the chain has another block at the beacon's height ${blockNumber}`,

  "origin-differs": ({ origin, expected }) => `the ledger is of "${origin}", not of "${expected}"`,
  "record-id-wrong": () => "the record's id does not belong to its leaf: id or entry was changed",
  "entries-missing": () =>
    "the log's key signed for these entries, the store does not have them: they were deleted, or an older copy was put back",
  "entries-uncovered": () => "no checkpoint covers these entries",
  "head-beyond-store": ({ treeSize, size }) =>
    `it covers ${treeSize} entries, the store has ${size}: an older copy was put back`,
  "head-root-differs": ({ treeSize }) => `its root is not the one this log has at size ${treeSize}`,
  "anchor-unknown": ({ transactionHash }) =>
    `the store does not know its transaction ${transactionHash}: the row was removed, or somebody else holds the anchoring key`,
  "final-anchor-not-on-chain": () => "it is called final, but the chain does not have it",

  acknowledged: ({ leafIndex }) => `leaf ${leafIndex} is in the log as acknowledged`,
  "acknowledged-beyond": ({ leafIndex, treeSize, size }) =>
    `the log's key signed for ${treeSize} entries when it acknowledged leaf ${leafIndex}, the log shows ${size}`,
  "acknowledged-root-differs": ({ leafIndex, treeSize }) =>
    `the signed checkpoint of ${treeSize} entries that came with leaf ${leafIndex} has another root than the log has at that size`,
  "acknowledged-leaf-differs": ({ leafIndex }) =>
    `the log has another leaf ${leafIndex} than the one that was acknowledged`,
  "acknowledged-leaf-unread": ({ leafIndex }) => `leaf ${leafIndex} could not be read`,

  sampled: ({ leaves, treeSize, seed, mostAltered }) =>
    `a sample of ${leaves} leaves out of ${treeSize}${seed === null ? "" : `, drawn from the seed ${seed}`}: if all of them hold, at most ` +
    `${mostAltered} % of all leaves are altered, with 95 % confidence; gaps, and whether sources signed as they must, were not checked`,
  "no-addenda": () => "the log serves no addenda: bodies were not checked",
  "bodies-withheld": ({ count }) =>
    `${count} bodies are withheld, as events of the log say: their entries were checked`,
  "bodies-withheld-since": ({ count }) =>
    `${count} bodies are not there: newer entries than were audited say that they are withheld, so audit the log again`,
  "bodies-absent": ({ count }) =>
    `${count} bodies are not there: their entries were checked, and not whether the log says that they are withheld`,
  "not-all-read": ({ because }) => `not all could be read: ${findingInEnglish(because)}`,
  "acknowledgement-unchecked": ({ item, because }) =>
    `acknowledgement ${item} was not checked: ${findingInEnglish(because)}`,
  "findings-unlisted": ({ count }) => `${count} further findings are not listed`,

  "no-chain": () => "no chain was asked: the log was not compared with its anchors",
  unanchored: () => "the contract has no anchor of this log yet that is final: there was nothing to compare it with",
  "anchors-open": ({ count, newestSizes }) =>
    `anchors that are not final yet by the policy's rule were left open: ${count}, of size ${count > newestSizes.length ? "…, " : ""}${newestSizes.join(", ")}`,
  "nodes-behind": (nodes) => `not all could be read: ${laterAnchors(nodes)}`,
  "beacons-uncompared": () => "the log's beacons were not compared with the chain",
  "beacons-partly-compared": ({ compared, count }) =>
    `only the newest ${compared} of ${count} beacons were compared with the chain`,
  "beacons-unanswered": ({ leafIndex, because }) =>
    `beacons from leaf ${leafIndex} on were not compared with the chain: ${findingInEnglish(because)}`,
  "beacons-of-lost-chain": ({ count }) =>
    `${count} of the beacons are of a chain that is gone: it has been restarted since`,
  "beacons-unknown": ({ count }) => `the chain does not know the heights of ${count} of the beacons`,

  "beacons-begin-again": ({ count }) => `heights begin again at ${count} of the log's beacons: the chain was restarted`,
  "entries-early": ({ count, toleranceSeconds }) =>
    `${count} of the entries name a time more than ${toleranceSeconds} s before the block of the beacon below them: the log's clock was slow`,
  "numbers-left-out": ({ source, sourceId, missing, lastSeq, ranges, hasMoreRanges }) =>
    `source ${source ?? sourceId} has left out ${missing} of the numbers up to ${lastSeq}: ${rangesOf({ ranges, hasMoreRanges })}`,
  "source-events-unread": ({ count }) =>
    `${count} events about sources could not be read: who was suspended and which keys counted after them was not checked`,
  "source-signatures-hidden": ({ count }) =>
    `${count} records of sources that must sign do not show their signatures: these were not checked`,
  "source-keys-hidden": ({ count }) =>
    `${count} records are signed with what may be a person's key, which the log conceals: whether it counted was not checked`,
  "source-signatures-unchecked": ({ count }) =>
    `${count} signatures by P-256 keys can be checked on a secure page only: one of https, of localhost, or a file`,
  "numbers-missing": (asked) => `source ${asked.source}: the log does not have ${rangesOf(asked)}`,
  "numbers-not-yet": (asked) => `source ${asked.source}: the log does not have ${rangesOf(asked)} yet`,
  "gaps-unlisted": ({ count }) => `${count} further sources with missing numbers are not listed`,

  "no-head-guard": () => "there is no head guard: without a chain, an older copy would not be noticed",
  "evidence-only": () => "anchors were checked against their stored evidence only",
  "vault-closed": () => "the vault was not opened: openings were not checked",
  "openings-early": ({ count }) => `the vault holds openings of ${count} records that the log does not have (yet)`,
};

function keyNotCounting({ source, thumbprint, ended }: KeyNotCounting): string {
  if (ended === null) return `signed with the key ${thumbprint}, which was never registered for source ${source}`;
  const { endedAt, why } = ended;
  return `signed with the key ${thumbprint} of source ${source}, which ended at leaf ${endedAt} (${why})`;
}

function laterAnchors({ height, ahead, behind }: NodesBehind): string {
  return `later anchors, which ${ahead.join(", ")} has, were not compared: ${behind.join(", ")} has no block above ${height} yet`;
}

function rangesOf({ ranges, hasMoreRanges }: Pick<NumbersAsked, "ranges" | "hasMoreRanges">): string {
  return `${ranges.map(range).join(", ")}${hasMoreRanges ? ", …" : ""}`;
}

function range([from, to]: readonly [number, number]): string {
  return from === to ? `${from}` : `${from}-${to}`;
}
