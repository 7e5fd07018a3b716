/** A QR code: dark on white in both themes, because many readers know no other. */

interface QrCodeProps {
  /** Units on each side. */
  readonly size: number;
  /** The dark ones. */
  readonly path: string;
  /** What it leads to, in words. */
  readonly label: string;
}

export function QrCode({ size, path, label }: QrCodeProps) {
  return (
    <svg
      class="qr-code"
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      focusable="false"
      shape-rendering="crispEdges"
    >
      <rect class="qr-paper" width={size} height={size} />
      <path class="qr-ink" d={path} />
    </svg>
  );
}
