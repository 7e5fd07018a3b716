/** What the settings say about the desk. */
import { resolve } from "node:path";
import { deskUrlFrom } from "./desk-url.ts";
import type { SessionTimes } from "./sessions.ts";

/** See `.env.example`. */
export interface DeskSettings {
  /** The origin at which officers open it; `undefined`: `localhost`, on this machine. */
  readonly url: string | undefined;
  /** The origin at which everybody else opens the pages; `undefined`: the same. */
  readonly publicUrl: string | undefined;
  readonly times: SessionTimes;
  /** JSON file that names an identity provider; `undefined`: none. */
  readonly oidcFile: string | undefined;
}

/** The settings by their names. */
interface NamedSettings {
  readonly WARIFU_DESK_URL?: string | undefined;
  readonly WARIFU_PUBLIC_URL?: readonly string[] | undefined;
  readonly WARIFU_SESSION_SECONDS: number;
  readonly WARIFU_SESSION_IDLE_SECONDS: number;
  readonly WARIFU_OIDC?: string | undefined;
}

/** @throws CONFIG_INVALID */
export function deskSettingsIn(s: NamedSettings): DeskSettings {
  return {
    url: deskUrlFrom(s.WARIFU_DESK_URL, s.WARIFU_PUBLIC_URL),
    publicUrl: deskUrlFrom(undefined, s.WARIFU_PUBLIC_URL),
    times: { idleMs: s.WARIFU_SESSION_IDLE_SECONDS * 1000, lifeMs: s.WARIFU_SESSION_SECONDS * 1000 },
    oidcFile: s.WARIFU_OIDC === undefined ? undefined : resolve(s.WARIFU_OIDC),
  };
}
