/** Processor time of this process while `act` runs, in milliseconds: others may have the processor meanwhile. */
export async function cpuMsOf(act: () => unknown): Promise<number> {
  const begun = process.cpuUsage();
  await act();
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1000;
}
