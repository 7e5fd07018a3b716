/**
 * A batch and its openings in a few pieces of memory that go to another thread without a copy. Thousands of small objects
 * would cost both threads more than it takes to store what they hold.
 */
import type { EntryKind } from "../../core/entry.ts";
import { Packing, Unpacking, type Packed } from "../../core/packing.ts";
import type { PersonValue } from "../../core/person-value.ts";
import type { Batch, FullTile, NewEntry, StoredCheckpoint } from "../log-store.ts";
import type { Attachment, RecordOpenings } from "../vault.ts";

/** What goes to the other thread. */
export interface PackedBatch extends Packed {
  readonly checkpoint: StoredCheckpoint;
}

/** A batch with its openings. */
export interface UnpackedBatch {
  readonly batch: Batch;
  readonly openings: readonly RecordOpenings[];
}

/** Packs; the memory may be transferred. */
export function packBatch({ entries, tiles, checkpoint }: Batch, openings: readonly RecordOpenings[]): PackedBatch {
  const packing = new Packing();
  packing.number(entries.length);
  for (const entry of entries) packEntry(packing, entry);
  packing.number(tiles.length);
  for (const tile of tiles) packTile(packing, tile);
  packing.number(openings.length);
  for (const record of openings) packOpenings(packing, record);
  return { ...packing.packed(), checkpoint };
}

/** The reverse of {@link packBatch}. What holds bytes is a view of the packed ones. */
export function unpackBatch(packed: PackedBatch): UnpackedBatch {
  const unpacking = new Unpacking(packed);
  const entries = unpacking.list(unpackEntry);
  const tiles = unpacking.list(unpackTile);
  const openings = unpacking.list(unpackOpenings);
  return { batch: { entries, tiles, checkpoint: packed.checkpoint }, openings };
}

function packEntry(to: Packing, entry: NewEntry): void {
  to.number(entry.leafIndex);
  to.number(entry.seq);
  to.shared(entry.kind);
  to.shared(entry.sourceName);
  to.text(entry.key);
  to.shared(entry.sender);
  to.bytes(entry.sourceId);
  to.bytes(entry.id);
  to.bytes(entry.bodyDigest);
  to.bytes(entry.body);
}

function unpackEntry(from: Unpacking): NewEntry {
  return {
    leafIndex: from.number(),
    seq: from.number(),
    kind: from.text() as EntryKind,
    sourceName: from.text() as string,
    key: from.text(),
    sender: from.text(),
    sourceId: from.bytes(),
    id: from.bytes(),
    bodyDigest: from.bytes(),
    body: from.bytes(),
  };
}

function packTile(to: Packing, { level, index, hashes }: FullTile): void {
  to.number(level);
  to.number(index);
  to.bytes(hashes);
}

function unpackTile(from: Unpacking): FullTile {
  return { level: from.number(), index: from.number(), hashes: from.bytes() };
}

function packOpenings(to: Packing, record: RecordOpenings): void {
  const { leafIndex, openings, attachments = [], isToPublish = false, persons = [] } = record;
  to.number(leafIndex);
  to.number(Number(isToPublish));
  to.number(openings.length);
  for (const opening of openings) to.text(opening);
  to.number(attachments.length);
  for (const { mediaType, bytes } of attachments) {
    to.text(mediaType);
    to.bytes(bytes);
  }
  to.number(persons.length);
  for (const { claim, value } of persons) {
    to.text(claim);
    to.text(value);
  }
}

function unpackOpenings(from: Unpacking): RecordOpenings {
  return {
    leafIndex: from.number(),
    isToPublish: from.number() === 1,
    openings: from.list((one) => one.text() as string),
    attachments: from.list((one): Attachment => ({ mediaType: one.text() as string, bytes: one.bytes() })),
    persons: from.list((one): PersonValue => ({ claim: one.text() as string, value: one.text() as string })),
  };
}
