/**
 * The one origin at which officers open the desk. Passkeys are bound to it, the provider sends people back to it, and the
 * cookie is for its host alone. Over plain HTTP it can only be this machine, as whoever is on the way could take the cookie.
 */
import { WarifuError } from "../core/errors.ts";

/** Whether that host is this machine, whoever asks. */
export function isLoopbackHost(hostname: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}

/** Whether an address can be the desk's: browsers make no passkeys for numbers. */
function isUsable({ protocol, hostname }: URL): boolean {
  if (/^[\d.]+$|^\[/.test(hostname)) return false;
  return protocol === "https:" || hostname === "localhost";
}

/**
 * The origin of the desk, from the setting for it, or else from the addresses at which clients reach the service.
 * @returns `undefined` when nothing says it: then it is `localhost`, for connections that come from this machine
 * @throws CONFIG_INVALID
 */
export function deskUrlFrom(setting: string | undefined, publicUrls: readonly string[] = []): string | undefined {
  if (setting === undefined) return publicUrls.map((one) => new URL(one)).find(isUsable)?.origin;
  const url = new URL(setting);
  if (!isUsable(url) || url.pathname !== "/" || url.search !== "" || url.hash !== "" || url.username !== "")
    throw new WarifuError(
      "CONFIG_INVALID",
      "WARIFU_DESK_URL: must be an origin under https with a host name, such as https://ledger.santander.example, or " +
        "http://localhost with a port",
    );
  return url.origin;
}
