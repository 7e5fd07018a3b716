/** Consents (core/consent-event.ts), in the order of the log. Whose they are is in the vault. */
import type { Body } from "../core/body.ts";
import {
  CONSENT_VCT,
  consentOf,
  isConsent,
  RECEIPT_CLAIM,
  SUBJECT_CLAIM,
  type Consent,
} from "../core/consent-event.ts";
import type { JsonObject } from "../core/json.ts";
import { CONSENT_CONTENT } from "../core/restriction-event.ts";
import type { EventFold, LogEvent } from "./event.ts";

/** The event by which a consent is entered. */
export function consentEvent(consent: Consent, subject: string, receipt: JsonObject): LogEvent {
  return {
    kind: "consent",
    vct: CONSENT_VCT,
    contentName: CONSENT_CONTENT,
    content: { ...consent },
    concealed: { [SUBJECT_CLAIM]: subject, [RECEIPT_CLAIM]: receipt },
  };
}

/** A consent, and its place in the log. */
export interface EnteredConsent extends Consent {
  readonly leafIndex: number;
  /** POSIX seconds. */
  readonly at: number;
}

/** All consents of the log. */
export class EnteredConsents implements EventFold {
  readonly kind = "consent";
  readonly counts = "every";
  readonly #entered: EnteredConsent[] = [];

  get all(): readonly EnteredConsent[] {
    return this.#entered;
  }

  follow(leafIndex: number, body: Body | undefined): void {
    if (body && isConsent(body)) this.#entered.push({ ...consentOf(body), leafIndex, at: body.iat });
  }

  /** Events of this kind are shared with restriction.ts, which refuses to open the log if one is damaged. */
  damaged(): void {}
}
