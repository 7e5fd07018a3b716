// npm runs a script in a shell, and a shell that is killed does not tell its child. A program under npm therefore ends
// when the process above it has gone: otherwise a killed `npm start` would leave a service behind that holds the ports.

const POLL_MS = 250;

/**
 * Calls `act` once if the process above this one ends first. Only under npm: anywhere else, to outlive one's parent may be
 * just what is wanted (a service that was put in the background).
 * @param {() => void} act
 * @returns {() => void} stops watching
 */
export function whenOrphaned(act) {
  if (process.env["npm_lifecycle_event"] === undefined) return () => {};
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    act();
  }, POLL_MS);
  timer.unref();
  return () => clearInterval(timer);
}
