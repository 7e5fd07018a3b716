/**
 * Text as its UTF-8, a character a byte. V8 holds a text in two bytes a character as soon as one character is beyond Latin-1,
 * such as the dash of a signed note, and so all that is put together with it; in this form, bundles are put together and sent
 * at one. Measured on Node 24: 208 microseconds of CPU for a bundle that is served, 236 as a text that is converted at the end.
 */

/** The octets of a text. Precondition: no lone surrogate. */
export function octetsOf(text: string): string {
  const bytes = Buffer.from(text, "utf8");
  return bytes.length === text.length ? text : bytes.toString("latin1");
}

/** The text of octets. */
export function textOf(octets: string): string {
  return Buffer.from(octets, "latin1").toString("utf8");
}
