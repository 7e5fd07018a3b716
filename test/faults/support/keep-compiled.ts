// For a child process, first of all its imports: Node writes what it has compiled when a process ends, and one that is killed
// would leave nothing to the next.

import { flushCompileCache } from "node:module";

flushCompileCache();
