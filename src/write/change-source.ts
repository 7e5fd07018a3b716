/**
 * An officer registers a source and its signing keys, ends keys, suspends the source or resumes it. Each is an event of
 * the log (core/source-event.ts) and applies to everything that enters after it.
 */
import { WarifuError } from "../core/errors.ts";
import { canonicalJson } from "../core/json.ts";
import type { RevocationReason, ShownKey } from "../core/source-event.ts";
import type { SourceKey } from "../core/source-key.ts";
import type { RegisteredKey, SourceState } from "../core/source-state.ts";
import type { LogEvent } from "../events/event.ts";
import type { EventRegister } from "../events/register.ts";
import { sourceEvent } from "../events/source.ts";
import type { LogStore } from "../store/log-store.ts";
import type { AppendedEntry } from "./append.ts";
import type { SourceRules } from "./source-rules.ts";
import type { Writer } from "./writer.ts";

/** How many keys of one source may count at a time. */
const MOST_KEYS = 16;

/** A key that is added. */
interface NewKey {
  readonly key: SourceKey;
  /** The device belongs to a person: its key is kept in the vault only. */
  readonly isPersonal?: boolean | undefined;
}

/** What an officer does with the source of that name. */
export type SourceChange = { readonly name: string } & (
  | { readonly action: "register"; readonly newKey?: NewKey | undefined }
  /** `keepsOld`: the earlier keys go on counting in addition to the new one. */
  | { readonly action: "rotate"; readonly newKey: NewKey; readonly keepsOld?: boolean | undefined }
  /** `key`: leaf index of the event that brought it; when absent, all keys that count. */
  | { readonly action: "revoke"; readonly key?: number | undefined; readonly reason: RevocationReason }
  | { readonly action: "suspend" | "resume" }
);

export interface ChangeParts {
  readonly store: Pick<LogStore, "origin">;
  readonly writer: Pick<Writer, "enterIf">;
  readonly events: Pick<EventRegister, "sources">;
  readonly rules: Pick<SourceRules, "keysOf">;
}

/**
 * Enters the change.
 * @throws NOT_FOUND the source is not registered, or has no such key; SOURCE_CONFLICT it is not in the state that the change
 *   requires; STOPPED
 */
export function changeSource(change: SourceChange, parts: ChangeParts): Promise<AppendedEntry> {
  const { store, writer, events, rules } = parts;
  return writer.enterIf(async () => {
    if (change.name === store.origin)
      throw new WarifuError("SOURCE_CONFLICT", "this name is the log's own: its events are no source's");
    if (change.action === "rotate") assertNew(change.newKey.key, await rules.keysOf(change.name));
    return eventOf(change, events.sources.of(change.name));
  });
}

function eventOf(change: SourceChange, state: SourceState): LogEvent {
  const { action, name } = change;
  if (action === "register") {
    if (state.registeredAt !== undefined)
      throw new WarifuError("SOURCE_CONFLICT", "the source is registered already: `rotate` gives it another key");
    const key = change.newKey && shown(change.newKey, state);
    return sourceEvent({ action, name, ...(key !== undefined && { key }) }, hidden(key, change.newKey));
  }
  if (state.registeredAt === undefined) throw new WarifuError("NOT_FOUND", "no source of that name is registered");
  switch (action) {
    case "rotate": {
      const key = shown(change.newKey, state);
      if (change.keepsOld === true) assertFew(state);
      const ends = change.keepsOld === true ? [] : counting(state).map(({ from }) => from);
      return sourceEvent({ action, name, key, ends }, hidden(key, change.newKey));
    }
    case "revoke":
      return sourceEvent({ action, name, ends: revoked(change.key, state), reason: change.reason });
    case "suspend":
    case "resume":
      if (state.isSuspended === (action === "suspend"))
        throw new WarifuError("SOURCE_CONFLICT", `the source is ${state.isSuspended ? "" : "not "}suspended`);
      return sourceEvent({ action, name });
  }
}

/** Once a source has had a personal key, all its later keys are treated as personal. */
function shown({ key, isPersonal = false }: NewKey, { keys }: SourceState): ShownKey {
  return isPersonal || keys.some((one) => one.key === "concealed") ? "concealed" : key;
}

function hidden(key: ShownKey | undefined, newKey: NewKey | undefined): SourceKey | undefined {
  return key === "concealed" ? newKey?.key : undefined;
}

function counting({ keys }: SourceState): RegisteredKey[] {
  return keys.filter(({ ended }) => ended === undefined);
}

/** A revoked key never counts again: somebody else may still have it. */
function assertNew(key: SourceKey, earlier: readonly SourceKey[]): void {
  const text = canonicalJson(key);
  if (earlier.some((one) => canonicalJson(one) === text))
    throw new WarifuError("SOURCE_CONFLICT", "the source has or had this key before: make a new one");
}

function assertFew(state: SourceState): void {
  if (counting(state).length >= MOST_KEYS)
    throw new WarifuError("SOURCE_CONFLICT", `a source has ${MOST_KEYS} keys at most at one time: revoke one first`);
}

function revoked(key: number | undefined, state: SourceState): readonly number[] {
  const ends = counting(state).map(({ from }) => from);
  if (key === undefined && ends.length > 0) return ends;
  if (key !== undefined && ends.includes(key)) return [key];
  throw new WarifuError(
    "NOT_FOUND",
    key === undefined ? "the source has no key that counts" : "the source has no such key that counts",
  );
}
