// Programs that the examples for devices are run with: those of the machine, where they are there. TEST_PYTHON names a Python with
// the packages that the tests need, and .ci/run makes one.

import { execFile, spawnSync } from "node:child_process";

/** Path of a Python that has these modules. */
export function pythonWith(...modules: readonly string[]): string | undefined {
  const program = process.env["TEST_PYTHON"] || "python3";
  const { status } = spawnSync(program, ["-c", modules.map((name) => `import ${name}`).join("\n")]);
  return status === 0 ? program : undefined;
}

/** Whether there are curl and an OpenSSL that signs with Ed25519. */
export function hasOpenssl(): boolean {
  const versions = ["openssl version", "curl --version"].map((line) =>
    spawnSync("sh", ["-c", line]).stdout?.toString(),
  );
  return /^OpenSSL [3-9]/.test(versions[0] ?? "") && /^curl /.test(versions[1] ?? "");
}

/** How a program ended, and what it wrote. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, with a text as its input. */
export function runProgram(
  program: string,
  args: readonly string[],
  { input = "", env = {} }: { readonly input?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(program, args, { env: { ...process.env, ...env } }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : typeof error.code === "number" ? error.code : -1, stdout, stderr }),
    );
    child.stdin?.on("error", () => undefined).end(input);
  });
}
