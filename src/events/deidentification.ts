/** De-identified tables (core/deidentification-event.ts): which days of which type have a table already. */
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

/** The event by which a table is entered. */
export function deidentificationEvent({ claims, ...said }: Deidentification, concealed: JsonObject): LogEvent {
  const content = { ...said, claims: [...claims] };
  return { kind: "provision", vct: DEIDENTIFICATION_VCT, contentName: PROVISION_CONTENT, content, concealed };
}

/** A table, and the place of its event in the log. */
export interface EnteredDeidentification extends Deidentification {
  readonly leafIndex: number;
}

/** All tables of the log. */
export class Deidentifications implements EventFold {
  readonly kind = "provision";
  readonly counts = "every";
  readonly #all: EnteredDeidentification[] = [];

  /** All of them, in the order of the log. */
  get all(): readonly EnteredDeidentification[] {
    return this.#all;
  }

  /** The tables of a type of record that cover a day of this period, both ends included. */
  of(type: string, from: string, to: string): readonly EnteredDeidentification[] {
    return this.#all.filter((one) => one.profile.startsWith(`${type}:`) && one.from <= to && from <= one.to);
  }

  follow(leafIndex: number, body: Body | undefined): void {
    if (body && isDeidentification(body)) this.#all.push({ ...deidentificationOf(body), leafIndex });
  }

  /** The fold of provisions refuses the start, for events of this kind. */
  damaged(): void {}
}
