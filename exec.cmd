@rem npm scripts start with `exec`, so that on Unix a signal sent to npm reaches the program and not a shell in between.
@rem It is built into every Unix shell; on Windows, cmd finds this file instead, which just runs the rest of the line.
@%*
