/** The end of a view: what it began and is answered later must not change what its reader looks at by then. */
import { useEffect, useState } from "preact/hooks";

/** Is aborted when the view is gone. */
export function useEnd(): AbortSignal {
  const [end] = useState(() => new AbortController());
  useEffect(
    () => () => {
      end.abort();
    },
    [],
  );
  return end.signal;
}
