/**
 * What the page of a receipt hands over to the verifier's page, which reaches no network: a bundle, and the policy that the
 * reader had chosen there already. It stays in the reader's tab, and is taken once.
 */

/** What is handed over; texts of files. */
export interface Handover {
  readonly bundle?: string;
  readonly policy?: string;
}

const PLACE = "warifu-handover";

/** Adds to what waits to be taken. @returns whether the browser keeps it */
export function handOver(more: Handover): boolean {
  try {
    sessionStorage.setItem(PLACE, JSON.stringify({ ...waiting(), ...more }));
    return true;
  } catch {
    // Switched off by the reader, or full.
    return false;
  }
}

/** Takes what was handed over; nothing is left. */
export function takeHandover(): Handover {
  const taken = waiting();
  try {
    sessionStorage.removeItem(PLACE);
  } catch {
    // Then nothing was there either.
  }
  return taken;
}

function waiting(): Handover {
  try {
    const { bundle, policy } = JSON.parse(sessionStorage.getItem(PLACE) ?? "{}") as Record<string, unknown>;
    return {
      ...(typeof bundle === "string" && { bundle }),
      ...(typeof policy === "string" && { policy }),
    };
  } catch {
    return {};
  }
}
