/**
 * A device that runs wild sends again as soon as it is refused. So for a moment after a refusal, the submissions of a key
 * that is for one source alone are refused before anything else is done with them: routing, reading and parsing them costs
 * three times as much, and everybody else would wait for it.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Access, Principal } from "../../keys/api-keys.ts";
import { codeOf, type WarifuError } from "../../core/errors.ts";
import { bodyOf } from "../../serve/arriving-body.ts";
import { endEarly } from "../../serve/response-end.ts";
import { keyOf } from "./authorisation.ts";
import { PROBLEM_MEDIA_TYPE, problemOf, retryAfterOf } from "./problem.ts";

/** How long a key is turned away, in milliseconds: briefly, since a repeated record is acknowledged even without room. */
const TURNED_AWAY_MS = 50;

/** Longest body that is read to its end, and dropped: that of any ordinary record. */
const MOST_BYTES = 16_384;

/** Whose quota is spent. */
interface Spent {
  readonly source: string;
  /** POSIX milliseconds. */
  readonly until: number;
  readonly error: WarifuError;
}

export interface SpentKeysParts {
  readonly access: Pick<Access, "recognise">;
  /** Notified of each submission that is turned away. */
  readonly onTurnedAway: (source: string) => void;
  readonly now: () => number;
}

/** The keys of sources whose quota is spent. */
export class SpentKeys {
  readonly #parts: SpentKeysParts;
  readonly #byKey = new Map<string, Spent>();

  constructor(parts: SpentKeysParts) {
    this.#parts = parts;
  }

  /** Notes that a record was refused because of a rate, if its sender may send for one source alone. */
  note({ keyId, sources }: Principal, error: WarifuError): void {
    const [source, ...others] = sources ?? [];
    if (source === undefined || others.length > 0 || source.endsWith("*")) return;
    const until = this.#parts.now() + TURNED_AWAY_MS;
    this.#byKey.set(keyId, { source, until, error });
  }

  /** Refuses a submission whose key has to wait. @returns whether it did, and the request is taken care of */
  turnsAway(request: IncomingMessage, response: ServerResponse): boolean {
    if (this.#byKey.size === 0 || request.method !== "POST" || request.url !== "/v1/records") return false;
    // To leave a large body unread would end the connection, and a new one costs more than what is saved.
    const length = Number(request.headers["content-length"] ?? Infinity);
    const spent = length <= MOST_BYTES ? this.#spentBy(request) : undefined;
    if (!spent) return false;
    this.#parts.onTurnedAway(spent.source);
    const body = bodyOf(request);
    const refuseIt = (): void => refuse(request, response, spent.error);
    if (body.isAwaitingAsking) refuseIt();
    else {
      body.drop();
      request.once("end", refuseIt);
    }
    return true;
  }

  #spentBy(request: IncomingMessage): Spent | undefined {
    const keyId = this.#keyIdOf(request);
    const spent = keyId === undefined ? undefined : this.#byKey.get(keyId);
    if (keyId === undefined || !spent) return undefined;
    if (this.#parts.now() < spent.until) return spent;
    this.#byKey.delete(keyId);
    return undefined;
  }

  /** Whose key it is, if it is valid: whether somebody has to wait is told nobody else. */
  #keyIdOf(request: IncomingMessage): string | undefined {
    try {
      return this.#parts.access.recognise(keyOf(request)).keyId;
    } catch (error) {
      if (codeOf(error) !== "UNAUTHENTICATED") throw error;
      return undefined;
    }
  }
}

function refuse(request: IncomingMessage, response: ServerResponse, error: WarifuError): void {
  const body = Buffer.from(JSON.stringify(problemOf(error)));
  response.statusCode = 429;
  response.setHeader("content-type", PROBLEM_MEDIA_TYPE).setHeader("content-length", body.length);
  response.setHeader("retry-after", retryAfterOf(error) ?? 1).setHeader("cache-control", "no-store");
  response.setHeader("x-content-type-options", "nosniff");
  endEarly(request, response, [body]);
}
