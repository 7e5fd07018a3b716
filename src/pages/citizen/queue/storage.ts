/** How much room there is on this phone, and whether the browser may take it back. */
import { signal } from "@preact/signals";

/** What the browser says; what it does not say is absent. */
export interface Room {
  readonly used?: number;
  readonly quota?: number;
  /** Whether the browser has promised not to make room with what is kept here. */
  readonly isLasting?: boolean;
}

export const room = signal<Room>({});

/** Below that, pictures may not fit any more. */
const LOW = 0.8;

/** Asks the browser. */
export async function lookAtRoom(): Promise<void> {
  if (!("storage" in navigator)) return;
  const [estimate, isLasting] = await Promise.all([
    navigator.storage.estimate?.().catch(() => undefined),
    navigator.storage.persisted?.().catch(() => undefined),
  ]);
  room.value = {
    ...(estimate?.usage !== undefined && { used: estimate.usage }),
    ...(estimate?.quota !== undefined && { quota: estimate.quota }),
    ...(isLasting !== undefined && { isLasting }),
  };
}

/** Asks it to keep what is here. It may refuse, and some forget all of it after a week without use, whatever they say. */
export async function askToKeep(): Promise<void> {
  if ("storage" in navigator) await navigator.storage.persist?.().catch(() => false);
  await lookAtRoom();
}

/** Whether it is nearly full. */
export function isNearlyFull({ used, quota }: Room): boolean {
  return used !== undefined && quota !== undefined && used > quota * LOW;
}

/** Whether something was not kept for want of room. */
export function isForWantOfRoom(cause: unknown): boolean {
  return cause instanceof DOMException && cause.name === "QuotaExceededError";
}
