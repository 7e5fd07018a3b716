// npm runs a script in a shell, and a shell that is killed does not notify its child. So a program under npm ends once its
// parent process is gone: otherwise a killed `npm start` would leave a service behind that occupies the ports.

const POLL_MS = 250;

/**
 * Calls `act` once if the parent process ends first. Only under npm: anywhere else, outliving the parent may be intended (a
 * service put in the background).
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
