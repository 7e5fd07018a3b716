/**
 * The file `warifu-provision/1`, in which one controller gives records to another: for each, a proof bundle with the
 * openings of the claims that are given, and a label that says whose law it comes under. What the bundles say is proved; for
 * the labels there is only the sender's word.
 */
import { fromUtf8 } from "./bytes.ts";
import { WarifuError } from "./errors.ts";
import { parseJson } from "./json.ts";
import { LEGAL_BASIS } from "./legal-basis.ts";
import { JURISDICTION, LAW_VERSION } from "./provision-event.ts";
import { LINE } from "./recipient.ts";
import { PURPOSE } from "./restriction-event.ts";
import { ObjectReader } from "./object-reader.ts";

/** Value of the member `format`. */
const PROVISION_FORMAT = "warifu-provision/1";
/** Most records of one file, and its most bytes. */
export const MOST_PROVIDED = 100;
export const MAX_PROVISION_BYTES = 8_388_608;

/** The notice that was in force where a record comes from. */
export type NoticeLabel = {
  readonly language: string;
  readonly version: string;
};

/** What travels with a record. */
export type OriginLabel = {
  /** Id of the basis on which it is given. */
  readonly basis: string;
  /** Jurisdiction whose law applies to it, wherever it goes. */
  readonly jurisdiction: string;
  readonly law: string;
  readonly lawVersion: string;
  /** Origin of the log that the record first entered. */
  readonly log: string;
  readonly notice?: NoticeLabel;
  /** Id of the rule for giving it on. */
  readonly onward?: string;
};

/** A record of the file. */
export interface ProvidedRecord {
  readonly label: OriginLabel;
  /** Text of its bundle. */
  readonly bundle: string;
}

/** The parts of a file. */
export interface ProvisionFile {
  /** Code of the purpose that binds the recipient. */
  readonly purpose: string;
  readonly records: readonly ProvidedRecord[];
}

/** Text of a file: JSON, indented for people. */
export function formatProvision({ purpose, records }: ProvisionFile): string {
  const items = records.map(({ label, bundle }) => ({ label, bundle }));
  return `${JSON.stringify({ format: PROVISION_FORMAT, purpose, records: items }, null, 2)}\n`;
}

/**
 * The parts of a file; nothing that it says is verified.
 * @throws BUNDLE_INVALID unknown format, unknown or missing member, wrong form, too large
 */
export function parseProvision(bytes: Uint8Array): ProvisionFile {
  if (bytes.length > MAX_PROVISION_BYTES)
    throw new WarifuError("BUNDLE_INVALID", `the file is larger than ${MAX_PROVISION_BYTES} bytes`);
  try {
    return readFile(new ObjectReader(parseJson(fromUtf8(bytes, "file"), "file"), "file", "BUNDLE_INVALID"));
  } catch (cause) {
    if (cause instanceof WarifuError && cause.code !== "BUNDLE_INVALID")
      throw new WarifuError("BUNDLE_INVALID", `the file is not readable: ${cause.message}`, { cause });
    throw cause;
  }
}

function readFile(reader: ObjectReader): ProvisionFile {
  if (reader.string("format") !== PROVISION_FORMAT) reader.fail("format", `must be "${PROVISION_FORMAT}"`);
  const file = { purpose: reader.string("purpose", PURPOSE), records: reader.objects("records").map(readRecord) };
  reader.end();
  if (file.records.length === 0 || file.records.length > MOST_PROVIDED)
    reader.fail("records", `are 1 to ${MOST_PROVIDED}`);
  return file;
}

function readRecord(reader: ObjectReader): ProvidedRecord {
  const record = { label: readLabel(reader.object("label")), bundle: reader.string("bundle") };
  reader.end();
  return record;
}

/** The label in an object that was read. */
export function readLabel(reader: ObjectReader): OriginLabel {
  const label = {
    basis: reader.string("basis", LEGAL_BASIS),
    jurisdiction: reader.string("jurisdiction", JURISDICTION),
    law: reader.string("law", LINE),
    lawVersion: reader.string("lawVersion", LAW_VERSION),
    log: reader.string("log", LINE),
    ...(reader.has("notice") && { notice: readNotice(reader.object("notice")) }),
    ...(reader.has("onward") && { onward: reader.string("onward", LEGAL_BASIS) }),
  };
  reader.end();
  return label;
}

function readNotice(reader: ObjectReader): NoticeLabel {
  const notice = { language: reader.string("language", LINE), version: reader.string("version", LINE) };
  reader.end();
  return notice;
}
