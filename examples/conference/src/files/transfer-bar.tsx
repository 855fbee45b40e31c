/** How much of a file is there. */
export function TransferBar(props: {
  readonly label: string;
  readonly bytes: number;
  readonly size: number;
}) {
  return (
    <progress
      className="bar"
      aria-label={props.label}
      max={Math.max(1, props.size)}
      value={props.bytes}
      data-testid="file-progress"
    />
  );
}
