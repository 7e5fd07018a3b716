/**
 * Turns for writing to a database that two threads write to. SQLite makes the second writer wait, and gives up after some
 * seconds; beside a thread that commits batch after batch, the main thread might never get its turn. It would also wait
 * inside the event loop, so that nobody is answered meanwhile. So the main thread asks here first, and waits without
 * blocking.
 *
 * Invariant: first come, first served. Commits, which the other thread makes one after the other, are let in together; a
 * write of the main thread is let in alone.
 */
export class WriteTurns {
  readonly #waiting: Waiting[] = [];
  #commits = 0;
  #isWriting = false;

  /** Runs a commit that the other thread makes. */
  commit<T>(commit: () => Promise<T>): Promise<T> {
    return this.#inTurn(true, commit);
  }

  /** Runs a write of this thread, while the other thread makes none. */
  write<T>(write: () => Promise<T>): Promise<T> {
    return this.#inTurn(false, write);
  }

  async #inTurn<T>(isCommit: boolean, action: () => Promise<T>): Promise<T> {
    if (this.#waiting.length === 0 && this.#mayEnter(isCommit)) this.#enter(isCommit);
    else await new Promise<void>((letIn) => this.#waiting.push({ isCommit, letIn }));
    try {
      return await action();
    } finally {
      this.#leave(isCommit);
    }
  }

  #mayEnter(isCommit: boolean): boolean {
    return !this.#isWriting && (isCommit || this.#commits === 0);
  }

  #enter(isCommit: boolean): void {
    if (isCommit) this.#commits++;
    else this.#isWriting = true;
  }

  #leave(isCommit: boolean): void {
    if (isCommit) this.#commits--;
    else this.#isWriting = false;
    for (let [next] = this.#waiting; next && this.#mayEnter(next.isCommit); [next] = this.#waiting) {
      this.#waiting.shift();
      this.#enter(next.isCommit);
      next.letIn();
    }
  }
}

/** Who has asked and has not been let in yet. */
interface Waiting {
  readonly isCommit: boolean;
  readonly letIn: () => void;
}

/** Makes the named methods of a store, which write, wait for their turns. */
export function inTurn<Part extends object>(part: Part, turns: WriteTurns, names: readonly AsyncMethod<Part>[]): Part {
  const writing = names.map((name) => {
    const method = part[name] as (...parameters: unknown[]) => Promise<unknown>;
    return [name, (...parameters: unknown[]) => turns.write(() => method.apply(part, parameters))];
  });
  return { ...part, ...(Object.fromEntries(writing) as Partial<Part>) };
}

/** Names of the methods that return a promise. */
type AsyncMethod<Part> = {
  [Name in keyof Part]: Part[Name] extends (...parameters: never[]) => Promise<unknown> ? Name : never;
}[keyof Part];
