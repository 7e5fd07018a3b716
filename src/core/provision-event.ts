/**
 * Events about records that one controller gives to another. A provision says that claims of a record were given to
 * somebody, and on which legal basis; a reception, that a record came from somebody, and under which law, which stays with
 * it. The log enters them itself.
 *
 * To whom and from whom, which claims and what for is concealed. An event is about one record only: two records that were
 * given together may be one person's.
 */
import type { Body } from "./body.ts";
import { LEGAL_BASIS } from "./legal-basis.ts";
import { ObjectReader } from "./object-reader.ts";

/** `vct` of the body of each. */
export const PROVISION_VCT = "warifu:provision:1";
export const RECEPTION_VCT = "warifu:reception:1";
/** Name of the content in such bodies: that of the kind. */
export const PROVISION_CONTENT = "provision";

/** ISO 3166-1, two letters. */
export const COUNTRY_CODE = /^[A-Z]{2}$/;
/** Short name of a jurisdiction, as the law data has it. */
export const JURISDICTION = /^[a-z][a-z0-9-]{0,31}$/;
/** The day from which a law, or what it is based on, is as it is. */
export const LAW_VERSION = /^\d{4}-\d{2}-\d{2}$/;

/** What a provision says in clear. */
export interface Provision {
  /** Id of a basis of transfers, of a rule under which the city states its own reason, or {@link NOT_PERSONAL}. */
  readonly basis: string;
  /** Where the recipient is. */
  readonly country: string;
  /** Jurisdiction whose law the record was under when it left. */
  readonly jurisdiction: string;
  readonly lawVersion: string;
  /** Leaf index of the record. */
  readonly record: number;
}

/** The basis for records that are about nobody: none is needed. */
export const NOT_PERSONAL = "not-personal";

/** The clear part of a reception, which stays with the record. */
export interface Reception {
  /** Id of the basis on which its sender gave it. */
  readonly basis: string;
  /** Where the sender is. */
  readonly country: string;
  readonly lawVersion: string;
  /** Id of the rule for giving it on; absent if there is none. */
  readonly onward?: string;
  /** Jurisdiction whose law it brought with it. */
  readonly origin: string;
  /** Leaf index of the record. */
  readonly record: number;
}

/** Whether a body is that of a provision. */
export function isProvision({ contentName, vct }: Pick<Body, "contentName" | "vct">): boolean {
  return contentName === PROVISION_CONTENT && vct === PROVISION_VCT;
}

/** Whether a body is that of a reception. */
export function isReception({ contentName, vct }: Pick<Body, "contentName" | "vct">): boolean {
  return contentName === PROVISION_CONTENT && vct === RECEPTION_VCT;
}

/**
 * The provision in the content of such a body.
 * @throws BODY_INVALID unknown or missing member, or one of the wrong form; nothing is concealed
 */
export function provisionOf({ content, digests }: Pick<Body, "content" | "digests">): Provision {
  const reader = new ObjectReader(content, PROVISION_CONTENT, "BODY_INVALID");
  const provision = {
    basis: reader.string("basis", LEGAL_BASIS),
    country: reader.string("country", COUNTRY_CODE),
    jurisdiction: reader.string("jurisdiction", JURISDICTION),
    lawVersion: reader.string("lawVersion", LAW_VERSION),
    record: reader.count("record"),
  };
  reader.end();
  if (digests.length === 0) reader.fail("record", "goes with concealed claims");
  return provision;
}

/**
 * The reception in the content of such a body.
 * @throws as {@link provisionOf}
 */
export function receptionOf({ content, digests }: Pick<Body, "content" | "digests">): Reception {
  const reader = new ObjectReader(content, PROVISION_CONTENT, "BODY_INVALID");
  const reception = {
    basis: reader.string("basis", LEGAL_BASIS),
    country: reader.string("country", COUNTRY_CODE),
    lawVersion: reader.string("lawVersion", LAW_VERSION),
    ...(reader.has("onward") && { onward: reader.string("onward", LEGAL_BASIS) }),
    origin: reader.string("origin", JURISDICTION),
    record: reader.count("record"),
  };
  reader.end();
  if (digests.length === 0) reader.fail("record", "goes with concealed claims");
  return reception;
}
