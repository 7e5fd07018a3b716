/** Notices (core/notice-event.ts): the newest of each language is in force. */
import type { Body } from "../core/body.ts";
import { isNotice, NOTICE_VCT, noticeOf, type EnteredNoticeContent } from "../core/notice-event.ts";
import type { JsonObject } from "../core/json.ts";
import { CONSENT_CONTENT } from "../core/restriction-event.ts";
import type { EventFold, LogEvent } from "./event.ts";

/** The event by which a notice comes into force. */
export function noticeEvent(notice: EnteredNoticeContent): LogEvent {
  const content = notice as unknown as JsonObject;
  return { kind: "consent", vct: NOTICE_VCT, contentName: CONSENT_CONTENT, content };
}

/** A notice, and where it stands. */
export interface EnteredNotice {
  readonly leafIndex: number;
  /** When it came into force, POSIX seconds. */
  readonly at: number;
  readonly notice: EnteredNoticeContent;
}

/** All notices of the log. A damaged one counts for nothing: it is entered again. */
export class Notices implements EventFold {
  readonly kind = "consent";
  readonly counts = "every";
  readonly #inForce = new Map<string, EnteredNotice>();

  /** Those in force, in the order in which their languages came. */
  get inForce(): readonly EnteredNotice[] {
    return [...this.#inForce.values()];
  }

  /** The one in force in that language. */
  of(language: string): EnteredNotice | undefined {
    return this.#inForce.get(language);
  }

  follow(leafIndex: number, body: Body | undefined): void {
    if (!body || !isNotice(body)) return;
    const notice = noticeOf(body);
    this.#inForce.set(notice.language, { leafIndex, at: body.iat, notice });
  }

  damaged(): void {}
}
