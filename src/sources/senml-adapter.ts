/**
 * SenML packs (RFC 8428) in JSON and in CBOR. Both are one document in two spellings: CBOR is turned into the JSON that it
 * stands for, or refused.
 */
import { WarifuError } from "../core/errors.ts";
import { MAX_PAYLOAD_PARTS, type Adapter, type Payload, type Taken } from "./adapter.ts";
import type { Part } from "./document.ts";
import { senmlInCbor } from "./senml-cbor.ts";
import { parseSubmittedJson } from "./submitted-values.ts";

const CBOR = "application/senml+cbor";

export const senmlAdapter: Adapter = {
  mediaTypes: ["application/senml+json", CBOR],
  headers: [],
  read({ bytes, type }: Payload): Taken {
    const isCbor = type.toLowerCase().startsWith(CBOR);
    const parts = isCbor ? senmlInCbor(bytes) : partsInJson(Buffer.from(bytes));
    return { adapter: "senml/1", format: "senml", content: { members: {}, listName: undefined, parts } };
  },
};

function partsInJson(bytes: Buffer): readonly Part[] {
  const { isArray, values } = parseSubmittedJson(bytes, MAX_PAYLOAD_PARTS);
  if (!isArray) throw new WarifuError("RECORD_INVALID", "a SenML pack is an array of records");
  return values;
}
