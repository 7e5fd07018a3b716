/**
 * The address that a receipt's QR code holds: the verifier's page, and after `#` which record of which log it is about.
 * A browser sends nothing of that part to anybody, and no more than this is in it.
 */

/** The record that a receipt is for. */
export interface ReceiptPlace {
  readonly id: string;
  /** Of the log. */
  readonly origin: string;
}

/**
 * The address.
 * @param service where the service is reached, such as `https://ledger.example`
 */
export function verifierAddress(service: string, { id, origin }: ReceiptPlace): string {
  return `${service.replace(/\/+$/, "")}/verify${placeInFragment({ id, origin })}`;
}

/** What is appended to the verifier's address. */
export function placeInFragment({ id, origin }: ReceiptPlace): string {
  return `#${new URLSearchParams({ id, origin }).toString()}`;
}
