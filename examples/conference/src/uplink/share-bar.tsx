import { PARTS, sumOf, type Rates } from './division';
import { PART_WORDS, rateWords } from './uplink-words';

/** What somebody is sent, as a bar of parts; `fullBps` is the whole width. */
export function ShareBar(props: {
  readonly label: string;
  readonly rates: Rates;
  readonly fullBps: number;
  readonly testId: string;
}) {
  const { rates, fullBps } = props;
  const parts = PARTS.filter((part) => rates[part] > 0);
  const words = parts.map((part) => `${PART_WORDS[part]} ${rateWords(rates[part])}`);
  return (
    <div
      className="share-bar"
      role="img"
      aria-label={`${props.label}: ${words.join(', ') || 'nothing'}`}
      data-testid={props.testId}
      data-bps={Math.round(sumOf(rates))}
    >
      {parts.map((part) => (
        <span
          key={part}
          className={`share-part of-${part}`}
          style={{ width: `${(100 * rates[part]) / Math.max(1, fullBps)}%` }}
          data-part={part}
          data-bps={Math.round(rates[part])}
        />
      ))}
    </div>
  );
}
