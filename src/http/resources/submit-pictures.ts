/**
 * POST /v1/records as a form: one record with its pictures. Each picture is recognised by its content and decoded to the end
 * before the record is submitted, so a refusal leaves nothing behind.
 */
import type { Request } from "express";
import { z } from "zod";
import { WarifuError } from "../../core/errors.ts";
import { MOST_PICTURES } from "../../core/picture.ts";
import type { Ledger } from "../../read/ledger.ts";
import { ByteBudget } from "../../serve/byte-budget.ts";
import { MULTIPART, partsOf, type FormPart, type PartBounds } from "../../serve/multipart.ts";
import { collectBody } from "../../serve/request-body.ts";
import { parseSubmittedJson } from "../../sources/submitted-values.ts";
import { PicturedValue } from "../../write/pictured-value.ts";
import type { Submitted } from "../../write/signed-submission.ts";
import { isSigned } from "../handling/request-signature.ts";
import { recordSchema, signedRecordSchema } from "../../write/submitted-record.ts";

/** Largest form. */
export const MAX_FORM_BYTES = 33_554_432;
/** Of forms whose pictures are being inspected or written. */
const HELD_FORMS = new ByteBudget(134_217_728);

const RECORD = "record";
const FILE = "file";

const TOO_MANY = `a record may have ${MOST_PICTURES} pictures, and a form holds one record and nothing else`;
const FORM_BOUNDS: PartBounds = {
  maxFields: 2,
  maxFieldBytes: MAX_FORM_BYTES,
  // The record may be a file itself.
  maxFiles: MOST_PICTURES + 1,
  maxFileBytes: MAX_FORM_BYTES,
  tooMany: TOO_MANY,
};

/**
 * Reads a record with its pictures, and submits it while their memory is accounted for.
 * @throws REQUEST_INVALID, NOT_ACCEPTABLE, TOO_LARGE, PICTURE_INVALID, PICTURE_UNSUPPORTED, BUSY, and as reading JSON does
 */
export async function submitPictured(
  request: Request,
  { ledger }: { readonly ledger: Pick<Ledger, "pictures"> },
  submit: (value: Submitted) => Promise<void>,
): Promise<void> {
  if (isSigned(request))
    throw new WarifuError("REQUEST_INVALID", "a form is not signed as a request: sign its record as a JWS");
  const bytes = await collectBody(request, MAX_FORM_BYTES);
  await whileHeld(bytes, async () => submit(await picturedIn(bytes, request.headers["content-type"] ?? "", ledger)));
}

/** Does what is done with a form while its memory is accounted for. @throws BUSY */
export async function whileHeld<T>(bytes: Buffer, act: () => Promise<T>): Promise<T> {
  HELD_FORMS.take(bytes.length);
  try {
    return await act();
  } finally {
    HELD_FORMS.give(bytes.length);
  }
}

async function picturedIn(bytes: Buffer, type: string, { pictures }: Pick<Ledger, "pictures">): Promise<Submitted> {
  const { record, files } = sorted(await partsOf(bytes, type, FORM_BOUNDS));
  if (files.length > MOST_PICTURES) throw new WarifuError("TOO_LARGE", TOO_MANY);
  const { values, isArray } = parseSubmittedJson(record.bytes, 1);
  const [value] = values;
  if (isArray || value === undefined)
    throw new WarifuError("REQUEST_INVALID", "record: a form has one record: send each with its own pictures");
  if (value instanceof WarifuError) return value;
  return new PicturedValue(value, await pictures.receive(files.map((file) => file.bytes)));
}

/** The parts of a form by what they are. */
function sorted(parts: readonly FormPart[]): { readonly record: FormPart; readonly files: readonly FormPart[] } {
  const [record, ...others] = parts.filter(({ name }) => name === RECORD);
  const files = parts.filter(({ name }) => name === FILE);
  if (!record || others.length > 0 || files.length + 1 !== parts.length)
    throw new WarifuError(
      "REQUEST_INVALID",
      `the form has one part named "${RECORD}", with the record in JSON, and a part named "${FILE}" for each picture`,
    );
  return { record, files };
}

const binary = z.string().meta({ override: { type: "string", format: "binary" } });

/** For the description of the route. */
export const FORM_CONTENT = {
  [MULTIPART]: {
    schema: z.object({
      record: z.union([recordSchema, signedRecordSchema]),
      file: z.array(binary).max(MOST_PICTURES).optional().meta({ description: "JPEG, PNG or WebP." }),
    }),
  },
};
