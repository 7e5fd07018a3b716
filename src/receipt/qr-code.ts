/** A QR code (ISO/IEC 18004) as one path, so that a page, a file and a PDF draw the same. */
import { encodeQR } from "qr";

/** Dark squares of one unit each, with the quiet zone of four that the standard asks for around them. */
export interface QrCode {
  /** Units on each side, the quiet zone included. */
  readonly size: number;
  /** As in the `d` of an SVG path. */
  readonly path: string;
}

const QUIET_ZONE = 4;

/** The code of a text. A seventh of it may be unreadable: paper gets creased. */
export function qrCodeOf(text: string): QrCode {
  const rows = encodeQR(text, "raw", { ecc: "medium", border: QUIET_ZONE });
  return { size: rows.length, path: rows.map((row, y) => runsOf(row, y)).join("") };
}

/** Dark squares side by side are one rectangle: no hairlines in between. */
function runsOf(row: readonly boolean[], y: number): string {
  let path = "";
  for (let x = 0; x < row.length; x++) {
    if (!row[x]) continue;
    const begin = x;
    while (row[x + 1]) x++;
    path += `M${begin} ${y}h${x + 1 - begin}v1h-${x + 1 - begin}z`;
  }
  return path;
}
