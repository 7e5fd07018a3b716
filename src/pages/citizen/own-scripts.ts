/** The one script that the app may load besides its own: what keeps it for when there is no network. */

const KEEPER = "/app-worker.js";

interface ScriptAddresses {
  createScriptURL(address: string): string;
}

interface TrustedTypes {
  createPolicy(name: string, rules: ScriptAddresses): ScriptAddresses;
}

/** Has the browser keep the app, and offers it to be installed. Without it the app only needs a network to begin. */
export function install(): void {
  const { trustedTypes } = globalThis as { readonly trustedTypes?: TrustedTypes };
  const own: ScriptAddresses = { createScriptURL: (address) => (address === KEEPER ? address : "") };
  const policy = trustedTypes?.createPolicy("warifu-worker", own) ?? own;
  navigator.serviceWorker?.register(policy.createScriptURL(KEEPER), { scope: "/app" }).catch(() => undefined);
}
