// The document of a served page: what it loads, and what is said to those without scripts. Everything else is drawn by the
// script, because nothing may be inline.

/** Addresses of what the page loads. */
interface Shell {
  readonly styles: string;
  readonly script: string;
  readonly icon: string;
  /** Of a page that phones put on their home screens. */
  readonly installs?: { readonly manifest: string; readonly touchIcon: string };
}

/** Said where no script runs, in each language. */
export const WITHOUT_SCRIPTS = `<noscript><main><p>This page needs JavaScript.</p><p lang="es">Esta página necesita JavaScript.</p><p lang="ja">このページにはJavaScriptが必要です。</p></main></noscript>`;

/** The document. */
export function shellOf({ styles, script, icon, installs }: Shell): string {
  const installed = installs
    ? `<link rel="manifest" href="${installs.manifest}">
<link rel="apple-touch-icon" href="${installs.touchIcon}">
<meta name="theme-color" content="#1d4f80">
`
    : "";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Warifu</title>
<link rel="icon" type="image/svg+xml" href="${icon}">
${installed}<link rel="stylesheet" href="${styles}">
<script type="module" src="${script}"></script>
</head>
<body>${WITHOUT_SCRIPTS}</body>
</html>
`;
}
