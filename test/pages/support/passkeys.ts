// A virtual device with passkeys in the real browser, whose user is always there and recognised.
// https://chromedevtools.github.io/devtools-protocol/tot/WebAuthn/

import type { WatchedPage } from "./watched.ts";

/** Gives a page such a device: one of its own, or one that is plugged in. */
export async function addPasskeys(
  { page, context }: Pick<WatchedPage, "page" | "context">,
  transport: "internal" | "usb" = "internal",
): Promise<void> {
  const devTools = await context.newCDPSession(page);
  await devTools.send("WebAuthn.enable");
  await devTools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      ...{ protocol: "ctap2", transport, hasResidentKey: true, hasUserVerification: true },
      ...{ isUserVerified: true, automaticPresenceSimulation: true },
    },
  });
}
