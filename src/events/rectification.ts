/** Rectifications (core/rectification-event.ts): their places in the log. Which records they are about is in the vault. */
import type { Body } from "../core/body.ts";
import {
  isRectification,
  RECTIFICATION_VCT,
  rectificationOf,
  RECTIFIED_CLAIM,
  type Rectification,
  type RectifiedRecords,
} from "../core/rectification-event.ts";
import { CONSENT_CONTENT } from "../core/restriction-event.ts";
import type { EventFold, LogEvent } from "./event.ts";

/** The event by which a rectification is entered. */
export function rectificationEvent(rectification: Rectification, { wrong, right }: RectifiedRecords): LogEvent {
  return {
    kind: "consent",
    vct: RECTIFICATION_VCT,
    contentName: CONSENT_CONTENT,
    content: { ...rectification },
    concealed: { [RECTIFIED_CLAIM]: { wrong, right } },
  };
}

/** A rectification, and its place in the log. */
export interface EnteredRectification extends Rectification {
  readonly leafIndex: number;
  /** POSIX seconds. */
  readonly at: number;
}

/** All rectifications of the log. */
export class Rectifications implements EventFold {
  readonly kind = "consent";
  readonly counts = "every";
  readonly #entered: EnteredRectification[] = [];

  get all(): readonly EnteredRectification[] {
    return this.#entered;
  }

  follow(leafIndex: number, body: Body | undefined): void {
    if (body && isRectification(body)) this.#entered.push({ ...rectificationOf(body), leafIndex, at: body.iat });
  }

  /** Events of this kind are shared with restriction.ts, which refuses to open the log if one is damaged. */
  damaged(): void {}
}
