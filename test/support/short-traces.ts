// Loaded by mocha before the tests (.mocharc.json), which would otherwise record the whole way to each error: many tests
// provoke thousands of refusals, and those come through long chains of middleware. Node's own limit is 10.

Error.stackTraceLimit = 20;
