/** Connects the gate for other controllers (transfer-gate.ts) with consents and with the way out of the vault. */
import { codeOf, WarifuError } from "../core/errors.ts";
import type { Vault } from "../store/vault.ts";
import type { Consents } from "./consent.ts";
import type { Recipients } from "./recipients.ts";
import type { HasConsent, TransferGate } from "./transfer-gate.ts";
import type { Condition } from "./way-out.ts";

/** Whether everybody whom a record is about has consented; if nobody is known, nobody has. */
export function consentOfAll(consents: Pick<Consents, "hasConsent">, persons: Pick<Vault, "subjectsOf">): HasConsent {
  return async ({ record, purpose, country, at }) => {
    const subjects = await persons.subjectsOf(record);
    for (const subject of subjects) if (!(await consents.hasConsent(subject, purpose, country, at))) return false;
    return subjects.length > 0;
  };
}

/**
 * Checks a recipient before they are shown what was granted: one that is in the register passes the gate like every other
 * controller. One that is not counts as part of the same city, and gets nothing that came under another law. People may
 * always see what is their own.
 */
export function gateForGrants(
  gate: TransferGate,
  recipients: Recipients,
  { jurisdiction }: { readonly jurisdiction: string },
): Condition {
  return async ({ of, to }) => {
    if (to.role !== "recipient" || to.grant.purpose === "data-subject") return;
    const { purpose } = to.grant;
    try {
      const recipient = await recipients.find(to.recipient);
      if (recipient) await gate.assertMayLeave({ records: [of], recipient, purpose, claims: [] });
      else if (gate.originOf(of) !== jurisdiction) throw notShown();
    } catch (cause) {
      throw codeOf(cause) === "TRANSFER_REFUSED" ? notShown(cause) : cause;
    }
  };
}

/** The reason is for officers only: that somebody asked for a restriction must not be told to those whom it stops. */
function notShown(cause?: unknown): WarifuError {
  return new WarifuError("TRANSFER_REFUSED", "what was granted may not be shown: ask the officer who granted it", {
    cause,
  });
}
