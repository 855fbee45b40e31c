import type { Verification } from '@conclave/react-bindings';

/** The code of a link, in digits and in pictures. */
export function Code({ code }: { readonly code: Verification }) {
  const { digits, emoji } = code;
  return (
    <div className="code">
      <p
        className="code-digits"
        data-testid="code-digits"
        aria-label={`Code: ${Array.from(digits).join(' ')}`}
        role="img"
      >
        {`${digits.slice(0, 3)} ${digits.slice(3)}`}
      </p>
      <ol className="code-emoji" data-testid="code-emoji" aria-label="The same code in pictures">
        {emoji.map(({ symbol, name }, index) => (
          <li key={index}>
            <span aria-hidden="true">{symbol}</span>
            <small>{name}</small>
          </li>
        ))}
      </ol>
    </div>
  );
}
