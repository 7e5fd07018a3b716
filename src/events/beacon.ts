/** The log's beacons (core/beacon.ts): the next one must be newer than the newest one so far. */
import { BEACON_CONTENT, BEACON_VCT, beaconContent, beaconOf, type Beacon } from "../core/beacon.ts";
import type { Body } from "../core/body.ts";
import type { EventFold, LogEvent } from "./event.ts";

/**
 * The beacon of a block.
 * @throws CHAIN_EVIDENCE_INVALID when the header does not have that hash
 */
export function beaconEvent(chainId: number, block: { readonly hash: string; readonly header: string }): LogEvent {
  const content = beaconContent(chainId, block);
  return { kind: "beacon", vct: BEACON_VCT, contentName: BEACON_CONTENT, content };
}

/** The newest beacon of the log. */
export class NewestBeacon implements EventFold {
  readonly kind = "beacon";
  readonly counts = "newest";
  #leafIndex: number | undefined;
  #body: Body | undefined;
  #damage: unknown;

  /** `undefined` before the first. */
  get leafIndex(): number | undefined {
    return this.#leafIndex;
  }

  /**
   * The block that it names; `undefined` before the first, and if its body is erased.
   * @throws STORE_DAMAGED; BODY_INVALID, CHAIN_EVIDENCE_INVALID it is not a beacon
   */
  read(): Beacon | undefined {
    if (this.#damage !== undefined) throw this.#damage;
    return this.#body && beaconOf(this.#body);
  }

  follow(leafIndex: number, body: Body | undefined): void {
    this.#leafIndex = leafIndex;
    this.#body = body;
    this.#damage = undefined;
  }

  damaged(leafIndex: number, error: unknown): void {
    this.#leafIndex = leafIndex;
    this.#body = undefined;
    this.#damage = error;
  }
}
