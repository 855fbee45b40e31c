import { useRef } from 'react';

import type { ReceivedFile } from '@conclave/react-bindings';

import { FileCard } from './file-card';
import { percentWords, wasWanted, whyNotHere } from './file-words';
import { SaveLink } from './save-link';
import { choosesPlace, takeFile } from './take-file';
import { TransferBar } from './transfer-bar';

/** A file of somebody else: nothing of it comes before it is taken. */
export function ReceivedFileCard({ file }: { readonly file: ReceivedFile }) {
  return (
    <FileCard file={file} direction="received">
      <Body file={file} />
    </FileCard>
  );
}

function Body({ file }: { readonly file: ReceivedFile }) {
  switch (file.state) {
    case 'offered':
      return <Question file={file} />;
    case 'moving':
      return (
        <>
          <div className="file-moving">
            <TransferBar label="Received" bytes={file.bytes} size={file.size} />
            <span>{percentWords(file.bytes, file.size)}</span>
          </div>
          <div className="file-actions">
            <button type="button" className="button small" data-testid="cancel-file" onClick={file.cancel}>
              Cancel
            </button>
          </div>
        </>
      );
    case 'done':
      return file.blob ? (
        <SaveLink blob={file.blob} name={file.name} />
      ) : (
        <p className="file-note good" data-testid="file-note">
          Saved where you wanted it.
        </p>
      );
    case 'failed':
      return (
        <p className={`file-note ${wasWanted(file.code) ? '' : 'bad'}`} data-testid="file-note">
          {whyNotHere(file.code)}
        </p>
      );
  }
}

function Question({ file }: { readonly file: ReceivedFile }) {
  const isChoosing = useRef(false);
  const take = () => {
    if (isChoosing.current) return;
    isChoosing.current = true;
    void takeFile(file).finally(() => {
      isChoosing.current = false;
    });
  };
  return (
    <div className="file-actions">
      <button type="button" className="button primary small" data-testid="accept-file" onClick={take}>
        {choosesPlace() ? 'Save as …' : 'Accept'}
      </button>
      <button type="button" className="button small" data-testid="refuse-file" onClick={file.refuse}>
        Refuse
      </button>
    </div>
  );
}
