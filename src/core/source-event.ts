/**
 * Events about a source, which the log enters itself: an officer sets the numbers of a source right after a mistake. What
 * was numbered stays as it is; from the event on, numbering goes on from the number that it names.
 */
import type { Body } from "./body.ts";
import type { JsonObject } from "./json.ts";
import { ObjectReader } from "./shape.ts";

/** `vct` of the body of such an event. */
export const SOURCE_EVENT_VCT = "warifu:source:1";
/** Name of the content in that body. */
export const SOURCE_EVENT_CONTENT = "source";

const NAME = /^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}$/;
const ACTION = /^repair-seq$/;

/** From where on a source is numbered again. */
export interface SeqRepair {
  /** Name of the source. */
  readonly name: string;
  /** The first number after the repair. */
  readonly from: number;
}

/** Where the numbering of a source begins again. */
export interface RepairedAt {
  /** Leaf index of the event. */
  readonly leafIndex: number;
  /** The first number after it. */
  readonly from: number;
}

/** Content of the body of a repair. */
export function seqRepairContent({ name, from }: SeqRepair): JsonObject {
  return { action: "repair-seq", from, name };
}

/** Whether a body is that of an event about a source. */
export function isSourceEvent({ contentName, vct }: Body): boolean {
  return contentName === SOURCE_EVENT_CONTENT && vct === SOURCE_EVENT_VCT;
}

/**
 * The repair in the content of such a body.
 * @throws BODY_INVALID unknown or missing member, or one of the wrong form
 */
export function seqRepairOf({ content }: Pick<Body, "content">): SeqRepair {
  const reader = new ObjectReader(content, SOURCE_EVENT_CONTENT, "BODY_INVALID");
  reader.string("action", ACTION);
  const repair = { name: reader.string("name", NAME), from: reader.count("from") };
  reader.end();
  return repair;
}
