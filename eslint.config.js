// Lint: typescript-eslint's strict rules, and those of the house that a machine can check.
// Which folder may import which is checked by test/architecture.

import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

const bareError = {
  selector: "ThrowStatement > NewExpression[callee.name=/^(Error|TypeError|RangeError)$/]",
  message: "Throw a WarifuError with one of its codes (src/core/errors.ts).",
};
const barrel = {
  selector: "ExportAllDeclaration",
  message: "No barrels: import from the file that defines it.",
};
const notErasable = {
  selector: "TSEnumDeclaration, TSModuleDeclaration[declare!=true], TSParameterProperty",
  message: "Node strips types and runs the rest: nothing that TypeScript would have to translate.",
};

export default defineConfig(
  globalIgnores([
    "artifacts/",
    "cache/",
    "coverage/",
    "data/",
    "dist/",
    "types/",
    "web/",
    ".toolchain/",
    "bench-results/",
  ]),
  tseslint.configs.strict,
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: "error",
      "no-console": "error",
      "no-restricted-exports": ["error", { restrictDefaultExports: { direct: true } }],
      "no-restricted-syntax": ["error", barrel, notErasable],
      "@typescript-eslint/consistent-type-imports": ["error", { disallowTypeAnnotations: false }],
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
    },
  },
  {
    // A forgotten await is a write that nobody waits for: these need types, so they look at the sources only.
    files: ["src/**/*.{ts,tsx}"],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "no-restricted-syntax": ["error", bareError, barrel, notErasable],
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { arguments: false } }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
    },
  },
  {
    files: ["src/cli/**/*.ts", "scripts/**/*"],
    rules: { "no-console": "off" },
  },
  {
    // Tools ask for a default export, chai asserts with bare expressions.
    files: ["*.config.{js,ts}", "ignition/**/*.ts", "src/chain/local/local-chain-config.ts"],
    rules: { "no-restricted-exports": "off" },
  },
  {
    files: ["**/*.cjs"],
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
  {
    files: ["test/**/*.ts"],
    rules: {
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-unused-expressions": "off",
    },
  },
);
