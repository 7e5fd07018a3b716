/**
 * Where a picture was taken, as its camera noted it: from the EXIF data of a JPEG file, and of nothing else. It is read on the
 * phone and offered to the author; nothing is done with it before they say so. Pure.
 * Exif (CIPA DC-008), GPS attribute information: https://www.cipa.jp/e/std/std-sec.html
 */

/** Degrees. */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

const [APP1, SCAN] = [0xe1, 0xda];
const GPS_TAG = 0x8825;
const [LATITUDE_REF, LATITUDE, LONGITUDE_REF, LONGITUDE] = [1, 2, 3, 4] as const;
/** "Exif" and two zeros. */
const EXIF = [0x45, 0x78, 0x69, 0x66, 0, 0];

/** The place; nothing where there is none, or where it does not read as one. */
export function placeIn(bytes: ArrayBuffer): Place | undefined {
  try {
    const tiff = tiffIn(new DataView(bytes));
    return tiff && placeOf(tiff);
  } catch {
    // Lengths that lead out of the file.
    return undefined;
  }
}

/** The TIFF structure inside the segment of EXIF data. */
function tiffIn(file: DataView): DataView | undefined {
  if (file.getUint16(0) !== 0xffd8) return undefined;
  for (let at = 2; at + 10 < file.byteLength; at += 2 + file.getUint16(at + 2)) {
    const marker = file.getUint8(at + 1);
    if (file.getUint8(at) !== 0xff || marker === SCAN) return undefined;
    if (marker === APP1 && EXIF.every((byte, index) => file.getUint8(at + 4 + index) === byte))
      return new DataView(file.buffer, at + 10, file.getUint16(at + 2) - 8);
  }
  return undefined;
}

function placeOf(tiff: DataView): Place | undefined {
  const isLittle = tiff.getUint16(0) === 0x4949;
  const main = entriesAt(tiff, tiff.getUint32(4, isLittle), isLittle);
  const pointer = main.get(GPS_TAG);
  if (pointer === undefined) return undefined;
  const gps = entriesAt(tiff, tiff.getUint32(pointer + 8, isLittle), isLittle);
  const degrees = (tag: number, refTag: number, negative: string): number => {
    const [at, ref] = [gps.get(tag), gps.get(refTag)];
    if (at === undefined || ref === undefined) return Number.NaN;
    const value = degreesAt(tiff, tiff.getUint32(at + 8, isLittle), isLittle);
    return String.fromCharCode(tiff.getUint8(ref + 8)) === negative ? -value : value;
  };
  const place = { latitude: degrees(LATITUDE, LATITUDE_REF, "S"), longitude: degrees(LONGITUDE, LONGITUDE_REF, "W") };
  // Cameras without a fix write zeros.
  const isPlace = Math.abs(place.latitude) <= 90 && Math.abs(place.longitude) <= 180;
  return isPlace && (place.latitude !== 0 || place.longitude !== 0) ? place : undefined;
}

/** Where the entry of each tag is. */
function entriesAt(tiff: DataView, at: number, isLittle: boolean): Map<number, number> {
  const count = tiff.getUint16(at, isLittle);
  const places = Array.from({ length: Math.min(count, 512) }, (_, index) => at + 2 + 12 * index);
  return new Map(places.map((place) => [tiff.getUint16(place, isLittle), place]));
}

/** Degrees, minutes and seconds, each a fraction. */
function degreesAt(tiff: DataView, at: number, isLittle: boolean): number {
  const fraction = (index: number): number =>
    tiff.getUint32(at + 8 * index, isLittle) / tiff.getUint32(at + 8 * index + 4, isLittle);
  return fraction(0) + fraction(1) / 60 + fraction(2) / 3_600;
}
