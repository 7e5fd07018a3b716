/**
 * The page as an installed app, which it can be where a service serves it, as phones run no page from a file. Opened from a
 * file, it requests nothing.
 */
import { keeperAddress } from "./own-scripts.ts";

/** Whether a service serves this page, and not a disk or somebody else's site. */
export function isServed(): boolean {
  return location.protocol.startsWith("http") && location.pathname === "/verify";
}

/** Offers the page to be installed, and keeps it for when there is no network. */
export function install(): void {
  if (!isServed()) return;
  const manifest = document.createElement("link");
  manifest.rel = "manifest";
  manifest.href = "/verify.webmanifest";
  document.head.append(manifest);
  // Without it the page is only not kept.
  navigator.serviceWorker?.register(keeperAddress(), { scope: "/verify" }).catch(() => undefined);
}
