// A service over a chain of its own, for the tests of a block.

import { startSwiftChain, type TestChain } from "../../support/chains.ts";
import { startService, type ServiceOptions, type TestService } from "../../support/service.ts";

/** Starts both before the tests of the block that calls this, and ends both after them. */
export function anchoredService(options: ServiceOptions = {}): { readonly service: TestService } {
  const running: { service?: TestService; chain?: TestChain } = {};
  before(async () => {
    running.chain = await startSwiftChain();
    running.service = await startService({ ...options, chain: running.chain });
  });
  after(async () => {
    await running.service?.stop();
    await running.chain?.stop();
  });
  return running as { readonly service: TestService };
}
