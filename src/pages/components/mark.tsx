/** The mark: a tally split along a jagged line, whose halves fit each other and nothing else. */

export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true" focusable="false">
      <path class="mark-a" d="M4 3h12l-3 6 5 4-5 5 4 5-2 6H4z" />
      <path class="mark-b" d="M19 3h9v26H18l2-6-4-5 5-5-5-4z" />
    </svg>
  );
}
