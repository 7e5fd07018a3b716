/**
 * The scripts that this page may ever load besides itself: with Trusted Types, a policy must make their addresses, and it makes
 * these two alone.
 */

/** What keeps the installed page, of the service that serves it. */
const KEEPER = "/verify-worker.js";

/** The address of something that may be run; for the browser's own types it is a text. */
interface ScriptAddresses {
  createScriptURL(address: string): string;
}

interface TrustedTypes {
  createPolicy(name: string, rules: ScriptAddresses): ScriptAddresses;
}

let addresses: ScriptAddresses | undefined;

/** The address of the service worker. */
export function keeperAddress(): string {
  return trusted(KEEPER);
}

/**
 * Begins another run of the page's own script, on a thread of its own. It is the text that the page's Content-Security-Policy
 * allows by its hash, so that nothing else can be run in this way.
 */
export function ownScriptAsWorker(): Worker {
  const script = document.querySelector('script[type="module"]')?.textContent ?? "";
  const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  try {
    // Not as a module: browsers load none from a page that was opened from a disk.
    return new Worker(trusted(address));
  } finally {
    // The worker has begun to load it.
    setTimeout(() => {
      URL.revokeObjectURL(address);
    }, 10_000);
  }
}

function trusted(address: string): string {
  const { trustedTypes } = globalThis as { readonly trustedTypes?: TrustedTypes };
  addresses ??= trustedTypes?.createPolicy("warifu-worker", { createScriptURL: ownAddress }) ?? {
    createScriptURL: ownAddress,
  };
  return addresses.createScriptURL(address);
}

function ownAddress(address: string): string {
  return address === KEEPER || address.startsWith("blob:") ? address : "";
}
