import { useLayoutEffect, useRef } from 'react';

import { Icon } from '../ui/icon';
import { diskFileName } from './file-name';

/** Saves a file that is kept in the page. Whatever its sender says it is, it is never opened as a part of this page. */
export function SaveLink({ blob, name }: { readonly blob: Blob; readonly name: string }) {
  const link = useRef<HTMLAnchorElement>(null);
  useLayoutEffect(() => {
    const url = URL.createObjectURL(new Blob([blob], { type: 'application/octet-stream' }));
    link.current?.setAttribute('href', url);
    return () => URL.revokeObjectURL(url);
  }, [blob]);
  return (
    <div className="file-actions">
      <a ref={link} className="button primary small" download={diskFileName(name)} data-testid="save-file">
        <Icon name="save" />
        Save
      </a>
    </div>
  );
}
