import { Icon } from '../ui/icon';
import { NOT_OFFERED } from './file-words';

/** What happens to the files that hover above the page. */
export function DropOverlay({ isAlone }: { readonly isAlone: boolean }) {
  return (
    <div className="drop-overlay" data-testid="drop-overlay">
      <div className="drop-card">
        <Icon name="clip" />
        <p>{isAlone ? NOT_OFFERED.alone : 'Drop to offer to everybody here'}</p>
      </div>
    </div>
  );
}
