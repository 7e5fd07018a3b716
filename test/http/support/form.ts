// A record with its pictures, as curl and browsers send it.

import { randomUUID } from "node:crypto";

import type { TestService } from "../../support/service.ts";
import { call, type CalledAnswer, type CallOptions } from "./call.ts";

/** A part that is a file has a file name. */
export interface SentPart {
  readonly name: string;
  readonly bytes: Uint8Array | string;
  readonly filename?: string;
  readonly type?: string;
}

/** The body of a form, and its media type. */
export function formOf(parts: readonly SentPart[]): { readonly body: Uint8Array; readonly type: string } {
  const boundary = `----${randomUUID()}`;
  const pieces = parts.flatMap(({ name, bytes, filename, type }) => [
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"` +
        (filename === undefined ? "" : `; filename="${filename}"`) +
        (type === undefined ? "" : `\r\nContent-Type: ${type}`) +
        "\r\n\r\n",
    ),
    Buffer.from(bytes),
    Buffer.from("\r\n"),
  ]);
  return {
    body: Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]),
    type: `multipart/form-data; boundary=${boundary}`,
  };
}

/** Submits a record and its pictures as a submitter. */
export function submitWithPictures(
  service: TestService,
  record: object | string,
  pictures: readonly Uint8Array[],
  options: CallOptions = {},
): Promise<CalledAnswer> {
  const text = typeof record === "string" ? record : JSON.stringify(record);
  const files = pictures.map((bytes) => ({ name: "file", filename: "IMG_1.jpg", type: "image/jpeg", bytes }));
  return sendForm(service, "/v1/records", [{ name: "record", bytes: text }, ...files], options);
}

/** Posts a form; as a submitter, unless another role is given. */
export function sendForm(
  service: TestService,
  path: string,
  parts: readonly SentPart[],
  options: CallOptions = {},
): Promise<CalledAnswer> {
  return call(service, path, { role: "submitter", ...formOf(parts), ...options });
}
