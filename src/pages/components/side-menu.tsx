/** Links to the parts of a large page: beside the content where there is room, else behind a button. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

/** A link. */
interface MenuItem {
  readonly href: string;
  readonly name: string;
  readonly isCurrent: boolean;
}

interface SideMenuProps {
  /** What it is a menu of. */
  readonly label: string;
  /** Links in groups. */
  readonly groups: readonly (readonly MenuItem[])[];
  /** What stands below. */
  readonly children?: ComponentChildren;
}

export function SideMenu({ label, groups, children }: SideMenuProps) {
  const isOpen = useSignal(false);
  const id = useId();
  const current = groups.flat().find(({ isCurrent }) => isCurrent);
  return (
    <nav class="side-menu" aria-label={label}>
      <button
        type="button"
        class="button side-menu-button"
        aria-expanded={isOpen.value}
        aria-controls={id}
        onClick={() => (isOpen.value = !isOpen.value)}
      >
        <span>{label}</span>
        {current && <span class="quiet">{current.name}</span>}
      </button>
      <div id={id} class={isOpen.value ? "side-menu-links side-menu-open" : "side-menu-links"}>
        {groups.map((group) => (
          <ul key={group[0]?.href}>
            {group.map(({ href, name, isCurrent }) => (
              <li key={href}>
                <a href={href} aria-current={isCurrent ? "page" : undefined} onClick={() => (isOpen.value = false)}>
                  {name}
                </a>
              </li>
            ))}
          </ul>
        ))}
        {children}
      </div>
    </nav>
  );
}
