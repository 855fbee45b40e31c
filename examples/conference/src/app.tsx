import { RoomProvider } from '@conclave/react-bindings';

import { connectHere } from './connect-here';
import { PlaceContext } from './place';
import { rendezvousUrl } from './rendezvous';
import { fragmentOf, readLink } from './room-link';
import { StartScreen } from './start/start-screen';
import { Message } from './ui/message';
import { useHash } from './use-hash';
import { Visit } from './visit';

/** One rendezvous and one key for the life of the page. */
const url = rendezvousUrl();
const options = { key: 'demo' };

/** Which screen the address of the page asks for. */
export function App() {
  const link = readLink({ hash: useHash(), search: window.location.search });
  if (!window.isSecureContext) return <Insecure />;
  if (link.kind === 'none') return <StartScreen />;
  if (link.kind === 'broken') return <WrongLink />;
  if (link.kind === 'cut') return <CutLink />;
  return (
    <RoomProvider key={fragmentOf(link.place)} url={url} options={options} connect={connectHere}>
      <PlaceContext.Provider value={link.place}>
        <Visit place={link.place} />
      </PlaceContext.Provider>
    </RoomProvider>
  );
}

function Insecure() {
  return (
    <Message testId="insecure" title="This page is not secure">
      Browsers allow calls only on pages with https, and on localhost. Open this page under an address that
      begins with https://, or on the machine that serves it under http://localhost.
    </Message>
  );
}

function WrongLink() {
  return (
    <Message testId="wrong-link" title="This link leads to no room" actions={<ToStart />}>
      A part of it is missing, or was mistyped. Ask whoever sent it for the whole link, or start a room of
      your own.
    </Message>
  );
}

function CutLink() {
  return (
    <Message testId="cut-link" title="The secret in this link is not whole" actions={<ToStart />}>
      The room opens only with all 43 signs behind “secret=”, and nothing after them. Ask whoever sent the
      link to copy it again and send it whole.
    </Message>
  );
}

function ToStart() {
  return (
    <a className="button primary" href={window.location.pathname}>
      Go to the start
    </a>
  );
}
