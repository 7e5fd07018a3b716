/** De-identified tables (core/deidentification-event.ts): of which days of which type there is one already. */
import type { Body } from "../core/body.ts";
import {
  DEIDENTIFICATION_VCT,
  deidentificationOf,
  isDeidentification,
  type Deidentification,
} from "../core/deidentification-event.ts";
import type { JsonObject } from "../core/json.ts";
import { PROVISION_CONTENT } from "../core/provision-event.ts";
import type { EventFold, LogEvent } from "./event.ts";

/** A table as it enters the log. */
export function deidentificationEvent({ claims, ...said }: Deidentification, concealed: JsonObject): LogEvent {
  const content = { ...said, claims: [...claims] };
  return { kind: "provision", vct: DEIDENTIFICATION_VCT, contentName: PROVISION_CONTENT, content, concealed };
}

/** A table, and where its event stands. */
export interface EnteredDeidentification extends Deidentification {
  readonly leafIndex: number;
}

/** All of the log. */
export class Deidentifications implements EventFold {
  readonly kind = "provision";
  readonly counts = "every";
  readonly #all: EnteredDeidentification[] = [];

  /** All of them, in the order of the log. */
  get all(): readonly EnteredDeidentification[] {
    return this.#all;
  }

  /** Those of a type of record that have a day between two in common, both included. */
  of(type: string, from: string, to: string): readonly EnteredDeidentification[] {
    return this.#all.filter((one) => one.profile.startsWith(`${type}:`) && one.from <= to && from <= one.to);
  }

  follow(leafIndex: number, body: Body | undefined): void {
    if (body && isDeidentification(body)) this.#all.push({ ...deidentificationOf(body), leafIndex });
  }

  /** The fold of provisions refuses the start, for events of this kind. */
  damaged(): void {}
}
