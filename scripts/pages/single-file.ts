// A page as one file: script, style and picture inside, each allowed by its hash and nothing else. It runs from a disk or a
// memory stick, and by default reaches no network at all.

import { createHash } from "node:crypto";

import { WITHOUT_SCRIPTS } from "./shell.ts";

/** What the file is made of. */
interface Parts {
  readonly script: string;
  readonly style: string;
  /** An SVG. */
  readonly icon: string;
  /** Whether it may ask nodes and logs: over TLS, on this machine, or of the service that serves it. */
  readonly mayConnect: boolean;
}

/** Licences of what is inside: the file is passed on by itself. */
const LICENCES = `Warifu's verifier, Apache-2.0. With parts of Preact and @preact/signals (copyright Jason Miller and the Preact
authors), fflate (copyright Arjun Barrett), noble-hashes and noble-curves (copyright Paul Miller), each under the MIT
licence: permission is granted, free of charge, to any person obtaining a copy of this software to deal in it without
restriction, provided that the copyright notice and this permission notice are included in all copies; the software is
provided "as is", without warranty of any kind.`;

const CONNECTIONS = "connect-src https: http://localhost:* http://127.0.0.1:* 'self'";

/** The text of the file. */
export function singleFile({ script, style, icon, mayConnect }: Parts): string {
  const code = inScriptElement(script);
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(code)}'`,
    `style-src '${hashOf(style)}'`,
    "img-src data: blob:",
    // Of the service that serves it, to be installed: from a disk, there is none.
    "manifest-src 'self'",
    // The audit of a log runs on a thread of its own, which is this same script: Trusted Types let no other one be loaded.
    mayConnect ? "worker-src 'self' blob:" : "worker-src 'self'",
    ...(mayConnect ? [CONNECTIONS] : []),
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types warifu-worker",
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width">
<!-- ${LICENCES} -->
<title>Warifu</title>
<link rel="icon" type="image/svg+xml" href="data:image/svg+xml,${encodeURIComponent(icon.trim())}">
<script type="application/json" id="pinned-policy"></script>
<style>${style}</style>
<script type="module">${code}</script>
</head>
<body>${WITHOUT_SCRIPTS}</body>
</html>
`;
}

/** Nothing in the text ends the element, or begins a comment that hides its end. */
function inScriptElement(script: string): string {
  return script.replaceAll(/<(?=\/script|!--)/gi, "\\x3C");
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
