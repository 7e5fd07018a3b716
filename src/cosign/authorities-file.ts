/**
 * The file that names time-stamping authorities: a JSON list of
 * `{"name": "…", "url": "https://…", "certificates": ["tsa-root.pem"]}`, or for a calendar of OpenTimestamps
 * `{"name": "…", "url": "https://…", "protocol": "opentimestamps"}`, and where they apply `timeoutSeconds` and
 * `allowPrivate`. Paths are relative to the file.
 */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { toBase64, withoutByteOrderMark } from "../core/bytes.ts";
import { messageOf, WarifuError } from "../core/errors.ts";
import { parseJsonBytes } from "../core/json.ts";
import { ObjectReader } from "../core/object-reader.ts";
import { certificatesInPem } from "../keys/pem-certificates.ts";
import type { Calendar } from "./calendar.ts";
import type { TimeAuthority } from "./time-authority.ts";

/** An authority in the settings, or a calendar, which has no certificates. */
export type NamedAuthority = { readonly name: string } & (
  TimeAuthority | (Calendar & { readonly certificates?: never })
);

const MOST_AUTHORITIES = 8;
const NAME = /^[a-z0-9][a-z0-9.-]{0,62}$/;
const [TIMEOUT_SECONDS, MOST_SECONDS] = [15, 120];

/**
 * The authorities of a file; without a file, none.
 * @throws CONFIG_INVALID naming what is wrong
 */
export function authoritiesIn(file: string | undefined): NamedAuthority[] {
  if (file === undefined) return [];
  try {
    const list = parseJsonBytes(withoutByteOrderMark(readFileSync(file)), "authorities");
    if (!Array.isArray(list) || list.length > MOST_AUTHORITIES)
      throw new WarifuError("CONFIG_INVALID", `it must be a JSON list of at most ${MOST_AUTHORITIES} authorities`);
    const read = list.map((item, at) =>
      readAuthority(new ObjectReader(item, `authorities[${at}]`, "CONFIG_INVALID"), dirname(resolve(file))),
    );
    if (new Set(read.map(({ name }) => name)).size !== read.length)
      throw new WarifuError("CONFIG_INVALID", "two authorities have one name");
    return read;
  } catch (cause) {
    throw new WarifuError("CONFIG_INVALID", `WARIFU_TSA: ${file} cannot be used: ${messageOf(cause)}`, { cause });
  }
}

function readAuthority(reader: ObjectReader, folder: string): NamedAuthority {
  const name = reader.string("name", NAME);
  const url = URL.parse(reader.string("url"));
  if (!url || !/^https?:$/.test(url.protocol)) reader.fail("url", "must be an http or https address");
  const isCalendar = reader.has("protocol");
  if (isCalendar) reader.string("protocol", /^opentimestamps$/);
  const certificates = isCalendar ? undefined : readCertificates(reader, folder);
  const seconds = reader.has("timeoutSeconds") ? reader.count("timeoutSeconds") : TIMEOUT_SECONDS;
  if (seconds < 1 || seconds > MOST_SECONDS) reader.fail("timeoutSeconds", `is from 1 to ${MOST_SECONDS}`);
  const allowPrivate = reader.has("allowPrivate") && reader.value("allowPrivate");
  if (typeof allowPrivate !== "boolean") reader.fail("allowPrivate", "must be true or false");
  reader.end();
  const asked = { name, url: url.href, timeoutMs: seconds * 1_000, allowPrivate };
  return { ...asked, ...(certificates && { certificates }) };
}

function readCertificates(reader: ObjectReader, folder: string): string[] {
  const certificates = reader.strings("certificates").flatMap((path) => {
    const whole = resolve(folder, path);
    return certificatesInPem(readFileSync(whole), whole).map(({ bytes }) => toBase64(bytes));
  });
  if (certificates.length === 0) reader.fail("certificates", "must name a file");
  return certificates;
}
