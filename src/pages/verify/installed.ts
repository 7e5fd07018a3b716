/**
 * The page as an installed one, which it can be where a service serves it: phones run no page from a file. From a file it
 * asks for nothing.
 */

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
  navigator.serviceWorker?.register(workerAddress(), { scope: "/verify" }).catch(() => undefined);
}

const WORKER = "/verify-worker.js";

interface ScriptAddresses {
  createPolicy(
    name: string,
    rules: { createScriptURL: (address: string) => string },
  ): { createScriptURL(address: string): string };
}

/** The one address of a script that this page may ever load: with Trusted Types, a policy must make it. */
function workerAddress(): string {
  const { trustedTypes } = globalThis as { readonly trustedTypes?: ScriptAddresses };
  const policy = trustedTypes?.createPolicy("warifu-worker", { createScriptURL: () => WORKER });
  return policy?.createScriptURL(WORKER) ?? WORKER;
}
