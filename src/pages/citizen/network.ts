/** Whether the phone says that there is a network; there may still be no way to the service. */
import { signal } from "@preact/signals";

/** Views that read it are drawn again when it changes, which what the browser says by itself is no reason for. */
export const isOnline = signal(true);

/** Notices from now on whether there is a network. */
export function watchNetwork(): void {
  const look = (): void => {
    isOnline.value = navigator.onLine;
  };
  addEventListener("online", look);
  addEventListener("offline", look);
  look();
}
