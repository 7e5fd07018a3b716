/** Closes the parts of a service, however many of them fail at it. */

/**
 * Closes all that was opened, the newest first.
 * @throws once everything is closed, the first failure: on a full disk, each part that stores something has one, and
 *   together they come as an error that says nothing
 */
export async function closeAll(opened: AsyncDisposableStack): Promise<void> {
  try {
    await opened.disposeAsync();
  } catch (error) {
    throw firstOf(error);
  }
}

/** Closes what was opened for a start that was refused. Failures are left aside: they would hide why it was. */
export async function closeRefused(opened: AsyncDisposableStack): Promise<void> {
  await opened.disposeAsync().catch(() => undefined);
}

/** An error during a disposal holds those that came before it. */
function firstOf(error: unknown): unknown {
  return error instanceof SuppressedError ? firstOf(error.suppressed) : error;
}
