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

/** A notice, and its place in the log. */
export interface EnteredNotice {
  readonly leafIndex: number;
  /** When it came into force, POSIX seconds. */
  readonly at: number;
  readonly notice: EnteredNoticeContent;
}

/** The language and version by which a consent names the notice that its giver was shown. */
export type NoticeName = Pick<EnteredNoticeContent, "language" | "version">;

/** All notices of the log. A damaged one is ignored, and entered again. */
export class Notices implements EventFold {
  readonly kind = "consent";
  readonly counts = "every";
  readonly #inForce = new Map<string, EnteredNotice>();
  readonly #named = new Map<number, NoticeName>();

  /** The notices in force, in the order in which their languages were added. */
  get inForce(): readonly EnteredNotice[] {
    return [...this.#inForce.values()];
  }

  /** The notice in force in that language. */
  of(language: string): EnteredNotice | undefined {
    return this.#inForce.get(language);
  }

  /** Language and version of the notice at a leaf, in force or not. */
  namedAt(leafIndex: number): NoticeName | undefined {
    return this.#named.get(leafIndex);
  }

  follow(leafIndex: number, body: Body | undefined): void {
    if (!body || !isNotice(body)) return;
    const notice = noticeOf(body);
    this.#inForce.set(notice.language, { leafIndex, at: body.iat, notice });
    this.#named.set(leafIndex, { language: notice.language, version: notice.version });
  }

  damaged(): void {}
}
