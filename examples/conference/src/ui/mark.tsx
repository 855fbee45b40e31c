/** The sign of Conclave: three people, each linked with each. */
export function Mark({ withName = true }: { readonly withName?: boolean }) {
  return (
    <span className="mark">
      <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
        <path d="M16 8.6 8.4 21.6h15.2z" fill="none" className="mark-lines" strokeWidth="2" />
        <circle cx="16" cy="8.6" r="4.2" className="mark-self" />
        <circle cx="8.4" cy="21.6" r="4.2" className="mark-other" />
        <circle cx="23.6" cy="21.6" r="4.2" className="mark-other" />
      </svg>
      {withName && <span>Conclave</span>}
    </span>
  );
}
