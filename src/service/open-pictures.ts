/** Opens the parts that decode pictures, hide faces and publish copies. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { WarifuError } from "../core/errors.ts";
import { faceHiderOf } from "../derive/face-hiders.ts";
import { Publishing, type FaceHider, type PicturePlace } from "../derive/publishing.ts";
import { PROGRAM_DIR } from "../files/program-dir.ts";
import { PictureProcess } from "../pictures/picture-process.ts";
import type { PictureParts } from "../read/pictures.ts";
import type { OpenLog } from "../write/open-log.ts";
import type { Start } from "./start.ts";

/** @throws CONFIG_INVALID if the login for the service that hides faces cannot be read */
export function openPictures({ closing, logger, config }: Start, log: OpenLog): PictureParts {
  const packages = join(PROGRAM_DIR, "faces");
  const decoding = new PictureProcess({ packages });
  closing.defer(() => decoding.close());
  const onFailure = (place: PicturePlace, reason: string): void =>
    logger.warn({ leafIndex: place.record, reason }, "pictures not published yet");
  const redactor = config.redactor && { ...config.redactor, login: loginIn(config.redactor.loginFile) };
  const hiding = { process: decoding, folder: packages, redactor };
  const faceHider = (): FaceHider | undefined => faceHiderOf(hiding);
  const publishing = new Publishing({ log, process: decoding, faceHider, now: Date.now, onFailure });
  closing.defer(() => publishing.close());
  if (!config.isFrontEnd) publishing.start();
  return { process: decoding, publishing };
}

function loginIn(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, "utf8").trim();
  } catch (cause) {
    throw new WarifuError("CONFIG_INVALID", `WARIFU_REDACTOR_LOGIN_FILE: ${file} cannot be read`, { cause });
  }
}
