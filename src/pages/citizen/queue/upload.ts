/**
 * A picture goes up in pieces. What has arrived is not sent again, whatever ended in between: the line, the app, the service.
 * Pieces grow on a fast line and shrink on a slow one, so that each arrives within its time.
 */
import { ask, sendPiece, type Answer, type Failure } from "../api.ts";

const [LEAST, FIRST, MOST] = [16, 64, 1_024].map((kib) => kib * 1_024) as [number, number, number];
const [QUICK_MS, SLOW_MS] = [1_500, 15_000];

/** How much of the picture the service has. */
interface Standing {
  readonly offset: number;
  readonly length: number;
}

/** What is told on the way. */
export type Progress = (bytes: number) => void;

let pieceSize = FIRST;

/**
 * Sends what is missing of a picture.
 * @param onProgress is told how many bytes have arrived
 * @returns why it is not whole at the service; nothing when it is
 */
export async function uploadPicture(
  sha256: string,
  bytes: ArrayBuffer,
  onProgress: Progress,
): Promise<Failure | undefined> {
  const path = `/v1/uploads/${sha256}`;
  let offset = await arrived(path);
  while (typeof offset === "number" && offset < bytes.byteLength) {
    onProgress(offset);
    offset = await sendFrom(path, bytes, offset);
  }
  if (typeof offset !== "number") return offset;
  onProgress(offset);
  return undefined;
}

/** How much has arrived before: nothing where the service knows nothing of it. */
async function arrived(path: string): Promise<number | Failure> {
  const answer = await ask<Standing>(path);
  if ("value" in answer) return answer.value.offset;
  return answer.failure.status === 404 ? 0 : answer.failure;
}

/** Sends one piece. @returns how much has arrived then */
async function sendFrom(path: string, bytes: ArrayBuffer, offset: number): Promise<number | Failure> {
  const end = Math.min(bytes.byteLength, offset + pieceSize);
  const begun = performance.now();
  const answer = await sendPiece(path, bytes.slice(offset, end), {
    "upload-offset": String(offset),
    "upload-length": String(bytes.byteLength),
  });
  pieceSize = sizeAfter(answer, performance.now() - begun);
  if ("failure" in answer) return answer.failure;
  const told = (answer.value as Partial<Standing> | undefined)?.offset;
  return typeof told === "number" && told > offset ? told : end;
}

function sizeAfter(answer: Answer<unknown>, tookMs: number): number {
  if ("failure" in answer || tookMs > SLOW_MS) return Math.max(LEAST, Math.floor(pieceSize / 2));
  return tookMs < QUICK_MS ? Math.min(MOST, pieceSize * 2) : pieceSize;
}
