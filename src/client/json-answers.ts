/** Answers in JSON, from a server that may be another than the one that was meant. */
import { WarifuError } from "../core/errors.ts";

/** An answer that lists something. */
export interface Listed {
  readonly items: readonly unknown[];
}

/** @throws SERVICE_UNREACHABLE when the answer is not JSON */
export async function jsonOf<T>(response: Response): Promise<T> {
  try {
    return (await response.json()) as T;
  } catch (cause) {
    throw notOurs("not JSON", cause);
  }
}

/** @throws SERVICE_UNREACHABLE when the answer lists nothing */
export function pageOf<T extends Listed>(answer: T): T {
  if (Array.isArray((answer as Partial<Listed> | null)?.items)) return answer;
  throw notOurs("no list");
}

function notOurs(what: string, cause?: unknown): WarifuError {
  return new WarifuError("SERVICE_UNREACHABLE", `the answer is ${what}: this is not a service of this kind`, { cause });
}
